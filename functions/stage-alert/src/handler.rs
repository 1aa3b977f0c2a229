//! One event: what it means, and who tells it.

use delivery_event::{ActionState, DeliveryEvent, ExecutionState};
use function_setup::{AwsSetup, Environment, SetupError};
use lambda_runtime::Context;
use ledger::Ledger;
use notify::{Slack, Undelivered};
use serde_json::Value;

use crate::announce::Announcer;
use crate::config::Config;
use crate::invocation::Invocation;
use crate::kinds::{alarm, approval, build, deployment, failure, quiet, recovery, retrying, rollback, service};
use crate::outcome::{Outcome, Unsent};
use crate::sources::Sources;

/// Tells people what events mean. Made once, before the first event.
pub(crate) struct Handler {
    pub(crate) announcer: Announcer,
    pub(crate) sources: Sources,
}

impl Handler {
    pub(crate) fn new(setup: &AwsSetup, environment: &Environment) -> Result<Self, SetupError> {
        let config = Config::from_environment(environment)?;
        for wrong in &config.wrong {
            tracing::error!("{wrong}");
        }
        let aws = &setup.aws;
        Ok(Self {
            sources: Sources::new(setup, &config),
            announcer: Announcer {
                ledger: config.table.as_deref().map(|table| Ledger::new(aws.clone(), table)),
                sns: setup.sns(),
                slack: config.slack.as_ref().map(|slack| Slack::new(aws.clone(), &slack.secret, &slack.api_url)),
                undelivered: config.undelivered.as_deref().map(|url| Undelivered::new(aws.clone(), url)),
                config,
            },
        })
    }

    /// Deals with one event. The error says what is still to be sent; Lambda then tries the event again.
    pub(crate) async fn handle(&self, event: &Value, context: &Context) -> Result<Value, Unsent> {
        let event = match delivery_event::read(event) {
            Ok(event) => event,
            Err(error) => {
                // The rules let through what can be read. What cannot is kept: Lambda puts it into the on-failure queue.
                tracing::error!("{error}");
                return Err(Unsent::unreadable(&error));
            }
        };
        let margin = self.announcer.config.margin;
        let invocation = Invocation::new(&context.request_id, context.deadline, margin);
        match Box::pin(self.tell(&event, &invocation)).await {
            Ok(outcome) => {
                if let Outcome::Silent(why) = &outcome {
                    tracing::info!(event = event.envelope().detail_type, "nothing is said: {why}");
                }
                Ok(outcome.to_json())
            }
            Err(unsent) => {
                tracing::error!("{unsent}");
                Err(unsent)
            }
        }
    }

    async fn tell(&self, event: &DeliveryEvent, invocation: &Invocation) -> Result<Outcome, Unsent> {
        if pipeline_of(event).is_some_and(|pipeline| !self.announcer.config.watch.includes(pipeline)) {
            return Ok(Outcome::Silent("the pipeline is not watched"));
        }
        match event {
            DeliveryEvent::Pipeline(change) => match change.state {
                ExecutionState::Failed => failure::of_pipeline(self, change, invocation).await,
                ExecutionState::Started => rollback::started(self, change, invocation).await,
                ExecutionState::Succeeded => rollback::finished(self, change, invocation).await,
                ExecutionState::Stopped | ExecutionState::Superseded | ExecutionState::Canceled => {
                    quiet::ended(self, change, invocation).await
                }
                _ => Ok(UNREMARKABLE),
            },
            DeliveryEvent::Stage(change) => match change.state {
                ExecutionState::Failed => failure::of_stage(self, change, invocation).await,
                ExecutionState::Succeeded => recovery::of_stage(self, change, invocation).await,
                ExecutionState::Started | ExecutionState::Resumed => retrying::of_stage(self, change, invocation).await,
                _ => Ok(UNREMARKABLE),
            },
            DeliveryEvent::Action(change) if change.is_approval() => match change.state {
                ActionState::Started => approval::of_action(self, change, invocation).await,
                ActionState::Succeeded => quiet::approved(self, change, invocation).await,
                _ => Ok(UNREMARKABLE),
            },
            DeliveryEvent::Action(_) => Ok(Outcome::Silent("the stage tells what its actions do")),
            DeliveryEvent::Approval(request) => approval::of_request(self, request, invocation).await,
            DeliveryEvent::Deployment(change) => deployment::tell(self, change, invocation).await,
            DeliveryEvent::Instance(_) => Ok(Outcome::Silent("the deployment tells what its instances do")),
            DeliveryEvent::Build(change) => build::tell(self, change, invocation).await,
            DeliveryEvent::Alarm(change) => alarm::tell(self, change, invocation).await,
            DeliveryEvent::ServiceDeployment(change) => service::tell(self, change, invocation).await,
            DeliveryEvent::Other(_) => Ok(Outcome::Silent("nobody asked for events of this kind")),
        }
    }
}

/// It changes nothing that people wait for.
pub(crate) const UNREMARKABLE: Outcome = Outcome::Silent("the state is none to tell");

fn pipeline_of(event: &DeliveryEvent) -> Option<&str> {
    match event {
        DeliveryEvent::Pipeline(change) => change.pipeline.as_deref(),
        DeliveryEvent::Stage(change) => change.pipeline.as_deref(),
        DeliveryEvent::Action(change) => change.pipeline.as_deref(),
        DeliveryEvent::Approval(request) => request.pipeline.as_deref(),
        DeliveryEvent::Build(change) => change.pipeline(),
        _ => None,
    }
}
