//! From a suite's bytes to the suite.

use smoke::Suite;

use crate::error::SuiteRunError;

/// The longest suite that is read, in bytes.
pub const SIZE_LIMIT: usize = smoke::SUITE_SIZE_LIMIT;

/// Reads the suite at `path`; the error names every problem in it.
pub fn parse(content: &[u8], path: &str) -> Result<Suite, SuiteRunError> {
    let text =
        std::str::from_utf8(content).map_err(|reason| SuiteRunError::NotText { path: path.to_owned(), reason })?;
    Suite::parse(text, path).map_err(|errors| SuiteRunError::Invalid { path: path.to_owned(), errors })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_that_cannot_be_read_names_every_problem() {
        let table: &[(&[u8], &[&str])] = &[
            (b"\xff", &["the suite \"ci/smoke.yaml\" is not UTF-8 text"]),
            (b"", &["the suite \"ci/smoke.yaml\" has", "ci/smoke.yaml:1:1: "]),
            (
                b"version: 1\nchecks:\n  - name: home\n    request: GET /\n    expects: {}\n",
                &["has one problem:\nci/smoke.yaml:5:5: ", "did you mean \"expect\"?"],
            ),
            (b"version: 2\nchecks: []\nparalel: 8\n", &["problems:\n", ":1:10: ", "did you mean \"parallel\"?"]),
        ];
        for (content, expected) in table {
            let error = parse(content, "ci/smoke.yaml").unwrap_err().to_string();
            for part in *expected {
                assert!(error.contains(part), "{error}");
            }
        }
    }

    #[test]
    fn a_good_suite_is_read() {
        let suite = parse(b"version: 1\nchecks:\n  - name: home\n    request: GET /\n", "smoke.yaml").unwrap();
        assert_eq!(suite.checks().len(), 1);
    }
}
