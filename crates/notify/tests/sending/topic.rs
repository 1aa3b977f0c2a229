//! Messages to an SNS topic.

use http::StatusCode;
use launchway::port::ReservedPort;
use launchway::standin::Times;
use launchway::standin::aws::Fault;
use notify::{Publication, SnsMessage, publish};

use crate::account::{TOPIC, aws, sns};
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
    let aws = aws().await;
    let publication = publish(&sns(&aws.url()), TOPIC, &message(), within(20)).await;
    assert_eq!(publication, Publication::Sent { id: "message-1".to_owned() });
    let [published] = aws.notifications().try_into().unwrap();
    assert_eq!(published.topic, TOPIC);
    assert_eq!(published.subject, "storefront: Staging failed");
    assert_eq!(published.body, "Why: expected status 201, got 500 & more");
    // SNS takes no empty value.
    let attributes = [("pipeline", "storefront"), ("stage", "Staging")];
    assert_eq!(published.attributes, attributes.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
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
        let aws = aws().await;
        for (status, code) in refusals {
            let refusal = Fault::Refuse(StatusCode::from_u16(status).unwrap(), code, "because".to_owned());
            aws.order_fault("Publish", refusal, Times::Count(1));
        }
        let (kind, said) = match publish(&sns(&aws.url()), TOPIC, &message(), within(20)).await {
            Publication::Sent { .. } => ("sent", String::new()),
            Publication::Refused { word, detail } => ("refused", format!("{word}: {detail}")),
            Publication::Unreachable { reason } => ("unreachable", reason),
        };
        assert_eq!((kind, said.as_str()), (expected, words));
    }
}

#[tokio::test]
async fn another_topic_is_refused() {
    let aws = aws().await;
    let publication = publish(&sns(&aws.url()), "arn:aws:sns:eu-central-1:1:gone", &message(), within(20)).await;
    assert!(matches!(&publication, Publication::Refused { word, .. } if word == "NotFound"), "{publication:?}");
}

#[tokio::test(start_paused = true)]
async fn a_topic_that_is_not_there_or_says_nothing_is_unreachable() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let start = tokio::time::Instant::now();
    let silent = publish(&sns(&url), TOPIC, &message(), within(7)).await;
    assert_eq!((tokio::time::Instant::now() - start).as_secs(), 7);
    assert_eq!(silent, Publication::Unreachable { reason: "SNS gave no answer in the time there was".to_owned() });
    let nobody = ReservedPort::take().unwrap();
    let gone = publish(&sns(&nobody.url()), TOPIC, &message(), within(20)).await;
    assert!(matches!(&gone, Publication::Unreachable { reason } if reason.contains("Connection refused")), "{gone:?}");
}
