//! What CodeBuild's images have and this machine need not have: `aws` and `docker`.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::process::inherited;

/// Puts the two into `folder` and returns a `PATH` on which they are found first: `launchway` stands in for Docker, and
/// `python` has the AWS command line.
pub fn install(folder: &Path, launchway: &Path, python: &Path) -> std::io::Result<String> {
    std::fs::create_dir_all(folder)?;
    for (name, program, first) in [("docker", launchway, "docker"), ("aws", python, "-m awscli")] {
        let path = folder.join(name);
        std::fs::write(&path, format!("#!/bin/sh\nexec {} {first} \"$@\"\n", quoted(program)))?;
        std::fs::set_permissions(path, Permissions::from_mode(0o755))?;
    }
    let others = inherited(&["PATH"]).into_iter().next().map(|(_, path)| path.to_string_lossy().into_owned());
    let others = others.map_or_else(String::new, |others| format!(":{others}"));
    Ok(format!("{}{others}", folder.display()))
}

/// A path as one word of the shell.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn the_tools_are_found_first_and_get_their_arguments() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("it's a program");
        std::fs::write(&program, "#!/bin/sh\nprintf '%s|' \"$@\"").unwrap();
        std::fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
        let path = install(&folder.path().join("tools"), &program, &program).unwrap();
        for (command, expected) in
            [("docker build -t 'a b' .", "docker|build|-t|a b|.|"), ("aws s3 ls", "-m|awscli|s3|ls|")]
        {
            let output = Command::new("/bin/sh").args(["-c", command]).env("PATH", &path).output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), expected, "{command}");
        }
    }
}
