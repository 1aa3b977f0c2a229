//! Whatever the job is, it gets one result, of the right type and with words that help.

use http::StatusCode;
use launchway::standin::aws::{Fault, Object};
use launchway::standin::{SiteAnswer, Times};
use serde_json::json;

use crate::artifact::zip;
use crate::pace::PATIENCE;
use crate::played::Expected::{Failure, Success};
use crate::played::{Expected, all_well, play_all};
use crate::scene::{SUITE, Scene};
use crate::shop::Shop;

type Case = (&'static str, fn(&mut Scene), Expected);

async fn check(cases: &[Case]) {
    let scenes = cases.iter().map(|(name, change, expected)| ((*name, *expected), Scene::with(change)));
    all_well(play_all(scenes).await.into_iter().map(|((name, expected), played)| (name, played.verdict(expected))));
}

fn shop_answers(scene: &mut Scene, home: SiteAnswer) {
    if let Shop::Answers(answer, _) = &mut scene.shop {
        *answer = home;
    }
}

fn suite(scene: &mut Scene, text: &str) {
    scene.artifact = Some(zip(&[("smoke.yaml", text)]));
}

fn s3_refuses(scene: &mut Scene, status: StatusCode, code: &'static str, message: &str) {
    scene.faults.push(("GetObject", Fault::Refuse(status, code, message.to_owned()), Times::Always));
}

#[tokio::test]
async fn of_checks() {
    check(&[
        ("all pass", |_| {}, Success(&[r#""passed":"2""#, r#""failed":"0""#, "slowest_check", "duration_ms"])),
        (
            "one fails",
            |scene| shop_answers(scene, SiteAnswer::Text(StatusCode::SERVICE_UNAVAILABLE, "text/plain", String::new())),
            Failure("JobFailed", &["1 of 2 checks failed", "home page is served", "expected", "200", "503"]),
        ),
        (
            "all fail",
            |scene| suite(scene, &SUITE.replace("GET /", "GET /no")),
            Failure("JobFailed", &["2 of 2 checks failed", "404"]),
        ),
        (
            "the site is down",
            |scene| scene.shop = Shop::Down,
            Failure("JobFailed", &["2 of 2 checks failed", "refused"]),
        ),
        (
            "the site closes connections",
            |scene| shop_answers(scene, SiteAnswer::Close),
            Failure("JobFailed", &["home page is served", "closed"]),
        ),
        (
            "the site hangs past the deadline",
            |scene| {
                shop_answers(scene, SiteAnswer::Hang);
                scene.timeout = PATIENCE;
            },
            Failure("JobFailed", &["home page is served"]),
        ),
        (
            "none is chosen",
            |scene| {
                scene.user_parameters = Some(json!({ "environment": "staging", "tags": ["no-such-tag"] }).to_string());
            },
            Failure("JobFailed", &["no-such-tag"]),
        ),
    ])
    .await;
}

#[tokio::test]
async fn of_user_parameters() {
    check(&[
        ("none", |scene| scene.user_parameters = None, Failure("ConfigurationError", &["no UserParameters"])),
        (
            "broken by a quote",
            |scene| scene.user_parameters = Some(r#"{"environment":"staging","execution":"Revert "it""}"#.to_owned()),
            Failure("ConfigurationError", &["UserParameters", "line 1 column"]),
        ),
        (
            "an unknown key",
            |scene| scene.user_parameters = Some(r#"{"environment":"staging","url":"https://x"}"#.to_owned()),
            Failure("ConfigurationError", &["url", "environment"]),
        ),
        (
            "no environment",
            |scene| scene.user_parameters = Some("{}".to_owned()),
            Failure("ConfigurationError", &["environment"]),
        ),
        (
            "an unknown environment",
            |scene| scene.user_parameters = Some(r#"{"environment":"stagin"}"#.to_owned()),
            Failure("ConfigurationError", &["stagin", "staging", "production"]),
        ),
        (
            "a URL instead of an environment",
            |scene| scene.user_parameters = Some(r#"{"environment":"https://example.com"}"#.to_owned()),
            Failure("ConfigurationError", &["staging", "production"]),
        ),
    ])
    .await;
}

#[tokio::test]
async fn of_artifacts() {
    check(&[
        (
            "no input artifact",
            |scene| scene.edit = |event| event["CodePipeline.job"]["data"]["inputArtifacts"] = json!([]),
            Failure("ConfigurationError", &["no input artifact", "smoke.yaml"]),
        ),
        (
            "no suite in it",
            |scene| scene.artifact = Some(zip(&[("appspec.yml", "version: 0.0\n")])),
            Failure("ConfigurationError", &["no file \"smoke.yaml\"", "appspec.yml"]),
        ),
        ("it is missing", |scene| scene.artifact = None, Failure("ConfigurationError", &["no such object"])),
        (
            "it is not a zip",
            |scene| scene.artifact = Some(Object::bytes("no archive at all".repeat(100))),
            Failure("ConfigurationError", &["not a zip archive"]),
        ),
        ("it is empty", |scene| scene.artifact = Some(Object::bytes("")), Failure("ConfigurationError", &["empty"])),
        (
            "access is denied",
            |scene| s3_refuses(scene, StatusCode::FORBIDDEN, "AccessDenied", "Access Denied"),
            Failure("PermissionError", &["access denied", "s3:GetObject", "BuildOutpu"]),
        ),
        (
            "its key may not be used",
            |scene| {
                let message = "User: arn is not authorized to perform: kms:Decrypt on this resource";
                s3_refuses(scene, StatusCode::FORBIDDEN, "AccessDenied", message);
            },
            Failure("PermissionError", &["kms:Decrypt"]),
        ),
        (
            "the job's credentials have expired",
            |scene| s3_refuses(scene, StatusCode::BAD_REQUEST, "ExpiredToken", "The provided token has expired."),
            Failure("PermissionError", &["ExpiredToken", "retry the action"]),
        ),
        (
            "S3 is slow to take requests",
            |scene| scene.faults.push(("GetObject", Fault::Throttle, Times::Count(2))),
            Success(&[r#""passed":"2""#]),
        ),
        (
            "no credentials in the event",
            |scene| {
                scene.edit = |event| {
                    event["CodePipeline.job"]["data"].as_object_mut().unwrap().remove("artifactCredentials");
                };
            },
            Failure("ConfigurationError", &["no credentials"]),
        ),
    ])
    .await;
}

#[tokio::test]
async fn of_suites() {
    check(&[
        (
            "an unknown key",
            |scene| suite(scene, &SUITE.replace("expect:", "expects:")),
            Failure("ConfigurationError", &["smoke.yaml:5:", "smoke.yaml:8:", "expects", "did you mean"]),
        ),
        ("not YAML", |scene| suite(scene, "checks: ["), Failure("ConfigurationError", &["smoke.yaml:"])),
        ("empty", |scene| suite(scene, ""), Failure("ConfigurationError", &["smoke.yaml"])),
        (
            "too large",
            |scene| suite(scene, &format!("{SUITE}# {}\n", "x".repeat(300 << 10))),
            Failure("ConfigurationError", &["smoke.yaml", "larger"]),
        ),
        (
            "a variable that the suite has not",
            |scene| {
                let parameters = json!({ "environment": "staging", "variables": { "skew": "1" } });
                scene.user_parameters = Some(parameters.to_string());
            },
            Failure("ConfigurationError", &["skew"]),
        ),
    ])
    .await;
}
