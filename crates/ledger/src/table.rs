//! The calls: one item read, one item updated on a condition, one partition searched.

use std::time::Duration;

use aws_call::{Aws, CallError, Service};
use serde_json::{Map, Value, json};

use crate::error::LedgerError;
use crate::item::{Item, text};
use crate::key::Key;

/// DynamoDB answers in milliseconds. A table that is not there must leave the time for sending without it.
const TIME_LIMIT: Duration = Duration::from_secs(4);

/// The table, over which connections and as whom.
#[derive(Clone, Debug)]
pub struct Ledger {
    aws: Aws,
    table: String,
}

/// A change of one item. Every name and value of the expressions stands for itself only: half of the words one
/// would use are reserved (Amazon DynamoDB Developer Guide, "Reserved words").
pub(crate) struct Update<'a> {
    pub(crate) key: &'a Key,
    pub(crate) change: &'a str,
    pub(crate) condition: Option<&'a str>,
    pub(crate) names: Vec<(String, String)>,
    pub(crate) values: Value,
}

impl Ledger {
    /// The ledger in `table`, a name or an ARN.
    #[must_use]
    pub fn new(aws: Aws, table: impl Into<String>) -> Self {
        Self { aws, table: table.into() }
    }

    /// The item, as the last write left it.
    pub(crate) async fn get(&self, key: &Key) -> Result<Option<Item>, LedgerError> {
        let input = json!({"TableName": self.table, "Key": keys(key), "ConsistentRead": true});
        let answer = self.call("GetItem", &input).await.map_err(|error| self.failed("GetItem", error))?;
        Ok(Item::read(&answer["Item"]))
    }

    /// The item after the update, or nothing when the condition does not hold.
    pub(crate) async fn update(&self, update: Update<'_>) -> Result<Option<Item>, LedgerError> {
        const NAME: &str = "UpdateItem";
        let names: Map<String, Value> = update.names.into_iter().map(|(name, stands)| (name, stands.into())).collect();
        let mut input = json!({
            "TableName": self.table,
            "Key": keys(update.key),
            "UpdateExpression": update.change,
            "ExpressionAttributeNames": names,
            "ReturnValues": "ALL_NEW",
        });
        if update.values.as_object().is_some_and(|values| !values.is_empty()) {
            input["ExpressionAttributeValues"] = update.values;
        }
        if let Some(condition) = update.condition {
            input["ConditionExpression"] = condition.into();
        }
        match self.call(NAME, &input).await {
            Ok(answer) => {
                let item = Item::read(&answer["Attributes"]);
                item.map(Some).ok_or_else(|| self.unreadable(update.key, "Attributes"))
            }
            Err(Failed::Call(CallError::Refused { code, .. })) if code == "ConditionalCheckFailedException" => Ok(None),
            Err(error) => Err(self.failed(NAME, error)),
        }
    }

    /// Whether the partition holds an item whose sort key begins as `key`'s.
    pub(crate) async fn any(&self, key: &Key) -> Result<bool, LedgerError> {
        let input = json!({
            "TableName": self.table,
            "KeyConditionExpression": "#pk = :pk AND begins_with(#sk, :sk)",
            "ExpressionAttributeNames": {"#pk": "pk", "#sk": "sk"},
            "ExpressionAttributeValues": {":pk": text(&key.partition), ":sk": text(&key.sort)},
            "ConsistentRead": true,
            "Limit": 1,
        });
        let answer = self.call("Query", &input).await.map_err(|error| self.failed("Query", error))?;
        answer["Count"].as_u64().map(|count| count > 0).ok_or_else(|| self.unreadable(key, "Count"))
    }

    pub(crate) fn unreadable(&self, key: &Key, attribute: &'static str) -> LedgerError {
        LedgerError::Unreadable { table: self.table.clone(), item: key.name(), attribute }
    }

    async fn call(&self, operation: &str, input: &Value) -> Result<Value, Failed> {
        let target = format!("DynamoDB_20120810.{operation}");
        let call = self.aws.call_json(Service::DynamoDb, &target, input);
        match tokio::time::timeout(TIME_LIMIT, call).await {
            Ok(answer) => answer.map_err(Failed::Call),
            Err(_) => Err(Failed::TimedOut),
        }
    }

    fn failed(&self, operation: &'static str, error: Failed) -> LedgerError {
        let table = self.table.clone();
        match error {
            Failed::Call(source) => LedgerError::Call { table, operation, source },
            Failed::TimedOut => LedgerError::TimedOut { table, operation, limit: TIME_LIMIT },
        }
    }
}

enum Failed {
    Call(CallError),
    TimedOut,
}

/// `#name` for each name.
pub(crate) fn names(names: &[&str]) -> Vec<(String, String)> {
    names.iter().map(|name| (format!("#{name}"), (*name).to_owned())).collect()
}

fn keys(key: &Key) -> Value {
    json!({"pk": text(&key.partition), "sk": text(&key.sort)})
}
