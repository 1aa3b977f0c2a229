//! The manifest of an image: what a registry knows it by.

use std::fmt::Write;

use serde_json::json;
use sha2::{Digest, Sha256};

/// The media types of an image's parts (Docker's "Image Manifest Version 2, Schema 2").
const MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
const CONFIG: &str = "application/vnd.docker.container.image.v1+json";

/// A manifest. It names the image's configuration, which names the image's files, so that its digest stands for all of it.
/// There are no layers here: the files are in one piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The manifest's JSON.
    pub text: String,
    /// `sha256:` and the manifest's digest, which is the image's.
    pub digest: String,
    /// `sha256:` and the configuration's digest, which Docker calls the image's id.
    pub config_digest: String,
}

impl Manifest {
    /// What [`text`](Self::text) is.
    pub const MEDIA_TYPE: &str = MANIFEST;

    /// The manifest of the image with this configuration.
    pub(super) fn of(config: &[u8]) -> Self {
        let config_digest = sha256(Sha256::new_with_prefix(config));
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST, "layers": [],
            "config": { "mediaType": CONFIG, "size": config.len(), "digest": config_digest },
        });
        let text = manifest.to_string();
        let digest = sha256(Sha256::new_with_prefix(&text));
        Self { text, digest, config_digest }
    }
}

/// A digest as registries write it: `sha256:` and 64 hexadecimal digits.
pub(super) fn sha256(hash: Sha256) -> String {
    let mut digest = "sha256:".to_owned();
    for byte in hash.finalize() {
        // Writing to a text cannot fail.
        let _ = write!(digest, "{byte:02x}");
    }
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_digest_is_the_one_of_its_bytes() {
        let manifest = Manifest::of(b"{}");
        // Of `printf {} | sha256sum`.
        let config = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        assert_eq!(manifest.config_digest, config);
        let read: serde_json::Value = serde_json::from_str(&manifest.text).unwrap();
        assert_eq!((&read["config"]["digest"], &read["config"]["size"]), (&config.into(), &2.into()));
        assert_eq!(manifest.digest, sha256(Sha256::new_with_prefix(&manifest.text)));
        assert_eq!(Manifest::of(b"{}"), manifest);
        assert_ne!(Manifest::of(b"[]").digest, manifest.digest);
    }
}
