//! The move of traffic from the original version to its replacement, on either platform.

use std::time::Duration;

use super::deployment::Deployment;
use super::ecs::EcsShift;
use super::failure::Failure;
use super::lambda::LambdaShift;
use super::signals::told;
use crate::deploy::{BlueGreenAppspec, Target};

/// What moves.
#[derive(Debug)]
pub(super) enum Shift {
    Ecs(Box<EcsShift>),
    Lambda(LambdaShift),
}

/// How far the traffic has moved, in percent of what the replacement gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moved {
    Nothing,
    Part,
    All,
}

impl Shift {
    /// Looks at what is there before anything changes.
    pub(super) async fn prepare(deployment: &Deployment, appspec: &BlueGreenAppspec) -> Result<Self, Failure> {
        match &appspec.target {
            Target::Ecs { task_definition, container } => {
                EcsShift::prepare(deployment, task_definition, container).await.map(Box::new).map(Self::Ecs)
            }
            Target::Lambda(versions) => LambdaShift::prepare(deployment, versions).await.map(Self::Lambda),
        }
    }

    /// Starts the replacement.
    pub(super) async fn install(&mut self, deployment: &Deployment) -> Result<(), Failure> {
        match self {
            Self::Ecs(shift) => shift.install(deployment).await,
            Self::Lambda(_) => Ok(()),
        }
    }

    /// Gives the replacement the test traffic.
    pub(super) fn allow_test_traffic(&self) {
        if let Self::Ecs(shift) = self {
            shift.allow_test_traffic();
        }
    }

    /// Gives the replacement the customers' traffic, as fast as the deployment configuration says.
    pub(super) async fn allow_traffic(&mut self, deployment: &Deployment) -> Result<(), Failure> {
        for step in deployment.group.routing.steps() {
            self.route(deployment, step.percent).await?;
            wait(deployment, step.lasts).await;
        }
        Ok(())
    }

    async fn route(&mut self, deployment: &Deployment, percent: u32) -> Result<(), Failure> {
        match self {
            Self::Ecs(shift) => shift.route(deployment, percent).await,
            Self::Lambda(shift) => shift.route(deployment, percent).await,
        }
    }

    /// Lets the original version run on for its time, in which the deployment can still be stopped and rolled back.
    pub(super) async fn wait_for_termination(&self, deployment: &Deployment) -> Result<(), Failure> {
        let Self::Ecs(shift) = self else { return Ok(()) };
        if !shift.has_original() {
            return Ok(());
        }
        shift.demand_termination(deployment).await?;
        deployment.update(|record| record.termination_wait_started = true);
        let wait = Duration::from_mins(u64::from(shift.termination_wait_minutes()));
        tokio::select! {
            () = tokio::time::sleep(deployment.context.clock().configured(wait)) => {}
            () = told(&deployment.signals, |signals| signals.termination.then_some(())) => {}
        }
        Ok(())
    }

    /// Ends the original version.
    pub(super) async fn finish(self, deployment: &Deployment) {
        if let Self::Ecs(shift) = self {
            shift.finish(deployment).await;
        }
    }

    pub(super) fn moved(&self) -> Moved {
        let percent = match self {
            Self::Ecs(shift) => shift.percent(),
            Self::Lambda(shift) => shift.percent(),
        };
        match percent {
            0 => Moved::Nothing,
            100 => Moved::All,
            _ => Moved::Part,
        }
    }

    /// Gives all traffic back to the original version.
    pub(super) async fn take_back(&mut self, deployment: &Deployment) -> Result<(), Failure> {
        match self {
            Self::Ecs(shift) => {
                shift.take_back(deployment);
                Ok(())
            }
            Self::Lambda(shift) => shift.route(deployment, 0).await,
        }
    }

    /// Leaves everything as it is to the next deployment.
    pub(super) fn leave(self, deployment: &Deployment) {
        if let Self::Ecs(shift) = self {
            shift.leave(deployment);
        }
    }
}

async fn wait(deployment: &Deployment, lasts: Duration) {
    if !lasts.is_zero() {
        tokio::time::sleep(deployment.context.clock().configured(lasts)).await;
    }
}
