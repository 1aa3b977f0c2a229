//! The report in the output artifact.

use serde_json::{Value, json};

use crate::artifact::unzip;
use crate::played::Expected::{Failure, Success};
use crate::played::{Expected, Played};
use crate::scene::{BUCKET, OUTPUT, Scene};
use crate::shop::Shop;

const KEY: &str = "arn:aws:kms:eu-central-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// Name, change of the base case, the key that the store wants, and the answer.
type Case = (&'static str, fn(&mut Scene), Option<&'static str>, Expected);

fn with_output(event: &mut Value) {
    event["CodePipeline.job"]["data"]["outputArtifacts"] = json!([{
        "name": "StagingSmokeReport",
        "revision": null,
        "location": { "type": "S3", "s3Location": { "bucketName": BUCKET, "objectKey": OUTPUT } },
    }]);
}

fn with_encrypted_output(event: &mut Value) {
    with_output(event);
    event["CodePipeline.job"]["data"]["encryptionKey"] = json!({ "id": KEY, "type": "KMS" });
}

async fn play(change: impl FnOnce(&mut Scene), key: Option<&str>) -> Played {
    let stage = Scene::with(change).set_up().await;
    if let Some(key) = key {
        stage.aws.require_encryption_key(key);
    }
    stage.play().await
}

fn report(played: &Played) -> Vec<(String, String)> {
    played.aws.object(BUCKET, OUTPUT).as_ref().and_then(unzip).unwrap_or_default()
}

#[tokio::test]
async fn is_stored_whether_the_checks_pass_or_fail() {
    let passed = |scene: &mut Scene| scene.edit = with_output;
    let failed = |scene: &mut Scene| {
        scene.edit = with_output;
        scene.shop = Shop::Down;
    };
    let encrypted = |scene: &mut Scene| scene.edit = with_encrypted_output;
    let cases: [Case; 3] = [
        ("passed", passed, None, Success(&["passed"])),
        ("failed", failed, None, Failure("JobFailed", &["refused"])),
        ("encrypted", encrypted, Some(KEY), Success(&["passed"])),
    ];
    for (name, change, key, expected) in cases {
        let played = play(change, key).await;
        assert_eq!(played.verdict(expected), Ok(()), "{name}");
        let files = report(&played);
        let text = |path: &str| files.iter().find(|(name, _)| name == path).map(|(_, text)| text.clone());
        let json = text("report.json").unwrap_or_else(|| panic!("{name}: no report.json in {files:?}"));
        serde_json::from_str::<Value>(&json).unwrap_or_else(|error| panic!("{name}: {error} in {json}"));
        let junit = text("junit.xml").unwrap_or_else(|| panic!("{name}: no junit.xml in {files:?}"));
        assert!(junit.contains("<testsuite") && junit.contains("home page is served"), "{name}: {junit}");
    }
}

#[tokio::test]
async fn that_cannot_be_stored_fails_the_job() {
    // The store wants encryption, and the job brings no key.
    let played = play(|scene| scene.edit = with_output, Some(KEY)).await;
    assert_eq!(played.verdict(Failure("PermissionError", &["cannot be written", "s3:PutObject"])), Ok(()));
}

#[tokio::test]
async fn is_not_made_when_the_action_declares_none() {
    let played = Scene::default().play().await;
    assert_eq!(played.verdict(Success(&["passed"])), Ok(()));
    assert_eq!(played.calls_of("PutObject"), 0);
}
