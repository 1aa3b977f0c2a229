//! Calls to the emulator in the name of somebody: few operations, signed by hand, so that IAM decides about each.
//!
//! The engine is a service, so it acts with sessions of the roles it was given, never with the operator's credentials.
//! The one exception is the question whether a caller may do something, which the account's root asks.

mod alarms;
mod cloudformation;
mod ecs;
mod error;
mod events;
mod function_policy;
mod iam;
mod json;
mod lambda;
mod logs;
mod query;
mod role_session;
mod s3;
mod signed;
mod sns;
mod sqs;

pub use error::ClientError;
pub use events::EventRule;
pub use iam::Decision;
pub use lambda::Alias;
pub use role_session::RoleSession;
pub use s3::{ObjectHead, ObjectKey};
pub use signed::{Caller, EmulatorClient};
pub use sqs::QueueMessage;
