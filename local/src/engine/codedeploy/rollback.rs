//! What follows a deployment that failed or was stopped.
//!
//! CodeDeploy rolls back by a new deployment of the revision that was brought out last. The traffic itself is given back at
//! once, before that deployment has begun, so that nothing that happens in it keeps customers from the old version.

use jiff::Timestamp;

use super::create::{Insert, insert};
use super::deployment::Deployment;
use super::ecs::stop_left;
use super::failure::Failure;
use super::hook;
use super::lifecycle::{End, appspec, complete, events};
use super::record::{Creator, DeploymentState, ErrorInformation, EventStatus, LambdaRecord, TargetKind, TargetRecord};
use super::revision::{AppspecKind, Revision};
use super::shift::{Moved, Shift};
use super::signals::told;
use crate::deploy::RollbackEvent;

/// Ends a deployment that did not get through, and rolls back when that is wanted.
pub(super) async fn after(deployment: &Deployment, mut shift: Option<Shift>, end: End) {
    deployment.skip_rest();
    let (status, error, event, asked) = match end {
        End::Failed(failure) => (DeploymentState::Failed, failure.error, RollbackEvent::DeploymentFailure, false),
        End::Stopped(stop) => (DeploymentState::Stopped, stop.error, stop.event, stop.roll_back),
    };
    if !asked && !deployment.group.rollback.contains(&event) {
        if let Some(shift) = shift {
            shift.leave(deployment);
        }
        complete(deployment, status, Some(error));
        return;
    }
    let moved = shift.as_ref().map_or(Moved::Nothing, Shift::moved);
    let mut problem = None;
    if let Some(mut shift) = shift.take() {
        problem = shift.take_back(deployment).await.err();
        shift.leave(deployment);
    }
    let rollback = begin(deployment, status, error, problem.as_ref());
    if let (None, Some(target)) = (&rollback, &deployment.group.service) {
        stop_left(deployment, target).await;
    }
    deployment.tell_end(status);
    if let Some(rollback) = rollback {
        run(&rollback, moved != Moved::Nothing, problem).await;
    }
}

/// Ends the deployment and makes the one that rolls it back, in one step. Nothing is made when there is nothing to go
/// back to.
fn begin(
    deployment: &Deployment,
    status: DeploymentState,
    error: ErrorInformation,
    problem: Option<&Failure>,
) -> Option<Deployment> {
    let (application, group) = (&deployment.group.application_name, &deployment.group.name);
    let mut state = deployment.context.state();
    let target = state.codedeploy.deployment(&deployment.id)?.targets.first().cloned()?;
    let last = state.codedeploy.last_successful(application, group).map(|record| record.revision.clone());
    let revision = last.or_else(|| reversed(&target));
    state.codedeploy.end(&deployment.id, status, Some(error));
    let Some(revision) = revision else {
        state.deployments.running.retain(|_, id| *id != deployment.id);
        state.codedeploy.cannot_roll_back(&deployment.id);
        return None;
    };
    let now = Timestamp::now();
    let target = TargetRecord {
        status: EventStatus::Pending,
        updated: now,
        events: Vec::new(),
        kind: backwards(target.kind),
        ..target
    };
    let rollback = insert(
        &deployment.context,
        &mut state,
        Insert {
            group: deployment.group.clone(),
            revision,
            creator: Creator::CodeDeployRollback,
            description: Some(format!("Rollback of {}", deployment.id)),
            target,
            account: deployment.account.clone(),
            region: deployment.region.clone(),
        },
    );
    let message = match problem {
        None => format!("Deployment {} rolls back deployment {}.", rollback.id, deployment.id),
        Some(failure) => format!("The traffic could not be moved back: {}", failure.detail),
    };
    state.codedeploy.link_rollback(&deployment.id, &rollback.id, &message);
    Some(rollback)
}

/// Carries out a rollback. Hooks run only when traffic had moved and was moved back; AWS does not document when they do.
async fn run(rollback: &Deployment, moved: bool, problem: Option<Failure>) {
    rollback.begin();
    let ended = tokio::select! {
        biased;
        stop = told(&rollback.signals, |signals| signals.stop.clone()) => Err(End::Stopped(stop)),
        ended = through_the_events(rollback, moved, problem) => ended.map_err(End::Failed),
    };
    if let Some(target) = &rollback.group.service {
        stop_left(rollback, target).await;
    }
    rollback.skip_rest();
    match ended {
        Ok(()) => complete(rollback, DeploymentState::Succeeded, None),
        Err(End::Failed(failure)) => complete(rollback, DeploymentState::Failed, Some(failure.error)),
        Err(End::Stopped(stop)) => complete(rollback, DeploymentState::Stopped, Some(stop.error)),
    }
}

async fn through_the_events(rollback: &Deployment, moved: bool, problem: Option<Failure>) -> Result<(), Failure> {
    let appspec = if moved { Some(appspec(rollback).await?) } else { None };
    let mut problem = problem;
    for event in events(rollback.group.platform()) {
        rollback.begin_event(event);
        let function = appspec.as_ref().and_then(|appspec| appspec.hook(event));
        let result = match (*event, function) {
            ("AllowTraffic", _) if problem.is_some() => problem.take().map_or(Ok(EventStatus::Succeeded), Err),
            ("Install" | "AllowTestTraffic" | "AllowTraffic", _) => Ok(EventStatus::Succeeded),
            (_, Some(function)) => hook::run(rollback, function).await.map(|()| EventStatus::Succeeded),
            (_, None) => Ok(EventStatus::Skipped),
        };
        rollback.end_event(event, &result);
        result?;
    }
    Ok(())
}

/// What is brought out by the rollback of an alias's first deployment: the version it had.
fn reversed(target: &TargetRecord) -> Option<Revision> {
    let TargetKind::Lambda(LambdaRecord { function, alias, current_version, target_version, .. }) = &target.kind else {
        return None;
    };
    let properties = serde_json::json!({
        "Name": function, "Alias": alias, "CurrentVersion": target_version, "TargetVersion": current_version,
    });
    let resource = serde_json::json!({ "Type": "AWS::Lambda::Function", "Properties": properties });
    let appspec = serde_json::json!({ "version": "0.0", "Resources": [{ function.as_str(): resource }] });
    Some(Revision::appspec(AppspecKind::AppSpecContent, &appspec.to_string()))
}

/// The target as the rollback sees it: what was new is what it leaves.
fn backwards(kind: TargetKind) -> TargetKind {
    match kind {
        TargetKind::Lambda(record) => TargetKind::Lambda(LambdaRecord {
            current_version: record.target_version,
            target_version: record.current_version,
            target_weight: 100,
            ..record
        }),
        other => other,
    }
}
