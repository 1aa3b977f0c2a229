//! What CodeDeploy does on the EC2/on-premises platform: an in-place deployment whose instances are folders of this
//! machine, and whose lifecycle scripts are processes. Beside it, what the ECS and Lambda platforms are told.
//!
//! The service's part (which instances, how many at once, when it has failed) is in `fleet` and `health`; the part of
//! the agent on an instance, including its folders and state files, in `agent` and the modules it uses. Followed are
//! AWS's pages about the appspec file, its hooks section and deployment configurations, and the public
//! sources of the CodeDeploy agent.

mod agent;
mod application;
mod appspec;
mod archives;
mod auto_scaling;
mod blue_green;
mod error;
mod fleet;
mod group;
mod health;
mod hook;
mod install;
mod outcome;
mod request;
mod rollback;
mod script;
mod tags;
#[cfg(test)]
mod tests;

pub use agent::IN_PLACE_LIFECYCLE;
pub use application::{Application, ComputePlatform};
pub use blue_green::{
    Alarms, BlueGreenAppspec, BlueGreenGroup, EcsTarget, LambdaVersions, ReadyOption, Routing, Step, Target,
};
pub use error::DeployError;
pub use fleet::run;
pub use group::{AnyGroup, DeploymentConfig, DeploymentGroup, group_id};
pub use outcome::{
    DeploymentError, DeploymentEvent, DeploymentOutcome, DeploymentStatus, InstanceRecord, LifecycleEventRecord, Status,
};
pub use request::{DeploymentRequest, Instance};
pub use rollback::RollbackEvent;
pub use tags::{TagFilter, TagFilterType};
