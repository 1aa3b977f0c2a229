//! The name of an image.

use std::fmt;
use std::str::FromStr;

/// The most that Docker allows a tag, and ECR a repository's name with its registry left out.
const LONGEST_TAG: usize = 128;

/// An image's name: `REPOSITORY:TAG` or `REPOSITORY@sha256:DIGEST`, the repository with or without a registry before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) repository: String,
    pub(super) version: Version,
}

/// Which image of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Version {
    /// The one that has this tag now.
    Tag(String),
    /// The one with this content: `sha256:` and 64 hexadecimal digits.
    Digest(String),
}

/// Why a text names no image.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid reference format: {name:?}: {reason}")]
pub struct ReferenceError {
    name: String,
    reason: &'static str,
}

impl Reference {
    /// The registry: the part before the first slash when it looks like a host, as Docker decides it.
    pub(super) fn registry(&self) -> Option<&str> {
        let (first, _) = self.repository.split_once('/')?;
        (first.contains(['.', ':']) || first == "localhost").then_some(first)
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(name: &str) -> Result<Self, ReferenceError> {
        let failed = |reason| ReferenceError { name: name.to_owned(), reason };
        let (repository, version) = if let Some((repository, digest)) = name.split_once('@') {
            let hex = digest.strip_prefix("sha256:").unwrap_or_default();
            if hex.len() != 64 || !hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
                return Err(failed("a digest is sha256: and 64 hexadecimal digits"));
            }
            (repository, Version::Digest(digest.to_owned()))
        } else {
            // A colon before the last slash is the registry's port.
            let (repository, tag) = match name.rsplit_once(':') {
                Some((repository, tag)) if !tag.contains('/') => (repository, tag),
                _ => (name, "latest"),
            };
            let first = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            let other = |byte: u8| first(byte) || matches!(byte, b'.' | b'-');
            if !tag.bytes().next().is_some_and(first) || !tag.bytes().all(other) || tag.len() > LONGEST_TAG {
                return Err(failed(
                    "a tag is 1 to 128 letters, digits, '_', '.' and '-', and starts with none of the last two",
                ));
            }
            (repository, Version::Tag(tag.to_owned()))
        };
        let reference = Self { repository: repository.to_owned(), version };
        let path = match reference.registry() {
            Some(registry) if !is_host(registry) => return Err(failed("a registry is a host, with or without a port")),
            Some(registry) => &repository[registry.len() + 1..],
            None => repository,
        };
        if !path.split('/').all(is_component) {
            return Err(failed(
                "a repository is lower-case letters and digits, with '.', '_' or '-' between them, in parts divided by '/'",
            ));
        }
        Ok(reference)
    }
}

/// No host can climb out of the folder that it becomes.
fn is_host(registry: &str) -> bool {
    registry.starts_with(|first: char| first.is_ascii_alphanumeric())
        && registry.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':'))
        && !registry.contains("..")
}

fn is_component(part: &str) -> bool {
    let alphanumeric = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = [part.bytes().next(), part.bytes().last()];
    ends.into_iter().all(|end| end.is_some_and(alphanumeric))
        && part.bytes().all(|byte| alphanumeric(byte) || matches!(byte, b'.' | b'_' | b'-'))
        && !part.contains("..")
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.version {
            Version::Tag(tag) => write!(formatter, "{}:{tag}", self.repository),
            Version::Digest(digest) => write!(formatter, "{}@{digest}", self.repository),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_docker_reads_them() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        let tag = |tag: &str| Version::Tag(tag.to_owned());
        let ecr = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
        for (name, registry, repository, version) in [
            ("shop".to_owned(), None, "shop", tag("latest")),
            ("team/shop:v1".to_owned(), None, "team/shop", tag("v1")),
            ("localhost/shop".to_owned(), Some("localhost"), "localhost/shop", tag("latest")),
            ("127.0.0.1:5000/shop".to_owned(), Some("127.0.0.1:5000"), "127.0.0.1:5000/shop", tag("latest")),
            (format!("{ecr}/shop:_3.Q-x"), Some(ecr), &format!("{ecr}/shop"), tag("_3.Q-x")),
            (format!("shop@{digest}"), None, "shop", Version::Digest(digest.clone())),
        ] {
            let reference: Reference = name.parse().unwrap();
            assert_eq!(reference.registry(), registry, "{name}");
            assert_eq!(reference, Reference { repository: repository.to_owned(), version }, "{name}");
            assert_eq!(reference.to_string().parse(), Ok(reference), "{name}");
        }
    }

    #[test]
    fn what_names_no_image_is_refused() {
        for (name, expected) in [
            ("", "a repository is"),
            ("Shop", "a repository is"),
            ("shop/", "a repository is"),
            ("../shop", "a registry is"),
            ("a..b/shop", "a registry is"),
            ("a.b/shop/../../x", "a repository is"),
            (".local/shop", "a registry is"),
            ("shop:", "a tag is"),
            ("shop:-v1", "a tag is"),
            ("shop:.v1", "a tag is"),
            ("shop:a b", "a tag is"),
            (&format!("shop:{}", "a".repeat(129)), "a tag is"),
            ("shop@sha256:12", "a digest is"),
            ("<IMAGE1_NAME>", "a repository is"),
        ] {
            let error = name.parse::<Reference>().unwrap_err().to_string();
            assert!(error.contains(expected) && error.contains(&format!("{name:?}")), "{error}");
        }
    }
}
