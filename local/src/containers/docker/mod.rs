//! The `docker` of local builds: what a buildspec needs of it to bring an image to ECR.

mod build;
mod error;
mod ignored;
mod inspect;
mod logins;
mod push;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use super::reference::{Reference, Version};
use super::{Image, Images};

pub use error::DockerError;
pub use inspect::RepoDigests;
pub use push::Push;

/// A build's Docker. CodeBuild's container has one of its own, so local images and logins are a build's too and end with
/// it; only what is pushed stays.
#[derive(Debug, Clone)]
pub struct Docker {
    /// What is built and not pushed.
    local: Images,
    /// Where images are pushed to.
    registry: Images,
    /// The registries that were logged in to, one a line.
    logins: PathBuf,
    /// The names by which registries know what was pushed, `REPOSITORY@sha256:...`, one a line.
    pushed: PathBuf,
}

impl Docker {
    /// The Docker that keeps its images and logins in `folder` and pushes to the registry in `registry`.
    #[must_use]
    pub fn new(folder: &std::path::Path, registry: PathBuf) -> Self {
        Self {
            local: Images::new(folder.join("images")),
            registry: Images::new(registry),
            logins: folder.join("logins"),
            pushed: folder.join("pushed"),
        }
    }

    /// Gives a local image another name.
    pub fn tag(&self, source: &str, target: &str) -> Result<(), DockerError> {
        let image = self.local_image(source)?;
        store(&image, &self.local, target)
    }

    fn local_image(&self, name: &str) -> Result<Image, DockerError> {
        // The same rule for every operation: a name without tag means `latest`.
        Ok(self.local.find(name)?)
    }
}

/// Gives an image a name in one of the two places.
fn store(image: &Image, images: &Images, name: &str) -> Result<(), DockerError> {
    let reference: Reference = name.parse()?;
    let tag = tag_of(&reference)?;
    images.store(image, &reference.repository, tag).map_err(DockerError::file(images.folder()))
}

/// The tag of a name that an image is to have: digests are computed and not given.
fn tag_of(reference: &Reference) -> Result<&str, DockerError> {
    match &reference.version {
        Version::Tag(tag) => Ok(tag),
        Version::Digest(_) => Err(DockerError::Tag(reference.to_string())),
    }
}
