//! What a build's commands may do on AWS.

use std::collections::BTreeMap;

use crate::emulator::client::RoleSession;

/// A session of the project's service role, and where AWS is.
///
/// CodeBuild hands its builds such a session at an address inside of the container; here it is in the environment, where
/// every tool looks for it as well.
#[derive(Debug, Clone)]
pub struct Access {
    /// The session.
    pub session: RoleSession,
    /// The endpoint of every AWS service, e.g. `http://127.0.0.1:4566`.
    pub endpoint: String,
}

impl Access {
    /// The variables by which tools find the session. A project may replace them with variables of its own.
    pub(super) fn variables(&self) -> BTreeMap<String, String> {
        let RoleSession { access_key_id, secret_access_key, session_token, .. } = &self.session;
        [
            ("AWS_ACCESS_KEY_ID", access_key_id.as_str()),
            ("AWS_SECRET_ACCESS_KEY", secret_access_key),
            ("AWS_SESSION_TOKEN", session_token),
            // Nothing of the operator's: no profile, no cached login, no instance's role.
            ("AWS_CONFIG_FILE", "/dev/null"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_PAGER", ""),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
    }

    /// The values that no log and no report may have.
    pub(super) fn secrets(&self) -> [String; 2] {
        [self.session.secret_access_key.clone(), self.session.session_token.clone()]
    }
}
