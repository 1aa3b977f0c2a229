//! One check from its first step to its outcome.

use tokio::time::Instant;

use super::step::Visitor;
use super::unmet::Unmet;
use super::{Progress, Run, milliseconds, not_run};
use crate::report::{CheckReport, Failure, Outcome};
use crate::suite::{Check, Work};

/// What a step came to.
pub(super) struct Ended {
    pub(super) tries: u32,
    pub(super) result: Result<(), Box<Unmet>>,
}

impl<P: Fn(Progress<'_>)> Run<'_, P> {
    pub(super) async fn check(&self, check: &Check) -> CheckReport {
        let start = Instant::now();
        if start >= self.settings.deadline {
            return not_run(check, true, "the run's deadline came before it began".to_owned());
        }
        (self.progress)(Progress::Started { check: &check.name });
        let (tries, failure) = match &check.work {
            Work::Steps(_) => self.steps(check).await,
            Work::Tls(tls) => {
                let ended = self.certificate(check, tls).await;
                let failure =
                    ended.result.err().map(|unmet| self.failure(unmet, "certificate", (1, 1), ended.tries, start));
                (ended.tries, failure)
            }
        };
        CheckReport {
            name: check.name.clone(),
            tags: check.tags.clone(),
            outcome: failure.map_or(Outcome::Passed, |failure| Outcome::Failed { failure: Box::new(failure) }),
            duration_ms: milliseconds(start.elapsed()),
            tries,
        }
    }

    /// Runs the steps until one fails.
    async fn steps(&self, check: &Check) -> (u32, Option<Failure>) {
        let Work::Steps(steps) = &check.work else { return (0, None) };
        let mut visitor = Visitor::new(self.values.clone(), (self.settings.uuid)());
        let mut tries = 0;
        for (index, step) in steps.iter().enumerate() {
            let start = Instant::now();
            let ended = self.step(check, index + 1, step, &mut visitor).await;
            tries += ended.tries;
            if let Err(unmet) = ended.result {
                let number = (index + 1, steps.len());
                return (tries, Some(self.failure(unmet, &step.request.label, number, ended.tries, start)));
            }
        }
        (tries, None)
    }

    fn failure(
        &self,
        unmet: Box<Unmet>,
        request: &str,
        (step, steps): (usize, usize),
        tries: u32,
        start: Instant,
    ) -> Failure {
        let at = unmet.position;
        Failure {
            step,
            steps,
            request: request.to_owned(),
            location: format!("{}:{}:{}", self.suite.file_name, at.line, at.column),
            tries,
            duration_ms: milliseconds(start.elapsed()),
            ..unmet.into_failure(&self.redactor)
        }
    }
}
