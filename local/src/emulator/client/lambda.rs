//! Invocation of a Lambda function, and its aliases.

use bytes::Bytes;
use http::{Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::signed::Call;
use super::{Caller, ClientError, EmulatorClient, json};

/// The version that an alias stands for. Of what Lambda answers, more is not needed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Alias {
    /// The version with the most traffic.
    pub function_version: String,
}

impl EmulatorClient {
    /// `Invoke` with the invocation type `Event`: the function runs later and its answer is nobody's business.
    pub async fn invoke_event(&self, caller: &Caller, function: &str, event: &Value) -> Result<(), ClientError> {
        let operation = "lambda:InvokeFunction";
        let name = utf8_percent_encode(function, NON_ALPHANUMERIC);
        let call = Call {
            operation,
            service: "lambda",
            method: Method::POST,
            target: format!("/2015-03-31/functions/{name}/invocations"),
            headers: vec![
                ("content-type", "application/json".to_owned()),
                ("x-amz-invocation-type", "Event".to_owned()),
            ],
            body: Bytes::from(event.to_string()),
            caller,
        };
        let answer = self.send(call).await?;
        if answer.status() == StatusCode::ACCEPTED {
            return Ok(());
        }
        json::read(operation, &answer)?;
        let status = answer.status().as_u16();
        Err(ClientError::Unreadable { operation, status, reason: "an event is accepted with 202".to_owned() })
    }

    /// `GetAlias`.
    pub async fn alias(&self, caller: &Caller, function: &str, alias: &str) -> Result<Alias, ClientError> {
        self.alias_call("lambda:GetAlias", Method::GET, caller, (function, alias), Bytes::new()).await
    }

    /// `UpdateAlias`: all traffic to `version`, but for the percentage that another version gets.
    pub async fn update_alias(
        &self,
        caller: &Caller,
        (function, alias): (&str, &str),
        version: &str,
        other: Option<(&str, u32)>,
    ) -> Result<Alias, ClientError> {
        let weights: Map<String, Value> = other
            .iter()
            .map(|(version, percent)| ((*version).to_owned(), json!(f64::from(*percent) / 100.0)))
            .collect();
        let body = json!({ "FunctionVersion": version, "RoutingConfig": { "AdditionalVersionWeights": weights } });
        let body = Bytes::from(body.to_string());
        self.alias_call("lambda:UpdateAlias", Method::PUT, caller, (function, alias), body).await
    }

    async fn alias_call(
        &self,
        operation: &'static str,
        method: Method,
        caller: &Caller,
        (function, alias): (&str, &str),
        body: Bytes,
    ) -> Result<Alias, ClientError> {
        let [function, alias] = [function, alias].map(|name| utf8_percent_encode(name, NON_ALPHANUMERIC));
        let target = format!("/2015-03-31/functions/{function}/aliases/{alias}");
        let headers = vec![("content-type", "application/json".to_owned())];
        let call = Call { operation, service: "lambda", method, target, headers, body, caller };
        let answer = json::read(operation, &self.send(call).await?)?;
        serde_json::from_value(answer).map_err(|error| ClientError::Unreadable {
            operation,
            status: 200,
            reason: error.to_string(),
        })
    }
}
