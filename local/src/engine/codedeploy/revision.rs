//! Revisions of applications: what a deployment brings out.

use std::fmt::Write;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// A revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Revision {
    /// An appspec itself.
    Appspec {
        /// `AppSpecContent`, or `String` as it was called first.
        kind: AppspecKind,
        /// The appspec.
        content: String,
        /// The content's digest, by which it is known afterwards.
        sha256: String,
    },
    /// An object of S3.
    S3 {
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
        /// `zip`, `YAML` or `JSON`.
        bundle_type: String,
        /// The object's version.
        version: Option<String>,
        /// The object's entity tag.
        etag: Option<String>,
    },
}

/// How a revision that is an appspec is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum AppspecKind {
    /// `AppSpecContent`.
    AppSpecContent,
    /// `String`.
    String,
}

impl Revision {
    /// A revision that is an appspec.
    #[must_use]
    pub fn appspec(kind: AppspecKind, content: &str) -> Self {
        let mut sha256 = String::new();
        for byte in Sha256::digest(content.as_bytes()) {
            // Writing to a text cannot fail.
            let _ = write!(sha256, "{byte:02x}");
        }
        Self::Appspec { kind, content: content.to_owned(), sha256 }
    }

    /// Whether both are the same revision: an appspec is known by its digest, an object by its place.
    pub(in crate::engine) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Appspec { sha256: a, .. }, Self::Appspec { sha256: b, .. }) => a == b,
            (
                Self::S3 { bucket, key, version, etag, .. },
                Self::S3 { bucket: other, key: other_key, version: other_version, etag: other_etag, .. },
            ) => {
                let same_content = etag.is_none() || other_etag.is_none() || etag == other_etag;
                (bucket, key, version) == (other, other_key, other_version) && same_content
            }
            _ => false,
        }
    }
}

/// A revision that an application knows.
#[derive(Debug, Clone)]
pub(in crate::engine) struct Registered {
    pub(in crate::engine) revision: Revision,
    pub(in crate::engine) groups: Vec<String>,
    pub(in crate::engine) first_used: Timestamp,
    pub(in crate::engine) last_used: Timestamp,
}
