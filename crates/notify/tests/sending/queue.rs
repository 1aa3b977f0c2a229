//! What was refused waits in a queue.

use launchway::standin::aws::QueuedMessage;
use notify::Undelivered;
use serde_json::json;

use crate::account::{QUEUE, aws, caller};

#[tokio::test]
async fn a_refused_message_is_parked_with_its_reason() {
    let aws = aws().await;
    let undelivered = Undelivered::new(caller(&aws.url()), QUEUE);
    let message = json!({"to": "slack", "channel": "C9", "text": "Staging failed"});
    assert_eq!(undelivered.park(&message, "channel_not_found").await.unwrap(), "queued-1");
    undelivered.park(&message, "").await.unwrap();
    let queued = |reason: &str| QueuedMessage {
        queue: QUEUE.to_owned(),
        body: r#"{"to":"slack","channel":"C9","text":"Staging failed"}"#.to_owned(),
        attributes: json!({"reason": {"DataType": "String", "StringValue": reason}}),
    };
    assert_eq!(aws.queued(), [queued("channel_not_found"), queued("unknown")]);
}
