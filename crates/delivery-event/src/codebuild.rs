//! State changes of builds (CodeBuild User Guide, "Build notifications input format reference").

use std::time::Duration;

use jiff::Timestamp;

use crate::arn;
use crate::envelope::Envelope;
use crate::fields::Fields;
use crate::state::states;

states! {
    /// The state of a build.
    BuildStatus {
        Failed = "FAILED",
        Fault = "FAULT",
        InProgress = "IN_PROGRESS",
        Stopped = "STOPPED",
        Succeeded = "SUCCEEDED",
        TimedOut = "TIMED_OUT",
    }
}

/// A build changed its state. The build's environment variables are not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildChange {
    /// What is around it.
    pub envelope: Envelope,
    /// The project's name.
    pub project: Option<String>,
    /// The build's id as the API takes it: project, colon, UUID.
    pub build: Option<String>,
    /// Its new state.
    pub status: BuildStatus,
    /// The build's number in its project.
    pub number: Option<u64>,
    /// Who started it; `codepipeline/NAME` when a pipeline did.
    pub initiator: Option<String>,
    /// When it started.
    pub started: Option<Timestamp>,
    /// Its phases, in their order; those to come are missing.
    pub phases: Vec<BuildPhase>,
    /// Where its log is.
    pub log: BuildLog,
    /// The version of the source, such as a commit or an artifact's ARN.
    pub source_version: Option<String>,
}

/// A phase of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildPhase {
    /// Such as `PRE_BUILD`.
    pub name: Option<String>,
    /// How it ended; empty while it runs.
    pub status: BuildStatus,
    /// What went wrong, such as the command and its exit status.
    pub context: Vec<String>,
    /// How long it took, to the second.
    pub took: Option<Duration>,
}

/// Where the log of a build is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildLog {
    /// The log group.
    pub group: Option<String>,
    /// The log stream.
    pub stream: Option<String>,
    /// The log in the console.
    pub link: Option<String>,
}

impl BuildChange {
    pub(crate) fn read(envelope: Envelope, detail: Fields<'_>) -> Self {
        let more = detail.object("additional-information");
        let log = more.object("logs");
        Self {
            project: detail.text("project-name"),
            build: detail.text("build-id").or_else(|| envelope.resources.first().cloned()).map(build_id),
            status: BuildStatus::read(detail.text("build-status")),
            number: more.count("build-number"),
            initiator: more.text("initiator"),
            started: more.time("build-start-time"),
            phases: more.list("phases").map(BuildPhase::read).collect(),
            log: BuildLog {
                group: log.text("group-name"),
                stream: log.text("stream-name"),
                link: log.text("deep-link"),
            },
            source_version: more.text("source-version"),
            envelope,
        }
    }

    /// The first phase that did not end well.
    #[must_use]
    pub fn failed_phase(&self) -> Option<&BuildPhase> {
        let failed = [BuildStatus::Failed, BuildStatus::Fault, BuildStatus::TimedOut];
        self.phases.iter().find(|phase| failed.contains(&phase.status))
    }

    /// The pipeline that started the build, if one did.
    #[must_use]
    pub fn pipeline(&self) -> Option<&str> {
        self.initiator.as_deref()?.strip_prefix("codepipeline/")
    }
}

impl BuildPhase {
    fn read(phase: Fields<'_>) -> Self {
        // A phase without trouble may have the context ": ".
        let context = phase.texts("phase-context").into_iter().filter(|text| text.chars().any(char::is_alphanumeric));
        Self {
            name: phase.text("phase-type"),
            status: BuildStatus::read(phase.text("phase-status")),
            context: context.collect(),
            took: phase.count("duration-in-seconds").map(Duration::from_secs),
        }
    }
}

/// `arn:...:build/project:uuid` -> `project:uuid`.
fn build_id(id: String) -> String {
    arn::resource(&id, "codebuild").and_then(|build| build.strip_prefix("build/")).map(str::to_owned).unwrap_or(id)
}
