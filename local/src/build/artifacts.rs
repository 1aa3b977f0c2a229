//! The files of an artifact, and their archive.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::buildspec::Artifact;
use super::files::{self, Wanted};

/// Finds the files of `artifact` in the `sources`: name in the archive -> file. The error is CodeBuild's status code
/// and a reason.
pub(super) fn find(artifact: &Artifact, sources: &Path) -> Result<BTreeMap<String, PathBuf>, String> {
    let wanted = Wanted {
        files: &artifact.files,
        exclude_paths: &artifact.exclude_paths,
        base_directory: artifact.base_directory.as_deref(),
    };
    let found = files::find(wanted, sources).map_err(|reason| format!("CLIENT_ERROR: {reason}"))?;
    if found.is_empty() {
        return Err(format!("CLIENT_ERROR: no matching artifact paths found for {:?}", artifact.files));
    }
    if artifact.discard_paths { without_folders(found) } else { Ok(found.into_iter().collect()) }
}

fn without_folders(found: Vec<(String, PathBuf)>) -> Result<BTreeMap<String, PathBuf>, String> {
    let mut flat = BTreeMap::new();
    for (name, path) in found {
        let short = name.rsplit('/').next().unwrap_or(&name).to_owned();
        if let Some(other) = flat.insert(short, path) {
            let other = other.display();
            return Err(format!("CLIENT_ERROR: discard-paths gives {name:?} the name of another file, {other}"));
        }
    }
    Ok(flat)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in
            ["bundle/bin/shop", "bundle/.hidden", "bundle/appspec.yml", "bundle/a/b/c.txt", "other.txt", "x/shop"]
        {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, file).unwrap();
        }
        std::os::unix::fs::symlink("/", folder.path().join("bundle/root")).unwrap();
        std::os::unix::fs::symlink("appspec.yml", folder.path().join("bundle/link")).unwrap();
        folder
    }

    fn artifact(files: &[&str], excluded: &[&str], base: Option<&str>, discard_paths: bool) -> Artifact {
        Artifact {
            files: files.iter().map(|&text| text.to_owned()).collect(),
            exclude_paths: excluded.iter().map(|&text| text.to_owned()).collect(),
            base_directory: base.map(str::to_owned),
            discard_paths,
            ..Artifact::default()
        }
    }

    #[test]
    fn patterns_find_files() {
        let folder = sources();
        let all = &[".hidden", "a/b/c.txt", "appspec.yml", "bin/shop", "link"][..];
        for (files, excluded, base, discard, expected) in [
            (&["**/*"][..], &[][..], Some("bundle"), false, all),
            (&["**/*"], &[], Some("./bundle/"), false, all),
            (&["**/*"], &["a/**/*", ".*"], Some("bundle"), false, &["appspec.yml", "bin/shop", "link"]),
            (&["*"], &[], Some("bundle"), false, &[".hidden", "appspec.yml", "link"]),
            (&["bundle/bin/*", "other.txt"], &[], None, false, &["bundle/bin/shop", "other.txt"]),
            (&["./bundle/a/**/*"], &[], None, false, &["bundle/a/b/c.txt"]),
            (&["gone.txt", "other.txt"], &[], None, false, &["other.txt"]),
            (&["a/**/*", "bin/*"], &[], Some("bundle"), true, &["c.txt", "shop"]),
        ] {
            let found = find(&artifact(files, excluded, base, discard), folder.path()).unwrap();
            let names: Vec<&str> = found.keys().map(String::as_str).collect();
            assert_eq!(names, expected, "{files:?} in {base:?}");
        }
    }

    #[test]
    fn what_cannot_be_collected_is_an_error_with_its_reason() {
        let folder = sources();
        for (files, base, discard, expected) in [
            (&["gone"][..], None, false, "no matching artifact paths found for [\"gone\"]"),
            (&["**/*"], Some("gone"), false, "base-directory \"gone\" is not a folder"),
            (&["**/*"], Some("../bundle"), false, "outside the sources"),
            (&["/etc/passwd"], None, false, "not a path relative"),
            (&["../x"], None, false, "not a path relative"),
            (&["[a"], None, false, "\"[a\""),
            (&["x/shop", "bundle/bin/shop"], None, true, "the name of another file"),
        ] {
            let error = find(&artifact(files, &[], base, discard), folder.path()).unwrap_err();
            assert!(error.starts_with("CLIENT_ERROR: ") && error.contains(expected), "{error}");
        }
    }
}
