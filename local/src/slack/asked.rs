//! A request of the Web API: who asks, and with which arguments.

use bytes::Bytes;
use http::{Method, Request, header};
use serde_json::{Map, Value};

use super::answer::Refusal;

/// The arguments of a call, by name.
pub(super) type Arguments = Map<String, Value>;

/// The token of a request, and its arguments. A form has everything as text and the token among the arguments; JSON needs the
/// token in its header (<https://docs.slack.dev/apis/web-api/>).
pub(super) fn read(request: &Request<Bytes>) -> Result<(Option<String>, Arguments), Refusal> {
    if request.method() != Method::POST {
        return Err(Refusal::with("invalid_post_type", "the stand-in takes POST alone".to_owned()));
    }
    let token = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned);
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    match content_type.map(|value| value.split(';').next().unwrap_or(value).trim()) {
        Some("application/json") => {
            let body: Value = serde_json::from_slice(request.body()).map_err(|_| Refusal::new("invalid_json"))?;
            let Value::Object(arguments) = body else { return Err(Refusal::new("json_not_object")) };
            Ok((token, arguments))
        }
        Some("application/x-www-form-urlencoded") => {
            let mut arguments = form(request.body());
            let token = token.or_else(|| arguments.remove("token")?.as_str().map(str::to_owned));
            Ok((token, arguments))
        }
        Some(_) => Err(Refusal::new("invalid_post_type")),
        None => Err(Refusal::new("missing_post_type")),
    }
}

/// The fields of a form, as texts.
pub(super) fn form(body: &[u8]) -> Arguments {
    let text = String::from_utf8_lossy(body);
    let decoded = |part: &str| {
        let part = part.replace('+', " ");
        percent_encoding::percent_decode_str(&part).decode_utf8_lossy().into_owned()
    };
    let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| (decoded(name), Value::String(decoded(value)))).collect()
}

/// A text among the arguments; an empty one is none.
pub(super) fn text(arguments: &Arguments, name: &str) -> Option<String> {
    arguments.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The blocks among the arguments: a list, or a list written as text. Nothing when they were not given.
pub(super) fn blocks(arguments: &Arguments) -> Result<Option<Vec<Value>>, Refusal> {
    match arguments.get("blocks") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(blocks)) => Ok(Some(blocks.clone())),
        Some(Value::String(text)) => {
            serde_json::from_str(text).map(Some).map_err(|_| Refusal::new("invalid_blocks_format"))
        }
        Some(_) => Err(Refusal::new("invalid_blocks_format")),
    }
}
