//! The life of a failure: told once whichever event comes first, shown as it is tried again, over when the stage succeeds.

use http::StatusCode;
use launchway::standin::Times;
use launchway::standin::aws::Fault;
use serde_json::{Value, json};

use super::scene::{
    CHANNEL, Desk, EXECUTION, PIPELINE, action, execution, pipeline_event, smoke_test_failed, stage_event,
};

const NEXT: &str = "99999999-2222-3333-4444-555555555555";

fn heads(desk: &Desk) -> Vec<String> {
    let messages = desk.slack.messages();
    messages.iter().map(|message| message.blocks[0]["text"]["text"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_failure_is_told_once_whichever_event_comes_first() {
    let stage = stage_event(EXECUTION, "Staging", "FAILED", 100);
    let pipeline = pipeline_event(EXECUTION, "FAILED", 101);
    for events in
        [vec![stage.clone(), pipeline.clone(), stage.clone()], vec![pipeline.clone(), stage.clone(), pipeline.clone()]]
    {
        let desk = Desk::open().await;
        desk.show_actions(vec![smoke_test_failed(10)]);
        let told = desk.tell(&events).await;
        assert_eq!(told.outcomes(), ["said", "silent", "silent"]);
        assert_eq!((desk.aws.notifications().len(), desk.read().len()), (1, 1));
        assert_eq!(heads(&desk), [":red_circle: storefront · Staging failed"]);
        desk.close(vec![told]);
    }
}

#[tokio::test]
async fn a_failure_that_is_tried_again_is_one_message_that_changes() {
    let desk = Desk::open().await;
    desk.show_actions(vec![smoke_test_failed(10)]);
    let told = desk
        .tell(&[
            // The stage's first start is delivered last.
            stage_event(EXECUTION, "Staging", "FAILED", 100),
            stage_event(EXECUTION, "Staging", "STARTED", 5),
            stage_event(EXECUTION, "Staging", "STARTED", 160),
        ])
        .await;
    assert_eq!(told.outcomes(), ["said", "silent", "shown"]);
    assert_eq!(heads(&desk), [":large_yellow_circle: storefront · Staging is tried again"]);
    desk.show_actions(vec![smoke_test_failed(170), smoke_test_failed(10)]);
    let again = desk.tell(&[stage_event(EXECUTION, "Staging", "FAILED", 200)]).await;
    assert_eq!(again.outcomes(), ["said"]);
    let messages = desk.slack.messages();
    assert_eq!(messages[1].thread_ts.as_ref(), Some(&messages[0].ts), "the second failure is told in the thread");
    assert_eq!(heads(&desk)[0], ":red_circle: storefront · Staging failed");
    assert!(desk.read()[0].contains("2nd time in a row"), "{}", desk.read()[0]);
    let good = desk.tell(&[stage_event(EXECUTION, "Staging", "SUCCEEDED", 400)]).await;
    assert_eq!(good.outcomes(), ["said"]);
    assert_eq!(heads(&desk)[0], ":large_green_circle: storefront · Staging recovered");
    assert_eq!(heads(&desk)[2], ":large_green_circle: storefront · Staging recovered");
    assert_eq!(desk.aws.notifications().len(), 3);
    desk.close(vec![told, again, good]);
}

#[tokio::test]
async fn attempts_are_told_apart_without_the_list_of_actions() {
    let desk = Desk::open().await;
    let denied = Fault::Refuse(StatusCode::BAD_REQUEST, "AccessDeniedException", "not authorized".to_owned());
    desk.aws.order_fault("ListActionExecutions", denied, Times::Always);
    let first = stage_event(EXECUTION, "Staging", "FAILED", 100);
    let mut second = stage_event(EXECUTION, "Staging", "FAILED", 200);
    second["detail"]["stage-last-retry-attempt-time"] = "2026-11-25T10:02:30.123Z".into();
    let pipeline = pipeline_event(EXECUTION, "FAILED", 201);
    let told = desk.tell(&[first.clone(), first, second.clone(), second, pipeline]).await;
    assert_eq!(told.outcomes(), ["said", "silent", "said", "silent", "silent"]);
    desk.close(vec![told]);
}

#[tokio::test]
async fn a_recovery_in_another_release_tells_how_long_it_took() {
    let desk = Desk::open().await;
    let passed = action("Staging", "SmokeTest", ("Invoke", "Lambda"), "Succeeded", 600);
    desk.show(PIPELINE, vec![execution(NEXT, vec![passed]), execution(EXECUTION, vec![smoke_test_failed(10)])]);
    let recovered = stage_event(NEXT, "Staging", "SUCCEEDED", 820);
    let told = desk.tell(&[stage_event(EXECUTION, "Staging", "FAILED", 100), recovered.clone(), recovered]).await;
    assert_eq!(told.outcomes(), ["said", "said", "silent"]);
    let read = desk.read();
    assert_eq!(read.len(), 2);
    assert!(read[1].contains("after 12 minutes") && read[1].contains("a customer can check out"), "{}", read[1]);
    assert!(read[1].contains("Jane Doe"), "{}", read[1]);
    assert_eq!(
        heads(&desk)[0],
        ":large_green_circle: storefront · Staging recovered",
        "the failure's message is edited"
    );
    let notification = &desk.aws.notifications()[1];
    assert_eq!(notification.attributes["state"], "recovered");
    assert!(notification.body.contains("12 minutes"), "{}", notification.body);
    desk.close(vec![told]);
}

#[tokio::test]
async fn a_failure_whose_event_comes_after_the_next_success_says_so() {
    let desk = Desk::open().await;
    desk.show_actions(vec![smoke_test_failed(10)]);
    let told = desk
        .tell(&[stage_event(NEXT, "Staging", "SUCCEEDED", 300), stage_event(EXECUTION, "Staging", "FAILED", 100)])
        .await;
    assert_eq!(told.outcomes(), ["silent", "said"]);
    assert!(desk.read()[0].contains("The stage has succeeded since"), "{}", desk.read()[0]);
    // What is over already does not recover again.
    let later = desk.tell(&[stage_event("later", "Staging", "SUCCEEDED", 500)]).await;
    assert_eq!(later.outcomes(), ["silent"]);
    desk.close(vec![told, later]);
}

#[tokio::test]
async fn a_rollback_is_told_apart_from_a_normal_run() {
    let desk = Desk::open().await;
    let mut rollback =
        execution(NEXT, vec![action("Production", "Deploy", ("Deploy", "CodeDeploy"), "Succeeded", 300)]);
    rollback.execution["executionType"] = "ROLLBACK".into();
    rollback.execution["rollbackMetadata"] = json!({"rollbackTargetPipelineExecutionId": "good-one"});
    rollback.execution["trigger"] = json!({"triggerType": "AutomatedRollback"});
    desk.show(PIPELINE, vec![rollback, execution(EXECUTION, vec![smoke_test_failed(10)])]);
    let told = desk
        .tell(&[
            pipeline_event(EXECUTION, "STARTED", 1),
            stage_event(EXECUTION, "Production", "FAILED", 200),
            pipeline_event(NEXT, "STARTED", 300),
            stage_event(NEXT, "Production", "SUCCEEDED", 390),
            pipeline_event(NEXT, "SUCCEEDED", 400),
            stage_event("later", "Production", "SUCCEEDED", 500),
            pipeline_event("later", "SUCCEEDED", 510),
        ])
        .await;
    assert_eq!(told.outcomes(), ["silent", "said", "said", "shown", "said", "silent", "silent"]);
    let states: Vec<_> = desk.aws.notifications().iter().map(|told| told.attributes["state"].clone()).collect();
    assert_eq!(states, ["failed", "rollback_started", "rollback_finished"]);
    assert!(desk.aws.notifications()[1].body.contains("good-one"));
    // What failed was not mended: its message does not say that it recovered.
    assert!(heads(&desk)[0].ends_with("storefront · Production was rolled back"), "{:?}", heads(&desk));
    desk.close(vec![told]);
}

/// The failure's event comes last: nobody is told that all is well.
#[tokio::test]
async fn a_failure_whose_event_comes_after_its_rollback_says_so() {
    let desk = Desk::open().await;
    let mut rollback = execution(NEXT, Vec::new());
    rollback.execution["executionType"] = "ROLLBACK".into();
    rollback.execution["rollbackMetadata"] = json!({"rollbackTargetPipelineExecutionId": "good-one"});
    desk.show(PIPELINE, vec![rollback, execution(EXECUTION, vec![smoke_test_failed(10)])]);
    let told = desk
        .tell(&[stage_event(NEXT, "Staging", "SUCCEEDED", 300), stage_event(EXECUTION, "Staging", "FAILED", 100)])
        .await;
    assert_eq!(told.outcomes(), ["silent", "said"]);
    let read = desk.read().remove(0);
    assert!(read.contains("The stage was rolled back since") && read.contains("Mend what failed"), "{read}");
    assert!(!read.contains("succeeded since"), "{read}");
    desk.close(vec![told]);
}

/// Both act on a failed deployment, and a group takes one at a time. That the pipeline's own is refused is no catastrophe.
#[tokio::test]
async fn a_rollback_that_codedeploy_forestalled_says_so() {
    for (creator, told_of) in [("codeDeployRollback", true), ("user", false)] {
        let desk = Desk::open().await;
        let busy = "The Deployment Group 'production' already has an active Deployment 'd-ABCDEF123'";
        let mut deploy = action("Production", "Deploy", ("Deploy", "CodeDeploy"), "Failed", 300);
        deploy["output"] = json!({"executionResult": {"errorDetails": {"code": "JobFailed", "message": busy}}});
        let mut rollback = execution(NEXT, vec![deploy]);
        rollback.execution["executionType"] = "ROLLBACK".into();
        rollback.execution["rollbackMetadata"] = json!({"rollbackTargetPipelineExecutionId": "good-one"});
        desk.show(PIPELINE, vec![rollback]);
        desk.aws.show_deployment(
            "d-ABCDEF123",
            json!({"applicationName": "storefront", "deploymentGroupName": "production", "creator": creator}),
            [("i-1", json!({"deploymentTargetType": "InstanceTarget", "instanceTarget": {}}))],
        );
        let told = desk.tell(&[stage_event(NEXT, "Production", "FAILED", 310)]).await;
        assert_eq!(told.outcomes(), ["said"]);
        let (read, notification) = (desk.read().remove(0), desk.aws.notifications().remove(0));
        assert_eq!(notification.attributes["state"], "rollback_failed");
        for text in [&read, &notification.body] {
            assert!(text.contains("already has an active Deployment"), "{text}");
            assert_eq!(text.contains("CodeDeploy was giving back the last revision by itself"), told_of, "{text}");
            assert_eq!(text.contains("half of one revision"), !told_of, "{text}");
        }
        desk.close(vec![told]);
    }
}

#[tokio::test]
async fn a_waiting_approval_tells_what_would_go_out() {
    let desk = Desk::open().await;
    let waits = action("Production", "Approve", ("Approval", "Manual"), "InProgress", 50);
    let mut before = execution("before", Vec::new());
    before.source_revisions[0]["revisionId"] = "older".into();
    before.succeeded_in.push("Production".to_owned());
    desk.show(PIPELINE, vec![execution(EXECUTION, vec![waits]), before]);
    let mut event = stage_event(EXECUTION, "Production", "STARTED", 60);
    event["detail-type"] = "CodePipeline Action Execution State Change".into();
    event["detail"]["action"] = "Approve".into();
    event["detail"]["type"] = json!({"category": "Approval", "owner": "AWS", "provider": "Manual", "version": "1"});
    let told = desk.tell(&[event.clone(), event]).await;
    assert_eq!(told.outcomes(), ["said", "silent"]);
    let (body, read) = (desk.aws.notifications()[0].body.clone(), desk.read()[0].clone());
    for text in [&body, &read] {
        for part in ["waits for approval", "Change the cart", "Jane Doe", "older"] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    }
    assert!(body.contains("codepipeline:PutApprovalResult on storefront/Production/Approve"), "{body}");
    desk.close(vec![told]);
}

#[tokio::test]
async fn noise_and_watched_pipelines_are_settings() {
    let events = || {
        [
            stage_event(EXECUTION, "Staging", "FAILED", 100),
            stage_event(NEXT, "Staging", "SUCCEEDED", 200),
            pipeline_event(NEXT, "SUCCEEDED", 210),
            pipeline_event(NEXT, "SUPERSEDED", 220),
        ]
    };
    for (noise, watched, expected) in [
        ("failures", "*", ["said", "shown", "silent", "silent"]),
        ("failures-and-recoveries", "storefront", ["said", "said", "silent", "silent"]),
        ("everything", "storefront,other", ["said", "said", "said", "said"]),
        ("everything", "other", ["silent", "silent", "silent", "silent"]),
    ] {
        let desk = Desk::with(|environment| {
            environment.insert("NOISE".to_owned(), noise.to_owned());
            environment.insert("WATCH_PIPELINES".to_owned(), watched.to_owned());
        })
        .await;
        desk.show(PIPELINE, vec![execution(NEXT, Vec::new()), execution(EXECUTION, vec![smoke_test_failed(10)])]);
        let told = desk.tell(&events()).await;
        assert_eq!(told.outcomes(), expected, "{noise} {watched}");
        let posts = expected.iter().filter(|outcome| **outcome == "said").count();
        assert_eq!((desk.aws.notifications().len(), desk.read().len()), (posts, posts));
        assert!(desk.slack.messages().iter().all(|message| message.channel == CHANNEL));
        desk.close(vec![told]);
    }
}

#[tokio::test]
async fn a_deployment_is_told_by_its_pipeline_or_by_itself() {
    let event = |id: &str| -> Value {
        json!({
            "version": "0", "id": "e", "detail-type": "CodeDeploy Deployment State-change Notification",
            "source": "aws.codedeploy", "account": "111111111111", "time": "2026-11-25T10:05:00Z", "region": "eu-central-1",
            "resources": [],
            "detail": {"application": "storefront", "deploymentGroup": "staging", "deploymentId": id, "state": "FAILURE"},
        })
    };
    let desk = Desk::open().await;
    let mut deploy = action("Staging", "Deploy", ("Deploy", "CodeDeploy"), "Failed", 10);
    deploy["output"] = json!({"executionResult": {"externalExecutionId": "d-PIPELINE1"}});
    desk.show_actions(vec![deploy]);
    for (id, creator) in [("d-PIPELINE1", "user"), ("d-BYHAND123", "user"), ("d-ROLLBACK1", "codeDeployRollback")] {
        let mut info = json!({"applicationName": "storefront", "deploymentGroupName": "staging", "creator": creator,
            "errorInformation": {"code": "NO_INSTANCES", "message": "no instances were found"}});
        if creator != "user" {
            info["rollbackInfo"] = json!({"rollbackTriggeringDeploymentId": "d-PIPELINE1"});
        }
        desk.aws.show_deployment(
            id,
            info,
            [("i-1", json!({"deploymentTargetType": "InstanceTarget", "instanceTarget": {}}))],
        );
    }
    let told = desk.tell(&[event("d-PIPELINE1"), event("d-BYHAND123"), event("d-ROLLBACK1")]).await;
    assert_eq!(told.outcomes(), ["silent", "said", "said"]);
    let states: Vec<_> = desk.aws.notifications().iter().map(|told| told.attributes["state"].clone()).collect();
    assert_eq!(states, ["deployment_failed", "rollback_failed"]);
    assert!(desk.read()[0].contains("NO_INSTANCES"), "{}", desk.read()[0]);
    desk.close(vec![told]);
}
