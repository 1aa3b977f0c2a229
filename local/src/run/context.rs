//! One run: its mark on every process it starts, and its files.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::project::Project;

/// A run of the local system.
#[derive(Debug, Clone)]
pub struct RunContext {
    id: String,
    folder: PathBuf,
}

impl RunContext {
    /// A new run with an empty folder of its own, so that two runs can live side by side.
    pub fn create(project: &Project) -> std::io::Result<Self> {
        let id = format!("{}-{}", std::process::id(), &Uuid::new_v4().simple().to_string()[..8]);
        let folder = runs_folder(project).join(&id);
        std::fs::create_dir_all(&folder)?;
        Ok(Self { id, folder })
    }

    /// A part of the run, with an empty folder of its own inside the run's.
    pub fn part(&self, name: &str) -> std::io::Result<Self> {
        let folder = self.folder.join(name);
        std::fs::create_dir_all(&folder)?;
        Ok(Self { id: self.id.clone(), folder })
    }

    /// The run's id: the process id of `launchway`, a hyphen, and a few random characters.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The run's files: logs, instances, work folders.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Runs whose `launchway` is gone: their ids and folders.
#[must_use]
pub fn abandoned(project: &Project) -> Vec<(String, PathBuf)> {
    let entries = std::fs::read_dir(runs_folder(project)).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let id = entry.file_name().into_string().ok()?;
            let process: u32 = id.split('-').next()?.parse().ok()?;
            (!Path::new(&format!("/proc/{process}")).exists()).then(|| (id, entry.path()))
        })
        .collect()
}

/// Removes an abandoned run's folder. Another run that begins in the same moment may be at it too, or have done it.
pub fn remove_abandoned(folder: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        // Of what is inside, the standard library passes over what is gone by itself.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Runs whose `launchway` still works, with its process id.
#[must_use]
pub fn running(project: &Project) -> Vec<(String, u32)> {
    let entries = std::fs::read_dir(runs_folder(project)).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let id = entry.file_name().into_string().ok()?;
            let process: u32 = id.split('-').next()?.parse().ok()?;
            let command = std::fs::read(format!("/proc/{process}/cmdline")).ok()?;
            String::from_utf8_lossy(&command).contains("launchway").then_some((id, process))
        })
        .collect()
}

fn runs_folder(project: &Project) -> PathBuf {
    project.output().join("runs")
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn runs_that_begin_together_remove_what_is_abandoned_together() {
        let project = tempfile::tempdir().unwrap();
        let folder = project.path().join("1-abandoned");
        for _ in 0..20 {
            for part in 0..50 {
                let inside = folder.join(format!("part-{part}"));
                std::fs::create_dir_all(&inside).unwrap();
                std::fs::write(inside.join("log"), "log").unwrap();
            }
            let together = Barrier::new(3);
            std::thread::scope(|scope| {
                let removing = || {
                    together.wait();
                    remove_abandoned(&folder).unwrap();
                };
                for _ in 0..3 {
                    scope.spawn(removing);
                }
            });
            assert!(!folder.exists());
        }
    }

    #[test]
    fn what_cannot_be_removed_is_told() {
        let project = tempfile::tempdir().unwrap();
        let file = project.path().join("1-abandoned");
        std::fs::write(&file, "no folder").unwrap();
        assert_eq!(remove_abandoned(&file.join("inside")).unwrap_err().kind(), ErrorKind::NotADirectory);
    }
}
