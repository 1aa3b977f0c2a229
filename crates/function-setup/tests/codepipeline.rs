//! The SDK's client over our HTTP stack, against servers on this machine.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use aws_sdk_codepipeline::error::SdkError;
use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use function_setup::{AwsSetup, Environment};
use tokio::net::TcpListener;

const ID: &str = "11111111-abcd-1111-abcd-111111abcdef";

fn client(listener: &TcpListener) -> aws_sdk_codepipeline::Client {
    let url = format!("http://{}", listener.local_addr().unwrap());
    let environment: Environment = [
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "ASIAFUNCTION"),
        ("AWS_SECRET_ACCESS_KEY", "functions-secret-key"),
        ("AWS_SESSION_TOKEN", "functions-session-token"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
        ("AWS_ENDPOINT_URL_CODEPIPELINE", &url),
    ]
    .into_iter()
    .collect();
    AwsSetup::from_environment(&environment).unwrap().codepipeline()
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

#[tokio::test]
async fn a_call_is_signed_as_the_function() {
    let listener = listener().await;
    let client = client(&listener);
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
async fn a_refusal_is_the_services_own_error() {
    let listener = listener().await;
    let client = client(&listener);
    let refuse = async || (StatusCode::BAD_REQUEST, r#"{"__type":"JobNotFoundException","message":"gone"}"#);
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(refuse)).await });
    let error = client.put_job_success_result().job_id(ID).send().await.unwrap_err();
    assert!(error.as_service_error().unwrap().is_job_not_found_exception(), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_says_nothing_is_a_time_out() {
    let listener = listener().await;
    let error = client(&listener).put_job_success_result().job_id(ID).send().await.unwrap_err();
    assert!(matches!(error, SdkError::TimeoutError(_)), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_is_not_there_says_why() {
    let listener = listener().await;
    let client = client(&listener);
    drop(listener);
    let error = client.put_job_success_result().job_id(ID).send().await.unwrap_err();
    let SdkError::DispatchFailure(failure) = &error else { panic!("{error:?}") };
    assert!(failure.is_io());
    let reason = aws_call::causes(&error);
    assert!(reason.contains("Connection refused"), "{reason}");
}
