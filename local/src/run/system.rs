//! The local system of one run: engine, emulator, the deployed stack and the two environments.

use std::path::PathBuf;

use tokio::sync::broadcast;

use super::account::{Account, AccountSettings};
use super::alerts::Alerts;
use super::context::RunContext;
use super::error::RunError;
use super::platform::Platform;
use super::service;
use super::sites::Site;
use super::workspace;
use crate::console::Console;
use crate::emulator::client::EmulatorClient;
use crate::engine::{BuildRecord, Clock, EngineEvent, ExecutionRecord};
use crate::eventing::Delivery;
use crate::inbox::Received;
use crate::project::Project;
use crate::sam;

/// The configuration of samconfig.toml that is deployed.
const CONFIGURATION: &str = "local";

/// The stack's name, as samconfig.toml has it.
const STACK: &str = "launchway";

/// Where `sam deploy` puts the functions' packages.
const DEPLOYMENT_BUCKET: &str = "launchway-deployment";

/// The name of the secret with the token of Slack's bot.
const SLACK_SECRET: &str = "launchway-slack";

/// What is decided about a system before it starts.
#[derive(Debug, Clone)]
pub struct SystemSettings {
    /// The template to deploy.
    pub template: PathBuf,
    /// What the environments are made of.
    pub platform: Platform,
    /// How many times faster than AWS the pipeline's waiting passes. Limits of work stay long enough for work.
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
    account: Account,
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
        let staging = Site::create("staging", settings.platform, context).await.map_err(RunError::Files)?;
        let production = Site::create("production", settings.platform, context).await.map_err(RunError::Files)?;
        let sites = [&staging, &production];

        let step = console.step("Build the functions with sam build (the first time takes minutes)");
        let built = sam::build(project, context, &settings.template, console).await?;
        step.done();

        let step = console.step("Start the AWS emulator, IAM enforced");
        let (slack, slack_secret) = workspace::start().await?;
        let account = Account::open(
            project,
            context,
            AccountSettings {
                clock: Clock::at(settings.clock_speed),
                instances: sites.iter().filter_map(|site| site.instance(context)).collect(),
                services: sites.iter().filter_map(|site| site.service().cloned()).collect(),
                slack_api_url: &slack.url(),
            },
        )
        .await?;
        let (client, root) = account.client();
        client.create_bucket(root, DEPLOYMENT_BUCKET).await?;
        if settings.platform == Platform::Ecs {
            client.create_repository(root, service::IMAGE_REPOSITORY).await?;
            client.create_role(root, service::EXECUTION_ROLE, "ecs-tasks.amazonaws.com").await?;
        }
        let slack_secret = client.create_secret(root, SLACK_SECRET, &slack_secret).await?;
        step.done();

        let step = console.step("Deploy the template with sam deploy");
        let mut parameters = parameters(settings, sites);
        parameters.extend(workspace::parameters(&slack_secret).map(|(name, value)| (name.to_owned(), value)));
        let mut arguments = ["--s3-bucket", DEPLOYMENT_BUCKET, "--parameter-overrides"].map(str::to_owned).to_vec();
        arguments.extend(parameters.iter().map(|(name, value)| format!("ParameterKey={name},ParameterValue={value}")));
        sam::deploy(project, context, account.emulator(), &built, CONFIGURATION, &arguments).await?;
        let mut outputs = client.stack_outputs(root, STACK).await?;
        let mut output = |name: &'static str| outputs.remove(name).ok_or(RunError::NoOutput(name));
        let outputs = StackOutputs {
            source_bucket: output("SourceBucketName")?,
            artifact_bucket: output("ArtifactBucketName")?,
            pipeline: output("PipelineName")?,
            smoke_test: output("SmokeTestFunctionName")?,
            alert_topic: output("AlertTopicArn")?,
        };
        let launcher = EmulatorClient::new(&account.emulator().role_session_url())?;
        let topic = &outputs.alert_topic;
        let alerts = Alerts::start(account.engine(), (client, root), launcher, slack, topic, settings.events).await?;
        step.done();
        Ok(Self { alerts, account, outputs, staging, production })
    }

    /// The names that the stack gave out.
    #[must_use]
    pub fn outputs(&self) -> &StackOutputs {
        &self.outputs
    }

    /// The account that the stack is deployed to.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Staging and production.
    #[must_use]
    pub fn sites(&self) -> [&Site; 2] {
        [&self.staging, &self.production]
    }

    /// What happens from now on.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<EngineEvent> {
        self.account.engine().events()
    }

    /// Every execution so far.
    #[must_use]
    pub fn executions(&self) -> Vec<ExecutionRecord> {
        self.account.engine().executions()
    }

    /// The build with this id.
    #[must_use]
    pub fn build(&self, id: &str) -> Option<BuildRecord> {
        self.account.engine().records().build(id)
    }

    /// Waits until everybody was told what there is to tell.
    pub async fn settled(&self) -> Result<(), RunError> {
        self.alerts.settled(self.account.client()).await
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
        self.account.close().await;
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
