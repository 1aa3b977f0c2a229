//! The sample events, all of them: each is answered, and `launchway replay` knows each.

use std::collections::BTreeSet;
use std::fs;

use launchway::replay::{CodeDeployHook, DestinationRecord, EcsHook, Event, Job, Owed, ReplayOptions, replay};
use launchway::standin::aws::{Deployment, JobResult};
use launchway::standin::{Function, Outcome};

use crate::alerts;
use crate::binary::{Binary, checkout};
use crate::closer::closer_settings;
use crate::hooks::{HookScene, TASK};
use crate::played::Expected::{Failure, Success};
use crate::played::{Expected, all_well};
use crate::scene::Scene;

/// What the smoke test answers to each job.
const JOBS: [(&str, Expected); 5] = [
    ("codepipeline-lambda-job.json", Failure("ConfigurationError", &["UserParameters"])),
    ("smoke-test-job-broken-user-parameters.json", Failure("ConfigurationError", &["UserParameters", "column"])),
    ("smoke-test-job-continued.json", Success(&["passed"])),
    ("smoke-test-job-without-user-parameters.json", Failure("ConfigurationError", &["no UserParameters"])),
    ("smoke-test-job.json", Success(&["passed"])),
];

/// Hooks of the new version succeed, with the checks run; those of a rollback succeed without.
const HOOKS: [(&str, Checks); 12] = [
    ("codedeploy-hook.json", Checks::Run),
    ("ecs-hook-post-production-traffic-shift.json", Checks::Run),
    ("ecs-hook-post-scale-up.json", Checks::Run),
    ("ecs-hook-post-test-traffic-shift-in-progress.json", Checks::Run),
    ("ecs-hook-post-test-traffic-shift.json", Checks::Run),
    ("ecs-hook-pre-production-traffic-shift.json", Checks::Run),
    ("ecs-hook-pre-scale-up.json", Checks::Run),
    ("ecs-hook-production-traffic-shift-rolling-back.json", Checks::Left),
    ("ecs-hook-production-traffic-shift.json", Checks::Run),
    ("ecs-hook-reconcile-service.json", Checks::Run),
    ("ecs-hook-test-traffic-shift-rolling-back.json", Checks::Left),
    ("ecs-hook-test-traffic-shift.json", Checks::Run),
];

/// What the closer says of each record.
const RECORDS: [(&str, &[&str]); 10] = [
    ("destination-hook-crashed.json", &["CodeDeployHook_launchway", "killed"]),
    ("destination-hook-expired.json", &["CodeDeployHook_launchway", "expired"]),
    ("destination-hook-function-error.json", &["CodeDeployHook_launchway", "Rate exceeded"]),
    ("destination-hook-out-of-memory.json", &["CodeDeployHook_launchway", "out of memory"]),
    ("destination-hook-timed-out.json", &["CodeDeployHook_launchway", "timed out", "300"]),
    ("destination-job-crashed.json", &["launchway-smoke-test", "killed"]),
    ("destination-job-expired.json", &["launchway-smoke-test", "expired"]),
    ("destination-job-function-error.json", &["launchway-smoke-test", "PutJobFailureResult"]),
    ("destination-job-out-of-memory.json", &["launchway-smoke-test", "out of memory"]),
    ("destination-job-timed-out.json", &["launchway-smoke-test", "timed out", "300"]),
];

/// What becomes of a hook's checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Checks {
    Run,
    Left,
}

fn read(name: &str) -> Event {
    Event::read(&checkout().join("events").join(name)).unwrap()
}

#[tokio::test]
async fn each_job_is_answered() {
    let mut verdicts = Vec::new();
    for (name, expected) in JOBS {
        let Event::CodePipelineJob(job) = read(name) else { panic!("{name} is no job") };
        verdicts.push((name, play_job(job, expected).await));
    }
    all_well(verdicts);
}

async fn play_job(job: Job, expected: Expected) -> Result<(), String> {
    let encryption_key = job.encryption_key.clone();
    let stage = Scene::with(|scene| scene.sample = Some(job)).set_up().await;
    if let Some(key) = encryption_key {
        stage.aws.require_encryption_key(&key);
    }
    stage.play().await.verdict(expected)
}

#[tokio::test]
async fn each_hook_is_answered() {
    let mut verdicts = Vec::new();
    for (name, checks) in HOOKS {
        let verdict = match read(name) {
            Event::CodeDeployHook(hook) => play_codedeploy_hook(&hook).await,
            Event::EcsHook(hook) => play_ecs_hook(&hook, checks).await,
            _ => Err("it is no hook".to_owned()),
        };
        verdicts.push((name, verdict));
    }
    all_well(verdicts);
}

fn deployment(hook: &CodeDeployHook) -> Deployment {
    let group = ("storefront", "staging");
    Deployment::of_service(&hook.deployment, group, ("shop", "storefront"), TASK)
        .running("AfterAllowTestTraffic", &hook.execution)
}

async fn play_codedeploy_hook(hook: &CodeDeployHook) -> Result<(), String> {
    let played = HookScene::with(|scene| {
        scene.event = serde_json::from_slice(&hook.event).unwrap();
        scene.deployment = Some(deployment(hook));
    })
    .play()
    .await;
    let statuses = played.aws.hook_statuses(&hook.deployment);
    match statuses.as_slice() {
        [status] if status.status == "Succeeded" && !played.requests.is_empty() => played.always(),
        _ => Err(format!("{statuses:?}\n{}", played.log)),
    }
}

async fn play_ecs_hook(hook: &EcsHook, checks: Checks) -> Result<(), String> {
    let stage = HookScene::with(|scene| {
        scene.event = serde_json::from_slice(&hook.event).unwrap();
        scene.deployment = None;
        scene.groups.push(hook.service.clone());
    })
    .set_up()
    .await;
    stage.aws.add_service_revision(&hook.revision, TASK);
    let played = stage.play().await;
    let asked = !played.requests.is_empty();
    match &played.invocations[0].outcome {
        Outcome::Succeeded(text) if text == r#"{"hookStatus":"SUCCEEDED"}"# && asked == (checks == Checks::Run) => {
            played.always()
        }
        outcome => Err(format!("{outcome:?}, asked: {asked}\n{}", played.log)),
    }
}

#[tokio::test]
async fn each_record_is_closed() {
    let mut verdicts = Vec::new();
    for (name, parts) in RECORDS {
        let Event::DestinationRecord(record) = read(name) else { panic!("{name} is no record") };
        verdicts.push((name, play_record(&record, parts).await));
    }
    all_well(verdicts);
}

async fn play_record(record: &DestinationRecord, parts: &[&str]) -> Result<(), String> {
    // The stage of the function that died: its stand-in and its secrets.
    let (stage, id) = match &record.owed {
        Owed::Job(job) => (Scene::with(|scene| scene.sample = Some(job.clone())).set_up().await, job.id.clone()),
        Owed::CodeDeployHook(hook) => (Scene::default().set_up().await, hook.deployment.clone()),
    };
    if let Owed::CodeDeployHook(hook) = &record.owed {
        stage.aws.add_deployment(deployment(hook));
        stage.aws.grant("launchway-artifacts/hook-reports/");
    }
    let mut closer = Function::new(closer_settings(&stage.aws).await).await.unwrap();
    let invocation = closer.invoke(&record.event).await.unwrap();
    let log = closer.stop().await;
    let mut played = stage.end(vec![invocation]).await;
    played.traces.log.push_str(&log);
    if !matches!(played.invocations[0].outcome, Outcome::Succeeded(_)) {
        return Err(format!("{:?}", played.invocations));
    }
    let results = played.aws.results(&id);
    let statuses = played.aws.hook_statuses(&id);
    let uploads = played.aws.uploads();
    let reason = match (results.as_slice(), statuses.as_slice(), uploads.as_slice()) {
        ([JobResult::Failed(body)], [], []) => body.to_string(),
        ([], [status], [(name, report)]) if status.status == "Failed" && name.ends_with("/closed.json") => {
            String::from_utf8_lossy(&report.read_all().unwrap()).into_owned()
        }
        _ => return Err(format!("{results:?} {statuses:?} {uploads:?}\n{}", played.log)),
    };
    match parts.iter().find(|part| !reason.contains(**part)) {
        Some(part) => Err(format!("{reason} should say {part:?}")),
        None => played.always(),
    }
}

#[test]
fn none_is_forgotten() {
    let entries = fs::read_dir(checkout().join("events")).unwrap();
    let files: BTreeSet<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let mut known: BTreeSet<&str> = BTreeSet::from(["README.md"]);
    known.extend(JOBS.map(|(name, _)| name));
    known.extend(HOOKS.map(|(name, _)| name));
    known.extend(RECORDS.map(|(name, _)| name));
    known.extend(crate::alerts::EVENTS.map(|(name, _)| name));
    known.extend(crate::alerts::OF_ECS.map(|(name, _)| name));
    assert_eq!(files.iter().map(String::as_str).collect::<BTreeSet<_>>(), known);
}

#[test]
fn the_list_of_events_tells_of_each() {
    let list = fs::read_to_string(checkout().join("events/README.md")).unwrap();
    let names = fs::read_dir(checkout().join("events")).unwrap().map(|entry| entry.unwrap().file_name());
    let names = names.map(|name| name.into_string().unwrap()).filter(|name| name != "README.md");
    let untold: Vec<String> = names.filter(|name| !list.contains(&format!("`{name}`"))).collect();
    assert!(untold.is_empty(), "{untold:?}");
}

/// With what the replay lets the stand-ins show, the function finds out all that it looks for.
#[tokio::test]
async fn each_event_of_a_delivery_is_replayed() {
    let function = Some(Binary::StageAlert.path().await.to_owned());
    let options = ReplayOptions { root: checkout(), function, shop: None };
    let mut verdicts = Vec::new();
    for (name, expected) in alerts::EVENTS.into_iter().chain(alerts::OF_ECS) {
        verdicts.push((name, play_again(name, &options, matches!(expected, alerts::Expected::Said(..))).await));
    }
    all_well(verdicts);
}

async fn play_again(name: &str, options: &ReplayOptions, said: bool) -> Result<(), String> {
    let (path, mut out) = (checkout().join("events").join(name), Vec::new());
    let verdict = replay(&path, options, &mut out, |_| {}).await.map_err(|error| error.to_string())?;
    let text = String::from_utf8(out).unwrap();
    let told = ["\nSlack\n", "\nSNS\n", "\n  said: "].map(|part| text.contains(part));
    let silent = text.contains("\n  nothing is said: ");
    let missed = ["Could not be read", "-> 4", "-> 5", "-> 200 "].into_iter().find(|part| text.contains(part));
    let well = verdict.answered_once() && (told, silent) == ([said; 3], !said) && missed.is_none();
    if well { Ok(()) } else { Err(format!("{missed:?}\n{text}")) }
}
