//! Signed calls over the wire, against a server on this machine.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_call::{Aws, CallError, Endpoints, Request, S3Location, Service};
use aws_credential_types::Credentials;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

/// What the server answers: one after the other, the last one again and again.
type Answers = Arc<Mutex<VecDeque<(u16, String)>>>;

async fn serve(answers: &[(u16, &str)]) -> (Aws, Answers) {
    let answers: VecDeque<_> = answers.iter().map(|(status, body)| (*status, (*body).to_owned())).collect();
    let answers = Arc::new(Mutex::new(answers));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let aws = aws(&format!("http://{}", listener.local_addr().unwrap()));
    let routes = Router::new().fallback(answer).with_state(Arc::clone(&answers));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (aws, answers)
}

fn aws(url: &str) -> Aws {
    let mut endpoints = Endpoints::default();
    for service in Service::ALL {
        endpoints.set(service, url).unwrap();
    }
    Aws {
        region: "eu-central-1".to_owned(),
        credentials: Credentials::new("ASIAFUNCTION", "secret-key", Some("session".to_owned()), None, "test"),
        endpoints,
        http: http_stack::client(&http_stack::client_config(None).unwrap()),
    }
}

async fn answer(State(answers): State<Answers>, headers: HeaderMap, body: Bytes) -> (StatusCode, String) {
    let mut answers = answers.lock().unwrap();
    let (status, text) = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() }.unwrap();
    let text = match text.as_str() {
        "what was sent" => {
            let headers: Value =
                headers.iter().map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap()))).collect();
            json!({"headers": headers, "body": serde_json::from_slice::<Value>(&body).unwrap()}).to_string()
        }
        _ => text,
    };
    (StatusCode::from_u16(status).unwrap(), text)
}

async fn secret(aws: &Aws) -> Result<Value, CallError> {
    aws.call_json(Service::SecretsManager, "secretsmanager.GetSecretValue", &json!({"SecretId": "shop"})).await
}

#[tokio::test]
async fn a_call_is_signed_and_carries_its_input() {
    let (aws, _) = serve(&[(200, "what was sent")]).await;
    let sent = secret(&aws).await.unwrap();
    assert_eq!(sent["body"], json!({"SecretId": "shop"}));
    assert_eq!(sent["headers"]["x-amz-target"], "secretsmanager.GetSecretValue");
    assert_eq!(sent["headers"]["content-type"], "application/x-amz-json-1.1");
    assert_eq!(sent["headers"]["x-amz-security-token"], "session");
    let authorization = sent["headers"]["authorization"].as_str().unwrap();
    assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=ASIAFUNCTION/"), "{authorization}");
    assert!(authorization.contains("/eu-central-1/secretsmanager/aws4_request"), "{authorization}");
    assert!(authorization.contains("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target"));
}

#[tokio::test]
async fn a_service_is_spoken_to_in_its_version_of_the_protocol() {
    let (aws, _) = serve(&[(200, "what was sent")]).await;
    for (service, target, name, version) in [
        (Service::DynamoDb, "DynamoDB_20120810.GetItem", "dynamodb", "1.0"),
        (Service::Sqs, "AmazonSQS.SendMessage", "sqs", "1.0"),
        (Service::SecretsManager, "secretsmanager.GetSecretValue", "secretsmanager", "1.1"),
    ] {
        let sent = aws.call_json(service, target, &json!({})).await.unwrap();
        assert_eq!(sent["headers"]["content-type"], format!("application/x-amz-json-{version}"));
        assert_eq!(sent["headers"]["x-amz-target"], target);
        let authorization = sent["headers"]["authorization"].as_str().unwrap();
        assert!(authorization.contains(&format!("/{name}/aws4_request")), "{authorization}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_says_what_the_service_says() {
    let table = [
        (400, r#"{"__type":"AccessDeniedException","Message":"no"}"#, "AccessDeniedException: no", true, false),
        (
            400,
            r#"{"__type":"com.amazonaws#ResourceNotFoundException"}"#,
            "ResourceNotFoundException: no message",
            false,
            false,
        ),
        (400, r#"{"code":"ValidationException:http://x/","message":"bad"}"#, "ValidationException: bad", false, false),
        (400, r#"{"__type":"ThrottlingException","message":"slow"}"#, "ThrottlingException: slow", false, true),
        (
            400,
            r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow"}"#,
            "ProvisionedThroughputExceededException: slow",
            false,
            true,
        ),
        (
            400,
            r#"{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"no"}"#,
            "ConditionalCheckFailedException: no",
            false,
            false,
        ),
        (500, r#"{"__type":"InternalServerError","message":"sorry"}"#, "InternalServerError: sorry", false, true),
        (500, r#"{"__type":"InternalServiceError","message":"sorry"}"#, "InternalServiceError: sorry", false, true),
        (503, r#"{"message":"busy"}"#, "HTTP 503: busy", false, true),
        (502, "<html>", "answered with status 502 and a body that cannot be read", false, true),
        (200, "<html>", "answered with status 200 and a body that cannot be read", false, false),
    ];
    for (status, body, expected, denied, transient) in table {
        let (aws, _) = serve(&[(status, body)]).await;
        let error = secret(&aws).await.unwrap_err();
        assert!(error.to_string().ends_with(expected), "{error}");
        assert_eq!((error.is_access_denied(), error.is_transient()), (denied, transient), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_tried_again() {
    let throttled = (400, r#"{"__type":"ThrottlingException"}"#);
    for (refusals, works) in [
        (vec![throttled, (500, ""), (429, "")], true),
        (vec![(400, r#"{"__type":"RequestThrottled"}"#), (400, r#"{"__type":"RequestLimitExceeded"}"#)], true),
        (vec![(503, ""), (503, ""), (503, ""), (503, "")], false),
        (vec![(400, r#"{"__type":"ValidationException"}"#)], false),
    ] {
        let count = refusals.len();
        let answers: Vec<_> = refusals.into_iter().chain([(200, "{}")]).collect();
        let (aws, left) = serve(&answers).await;
        assert_eq!(secret(&aws).await.is_ok(), works);
        assert_eq!(left.lock().unwrap().len(), 1, "all {count} refusals were met");
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_is_not_there_is_named() {
    // A port that no system gives to whoever asks for a free one.
    let address = "127.0.0.1:1";
    let error = secret(&aws(&format!("http://{address}"))).await.unwrap_err();
    assert!(error.to_string().starts_with(&format!("{address} cannot be reached: ")), "{error}");
    assert!(error.to_string().contains("Connection refused"), "{error}");
    assert!(error.is_transient());
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_says_nothing_is_left() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let aws = aws(&format!("http://{}", listener.local_addr().unwrap()));
    let error = secret(&aws).await.unwrap_err();
    assert!(error.to_string().ends_with("did not answer within 5 s"), "{error}");
}

#[tokio::test]
async fn a_request_is_bounded_and_well_formed() {
    let (aws, _) = serve(&[(200, "0123456789")]).await;
    let base = aws.endpoints.of(Service::SecretsManager, &aws.region);
    let table = [
        (base.clone(), "a", 10, "10 bytes"),
        (base.clone(), "a", 9, "answered with more than 9 bytes"),
        (base, "a\nb", 10, "cannot be made"),
        ("not a url".to_owned(), "a", 10, "cannot be made"),
    ];
    for (url, header, size_limit, expected) in table {
        let request = Request {
            service: Service::SecretsManager,
            method: http::Method::GET,
            url,
            headers: vec![("x-header", header.to_owned())],
            body: Bytes::new(),
            time_limit: Duration::from_secs(5),
            size_limit,
        };
        let answer = aws.send(request, &aws.credentials).await;
        let text = answer.map_or_else(|error| error.to_string(), |answer| format!("{} bytes", answer.body().len()));
        assert!(text.contains(expected), "{text}");
    }
}

#[tokio::test]
async fn a_resource_is_read_by_its_path() {
    let (aws, _) = serve(&[(200, r#"{"FunctionName":"shop"}"#), (404, r#"{"Type":"User","Message":"none"}"#)]).await;
    let path = "/2015-03-31/functions/shop/configuration?Qualifier=7";
    assert_eq!(aws.get_json(Service::Lambda, path).await.unwrap()["FunctionName"], "shop");
    assert_eq!(aws.get_json(Service::Lambda, path).await.unwrap_err().to_string(), "HTTP 404: none");
}

#[tokio::test(start_paused = true)]
async fn an_object_is_read_written_or_refused_in_s3s_words() {
    let place: S3Location = "s3://shop/suites/smoke.yaml".parse().unwrap();
    let denied = "<Error><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>";
    let (aws, _) = serve(&[(200, "version: 1"), (200, ""), (403, denied), (404, "")]).await;
    assert_eq!(aws.get_object(&place, 100).await.unwrap(), "version: 1");
    aws.put_object(&place, "application/json", "{}".into()).await.unwrap();
    let error = aws.get_object(&place, 100).await.unwrap_err();
    assert_eq!((error.to_string().as_str(), error.is_access_denied()), ("AccessDenied: Access Denied", true));
    let error = aws.get_object(&place, 100).await.unwrap_err();
    assert_eq!(error.to_string(), "HTTP 404: no message");
}
