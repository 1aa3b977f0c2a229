//! What a Dockerfile makes: an image's configuration, and what is copied into it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::DockerfileError;
use super::lines::lines;
use crate::containers::image::ImageConfig;

/// An image to be made.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::containers) struct Recipe {
    pub(in crate::containers) config: ImageConfig,
    /// In the order of the instructions: a later copy replaces what an earlier one brought.
    pub(in crate::containers) copies: Vec<Copy>,
    /// Folders that `WORKDIR` makes, inside the image's root.
    pub(in crate::containers) folders: Vec<PathBuf>,
}

/// A `COPY`.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::containers) struct Copy {
    /// Where it stands.
    pub(in crate::containers) line: usize,
    /// Paths in the context.
    pub(in crate::containers) sources: Vec<PathBuf>,
    /// A path in the image's root.
    pub(in crate::containers) destination: PathBuf,
    /// Whether the destination is a folder whatever is there, because a slash ends it.
    pub(in crate::containers) into_folder: bool,
    /// The permissions of `--chmod`.
    pub(in crate::containers) mode: Option<u32>,
}

/// A Dockerfile that is being read.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    pub(super) recipe: Recipe,
    /// What `--build-arg` gives, and which of it an `ARG` has asked for.
    pub(super) given: &'a BTreeMap<String, String>,
    pub(super) asked: Vec<String>,
    /// `ARG`s before `FROM`, which are for `FROM` alone, and those after it.
    pub(super) arguments: BTreeMap<String, String>,
    pub(super) has_base: bool,
}

impl Recipe {
    /// Reads a Dockerfile with these `--build-arg`s.
    pub(in crate::containers) fn read(text: &str, given: &BTreeMap<String, String>) -> Result<Self, DockerfileError> {
        let mut reading = Reading {
            recipe: Self { config: ImageConfig::default(), copies: Vec::new(), folders: Vec::new() },
            given,
            asked: Vec::new(),
            arguments: BTreeMap::new(),
            has_base: false,
        };
        let mut last = 0;
        for line in lines(text)? {
            last = line.number;
            reading.apply(&line).map_err(|reason| DockerfileError { line: line.number, reason })?;
        }
        let failed = |reason: String| Err(DockerfileError { line: last, reason });
        if !reading.has_base {
            return failed("there is no FROM: name the base image".to_owned());
        }
        if let Some(name) = given.keys().find(|name| !reading.asked.contains(name)) {
            return failed(format!("no ARG takes the build argument {name}"));
        }
        Ok(reading.recipe)
    }
}
