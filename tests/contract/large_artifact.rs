//! A suite in an artifact of hundreds of megabytes.

use crate::artifact::large_zip;
use crate::played::Expected::Success;
use crate::scene::{SUITE, Scene};

const MEGABYTE: u64 = 1 << 20;

#[tokio::test]
async fn costs_little_transfer_and_memory() {
    let folder = tempfile::tempdir().unwrap();
    let artifact = large_zip(&folder.path().join("artifact.zip"), 300 << 20, SUITE);
    assert!(artifact.length() > 300 * MEGABYTE);
    let played = Scene::with(|scene| scene.artifact = Some(artifact)).play().await;
    played.verdict(Success(&["passed"])).unwrap();
    let transferred = played.aws.transferred_bytes();
    assert!(transferred < MEGABYTE, "{transferred} bytes were transferred");
    let peak = played.invocations[0].usage.unwrap().peak_resident_bytes;
    assert!(peak < 64 * MEGABYTE, "the process had {peak} bytes");
}
