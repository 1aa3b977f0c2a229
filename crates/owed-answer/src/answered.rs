//! What this process has answered.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Lambda may deliver an event twice, minutes apart, and often to the same process. A process sees few.
const REMEMBERED: usize = 64;

/// The last jobs and hooks that got their answer, by id, each with the continuation token it came with: whether a
/// continued job keeps its id is not documented, and the next turn of a job must not pass for a second delivery of the
/// last.
#[derive(Debug, Default)]
pub struct Answered {
    last: Mutex<VecDeque<(String, Option<String>)>>,
}

impl Answered {
    /// Whether `id` with `token` was answered.
    #[must_use]
    pub fn contains(&self, id: &str, token: Option<&str>) -> bool {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.iter().any(|(known, known_token)| known == id && known_token.as_deref() == token)
    }

    /// `id` with `token` is answered.
    pub fn remember(&self, id: &str, token: Option<&str>) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.len() == REMEMBERED {
            last.pop_front();
        }
        last.push_back((id.to_owned(), token.map(str::to_owned)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten() {
        let answered = Answered::default();
        for number in 0..=REMEMBERED {
            answered.remember(&number.to_string(), None);
        }
        assert!(!answered.contains("0", None));
        assert!(answered.contains("1", None));
        assert!(answered.contains(&REMEMBERED.to_string(), None));
        assert!(!answered.contains("other", None));
    }

    #[test]
    fn the_next_turn_of_a_job_is_another_job() {
        let answered = Answered::default();
        answered.remember("1", Some("first"));
        for (token, known) in [(Some("first"), true), (Some("second"), false), (None, false)] {
            assert_eq!(answered.contains("1", token), known, "{token:?}");
        }
    }
}
