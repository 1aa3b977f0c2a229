//! When Lambda has nothing left to do.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use serde_json::{Value, json};

use super::{ClientError, EmulatorClient};

impl EmulatorClient {
    /// Asks the emulator's launcher, whose address this client was made with, to answer when every asynchronous event was
    /// worked on, also again and by its destination. Says whether all were: it does not wait on when no function is done
    /// with a try `within` this time.
    pub async fn events_done(&self, within: Duration) -> Result<bool, ClientError> {
        let operation = "lambda:EventsDone";
        let asked = json!({ "seconds": within.as_secs_f64() });
        let request = http::Request::post(self.url("/events-done"))
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(asked.to_string())))
            .map_err(|error| ClientError::Request { operation, reason: error.to_string() })?;
        let answer = self.exchange(operation, request).await?;
        let status = answer.status().as_u16();
        let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        let missing = || ClientError::Unreadable { operation, status, reason: format!("no \"done\" in {body}") };
        body["done"].as_bool().ok_or_else(missing)
    }
}
