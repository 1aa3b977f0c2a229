//! The part of DynamoDB that the ledger uses, for one table with the keys `pk` and `sk`.
//!
//! Expressions are evaluated, not recognized: a condition that says something else than it means is found here. What
//! is not known is refused, as is a name or a value that no expression uses.

mod change;
mod condition;
mod tokens;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use aws_call::{Aws, Endpoints, Service};
use aws_credential_types::Credentials;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use ledger::Ledger;
use serde_json::{Map, Value, json};
use tokens::Expressions;

/// What the table is called.
pub(crate) const TABLE: &str = "launchway-ledger";

/// A refusal: the error's name and what DynamoDB says with it.
type Refused = (&'static str, String);

type Attributes = Map<String, Value>;

#[derive(Default)]
struct Records {
    items: BTreeMap<(String, String), Attributes>,
    /// Answered to the next calls instead of the usual.
    instead: VecDeque<(u16, String)>,
}

/// DynamoDB with one table.
#[derive(Clone)]
pub(crate) struct Standin {
    records: Arc<Mutex<Records>>,
    url: String,
}

impl Standin {
    pub(crate) async fn start() -> Self {
        let records = Arc::<Mutex<Records>>::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new().route("/", post(answer)).with_state(Arc::clone(&records));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { records, url }
    }

    pub(crate) fn ledger(&self) -> Ledger {
        ledger_at(&self.url)
    }

    /// Answers the next call so, with this status and body.
    pub(crate) fn answer_instead(&self, status: u16, body: &str) {
        self.records.lock().unwrap().instead.push_back((status, body.to_owned()));
    }

    /// The items, by their keys as `pk / sk`.
    pub(crate) fn items(&self) -> BTreeMap<String, Value> {
        let records = self.records.lock().unwrap();
        records.items.iter().map(|((pk, sk), item)| (format!("{pk} / {sk}"), json!(item))).collect()
    }

    /// Puts an item as nobody but a test would.
    pub(crate) fn put(&self, name: &str, attributes: Value) {
        let (pk, sk) = name.split_once(" / ").unwrap();
        let Value::Object(mut item) = attributes else { panic!("an item is an object") };
        item.extend([("pk".to_owned(), json!({"S": pk})), ("sk".to_owned(), json!({"S": sk}))]);
        self.records.lock().unwrap().items.insert((pk.to_owned(), sk.to_owned()), item);
    }
}

/// A ledger in the table of whoever listens at `url`.
pub(crate) fn ledger_at(url: &str) -> Ledger {
    let mut endpoints = Endpoints::default();
    endpoints.set(Service::DynamoDb, url).unwrap();
    let aws = Aws {
        region: "eu-central-1".to_owned(),
        credentials: Credentials::new("ASIAFUNCTION", "secret-key", Some("session".to_owned()), None, "test"),
        endpoints,
        http: http_stack::client(&http_stack::client_config(None).unwrap()),
    };
    Ledger::new(aws, TABLE)
}

async fn answer(State(records): State<Arc<Mutex<Records>>>, headers: HeaderMap, body: Bytes) -> (StatusCode, String) {
    // One call after the other, as DynamoDB orders the writes of an item.
    let mut records = records.lock().unwrap();
    if let Some((status, body)) = records.instead.pop_front() {
        return (StatusCode::from_u16(status).unwrap(), body);
    }
    let input: Value = serde_json::from_slice(&body).unwrap();
    let answer = match headers["content-type"].to_str().unwrap() {
        "application/x-amz-json-1.0" => called(&mut records, headers["x-amz-target"].to_str().unwrap(), &input),
        other => Err(("SerializationException", format!("{other} is not this service's protocol"))),
    };
    match answer {
        Ok(answer) => (StatusCode::OK, answer.to_string()),
        Err((name, message)) => {
            let kind = format!("com.amazonaws.dynamodb.v20120810#{name}");
            (StatusCode::BAD_REQUEST, json!({"__type": kind, "message": message}).to_string())
        }
    }
}

fn called(records: &mut Records, target: &str, input: &Value) -> Result<Value, Refused> {
    if input["TableName"] != TABLE {
        return Err(("ResourceNotFoundException", "Requested resource not found".to_owned()));
    }
    match target {
        "DynamoDB_20120810.GetItem" => get(records, input),
        "DynamoDB_20120810.UpdateItem" => update(records, input),
        "DynamoDB_20120810.Query" => query(records, input),
        other => Err(("UnknownOperationException", other.to_owned())),
    }
}

fn get(records: &Records, input: &Value) -> Result<Value, Refused> {
    only(input, &["TableName", "Key", "ConsistentRead"])?;
    if input["ConsistentRead"] != true {
        return invalid("the ledger must not read what was true a moment ago");
    }
    Ok(records.items.get(&key(input)?).map_or_else(|| json!({}), |item| json!({ "Item": item })))
}

fn update(records: &mut Records, input: &Value) -> Result<Value, Refused> {
    only(
        input,
        &[
            "TableName",
            "Key",
            "UpdateExpression",
            "ConditionExpression",
            "ExpressionAttributeNames",
            "ExpressionAttributeValues",
            "ReturnValues",
        ],
    )?;
    let (pk, sk) = key(input)?;
    let mut expressions = Expressions::new(input);
    let there = records.items.get(&(pk.clone(), sk.clone()));
    let holds = match input["ConditionExpression"].as_str() {
        Some(text) => condition::holds(text, &mut expressions, there.unwrap_or(&Map::new()))?,
        None => true,
    };
    let mut item = there.cloned().unwrap_or_default();
    item.extend([("pk".to_owned(), json!({"S": pk})), ("sk".to_owned(), json!({"S": sk}))]);
    change::apply(input["UpdateExpression"].as_str().unwrap_or_default(), &mut expressions, &mut item)?;
    expressions.all_used()?;
    if !holds {
        return Err(("ConditionalCheckFailedException", "The conditional request failed".to_owned()));
    }
    records.items.insert((pk, sk), item.clone());
    match input["ReturnValues"].as_str() {
        Some("ALL_NEW") => Ok(json!({ "Attributes": item })),
        other => invalid(format!("ReturnValues {other:?}")),
    }
}

fn query(records: &Records, input: &Value) -> Result<Value, Refused> {
    only(
        input,
        &[
            "TableName",
            "KeyConditionExpression",
            "ExpressionAttributeNames",
            "ExpressionAttributeValues",
            "ConsistentRead",
            "Limit",
        ],
    )?;
    let mut expressions = Expressions::new(input);
    let text = input["KeyConditionExpression"].as_str().unwrap_or_default();
    let mut found = Vec::new();
    // Evaluated once without an item too, so that a mistake is found in an empty table.
    condition::holds(text, &mut expressions, &Map::new())?;
    for item in records.items.values() {
        if condition::holds(text, &mut expressions, item)? {
            found.push(item);
        }
    }
    expressions.all_used()?;
    let limit = input["Limit"].as_u64().map_or(usize::MAX, |limit| usize::try_from(limit).unwrap());
    found.truncate(limit);
    Ok(json!({"Items": found, "Count": found.len(), "ScannedCount": found.len()}))
}

fn key(input: &Value) -> Result<(String, String), Refused> {
    let key = input["Key"].as_object().ok_or(("ValidationException", "no Key".to_owned()))?;
    let names: BTreeSet<&str> = key.keys().map(String::as_str).collect();
    match (key.get("pk").and_then(|pk| pk["S"].as_str()), key.get("sk").and_then(|sk| sk["S"].as_str())) {
        (Some(pk), Some(sk)) if names.len() == 2 && !pk.is_empty() && !sk.is_empty() => Ok((pk.into(), sk.into())),
        _ => invalid("The provided key element does not match the schema"),
    }
}

fn only(input: &Value, known: &[&str]) -> Result<(), Refused> {
    match input.as_object().unwrap().keys().find(|name| !known.contains(&name.as_str())) {
        Some(unknown) => invalid(format!("the stand-in does not know {unknown}")),
        None => Ok(()),
    }
}

fn invalid<T>(message: impl Into<String>) -> Result<T, Refused> {
    Err(("ValidationException", message.into()))
}
