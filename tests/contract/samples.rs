//! The sample jobs, all of them.

use std::fs;

use launchway::replay::Event;

use crate::binary::checkout;
use crate::played::Expected::{Failure, Success};
use crate::played::{Expected, all_well};
use crate::scene::Scene;

/// What the smoke test answers to each.
const SAMPLES: [(&str, Expected); 5] = [
    ("codepipeline-lambda-job.json", Failure("ConfigurationError", &["UserParameters"])),
    ("smoke-test-job-broken-user-parameters.json", Failure("ConfigurationError", &["UserParameters", "column"])),
    ("smoke-test-job-continued.json", Success(&["passed"])),
    ("smoke-test-job-without-user-parameters.json", Failure("ConfigurationError", &["no UserParameters"])),
    ("smoke-test-job.json", Success(&["passed"])),
];

#[tokio::test]
async fn each_is_answered() {
    let mut verdicts = Vec::new();
    for (name, expected) in SAMPLES {
        let Event::CodePipelineJob(job) = Event::read(&checkout().join("events").join(name)).unwrap();
        let encryption_key = job.encryption_key.clone();
        let stage = Scene::with(|scene| scene.sample = Some(job)).set_up().await;
        if let Some(key) = encryption_key {
            stage.aws.require_encryption_key(&key);
        }
        verdicts.push((name, stage.play().await.verdict(expected)));
    }
    all_well(verdicts);
}

#[test]
fn none_is_forgotten() {
    let entries = fs::read_dir(checkout().join("events")).unwrap();
    // Events that are no jobs are other functions' business.
    let jobs = entries
        .map(|entry| entry.unwrap())
        .filter(|entry| fs::read_to_string(entry.path()).unwrap().contains("\"CodePipeline.job\""));
    let mut names: Vec<String> = jobs.map(|job| job.file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, SAMPLES.map(|(name, _)| name.to_owned()));
}
