//! What CodeBuild does with a project and a bundle of sources, with the buildspec's commands as processes of this
//! machine.
//!
//! The image and the compute type of the project have no effect here: commands run as the present user with the tools of
//! this machine, and with the two of CodeBuild's images that it need not have, `aws` and `docker`. `docs` of AWS this follows: "Build specification reference for CodeBuild",
//! "Build phase transitions", "Environment variables in build environments".

mod access;
mod artifacts;
mod buildspec;
mod environment;
mod error;
mod files;
mod log;
mod outcome;
mod phases;
mod project;
mod reports;
mod run;
mod shell;
mod slots;
mod sources;
#[cfg(test)]
mod tests;
pub mod tools;

pub use access::Access;
pub use error::BuildError;
pub use outcome::{BuildOutcome, BuildStatus, PRIMARY_ARTIFACT, PhaseRecord};
pub use project::{Logs, Project};
pub use reports::{CaseStatus, ReportStatus, TestCase, TestReport};
pub use run::{BuildRequest, run};
