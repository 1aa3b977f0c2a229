#![doc = include_str!("../README.md")]

mod duration;
mod exchange;
mod format;
mod matcher;
mod parse;
mod problem;
mod redaction;
mod report;
mod run;
mod suite;
mod template;
mod yaml;

pub use duration::{DurationError, parse_duration};
pub use exchange::{BaseUrl, BaseUrlError};
pub use format::schema;
pub use problem::{Problem, SuiteErrors};
pub use report::{CheckReport, Counts, Failure, Outcome, Report, SlowestCheck};
pub use run::{Progress, RunError, Secret, Settings, run};
pub use suite::{SUITE_SIZE_LIMIT, Suite};
