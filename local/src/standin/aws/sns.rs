//! SNS's `Publish`, in the query protocol: a form in, XML out.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Response, StatusCode};

use super::answer::{ServiceError, xml_response};
use super::state::State;

/// Bytes of a message with its attributes.
const SIZE_LIMIT: usize = 262_144;

/// A message that a topic took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// The topic's ARN.
    pub topic: String,
    /// The subject of an e-mail.
    pub subject: String,
    /// The text.
    pub body: String,
    /// The message attributes, all of type `String`.
    pub attributes: BTreeMap<String, String>,
}

/// The fields of a request.
pub(super) fn form(body: &[u8]) -> BTreeMap<String, String> {
    let text = String::from_utf8_lossy(body);
    text.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (decode(name), decode(value))).collect()
}

pub(super) fn answer(state: &mut State, operation: &str, body: &[u8]) -> Result<Response<Bytes>, ServiceError> {
    if operation != "Publish" {
        return Err(ServiceError::unknown_operation(operation));
    }
    let mut fields = form(body);
    let mut take = |name: &str| fields.remove(name);
    let (_, version) = (take("Action"), take("Version"));
    let topic = take("TopicArn").unwrap_or_default();
    let (subject, text) = (take("Subject").unwrap_or_default(), take("Message").unwrap_or_default());
    let mut attributes = BTreeMap::new();
    for number in 1.. {
        let entry = format!("MessageAttributes.entry.{number}");
        let Some(name) = take(&format!("{entry}.Name")) else { break };
        let kind = take(&format!("{entry}.Value.DataType"));
        let value = take(&format!("{entry}.Value.StringValue")).unwrap_or_default();
        if kind.as_deref() != Some("String") || value.is_empty() {
            return invalid(&format!("ParameterValueInvalid: the message attribute {name:?} has to be a text"));
        }
        attributes.insert(name, value);
    }
    if let Some(unknown) = fields.keys().next() {
        return Err(ServiceError::client("SerializationException", format!("the model has no parameter {unknown}")));
    }
    if version.as_deref() != Some("2010-03-31") {
        return invalid("the version of the API is 2010-03-31");
    }
    let subject_holds = (1..100).contains(&subject.chars().count()) && !subject.chars().any(char::is_control);
    if !subject_holds {
        return invalid("Subject");
    }
    let size: usize = text.len() + attributes.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
    if text.is_empty() || size > SIZE_LIMIT {
        return invalid("Message too long or empty");
    }
    if !state.topics.contains(&topic) {
        return Err(ServiceError::new(StatusCode::NOT_FOUND, "NotFound", "Topic does not exist"));
    }
    state.notifications.push(Notification { topic, subject, body: text, attributes });
    let id = format!("message-{}", state.notifications.len());
    Ok(xml_response(
        StatusCode::OK,
        &format!(
            "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult><MessageId>{id}\
             </MessageId></PublishResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>"
        ),
    ))
}

fn invalid<T>(what: &str) -> Result<T, ServiceError> {
    Err(ServiceError::client("InvalidParameter", format!("Invalid parameter: {what}")))
}

/// A form's notation: `+` is a blank, `%xx` a byte.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let coded = more.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = coded.filter(|_| *first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (first, byte) {
            (_, Some(byte)) => {
                bytes.push(byte);
                rest = &more[2..];
                continue;
            }
            (b'+', None) => bytes.push(b' '),
            (other, None) => bytes.push(*other),
        }
        rest = more;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
