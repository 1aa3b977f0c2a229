use std::time::SystemTime;

use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use http::StatusCode;
use http_body_util::{BodyExt, Full};
use serde_json::json;

use super::*;

#[path = "server_alert_tests.rs"]
mod alerts;
#[path = "server_hook_tests.rs"]
mod hooks;

const JOB: &str = "11111111-abcd-1111-abcd-111111abcdef";
const SUCCESS: &str = "CodePipeline_20150709.PutJobSuccessResult";
const FAILURE: &str = "CodePipeline_20150709.PutJobFailureResult";

fn settings() -> AwsSettings {
    AwsSettings {
        region: "eu-central-1".to_owned(),
        function_credentials: Credentials::session("ASIAFUNCTION", "function-secret", "function-token"),
        job_credentials: Credentials::session("ASIAJOB", "job-secret", "job-token"),
    }
}

type Headers<'h> = &'h [(&'h str, &'h str)];

async fn aws() -> Aws {
    Aws::start(settings(), None).await.unwrap()
}

fn signed(mut request: Request<Bytes>, credentials: &Credentials, service: &str) -> Request<Bytes> {
    let identity = aws_credential_types::Credentials::new(
        &credentials.access_key_id,
        &credentials.secret_access_key,
        credentials.session_token.clone(),
        None,
        "test",
    )
    .into();
    let mut signing = SigningSettings::default();
    if service == "s3" {
        // S3 signs the path as it is sent; every other service encodes it once more.
        signing.percent_encoding_mode = PercentEncodingMode::Single;
        signing.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    let params = SigningParams::builder()
        .identity(&identity)
        .region("eu-central-1")
        .name(service)
        .time(SystemTime::now())
        .settings(signing)
        .build()
        .unwrap()
        .into();
    let headers = request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let uri = request.uri().to_string();
    let signable =
        SignableRequest::new(request.method().as_str(), uri, headers, SignableBody::Bytes(request.body())).unwrap();
    let (instructions, _) = sign(signable, &params).unwrap().into_parts();
    instructions.apply_to_request_http1x(&mut request);
    request
}

async fn send(request: Request<Bytes>) -> Option<(StatusCode, String)> {
    let client = http_stack::client::<Full<Bytes>>(&http_stack::client_config(None).unwrap());
    let (parts, body) = client.request(request.map(Full::new)).await.ok()?.into_parts();
    let body = body.collect().await.ok()?.to_bytes();
    Some((parts.status, String::from_utf8_lossy(&body).into_owned()))
}

async fn json_call(aws: &Aws, target: &str, body: Value) -> Option<(StatusCode, String)> {
    let request = Request::post(aws.url()).header("x-amz-target", target).body(Bytes::from(body.to_string())).unwrap();
    let service = match target.split('.').next() {
        Some("secretsmanager") => "secretsmanager",
        Some("CodeDeploy_20141006") => "codedeploy",
        Some("AmazonEC2ContainerServiceV20141113") => "ecs",
        _ => "codepipeline",
    };
    send(signed(request, &settings().function_credentials, service)).await
}

async fn s3_call(aws: &Aws, method: Method, path: &str, headers: Headers<'_>) -> (StatusCode, String) {
    let mut request = Request::builder().method(method).uri(format!("{}{path}", aws.url()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Bytes::new()).unwrap();
    send(signed(request, &settings().job_credentials, "s3")).await.unwrap()
}

#[tokio::test]
async fn a_job_takes_one_result() {
    let aws = aws().await;
    aws.add_job(JOB);
    let failure = json!({ "jobId": JOB, "failureDetails": { "type": "JobFailed", "message": "no" } });
    let steps = [
        (SUCCESS, json!({ "jobId": JOB.replace('1', "2") }), 400, "JobNotFoundException"),
        (FAILURE, json!({ "jobId": JOB }), 400, "ValidationException"),
        (SUCCESS, json!({ "jobId": JOB, "x": 1 }), 400, "SerializationException"),
        ("CodePipeline_20150709.PollForJobs", json!({}), 400, "UnknownOperationException"),
        ("Kinesis_20131202.PutRecord", json!({}), 400, "UnknownOperationException"),
        (FAILURE, failure.clone(), 200, "{}"),
        (FAILURE, failure.clone(), 400, "InvalidJobStateException"),
        (SUCCESS, json!({ "jobId": JOB }), 400, "InvalidJobStateException"),
    ];
    for (target, body, status, part) in steps {
        let (actual, text) = json_call(&aws, target, body.clone()).await.unwrap();
        assert_eq!(actual.as_u16(), status, "{target} {body}: {text}");
        assert!(text.contains(part), "{target} {body}: {text}");
    }
    assert_eq!(aws.results(JOB), [JobResult::Failed(failure)]);
    assert_eq!(aws.calls().len(), 8);
}

#[tokio::test]
async fn a_continued_job_takes_no_second_result() {
    let aws = aws().await;
    aws.add_job(JOB);
    json_call(&aws, SUCCESS, json!({ "jobId": JOB, "continuationToken": "t" })).await.unwrap();
    let (_, text) = json_call(&aws, SUCCESS, json!({ "jobId": JOB })).await.unwrap();
    assert!(text.contains("InvalidJobStateException"), "{text}");
    assert!(!aws.results(JOB)[0].is_terminal());
}

#[tokio::test]
async fn ordered_faults_happen_and_are_remembered() {
    let aws = aws().await;
    aws.add_job(JOB);
    for fault in [Fault::Throttle, Fault::InternalError, Fault::Close, Fault::LoseAnswer] {
        aws.order_fault("PutJobSuccessResult", fault, Times::Count(1));
    }
    let mut answers = Vec::new();
    for _ in 0..5 {
        answers.push(json_call(&aws, SUCCESS, json!({ "jobId": JOB })).await.map(|(status, _)| status.as_u16()));
    }
    // The work of the lost answer was done.
    assert_eq!(answers, [Some(400), Some(500), None, None, Some(400)]);
    let errors: Vec<_> = aws.calls().into_iter().map(|call| call.error.unwrap_or_default()).collect();
    assert_eq!(errors, ["ThrottlingException", "InternalFailure", "", "", "InvalidJobStateException"]);
    assert_eq!(aws.results(JOB).len(), 1);
}

#[tokio::test]
async fn only_the_right_credentials_are_let_in() {
    let aws = aws().await;
    aws.add_job(JOB);
    aws.add_object("bucket", "key", Object::bytes("content"));
    let own = settings();
    let put_result = || {
        let body = Bytes::from(json!({ "jobId": JOB }).to_string());
        Request::post(aws.url()).header("x-amz-target", SUCCESS).body(body).unwrap()
    };
    let get = || Request::get(format!("{}/bucket/key", aws.url())).body(Bytes::new()).unwrap();
    let forged = Credentials::session("ASIAJOB", "guessed", "job-token");
    let without_token = Credentials { session_token: None, ..own.job_credentials.clone() };
    let cases = [
        ("unsigned", put_result(), "Missing Authentication Token"),
        ("the job's for a result", signed(put_result(), &own.job_credentials, "codepipeline"), "invalid"),
        ("another service", signed(put_result(), &own.function_credentials, "s3"), "scoped"),
        ("the function's for an artifact", signed(get(), &own.function_credentials, "s3"), "AccessDenied"),
        ("a forged signature", signed(get(), &forged, "s3"), "SignatureDoesNotMatch"),
        ("no token", signed(get(), &without_token, "s3"), "invalid"),
    ];
    for (name, request, part) in cases {
        let (status, text) = send(request).await.unwrap();
        assert!(status.is_client_error() && text.contains(part), "{name}: {status} {text}");
    }
    assert!(aws.calls().iter().all(|call| call.signer == Signer::Nobody));
    assert_eq!(aws.results(JOB), []);
}

#[tokio::test]
async fn objects_are_served_by_range_and_condition() {
    let aws = aws().await;
    aws.add_object("bucket", "folder/a key.zip", Object::bytes("0123456789"));
    let etag = aws.object("bucket", "folder/a key.zip").unwrap().etag().to_owned();
    let path = "/bucket/folder/a%20key.zip";
    let cases: [(Method, &str, Headers, u16, &str); 9] = [
        (Method::GET, path, &[], 200, "0123456789"),
        (Method::GET, path, &[("range", "bytes=-3")], 206, "789"),
        (Method::GET, path, &[("range", "bytes=2-4"), ("if-match", &etag)], 206, "234"),
        (Method::GET, path, &[("range", "bytes=2-4"), ("if-match", "\"other\"")], 412, "PreconditionFailed"),
        (Method::GET, path, &[("range", "bytes=10-")], 416, "InvalidRange"),
        (Method::GET, path, &[("range", "lines=1")], 501, "NotImplemented"),
        (Method::HEAD, path, &[], 200, ""),
        (Method::GET, "/bucket/other", &[], 404, "NoSuchKey"),
        (Method::GET, "/bucket/other?acl", &[], 501, "NotImplemented"),
    ];
    for (method, path, headers, status, part) in cases {
        let (actual, text) = s3_call(&aws, method.clone(), path, headers).await;
        assert_eq!(actual.as_u16(), status, "{method} {path} {headers:?}: {text}");
        assert!(text.contains(part), "{method} {path} {headers:?}: {text}");
    }
    assert!(aws.calls().iter().all(|call| call.signer == Signer::Job));
}

#[tokio::test]
async fn an_upload_has_to_be_encrypted_as_the_store_wants() {
    let kms = ("x-amz-server-side-encryption", "aws:kms");
    let key = ("x-amz-server-side-encryption-aws-kms-key-id", "alias/artifacts");
    let other = ("x-amz-server-side-encryption-aws-kms-key-id", "alias/other");
    let cases: [(Option<&str>, Headers, u16); 6] = [
        (None, &[], 200),
        (None, &[kms, key], 403),
        (Some("alias/artifacts"), &[kms, key], 200),
        (Some("alias/artifacts"), &[kms], 403),
        (Some("alias/artifacts"), &[kms, other], 403),
        (Some("alias/artifacts"), &[], 403),
    ];
    for (required, headers, status) in cases {
        let aws = aws().await;
        if let Some(required) = required {
            aws.require_encryption_key(required);
        }
        let (actual, text) = s3_call(&aws, Method::PUT, "/bucket/report", headers).await;
        assert_eq!(actual.as_u16(), status, "{required:?} {headers:?}: {text}");
        assert_eq!(aws.object("bucket", "report").is_some(), status == 200);
    }
}

#[tokio::test]
async fn secrets_are_read_by_their_id() {
    let aws = aws().await;
    aws.add_secret("shop/smoke", "{\"token\":\"t\"}");
    for (target, body, part) in [
        ("secretsmanager.GetSecretValue", json!({ "SecretId": "shop/smoke" }), "\"SecretString\":\"{\\\"token\\\""),
        ("secretsmanager.GetSecretValue", json!({ "SecretId": "other" }), "ResourceNotFoundException"),
        ("secretsmanager.GetSecretValue", json!({ "SecretID": "shop/smoke" }), "SerializationException"),
        ("secretsmanager.DeleteSecret", json!({ "SecretId": "shop/smoke" }), "UnknownOperationException"),
    ] {
        let (_, text) = json_call(&aws, target, body.clone()).await.unwrap();
        assert!(text.contains(part), "{target} {body}: {text}");
    }
}
