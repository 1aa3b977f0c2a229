//! Calls to the emulator in the name of somebody: few operations, signed by hand, so that IAM decides about each.
//!
//! The engine is a service, so it acts with sessions of the roles it was given, never with the operator's credentials.
//! The account's root asks two questions: whether a caller may do something, and what a task definition says, which ECS
//! reads without anybody's permission.

mod alarms;
mod cloudformation;
mod ecr;
mod ecs;
mod error;
mod events;
mod events_done;
mod function_policy;
mod iam;
mod json;
mod lambda;
mod logs;
mod notice;
mod query;
mod role_session;
mod s3;
mod secrets;
mod signed;
mod sns;
mod sqs;

pub use cloudformation::StackResource;
pub use ecr::PushedImage;
pub use error::ClientError;
pub use events::EventRule;
pub use iam::Decision;
pub use lambda::Alias;
pub use role_session::RoleSession;
pub use s3::{ObjectHead, ObjectKey};
pub use signed::{Caller, EmulatorClient};
pub use sqs::QueueMessage;
