//! The credential, read from Secrets Manager once a process and again when Slack rejects it.

use std::fmt;

use aws_call::{Aws, CallError, Service};
use serde_json::json;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::Instant;

use super::credential::Credential;
use super::message::SlackDelivery;

/// The secret, and the credential it held when it was read.
pub(crate) struct Secret {
    aws: Aws,
    id: String,
    /// Locked while it is read, so that messages sent side by side read it once.
    read: Mutex<Option<Credential>>,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Secret {
    pub(crate) fn new(aws: Aws, id: String) -> Self {
        Self { aws, id, read: Mutex::new(None) }
    }

    /// The credential. The error is what becomes of a message without one.
    pub(crate) async fn credential(&self, deadline: Instant) -> Result<Credential, SlackDelivery> {
        let mut read = self.lock(deadline).await?;
        if let Some(credential) = &*read {
            return Ok(credential.clone());
        }
        let credential = self.fetch(deadline).await?;
        Ok(read.insert(credential).clone())
    }

    /// The credential after `rejected`; nothing when the secret still holds that one.
    pub(crate) async fn newer_than(
        &self,
        rejected: &Credential,
        deadline: Instant,
    ) -> Result<Option<Credential>, SlackDelivery> {
        let mut read = self.lock(deadline).await?;
        // Another message may have been told the same, and read it already.
        if read.as_ref() == Some(rejected) {
            *read = Some(self.fetch(deadline).await?);
        }
        Ok(read.clone().filter(|credential| credential != rejected))
    }

    /// Whoever reads the secret may have a later deadline.
    async fn lock(&self, deadline: Instant) -> Result<MutexGuard<'_, Option<Credential>>, SlackDelivery> {
        let locked = tokio::time::timeout_at(deadline, self.read.lock()).await;
        locked.map_err(|_| self.unreachable("Secrets Manager gave no answer in the time there was"))
    }

    async fn fetch(&self, deadline: Instant) -> Result<Credential, SlackDelivery> {
        let input = json!({ "SecretId": self.id });
        let call = self.aws.call_json(Service::SecretsManager, "secretsmanager.GetSecretValue", &input);
        let answer = tokio::time::timeout_at(deadline, call)
            .await
            .map_err(|_| self.unreachable("Secrets Manager gave no answer in the time there was"))?
            .map_err(|error| self.unread(&error))?;
        let text = answer["SecretString"].as_str().ok_or_else(|| self.useless("is not a text"))?;
        Credential::read(text).map_err(|wrong| self.useless(wrong))
    }

    fn unread(&self, error: &CallError) -> SlackDelivery {
        if error.is_transient() {
            return self.unreachable(&error.to_string());
        }
        no_credential(format!("the secret {:?} cannot be read: {error}", self.id))
    }

    fn useless(&self, wrong: &str) -> SlackDelivery {
        no_credential(format!("the secret {:?} {wrong}", self.id))
    }

    fn unreachable(&self, reason: &str) -> SlackDelivery {
        SlackDelivery::Unreachable { reason: format!("the secret {:?} cannot be read: {reason}", self.id) }
    }
}

fn no_credential(detail: String) -> SlackDelivery {
    SlackDelivery::Refused { word: "no_credential".to_owned(), detail: Some(detail) }
}
