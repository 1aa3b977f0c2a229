//! From a rule that matches to its targets.

use serde_json::Value;

use super::permission::{Request, allowed};
use super::state_change::Origin;
use crate::emulator::client::{Caller, ClientError, EmulatorClient, EventRule};

/// What of a target is carried out. Of the retry policy nothing: the emulator takes an event at once or never.
const CARRIED_OUT: [&str; 4] = ["Id", "Arn", "DeadLetterConfig", "RetryPolicy"];

/// One event on its way to one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The event's id. Copies of an event have the same.
    pub event: String,
    /// The event's type.
    pub detail_type: String,
    /// The state it tells.
    pub state: String,
    /// The rule that matched.
    pub rule: String,
    /// The target's ARN.
    pub target: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The target took it.
    Delivered,
    /// The target did not, for this reason, and the event lies in the dead-letter queue.
    Parked(String),
    /// The target did not, for this reason, and the event is lost.
    Lost(String),
}

/// The emulator, and who asks it.
#[derive(Debug, Clone)]
pub(super) struct Emulated {
    pub(super) client: EmulatorClient,
    /// EventBridge is no caller that the emulator knows: what it may do is checked here, and done as the account's root.
    pub(super) root: Caller,
    pub(super) origin: Origin,
}

/// Delivers an event to the targets of every rule that it matches.
pub(super) async fn deliver(emulated: &Emulated, event: &Value) -> Result<Vec<Attempt>, ClientError> {
    let Emulated { client, root, .. } = emulated;
    let mut attempts = Vec::new();
    for rule in client.event_rules(root).await? {
        if !client.event_matches(root, &rule.pattern, event).await? {
            continue;
        }
        for target in client.rule_targets(root, &rule.name).await? {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let outcome = match to_target(emulated, &rule, &target, event).await {
                Ok(()) => Outcome::Delivered,
                Err(refused) => match park(emulated, &rule, &target, event, &refused).await {
                    Ok(()) => Outcome::Parked(refused.reason),
                    Err(also) => Outcome::Lost(format!("{}; {also}", refused.reason)),
                },
            };
            attempts.push(Attempt {
                event: text(&event["id"]),
                detail_type: text(&event["detail-type"]),
                state: event["detail"]["state"]
                    .as_str()
                    .or_else(|| event["detail"]["build-status"].as_str())
                    .unwrap_or_default()
                    .to_owned(),
                rule: rule.name.clone(),
                target: text(&target["Arn"]),
                outcome,
            });
        }
    }
    Ok(attempts)
}

/// Why a target did not take an event, as the dead-letter queue is told.
#[derive(Debug)]
struct Refused {
    code: &'static str,
    reason: String,
}

impl Refused {
    fn not_carried_out(reason: String) -> Self {
        Self { code: "INVALID_PARAMETER", reason }
    }
}

impl From<ClientError> for Refused {
    fn from(error: ClientError) -> Self {
        let code = if error.is_access_denied() { "NO_PERMISSIONS" } else { "SDK_CLIENT_ERROR" };
        Self { code, reason: error.to_string() }
    }
}

async fn to_target(emulated: &Emulated, rule: &EventRule, target: &Value, event: &Value) -> Result<(), Refused> {
    let Emulated { client, root, .. } = emulated;
    let members = target.as_object().into_iter().flatten();
    if let Some((unknown, _)) = members.into_iter().find(|(name, _)| !CARRIED_OUT.contains(&name.as_str())) {
        return Err(Refused::not_carried_out(format!(
            "the target's {unknown} is not carried out by the local EventBridge"
        )));
    }
    let arn = target["Arn"].as_str().unwrap_or_default();
    let body = event.to_string();
    match arn.split(':').nth(2) {
        Some("lambda") => {
            let policy = client.function_policy(root, arn).await?;
            demand(emulated, rule, "lambda:InvokeFunction", arn, policy.as_deref())?;
            client.invoke_event(root, arn, event).await?;
        }
        Some("sqs") => send(emulated, rule, arn, &body, &[]).await?,
        Some("sns") => {
            let policy = client.topic_policy(root, arn).await?;
            demand(emulated, rule, "sns:Publish", arn, policy.as_deref())?;
            client.publish(root, arn, &body).await?;
        }
        _ => return Err(Refused::not_carried_out(format!("the local EventBridge knows no target like {arn:?}"))),
    }
    Ok(())
}

/// Puts the event into the target's dead-letter queue, with the attributes that EventBridge gives it
/// (<https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html>).
async fn park(
    emulated: &Emulated,
    rule: &EventRule,
    target: &Value,
    event: &Value,
    refused: &Refused,
) -> Result<(), String> {
    let queue = target["DeadLetterConfig"]["Arn"].as_str().ok_or("the target has no dead-letter queue")?;
    let attributes = [
        ("RULE_ARN", rule.arn.as_str()),
        ("TARGET_ARN", target["Arn"].as_str().unwrap_or_default()),
        ("ERROR_CODE", refused.code),
        ("ERROR_MESSAGE", &refused.reason),
    ];
    let sent = send(emulated, rule, queue, &event.to_string(), &attributes).await;
    sent.map_err(|error| format!("nor did its dead-letter queue: {}", error.reason))
}

async fn send(
    emulated: &Emulated,
    rule: &EventRule,
    queue: &str,
    body: &str,
    attributes: &[(&str, &str)],
) -> Result<(), Refused> {
    let Emulated { client, root, .. } = emulated;
    let url = client.queue_url(root, queue.rsplit(':').next().unwrap_or(queue)).await?;
    let policy = client.queue_attribute(root, &url, "Policy").await?;
    demand(emulated, rule, "sqs:SendMessage", queue, policy.as_deref())?;
    Ok(client.send_message(root, &url, body, attributes).await?)
}

fn demand(
    emulated: &Emulated,
    rule: &EventRule,
    action: &str,
    resource: &str,
    policy: Option<&str>,
) -> Result<(), Refused> {
    let request = Request { action, resource, rule: &rule.arn, account: &emulated.origin.account };
    if policy.is_some_and(|policy| allowed(policy, request)) {
        return Ok(());
    }
    let reason = format!(
        "the resource policy of {resource} does not allow {action} to events.amazonaws.com for rule {}",
        rule.name
    );
    Err(Refused { code: "NO_PERMISSIONS", reason })
}
