//! A step's request with its values in it.

use bytes::Bytes;
use http::{HeaderValue, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::unmet::{Finding, Unmet};
use super::{Progress, Run};
use crate::exchange::{Outgoing, OutgoingHeader, Url, encode_literal, encode_value};
use crate::suite::{Body, Step, Target};
use crate::template::{Template, Values};

/// What `application/x-www-form-urlencoded` leaves as it is (WHATWG URL, section 1.3); a space becomes a plus.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_').remove(b' ');

impl<P: Fn(Progress<'_>)> Run<'_, P> {
    pub(super) fn outgoing(&self, step: &Step, values: &Values) -> Result<Outgoing, Box<Unmet>> {
        let request = &step.request;
        let base = &self.settings.base_url;
        let url = match &request.target {
            Target::Path(path) => Url::under(base, &target(path, values)),
            Target::Url(origin, path) => Url { origin: origin.clone(), target: target(path, values) },
        };
        let mut headers = Vec::new();
        for header in &request.headers {
            // The defaults were written for the site under test, and so were the credentials in them.
            if header.default && header.confidential && url.origin != base.origin {
                continue;
            }
            let Ok(mut value) = HeaderValue::try_from(header.value.render(values).into_bytes()) else {
                let finding = Finding {
                    position: step.position,
                    expectation: format!("request header {}", header.name),
                    expected: "without line breaks and control characters".to_owned(),
                    actual: format!("{:?}", header.value.render(values)),
                };
                return Err(finding.at(url.to_string(), None));
            };
            value.set_sensitive(header.confidential);
            headers.push(OutgoingHeader { name: header.name.clone(), value, confidential: header.confidential });
        }
        let body = request.body.as_ref().map(|body| render(body, values));
        if let Some((_, content_type)) = &body
            && headers.iter().all(|header| header.name != header::CONTENT_TYPE)
        {
            let value = HeaderValue::from_static(content_type);
            headers.push(OutgoingHeader { name: header::CONTENT_TYPE, value, confidential: false });
        }
        Ok(Outgoing { method: request.method.clone(), url, headers, body: body.map(|(body, _)| body) })
    }
}

/// Path and query. Values stay inside the segment or parameter that they were put into.
fn target(path: &Template, values: &Values) -> String {
    let target = path.render_encoded(values, encode_value);
    let target = encode_literal(&target);
    if target.starts_with('/') { target.into_owned() } else { format!("/{target}") }
}

fn render(body: &Body, values: &Values) -> (Bytes, &'static str) {
    match body {
        Body::Json(json) => (json.render(values).to_string().into(), "application/json"),
        Body::Text(text) => (text.render(values).into(), "text/plain; charset=utf-8"),
        Body::Form(fields) => {
            let encode =
                |template: &Template| utf8_percent_encode(&template.render(values), FORM).to_string().replace(' ', "+");
            let pairs: Vec<String> =
                fields.iter().map(|(key, value)| format!("{}={}", encode(key), encode(value))).collect();
            (pairs.join("&").into(), "application/x-www-form-urlencoded")
        }
    }
}
