//! A lifecycle hook of an ECS blue/green deployment, replayed. Its answer is what the function returns.

use std::io::Write;
use std::path::Path;

use serde_json::Value;

use super::hook_setup::{HookSetup, TASK_DEFINITION};
use super::{Answer, ReplayError, ReplayOptions, Verdict, running, text};
use crate::standin::Outcome;
use crate::standin::aws::Aws;

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
        let text = |pointer: &'static str| {
            let missing = || ReplayError::Incomplete { path: path.to_owned(), kind: "hook", field: &pointer[1..] };
            value.pointer(pointer).and_then(Value::as_str).map(str::to_owned).ok_or_else(missing)
        };
        let arn = text("/executionDetails/serviceArn")?;
        let (_, service) = arn.split_once(":service/").unwrap_or(("", &arn));
        Ok(Self {
            stage: text("/lifecycleStage")?,
            service: service.to_owned(),
            revision: text("/executionDetails/targetServiceRevisionArn")?,
            event,
        })
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
        let setup = HookSetup::new(&self.service, shop.url(), &options.storefront())?;
        setup.add_to(&aws);
        aws.add_service_revision(&self.revision, TASK_DEFINITION);

        text::event(out, path, &format!("an ECS hook of {}, {}", self.service, self.stage))?;
        text::fact(out, "Playing", &format!("{} runs {TASK_DEFINITION}", self.revision))?;
        text::site(out, shop.url(), "the test endpoint of staging")?;
        progress("running the function");
        let (invocation, log) =
            running::invoke(function, "CodeDeployHook_launchway", setup.environment, &aws, &self.event).await?;
        let returned = match &invocation.outcome {
            Outcome::Succeeded(text) => serde_json::from_str(text).unwrap_or_default(),
            _ => Value::Null,
        };
        let verdict = Verdict { answer: Answer::EcsHook(returned), invocation };
        text::ending(out, &aws, &verdict, &log)?;
        Ok(verdict)
    }
}
