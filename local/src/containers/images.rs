//! A registry of images in a folder.

use std::path::PathBuf;

use super::Image;
use super::image::CONFIG;
use super::reference::{Reference, ReferenceError, Version};

/// A registry: `REPOSITORY/TAG` below a folder is an image, the repository's slashes being folders too.
#[derive(Debug, Clone)]
pub struct Images {
    folder: PathBuf,
}

/// Why there is no such image.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// The text names no image.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// Nothing was pushed under this name.
    #[error("image {name} is not there: the build has to push it, with exactly this repository and tag")]
    NotFound {
        /// The image.
        name: String,
    },
    /// A file of the image cannot be read.
    #[error("{path}: {source}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl Images {
    /// The registry in `folder`, which need not exist yet.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The image of a name with its registry, e.g. `123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:v1`, or with
    /// `@sha256:...` in the place of the tag.
    pub fn find(&self, uri: &str) -> Result<Image, ImageError> {
        let reference: Reference = uri.parse()?;
        match &reference.version {
            Version::Tag(tag) => Image::read(self.repository(&reference).join(tag), uri),
            Version::Digest(digest) => self.with_digest(&reference, digest),
        }
    }

    /// The folder of the image that has the name's tag, or would have it. A digest is looked for and not given.
    pub(super) fn place(&self, reference: &Reference) -> Option<PathBuf> {
        match &reference.version {
            Version::Tag(tag) => Some(self.repository(reference).join(tag)),
            Version::Digest(_) => None,
        }
    }

    fn with_digest(&self, reference: &Reference, digest: &str) -> Result<Image, ImageError> {
        let repository = self.repository(reference);
        let tags = std::fs::read_dir(repository).into_iter().flatten().flatten();
        let found = tags.filter(|tag| tag.path().join(CONFIG).is_file()).find_map(|tag| {
            let image = Image::read(tag.path(), &reference.to_string()).ok()?;
            (image.digest() == digest).then_some(image)
        });
        found.ok_or_else(|| ImageError::NotFound { name: reference.to_string() })
    }

    fn repository(&self, reference: &Reference) -> PathBuf {
        self.folder.join(&reference.repository)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::containers::image::{ImageConfig, ROOT};

    #[test]
    fn an_image_is_found_by_tag_and_by_digest() {
        let folder = tempfile::tempdir().unwrap();
        let images = Images::new(folder.path().to_owned());
        let mut digests = Vec::new();
        for (tag, content) in [("v1", "one"), ("v2", "two"), ("v3", "one")] {
            let image = folder.path().join("a.test/team/shop").join(tag);
            std::fs::create_dir_all(image.join(ROOT).join("bin")).unwrap();
            std::fs::write(image.join(ROOT).join("bin/shop"), content).unwrap();
            let config = ImageConfig { entrypoint: vec!["/bin/shop".into()], ..ImageConfig::default() };
            digests.push(Image::write(image, config).unwrap().digest().to_owned());
        }
        assert_eq!(digests[0], digests[2]);
        assert_ne!(digests[0], digests[1]);
        for (name, content) in [
            ("a.test/team/shop:v1".to_owned(), "one"),
            ("a.test/team/shop:v2".to_owned(), "two"),
            (format!("a.test/team/shop@{}", digests[1]), "two"),
            (format!("a.test/team/shop@{}", digests[2]), "one"),
        ] {
            let image = images.find(&name).unwrap();
            assert_eq!(std::fs::read_to_string(image.root().join("bin/shop")).unwrap(), content, "{name}");
            assert_eq!(image.entrypoint(), ["/bin/shop"], "{name}");
        }
    }

    #[test]
    fn what_was_not_pushed_is_not_found() {
        let folder = tempfile::tempdir().unwrap();
        let broken = folder.path().join("a.test/shop/broken");
        std::fs::create_dir_all(&broken).unwrap();
        std::fs::write(broken.join(CONFIG), r#"{"Base": 1}"#).unwrap();
        let images = Images::new(folder.path().to_owned());
        let digest = format!("a.test/shop@sha256:{}", "0".repeat(64));
        for (name, expected) in [
            ("a.test/shop:v1", "image a.test/shop:v1 is not there"),
            ("a.test/shop", "image a.test/shop is not there"),
            ("a.test/other:v1", "image a.test/other:v1 is not there"),
            (&digest, "is not there"),
            ("a.test/shop:broken", "config.json: invalid type"),
            ("a.test/../shop:v1", "invalid reference format"),
        ] {
            let error = images.find(name).unwrap_err().to_string();
            assert!(error.contains(expected), "{name}: {error}");
        }
    }
}
