//! What a process of a run gets of the environment that `launchway` itself was started with.

use std::ffi::OsString;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named_is_inherited() {
        let names: Vec<&str> = inherited(&["NO_SUCH_VARIABLE_OF_LAUNCHWAY", "PATH"]).iter().map(|(n, _)| *n).collect();
        assert_eq!(names, ["PATH"]);
        assert!(inherited(&[]).is_empty());
    }
}
