//! The credentials a stand-in expects its callers to sign with.

use std::fmt;

/// One set of AWS credentials. Its `Debug` form shows the access key id alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The public half, e.g. `ASIA...` for a session.
    pub access_key_id: String,
    /// The secret half.
    pub secret_access_key: String,
    /// The token of a session; a request that leaves it out is refused.
    pub session_token: Option<String>,
}

impl Credentials {
    /// The credentials of a session.
    #[must_use]
    pub fn session(access_key_id: &str, secret_access_key: &str, session_token: &str) -> Self {
        Self {
            access_key_id: access_key_id.to_owned(),
            secret_access_key: secret_access_key.to_owned(),
            session_token: Some(session_token.to_owned()),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Credentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let text = format!("{:?}", Credentials::session("ASIAEXAMPLE", "the-secret", "the-token"));
        assert!(text.contains("ASIAEXAMPLE"), "{text}");
        assert!(!text.contains("the-secret") && !text.contains("the-token"), "{text}");
    }
}
