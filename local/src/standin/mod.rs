//! What a real function binary meets, on this machine: the Lambda Runtime API, the AWS services it calls, and a web
//! site to test.
//!
//! Nothing here uses the wire types of the product crates, so that a wrong field name cannot be wrong on both sides
//! and pass. Everything listens on 127.0.0.1 at a free port and ends when its value is dropped.

pub mod aws;
mod credentials;
mod destination;
mod error;
mod faults;
mod function;
mod function_process;
mod listener;
mod process_usage;
mod runtime_api;
mod site;

pub use credentials::Credentials;
pub use destination::{destination_record, expired_record};
pub use error::StandinError;
pub(crate) use faults::Faults;
pub use faults::Times;
pub use function::{Function, FunctionSettings, INIT_LIMIT, Invocation, Outcome};
pub use function_process::FunctionProcess;
pub use listener::{Hangup, Listener, ServerTls};
pub use process_usage::{Usage, cpu_time};
pub use runtime_api::{Mark, MarkKind, Reply, RuntimeApi};
pub use site::{Site, SiteAnswer};
