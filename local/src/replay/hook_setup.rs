//! What the hook function is set up with, whichever protocol it is invoked by: the suite, the version under test and the
//! environment.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::json;

use super::ReplayError;
use crate::standin::aws::{Aws, Object};

pub(super) const APPLICATION: &str = "storefront";
pub(super) const GROUP: &str = "storefront-staging";
pub(super) const CLUSTER: &str = "storefront-staging";
pub(super) const SERVICE: &str = "storefront";
pub(super) const TASK_DEFINITION: &str = "arn:aws:ecs:us-east-1:111111111111:task-definition/storefront:7";

/// Where suites and reports lie.
const BUCKET: &str = "launchway-artifacts";

/// What a shop that was built by hand calls its revision.
const REVISION: &str = "dev";

/// The hook function's variables, and what they lead to.
#[derive(Debug)]
pub(super) struct HookSetup {
    pub(super) environment: BTreeMap<String, String>,
    suite: Object,
}

impl HookSetup {
    /// The setup in which `key` (`application/group` or `cluster/service`) is the environment staging, with the example
    /// shop's suite.
    pub(super) fn new(key: &str, test_url: &str, storefront: &Path) -> Result<Self, ReplayError> {
        let path = storefront.join("smoke.yaml");
        let suite = fs::read(&path).map_err(|source| ReplayError::Artifact { path, source })?;
        let environments = json!({ key: { "environment": "staging", "test_url": test_url } });
        // The shop answers at every stage of a replay, and its suite has no checks of these stages alone.
        let early = ["RECONCILE_SERVICE", "PRE_SCALE_UP", "POST_SCALE_UP"];
        let tags: BTreeMap<_, _> = early.into_iter().map(|stage| (stage, ["before-traffic"])).collect();
        let environment = BTreeMap::from([
            ("HOOK_ENVIRONMENTS".to_owned(), environments.to_string()),
            ("HOOK_TAGS".to_owned(), json!(tags).to_string()),
            ("SUITE_OBJECT".to_owned(), format!("s3://{BUCKET}/suites/{{revision}}/smoke.yaml")),
            report_location(),
        ]);
        Ok(Self { environment, suite: Object::bytes(suite) })
    }

    /// Puts the suite and the version under test where the function looks for them.
    pub(super) fn add_to(&self, aws: &Aws) {
        aws.add_object(BUCKET, &format!("suites/{REVISION}/smoke.yaml"), self.suite.clone());
        aws.add_task_definition(TASK_DEFINITION, &[("REVISION", REVISION)]);
        aws.grant(&format!("{BUCKET}/suites/"));
        grant_reports(aws);
    }
}

/// The variable that says where reports go.
pub(super) fn report_location() -> (String, String) {
    ("REPORT_LOCATION".to_owned(), format!("s3://{BUCKET}/hook-reports"))
}

/// Lets the function write there.
pub(super) fn grant_reports(aws: &Aws) {
    aws.grant(&format!("{BUCKET}/hook-reports/"));
}
