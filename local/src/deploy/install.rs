//! The Install event: the last revision's files go, this revision's files come.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::appspec::{Appspec, FileExistsBehavior};

/// One step of an installation.
enum Step {
    Folder(PathBuf),
    Copy { source: PathBuf, destination: PathBuf },
}

/// Installs the files of a `revision` below `root`, and lists them in `cleanup` for the next installation, after
/// removing what the last one listed there. Returns how many files were copied, or the agent's reason for failing.
pub(super) fn install(appspec: &Appspec, revision: &Path, root: &Path, cleanup: &Path) -> Result<usize, String> {
    remove_installed(cleanup, root)?;
    let steps = Plan::new(appspec, revision, root)?.steps;
    let mut list = File::create(cleanup).map_err(|error| failed(cleanup, &error))?;
    let mut copied = 0;
    for step in steps {
        let (Step::Folder(target) | Step::Copy { destination: target, .. }) = &step;
        // Listed first, so that a file that was copied in part is removed as well.
        writeln!(list, "{}", target.display()).map_err(|error| failed(cleanup, &error))?;
        match &step {
            Step::Folder(folder) => std::fs::create_dir(folder).map_err(|error| failed(folder, &error))?,
            Step::Copy { source, destination } => {
                copy(source, destination).map_err(|error| failed(destination, &error))?;
                copied += 1;
            }
        }
    }
    Ok(copied)
}

/// Removes what an earlier installation listed: files, and folders that are empty then.
fn remove_installed(cleanup: &Path, root: &Path) -> Result<(), String> {
    let Ok(list) = std::fs::read_to_string(cleanup) else { return Ok(()) };
    for line in list.lines().rev() {
        let path = Path::new(line);
        // The list was written by an installation on this instance; nothing else is touched all the same.
        if !path.starts_with(root) || path == root {
            continue;
        }
        match std::fs::symlink_metadata(path) {
            // A folder with files that were not installed stays.
            Ok(metadata) if metadata.is_dir() => drop(std::fs::remove_dir(path)),
            Ok(_) => std::fs::remove_file(path).map_err(|error| failed(path, &error))?,
            Err(_) => {}
        }
    }
    std::fs::remove_file(cleanup).map_err(|error| failed(cleanup, &error))
}

struct Plan {
    behavior: FileExistsBehavior,
    steps: Vec<Step>,
    folders: BTreeSet<PathBuf>,
    copies: BTreeMap<PathBuf, PathBuf>,
}

impl Plan {
    fn new(appspec: &Appspec, revision: &Path, root: &Path) -> Result<Self, String> {
        let mut plan = Self {
            behavior: appspec.file_exists_behavior,
            steps: Vec::new(),
            folders: BTreeSet::new(),
            copies: BTreeMap::new(),
        };
        for mapping in &appspec.files {
            let (source, destination) = (revision.join(&mapping.source), root.join(&mapping.destination));
            let metadata = std::fs::symlink_metadata(&source).map_err(|_| {
                format!("No such file or directory - {} (files in appspec.yml)", mapping.source.display())
            })?;
            plan.folder(&destination);
            if metadata.is_dir() {
                plan.copy_folder(&source, &destination)?;
            } else if let Some(name) = mapping.source.file_name() {
                plan.copy(source.clone(), destination.join(name))?;
            }
        }
        Ok(plan)
    }

    /// Plans to make a folder and those it is in, as far as they are missing.
    fn folder(&mut self, folder: &Path) {
        if folder.is_dir() || self.folders.contains(folder) {
            return;
        }
        if let Some(parent) = folder.parent() {
            self.folder(parent);
        }
        self.folders.insert(folder.to_owned());
        self.steps.push(Step::Folder(folder.to_owned()));
    }

    fn copy_folder(&mut self, source: &Path, destination: &Path) -> Result<(), String> {
        let read = || std::fs::read_dir(source)?.collect::<std::io::Result<Vec<_>>>();
        let mut entries = read().map_err(|error| failed(source, &error))?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let target = destination.join(entry.file_name());
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                self.folder(&target);
                self.copy_folder(&entry.path(), &target)?;
            } else {
                self.copy(entry.path(), target)?;
            }
        }
        Ok(())
    }

    fn copy(&mut self, source: PathBuf, destination: PathBuf) -> Result<(), String> {
        if let Some(other) = self.copies.get(&destination) {
            return Err(format!(
                "The deployment failed because the application specification file specifies two source files named {} and {} for the same destination ({}). Remove one of the source file paths from the AppSpec file, and then try again.",
                source.display(),
                other.display(),
                destination.display()
            ));
        }
        if destination.symlink_metadata().is_ok() {
            match self.behavior {
                FileExistsBehavior::Disallow => {
                    return Err(format!(
                        "The deployment failed because a specified file already exists at this location: {}",
                        destination.display()
                    ));
                }
                FileExistsBehavior::Overwrite => {}
                FileExistsBehavior::Retain => return Ok(()),
            }
        }
        self.copies.insert(destination.clone(), source.clone());
        self.steps.push(Step::Copy { source, destination });
        Ok(())
    }
}

/// Copies a file with its permissions and time. One that is there is replaced and not written into: it may be a program
/// that runs.
fn copy(source: &Path, destination: &Path) -> std::io::Result<()> {
    if destination.symlink_metadata().is_ok() {
        std::fs::remove_file(destination)?;
    }
    std::fs::copy(source, destination)?;
    let modified = source.metadata()?.modified()?;
    File::open(destination)?.set_modified(modified)
}

fn failed(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    struct Host {
        folder: tempfile::TempDir,
    }

    impl Host {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            std::fs::create_dir(folder.path().join("root")).unwrap();
            Self { folder }
        }

        fn root(&self) -> PathBuf {
            self.folder.path().join("root")
        }

        /// Installs a revision with these files, whose content is their name and the revision's.
        fn install(&self, revision: &str, files: &[&str], appspec: &str) -> Result<usize, String> {
            let archive = self.folder.path().join(revision);
            for file in files {
                let path = archive.join(file);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(&path, format!("{file} {revision}")).unwrap();
                std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
            }
            let appspec = Appspec::parse(&format!("version: 0.0\nos: linux\n{appspec}")).unwrap();
            install(&appspec, &archive, &self.root(), &self.folder.path().join("cleanup"))
        }

        fn content(&self, path: &str) -> Option<String> {
            std::fs::read_to_string(self.root().join(path)).ok()
        }
    }

    const ALL: &str = "files: [{source: /, destination: /opt/shop}]";

    #[test]
    fn files_come_with_their_permissions_and_go_with_the_next_revision() {
        let host = Host::new();
        assert_eq!(host.install("r1", &["bin/shop", "old/only.txt"], ALL).unwrap(), 2);
        std::fs::write(host.root().join("opt/shop/data.db"), "made by the shop").unwrap();
        let mode = std::fs::metadata(host.root().join("opt/shop/bin/shop")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o755);
        assert_eq!(host.install("r2", &["bin/shop", "new.txt"], ALL).unwrap(), 2);
        assert_eq!(host.content("opt/shop/bin/shop").as_deref(), Some("bin/shop r2"));
        assert_eq!(host.content("opt/shop/new.txt").as_deref(), Some("new.txt r2"));
        assert!(!host.root().join("opt/shop/old").exists());
        assert_eq!(host.content("opt/shop/data.db").as_deref(), Some("made by the shop"));
    }

    #[test]
    fn single_files_go_into_their_destination() {
        let host = Host::new();
        let appspec = "files: [{source: conf/a.conf, destination: /etc}, {source: bin, destination: /usr/bin}]";
        host.install("r1", &["conf/a.conf", "bin/tool", "not-listed"], appspec).unwrap();
        assert!(host.content("etc/a.conf").is_some() && host.content("usr/bin/tool").is_some());
        assert!(!host.root().join("not-listed").exists());
    }

    #[test]
    fn a_file_that_was_not_installed_decides_by_the_behavior() {
        for (behavior, expected) in
            [("DISALLOW", Err("already exists at this location")), ("OVERWRITE", Ok("a r1")), ("RETAIN", Ok("by hand"))]
        {
            let host = Host::new();
            std::fs::create_dir_all(host.root().join("opt/shop")).unwrap();
            std::fs::write(host.root().join("opt/shop/a"), "by hand").unwrap();
            let result = host.install("r1", &["a", "b"], &format!("{ALL}\nfile_exists_behavior: {behavior}"));
            match (result, expected) {
                (Ok(_), Ok(content)) => assert_eq!(host.content("opt/shop/a").as_deref(), Some(content), "{behavior}"),
                (Err(error), Err(text)) => assert!(error.contains(text), "{error}"),
                (result, _) => panic!("{behavior}: {result:?}"),
            }
        }
    }

    #[test]
    fn what_cannot_be_installed_is_named() {
        for (appspec, expected) in [
            ("files: [{source: gone, destination: /opt}]", "gone (files in appspec.yml)"),
            ("files: [{source: a, destination: /opt}, {source: x/a, destination: /opt}]", "two source files"),
        ] {
            let error = Host::new().install("r1", &["a", "x/a"], appspec).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn only_files_of_the_instance_are_removed() {
        let host = Host::new();
        let other = host.folder.path().join("other");
        std::fs::write(&other, "not of the instance").unwrap();
        std::fs::write(host.folder.path().join("cleanup"), format!("{}\n/\n", other.display())).unwrap();
        host.install("r1", &["a"], ALL).unwrap();
        assert!(other.exists());
    }
}
