//! What is wrong with a suite's file: all of it, each with its place.

use std::fmt;

use crate::redaction::shorten;
use crate::yaml::Position;

/// Problems told of one file. A file of 256 KiB could have tens of thousands, which nobody reads.
const LISTED: usize = 100;

/// Characters of one message.
const MESSAGE_LIMIT: usize = 500;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line in the file, from one.
    pub line: usize,
    /// Column in characters, from one.
    pub column: usize,
    /// Where in the suite, such as `checks[1].steps[0].expect`; empty for the file itself.
    pub path: String,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// Everything that is wrong with a suite, in the order of the file. Displays one problem a line, such as
/// `smoke.yaml:12:7: unknown key "expects" in a step; did you mean "expect"?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuiteErrors {
    file_name: String,
    problems: Vec<Problem>,
}

impl SuiteErrors {
    /// The problems, at least one.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for SuiteErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().take(LISTED).enumerate() {
            let Problem { line, column, message, .. } = problem;
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}{}:{line}:{column}: {message}", self.file_name)?;
        }
        match self.problems.len().saturating_sub(LISTED) {
            0 => Ok(()),
            more => write!(f, "\n{}: and {more} more problems", self.file_name),
        }
    }
}

impl std::error::Error for SuiteErrors {}

/// Problems as they are found.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    found: Vec<Problem>,
}

impl Problems {
    pub(crate) fn add(&mut self, at: Position, path: &str, message: impl Into<String>) {
        let Position { line, column } = at;
        // What is quoted from the file may be as large as the file, and a problem is one line.
        let message = message.into().replace(char::is_control, " ");
        let message = shorten(&message, MESSAGE_LIMIT).into_owned();
        self.found.push(Problem { line, column, path: path.to_owned(), message });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(crate) fn into_errors(mut self, file_name: &str) -> SuiteErrors {
        self.found.sort_by_key(|problem| (problem.line, problem.column));
        // An aliased value is read wherever it is used, and is wrong only once.
        self.found
            .dedup_by(|one, other| (one.line, one.column, &one.message) == (other.line, other.column, &other.message));
        SuiteErrors { file_name: file_name.to_owned(), problems: self.found }
    }
}
