//! The files in a build's folder that a buildspec's patterns name.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::archive::relative;

/// What a buildspec says about files.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'b> {
    pub(super) files: &'b [String],
    pub(super) exclude_paths: &'b [String],
    pub(super) base_directory: Option<&'b str>,
}

/// Finds the files under the `sources`: the path from the base directory, and the file. The error is a reason.
///
/// `*` stays within one folder and `**` does not; hidden files match like others, and links to folders are not
/// followed.
pub(super) fn find(wanted: Wanted<'_>, sources: &Path) -> Result<Vec<(String, PathBuf)>, String> {
    let base = match wanted.base_directory {
        None => sources.to_owned(),
        Some(directory) => {
            let outside = || format!("base-directory {directory:?} is outside the sources");
            sources.join(relative(directory).ok_or_else(outside)?)
        }
    };
    if !base.is_dir() {
        let directory = wanted.base_directory.unwrap_or(".");
        return Err(format!("base-directory {directory:?} is not a folder that the build made"));
    }
    let (files, excluded) = (patterns(wanted.files)?, patterns(wanted.exclude_paths)?);
    let mut found = Vec::new();
    walk(&base, "", &mut |name, path| {
        if files.is_match(name) && !excluded.is_match(name) {
            found.push((name.to_owned(), path));
        }
    })
    .map_err(|error| format!("{}: {error}", base.display()))?;
    Ok(found)
}

fn patterns(texts: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for text in texts {
        if text.starts_with('/') || text.split('/').any(|part| part == "..") {
            return Err(format!("{text:?} is not a path relative to the base directory"));
        }
        let pattern = text.strip_prefix("./").unwrap_or(text);
        let glob = GlobBuilder::new(pattern).literal_separator(true).build();
        set.add(glob.map_err(|error| format!("{text:?}: {}", error.kind()))?);
    }
    set.build().map_err(|error| error.to_string())
}

fn walk(folder: &Path, prefix: &str, on_file: &mut impl FnMut(&str, PathBuf)) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &format!("{name}/"), on_file)?;
        } else if entry.path().is_file() {
            on_file(&name, entry.path());
        }
    }
    Ok(())
}
