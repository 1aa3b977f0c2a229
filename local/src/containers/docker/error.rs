//! Why the local `docker` did not do what it was asked.

use std::path::PathBuf;

use crate::containers::{DockerfileError, ImageError, ReferenceError};

/// What is wrong with a build, a push or a login.
#[derive(Debug, thiserror::Error)]
pub enum DockerError {
    /// A name is none.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// A local image is not there.
    #[error("no such local image: {0}")]
    Image(#[from] ImageError),
    /// A digest was given where a tag is needed.
    #[error("{0} is a digest: give a tag")]
    Tag(String),
    /// Something else was asked of `docker inspect` than what it knows here.
    #[error("the local docker prints an image's RepoDigests alone, not {format}: give {}", known.map(|known| format!("'{known}'")).join(" or "))]
    Format {
        /// What was asked for.
        format: String,
        /// What can be.
        known: [&'static str; 2],
    },
    /// The first digest of an image that has none, in Docker's words.
    #[error("template parsing error: error calling index: reflect: slice index out of range: the image was not pushed")]
    NoDigest,
    /// The Dockerfile is not understood or asks for what is not carried out.
    #[error("{path}: {source}")]
    Dockerfile {
        /// The Dockerfile.
        path: PathBuf,
        /// The line and what is wrong.
        source: DockerfileError,
    },
    /// The `.dockerignore` is not understood.
    #[error("{path}: {pattern:?}: {reason}")]
    Ignore {
        /// The file.
        path: PathBuf,
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A source of a `COPY` is not in the context.
    #[error("Dockerfile line {line}: COPY {source_path}: not found in the context {context}{why}")]
    NoSource {
        /// Where the `COPY` stands.
        line: usize,
        /// The source as it is written.
        source_path: PathBuf,
        /// The context's folder.
        context: PathBuf,
        /// What else there is to say.
        why: &'static str,
    },
    /// A symbolic link or a special file in the context.
    #[error("Dockerfile line {line}: COPY {path}: the local docker copies files and folders, and this is neither")]
    Kind {
        /// Where the `COPY` stands.
        line: usize,
        /// The file.
        path: PathBuf,
    },
    /// A push to a registry that nobody logged in to.
    #[error("no basic auth credentials: log in to {registry} first, with `docker login`")]
    NoLogin {
        /// The registry.
        registry: String,
    },
    /// A push or a login to what is no ECR registry.
    #[error("{0}: the local docker knows ECR's registries alone, ACCOUNT.dkr.ecr.REGION.amazonaws.com")]
    Registry(String),
    /// A login that ECR would not take.
    #[error("login to {registry} failed: {reason}")]
    Login {
        /// The registry.
        registry: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl DockerError {
    /// For `map_err`: an error about the file at `path`.
    pub(super) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
