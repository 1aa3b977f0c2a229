//! What the alert function is set up with: a topic, a table, a queue and a Slack workspace.

use std::collections::BTreeMap;

use serde_json::json;

use crate::replay::hook_setup::{grant_reports, report_location};
use crate::replay::{ReplayError, running};
use crate::slack::{Slack, SlackSettings};
use crate::standin::aws::Aws;

const TOPIC: &str = "arn:aws:sns:us-east-1:111111111111:launchway-alerts";
const TABLE: &str = "launchway-ledger";
const QUEUE: &str = "https://sqs.us-east-1.amazonaws.com/111111111111/launchway-undelivered";
const SECRET: &str = "launchway/slack";
const TOKEN: &str = "xoxb-a-replays-token";

/// Channels: id -> name.
const CHANNELS: [(&str, &str); 2] = [("C0DELIVERY", "delivery"), ("C0PRODUCTION", "production")];

/// Where alerts go.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) aws: Aws,
    pub(super) slack: Slack,
}

impl Desk {
    pub(super) async fn open() -> Result<Self, ReplayError> {
        let aws = Aws::start(running::aws_settings(running::no_job()), None).await?;
        aws.add_topic(TOPIC);
        aws.add_table(TABLE);
        aws.add_queue(QUEUE);
        aws.add_secret(SECRET, &json!({ "bot_token": TOKEN }).to_string());
        grant_reports(&aws);
        let slack = Slack::start(SlackSettings {
            bot_token: TOKEN.to_owned(),
            channels: CHANNELS.map(|(id, name)| (id.to_owned(), name.to_owned())).into(),
            webhook: None,
            pace: None,
        })
        .await?;
        Ok(Self { aws, slack })
    }

    /// The function's variables: as in a stack that watches all pipelines, and production has a channel of its own.
    pub(super) fn environment(&self) -> BTreeMap<String, String> {
        let [delivery, production] = CHANNELS.map(|(id, _)| id);
        let routes = json!({
            "default": { "channel": delivery },
            "environments": { "production": { "channel": production, "mention": "@here" } },
        });
        let variables = [
            ("ALERT_TOPIC_ARN", TOPIC.to_owned()),
            ("LEDGER_TABLE", TABLE.to_owned()),
            ("SLACK_SECRET_ID", SECRET.to_owned()),
            ("SLACK_API_URL", self.slack.url()),
            ("UNDELIVERED_QUEUE_URL", QUEUE.to_owned()),
            ("WATCH_PIPELINES", "*".to_owned()),
            ("ROUTES", routes.to_string()),
        ];
        variables.map(|(name, value)| (name.to_owned(), value)).into_iter().chain([report_location()]).collect()
    }
}
