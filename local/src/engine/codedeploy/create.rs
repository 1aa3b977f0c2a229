//! How deployments are made.

use std::sync::{Arc, MutexGuard};

use jiff::Timestamp;
use tokio::sync::watch;

use super::deployment::Deployment;
use super::lifecycle::{complete, events, run};
use super::record::{
    Creator, DeploymentRecord, DeploymentState, ErrorInformation, EventRecord, EventStatus, LambdaRecord, TargetKind,
    TargetRecord,
};
use super::revision::Revision;
use super::signals::Signals;
use crate::deploy::{AnyGroup, BlueGreenAppspec, BlueGreenGroup, ComputePlatform, Target};
use crate::engine::context::Context;
use crate::engine::random;
use crate::engine::state::State;

/// A deployment to make.
#[derive(Debug)]
pub(in crate::engine) struct NewDeployment {
    pub(in crate::engine) application: String,
    pub(in crate::engine) group: String,
    pub(in crate::engine) revision: Revision,
    pub(in crate::engine) description: Option<String>,
    pub(in crate::engine) account: String,
    pub(in crate::engine) region: String,
}

/// Why no deployment is made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::engine) enum CreateError {
    #[error("No application found for name: {0}")]
    NoApplication(String),
    #[error("No Deployment Group found for name: {0}")]
    NoGroup(String),
    #[error("The AppSpec file is not valid. {0}")]
    Revision(String),
    #[error(
        "the local CodeDeploy makes deployments to instances for pipelines only: {0} is a group of the Server platform"
    )]
    Server(String),
    #[error("Deployment Group '{group}' is already deploying deployment '{other}'")]
    Running { group: String, other: String },
}

/// Makes a deployment to a group of the ECS or the Lambda platform and starts it. Returns its id.
pub(in crate::engine) fn create(context: &Arc<Context>, new: NewDeployment) -> Result<String, CreateError> {
    let mut state = context.state();
    if state.deployments.application(&new.application).is_none() {
        return Err(CreateError::NoApplication(new.application));
    }
    let key = (new.application.clone(), new.group.clone());
    let group = match state.deployments.groups.get(&key) {
        None => return Err(CreateError::NoGroup(new.group)),
        Some(AnyGroup::InPlace(_)) => return Err(CreateError::Server(new.group)),
        Some(AnyGroup::BlueGreen(group)) => group.clone(),
    };
    let target = target(&group, &new).map_err(CreateError::Revision)?;
    if let Some(other) = state.deployments.running.get(&key) {
        return Err(CreateError::Running { group: new.group, other: other.clone() });
    }
    let asked = Insert {
        group,
        revision: new.revision,
        creator: Creator::User,
        description: new.description,
        target,
        account: new.account,
        region: new.region,
    };
    let deployment = insert(context, &mut state, asked);
    drop(state);
    let id = deployment.id.clone();
    context.spawn(async move {
        let guard = Guard(deployment.clone());
        run(deployment).await;
        drop(guard);
    });
    Ok(id)
}

/// What is recorded of a new deployment.
pub(super) struct Insert {
    pub(super) group: BlueGreenGroup,
    pub(super) revision: Revision,
    pub(super) creator: Creator,
    pub(super) description: Option<String>,
    pub(super) target: TargetRecord,
    pub(super) account: String,
    pub(super) region: String,
}

/// Records a deployment, to which its group belongs from now on.
pub(super) fn insert(context: &Arc<Context>, state: &mut MutexGuard<'_, State>, new: Insert) -> Deployment {
    let Insert { group, revision, creator, description, mut target, account, region } = new;
    let id = new_id();
    target.events = events(group.platform()).iter().map(|name| EventRecord::pending(name)).collect();
    let (signals, receiver) = watch::channel(Signals::default());
    let (application, name) = (group.application_name.clone(), group.name.clone());
    state.codedeploy.register(&application, &name, &revision);
    let previous_revision = state.codedeploy.last_successful(&application, &name).map(|last| last.revision.clone());
    state.codedeploy.deployments.push(DeploymentRecord {
        id: id.clone(),
        application: application.clone(),
        group: name.clone(),
        config_name: group.config_name.clone(),
        platform: group.platform(),
        revision,
        previous_revision,
        status: DeploymentState::Created,
        error: None,
        creator,
        description,
        rollback: None,
        created: Timestamp::now(),
        started: None,
        completed: None,
        termination_wait_started: false,
        targets: vec![target],
    });
    state.codedeploy.signals.insert(id.clone(), signals);
    state.deployments.running.insert((application, name), id.clone());
    Deployment { context: Arc::clone(context), id, group, account, region, signals: receiver }
}

/// `d-` and nine capital letters and digits.
pub(super) fn new_id() -> String {
    format!("d-{}", random::characters(9, random::UPPER_CASE))
}

/// The target that a revision is for. An appspec in S3 is not known yet.
fn target(group: &BlueGreenGroup, new: &NewDeployment) -> Result<TargetRecord, String> {
    let NewDeployment { region, account, .. } = new;
    let appspec = match &new.revision {
        Revision::Appspec { content, .. } => Some(BlueGreenAppspec::parse(group.platform(), content)?),
        Revision::S3 { .. } => None,
    };
    let (id, arn, kind) = match (&group.service, appspec.map(|appspec| appspec.target)) {
        (Some(service), _) => (
            format!("{}:{}", service.cluster, service.service),
            format!("arn:aws:ecs:{region}:{account}:service/{}/{}", service.cluster, service.service),
            TargetKind::Ecs(Vec::new()),
        ),
        (None, Some(Target::Lambda(versions))) => (
            versions.name.clone(),
            format!("arn:aws:lambda:{region}:{account}:function:{}", versions.name),
            TargetKind::Lambda(LambdaRecord {
                function: versions.name,
                alias: versions.alias,
                current_version: versions.current_version,
                target_version: versions.target_version,
                target_weight: 0,
            }),
        ),
        (None, _) => {
            return Err(format!(
                "A deployment of the {} platform is made from an appSpecContent here, not from an object of S3",
                ComputePlatform::Lambda
            ));
        }
    };
    Ok(TargetRecord { id, arn, status: EventStatus::Pending, updated: Timestamp::now(), events: Vec::new(), kind })
}

/// A deployment, or its rollback, whose task ended without a word has a defect of the engine to blame, and the record says
/// so.
struct Guard(Deployment);

impl Drop for Guard {
    fn drop(&mut self) {
        let key = (self.0.group.application_name.clone(), self.0.group.name.clone());
        let running = self.0.context.state().deployments.running.get(&key).cloned();
        let Some(id) = running else { return };
        let rolls_back = |record: &DeploymentRecord| {
            record.rollback.as_ref().and_then(|rollback| rollback.triggered_by.as_ref()) == Some(&self.0.id)
        };
        let own = id == self.0.id || self.0.context.state().codedeploy.deployment(&id).is_some_and(rolls_back);
        if own {
            let message = "the local CodeDeploy failed while it carried out this deployment; its log says where";
            let error = ErrorInformation { code: "INTERNAL_ERROR", message: message.to_owned() };
            let deployment = Deployment { id, ..self.0.clone() };
            complete(&deployment, DeploymentState::Failed, Some(error));
        }
    }
}
