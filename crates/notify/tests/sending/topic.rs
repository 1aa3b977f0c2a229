//! Messages to an SNS topic.

use notify::{Publication, SnsMessage, publish};

use crate::topic_standin::{TOPIC, Topic, client};
use crate::within;

fn message() -> SnsMessage {
    let attributes = [("pipeline", "storefront"), ("stage", "Staging"), ("environment", "")];
    SnsMessage {
        subject: "storefront: Staging failed".to_owned(),
        body: "Why: expected status 201, got 500 & more".to_owned(),
        attributes: attributes.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
    }
}

#[tokio::test]
async fn a_message_is_published_with_its_attributes() {
    let (topic, client) = Topic::start().await;
    let publication = publish(&client, TOPIC, &message(), within(20)).await;
    assert_eq!(publication, Publication::Sent { id: "m-1".to_owned() });
    let published = topic.published.lock().unwrap().clone();
    assert_eq!(published.len(), 1);
    let parameters = &published[0];
    assert_eq!(parameters["Subject"], "storefront: Staging failed");
    assert_eq!(parameters["Message"], "Why: expected status 201, got 500 & more");
    let mut attributes: Vec<_> = (1..=2)
        .map(|number| {
            let part = |part: &str| parameters[&format!("MessageAttributes.entry.{number}.{part}")].as_str();
            (part("Name"), part("Value.DataType"), part("Value.StringValue"))
        })
        .collect();
    attributes.sort_unstable();
    assert_eq!(attributes, [("pipeline", "String", "storefront"), ("stage", "String", "Staging")]);
    assert!(!parameters.contains_key("MessageAttributes.entry.3.Name"), "SNS takes no empty value");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_told_from_what_may_pass() {
    // Refusals; sent, refused or unreachable; the words.
    for (refusals, expected, words) in [
        (vec![(500, "InternalError")], "sent", ""),
        (vec![(429, "Throttled"), (503, "ServiceUnavailable"), (429, "Throttled")], "sent", ""),
        (vec![(500, "InternalError"); 3], "unreachable", "InternalError: because"),
        (vec![(503, "ServiceUnavailable"); 3], "unreachable", "ServiceUnavailable: because"),
        (vec![(429, "Throttled"); 3], "sent", ""),
        (vec![(429, "Throttled"); 4], "unreachable", "Throttled: because"),
        (vec![(400, "KMSThrottling"); 4], "unreachable", "KMSThrottling: because"),
        (vec![(403, "AuthorizationError")], "refused", "AuthorizationError: because"),
        (vec![(400, "InvalidParameter")], "refused", "InvalidParameter: because"),
        (vec![(400, "KMSAccessDenied")], "refused", "KMSAccessDenied: because"),
    ] {
        let (topic, client) = Topic::start().await;
        topic.refusals.lock().unwrap().extend(refusals);
        let (kind, said) = match publish(&client, TOPIC, &message(), within(20)).await {
            Publication::Sent { .. } => ("sent", String::new()),
            Publication::Refused { word, detail } => ("refused", format!("{word}: {detail}")),
            Publication::Unreachable { reason } => ("unreachable", reason),
        };
        assert_eq!((kind, said.as_str()), (expected, words));
    }
}

#[tokio::test]
async fn another_topic_is_refused() {
    let (_, client) = Topic::start().await;
    let publication = publish(&client, "arn:aws:sns:eu-central-1:1:gone", &message(), within(20)).await;
    assert!(matches!(&publication, Publication::Refused { word, .. } if word == "NotFound"), "{publication:?}");
}

#[tokio::test(start_paused = true)]
async fn a_topic_that_is_not_there_or_says_nothing_is_unreachable() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let start = tokio::time::Instant::now();
    let silent = publish(&client(&url), TOPIC, &message(), within(7)).await;
    assert_eq!((tokio::time::Instant::now() - start).as_secs(), 7);
    assert_eq!(silent, Publication::Unreachable { reason: "SNS gave no answer in the time there was".to_owned() });
    drop(listener);
    let gone = publish(&client(&url), TOPIC, &message(), within(20)).await;
    assert!(matches!(&gone, Publication::Unreachable { reason } if reason.contains("Connection refused")), "{gone:?}");
}
