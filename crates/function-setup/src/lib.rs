//! What every function's `main` needs: the environment as types, JSON logs, AWS clients.
//!
//! Everything is made once, before the first event: a Lambda function starts unthrottled, and a client made in the
//! first event would make that event wait.

mod aws;
mod connector;
mod deadline_margin;
mod environment;
mod error;
mod logs;
mod sdk;

pub use aws::AwsSetup;
pub use deadline_margin::{DEFAULT_DEADLINE_MARGIN, deadline_margin};
pub use environment::Environment;
pub use error::SetupError;
pub use logs::start_logs;
