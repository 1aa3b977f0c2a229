//! An AWS account on this machine: the emulator with IAM enforced, and the engine behind it.

use std::time::Duration;

use aws_credential_types::Credentials;

use super::context::RunContext;
use super::error::RunError;
use crate::build::tools;
use crate::deploy::Instance;
use crate::emulator::client::{Caller, EmulatorClient};
use crate::emulator::{Emulator, EmulatorSettings};
use crate::engine::{Clock, EcsService, EmulatorAccess, Engine, EngineConfig};
use crate::process::RUN_MARKER;
use crate::project::Project;

/// The region of the emulator.
pub const REGION: &str = "us-east-1";

/// How often a source is looked at. AWS looks about once a minute.
const SOURCE_POLL_INTERVAL: Duration = Duration::from_millis(500);

/// An account and what runs in it.
#[derive(Debug)]
pub struct Account {
    engine: Engine,
    emulator: Emulator,
    client: EmulatorClient,
    root: Caller,
}

/// What an account is opened with.
#[derive(Debug)]
pub struct AccountSettings<'a> {
    /// How fast the pipeline's waiting passes.
    pub clock: Clock,
    /// The instances that exist.
    pub instances: Vec<Instance>,
    /// The ECS services that exist.
    pub services: Vec<EcsService>,
    /// Where the functions find Slack's API.
    pub slack_api_url: &'a str,
}

impl Account {
    /// Starts the engine and the emulator, whose files lie in the run's folder. Nothing is deployed yet.
    pub async fn open(
        project: &Project,
        context: &RunContext,
        settings: AccountSettings<'_>,
    ) -> Result<Self, RunError> {
        let folder = context.folder();
        let launchway = std::env::current_exe().map_err(RunError::Files)?;
        let path =
            tools::install(&folder.join("tools"), &launchway, &project.aws_python()?).map_err(RunError::Files)?;
        let engine = Engine::start(EngineConfig {
            clock: settings.clock,
            source_poll_interval: SOURCE_POLL_INTERVAL,
            work_dir: folder.join("engine"),
            cache_dir: project.build_cache(),
            instances: settings.instances,
            services: settings.services,
            build_environment: [(RUN_MARKER.to_owned(), context.id().to_owned()), ("PATH".to_owned(), path)].into(),
            images: folder.join("images"),
        })
        .await?;
        let emulated = EmulatorSettings {
            engine_url: &engine.url(),
            work_dir: folder,
            marker: (RUN_MARKER, context.id()),
            slack_api_url: settings.slack_api_url,
        };
        let emulator = Emulator::start(project, emulated).await?;
        let access = emulator.root();
        engine.connect(&EmulatorAccess {
            endpoint: emulator.url(),
            role_session_url: emulator.role_session_url(),
            root: access.clone(),
        })?;
        let credentials =
            Credentials::new(&access.access_key_id, &access.secret_access_key, None, None, "the emulator's root");
        let root = Caller { credentials, region: REGION.to_owned() };
        let client = EmulatorClient::new(&emulator.url())?;
        Ok(Self { engine, emulator, client, root })
    }

    /// The pipelines and deployments.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Everything else of AWS.
    #[must_use]
    pub fn emulator(&self) -> &Emulator {
        &self.emulator
    }

    /// A client of the emulator, and the account's root to call it as.
    #[must_use]
    pub fn client(&self) -> (&EmulatorClient, &Caller) {
        (&self.client, &self.root)
    }

    /// Ends the engine and the emulator. What they started ends with the run's marker.
    pub async fn close(self) {
        self.engine.shutdown().await;
        self.emulator.stop().await;
    }
}
