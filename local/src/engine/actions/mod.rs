//! Who carries out the actions.

mod approval;
mod codebuild;
mod codedeploy;
mod codedeploy_ecs;
mod lambda;
mod remote_source;
mod reports;
mod s3_source;
mod task;

pub(super) use s3_source::{look_for_version, source_caller};
pub(super) use task::{Failure, Success, Task};

use super::pipeline::Provider;

/// Carries out an action to its end.
pub(super) async fn carry_out(task: &Task) -> Result<Success, Failure> {
    match task.action.provider {
        Provider::S3Source => s3_source::run(task).await,
        Provider::Connection | Provider::CodeCommit => Err(remote_source::unreachable(task)),
        Provider::CodeBuild | Provider::CodeBuildTest => codebuild::run(task).await,
        Provider::CodeDeploy => codedeploy::run(task).await,
        Provider::CodeDeployToEcs => codedeploy_ecs::run(task).await,
        Provider::Lambda => lambda::run(task).await,
        Provider::ManualApproval => approval::run(task).await,
    }
}
