//! What the hook function is set up with, whichever protocol it is invoked by: the suite, the version under test and the
//! environment.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use super::steps::Replay;
use super::{ReplayError, Shop, running};
use crate::standin::Invocation;
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

/// The hook function, and everything that it meets.
#[derive(Debug)]
pub(super) struct HookSetup {
    pub(super) aws: Aws,
    function: PathBuf,
    shop: Shop,
    environment: BTreeMap<String, String>,
}

impl HookSetup {
    /// Starts what the function meets when `key` (`application/group` or `cluster/service`) is the environment staging:
    /// the example shop, its suite and the version under test.
    pub(super) async fn start(
        replay: &mut Replay<'_, impl Write, impl FnMut(&str)>,
        key: &str,
    ) -> Result<Self, ReplayError> {
        let function = replay.function("deploy-hook").await?;
        let shop = replay.shop().await?;
        let aws = Aws::start(running::aws_settings(running::no_job()), None).await?;
        let path = replay.options.storefront().join("smoke.yaml");
        let suite = fs::read(&path).map_err(|source| ReplayError::Artifact { path, source })?;
        aws.add_object(BUCKET, &format!("suites/{REVISION}/smoke.yaml"), Object::bytes(suite));
        aws.add_task_definition(TASK_DEFINITION, &[("REVISION", REVISION)]);
        aws.grant(&format!("{BUCKET}/suites/"));
        grant_reports(&aws);
        let environment = environment(key, shop.url());
        Ok(Self { aws, function, shop, environment })
    }

    /// Says what the event is and what the stand-in plays, and sends the event.
    pub(super) async fn invoke(
        &self,
        replay: &mut Replay<'_, impl Write, impl FnMut(&str)>,
        title: &str,
        playing: &str,
        event: &[u8],
    ) -> Result<(Invocation, String), ReplayError> {
        replay.event(title)?;
        replay.fact("Playing", playing)?;
        replay.site(&self.shop, "the test endpoint of staging")?;
        let function = (self.function.clone(), "CodeDeployHook_launchway");
        replay.invoke(function, self.environment.clone(), &self.aws, event).await
    }
}

/// The function's variables.
fn environment(key: &str, test_url: &str) -> BTreeMap<String, String> {
    let environments = json!({ key: { "environment": "staging", "test_url": test_url } });
    // The shop answers at every stage of a replay, and its suite has no checks of these stages alone.
    let early = ["RECONCILE_SERVICE", "PRE_SCALE_UP", "POST_SCALE_UP"];
    let tags: BTreeMap<_, _> = early.into_iter().map(|stage| (stage, ["before-traffic"])).collect();
    BTreeMap::from([
        ("HOOK_ENVIRONMENTS".to_owned(), environments.to_string()),
        ("HOOK_TAGS".to_owned(), json!(tags).to_string()),
        ("SUITE_OBJECT".to_owned(), format!("s3://{BUCKET}/suites/{{revision}}/smoke.yaml")),
        report_location(),
    ])
}

/// The variable that says where reports go.
pub(super) fn report_location() -> (String, String) {
    ("REPORT_LOCATION".to_owned(), format!("s3://{BUCKET}/hook-reports"))
}

/// Lets the function write there.
pub(super) fn grant_reports(aws: &Aws) {
    aws.grant(&format!("{BUCKET}/hook-reports/"));
}
