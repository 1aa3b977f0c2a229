//! `docker build`.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::ignored::Ignored;
use super::{Docker, DockerError};
use crate::containers::Image;
use crate::containers::dockerfile::{Copy, Recipe};
use crate::containers::image::ROOT;

impl Docker {
    /// Builds the image of a context and gives it these names.
    pub fn build(
        &self,
        context: &Path,
        dockerfile: Option<&Path>,
        arguments: &BTreeMap<String, String>,
        tags: &[String],
    ) -> Result<Image, DockerError> {
        // A wrong name is told before the work.
        for tag in tags {
            super::tag_of(&tag.parse()?)?;
        }
        let path = dockerfile.map_or_else(|| context.join("Dockerfile"), Path::to_owned);
        let text = std::fs::read_to_string(&path).map_err(DockerError::file(&path))?;
        let recipe = Recipe::read(&text, arguments).map_err(|source| DockerError::Dockerfile { path, source })?;

        let under_way = self.scratch()?;
        let root = under_way.join(ROOT);
        let files = Files { context, root: &root, ignored: Ignored::of(context)? };
        std::fs::create_dir_all(&root).map_err(DockerError::file(&root))?;
        for folder in &recipe.folders {
            let folder = root.join(folder);
            std::fs::create_dir_all(&folder).map_err(DockerError::file(&folder))?;
        }
        for copy in &recipe.copies {
            files.copy(copy)?;
        }
        let image = Image::write(under_way.clone(), recipe.config).map_err(DockerError::file(under_way))?;
        for tag in tags {
            super::store(&image, &self.local, tag)?;
        }
        Ok(image)
    }

    /// An empty folder for an image without a name.
    fn scratch(&self) -> Result<PathBuf, DockerError> {
        let unnamed = self.logins.with_file_name("unnamed");
        std::fs::create_dir_all(&unnamed).map_err(DockerError::file(&unnamed))?;
        Ok(tempfile::tempdir_in(&unnamed).map_err(DockerError::file(&unnamed))?.keep())
    }
}

/// Files on their way from a context into an image.
struct Files<'a> {
    context: &'a Path,
    root: &'a Path,
    ignored: Ignored,
}

impl Files<'_> {
    fn copy(&self, copy: &Copy) -> Result<(), DockerError> {
        for source in &copy.sources {
            let missing = |why| DockerError::NoSource {
                line: copy.line,
                source_path: source.clone(),
                context: self.context.to_owned(),
                why,
            };
            let from = self.context.join(source);
            let Ok(metadata) = from.symlink_metadata() else { return Err(missing("")) };
            if self.ignored.has(source) && !(metadata.is_dir() && self.ignored.has_exceptions()) {
                return Err(missing(", its .dockerignore leaves it out"));
            }
            let destination = self.root.join(&copy.destination);
            if metadata.is_dir() {
                self.folder(copy, source, &destination)?;
            } else if copy.into_folder || destination.is_dir() {
                let name = source.file_name().unwrap_or_default();
                copy_file(copy, &from, &destination.join(name))?;
            } else {
                copy_file(copy, &from, &destination)?;
            }
        }
        Ok(())
    }

    /// Copies what is in a folder, not the folder.
    fn folder(&self, copy: &Copy, source: &Path, destination: &Path) -> Result<(), DockerError> {
        let from = self.context.join(source);
        std::fs::create_dir_all(destination).map_err(DockerError::file(destination))?;
        for entry in std::fs::read_dir(&from).map_err(DockerError::file(&from))? {
            let entry = entry.map_err(DockerError::file(&from))?;
            let (inside, target) = (source.join(entry.file_name()), destination.join(entry.file_name()));
            let is_folder = entry.file_type().map_err(DockerError::file(&from))?.is_dir();
            match (self.ignored.has(&inside), is_folder) {
                (true, false) => {}
                (true, true) if !self.ignored.has_exceptions() => {}
                (_, true) => self.folder(copy, &inside, &target)?,
                (false, false) => copy_file(copy, &entry.path(), &target)?,
            }
        }
        Ok(())
    }
}

/// Copies one file. Links are refused: what they point to need not be in the image.
fn copy_file(copy: &Copy, from: &Path, to: &Path) -> Result<(), DockerError> {
    let kind = from.symlink_metadata().map_err(DockerError::file(from))?;
    if !kind.is_file() {
        return Err(DockerError::Kind { line: copy.line, path: from.to_owned() });
    }
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).map_err(DockerError::file(folder))?;
    }
    std::fs::copy(from, to).map_err(DockerError::file(from))?;
    if let Some(mode) = copy.mode {
        std::fs::set_permissions(to, Permissions::from_mode(mode)).map_err(DockerError::file(to))?;
    }
    Ok(())
}
