//! `docker inspect`: by which names registries know a local image.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::str::FromStr;

use super::{Docker, DockerError};

const EVERY: &str = "{{range .RepoDigests}}{{println .}}{{end}}";
const FIRST: &str = "{{index .RepoDigests 0}}";

/// What of an image's `RepoDigests` is asked for, as Docker's format says it. No other format is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepoDigests {
    /// All of them, each on a line.
    Every,
    /// The first, which need not be of the repository that the image is asked about by.
    First,
}

impl FromStr for RepoDigests {
    type Err = DockerError;

    fn from_str(format: &str) -> Result<Self, DockerError> {
        match format {
            EVERY => Ok(Self::Every),
            FIRST => Ok(Self::First),
            _ => Err(DockerError::Format { format: format.to_owned(), known: [EVERY, FIRST] }),
        }
    }
}

impl Docker {
    /// The names `REPOSITORY@sha256:...` of a local image, one for each repository that it was pushed to, in the order of the
    /// alphabet as Docker has them. There is none before the first push.
    pub fn inspect(&self, name: &str, asked: RepoDigests) -> Result<String, DockerError> {
        let image = self.local_image(name)?;
        let known = match std::fs::read_to_string(&self.pushed) {
            Ok(known) => known,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(source) => return Err(DockerError::File { path: self.pushed.clone(), source }),
        };
        let digest = format!("@{}", image.digest());
        let digests: BTreeSet<&str> = known.lines().filter(|known| known.ends_with(&digest)).collect();
        match asked {
            RepoDigests::First => digests.first().map(|first| (*first).to_owned()).ok_or(DockerError::NoDigest),
            RepoDigests::Every => Ok(digests.iter().fold(String::new(), |mut text, digest| {
                // Writing to a text cannot fail.
                let _ = writeln!(text, "{digest}");
                text
            })),
        }
    }
}
