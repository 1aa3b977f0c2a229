//! Request headers.

use http::{HeaderName, header};

use super::place::{Context, Place};
use crate::suite::Header;
use crate::yaml::Position;

/// Headers that HTTP itself needs for framing; a suite that sets them sends broken requests.
const NOT_FOR_SUITES: [HeaderName; 7] = [
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::TE,
    header::TRAILER,
    header::UPGRADE,
    header::EXPECT,
];

const CREDENTIALS: [HeaderName; 3] = [header::AUTHORIZATION, header::PROXY_AUTHORIZATION, header::COOKIE];

/// The headers of the defaults or of a step.
pub(super) fn read(context: &mut Context, place: &Place<'_>, default: bool) -> Vec<Header> {
    let mut headers: Vec<Header> = Vec::new();
    for (key, value) in place.entries(context, "headers").unwrap_or_default() {
        let name = name(context, &key.text, key.position, &value.path);
        let template = value.template(context, "a header's value");
        let (Some(name), Some(template)) = (name, template) else { continue };
        if NOT_FOR_SUITES.contains(&name) {
            context.problems.add(
                key.position,
                &value.path,
                format!("the header {name} belongs to the connection; remove it"),
            );
        } else if template.source().chars().any(|c| c.is_control() && c != '\t') {
            value.problem(context, format!("the value of the header {name} has a line break or control character"));
        } else if headers.iter().any(|header| header.name == name) {
            context.problems.add(key.position, &value.path, format!("the header {name} stands here a second time"));
        } else {
            let confidential =
                CREDENTIALS.contains(&name) || template.names().any(|name| context.secrets.contains(name));
            headers.push(Header { name, value: template, confidential, default });
        }
    }
    headers
}

/// A header's name.
pub(super) fn name(context: &mut Context, text: &str, position: Position, path: &str) -> Option<HeaderName> {
    let name = text.parse().ok();
    if name.is_none() {
        context.problems.add(position, path, format!("{text:?} is not the name of a header"));
    }
    name
}
