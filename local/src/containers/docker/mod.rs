//! The `docker` of local builds: what a buildspec needs of it to bring an image to ECR.

mod build;
mod error;
mod ignored;
mod logins;
mod push;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use super::reference::Reference;
use super::{Image, Images};

pub use error::DockerError;
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
}

impl Docker {
    /// The Docker that keeps its images and logins in `folder` and pushes to the registry in `registry`.
    #[must_use]
    pub fn new(folder: &std::path::Path, registry: PathBuf) -> Self {
        Self {
            local: Images::new(folder.join("images")),
            registry: Images::new(registry),
            logins: folder.join("logins"),
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
    let place = place(images, &name.parse()?)?;
    image.copy_to(&place).map_err(DockerError::file(place))
}

fn place(images: &Images, reference: &Reference) -> Result<PathBuf, DockerError> {
    images.place(reference).ok_or_else(|| DockerError::Tag(reference.to_string()))
}
