//! From a suite to the report of its run.

use std::collections::BTreeMap;
use std::time::SystemTime;

use function_setup::AwsSetup;
use smoke::{BaseUrl, Report, Secret, Settings, Suite};
use tokio::time::Instant;

use crate::error::SuiteRunError;
use crate::{log, secrets};

/// The suite's variable for the revision under test.
const REVISION: &str = "revision";

/// Runs the suites of one function. Made once, before the first event.
#[derive(Clone, Debug)]
pub struct SuiteRunner {
    setup: AwsSetup,
    secret_id: Option<String>,
}

/// What one run is about.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// The environment under test.
    pub environment: &'a str,
    /// Its base URL.
    pub base_url: &'a str,
    /// The function's variable that has the URL; a wrong one is said to be there.
    pub variable: &'static str,
    /// The revision under test: given to the suite's variable `revision` where it has one, so that the suite can check
    /// that what answers is what was deployed.
    pub revision: Option<&'a str>,
    /// Values that override the suite's variables; also that of `revision`.
    pub variables: BTreeMap<String, String>,
    /// Runs only the checks with one of these tags; all when empty.
    pub tags: Vec<String>,
    /// When the run ends.
    pub ready_by: Instant,
}

impl SuiteRunner {
    /// A runner that reads the values of suites' secrets from the Secrets Manager secret `secret_id`, which is the
    /// function's `SMOKE_SECRET_ID`.
    #[must_use]
    pub fn new(setup: AwsSetup, secret_id: Option<&str>) -> Self {
        Self { setup, secret_id: secret_id.map(str::to_owned) }
    }

    /// Runs the suite. Each secret it uses is first handed to `hide`, which keeps it out of whatever is said.
    pub async fn run(&self, suite: &Suite, plan: Plan<'_>, hide: impl Fn(&str)) -> Result<Report, SuiteRunError> {
        let secrets = secrets::read(&self.setup.aws, self.secret_id.as_deref(), suite.secrets()).await?;
        for secret in secrets.values() {
            hide(secret);
        }
        let base_url: BaseUrl = plan.base_url.parse().map_err(|reason| SuiteRunError::BaseUrl {
            environment: plan.environment.to_owned(),
            variable: plan.variable,
            reason,
        })?;
        let mut settings = Settings::new(base_url, self.setup.tls.clone(), plan.ready_by, SystemTime::now);
        settings.variables = values(suite.variables(), plan.variables, plan.revision);
        settings.secrets = secrets.into_iter().map(|(name, value)| (name, Secret::from(value))).collect();
        settings.tags = plan.tags;
        Ok(smoke::run(suite, settings, log::progress).await?)
    }
}

/// The values for a suite with these variables: what is set, and the revision where the suite wants it.
fn values<'s>(
    suite_variables: impl IntoIterator<Item = &'s str>,
    mut set: BTreeMap<String, String>,
    revision: Option<&str>,
) -> BTreeMap<String, String> {
    if let Some(revision) = revision
        && suite_variables.into_iter().any(|name| name == REVISION)
    {
        set.entry(REVISION.to_owned()).or_insert_with(|| revision.to_owned());
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_revision_goes_to_a_suite_that_has_a_variable_for_it() {
        for (revision, set, variables, expected) in [
            (Some("r1"), None, &["sku", "revision"][..], Some("r1")),
            (Some("r1"), None, &["sku"][..], None),
            (Some("r1"), Some("r2"), &["revision"][..], Some("r2")),
            (None, None, &["revision"][..], None),
        ] {
            let set = set.map(|value: &str| ("revision".to_owned(), value.to_owned())).into_iter().collect();
            let values = values(variables.iter().copied(), set, revision);
            assert_eq!(values.get("revision").map(String::as_str), expected, "{revision:?} {variables:?}");
        }
    }
}
