//! Revisions of applications: what a deployment brings out.

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
        let digest = Sha256::digest(content.as_bytes());
        let sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Self::Appspec { kind, content: content.to_owned(), sha256 }
    }

    /// Whether both are the same revision: an appspec is known by its digest, an object by its place.
    pub(in crate::engine) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Appspec { sha256: a, .. }, Self::Appspec { sha256: b, .. }) => a == b,
            (
                Self::S3 { bucket: a, key: b, version: c, etag: d, .. },
                Self::S3 { bucket: e, key: f, version: g, etag: h, .. },
            ) => (a, b, c) == (e, f, g) && (d.is_none() || h.is_none() || d == h),
            _ => false,
        }
    }
}

/// A revision that an application knows.
#[derive(Debug, Clone)]
pub(in crate::engine) struct Registered {
    pub(in crate::engine) revision: Revision,
    pub(in crate::engine) groups: Vec<String>,
    pub(in crate::engine) registered: Timestamp,
    pub(in crate::engine) last_used: Timestamp,
}
