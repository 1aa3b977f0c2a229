//! A lifecycle event hook of CodeDeploy, replayed: the hook function tests the example shop as the new version of an ECS
//! service.

use std::io::Write;
use std::path::Path;

use serde_json::Value;

use super::hook_setup::{APPLICATION, CLUSTER, GROUP, HookSetup, SERVICE, TASK_DEFINITION};
use super::{Answer, ReplayError, ReplayOptions, Verdict, running, text};
use crate::standin::aws::{Aws, Deployment};

/// The lifecycle event that is said to run. The hook's event does not tell.
const LIFECYCLE_EVENT: &str = "AfterAllowTestTraffic";

/// What the stand-ins have to know of a hook.
#[derive(Debug, Clone)]
pub struct CodeDeployHook {
    /// The deployment's id.
    pub deployment: String,
    /// The execution of the hook, for its status.
    pub execution: String,
    /// The whole event, as the function gets it.
    pub event: Vec<u8>,
}

impl CodeDeployHook {
    pub(super) fn new(path: &Path, value: &Value, event: Vec<u8>) -> Result<Self, ReplayError> {
        let text = |field: &'static str| {
            let missing = || ReplayError::Incomplete { path: path.to_owned(), kind: "hook", field };
            value[field].as_str().map(str::to_owned).ok_or_else(missing)
        };
        Ok(Self { deployment: text("DeploymentId")?, execution: text("LifecycleEventHookExecutionId")?, event })
    }

    /// The deployment as the stand-in plays it: it waits for this hook.
    pub(super) fn deployment(&self) -> Deployment {
        Deployment::of_service(&self.deployment, (APPLICATION, GROUP), (CLUSTER, SERVICE), TASK_DEFINITION)
            .running(LIFECYCLE_EVENT, &self.execution)
    }

    pub(super) async fn replay(
        &self,
        path: &Path,
        options: &ReplayOptions,
        out: &mut impl Write,
        progress: &mut impl FnMut(&str),
    ) -> Result<Verdict, ReplayError> {
        let function = options.function("deploy-hook", progress).await?;
        let shop = options.shop(progress).await?;
        let aws = Aws::start(running::aws_settings(running::no_job()), None).await?;
        aws.add_deployment(self.deployment());
        let setup = HookSetup::new(&format!("{APPLICATION}/{GROUP}"), shop.url(), &options.storefront())?;
        setup.add_to(&aws);

        text::event(out, path, &format!("a CodeDeploy hook of deployment {}", self.deployment))?;
        text::fact(out, "Playing", &format!("{APPLICATION}/{GROUP} on ECS, {LIFECYCLE_EVENT}, {TASK_DEFINITION}"))?;
        text::site(out, shop.url(), "the test endpoint of staging")?;
        progress("running the function");
        let (invocation, log) =
            running::invoke(function, "CodeDeployHook_launchway", setup.environment, &aws, &self.event).await?;
        let verdict = Verdict { answer: Answer::CodeDeployHook(aws.hook_statuses(&self.deployment)), invocation };
        text::ending(out, &aws, &verdict, &log)?;
        Ok(verdict)
    }
}
