//! The SDK's clients over our HTTP stack, against servers on this machine.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use aws_sdk_codepipeline::error::SdkError;
use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use function_setup::{AwsSetup, Environment};
use tokio::net::TcpListener;

const SNS_ANSWER: &str = "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>";
const ID: &str = "11111111-abcd-1111-abcd-111111abcdef";
/// Nobody listens there, and no system gives this port to whoever asks for a free one.
const NOBODY: &str = "http://127.0.0.1:1";

fn client(url: &str) -> aws_sdk_codepipeline::Client {
    setup(url, "CODEPIPELINE").codepipeline()
}

/// A function's setup in which only `service` is at `url`.
fn setup(url: &str, service: &str) -> AwsSetup {
    let variable = format!("AWS_ENDPOINT_URL_{service}");
    let environment: Environment = [
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "ASIAFUNCTION"),
        ("AWS_SECRET_ACCESS_KEY", "functions-secret-key"),
        ("AWS_SESSION_TOKEN", "functions-session-token"),
        ("AWS_ENDPOINT_URL", NOBODY),
        (&variable, url),
    ]
    .into_iter()
    .collect();
    AwsSetup::from_environment(&environment).unwrap()
}

/// A listener and its URL.
async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

#[tokio::test]
async fn a_call_is_signed_as_the_function() {
    let (listener, url) = listener().await;
    let client = client(&url);
    let check = async |headers: HeaderMap| {
        let authorization = headers["authorization"].to_str().unwrap();
        let signed = authorization.contains("Credential=ASIAFUNCTION/")
            && authorization.contains("/eu-central-1/codepipeline/aws4_request")
            && headers["x-amz-security-token"] == "functions-session-token"
            && headers["x-amz-target"] == "CodePipeline_20150709.PutJobSuccessResult";
        (if signed { StatusCode::OK } else { StatusCode::FORBIDDEN }, "{}")
    };
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(check)).await });
    client.put_job_success_result().job_id(ID).send().await.unwrap();
}

#[tokio::test]
async fn each_client_has_its_own_endpoint_and_name() {
    for service in ["codedeploy", "sns"] {
        let (listener, url) = listener().await;
        let setup = setup(&url, &service.to_uppercase());
        let scope = format!("/eu-central-1/{service}/aws4_request");
        let check = async move |headers: HeaderMap| {
            let signed = headers["authorization"].to_str().unwrap().contains(&scope);
            // SNS speaks XML, and nothing of this answer is read.
            (
                if signed { StatusCode::OK } else { StatusCode::FORBIDDEN },
                if service == "sns" { SNS_ANSWER } else { "{}" },
            )
        };
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(check)).await });
        if service == "sns" {
            setup
                .sns()
                .publish()
                .topic_arn("arn:aws:sns:eu-central-1:111122223333:t")
                .message("m")
                .send()
                .await
                .unwrap();
        } else {
            setup.codedeploy().get_deployment().deployment_id("d-1").send().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_refusal_is_the_services_own_error() {
    let (listener, url) = listener().await;
    let client = client(&url);
    let refuse = async || (StatusCode::BAD_REQUEST, r#"{"__type":"JobNotFoundException","message":"gone"}"#);
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(refuse)).await });
    let error = client.put_job_success_result().job_id(ID).send().await.unwrap_err();
    assert!(error.as_service_error().unwrap().is_job_not_found_exception(), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_says_nothing_is_a_time_out() {
    let (_listener, url) = listener().await;
    let error = client(&url).put_job_success_result().job_id(ID).send().await.unwrap_err();
    assert!(matches!(error, SdkError::TimeoutError(_)), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_is_not_there_says_why() {
    let error = client(NOBODY).put_job_success_result().job_id(ID).send().await.unwrap_err();
    let SdkError::DispatchFailure(failure) = &error else { panic!("{error:?}") };
    assert!(failure.is_io());
    let reason = aws_call::causes(&error);
    assert!(reason.contains("Connection refused"), "{reason}");
}
