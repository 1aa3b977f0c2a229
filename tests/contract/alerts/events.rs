//! Every sample event of a delivery, through the real binary, by a function whose sources know nothing of it.

use serde_json::Value;

use super::scene::Desk;
use crate::binary::checkout;

use Expected::{Said, Silent};

/// What becomes of an event: a headline, and what the notification has in it; or nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Expected {
    Said(&'static str, &'static [&'static str]),
    Silent,
}

/// The sample events that are no jobs, hooks and records.
pub(crate) const EVENTS: [(&str, Expected); 40] = [
    ("approval-sns-event.json", APPROVAL),
    ("approval-sns-message-bare.json", Said("MyFirstPipeline · MyApprovalStage waits for approval", &[])),
    ("cloudwatch-alarm-DIRECT-lambda-action.json", Said("alarm", &["went off"])),
    ("cloudwatch-alarm-composite.json", Silent),
    ("cloudwatch-alarm-recovered.json", Said("is over", &["Threshold Crossed"])),
    // A mute rule is in force.
    ("cloudwatch-alarm-single-metric.json", Silent),
    ("codebuild-build-state-change-failed.json", Silent),
    ("codebuild-build-state-change.json", Silent),
    // Those of sources start pipelines.
    ("codecommit-branch-created.json", Silent),
    ("codecommit-branch-updated.json", Silent),
    ("s3-object-created.json", Silent),
    ("secretsmanager-secret-label-updated.json", Silent),
    ("codedeploy-deployment-state-change-failure.json", Said("failed", &["d-123456789"])),
    ("codedeploy-deployment-state-change.json", Silent),
    ("codedeploy-instance-state-change-failure.json", Silent),
    ("codedeploy-instance-state-change.json", Silent),
    ("codepipeline-action-failed-approval-rejected.json", Silent),
    ("codepipeline-action-failed.json", Silent),
    ("codepipeline-action-failed.processed-notification.json", Silent),
    ("codepipeline-action-started.json", Silent),
    ("codepipeline-action-succeeded.json", Silent),
    ("codepipeline-action-unknown-state.json", Silent),
    ("codepipeline-approval-started.json", Said("myPipeline · Approve waits for approval", &["ApproveProduction"])),
    (
        "codepipeline-approval-started.processed-notification.json",
        Said("Prod waits for approval", &["Review dev deployment smoke tests before approving."]),
    ),
    ("codepipeline-manual-approval-sns-message.json", APPROVAL),
    ("codepipeline-pipeline-failed.json", Said("myPipeline · execution failed", &["Could not be read"])),
    (
        "codepipeline-pipeline-failed.processed-notification.json",
        Said("myPipeline · Deploy failed", &["Deployment <ID> failed"]),
    ),
    ("codepipeline-pipeline-started-by-push.json", Silent),
    ("codepipeline-pipeline-started.json", Silent),
    ("codepipeline-pipeline-started.processed-notification.json", Silent),
    ("codepipeline-pipeline-stopping.json", Silent),
    ("codepipeline-pipeline-succeeded.json", Silent),
    ("codepipeline-pipeline-superseded.json", Silent),
    ("codepipeline-stage-failed.json", Said("myPipeline · Prod failed", &["Could not be read"])),
    ("codepipeline-stage-resumed.json", Silent),
    ("codepipeline-stage-started.json", Silent),
    ("codepipeline-stage-started.processed-notification.json", Silent),
    ("codepipeline-stage-stopped.json", Silent),
    ("codepipeline-stage-stopping.json", Silent),
    ("codepipeline-stage-succeeded.json", Silent),
];

/// The events of ECS, whose order matters: a completed deployment is told only after its rollback.
pub(crate) const OF_ECS: [(&str, Expected); 4] = [
    ("ecs-deployment-completed.json", Silent),
    ("ecs-deployment-failed.json", Said("failed", &["circuit breaker"])),
    ("ecs-deployment-in-progress.json", Silent),
    ("ecs-deployment-rolling-back.json", Said("is rolling back", &["ecs-svc/122"])),
];

const APPROVAL: Expected = Said(
    "MyFirstPipeline · MyApprovalStage waits for approval",
    &["Review the latest changes and approve or reject within seven days.", "2016-07-07 20:22"],
);

#[tokio::test]
async fn each_event_gives_its_message_or_silence() {
    for (name, expected) in EVENTS.into_iter().chain(OF_ECS) {
        let text = std::fs::read_to_string(checkout().join("events").join(name)).unwrap();
        let event: Value = serde_json::from_str(&text).unwrap();
        let desk = Desk::open().await;
        let told = desk.tell(&[event.clone(), event]).await;
        let (notifications, read) = (desk.aws.notifications(), desk.read());
        match expected {
            Silent => {
                assert_eq!(told.outcomes(), ["silent", "silent"], "{name}");
                assert_eq!((notifications.len(), read.len()), (0, 0), "{name}");
            }
            Said(headline, parts) => {
                assert_eq!(told.outcomes(), ["said", "silent"], "{name}: {}", told.log);
                assert_eq!((notifications.len(), read.len()), (1, 1), "{name}");
                assert!(read[0].contains(headline), "{name}: {}", read[0]);
                let body = &notifications[0].body;
                for part in parts.iter().chain(&[headline]) {
                    assert!(body.contains(part), "{name}: {part:?} is not in {body}");
                }
            }
        }
        // The token of an approval answers it: nobody gets to see it.
        for place in [&read.join("\n"), &told.log, &format!("{notifications:?}")] {
            assert!(!place.contains("1a2b3c4d-573f-4ea7-a67E-XAMPLETOKEN"), "{name}: {place}");
        }
        desk.close(vec![told]);
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_and_what_nobody_asked_for_is_left_alone() {
    let events = [
        serde_json::json!({}),
        serde_json::json!(null),
        serde_json::json!([1]),
        serde_json::json!({"Records": [{"Sns": {"Message": "no JSON"}}]}),
        serde_json::json!({"detail-type": "EC2 Instance State-change Notification", "detail": {}}),
    ];
    let desk = Desk::open().await;
    let told = desk.tell(&events).await;
    // An invocation that fails ends in the on-failure queue, with the event.
    assert_eq!(told.outcomes(), ["failed", "failed", "failed", "failed", "silent"]);
    assert_eq!(desk.aws.calls().len(), 0);
    desk.close(vec![told]);
}
