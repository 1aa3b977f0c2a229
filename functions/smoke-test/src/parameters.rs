//! What a pipeline's author passes in UserParameters.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The parameters of one action.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameters {
    /// The environment to test; its base URL is the function's configuration.
    pub(crate) environment: String,
    /// The suite's path in the input artifact.
    #[serde(default = "default_suite")]
    pub(crate) suite: String,
    /// The pipeline execution, `#{codepipeline.PipelineExecutionId}`: shown with the result and in the log. The job
    /// does not say it.
    #[serde(default)]
    pub(crate) execution: Option<String>,
    /// The revision under test, such as `#{SourceVariables.VersionId}`: shown in the log, and given to the suite's
    /// variable `revision` where it has one, so that the suite can check that what answers is what was deployed.
    #[serde(default)]
    pub(crate) revision: Option<String>,
    /// Runs only the checks with one of these tags; all when empty.
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    /// Values that override the suite's variables.
    #[serde(default)]
    pub(crate) variables: BTreeMap<String, String>,
    /// The input artifact that holds the suite; needed only where the action has several.
    #[serde(default)]
    pub(crate) artifact: Option<String>,
}

fn default_suite() -> String {
    "smoke.yaml".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_the_environment_may_be_left_out() {
        let parameters: Parameters = serde_json::from_str(r#"{"environment":"staging"}"#).unwrap();
        assert_eq!((parameters.environment.as_str(), parameters.suite.as_str()), ("staging", "smoke.yaml"));
        assert!(parameters.tags.is_empty() && parameters.variables.is_empty() && parameters.artifact.is_none());
    }

    #[test]
    fn unknown_keys_and_wrong_types_are_refused() {
        for (text, expected) in [
            ("{}", "missing field `environment`"),
            (
                r#"{"environment":"staging","url":"https://x"}"#,
                "unknown field `url`, expected one of `environment`, `suite`",
            ),
            (r#"{"environment":"staging","tags":"before-traffic"}"#, "expected a sequence"),
            (r#"{"environment":"staging","variables":{"sku":1}}"#, "expected a string"),
            (r#"{"environment":["staging"]}"#, "expected a string"),
        ] {
            let error = serde_json::from_str::<Parameters>(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
