//! Which jobs this process has answered.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Lambda may deliver an event twice, minutes apart, and often to the same process. A process sees few jobs.
const REMEMBERED: usize = 64;

/// The ids of the last jobs that got their terminal result, or the "in progress" that ends an invocation.
#[derive(Debug, Default)]
pub(crate) struct Answered {
    ids: Mutex<VecDeque<String>>,
}

impl Answered {
    pub(crate) fn contains(&self, id: &str) -> bool {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|known| known == id)
    }

    pub(crate) fn remember(&self, id: &str) {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        if ids.len() == REMEMBERED {
            ids.pop_front();
        }
        ids.push_back(id.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten() {
        let answered = Answered::default();
        for number in 0..=REMEMBERED {
            answered.remember(&number.to_string());
        }
        assert!(!answered.contains("0"));
        assert!(answered.contains("1"));
        assert!(answered.contains(&REMEMBERED.to_string()));
        assert!(!answered.contains("other"));
    }
}
