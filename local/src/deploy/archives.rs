//! Where the agent keeps revisions and its notes on an instance, as on a real one: below
//! `opt/codedeploy-agent/deployment-root`.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How many revisions stay on an instance, the one that is being deployed included.
const KEPT: usize = 5;

/// The agent's folders for one deployment group on one instance.
#[derive(Debug)]
pub(super) struct Archives {
    agent: PathBuf,
    group_id: String,
}

impl Archives {
    pub(super) fn new(instance_root: &Path, group_id: &str) -> Self {
        Self { agent: instance_root.join("opt/codedeploy-agent"), group_id: group_id.to_owned() }
    }

    /// The agent's own folder, in which scripts are started.
    pub(super) fn agent_folder(&self) -> &Path {
        &self.agent
    }

    /// Everything about one deployment.
    pub(super) fn deployment(&self, deployment_id: &str) -> PathBuf {
        self.group_folder().join(deployment_id)
    }

    /// The unpacked revision inside a deployment's folder.
    pub(super) fn revision(deployment: &Path) -> PathBuf {
        deployment.join("deployment-archive")
    }

    /// What scripts wrote, inside a deployment's folder.
    pub(super) fn script_log(deployment: &Path) -> PathBuf {
        deployment.join("logs/scripts.log")
    }

    /// The list of what the last deployment installed.
    pub(super) fn cleanup_file(&self) -> PathBuf {
        self.instructions().join(format!("{}-cleanup", self.group_id))
    }

    /// The folder of the last deployment that got through its Install event, whose scripts stop the application. Later
    /// events of it may have failed.
    pub(super) fn last_installed(&self) -> Option<PathBuf> {
        let noted = std::fs::read_to_string(self.last_installed_file()).ok()?;
        Some(PathBuf::from(noted.trim_end())).filter(|folder| folder.is_dir())
    }

    /// Notes that a deployment got through its Install event.
    pub(super) fn note_installed(&self, deployment: &Path) -> std::io::Result<()> {
        std::fs::write(self.last_installed_file(), deployment.as_os_str().as_encoded_bytes())
    }

    /// Makes the agent's folders.
    pub(super) fn create(&self) -> std::io::Result<()> {
        std::fs::create_dir_all(self.group_folder())?;
        std::fs::create_dir_all(self.instructions())
    }

    /// Removes the oldest deployments, but neither `current` nor the last that was installed.
    pub(super) fn remove_old(&self, current: &Path) -> std::io::Result<()> {
        let mut others = Vec::new();
        for entry in std::fs::read_dir(self.group_folder())? {
            let entry = entry?;
            if entry.path() != current {
                let modified = entry.metadata()?.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                others.push((modified, entry.path()));
            }
        }
        let surplus = (others.len() + 1).saturating_sub(KEPT);
        let installed = self.last_installed();
        others.retain(|(_, folder)| Some(folder) != installed.as_ref());
        others.sort();
        others.into_iter().take(surplus).try_for_each(|(_, folder)| std::fs::remove_dir_all(folder))
    }

    fn root(&self) -> PathBuf {
        self.agent.join("deployment-root")
    }

    fn group_folder(&self) -> PathBuf {
        self.root().join(&self.group_id)
    }

    fn instructions(&self) -> PathBuf {
        self.root().join("deployment-instructions")
    }

    fn last_installed_file(&self) -> PathBuf {
        self.instructions().join(format!("{}_last_successful_install", self.group_id))
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::Duration;

    use super::*;

    #[test]
    fn five_revisions_stay_and_the_installed_one_is_among_them() {
        let folder = tempfile::tempdir().unwrap();
        let archives = Archives::new(folder.path(), "group");
        archives.create().unwrap();
        assert_eq!(archives.last_installed(), None);
        let deployments: Vec<PathBuf> = (0..8).map(|number| archives.deployment(&format!("d-{number}"))).collect();
        for (deployment, age) in deployments.iter().zip((0..8).rev()) {
            std::fs::create_dir(deployment).unwrap();
            let time = SystemTime::now() - Duration::from_secs(age * 60);
            File::open(deployment).unwrap().set_modified(time).unwrap();
        }
        archives.note_installed(&deployments[1]).unwrap();
        archives.remove_old(&deployments[7]).unwrap();
        let left: Vec<bool> = deployments.iter().map(|deployment| deployment.is_dir()).collect();
        assert_eq!(left, [false, true, false, false, true, true, true, true]);
        assert_eq!(archives.last_installed().as_ref(), Some(&deployments[1]));
        std::fs::remove_dir(&deployments[1]).unwrap();
        assert_eq!(archives.last_installed(), None);
    }
}
