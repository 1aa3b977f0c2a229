//! SQS's `SendMessage`.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::answer::{ServiceError, json_response};
use super::model::{Member, Shape, TEXT, optional, read, required};
use super::state::State;

/// A message's body, which has to be at most 1 MiB of text.
const BODY: Shape = Shape::Text { min: 1, max: 1_048_576, pattern: None };

const SEND_MESSAGE: &[Member] = &[
    required("QueueUrl", TEXT),
    required("MessageBody", BODY),
    optional(
        "MessageAttributes",
        Shape::Structure(&[optional(
            "reason",
            Shape::Structure(&[
                required("DataType", Shape::OneOf(&["String"])),
                required("StringValue", Shape::Text { min: 1, max: 262_144, pattern: None }),
            ]),
        )]),
    ),
];

/// A message in a queue.
#[derive(Debug, Clone, PartialEq)]
pub struct QueuedMessage {
    /// The queue's URL.
    pub queue: String,
    /// The text.
    pub body: String,
    /// The message attributes, as they were sent.
    pub attributes: Value,
}

pub(super) fn answer(state: &mut State, operation: &str, body: &[u8]) -> Result<Response<Bytes>, ServiceError> {
    if operation != "SendMessage" {
        return Err(ServiceError::unknown_operation(operation));
    }
    let request = read(body, SEND_MESSAGE)?;
    let text = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
    let queue = text("QueueUrl");
    if !state.queues.contains(&queue) {
        return Err(ServiceError::client("QueueDoesNotExist", "The specified queue does not exist."));
    }
    let message = QueuedMessage { queue, body: text("MessageBody"), attributes: request["MessageAttributes"].clone() };
    state.queued.push(message);
    let id = format!("queued-{}", state.queued.len());
    Ok(json_response(StatusCode::OK, &json!({ "MessageId": id, "MD5OfMessageBody": "0" })))
}
