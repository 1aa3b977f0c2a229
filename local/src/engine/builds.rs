//! Builds of CodeBuild, as its API and its events show them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;

use super::record::Artifact;
use super::reports::ReportRecord;
use crate::build::{BuildOutcome, BuildStatus, Project};

/// One build of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BuildRecord {
    /// The project's name.
    pub project: String,
    /// The second half of the build's id, a UUID, which also names its log stream.
    pub uuid: String,
    /// The account it is in.
    pub account: String,
    /// The region it is in.
    pub region: String,
    /// The how manieth build of the project it is.
    pub number: u64,
    /// How it ended; nothing while it runs.
    pub status: Option<BuildStatus>,
    /// Who started it, e.g. `codepipeline/storefront`.
    pub initiator: String,
    /// The project's role.
    pub service_role: String,
    /// The project's image.
    pub image: String,
    /// How large the machine is.
    pub compute_type: String,
    /// `LINUX_CONTAINER` or `ARM_CONTAINER`.
    pub container: &'static str,
    /// Whether it may use Docker.
    pub privileged: bool,
    /// The environment variables of the project and the action.
    pub variables: BTreeMap<String, String>,
    /// The project's time-out.
    pub timeout_minutes: u32,
    /// How long it may wait for its turn.
    pub queued_timeout_minutes: u32,
    /// The version of the sources.
    pub source_version: String,
    /// Where its artifact was put.
    pub artifact: Option<Artifact>,
    /// What it gives to the pipeline's variables.
    pub exported_variables: BTreeMap<String, String>,
    /// The log group and the stream, when it logs.
    pub log: Option<(String, String)>,
    /// What it said about tests.
    pub reports: Vec<ReportRecord>,
    /// What it wrote, on this machine.
    pub log_file: Option<PathBuf>,
    /// When it started.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// The phases that it has entered.
    pub phases: Vec<BuildPhase>,
}

/// A phase of a build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BuildPhase {
    /// Its name, e.g. `POST_BUILD`.
    pub name: &'static str,
    /// How and when it ended; nothing while it lasts, and of `COMPLETED`, which has no end.
    pub ended: Option<(BuildStatus, Timestamp)>,
    /// When it began.
    pub started: Timestamp,
    /// Why it failed: status code, colon and reason.
    pub context: Option<String>,
}

impl BuildRecord {
    /// A build of `project` that was just asked for.
    pub(super) fn new(name: &str, uuid: &str, project: &Project, number: u64) -> Self {
        let now = Timestamp::now();
        let minutes = |duration: std::time::Duration| u32::try_from(duration.as_secs() / 60).unwrap_or(u32::MAX);
        let logs = &project.logs;
        let group = logs.group.clone().unwrap_or_else(|| format!("/aws/codebuild/{name}"));
        let stream = logs.stream_prefix.as_ref().map_or_else(|| uuid.to_owned(), |prefix| format!("{prefix}/{uuid}"));
        Self {
            project: name.to_owned(),
            uuid: uuid.to_owned(),
            account: String::new(),
            region: String::new(),
            number,
            status: None,
            initiator: String::new(),
            service_role: project.service_role.clone(),
            image: project.image.clone(),
            compute_type: project.compute_type.clone(),
            container: project.container,
            privileged: project.privileged,
            variables: project.environment.clone(),
            timeout_minutes: minutes(project.timeout),
            queued_timeout_minutes: minutes(project.queued_timeout),
            source_version: String::new(),
            artifact: None,
            exported_variables: BTreeMap::new(),
            log: logs.enabled.then_some((group, stream)),
            reports: Vec::new(),
            log_file: None,
            started: now,
            ended: None,
            phases: vec![BuildPhase {
                name: "SUBMITTED",
                ended: Some((BuildStatus::Succeeded, now)),
                started: now,
                context: None,
            }],
        }
    }

    /// The build's id: project, colon, UUID.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}:{}", self.project, self.uuid)
    }

    /// The build's ARN.
    #[must_use]
    pub fn arn(&self) -> String {
        format!("arn:aws:codebuild:{}:{}:build/{}", self.region, self.account, self.id())
    }

    /// The status as CodeBuild writes it.
    #[must_use]
    pub fn status_text(&self) -> String {
        self.status.map_or_else(|| "IN_PROGRESS".to_owned(), |status| status.to_string())
    }

    /// The log in the console.
    #[must_use]
    pub fn log_link(&self) -> Option<String> {
        let (group, stream) = self.log.as_ref()?;
        let region = &self.region;
        Some(format!(
            "https://console.aws.amazon.com/cloudwatch/home?region={region}#logEvent:group={group};stream={stream}"
        ))
    }

    /// Notes what came of the commands.
    pub(super) fn worked(&mut self, outcome: &BuildOutcome, reports: Vec<ReportRecord>) {
        self.status = Some(outcome.status);
        self.reports = reports;
        self.exported_variables.clone_from(&outcome.exported_variables);
        self.log_file = Some(outcome.log.clone());
        self.phases.extend(outcome.phases.iter().map(|phase| BuildPhase {
            name: phase.name,
            ended: Some((phase.status, phase.ended)),
            started: phase.started,
            context: phase.message.clone(),
        }));
    }

    /// Ends the build. `trouble` is what else went wrong than a command: before the commands could run, or with what they
    /// have made.
    pub(super) fn end(&mut self, trouble: Option<&str>) {
        let now = Timestamp::now();
        if let Some(trouble) = trouble {
            let name = match self.status {
                None => Some("PROVISIONING"),
                Some(BuildStatus::Succeeded) => Some("UPLOAD_ARTIFACTS"),
                Some(_) => None,
            };
            if let Some(name) = name {
                let started = self.phases.iter().find(|phase| phase.name == name).map_or(now, |phase| phase.started);
                self.phases.retain(|phase| phase.name != name);
                let (ended, context) = (Some((BuildStatus::Failed, now)), Some(format!("CLIENT_ERROR: {trouble}")));
                self.phases.push(BuildPhase { name, ended, started, context });
                self.status = Some(BuildStatus::Failed);
            }
        }
        self.phases.push(BuildPhase { name: "COMPLETED", ended: None, started: now, context: None });
        self.ended = Some(now);
    }
}

/// A phase's context apart: the status code and the message.
pub(super) fn split_context(context: &str) -> (&str, &str) {
    context.split_once(": ").unwrap_or(("", context))
}
