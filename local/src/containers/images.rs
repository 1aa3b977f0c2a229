//! A registry of images in a folder.

use std::path::{Path, PathBuf};

use super::Image;
use super::reference::{Reference, ReferenceError, Version};

/// What a repository's folder holds beside the folders of repositories whose names go on: no part of a name starts like
/// this.
const IMAGES: &str = "_images";
const TAGS: &str = "_tags";

/// A registry: below the folder of a repository, whose slashes are folders too, each image has a folder by its digest, and
/// each tag a file with the digest of the image that has it now. An image that lost its tag is still there.
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
    #[error("{name}: not found")]
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
        let digest = match &reference.version {
            Version::Tag(tag) => self.tagged(&reference.repository, tag, uri)?,
            Version::Digest(digest) => digest.clone(),
        };
        Image::read(self.place(&reference.repository, &digest), uri)
    }

    /// Takes an image into a repository. The tag is this image's from now on.
    pub(super) fn store(&self, image: &Image, repository: &str, tag: &str) -> std::io::Result<()> {
        image.copy_to(&self.place(repository, image.digest()))?;
        let tags = self.folder.join(repository).join(TAGS);
        std::fs::create_dir_all(&tags)?;
        let beside = tempfile::NamedTempFile::new_in(&tags)?;
        std::fs::write(beside.path(), image.digest())?;
        beside.persist(tags.join(tag)).map(drop).map_err(|error| error.error)
    }

    /// Where it is.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The digest of the image that has the tag.
    fn tagged(&self, repository: &str, tag: &str, uri: &str) -> Result<String, ImageError> {
        let path = self.folder.join(repository).join(TAGS).join(tag);
        std::fs::read_to_string(&path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => ImageError::NotFound { name: uri.to_owned() },
            _ => ImageError::File { path, source },
        })
    }

    fn place(&self, repository: &str, digest: &str) -> PathBuf {
        self.folder.join(repository).join(IMAGES).join(digest.trim_start_matches("sha256:"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::containers::image::{CONFIG, ImageConfig, ROOT};

    /// An image with a program of this content, which is in no registry.
    fn image(content: &str) -> (tempfile::TempDir, Image) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join(ROOT).join("bin")).unwrap();
        std::fs::write(folder.path().join(ROOT).join("bin/shop"), content).unwrap();
        let config = ImageConfig { entrypoint: vec!["/bin/shop".into()], ..ImageConfig::default() };
        let image = Image::write(folder.path().to_owned(), config).unwrap();
        (folder, image)
    }

    #[test]
    fn an_image_is_found_by_tag_and_by_digest() {
        let folder = tempfile::tempdir().unwrap();
        let images = Images::new(folder.path().to_owned());
        let mut digests = Vec::new();
        // The last push takes a tag away from the first, and the repository's name goes on where a tag of its stands.
        for (repository, tag, content) in [
            ("a.test/team", "shop", "zero"),
            ("a.test/team/shop", "v1", "one"),
            ("a.test/team/shop", "v2", "two"),
            ("a.test/team/shop", "v3", "one"),
            ("a.test/team/shop", "v1", "three"),
        ] {
            let (_folder, image) = image(content);
            images.store(&image, repository, tag).unwrap();
            digests.push(image.digest().to_owned());
        }
        assert_eq!(digests[1], digests[3]);
        assert_ne!(digests[1], digests[2]);
        for (name, content) in [
            ("a.test/team:shop".to_owned(), "zero"),
            ("a.test/team/shop:v1".to_owned(), "three"),
            ("a.test/team/shop:v2".to_owned(), "two"),
            ("a.test/team/shop:v3".to_owned(), "one"),
            (format!("a.test/team/shop@{}", digests[1]), "one"),
            (format!("a.test/team/shop@{}", digests[2]), "two"),
            (format!("a.test/team/shop@{}", digests[4]), "three"),
        ] {
            let image = images.find(&name).unwrap();
            assert_eq!(std::fs::read_to_string(image.root().join("bin/shop")).unwrap(), content, "{name}");
            assert_eq!(image.entrypoint(), ["/bin/shop"], "{name}");
        }
    }

    #[test]
    fn what_was_not_pushed_is_not_found() {
        let folder = tempfile::tempdir().unwrap();
        let images = Images::new(folder.path().to_owned());
        let (_folder, image) = image("one");
        images.store(&image, "a.test/shop", "broken").unwrap();
        std::fs::write(images.place("a.test/shop", image.digest()).join(CONFIG), r#"{"Base": 1}"#).unwrap();
        let unknown = format!("a.test/shop@sha256:{}", "0".repeat(64));
        let elsewhere = format!("a.test/other@{}", image.digest());
        for (name, expected) in [
            ("a.test/shop:v1", "a.test/shop:v1: not found"),
            ("a.test/shop", "a.test/shop: not found"),
            ("a.test/other:v1", "a.test/other:v1: not found"),
            (&unknown, "0: not found"),
            (&elsewhere, ": not found"),
            ("a.test/shop:broken", "config.json: invalid type"),
            ("a.test/../shop:v1", "invalid reference format"),
        ] {
            let error = images.find(name).unwrap_err().to_string();
            assert!(error.contains(expected), "{name}: {error}");
        }
    }
}
