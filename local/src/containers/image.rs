//! An image: a folder with what the container's file system would hold, and how it is started.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::images::ImageError;
use super::manifest::{Manifest, sha256};

/// The file with an image's configuration, and the folder with its files beside it.
pub(super) const CONFIG: &str = "config.json";
pub(super) const ROOT: &str = "root";

/// An image in a folder, as [`Images`](super::Images) finds it.
#[derive(Debug, Clone)]
pub struct Image {
    folder: PathBuf,
    config: ImageConfig,
    manifest: Manifest,
}

/// What a Dockerfile says besides the files. Of these, tasks use the environment, the folder, entrypoint and command; the
/// others are kept to be looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ImageConfig {
    /// The base image, of which nothing is there.
    pub(super) base: String,
    pub(super) environment: BTreeMap<String, String>,
    pub(super) working_dir: String,
    pub(super) entrypoint: Vec<String>,
    pub(super) command: Vec<String>,
    /// The user of the container. A task runs as the present user.
    pub(super) user: Option<String>,
    pub(super) exposed_ports: Vec<String>,
    pub(super) labels: BTreeMap<String, String>,
    /// What `COPY --chown` gave away: destination -> owner. The files belong to the present user.
    pub(super) owners: BTreeMap<String, String>,
    /// `sha256:` and the digest of the files.
    pub(super) files: String,
}

impl Image {
    /// Reads the image in `folder`; `name` is for the error.
    pub(super) fn read(folder: PathBuf, name: &str) -> Result<Self, ImageError> {
        let path = folder.join(CONFIG);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(ImageError::NotFound { name: name.to_owned() });
            }
            Err(source) => return Err(ImageError::File { path, source }),
        };
        let config =
            serde_json::from_slice(&text).map_err(|source| ImageError::File { path, source: source.into() })?;
        Ok(Self { folder, config, manifest: Manifest::of(&text) })
    }

    /// Writes the configuration of an image whose files lie in `folder`, with their digest.
    pub(super) fn write(folder: PathBuf, mut config: ImageConfig) -> std::io::Result<Self> {
        let mut hash = Sha256::new();
        let root = folder.join(ROOT);
        for name in files(&root)? {
            let path = root.join(&name);
            let mode = std::os::unix::fs::PermissionsExt::mode(&path.metadata()?.permissions());
            hash.update(format!("\0{name}\0{mode:o}\0"));
            if path.is_file() {
                hash.update(std::fs::read(&path)?);
            }
        }
        config.files = sha256(hash);
        let text = serde_json::to_vec_pretty(&config)?;
        std::fs::write(folder.join(CONFIG), &text)?;
        Ok(Self { folder, config, manifest: Manifest::of(&text) })
    }

    /// What the container would have as `/`.
    #[must_use]
    pub fn root(&self) -> PathBuf {
        self.folder.join(ROOT)
    }

    /// The variables that the image gives its tasks.
    #[must_use]
    pub fn environment(&self) -> &BTreeMap<String, String> {
        &self.config.environment
    }

    /// The entrypoint and the command after it: the program and its arguments, as the container would see them.
    #[must_use]
    pub fn entrypoint(&self) -> Vec<&str> {
        self.config.entrypoint.iter().chain(&self.config.command).map(String::as_str).collect()
    }

    /// `sha256:` and the digest of the image's manifest, by which registries know it.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.manifest.digest
    }

    /// What the digest is of.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Where the image lies.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder in which the program starts, as the container would see it.
    pub(super) fn working_dir(&self) -> &str {
        &self.config.working_dir
    }

    /// Copies the image to `folder`, unless it is there: the folder is this image's alone. Whoever looks at the same time
    /// finds all of it or none.
    pub(super) fn copy_to(&self, folder: &Path) -> std::io::Result<()> {
        let parent = folder.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent)?;
        let beside = tempfile::tempdir_in(parent)?;
        copy_tree(&self.root(), &beside.path().join(ROOT))?;
        std::fs::copy(self.folder.join(CONFIG), beside.path().join(CONFIG))?;
        match std::fs::rename(beside.path(), folder) {
            Err(_) if folder.join(CONFIG).is_file() => Ok(()),
            renamed => renamed,
        }
    }
}

/// Copies a folder with all that is in it, with permissions. There are no links in an image.
pub(super) fn copy_tree(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// The names of everything below `folder`, sorted.
fn files(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(inside) = folders.pop() {
        for entry in std::fs::read_dir(folder.join(&inside))? {
            let entry = entry?;
            let name = inside.join(entry.file_name());
            names.push(name.to_string_lossy().into_owned());
            if entry.file_type()?.is_dir() {
                folders.push(name);
            }
        }
    }
    names.sort();
    Ok(names)
}
