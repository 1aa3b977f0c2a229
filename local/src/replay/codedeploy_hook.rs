//! A lifecycle event hook of CodeDeploy, replayed: the hook function tests the example shop as the new version of an ECS
//! service.

use std::io::Write;
use std::path::Path;

use serde_json::Value;

use super::fields::Fields;
use super::hook_setup::{APPLICATION, CLUSTER, GROUP, HookSetup, SERVICE, TASK_DEFINITION};
use super::steps::Replay;
use super::{Answer, ReplayError, Verdict};
use crate::standin::aws::Deployment;

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
        let fields = Fields { path, kind: "hook", value };
        Ok(Self {
            deployment: fields.text("/DeploymentId")?,
            execution: fields.text("/LifecycleEventHookExecutionId")?,
            event,
        })
    }

    /// The deployment as the stand-in plays it: it waits for this hook.
    pub(super) fn deployment(&self) -> Deployment {
        Deployment::of_service(&self.deployment, (APPLICATION, GROUP), (CLUSTER, SERVICE), TASK_DEFINITION)
            .running(LIFECYCLE_EVENT, &self.execution)
    }

    pub(super) async fn replay(
        &self,
        mut replay: Replay<'_, impl Write, impl FnMut(&str)>,
    ) -> Result<Verdict, ReplayError> {
        let setup = HookSetup::start(&mut replay, &format!("{APPLICATION}/{GROUP}")).await?;
        setup.aws.add_deployment(self.deployment());
        let title = format!("a CodeDeploy hook of deployment {}", self.deployment);
        let playing = format!("{APPLICATION}/{GROUP} on ECS, {LIFECYCLE_EVENT}, {TASK_DEFINITION}");
        let (invocation, log) = setup.invoke(&mut replay, &title, &playing, &self.event).await?;
        let answer = Answer::CodeDeployHook(setup.aws.hook_statuses(&self.deployment));
        replay.end(&setup.aws, Verdict { answer, invocation }, &log)
    }
}
