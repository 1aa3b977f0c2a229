//! Approvals that wait, and those that were answered.

use std::collections::HashMap;

use tokio::sync::oneshot;
use uuid::Uuid;

use super::event::Place;

/// What somebody answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) approved: bool,
    pub(super) summary: String,
    /// The ARN of who answered.
    pub(super) by: String,
}

/// Why an answer is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// No approval at this place has the token, or it waits no more.
    Token,
    /// It was answered already.
    Completed,
}

/// By token.
#[derive(Debug, Default)]
pub(super) struct Approvals(HashMap<String, Approval>);

#[derive(Debug)]
struct Approval {
    place: Place,
    /// Nothing once it was answered.
    waiting: Option<oneshot::Sender<Answer>>,
}

impl Approvals {
    /// Adds an approval; returns its token and where its answer will come.
    pub(super) fn open(&mut self, place: Place) -> (String, oneshot::Receiver<Answer>) {
        let (sender, receiver) = oneshot::channel();
        let token = Uuid::new_v4().to_string();
        self.0.insert(token.clone(), Approval { place, waiting: Some(sender) });
        (token, receiver)
    }

    /// Hands over an answer. An approval takes one. The execution in `place` is not compared: who answers does not name
    /// it.
    pub(super) fn answer(&mut self, place: &Place, token: &str, answer: Answer) -> Result<(), Refused> {
        let same = |known: &Place| {
            (&known.pipeline, &known.stage, &known.action) == (&place.pipeline, &place.stage, &place.action)
        };
        let approval = self.0.get_mut(token).filter(|approval| same(&approval.place)).ok_or(Refused::Token)?;
        let waiting = approval.waiting.take().ok_or(Refused::Completed)?;
        waiting.send(answer).map_err(|_| {
            self.0.remove(token);
            Refused::Token
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(action: &str) -> Place {
        let text = |text: &str| text.to_owned();
        Place { pipeline: text("p"), execution: text("e"), stage: text("s"), action: text(action) }
    }

    #[test]
    fn an_approval_takes_one_answer_at_its_place() {
        let answer = || Answer { approved: true, summary: String::new(), by: "me".to_owned() };
        let mut approvals = Approvals::default();
        let (token, mut waiting) = approvals.open(place("a"));
        assert_eq!(approvals.answer(&place("a"), "other", answer()), Err(Refused::Token));
        assert_eq!(approvals.answer(&place("b"), &token, answer()), Err(Refused::Token));
        assert_eq!(approvals.answer(&place("a"), &token, answer()), Ok(()));
        assert_eq!(waiting.try_recv().unwrap(), answer());
        assert_eq!(approvals.answer(&place("a"), &token, answer()), Err(Refused::Completed));

        let (token, waiting) = approvals.open(place("a"));
        drop(waiting);
        assert_eq!(approvals.answer(&place("a"), &token, answer()), Err(Refused::Token));
        assert_eq!(approvals.answer(&place("a"), &token, answer()), Err(Refused::Token));
    }
}
