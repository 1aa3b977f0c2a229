//! Why a run could not be carried out.

use super::sources::SourcesError;
use crate::emulator::EmulatorError;
use crate::emulator::client::ClientError;
use crate::engine::EngineError;
use crate::project::ProjectError;
use crate::sam::SamError;
use crate::standin::StandinError;

/// An error of a run. A release that fails in the pipeline is a result and none of these.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The checkout is not complete.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The SAM CLI failed.
    #[error(transparent)]
    Sam(#[from] SamError),
    /// The emulator failed.
    #[error(transparent)]
    Emulator(#[from] EmulatorError),
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A call of the emulator failed.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The sources could not be made.
    #[error(transparent)]
    Sources(#[from] SourcesError),
    /// A file of the run could not be written.
    #[error("the run's files cannot be written: {0}")]
    Files(#[source] std::io::Error),
    /// The template does not give out what a run needs.
    #[error("the stack has no output {0}: the template has to give it out")]
    NoOutput(&'static str),
    /// A configuration that is not in samconfig.toml.
    #[error("samconfig.toml has no configuration {name}: it has {}", known.join(", "))]
    NoConfiguration {
        /// What was asked for.
        name: String,
        /// The configurations that can be deployed.
        known: Vec<String>,
    },
    /// `sam deploy` says that it is done, and something is not as the template has it.
    #[error("the configuration {configuration} is not deployed whole:\n{}", problems.join("\n"))]
    Incomplete {
        /// The configuration.
        configuration: String,
        /// What is missing, too much, or not made.
        problems: Vec<String>,
    },
    /// A template of a stack cannot be read.
    #[error("the template of the stack cannot be read: {0}")]
    Template(String),
    /// The source bucket keeps no versions.
    #[error("the source bucket gave the upload no version: it has to be versioned")]
    NoVersion,
    /// Nothing took up the sources that were uploaded.
    #[error(
        "the pipeline took up no execution of the uploaded version {version} within {seconds} s; \
         see that the pipeline's role may read the source object and that its source action polls"
    )]
    NotTakenUp {
        /// The version of the source object.
        version: String,
        /// How long was waited.
        seconds: u64,
    },
    /// The stand-in for Slack does not run.
    #[error(transparent)]
    Slack(#[from] StandinError),
    /// Functions got stuck in what is to be told, or it was not received.
    #[error(
        "people were not told all of the last release: no function was done with an event, or what one published was not \
         received, within {seconds} s; what functions log is in the emulator's log"
    )]
    NotSettled {
        /// How long was waited.
        seconds: u64,
    },
    /// Nothing followed a failure in production.
    #[error("the pipeline did not roll production back after the execution {execution} failed there")]
    NotRolledBack {
        /// The execution that failed.
        execution: String,
    },
    /// A release that needs a listener, on a platform that has none.
    #[error(
        "the releases `killed` and `undone` need the platform ecs: there a listener can hold the smoke test's connection"
    )]
    NeedsListener,
    /// The engine is gone.
    #[error("the local CodePipeline ended while a release was under way")]
    EngineGone,
}
