//! What a run has shown: for people as a timeline and a page, for machines as JSON.

mod messages;
mod model;
mod page;
mod tested;
mod timeline;

pub use model::{ActionReport, ExecutionReport, ROLLBACK, RunReport, SmokeReport, StageReport};
pub use page::page;
pub use tested::{FailedTest, TestReport};
pub use timeline::timeline;
