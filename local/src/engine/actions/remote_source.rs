//! Source actions whose repository lies elsewhere. The local system reaches none, and says so.

use super::{Failure, Task};
use crate::engine::pipeline::Provider;

/// The failure of a source action over a connection or of `CodeCommit`.
pub(super) fn unreachable(task: &Task) -> Failure {
    let message = if task.action.provider == Provider::CodeCommit {
        format!(
            "the local system has no CodeCommit: repository {} cannot be read; run the pipeline with its source in S3",
            task.configured("RepositoryName")
        )
    } else {
        format!(
            "the local system has no connection {}: repository {} cannot be read; run the pipeline with its source in S3",
            task.configured("ConnectionArn"),
            task.configured("FullRepositoryId")
        )
    };
    Failure::new("ConfigurationError", message)
}
