//! The record of an event that failed for the last time, replayed: the closer answers in the place of the function that died.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use serde_json::Value;

use super::hook_setup::{grant_reports, report_location};
use super::steps::Replay;
use super::{Answer, CodeDeployHook, Job, ReplayError, Verdict, running};
use crate::standin::aws::Aws;

/// A record as Lambda sends it to an on-failure destination.
#[derive(Debug, Clone)]
pub struct DestinationRecord {
    /// Who waits for an answer.
    pub owed: Owed,
    /// The whole record, as the function gets it.
    pub event: Vec<u8>,
}

/// Who waits for an answer.
#[derive(Debug, Clone)]
pub enum Owed {
    /// A job.
    Job(Job),
    /// A hook of CodeDeploy.
    CodeDeployHook(CodeDeployHook),
}

impl DestinationRecord {
    pub(super) fn new(path: &Path, value: &Value, event: Vec<u8>) -> Result<Self, ReplayError> {
        let payload = &value["requestPayload"];
        let text = payload.to_string().into_bytes();
        let owed = match payload.get("CodePipeline.job") {
            Some(job) => Owed::Job(Job::new(path, job, text)?),
            None => Owed::CodeDeployHook(CodeDeployHook::new(path, payload, text)?),
        };
        Ok(Self { owed, event })
    }

    pub(super) async fn replay(
        &self,
        mut replay: Replay<'_, impl Write, impl FnMut(&str)>,
    ) -> Result<Verdict, ReplayError> {
        let function = replay.function("job-closer").await?;
        let credentials = match &self.owed {
            Owed::Job(job) => job.credentials.clone(),
            Owed::CodeDeployHook(_) => running::no_job(),
        };
        let aws = Aws::start(running::aws_settings(credentials), None).await?;
        grant_reports(&aws);
        let whose = match &self.owed {
            Owed::Job(job) => {
                aws.add_job(&job.id);
                format!("job {}", job.id)
            }
            Owed::CodeDeployHook(hook) => {
                aws.add_deployment(hook.deployment());
                format!("a hook of deployment {}", hook.deployment)
            }
        };
        replay.event(&format!("a destination record of {whose}"))?;
        let environment = BTreeMap::from([report_location()]);
        let (invocation, log) = replay.invoke((function, "job-closer"), environment, &aws, &self.event).await?;
        let answer = match &self.owed {
            Owed::Job(job) => Answer::Job(aws.results(&job.id)),
            Owed::CodeDeployHook(hook) => Answer::CodeDeployHook(aws.hook_statuses(&hook.deployment)),
        };
        replay.end(&aws, Verdict { answer, invocation }, &log)
    }
}
