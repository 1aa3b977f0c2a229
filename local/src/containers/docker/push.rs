//! `docker push`.

use std::path::PathBuf;

use super::logins::region_of;
use super::{Docker, DockerError, place};
use crate::containers::Image;
use crate::containers::image::CONFIG;
use crate::containers::reference::{Reference, Version};

/// An image that may be pushed as far as Docker knows. Whether ECR takes it is to be asked before it is stored.
#[derive(Debug)]
pub struct Push {
    image: Image,
    /// The repository's name in its registry.
    repository: String,
    tag: String,
    region: String,
    place: PathBuf,
}

impl Docker {
    /// Looks for the image and for a login to the registry of its name.
    pub fn push(&self, name: &str) -> Result<Push, DockerError> {
        let reference: Reference = name.parse()?;
        let place = place(&self.registry, &reference)?;
        let image = self.local_image(name)?;
        // A name without a registry means Docker's own.
        let registry = reference.registry().unwrap_or("docker.io");
        self.demand_login(registry)?;
        let (Version::Tag(tag), Some(region)) = (&reference.version, region_of(registry)) else {
            return Err(DockerError::Registry(registry.to_owned()));
        };
        Ok(Push {
            image,
            repository: reference.repository[registry.len() + 1..].to_owned(),
            tag: tag.clone(),
            region: region.to_owned(),
            place,
        })
    }
}

impl Push {
    /// The image.
    #[must_use]
    pub fn image(&self) -> &Image {
        &self.image
    }

    /// The repository's name in its registry.
    #[must_use]
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The tag.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The registry's region.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The image's configuration as it is stored.
    pub fn config(&self) -> Result<Vec<u8>, DockerError> {
        let path = self.image.folder().join(CONFIG);
        std::fs::read(&path).map_err(DockerError::file(path))
    }

    /// Puts the image into the registry.
    pub fn store(self) -> Result<(), DockerError> {
        self.image.copy_to(&self.place).map_err(DockerError::file(&self.place))
    }
}
