//! The part of a Dockerfile that makes sense without containers: files are copied and settings are noted.
//!
//! What it follows is Docker's "Dockerfile reference". What it does not know is refused by name: an image that lacks what
//! an instruction would have done must not look like one that has it.

mod instructions;
mod lines;
mod recipe;
#[cfg(test)]
mod tests;
mod words;

pub(super) use recipe::{Copy, Recipe};

/// What is wrong with a Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct DockerfileError {
    /// Where the instruction begins.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}
