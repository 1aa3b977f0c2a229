//! The function's environment as types. None of it is needed to answer, so what is wrong costs a warning.

use std::collections::BTreeMap;

use function_setup::Environment;
use lifecycle_hook::ReportLocation;

/// The variable with the whole seconds that are kept before Lambda's time-out.
pub(crate) const DEADLINE_MARGIN: &str = "DEADLINE_MARGIN";

/// What the function is configured with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    /// Where reports of closed hooks go.
    pub(crate) reports: Option<ReportLocation>,
    /// The log group of each function, by its name.
    pub(crate) log_groups: BTreeMap<String, String>,
}

impl Config {
    pub(crate) fn from_environment(environment: &Environment) -> Self {
        let reports = environment.parsed("REPORT_LOCATION", "where reports go, such as s3://bucket/hook-reports");
        let log_groups = environment.optional("LOG_GROUPS").map(|_| {
            environment.json(
                "LOG_GROUPS",
                "a JSON map from function name to log group, such as {\"smoke-test\":\"shop-logs\"}",
            )
        });
        Self {
            reports: reports.unwrap_or_else(|error| {
                tracing::warn!("{error}");
                None
            }),
            log_groups: log_groups
                .transpose()
                .unwrap_or_else(|error| {
                    tracing::warn!("{error}");
                    None
                })
                .unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_left_out() {
        for (reports, groups, expected) in [
            ("s3://shop/hook-reports", r#"{"smoke-test":"group"}"#, (true, 1)),
            ("shop", "[]", (false, 0)),
            ("", "", (false, 0)),
        ] {
            let environment = [("REPORT_LOCATION", reports), ("LOG_GROUPS", groups)].into_iter().collect();
            let config = Config::from_environment(&environment);
            assert_eq!((config.reports.is_some(), config.log_groups.len()), expected, "{reports} {groups}");
        }
    }
}
