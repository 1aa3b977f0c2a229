//! Files of the action's input artifacts.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use bytes::Bytes;

use super::{Failure, Task};
use crate::emulator::client::Caller;

/// The largest artifact that the action takes, in bytes (CodePipeline quotas, "Maximum size of the image definitions JSON
/// file" and user guide: 3 MB).
const ARTIFACT_LIMIT: usize = 3 * 1024 * 1024;

/// The largest file that is read of an artifact, whatever it says of its size.
const FILE_LIMIT: u64 = 1024 * 1024;

/// The input artifacts, read when they are needed.
pub(super) struct Files<'t> {
    task: &'t Task,
    caller: Caller,
    archives: BTreeMap<String, Bytes>,
}

impl<'t> Files<'t> {
    pub(super) async fn new(task: &'t Task) -> Result<Self, Failure> {
        let session = task.session(task.role(), "codepipeline.amazonaws.com").await?;
        Ok(Self { task, caller: task.caller(&session), archives: BTreeMap::new() })
    }

    pub(super) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The text of a file. `what` is how AWS calls it in its error.
    pub(super) async fn read(&mut self, artifact: &str, path: &str, what: &str) -> Result<String, Failure> {
        let archive = self.archive(artifact).await?;
        read(&archive, path).map_err(|problem| {
            let message =
                format!("Exception while trying to read the {what} artifact file from: {artifact} ({path}: {problem})");
            Failure::new("ConfigurationError", message)
        })
    }

    async fn archive(&mut self, name: &str) -> Result<Bytes, Failure> {
        if let Some(archive) = self.archives.get(name) {
            return Ok(archive.clone());
        }
        let artifact = self.task.inputs.iter().find(|known| known.name == name).ok_or_else(|| {
            Failure::new(
                "ConfigurationError",
                format!("the configuration names the artifact {name:?}, which is no input artifact"),
            )
        })?;
        let archive = self.task.read_artifact(&self.caller, self.task.role(), artifact).await?;
        if archive.len() > ARTIFACT_LIMIT {
            let message = format!("the artifact {name} has {} bytes: this action takes at most 3 MB", archive.len());
            return Err(Failure::new("ConfigurationError", message));
        }
        self.archives.insert(name.to_owned(), archive.clone());
        Ok(archive)
    }
}

fn read(archive: &[u8], path: &str) -> Result<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).map_err(|error| error.to_string())?;
    let file = archive.by_name(path).map_err(|error| error.to_string())?;
    let mut text = String::new();
    file.take(FILE_LIMIT + 1).read_to_string(&mut text).map_err(|error| error.to_string())?;
    if text.len() as u64 > FILE_LIMIT {
        return Err("it has more than 1 MiB".to_owned());
    }
    Ok(text)
}
