//! What was refused waits in a queue.

use serde_json::json;

use crate::standin::{QUEUE_URL, Standin};

#[tokio::test]
async fn a_refused_message_is_parked_with_its_reason() {
    let standin = Standin::with_bot().await;
    let message = json!({"to": "slack", "channel": "C9", "text": "Staging failed"});
    assert_eq!(standin.undelivered().park(&message, "channel_not_found").await.unwrap(), "m-1");
    standin.undelivered().park(&message, "").await.unwrap();
    let input = |reason: &str| {
        json!({
            "QueueUrl": QUEUE_URL,
            "MessageBody": r#"{"to":"slack","channel":"C9","text":"Staging failed"}"#,
            "MessageAttributes": {"reason": {"DataType": "String", "StringValue": reason}},
        })
    };
    assert_eq!(standin.queued(), [input("channel_not_found"), input("unknown")]);
}
