//! ECS's own protocol: the answer is what the function returns.

use launchway::standin::aws::Aws;
use launchway::standin::{Invocation, Outcome, SiteAnswer};
use serde_json::{Value, json};

use super::scene::TASK;
use super::{HookPlayed, HookScene};
use crate::played::all_well;
use crate::shop::Shop;

const GREEN: &str = "arn:aws:ecs:eu-central-1:111111111111:service-revision/shop/storefront/9313423515462893900";
const BLUE: &str = "arn:aws:ecs:eu-central-1:111111111111:service-revision/shop/storefront/1920498462936580504";

fn event(stage: &str, test: &Value, production: &Value) -> Value {
    json!({
        "executionId": "779085de-ab47-42bc-84ad-41f9914a8643",
        "lifecycleStage": stage,
        "resourceArn": "arn:aws:ecs:eu-central-1:111111111111:service-deployment/shop/storefront/EZe5RNVLH6PPzHXINuP28",
        "executionDetails": {
            "serviceArn": "arn:aws:ecs:eu-central-1:111111111111:service/shop/storefront",
            "targetServiceRevisionArn": GREEN,
            "testTrafficWeights": test,
            "productionTrafficWeights": production,
        },
    })
}

fn weights(green: u32) -> Value {
    json!({ GREEN: green, BLUE: 100 - green })
}

fn add_revision(aws: &Aws) {
    aws.add_service_revision(GREEN, TASK);
}

fn scene(event: Value) -> HookScene {
    HookScene::with(|scene| {
        scene.event = event;
        scene.deployment = None;
        scene.stock = add_revision;
    })
}

fn broken() -> SiteAnswer {
    SiteAnswer::Text(http::StatusCode::SERVICE_UNAVAILABLE, "text/plain", String::new())
}

fn break_home(scene: &mut HookScene) {
    if let Shop::Answers(home, _) = &mut scene.shop {
        *home = broken();
    }
}

/// What an invocation returned.
fn returned(invocation: &Invocation) -> Value {
    let Outcome::Succeeded(text) = &invocation.outcome else { panic!("the invocation ended with {invocation:?}") };
    serde_json::from_str(text).unwrap()
}

fn is_answered(played: &HookPlayed, status: &str, asked: bool, parts: &[&str]) -> Result<(), String> {
    let answer = returned(played.invocations.last().unwrap());
    let reason = played.reason();
    if answer != json!({ "hookStatus": status }) {
        return Err(format!("expected {status}, got {answer}: {reason}\n{}", played.log));
    }
    if played.requests.is_empty() == asked {
        return Err(format!("the site was asked {:?}", played.requests));
    }
    if let Some(part) = parts.iter().find(|part| !reason.contains(**part)) {
        return Err(format!("the reason {reason:?} should say {part:?}"));
    }
    played.always()
}

type Case = (&'static str, HookScene, &'static str, bool, &'static [&'static str]);

#[tokio::test]
async fn a_stage_succeeds_when_its_checks_pass_and_fails_otherwise() {
    let shift = || event("TEST_TRAFFIC_SHIFT", &weights(100), &json!({}));
    let with = |change: fn(&mut HookScene)| {
        let mut changed = scene(shift());
        change(&mut changed);
        changed
    };
    let cases: Vec<Case> = vec![
        ("success", with(|_| {}), "SUCCEEDED", true, &["2 checks passed"]),
        ("failure", with(break_home), "FAILED", true, &["1 of 2 checks failed", "home page is served"]),
        (
            "a service that is not configured",
            with(|scene| {
                scene.environment.push((
                    "HOOK_ENVIRONMENTS",
                    Some(r#"{"a/b":{"environment":"s","test_url":"http://127.0.0.1:1"}}"#.to_owned()),
                ));
            }),
            "FAILED",
            false,
            &["shop/storefront"],
        ),
        ("an unknown service revision", with(|scene| scene.stock = |_| {}), "FAILED", false, &[GREEN]),
        ("no suite", with(|scene| scene.suite = None), "FAILED", false, &["smoke.yaml"]),
        (
            "the first step of a canary",
            scene(event("PRODUCTION_TRAFFIC_SHIFT", &json!({}), &weights(10))),
            "SUCCEEDED",
            true,
            &["passed"],
        ),
        (
            "before the first step",
            scene(event("PRE_PRODUCTION_TRAFFIC_SHIFT", &json!({}), &weights(0))),
            "SUCCEEDED",
            true,
            &["passed"],
        ),
    ];
    let mut verdicts = Vec::new();
    for (name, scene, status, asked, parts) in cases {
        verdicts.push((name, is_answered(&scene.play().await, status, asked, parts)));
    }
    all_well(verdicts);
}

/// A hook that is invoked again while the deployment goes back must not hold it up, whatever the new version answers.
#[tokio::test]
async fn a_rollback_is_let_through_unchecked() {
    for event in [
        event("TEST_TRAFFIC_SHIFT", &weights(0), &json!({})),
        event("PRODUCTION_TRAFFIC_SHIFT", &json!({}), &weights(0)),
    ] {
        let mut scene = scene(event.clone());
        break_home(&mut scene);
        scene.suite = None;
        assert_eq!(is_answered(&scene.play().await, "SUCCEEDED", false, &["rolled back"]), Ok(()), "{event}");
    }
}

#[tokio::test]
async fn it_may_be_in_progress_three_times_and_then_succeed() {
    let mut scene = scene(event("POST_TEST_TRAFFIC_SHIFT", &json!({}), &json!({})));
    break_home(&mut scene);
    scene.environment.push(("HOOK_ATTEMPTS", Some("5".to_owned())));
    let mut stage = scene.set_up().await;
    let mut event: Value = serde_json::from_slice(&stage.event).unwrap();
    let mut invocations = Vec::new();
    for attempt in 1..=3 {
        let invocation = stage.function.invoke(event.to_string().as_bytes()).await.unwrap();
        let answer = returned(&invocation);
        assert_eq!(answer["hookStatus"], "IN_PROGRESS", "attempt {attempt}: {answer}");
        assert!(answer["callBackDelay"].is_u64(), "{answer}");
        assert_eq!(answer["hookDetails"]["attempt"], attempt, "{answer}");
        event["hookDetails"] = answer["hookDetails"].clone();
        invocations.push(invocation);
        // Another process takes the next invocation: nothing may be remembered but what ECS hands back.
        stage.function.recycle().await;
    }
    stage.shop.site().set("GET /", SiteAnswer::page("Add to cart"));
    invocations.push(stage.function.invoke(event.to_string().as_bytes()).await.unwrap());
    let played = stage.end(invocations).await;
    assert_eq!(is_answered(&played, "SUCCEEDED", true, &["2 checks passed"]), Ok(()));
}

#[tokio::test]
async fn attempts_are_used_up() {
    let mut scene = scene(event("POST_TEST_TRAFFIC_SHIFT", &json!({}), &json!({})));
    break_home(&mut scene);
    scene.environment.push(("HOOK_ATTEMPTS", Some("2".to_owned())));
    let mut stage = scene.set_up().await;
    let mut event: Value = serde_json::from_slice(&stage.event).unwrap();
    let first = stage.function.invoke(event.to_string().as_bytes()).await.unwrap();
    event["hookDetails"] = returned(&first)["hookDetails"].clone();
    let second = stage.function.invoke(event.to_string().as_bytes()).await.unwrap();
    assert_eq!(returned(&first)["hookStatus"], "IN_PROGRESS");
    let played = stage.end(vec![first, second]).await;
    assert_eq!(is_answered(&played, "FAILED", true, &["home page is served"]), Ok(()));
}
