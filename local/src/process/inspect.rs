//! What the system says about processes and users.

use std::path::Path;

/// The ids of the processes that have the file at `path` as their standard output or standard error.
#[must_use]
pub fn holders(path: &Path) -> Vec<i32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|process| {
            [1, 2].iter().any(|output| {
                std::fs::read_link(format!("/proc/{process}/fd/{output}")).is_ok_and(|target| target == path)
            })
        })
        .collect()
}

/// The name of the user that this process runs as, unless the system has none for it.
#[must_use]
pub fn user_name() -> Option<String> {
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let id = rustix::process::geteuid().as_raw().to_string();
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1) == Some(&id)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn whoever_has_a_file_open_as_its_output_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let log = std::fs::File::create(&path).unwrap();
        assert!(holders(&path).is_empty());
        let mut child = Command::new("sleep").arg("1000").stdin(Stdio::null()).stderr(log).spawn().unwrap();
        let found = holders(&path);
        child.kill().unwrap();
        let id = child.id();
        child.wait().unwrap();
        assert_eq!(found, [i32::try_from(id).unwrap()]);
        assert!(holders(&path).is_empty());
    }

    #[test]
    fn the_user_is_who_the_system_says() {
        let said = Command::new("id").arg("-un").output().unwrap().stdout;
        assert_eq!(user_name().unwrap(), String::from_utf8(said).unwrap().trim());
    }
}
