//! What a `.dockerignore` keeps out of a build's context.

use std::path::Path;

use globset::{GlobBuilder, GlobMatcher};

use super::DockerError;

const FILE: &str = ".dockerignore";

/// The patterns in their order; the last that matches decides.
#[derive(Debug, Default)]
pub(super) struct Ignored {
    patterns: Vec<(GlobMatcher, bool)>,
}

impl Ignored {
    /// Reads the file of a context, if it has one.
    pub(super) fn of(context: &Path) -> Result<Self, DockerError> {
        let path = context.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(DockerError::File { path, source }),
        };
        let mut patterns = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (pattern, ignored) = match line.strip_prefix('!') {
                Some(exception) => (exception.trim(), false),
                None => (line, true),
            };
            let failed = |reason: String| DockerError::Ignore { path: path.clone(), pattern: line.to_owned(), reason };
            if pattern.split('/').any(|part| part == "..") {
                return Err(failed("write it without `..`".to_owned()));
            }
            let plain = pattern.trim_start_matches("./").trim_matches('/');
            let glob = GlobBuilder::new(plain).literal_separator(true).build();
            patterns.push((glob.map_err(|error| failed(error.to_string()))?.compile_matcher(), ignored));
        }
        Ok(Self { patterns })
    }

    /// Whether a path of the context is left out: a pattern matches it or a folder that it is in.
    pub(super) fn has(&self, inside: &Path) -> bool {
        let decides = |matcher: &GlobMatcher| {
            inside.ancestors().filter(|path| !path.as_os_str().is_empty()).any(|path| matcher.is_match(path))
        };
        self.patterns.iter().rev().find(|(matcher, _)| decides(matcher)).is_some_and(|(_, ignored)| *ignored)
    }

    /// Whether something below a folder that is left out may be in after all.
    pub(super) fn has_exceptions(&self) -> bool {
        self.patterns.iter().any(|(_, ignored)| !ignored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_pattern_that_matches_decides() {
        for (text, ignored, kept) in [
            ("", &[][..], &["a", ".dockerignore"][..]),
            ("# target\ntarget\n", &["target", "target/debug/shop"], &["a/target", "targets"]),
            ("/target/\n./dist", &["target/x", "dist/y"], &["a/dist"]),
            ("*.log", &["a.log"], &["x/a.log"]),
            ("**/*.log", &["a.log", "x/y/a.log"], &["a.logs"]),
            ("*\n!dist", &["a", "b/c"], &["dist", "dist/shop"]),
            ("*\n!dist\ndist/secret", &["a", "dist/secret/x"], &["dist/shop"]),
        ] {
            let context = tempfile::tempdir().unwrap();
            std::fs::write(context.path().join(FILE), text).unwrap();
            let patterns = Ignored::of(context.path()).unwrap();
            for path in ignored {
                assert!(patterns.has(Path::new(path)), "{text:?} {path}");
            }
            for path in kept {
                assert!(!patterns.has(Path::new(path)), "{text:?} {path}");
            }
        }
    }

    #[test]
    fn patterns_that_are_none_are_refused() {
        for (text, expected) in [("a\n../x", "\"../x\": write it without"), ("[z-a]", "\"[z-a]\": ")] {
            let context = tempfile::tempdir().unwrap();
            std::fs::write(context.path().join(FILE), text).unwrap();
            let error = Ignored::of(context.path()).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        let context = tempfile::tempdir().unwrap();
        assert!(!Ignored::of(context.path()).unwrap().has(Path::new("a")));
    }
}
