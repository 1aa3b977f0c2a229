//! Sessions of the roles that a service was given.

use std::fmt;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use bytes::Bytes;
use http_body_util::Full;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{ClientError, EmulatorClient};

/// A session of a role. Its `Debug` form hides the secrets.
#[derive(Clone)]
pub struct RoleSession {
    /// The public half of the key.
    pub access_key_id: String,
    /// The secret half.
    pub secret_access_key: String,
    /// The session's token.
    pub session_token: String,
    /// When the session ends.
    pub expires: Timestamp,
}

impl RoleSession {
    /// The session as credentials to sign with.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        Credentials::new(
            &self.access_key_id,
            &self.secret_access_key,
            Some(self.session_token.clone()),
            SystemTime::try_from(self.expires).ok(),
            "role session",
        )
    }
}

impl fmt::Debug for RoleSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoleSession")
            .field("access_key_id", &self.access_key_id)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

impl EmulatorClient {
    /// Asks the emulator's launcher, whose address this client was made with, for a session of `role_arn` on behalf of
    /// `service`, e.g. `codepipeline.amazonaws.com`. It refuses when the role does not trust the service.
    pub async fn role_session(
        &self,
        role_arn: &str,
        service: &str,
        session_name: &str,
        seconds: u32,
    ) -> Result<RoleSession, ClientError> {
        let operation = "sts:AssumeRole";
        let asked = json!({
            "role_arn": role_arn, "service": service, "session_name": session_name, "duration_seconds": seconds,
        });
        let request = http::Request::post(self.url("/role-session"))
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(asked.to_string())))
            .map_err(|error| ClientError::Request { operation, reason: error.to_string() })?;
        let answer = self.exchange(operation, request).await?;
        let status = answer.status().as_u16();
        let unreadable = |reason: String| ClientError::Unreadable { operation, status, reason };
        let body: Value = serde_json::from_slice(answer.body()).map_err(|error| unreadable(error.to_string()))?;
        let text =
            |name: &str| body[name].as_str().map(str::to_owned).ok_or_else(|| unreadable(format!("{name} is missing")));
        if status != 200 {
            return Err(ClientError::Refused {
                operation,
                status,
                code: if status == 403 { "AccessDenied".to_owned() } else { format!("HTTP {status}") },
                message: text("message")?,
            });
        }
        Ok(RoleSession {
            access_key_id: text("AccessKeyId")?,
            secret_access_key: text("SecretAccessKey")?,
            session_token: text("SessionToken")?,
            expires: text("Expiration")?.parse().map_err(|error| unreadable(format!("Expiration: {error}")))?,
        })
    }
}
