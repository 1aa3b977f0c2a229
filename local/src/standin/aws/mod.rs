//! A strict stand-in for the AWS services that the functions call.
//!
//! It knows CodePipeline's job results and what it shows of executions, CodeDeploy's deployments and hooks, ECS's task definitions, the configuration of a
//! Lambda function, S3 objects, Secrets Manager values, builds and their logs, items of DynamoDB, topics and queues. Every request has to carry a right
//! Signature Version 4 of the right credentials; every field has to be one of the service's model, within its limits.
//! What it does not know it refuses loudly and remembers as refused. Limits and words are those of AWS's service models
//! and user guides, written down here a second time on purpose.

mod answer;
mod builds;
mod byte_range;
mod call;
mod codedeploy;
mod codepipeline;
mod dynamodb;
mod ecs;
mod fault;
mod job_result_model;
mod lambda;
mod model;
mod object;
mod pipelines;
mod s3;
mod secrets_manager;
mod server;
mod signature;
mod sns;
mod sqs;
mod state;

pub use call::{Call, Service, Signer};
pub use codedeploy::{Deployment, EventState, HookStatus, LifecycleEvent, Target};
pub use codepipeline::JobResult;
pub use fault::Fault;
pub use object::{Object, SparseFile};
pub use pipelines::{ExecutionView, PipelineView};
pub use server::{Aws, AwsSettings};
pub use sns::Notification;
pub use sqs::QueuedMessage;
