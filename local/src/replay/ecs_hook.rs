//! A lifecycle hook of an ECS blue/green deployment, replayed. Its answer is what the function returns.

use std::io::Write;
use std::path::Path;

use serde_json::Value;

use super::fields::Fields;
use super::hook_setup::{HookSetup, TASK_DEFINITION};
use super::steps::Replay;
use super::verdict::returned;
use super::{Answer, ReplayError, Verdict};

/// What the stand-ins have to know of a hook.
#[derive(Debug, Clone)]
pub struct EcsHook {
    /// The stage of the service deployment, e.g. `POST_TEST_TRAFFIC_SHIFT`.
    pub stage: String,
    /// The service, as `cluster/service`.
    pub service: String,
    /// The ARN of the service revision under test.
    pub revision: String,
    /// The whole event, as the function gets it.
    pub event: Vec<u8>,
}

impl EcsHook {
    pub(super) fn new(path: &Path, value: &Value, event: Vec<u8>) -> Result<Self, ReplayError> {
        let fields = Fields { path, kind: "hook", value };
        let arn = fields.text("/executionDetails/serviceArn")?;
        let (_, service) = arn.split_once(":service/").unwrap_or(("", &arn));
        Ok(Self {
            stage: fields.text("/lifecycleStage")?,
            service: service.to_owned(),
            revision: fields.text("/executionDetails/targetServiceRevisionArn")?,
            event,
        })
    }

    pub(super) async fn replay(
        &self,
        mut replay: Replay<'_, impl Write, impl FnMut(&str)>,
    ) -> Result<Verdict, ReplayError> {
        let setup = HookSetup::start(&mut replay, &self.service).await?;
        setup.aws.add_service_revision(&self.revision, TASK_DEFINITION);
        let title = format!("an ECS hook of {}, {}", self.service, self.stage);
        let playing = format!("{} runs {TASK_DEFINITION}", self.revision);
        let (invocation, log) = setup.invoke(&mut replay, &title, &playing, &self.event).await?;
        let answer = Answer::EcsHook(returned(&invocation));
        replay.end(&setup.aws, Verdict { answer, invocation }, &log)
    }
}
