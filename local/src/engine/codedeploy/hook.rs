//! Lifecycle event hooks: functions that say whether a deployment goes on.

use std::collections::BTreeMap;

use serde_json::json;
use tokio::sync::oneshot;
use tokio::time::timeout;
use uuid::Uuid;

use super::deployment::Deployment;
use super::failure::Failure;

/// The hooks that were ever invoked.
#[derive(Debug, Default)]
pub(in crate::engine) struct Executions(BTreeMap<String, Execution>);

#[derive(Debug)]
struct Execution {
    deployment: String,
    /// Nothing when it is answered, or nobody waits for the answer any more.
    answer: Option<oneshot::Sender<bool>>,
}

/// Why an answer is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Rejection {
    /// No hook of this deployment has the id.
    Unknown,
    /// The event is over.
    Completed,
}

impl Executions {
    fn open(&mut self, deployment: &str) -> (String, oneshot::Receiver<bool>) {
        // On AWS it is a long text that tells nothing either.
        let id = Uuid::new_v4().to_string();
        let (sender, receiver) = oneshot::channel();
        self.0.insert(id.clone(), Execution { deployment: deployment.to_owned(), answer: Some(sender) });
        (id, receiver)
    }

    /// Hands over an answer.
    pub(in crate::engine) fn answer(&mut self, deployment: &str, id: &str, succeeded: bool) -> Result<(), Rejection> {
        let known = self.0.get_mut(id).filter(|known| known.deployment == deployment);
        let answer = known.ok_or(Rejection::Unknown)?.answer.take().ok_or(Rejection::Completed)?;
        answer.send(succeeded).map_err(|_| Rejection::Completed)
    }

    fn close(&mut self, id: &str) {
        if let Some(known) = self.0.get_mut(id) {
            known.answer = None;
        }
    }
}

/// Invokes `function` for a lifecycle event and waits for its answer.
pub(super) async fn run(deployment: &Deployment, function: &str) -> Result<(), Failure> {
    let caller = deployment.caller().await?;
    let (id, answer) = deployment.context.state().codedeploy.hooks.open(&deployment.id);
    let event = json!({ "DeploymentId": deployment.id, "LifecycleEventHookExecutionId": id });
    let services = &deployment.emulated()?.services;
    if let Err(error) = services.invoke_event(&caller, function, &event).await {
        deployment.context.state().codedeploy.hooks.close(&id);
        if error.is_access_denied() {
            return Err(deployment.denied(&error, "AWSLambda"));
        }
        return Err(Failure::hook(format!("{function} could not be invoked: {error}")));
    }
    let answer = timeout(deployment.context.clock().hook_limit(), answer).await;
    deployment.context.state().codedeploy.hooks.close(&id);
    match answer {
        Ok(Ok(true)) => Ok(()),
        Ok(_) => Err(Failure::hook(format!("{function} reported the status Failed"))),
        Err(_) => Err(Failure::hook_silent(function)),
    }
}
