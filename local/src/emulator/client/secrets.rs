//! Secrets of Secrets Manager.

use serde_json::json;

use super::json::member;
use super::{Caller, ClientError, EmulatorClient};

impl EmulatorClient {
    /// `CreateSecret` with this text. Returns its ARN.
    pub async fn create_secret(&self, caller: &Caller, name: &str, text: &str) -> Result<String, ClientError> {
        let operation = "secretsmanager:CreateSecret";
        let request =
            json!({ "Name": name, "SecretString": text, "ClientRequestToken": uuid::Uuid::new_v4().to_string() });
        let answer = self.json(operation, "secretsmanager", "secretsmanager.CreateSecret", &request, caller).await?;
        member(operation, &answer, "ARN")
    }
}
