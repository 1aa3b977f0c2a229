//! `docker push`.

use super::{Docker, DockerError, place, store};
use crate::containers::Image;
use crate::containers::reference::Reference;

impl Docker {
    /// Copies a local image into the registry of its name.
    pub fn push(&self, name: &str) -> Result<Image, DockerError> {
        let reference: Reference = name.parse()?;
        place(&self.registry, &reference)?;
        let image = self.local_image(name)?;
        // Docker's own registry is meant by a name without one.
        self.demand_login(reference.registry().unwrap_or("docker.io"))?;
        store(&image, &self.registry, name)?;
        Ok(image)
    }
}
