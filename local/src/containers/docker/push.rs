//! `docker push`.

use std::fs::OpenOptions;
use std::io::Write;

use super::logins::region_of;
use super::{Docker, DockerError, tag_of};
use crate::containers::Image;
use crate::containers::image::CONFIG;
use crate::containers::reference::Reference;

/// An image that may be pushed as far as Docker knows. Whether ECR takes it is to be asked before it is stored.
#[derive(Debug)]
pub struct Push {
    docker: Docker,
    image: Image,
    /// The repository's name with its registry.
    whole_repository: String,
    /// The repository's name in its registry.
    repository: String,
    tag: String,
    region: String,
}

impl Docker {
    /// Looks for the image and for a login to the registry of its name.
    pub fn push(&self, name: &str) -> Result<Push, DockerError> {
        let reference: Reference = name.parse()?;
        let tag = tag_of(&reference)?;
        let image = self.local_image(name)?;
        // A name without a registry means Docker's own.
        let registry = reference.registry().unwrap_or("docker.io");
        self.demand_login(registry)?;
        let Some(region) = region_of(registry) else { return Err(DockerError::Registry(registry.to_owned())) };
        Ok(Push {
            docker: self.clone(),
            image,
            repository: reference.repository[registry.len() + 1..].to_owned(),
            tag: tag.to_owned(),
            region: region.to_owned(),
            whole_repository: reference.repository.clone(),
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

    /// Puts the image into the registry, and remembers by which name the registry knows it.
    pub fn store(self) -> Result<(), DockerError> {
        let Docker { registry, pushed, .. } = &self.docker;
        let stored = registry.store(&self.image, &self.whole_repository, &self.tag);
        stored.map_err(DockerError::file(registry.folder()))?;
        let line = format!("{}@{}\n", self.whole_repository, self.image.digest());
        let written = OpenOptions::new().create(true).append(true).open(pushed);
        written.and_then(|mut file| file.write_all(line.as_bytes())).map_err(DockerError::file(pushed))
    }
}
