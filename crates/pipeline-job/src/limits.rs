//! CodePipeline's limits on results, in characters unless said otherwise (API Reference, `PutJobSuccessResult` and
//! `PutJobFailureResult`; User Guide, "Quotas", for the variables).

pub(crate) const SUMMARY: usize = 2048;
pub(crate) const MESSAGE: usize = 5000;
pub(crate) const TOKEN: usize = 2048;
pub(crate) const EXTERNAL_EXECUTION_ID: usize = 1500;
/// Bytes of all names and values together.
pub(crate) const VARIABLES: usize = 122_880;

/// The variables that CodePipeline takes, and the names of those it would refuse.
pub(crate) fn variables(variables: Vec<(String, String)>) -> (Vec<(String, String)>, Vec<String>) {
    let mut room = VARIABLES;
    let (mut kept, mut refused) = (Vec::new(), Vec::new());
    for (name, value) in variables {
        let size = name.len() + value.len();
        if is_variable_name(&name) && !value.is_empty() && size <= room {
            room -= size;
            kept.push((name, value));
        } else {
            refused.push(name);
        }
    }
    (kept, refused)
}

fn is_variable_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"@-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_variables_that_aws_takes_are_kept() {
        let long = "x".repeat(VARIABLES - 5);
        let given = [
            ("passed", "7"),
            ("", "no name"),
            ("empty", ""),
            ("with space", "1"),
            ("ümlaut", "1"),
            ("a@b-c_D9", "1"),
            ("long", long.as_str()),
        ];
        let (kept, refused) = variables(given.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
        let kept: Vec<_> = kept.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(kept, ["passed", "a@b-c_D9"]);
        assert_eq!(refused, ["", "empty", "with space", "ümlaut", "long"]);
    }
}
