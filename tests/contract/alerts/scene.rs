//! What the alerts meet in one test: a pipeline whose Staging failed, a topic, a table, a queue and a Slack workspace.

use std::collections::BTreeMap;
use std::time::Duration;

use launchway::slack::{Slack, SlackSettings, Webhook};
use launchway::standin::aws::{Aws, ExecutionView, PipelineView};
use launchway::standin::{Function, Invocation, Outcome};
use serde_json::{Value, json};

use crate::account::{self, REGION, aws, function_credentials, job_credentials, secrets_of};
use crate::binary::Binary;
use crate::traces::Traces;

pub(crate) const PIPELINE: &str = "storefront";
pub(crate) const EXECUTION: &str = "11111111-2222-3333-4444-555555555555";
pub(crate) const TOPIC: &str = "arn:aws:sns:eu-central-1:111111111111:alerts";
pub(crate) const QUEUE: &str = "https://sqs.eu-central-1.amazonaws.com/111111111111/undelivered";
pub(crate) const CHANNEL: &str = "C0DELIVERY";
pub(crate) const TOKEN: &str = "xoxb-the-bots-token";
const TABLE: &str = "launchway-ledger";
const SECRET: &str = "launchway/slack";
const WEBHOOK: &str = "/services/T0/B0/the-webhooks-path";

/// What the smoke test answered.
pub(crate) const CHECKS: &str =
    "1 of 9 checks failed: \"a customer can check out\" step 2 POST /api/orders: expected status 201, got 500";

/// Everything that is running.
pub(crate) struct Desk {
    pub(crate) aws: Aws,
    pub(crate) slack: Slack,
    environment: BTreeMap<String, String>,
    pub(crate) timeout: Duration,
}

impl Desk {
    /// The base case: Slack by a bot's token, everything told that is told by default.
    pub(crate) async fn open() -> Self {
        Self::with(|_| {}).await
    }

    /// The base case with other variables.
    pub(crate) async fn with(change: impl FnOnce(&mut BTreeMap<String, String>)) -> Self {
        let aws = aws(job_credentials()).await;
        aws.add_topic(TOPIC);
        aws.add_table(TABLE);
        aws.add_queue(QUEUE);
        aws.grant("launchway-artifacts/hook-reports/");
        aws.add_secret(SECRET, &json!({ "bot_token": TOKEN }).to_string());
        let slack = Slack::start(SlackSettings {
            bot_token: TOKEN.to_owned(),
            channels: BTreeMap::from([
                (CHANNEL.to_owned(), "delivery".to_owned()),
                ("C0PROD".to_owned(), "production".to_owned()),
            ]),
            webhook: Some(Webhook { path: WEBHOOK.to_owned(), channel: CHANNEL.to_owned() }),
            pace: None,
        })
        .await
        .unwrap();
        let mut environment = BTreeMap::from(
            [
                ("AWS_ENDPOINT_URL", aws.url()),
                ("ALERT_TOPIC_ARN", TOPIC.to_owned()),
                ("LEDGER_TABLE", TABLE.to_owned()),
                ("SLACK_SECRET_ID", SECRET.to_owned()),
                ("SLACK_API_URL", slack.url()),
                ("UNDELIVERED_QUEUE_URL", QUEUE.to_owned()),
                ("REPORT_LOCATION", "s3://launchway-artifacts/hook-reports".to_owned()),
                ("WATCH_PIPELINES", "*".to_owned()),
                ("DEADLINE_MARGIN", "2".to_owned()),
                ("LOG_LEVEL", "trace".to_owned()),
                (
                    "ROUTES",
                    json!({
                        "default": {"channel": CHANNEL},
                        "environments": {"production": {"channel": "C0PROD", "mention": "@here"}},
                    })
                    .to_string(),
                ),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        change(&mut environment);
        Self { aws, slack, environment, timeout: Duration::from_secs(30) }
    }

    /// The secret holds a webhook instead of a token.
    pub(crate) fn use_webhook(&self) {
        let url = self.slack.webhook_url().unwrap();
        self.aws.add_secret(SECRET, &json!({ "webhook_url": url }).to_string());
    }

    /// The secret holds another token.
    pub(crate) fn rotate(&self, token: &str) {
        self.aws.add_secret(SECRET, &json!({ "bot_token": token }).to_string());
    }

    /// CodePipeline shows the base case's pipeline with these actions in its one execution.
    pub(crate) fn show_actions(&self, actions: Vec<Value>) {
        self.show(PIPELINE, vec![execution(EXECUTION, actions)]);
    }

    pub(crate) fn show(&self, pipeline: &str, executions: Vec<ExecutionView>) {
        self.aws.show_pipeline(pipeline, PipelineView { stage_states: Vec::new(), executions });
    }

    /// A function of its own, with a process of its own.
    pub(crate) async fn function(&self) -> Function {
        let settings =
            account::function((Binary::StageAlert, "stage-alert"), self.timeout, self.environment.clone()).await;
        Function::new(settings).await.unwrap()
    }

    /// Sends these events, one after the other, to one function.
    pub(crate) async fn tell(&self, events: &[Value]) -> Told {
        let mut function = self.function().await;
        let mut invocations = Vec::new();
        for event in events {
            invocations.push(function.invoke(event.to_string().as_bytes()).await.unwrap());
        }
        Told { invocations, log: function.stop().await }
    }

    /// What people read in Slack, without markup.
    pub(crate) fn read(&self) -> Vec<String> {
        self.slack.messages().iter().map(launchway::slack::Message::read).collect()
    }

    /// Ends it: no call was malformed, and no secret was seen anywhere.
    pub(crate) fn close(self, told: Vec<Told>) {
        let mut secrets = secrets_of([function_credentials(), job_credentials()]);
        secrets.extend([TOKEN.to_owned(), WEBHOOK.to_owned()]);
        let log = told.iter().map(|told| told.log.as_str()).collect();
        let invocations = told.into_iter().flat_map(|told| told.invocations).collect();
        Traces { invocations, log, aws: self.aws, secrets }.always().unwrap();
        let wrong: Vec<_> = self
            .slack
            .calls()
            .into_iter()
            .filter(|call| {
                call.method != "chat.postMessage" && call.method != "chat.update" && call.method != "webhook"
            })
            .collect();
        assert_eq!(wrong, []);
    }
}

/// What became of events.
pub(crate) struct Told {
    pub(crate) invocations: Vec<Invocation>,
    pub(crate) log: String,
}

impl Told {
    /// What the function returned for each event: `said`, `shown` or `silent`; `failed` when it wants to be tried again.
    pub(crate) fn outcomes(&self) -> Vec<String> {
        self.invocations.iter().map(|invocation| outcome(&invocation.outcome)).collect()
    }
}

pub(crate) fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Succeeded(body) => {
            let body: Value = serde_json::from_str(body).unwrap();
            body["outcome"].as_str().unwrap().to_owned()
        }
        Outcome::Failed(_) => "failed".to_owned(),
        other => format!("{other:?}"),
    }
}

/// An event of a stage of the base case's pipeline, at this second of a minute.
pub(crate) fn stage_event(execution: &str, stage: &str, becomes: &str, second: u32) -> Value {
    json!({
        "version": "0",
        "id": format!("{execution}-{stage}-{becomes}-{second}"),
        "detail-type": "CodePipeline Stage Execution State Change",
        "source": "aws.codepipeline",
        "account": "111111111111",
        "time": moment(second),
        "region": REGION,
        "resources": [format!("arn:aws:codepipeline:{REGION}:111111111111:{PIPELINE}")],
        "detail": {
            "pipeline": PIPELINE, "execution-id": execution, "stage": stage, "state": becomes, "version": 1.0,
            "pipeline-execution-attempt": 0.0
        },
    })
}

/// An event of the pipeline.
pub(crate) fn pipeline_event(execution: &str, state: &str, second: u32) -> Value {
    let mut event = stage_event(execution, "", state, second);
    event["detail-type"] = "CodePipeline Pipeline Execution State Change".into();
    event["detail"].as_object_mut().unwrap().remove("stage");
    event
}

/// `2026-11-25T10:mm:ssZ`, this many seconds after the hour.
pub(crate) fn moment(second: u32) -> String {
    format!("2026-11-25T10:{:02}:{:02}Z", second / 60, second % 60)
}

/// An execution with a revision whose author the source action knows.
pub(crate) fn execution(id: &str, mut actions: Vec<Value>) -> ExecutionView {
    let mut source = action("Source", "Fetch", ("Source", "CodeStarSourceConnection"), "Succeeded", 0);
    source["output"] = json!({"outputVariables": {
        "CommitId": "0123456789abcdef0123456789abcdef01234567", "AuthorDisplayName": "Jane Doe", "BranchName": "main",
        "FullRepositoryName": "shop/storefront", "ProviderType": "GitHub", "CommitMessage": "Change the cart",
    }});
    actions.push(source);
    ExecutionView {
        id: id.to_owned(),
        execution: json!({
            "pipelineVersion": 1,
            "status": "InProgress",
            "executionMode": "QUEUED",
            "executionType": "STANDARD",
            "artifactRevisions": [{
                "name": "SourceOutput", "revisionId": "0123456789abcdef0123456789abcdef01234567",
                "revisionSummary": "{\"ProviderType\":\"GitHub\",\"CommitMessage\":\"Change the cart\"}",
            }],
            "trigger": {"triggerType": "WebhookV2", "triggerDetail": "arn:aws:codestar-connections:x"},
        }),
        actions,
        source_revisions: vec![json!({
            "actionName": "Fetch", "revisionId": "0123456789abcdef0123456789abcdef01234567",
        })],
        succeeded_in: Vec::new(),
    }
}

/// A run of an action that started at this second.
pub(crate) fn action(stage: &str, name: &str, (category, provider): (&str, &str), status: &str, second: u32) -> Value {
    let started = 1_795_600_800.5 + f64::from(second);
    json!({
        "actionExecutionId": format!("{stage}-{name}-{second}"),
        "pipelineVersion": 1,
        "stageName": stage,
        "actionName": name,
        "startTime": started,
        "lastUpdateTime": started + 1.0,
        "status": status,
        "input": {"actionTypeId": {"category": category, "owner": "AWS", "provider": provider, "version": "1"}},
    })
}

/// A failed run, with the id in the service behind it and the error.
pub(crate) fn failed(
    stage: &str,
    name: &str,
    kind: (&str, &str),
    second: u32,
    (id, code, message): (&str, &str, &str),
) -> Value {
    let mut action = action(stage, name, kind, "Failed", second);
    action["output"] = json!({"executionResult": {
        "externalExecutionId": id, "errorDetails": {"code": code, "message": message},
    }});
    action
}

/// The smoke test of Staging failed at this second.
pub(crate) fn smoke_test_failed(second: u32) -> Value {
    failed("Staging", "SmokeTest", ("Invoke", "Lambda"), second, (EXECUTION, "JobFailed", CHECKS))
}
