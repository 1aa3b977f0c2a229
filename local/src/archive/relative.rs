//! Paths that may not leave the folder they are relative to.

use std::path::{Component, Path, PathBuf};

/// `path` without leading slashes and `.`, or nothing when it climbs out with `..`.
#[must_use]
pub fn relative(path: &str) -> Option<PathBuf> {
    let mut inside = PathBuf::new();
    for component in Path::new(path).components() {
        match component {
            Component::Normal(part) => inside.push(part),
            Component::CurDir | Component::RootDir => {}
            Component::ParentDir | Component::Prefix(_) => return None,
        }
    }
    Some(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_inside() {
        for (path, expected) in [
            ("scripts/stop.sh", Some("scripts/stop.sh")),
            ("./a//b/", Some("a/b")),
            ("/opt/shop", Some("opt/shop")),
            ("/", Some("")),
            ("..", None),
            ("a/../b", None),
            ("/../etc", None),
        ] {
            assert_eq!(relative(path), expected.map(PathBuf::from), "{path}");
        }
    }
}
