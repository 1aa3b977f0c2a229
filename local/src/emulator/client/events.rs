//! The rules of EventBridge's default bus.

use serde_json::{Value, json};

use super::json::member;
use super::{Caller, ClientError, EmulatorClient};

/// A rule that is switched on and waits for events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRule {
    /// The rule's name.
    pub name: String,
    /// Its ARN, which a target's resource policy can name as the source.
    pub arn: String,
    /// The event pattern, as JSON text.
    pub pattern: String,
}

impl EmulatorClient {
    /// `ListRules`, page by page: the rules that have an event pattern and are not disabled.
    pub async fn event_rules(&self, caller: &Caller) -> Result<Vec<EventRule>, ClientError> {
        let operation = "events:ListRules";
        let (mut rules, mut request) = (Vec::new(), json!({}));
        loop {
            let answer = self.json(operation, "events", "AWSEvents.ListRules", &request, caller).await?;
            for rule in answer["Rules"].as_array().into_iter().flatten() {
                let Some(pattern) = rule["EventPattern"].as_str().filter(|_| rule["State"] != "DISABLED") else {
                    continue;
                };
                let (name, arn) = (member(operation, rule, "Name")?, member(operation, rule, "Arn")?);
                rules.push(EventRule { name, arn, pattern: pattern.to_owned() });
            }
            match answer["NextToken"].as_str() {
                Some(token) => request = json!({ "NextToken": token }),
                None => return Ok(rules),
            }
        }
    }

    /// `ListTargetsByRule`: the targets as EventBridge has them. A rule has five at most, so that one page holds them.
    pub async fn rule_targets(&self, caller: &Caller, rule: &str) -> Result<Vec<Value>, ClientError> {
        let answer = self
            .json("events:ListTargetsByRule", "events", "AWSEvents.ListTargetsByRule", &json!({ "Rule": rule }), caller)
            .await?;
        Ok(answer["Targets"].as_array().cloned().unwrap_or_default())
    }

    /// `TestEventPattern`: whether the event matches.
    pub async fn event_matches(&self, caller: &Caller, pattern: &str, event: &Value) -> Result<bool, ClientError> {
        let operation = "events:TestEventPattern";
        let request = json!({ "EventPattern": pattern, "Event": event.to_string() });
        let answer = self.json(operation, "events", "AWSEvents.TestEventPattern", &request, caller).await?;
        let missing = || ClientError::Unreadable { operation, status: 200, reason: "Result is missing".to_owned() };
        answer["Result"].as_bool().ok_or_else(missing)
    }
}
