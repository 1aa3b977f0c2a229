//! Images in a folder.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

/// A registry: `REPOSITORY/TAG` below a folder is an image.
#[derive(Debug, Clone)]
pub struct Images {
    folder: PathBuf,
}

/// An image in a folder.
#[derive(Debug, Clone)]
pub struct Image {
    pub(super) folder: PathBuf,
    pub(super) config: Config,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Config {
    pub(super) environment: BTreeMap<String, String>,
    pub(super) entrypoint: Vec<String>,
}

/// Why there is no such image.
#[derive(Debug, thiserror::Error)]
#[error("image {name} is not there: the build has to push it, with exactly this repository and tag")]
pub struct ImageError {
    name: String,
}

impl Images {
    /// The registry in `folder`.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The image of a name with its tag.
    pub fn find(&self, uri: &str) -> Result<Image, ImageError> {
        let missing = || ImageError { name: uri.to_owned() };
        let (repository, tag) = uri.rsplit_once(':').ok_or_else(missing)?;
        let folder = self.folder.join(repository).join(tag);
        let text = std::fs::read(folder.join("config.json")).map_err(|_| missing())?;
        let config = serde_json::from_slice(&text).map_err(|_| missing())?;
        Ok(Image { folder, config })
    }
}
