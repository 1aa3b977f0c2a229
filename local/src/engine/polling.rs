//! Source actions that look for new revisions on their own.

use std::sync::Arc;

use tokio::time::sleep;

use super::actions::{look_for_version, source_caller};
use super::context::Context;
use super::event::EventKind;
use super::execution::{Start, start};
use super::pipeline::{Action, Pipeline, Provider};
use super::record::TriggerType;
use crate::emulator::client::{Caller, ClientError};

/// Watches the sources of a pipeline that was just created or changed.
pub(super) fn watch(context: &Arc<Context>, pipeline: &Arc<Pipeline>) {
    let sources = pipeline.stages[0].actions.iter().filter(|action| polls(action));
    let pollers = sources.map(|action| {
        let (context, pipeline, action) = (Arc::clone(context), Arc::clone(pipeline), action.clone());
        context.clone().spawn(async move { poll(&context, &pipeline, &action).await })
    });
    let pollers: Vec<_> = pollers.collect();
    if let Some(known) = context.state().pipelines.get_mut(&pipeline.name) {
        for old in std::mem::replace(&mut known.pollers, pollers) {
            old.abort();
        }
    }
}

fn polls(action: &Action) -> bool {
    // Polling is what AWS does unless it is told not to. Sources that lie elsewhere cannot be looked at from here.
    action.provider == Provider::S3Source
        && !action.configuration.get("PollForSourceChanges").is_some_and(|value| value.eq_ignore_ascii_case("false"))
}

async fn poll(context: &Arc<Context>, pipeline: &Arc<Pipeline>, action: &Action) {
    let mut caller = None;
    let mut denied = false;
    loop {
        match look(context, pipeline, action, &mut caller).await {
            Ok(version) => {
                denied = false;
                start_when_new(context, pipeline, action, version);
            }
            Err(error) => {
                // The session may have ended, or the role may get its permission yet.
                caller = None;
                if error.is_access_denied() && !std::mem::replace(&mut denied, true) {
                    context.emit(EventKind::Denied {
                        principal: pipeline.role_of(action).to_owned(),
                        operation: "s3:GetObject".to_owned(),
                        message: format!("source action {} of {} cannot look: {error}", action.name, pipeline.name),
                        place: None,
                    });
                }
                tracing::debug!(pipeline.name = %pipeline.name, action.name = %action.name, %error, "no look at the source");
            }
        }
        sleep(context.config.source_poll_interval).await;
    }
}

async fn look(
    context: &Arc<Context>,
    pipeline: &Pipeline,
    action: &Action,
    caller: &mut Option<Caller>,
) -> Result<Option<String>, ClientError> {
    if caller.is_none() {
        *caller = source_caller(context, pipeline, action).await?;
    }
    match caller {
        Some(caller) => look_for_version(context, caller, &action.configuration).await,
        None => Ok(None),
    }
}

/// Starts an execution when the source has a version that none has delivered. The first look starts none: what is there
/// when a pipeline is created is delivered by the execution that its creation starts.
fn start_when_new(context: &Arc<Context>, pipeline: &Pipeline, action: &Action, version: Option<String>) {
    {
        let mut state = context.state();
        let Some(known) = state.pipelines.get_mut(&pipeline.name) else { return };
        let first_look = !known.seen_revisions.contains_key(&action.name);
        let seen = known.seen_revisions.entry(action.name.clone()).or_default();
        let changed = version.is_some_and(|version| seen.insert(version)) && !first_look;
        if !changed {
            return;
        }
    }
    let by = Start::by(TriggerType::PollForSourceChanges, &action.name);
    if let Err(error) = start(context, &pipeline.name, by) {
        tracing::warn!(pipeline.name = %pipeline.name, %error, "a new revision starts no execution");
    }
}
