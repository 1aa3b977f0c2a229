//! An expectation that was not met, before it is fit to be seen.

use crate::exchange::Answer;
use crate::redaction::Redactor;
use crate::report::Failure;
use crate::yaml::Position;

/// Characters of an answer's body in a report.
const EXCERPT_LIMIT: usize = 300;

/// Characters of what was expected and of what came instead.
const VALUE_LIMIT: usize = 200;

/// An expectation that was not met. Its texts may hold secrets and have any length.
pub(super) struct Unmet {
    pub(super) position: Position,
    pub(super) expectation: String,
    pub(super) expected: String,
    pub(super) actual: String,
    pub(super) url: String,
    pub(super) answer: Option<Answer>,
    /// Why it was not tried again, where that needs saying.
    pub(super) note: Option<&'static str>,
}

/// The parts of an unmet expectation that are known where it is judged.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) position: Position,
    pub(super) expectation: String,
    pub(super) expected: String,
    pub(super) actual: String,
}

/// What [`Finding::no_answer`] looks at.
const ANSWER: &str = "answer";

impl Finding {
    /// The request got no answer, for `reason`.
    pub(super) fn no_answer(position: Position, reason: String) -> Self {
        Self { position, expectation: ANSWER.to_owned(), expected: "an answer".to_owned(), actual: reason }
    }

    pub(super) fn at(self, url: String, answer: Option<Answer>) -> Box<Unmet> {
        let Self { position, expectation, expected, actual } = self;
        Box::new(Unmet { position, expectation, expected, actual, url, answer, note: None })
    }
}

impl Unmet {
    /// One phrase, fit to be seen.
    pub(super) fn message(&self, redactor: &Redactor) -> String {
        let expected = redactor.excerpt(&self.expected, VALUE_LIMIT);
        let actual = redactor.excerpt(&self.actual, VALUE_LIMIT);
        let note = self.note.map(|note| format!(" ({note})")).unwrap_or_default();
        if self.expectation == ANSWER {
            return format!("no answer: {actual}{note}");
        }
        format!("expected {} {expected}, got {actual}{note}", redactor.apply(&self.expectation))
    }

    /// The parts of a failure that do not depend on the step's place in its check.
    pub(super) fn into_failure(self, redactor: &Redactor) -> Failure {
        let excerpt = self.answer.as_ref().map(|answer| redactor.excerpt(&answer.text(), EXCERPT_LIMIT));
        Failure {
            message: self.message(redactor),
            url: redactor.apply(&self.url),
            expectation: redactor.apply(&self.expectation),
            expected: redactor.excerpt(&self.expected, VALUE_LIMIT),
            actual: redactor.excerpt(&self.actual, VALUE_LIMIT),
            status: self.answer.map(|answer| answer.status.as_u16()),
            excerpt: excerpt.filter(|excerpt| !excerpt.is_empty()),
            step: 0,
            steps: 0,
            request: String::new(),
            location: String::new(),
            tries: 0,
            duration_ms: 0,
        }
    }
}
