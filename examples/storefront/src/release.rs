//! The release a running shop belongs to: a directory with `bin/storefront`, `settings.toml` and `REVISION`.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What a shop reports that was built by hand.
pub const UNRELEASED: &str = "dev";

/// The directory above the one the program stands in.
#[must_use]
pub fn home() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    Some(program.parent()?.parent()?.to_owned())
}

/// The revision in the release's `REVISION` file, else `given`, else `dev`.
///
/// The file comes first: it was written by the build, and a variable left over on the host must not hide it.
#[must_use]
pub fn revision(home: Option<&Path>, given: Option<&str>) -> String {
    let written = home.and_then(|home| fs::read_to_string(home.join("REVISION")).ok());
    let known = [written.as_deref(), given].into_iter().flatten().map(str::trim).find(|text| !text.is_empty());
    known.unwrap_or(UNRELEASED).to_owned()
}

/// The settings file: `given`, else the release's, else the one in the working directory.
#[must_use]
pub fn settings(home: Option<&Path>, given: Option<PathBuf>) -> PathBuf {
    let released = || home.map(|home| home.join("settings.toml")).filter(|path| path.is_file());
    given.or_else(released).unwrap_or_else(|| PathBuf::from("settings.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_the_release_comes_first() {
        let home = tempfile::tempdir().unwrap();
        let written = home.path().join("REVISION");
        for (file, given, expected) in [
            (Some("1f2e3d\n"), None, "1f2e3d"),
            (Some("1f2e3d"), Some("left over"), "1f2e3d"),
            (Some("  \n"), Some("given"), "given"),
            (None, Some("given"), "given"),
            (None, Some(""), "dev"),
            (None, None, "dev"),
        ] {
            match file {
                Some(text) => fs::write(&written, text).unwrap(),
                None => drop(fs::remove_file(&written)),
            }
            assert_eq!(revision(Some(home.path()), given), expected, "{file:?} {given:?}");
        }
        assert_eq!(revision(None, None), "dev");
    }

    #[test]
    fn settings_are_looked_for_in_the_release() {
        let home = tempfile::tempdir().unwrap();
        let released = home.path().join("settings.toml");
        assert_eq!(settings(Some(home.path()), None), Path::new("settings.toml"));
        fs::write(&released, "").unwrap();
        assert_eq!(settings(Some(home.path()), None), released);
        assert_eq!(settings(Some(home.path()), Some("other.toml".into())), Path::new("other.toml"));
        assert_eq!(settings(None, None), Path::new("settings.toml"));
    }
}
