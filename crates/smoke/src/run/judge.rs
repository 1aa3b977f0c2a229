//! Whether an answer is as expected.

use std::borrow::Cow;
use std::cell::OnceCell;

use serde_json::Value;

use super::unmet::Finding;
use crate::duration::in_words;
use crate::exchange::{Answer, BODY_LIMIT};
use crate::matcher::{Mismatch, Subject};
use crate::suite::{Expect, JsonExpectation, Latency};
use crate::template::Values;
use crate::yaml::Position;

/// An answer, and what has been read from it so far.
pub(super) struct Seen<'a> {
    pub(super) answer: &'a Answer,
    json: OnceCell<Result<Value, String>>,
}

impl<'a> Seen<'a> {
    pub(super) fn new(answer: &'a Answer) -> Self {
        Self { answer, json: OnceCell::new() }
    }

    pub(super) fn text(&self) -> Cow<'a, str> {
        self.answer.text()
    }

    /// The body as JSON, or the finding that it is none.
    pub(super) fn json(&self, position: Position) -> Result<&Value, Finding> {
        let read = || match serde_json::from_slice(&self.answer.body) {
            Ok(value) => Ok(value),
            Err(_) if self.answer.cut => Err(format!("more than {} MiB", BODY_LIMIT >> 20)),
            Err(_) if self.answer.body.is_empty() => Err("an empty body".to_owned()),
            Err(error) => Err(format!("no JSON ({error})")),
        };
        self.json.get_or_init(read).as_ref().map_err(|reason| Finding {
            position,
            expectation: "body".to_owned(),
            expected: "with JSON".to_owned(),
            actual: reason.clone(),
        })
    }
}

/// The first expectation that is not met, in the order status, headers, body, JSON, latency.
pub(super) fn judge(expect: &Expect, seen: &Seen<'_>, values: &Values) -> Result<(), Finding> {
    let answer = seen.answer;
    let status = answer.status.as_u16();
    if !expect.status.holds(status) {
        return Err(Finding {
            position: expect.status.position,
            expectation: "status".to_owned(),
            expected: expect.status.describe(),
            actual: status.to_string(),
        });
    }
    for header in &expect.headers {
        let value = answer.header(&header.name);
        let subject = value.as_deref().map_or(Subject::Missing, Subject::Text);
        let judged = header.matchers.judge(subject, values);
        judged.map_err(|mismatch| finding(header.position, format!("header {}", header.name), mismatch))?;
    }
    if let Some(body) = &expect.body {
        let judged = body.matchers.judge(Subject::Text(&seen.text()), values);
        judged.map_err(|mismatch| {
            let cut = if answer.cut { format!("body (its first {} MiB)", BODY_LIMIT >> 20) } else { "body".to_owned() };
            finding(body.position, cut, mismatch)
        })?;
    }
    expect.json.iter().try_for_each(|expected| judge_json(expected, seen, values))?;
    expect.latency.as_ref().map_or(Ok(()), |latency| judge_latency(latency, answer))
}

fn judge_json(expected: &JsonExpectation, seen: &Seen<'_>, values: &Values) -> Result<(), Finding> {
    let root = seen.json(expected.position)?;
    let judged = expected.query.look_at(root, |subject| expected.matchers.judge(subject, values));
    judged.map_err(|mismatch| finding(expected.position, format!("json {}", expected.query.text), mismatch))
}

fn judge_latency(latency: &Latency, answer: &Answer) -> Result<(), Finding> {
    let took = answer.latency;
    let broken = match (latency.below, latency.at_most) {
        (Some(bound), _) if took >= bound => Some(format!("below {}", in_words(bound))),
        (_, Some(bound)) if took > bound => Some(format!("at most {}", in_words(bound))),
        _ => None,
    };
    broken.map_or(Ok(()), |expected| {
        let mismatch = Mismatch { expected, actual: in_words(took) };
        Err(finding(latency.position, "latency".to_owned(), mismatch))
    })
}

fn finding(position: Position, expectation: String, Mismatch { expected, actual }: Mismatch) -> Finding {
    Finding { position, expectation, expected, actual }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_latency_is_held_against_its_bounds() {
        let bound = |milliseconds| Some(Duration::from_millis(milliseconds));
        for (below, at_most, took, expected) in [
            (bound(800), None, 799, None),
            (bound(800), None, 800, Some("below 800 ms")),
            (None, bound(800), 800, None),
            (None, bound(800), 801, Some("at most 800 ms")),
            (bound(900), bound(800), 850, Some("at most 800 ms")),
            (bound(800), bound(900), 850, Some("below 800 ms")),
        ] {
            let latency = Latency { position: Position { line: 1, column: 1 }, below, at_most };
            let answer = Answer {
                status: http::StatusCode::OK,
                headers: http::HeaderMap::new(),
                body: bytes::Bytes::new(),
                cut: false,
                latency: Duration::from_millis(took),
            };
            let judged = judge_latency(&latency, &answer).err().map(|finding| (finding.expected, finding.actual));
            assert_eq!(judged, expected.map(|expected| (expected.to_owned(), format!("{took} ms"))));
        }
    }
}
