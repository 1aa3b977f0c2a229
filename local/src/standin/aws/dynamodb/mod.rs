//! The part of DynamoDB that the functions use, for tables with the keys `pk` and `sk`.
//!
//! Expressions are evaluated, not recognized: a condition that says something else than it means is found here. What is
//! not known is refused, as is a name or a value that no expression uses.

mod change;
mod condition;
mod tables;
mod tokens;

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Map, Value, json};

use super::answer::{ServiceError, json_response};
use super::model::{Member, Shape, TEXT, optional, read, required};
use super::state::State;
use tokens::Expressions;

/// The attributes of an item, in DynamoDB's notation.
type Attributes = Map<String, Value>;

/// A table's items, by `pk` and `sk`.
pub(super) type Table = BTreeMap<(String, String), Attributes>;

const NAME: Shape = Shape::Text { min: 1, max: 1024, pattern: None };

const KEYED: Member = required("Key", Shape::Structure(&[required("pk", KEY), required("sk", KEY)]));

const KEY: Shape = Shape::Structure(&[required("S", Shape::Text { min: 1, max: 1024, pattern: None })]);

const GET_ITEM: &[Member] = &[required("TableName", NAME), KEYED, optional("ConsistentRead", Shape::Json)];

const UPDATE_ITEM: &[Member] = &[
    required("TableName", NAME),
    KEYED,
    required("UpdateExpression", TEXT),
    optional("ConditionExpression", TEXT),
    optional("ExpressionAttributeNames", Shape::Json),
    optional("ExpressionAttributeValues", Shape::Json),
    required("ReturnValues", Shape::OneOf(&["ALL_NEW"])),
];

const QUERY: &[Member] = &[
    required("TableName", NAME),
    required("KeyConditionExpression", TEXT),
    optional("ExpressionAttributeNames", Shape::Json),
    optional("ExpressionAttributeValues", Shape::Json),
    optional("ConsistentRead", Shape::Json),
    optional("Limit", Shape::Integer { min: 1, max: i64::MAX }),
];

pub(super) fn answer(state: &mut State, operation: &str, body: &[u8]) -> Result<Response<Bytes>, ServiceError> {
    let members = match operation {
        "GetItem" => GET_ITEM,
        "UpdateItem" => UPDATE_ITEM,
        "Query" => QUERY,
        _ => return Err(ServiceError::unknown_operation(operation)),
    };
    let request = read(body, members)?;
    let name = request["TableName"].as_str().unwrap_or_default();
    let table = state.tables.get_mut(name).ok_or_else(|| {
        ServiceError::client(
            "ResourceNotFoundException",
            format!("Requested resource not found: Table: {name} not found"),
        )
    })?;
    let answer = match operation {
        "GetItem" => table.get(&key(&request)).map_or_else(|| json!({}), |item| json!({ "Item": item })),
        "UpdateItem" => update(table, &request)?,
        _ => query(table, &request)?,
    };
    Ok(json_response(StatusCode::OK, &answer))
}

fn update(table: &mut Table, request: &Value) -> Result<Value, ServiceError> {
    let (pk, sk) = key(request);
    let mut expressions = Expressions::new(request);
    let there = table.get(&(pk.clone(), sk.clone()));
    let holds = match request["ConditionExpression"].as_str() {
        Some(text) => condition::holds(text, &mut expressions, there.unwrap_or(&Map::new()))?,
        None => true,
    };
    let mut item = keyed(there.cloned().unwrap_or_default(), &pk, &sk);
    change::apply(request["UpdateExpression"].as_str().unwrap_or_default(), &mut expressions, &mut item)?;
    expressions.all_used()?;
    if !holds {
        return Err(ServiceError::client("ConditionalCheckFailedException", "The conditional request failed"));
    }
    table.insert((pk, sk), item.clone());
    Ok(json!({ "Attributes": item }))
}

fn query(table: &Table, request: &Value) -> Result<Value, ServiceError> {
    let mut expressions = Expressions::new(request);
    let text = request["KeyConditionExpression"].as_str().unwrap_or_default();
    let mut found = Vec::new();
    // Evaluated once without an item too, so that a mistake is found in an empty table.
    condition::holds(text, &mut expressions, &Map::new())?;
    for item in table.values() {
        if condition::holds(text, &mut expressions, item)? {
            found.push(item);
        }
    }
    expressions.all_used()?;
    let limit = request["Limit"].as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    found.truncate(limit);
    Ok(json!({"Items": found, "Count": found.len(), "ScannedCount": found.len()}))
}

/// The item that has these attributes under these keys.
fn keyed(mut attributes: Attributes, pk: &str, sk: &str) -> Attributes {
    attributes.extend([("pk".to_owned(), json!({"S": pk})), ("sk".to_owned(), json!({"S": sk}))]);
    attributes
}

/// The keys are there: the model was checked.
fn key(request: &Value) -> (String, String) {
    let text = |name: &str| request["Key"][name]["S"].as_str().unwrap_or_default().to_owned();
    (text("pk"), text("sk"))
}

fn invalid<T>(message: impl Into<String>) -> Result<T, ServiceError> {
    Err(ServiceError::client("ValidationException", message))
}
