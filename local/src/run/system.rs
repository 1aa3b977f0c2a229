//! The local system of one run: engine, emulator, the deployed stack and the two environments.

use std::path::PathBuf;
use std::time::Duration;

use aws_credential_types::Credentials;
use tokio::sync::broadcast;

use super::alerts::Alerts;
use super::context::RunContext;
use super::error::RunError;
use super::platform::Platform;
use super::service;
use super::sites::Site;
use super::workspace;
use crate::build::tools;
use crate::console::Console;
use crate::emulator::client::{Caller, EmulatorClient};
use crate::emulator::{Emulator, EmulatorSettings};
use crate::engine::{BuildRecord, Clock, EmulatorAccess, Engine, EngineConfig, EngineEvent, ExecutionRecord};
use crate::eventing::Delivery;
use crate::inbox::Received;
use crate::process::RUN_MARKER;
use crate::project::Project;
use crate::sam;

/// The region of the emulator.
pub(super) const REGION: &str = "us-east-1";

/// The stack's name, as samconfig.toml has it.
const STACK: &str = "launchway";

/// Where `sam deploy` puts the functions' packages.
const DEPLOYMENT_BUCKET: &str = "launchway-deployment";

/// The name of the secret with the token of Slack's bot.
const SLACK_SECRET: &str = "launchway-slack";

/// How often a source is looked at. AWS looks about once a minute.
const SOURCE_POLL_INTERVAL: Duration = Duration::from_millis(500);

/// What is decided about a system before it starts.
#[derive(Debug, Clone)]
pub struct SystemSettings {
    /// The template to deploy.
    pub template: PathBuf,
    /// What the environments are made of.
    pub platform: Platform,
    /// How many times faster than AWS the pipeline's waiting passes.
    pub clock_speed: f64,
    /// How state changes come to the rules' targets.
    pub events: Delivery,
    /// Whether a release is tested while it is built.
    pub tests: bool,
}

/// A running system.
#[derive(Debug)]
pub struct System {
    alerts: Alerts,
    engine: Engine,
    emulator: Emulator,
    client: EmulatorClient,
    root: Caller,
    outputs: StackOutputs,
    staging: Site,
    production: Site,
}

/// The outputs of the stack that a run needs.
#[derive(Debug, Clone)]
pub struct StackOutputs {
    /// Where sources are uploaded.
    pub source_bucket: String,
    /// Where artifacts and reports lie.
    pub artifact_bucket: String,
    /// The pipeline's name.
    pub pipeline: String,
    /// The smoke-test function's name.
    pub smoke_test: String,
    /// The ARN of the topic that alerts are published to.
    pub alert_topic: String,
}

impl System {
    /// Builds the functions, starts everything and deploys the template.
    pub async fn start(
        project: &Project,
        context: &RunContext,
        settings: &SystemSettings,
        console: &Console,
    ) -> Result<Self, RunError> {
        let folder = context.folder();
        let staging = Site::create("staging", settings.platform, context).await.map_err(RunError::Files)?;
        let production = Site::create("production", settings.platform, context).await.map_err(RunError::Files)?;
        let sites = [&staging, &production];

        let step = console.step("Build the functions with sam build (the first time takes minutes)");
        let built = sam::build(project, context, &settings.template).await?;
        step.done();

        let step = console.step("Start the AWS emulator, IAM enforced");
        let launchway = std::env::current_exe().map_err(RunError::Files)?;
        let path =
            tools::install(&folder.join("tools"), &launchway, &project.aws_python()?).map_err(RunError::Files)?;
        let engine = Engine::start(EngineConfig {
            clock: Clock { speed: settings.clock_speed },
            source_poll_interval: SOURCE_POLL_INTERVAL,
            work_dir: folder.join("engine"),
            cache_dir: project.build_cache(),
            instances: sites.iter().filter_map(|site| site.instance(context)).collect(),
            services: sites.iter().filter_map(|site| site.service().cloned()).collect(),
            build_environment: [(RUN_MARKER.to_owned(), context.id().to_owned()), ("PATH".to_owned(), path)].into(),
            images: folder.join("images"),
        })
        .await?;
        let (slack, slack_secret) = workspace::start().await?;
        let emulated = EmulatorSettings {
            engine_url: &engine.url(),
            work_dir: folder,
            marker: (RUN_MARKER, context.id()),
            slack_api_url: &slack.url(),
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
        client.create_bucket(&root, DEPLOYMENT_BUCKET).await?;
        if settings.platform == Platform::Ecs {
            client.create_repository(&root, service::IMAGE_REPOSITORY).await?;
            client.create_role(&root, service::EXECUTION_ROLE, "ecs-tasks.amazonaws.com").await?;
        }
        let slack_secret = client.create_secret(&root, SLACK_SECRET, &slack_secret).await?;
        step.done();

        let step = console.step("Deploy the template with sam deploy");
        let mut parameters = parameters(settings, sites);
        parameters.extend(workspace::parameters(&slack_secret).map(|(name, value)| (name.to_owned(), value)));
        sam::deploy(project, context, &emulator, &built, DEPLOYMENT_BUCKET, &parameters).await?;
        let mut outputs = client.stack_outputs(&root, STACK).await?;
        let mut output = |name: &'static str| outputs.remove(name).ok_or(RunError::NoOutput(name));
        let outputs = StackOutputs {
            source_bucket: output("SourceBucketName")?,
            artifact_bucket: output("ArtifactBucketName")?,
            pipeline: output("PipelineName")?,
            smoke_test: output("SmokeTestFunctionName")?,
            alert_topic: output("AlertTopicArn")?,
        };
        let launcher = EmulatorClient::new(&emulator.role_session_url())?;
        let topic = &outputs.alert_topic;
        let alerts = Alerts::start(&engine, (&client, &root), launcher, slack, topic, settings.events).await?;
        step.done();
        Ok(Self { alerts, engine, emulator, client, root, outputs, staging, production })
    }

    /// The names that the stack gave out.
    #[must_use]
    pub fn outputs(&self) -> &StackOutputs {
        &self.outputs
    }

    /// The emulator.
    #[must_use]
    pub fn emulator(&self) -> &Emulator {
        &self.emulator
    }

    /// A client of the emulator, and the account's root to call it as.
    #[must_use]
    pub fn client(&self) -> (&EmulatorClient, &Caller) {
        (&self.client, &self.root)
    }

    /// Staging and production.
    #[must_use]
    pub fn sites(&self) -> [&Site; 2] {
        [&self.staging, &self.production]
    }

    /// What happens from now on.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<EngineEvent> {
        self.engine.events()
    }

    /// Every execution so far.
    #[must_use]
    pub fn executions(&self) -> Vec<ExecutionRecord> {
        self.engine.executions()
    }

    /// The build with this id.
    #[must_use]
    pub fn build(&self, id: &str) -> Option<BuildRecord> {
        self.engine.records().build(id)
    }

    /// Waits until everybody was told what there is to tell.
    pub async fn settled(&self) -> Result<(), RunError> {
        self.alerts.settled(self.client()).await
    }

    /// What people got until now, in the order it came.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.alerts.received()
    }

    /// What people got, as soon as it is more than `known`.
    pub async fn received_more_than(&self, known: usize) -> Vec<Received> {
        self.alerts.more_than(known).await
    }

    /// Ends the engine and the emulator. What they started ends with the run's marker.
    pub async fn stop(self) {
        drop(self.alerts);
        self.engine.shutdown().await;
        self.emulator.stop().await;
    }
}

/// What `sam deploy` is told about the environments.
fn parameters(settings: &SystemSettings, sites: [&Site; 2]) -> Vec<(String, String)> {
    // Processes of this machine are the environments; the source is polled.
    let tests = if settings.tests { "true" } else { "false" };
    let local = [("CreateEnvironments", "false"), ("PollForSourceChanges", "true"), ("RunTests", tests)];
    let mut parameters = vec![("DeployPlatform".to_owned(), settings.platform.name().to_owned())];
    parameters.extend(local.map(|(name, value)| (name.to_owned(), value.to_owned())));
    if settings.platform == Platform::Ecs {
        parameters.extend(service::shared_parameters().map(|(name, value)| (name.to_owned(), value)));
    }
    parameters.extend(sites.into_iter().flat_map(Site::parameters));
    parameters
}
