//! A smoke suite as a function runs it: [read](suite::parse), given the values of its secrets, run until a deadline,
//! and logged as it goes.

mod error;
mod log;
mod run;
mod secrets;
mod suite;

pub use error::{SuiteRunError, SuiteRunErrorKind};
pub use log::SUMMARY_LIMIT;
pub use run::{Plan, SuiteRunner};
pub use suite::{SIZE_LIMIT, parse};
