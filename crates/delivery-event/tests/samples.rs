//! Every sample event is what it should be, and no event makes the reader panic.

use std::collections::BTreeMap;
use std::path::Path;

use delivery_event::{DeliveryEvent, EventError, read};
use serde_json::{Value, json};

/// What each sample is, in one line.
const SAMPLES: [(&str, &str); 37] = [
    ("approval-sns-event", "approval MyFirstPipeline/MyApprovalStage/MyApprovalAction until 2016-07-07T20:22:00Z"),
    ("approval-sns-message-bare", "approval MyFirstPipeline/MyApprovalStage/MyApprovalAction until -"),
    (
        "cloudwatch-alarm-DIRECT-lambda-action",
        "alarm lambda-demo-metric-alarm INSUFFICIENT_DATA -> ALARM, AWS/Logs CallCount",
    ),
    (
        "cloudwatch-alarm-composite",
        "alarm storefront-production-health INSUFFICIENT_DATA -> ALARM, suppressed by WaitPeriod",
    ),
    ("cloudwatch-alarm-recovered", "alarm ServerCpuTooHigh ALARM -> OK, AWS/EC2 CPUUtilization"),
    (
        "cloudwatch-alarm-single-metric",
        "alarm ServerCpuTooHigh OK -> ALARM, AWS/EC2 CPUUtilization, muted until 2026-01-01T12:00:00Z",
    ),
    (
        "codebuild-build-state-change",
        "build my-sample-project:8745a7a9-c340-456a-9166-edf953571bEX 55 SUCCEEDED, phase -, pipeline -",
    ),
    (
        "codebuild-build-state-change-failed",
        "build my-sample-project:8745a7a9-c340-456a-9166-edf953571bEX 56 FAILED, phase BUILD, pipeline storefront",
    ),
    ("codedeploy-deployment-state-change", "deployment d-123456789 of myApplication/myDeploymentGroup SUCCESS"),
    ("codedeploy-deployment-state-change-failure", "deployment d-123456789 of myApplication/myDeploymentGroup FAILURE"),
    ("codedeploy-instance-state-change", "instance i-0000000aaaaaaaaaa in d-123456789 SUCCESS"),
    ("codedeploy-instance-state-change-failure", "instance i-0000000aaaaaaaaaa in d-123456789 FAILURE"),
    (
        "codepipeline-action-failed",
        "action myPipeline/Deploy/Deploy by CodeDeploy FAILED: JobFailed Deployment <ID> failed",
    ),
    (
        "codepipeline-action-failed-approval-rejected",
        "action myPipeline/Approve/ApproveProduction by Manual FAILED: JobFailed Not during the sale",
    ),
    (
        "codepipeline-action-failed.processed-notification",
        "notified action myPipeline/Deploy/Deploy by CodeDeploy FAILED: JobFailed Deployment <ID> failed",
    ),
    ("codepipeline-action-started", "action myPipeline/Prod/myAction by CodeDeploy STARTED: - -"),
    ("codepipeline-action-succeeded", "action myPipeline/Source/Source by CodeCommit SUCCEEDED: - Added LICENSE.txt"),
    ("codepipeline-action-unknown-state", "action myPipeline/Deploy/- by - EXPLODED: - -"),
    ("codepipeline-approval-started", "action myPipeline/Approve/ApproveProduction by Manual STARTED: - -"),
    (
        "codepipeline-approval-started.processed-notification",
        "notified action pyvar-dev-pipeline/Prod/ApproveProductionDeploy by Manual STARTED: - -",
    ),
    (
        "codepipeline-manual-approval-sns-message",
        "approval MyFirstPipeline/MyApprovalStage/MyApprovalAction until 2016-07-07T20:22:00Z",
    ),
    ("codepipeline-pipeline-failed", "pipeline myPipeline FAILED 1, by -"),
    (
        "codepipeline-pipeline-failed.processed-notification",
        "notified pipeline myPipeline FAILED 1, by -, failed in Deploy: Deployment <ID> failed",
    ),
    ("codepipeline-pipeline-started", "pipeline myPipeline STARTED 1, by StartPipelineExecution"),
    ("codepipeline-pipeline-started-by-push", "pipeline myPipeline STARTED 1, by Mary Major"),
    (
        "codepipeline-pipeline-started.processed-notification",
        "notified pipeline myPipeline STARTED 1, by StartPipelineExecution",
    ),
    ("codepipeline-pipeline-stopping", "pipeline myPipeline STOPPING 1, by -"),
    ("codepipeline-pipeline-succeeded", "pipeline myPipeline SUCCEEDED 1, by -"),
    ("codepipeline-pipeline-superseded", "pipeline myPipeline SUPERSEDED 1, by -"),
    ("codepipeline-stage-failed", "stage myPipeline/Prod FAILED 1"),
    ("codepipeline-stage-resumed", "stage myPipeline/Prod RESUMED 0, again at 2023-10-26T14:14:56.305Z"),
    ("codepipeline-stage-started", "stage myPipeline/Prod STARTED 1"),
    ("codepipeline-stage-started.processed-notification", "notified stage myPipeline/Source STARTED 0"),
    ("codepipeline-stage-stopped", "stage myPipeline/Deploy STOPPED 1"),
    ("codepipeline-stage-stopping", "stage myPipeline/Deploy STOPPING 1"),
    ("codepipeline-stage-succeeded", "stage myPipeline/Prod SUCCEEDED 1"),
    ("ecs-deployment-completed", "service default/servicetest SERVICE_DEPLOYMENT_COMPLETED"),
];

/// What starts a release, or restarts a shop, which nobody is told of.
const START_SAMPLES: [(&str, &str); 4] = [
    ("codecommit-branch-created", "other CodeCommit Repository State Change"),
    ("codecommit-branch-updated", "other CodeCommit Repository State Change"),
    ("s3-object-created", "other Object Created"),
    ("secretsmanager-secret-label-updated", "other Secret Label Updated"),
];

/// The remaining samples of ECS, which differ in the reason.
const SERVICE_SAMPLES: [(&str, &str); 3] = [
    ("ecs-deployment-failed", "service default/servicetest SERVICE_DEPLOYMENT_FAILED"),
    ("ecs-deployment-in-progress", "service default/servicetest SERVICE_DEPLOYMENT_IN_PROGRESS"),
    ("ecs-deployment-rolling-back", "service default/servicetest SERVICE_DEPLOYMENT_IN_PROGRESS, rolls back"),
];

#[test]
fn every_sample_event_is_read_for_what_it_is() {
    let expected: BTreeMap<_, _> = SAMPLES.into_iter().chain(SERVICE_SAMPLES).chain(START_SAMPLES).collect();
    let mut found = BTreeMap::new();
    for (name, event) in samples() {
        match read(&event) {
            Ok(event) => {
                assert!(event.envelope().region.is_some() || name.starts_with("approval-sns-event"), "{name}");
                found.insert(name, in_a_line(&event));
            }
            // Jobs, hooks and Slack's requests are no events of a delivery.
            Err(error) => assert!(matches!(error, EventError::Unknown { .. }), "{name}: {error}"),
        }
    }
    let found: BTreeMap<_, _> = found.iter().map(|(name, line)| (name.as_str(), line.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_job_does_not_show_its_credentials_in_an_error() {
    let (_, job) = samples().into_iter().find(|(name, _)| name == "codepipeline-lambda-job").unwrap();
    let error = read(&job).unwrap_err().to_string();
    assert_eq!(
        error,
        "the event is none of a delivery: it has neither \"detail-type\" nor \"approval\"; its keys are CodePipeline.job"
    );
}

#[test]
fn an_approval_does_not_print_its_token() {
    let (_, message) =
        samples().into_iter().find(|(name, _)| name == "codepipeline-manual-approval-sns-message").unwrap();
    let event = read(&message).unwrap();
    let printed = format!("{event:?}");
    assert!(printed.contains("MyApprovalAction") && !printed.to_lowercase().contains("token\":"), "{printed}");
    assert!(!printed.contains("example-token") && !printed.contains("XAMPLETOKEN"), "{printed}");
    let DeliveryEvent::Approval(request) = event else { panic!("{printed}") };
    assert_eq!(request.token.unwrap().reveal(), "example-token");
    assert!(request.review_link.unwrap().ends_with("XAMPLETOKEN"));
}

#[test]
fn what_is_no_event_is_refused_by_name() {
    for (event, expected) in [
        (json!(null), "the event is null, not a JSON object"),
        (json!("text"), "the event is a text, not a JSON object"),
        (json!([{}]), "the event is a list, not a JSON object"),
        (
            json!({}),
            "the event is none of a delivery: it has neither \"detail-type\" nor \"approval\"; its keys are none",
        ),
        (json!({"Records": []}), "the SNS event has 0 records; SNS sends exactly one"),
        (json!({"Records": [{}, {}]}), "the SNS event has 2 records; SNS sends exactly one"),
        (json!({"Records": [{"Sns": {"Message": "hello"}}]}), MESSAGE),
        (json!({"Records": [{"Sns": {"Message": "[1]"}}]}), MESSAGE),
        (json!({"Records": [{"s3": {}}]}), MESSAGE),
    ] {
        assert_eq!(read(&event).unwrap_err().to_string(), expected, "{event}");
    }
}

const MESSAGE: &str =
    "the message of the SNS event is not a JSON object: send CodePipeline's notifications to this topic only";

#[test]
fn an_event_of_another_kind_keeps_its_envelope() {
    let event = json!({"detail-type": "CloudWatch Alarm Contributor State Change", "source": "aws.cloudwatch"});
    let DeliveryEvent::Other(other) = read(&event).unwrap() else { panic!("{event}") };
    assert_eq!(other.envelope.detail_type, "CloudWatch Alarm Contributor State Change");
    assert_eq!(other.envelope.source.as_deref(), Some("aws.cloudwatch"));
}

#[test]
fn an_event_without_detail_names_what_its_resources_name() {
    let event = |kind: &str, arn: &str| json!({"detail-type": kind, "resources": [arn], "detail": null});
    let pipeline = event("CodePipeline Stage Execution State Change", "arn:aws:codepipeline:eu-west-1:1:shop");
    let alarm = event("CloudWatch Alarm State Change", "arn:aws:cloudwatch:eu-west-1:1:alarm:Too: high");
    let application =
        event("CodeDeploy Deployment State-change Notification", "arn:aws:codedeploy:eu-west-1:1:application:shop");
    for (event, expected) in
        [(pipeline, "stage shop/-  -"), (alarm, "alarm Too: high  -> "), (application, "deployment - of shop/- ")]
    {
        assert_eq!(in_a_line(&read(&event).unwrap()), expected);
    }
}

/// The sample events by name.
#[expect(clippy::unwrap_used, reason = "a sample that cannot be read is a failed test")]
fn samples() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let read = |path: &Path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    files.map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), read(&path))).collect()
}

fn in_a_line(event: &DeliveryEvent) -> String {
    let or_dash = |text: &Option<String>| text.as_deref().unwrap_or("-").to_owned();
    let number = |count: Option<u64>| count.map_or("-".to_owned(), |count| count.to_string());
    let notified = if event.envelope().notification.is_some() { "notified " } else { "" };
    let line = match event {
        DeliveryEvent::Pipeline(change) => {
            let trigger = change.trigger.as_ref().and_then(|trigger| trigger.author.clone().or(trigger.kind.clone()));
            let failed = change.envelope.notification.as_ref().filter(|more| more.failed_stage.is_some());
            let failed = failed.map_or(String::new(), |more| {
                let information = &more.failed_actions[0].information;
                format!(", failed in {}: {}", or_dash(&more.failed_stage), or_dash(information))
            });
            let (pipeline, attempt) = (or_dash(&change.pipeline), number(change.attempt));
            format!("pipeline {pipeline} {} {attempt}, by {}{failed}", change.state, or_dash(&trigger))
        }
        DeliveryEvent::Stage(change) => {
            let again = change.retried.map_or(String::new(), |moment| format!(", again at {moment}"));
            let (pipeline, stage) = (or_dash(&change.pipeline), or_dash(&change.stage));
            format!("stage {pipeline}/{stage} {} {}{again}", change.state, number(change.attempt))
        }
        DeliveryEvent::Action(change) => {
            let place = [&change.pipeline, &change.stage, &change.action].map(or_dash).join("/");
            let (code, summary) = (or_dash(&change.result.error_code), or_dash(&change.result.summary));
            let provider = or_dash(&change.action_type.provider);
            assert_eq!(change.is_approval(), provider == "Manual");
            format!("action {place} by {provider} {}: {code} {summary}", change.state)
        }
        DeliveryEvent::Deployment(change) => {
            let group = [&change.application, &change.group].map(or_dash).join("/");
            format!("deployment {} of {group} {}", or_dash(&change.deployment), change.state)
        }
        DeliveryEvent::Instance(change) => {
            format!("instance {} in {} {}", or_dash(&change.instance), or_dash(&change.deployment), change.state)
        }
        DeliveryEvent::Build(change) => {
            let phase = or_dash(&change.failed_phase().and_then(|phase| phase.name.clone()));
            let (build, number) = (or_dash(&change.build), number(change.number));
            let pipeline = change.pipeline().unwrap_or("-");
            format!("build {build} {number} {}, phase {phase}, pipeline {pipeline}", change.status)
        }
        DeliveryEvent::Alarm(change) => {
            let metrics = change.metrics.iter();
            let metrics = metrics.map(|metric| format!("{} {}", or_dash(&metric.namespace), or_dash(&metric.name)));
            let suppressed = change.suppressed_by.iter().map(|by| format!("suppressed by {by}"));
            let until = change.mute.iter().filter_map(|mute| mute.until);
            let more: Vec<String> =
                metrics.chain(suppressed).chain(until.map(|until| format!("muted until {until}"))).collect();
            let (before, now) = (&change.before.state, &change.now.state);
            [format!("alarm {} {before} -> {now}", or_dash(&change.name))]
                .into_iter()
                .chain(more)
                .collect::<Vec<_>>()
                .join(", ")
        }
        DeliveryEvent::ServiceDeployment(change) => {
            let rolls_back = if change.rolls_back() { ", rolls back" } else { "" };
            let service = [&change.cluster, &change.service].map(or_dash).join("/");
            format!("service {service} {}{rolls_back}", change.state)
        }
        DeliveryEvent::Approval(request) => {
            let place = [&request.pipeline, &request.stage, &request.action].map(or_dash).join("/");
            let expires = request.expires.map_or("-".to_owned(), |moment| moment.to_string());
            format!("approval {place} until {expires}")
        }
        DeliveryEvent::Other(other) => format!("other {}", other.envelope.detail_type),
    };
    format!("{notified}{line}")
}
