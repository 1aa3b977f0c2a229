//! The format as a JSON Schema, for editors.
//!
//! The parser does not read through these types, because serde stops at the first mistake and forgets where it was. A
//! test holds their fields against the keys that the parser knows.
#![allow(dead_code, reason = "the types are only there to be described")]

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

/// The JSON Schema (draft 2020-12) of the format.
#[must_use]
pub fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12().with_transform(RecursiveTransform(without_null_fields));
    settings.into_generator().into_root_schema_for::<SuiteFormat>().into()
}

/// A key is there or it is not: a field that may be left out may still not be null.
fn without_null_fields(schema: &mut Schema) {
    let Some(Value::Object(fields)) = schema.get_mut("properties") else { return };
    for field in fields.values_mut().filter_map(Value::as_object_mut) {
        if let Some(Value::Array(types)) = field.get_mut("type") {
            types.retain(|kind| kind != "null");
            let only = types.pop();
            field.insert("type".to_owned(), only.unwrap_or_default());
        }
        if let Some(Value::Array(choices)) = field.get_mut("anyOf") {
            choices.retain(|choice| choice["type"] != "null");
            if let [Value::Object(only)] = choices.as_mut_slice() {
                let only = std::mem::take(only);
                field.remove("anyOf");
                field.extend(only);
            }
        }
        field.remove("format");
    }
}

/// A smoke suite: what has to work before customers see a release.
#[derive(JsonSchema)]
#[schemars(title = "Launchway smoke suite", rename = "suite", deny_unknown_fields)]
struct SuiteFormat {
    /// The version of the format.
    #[schemars(range(min = 1, max = 1))]
    version: u32,
    /// What steps have unless they say otherwise.
    defaults: Option<DefaultsFormat>,
    /// Texts for templates, which a run may override.
    variables: Option<BTreeMap<String, Scalar>>,
    /// Names of secrets. Their values come from outside, or from a capture of that name, and never appear in a report.
    secrets: Option<Vec<String>>,
    /// Hosts besides the base URL's that requests may go to, with a port where it is neither 80 nor 443.
    allow_hosts: Option<Vec<String>>,
    /// Checks that run side by side; 8 unless given.
    #[schemars(range(min = 1, max = 100))]
    parallel: Option<u32>,
    /// The checks, which do not depend on each other.
    #[schemars(length(min = 1, max = 500))]
    checks: Vec<CheckFormat>,
}

/// What steps have unless they say otherwise.
#[derive(JsonSchema)]
#[schemars(rename = "defaults", deny_unknown_fields)]
struct DefaultsFormat {
    /// For one request, from connecting to the last byte; 5s unless given.
    timeout: Option<Duration>,
    /// Tries again until a step passes.
    retry: Option<RetryFormat>,
    /// Headers of every request. Those with a secret go to the base URL's host only.
    headers: Option<BTreeMap<String, Scalar>>,
}

/// Tries again until it passes or the time is over.
#[derive(JsonSchema)]
#[schemars(rename = "retry", deny_unknown_fields)]
struct RetryFormat {
    /// How long; 0s for no retry.
    r#for: Duration,
    /// Between the end of one try and the next; 1s unless given.
    every: Option<Duration>,
}

/// A check has one request, or steps, or looks at the certificate.
#[derive(JsonSchema)]
#[schemars(rename = "check", untagged)]
enum CheckFormat {
    /// One request.
    Request(Box<RequestCheckFormat>),
    /// Several requests in order, which share captures and cookies.
    Steps(StepsCheckFormat),
    /// The certificate of the base URL's host.
    Tls(TlsCheckFormat),
}

#[derive(JsonSchema)]
#[schemars(rename = "check_with_request", deny_unknown_fields)]
struct RequestCheckFormat {
    /// What has to be so, as a person would say it. Each check has its own name.
    name: String,
    /// What a run may choose checks by.
    tags: Option<Vec<String>>,
    #[serde(flatten)]
    step: StepFormat,
}

#[derive(JsonSchema)]
#[schemars(rename = "check_with_steps", deny_unknown_fields)]
struct StepsCheckFormat {
    /// What has to be so, as a person would say it. Each check has its own name.
    name: String,
    /// What a run may choose checks by.
    tags: Option<Vec<String>>,
    /// The first step that fails ends the check.
    #[schemars(length(min = 1, max = 50))]
    steps: Vec<StepFormat>,
}

#[derive(JsonSchema)]
#[schemars(rename = "check_of_tls", deny_unknown_fields)]
struct TlsCheckFormat {
    /// What has to be so, as a person would say it. Each check has its own name.
    name: String,
    /// What a run may choose checks by.
    tags: Option<Vec<String>>,
    /// The certificate.
    tls: TlsFormat,
    /// For the handshake.
    timeout: Option<Duration>,
    /// Tries again until it passes.
    retry: Option<RetryFormat>,
}

/// The certificate of the base URL's host.
#[derive(JsonSchema)]
#[schemars(rename = "tls", deny_unknown_fields)]
struct TlsFormat {
    /// How long it has to last.
    valid_for: Duration,
}

/// One request and what has to come of it.
#[derive(JsonSchema)]
#[schemars(rename = "step", deny_unknown_fields)]
struct StepFormat {
    /// `METHOD path-or-url`; a path is joined to the base URL, a URL needs its host in `allow_hosts`.
    #[schemars(regex(pattern = r"^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\s+(/|https?://)"))]
    request: String,
    /// Headers; they replace defaults of the same name.
    headers: Option<BTreeMap<String, Scalar>>,
    /// A JSON body; texts in it are templates.
    json: Option<Value>,
    /// A form body; a list sends its field several times.
    form: Option<BTreeMap<String, OneOrMany<Scalar>>>,
    /// A text body.
    text: Option<Scalar>,
    /// Redirects to follow; none unless given.
    #[schemars(range(min = 0, max = 10))]
    follow: Option<u32>,
    /// For one request, from connecting to the last byte.
    timeout: Option<Duration>,
    /// Tries again until the step passes.
    retry: Option<RetryFormat>,
    /// What the answer has to be; any 2xx unless a status is given.
    expect: Option<ExpectFormat>,
    /// Names for parts of the answer, for later steps.
    capture: Option<BTreeMap<String, CaptureFormat>>,
}

/// What the answer has to be.
#[derive(JsonSchema)]
#[schemars(rename = "expect", deny_unknown_fields)]
struct ExpectFormat {
    /// A code such as 200, a class such as 2xx, or a list of them.
    status: Option<OneOrMany<StatusFormat>>,
    /// Headers to values or matchers.
    headers: Option<BTreeMap<String, Expected>>,
    /// The body's text.
    body: Option<Expected>,
    /// JSONPath (RFC 9535) to values or matchers.
    json: Option<BTreeMap<String, Expected>>,
    /// How long the answer may take, from connecting to the last byte, redirects included.
    latency: Option<LatencyFormat>,
}

#[derive(JsonSchema)]
#[schemars(rename = "status", untagged)]
enum StatusFormat {
    Code(#[schemars(range(min = 100, max = 599))] u16),
    Class(#[schemars(regex(pattern = "^([1-5]xx|[1-5][0-9][0-9])$"))] String),
}

/// Bounds of the latency.
#[derive(JsonSchema)]
#[schemars(rename = "latency", deny_unknown_fields)]
struct LatencyFormat {
    /// Less than this.
    below: Option<Duration>,
    /// Not more than this.
    at_most: Option<Duration>,
}

/// A part of the answer: one of these.
#[derive(JsonSchema)]
#[schemars(rename = "capture", deny_unknown_fields)]
struct CaptureFormat {
    /// The first value that a JSONPath leads to.
    json: Option<String>,
    /// A header.
    header: Option<String>,
    /// The one group of a regular expression.
    body: Option<String>,
    /// The status code; write `true`.
    status: Option<bool>,
}

/// A value that has to be equal, or matchers that all have to hold.
#[derive(JsonSchema)]
#[schemars(rename = "expected", untagged)]
enum Expected {
    Matchers(Box<MatchersFormat>),
    Scalar(Option<Scalar>),
    List(Vec<Value>),
}

#[derive(JsonSchema)]
#[schemars(rename = "matchers", deny_unknown_fields)]
struct MatchersFormat {
    /// Equal to this.
    equals: Option<Value>,
    /// Not so.
    not: Option<Expected>,
    /// A text that contains this text, or a list that contains this value.
    contains: Option<Value>,
    /// A text that starts so.
    starts_with: Option<Scalar>,
    /// A text that ends so.
    ends_with: Option<Scalar>,
    /// A text in which this regular expression is found.
    matches: Option<String>,
    /// Equal to one of these.
    one_of: Option<Vec<Value>>,
    /// Whether there is such a header or value.
    exists: Option<bool>,
    /// Whether the text, list or object is empty.
    empty: Option<bool>,
    /// Characters of a text, items of a list, fields of an object: a number, or matchers of it.
    length: Option<Expected>,
    /// More than this.
    above: Option<f64>,
    /// Less than this.
    below: Option<f64>,
    /// This or more.
    at_least: Option<f64>,
    /// This or less.
    at_most: Option<f64>,
    /// The JSON type.
    r#type: Option<TypeFormat>,
}

#[derive(JsonSchema)]
#[schemars(rename = "type")]
#[serde(rename_all = "lowercase")]
enum TypeFormat {
    String,
    Number,
    Integer,
    Boolean,
    Array,
    Object,
    /// YAML reads a bare `null` as nothing.
    #[serde(untagged)]
    Null(()),
}

/// A number and one of the units ms, s, m, h and d.
#[derive(JsonSchema)]
#[schemars(rename = "duration", transparent)]
struct Duration(#[schemars(regex(pattern = "^[0-9]+(ms|s|m|h|d)$"))] String);

/// A text; a number or boolean is taken as it is written.
#[derive(JsonSchema)]
#[schemars(rename = "scalar", untagged)]
enum Scalar {
    Text(String),
    Number(f64),
    Boolean(bool),
}

#[derive(JsonSchema)]
#[schemars(rename = "{T}_or_list", untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;
