//! What a process of a run gets of the environment that `launchway` itself was started with.

use std::ffi::OsString;

use tokio::process::Command;

/// The named variables of this process, in the order of `names`, as far as they are set.
///
/// Builds and scripts start from an empty environment and get these alone: the operator's AWS credentials, profiles
/// and tokens have no place in what CodeBuild or CodeDeploy would run.
#[must_use]
pub fn inherited<'n>(names: &[&'n str]) -> Vec<(&'n str, OsString)> {
    let mut set: Vec<(&'n str, OsString)> = std::env::vars_os()
        .filter_map(|(name, value)| names.iter().find(|wanted| name == **wanted).map(|wanted| (*wanted, value)))
        .collect();
    set.sort_by_key(|(name, _)| names.iter().position(|wanted| wanted == name));
    set
}

/// Takes from a command what cargo tells the programs that it runs, tests among them. Build scripts look at some of it, so
/// a build with it would build anew what one without it has built, and the other way round.
pub fn forget_cargo(command: &mut Command) {
    let told = |name: &str| ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|prefix| name.starts_with(prefix));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(told)) {
        command.env_remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_told_a_test_is_forgotten() {
        let mut command = Command::new("true");
        forget_cargo(&mut command);
        let removed: Vec<_> = command.as_std().get_envs().filter(|(_, value)| value.is_none()).collect();
        for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME"] {
            assert!(removed.iter().any(|(removed, _)| *removed == name), "{removed:?}");
        }
        assert!(removed.iter().all(|(removed, _)| *removed != "CARGO_HOME" && *removed != "PATH"), "{removed:?}");
    }

    #[test]
    fn only_what_is_named_is_inherited() {
        let names: Vec<&str> = inherited(&["NO_SUCH_VARIABLE_OF_LAUNCHWAY", "PATH"]).iter().map(|(n, _)| *n).collect();
        assert_eq!(names, ["PATH"]);
        assert!(inherited(&[]).is_empty());
    }
}
