//! One step: send, judge, capture, and try again.

use super::check::Ended;
use super::judge::{self, Seen};
use super::tries::Tries;
use super::unmet::{Finding, Unmet};
use super::{Progress, Run, capture, rfc3339};
use crate::exchange::{Answer, Connections, Followed, Jar, NoAnswer, Until, follow};
use crate::suite::{Check, Step};
use crate::template::Values;

/// What the steps of one check share.
pub(super) struct Visitor {
    values: Values,
    connections: Connections,
    cookies: Jar,
}

impl Visitor {
    pub(super) fn new(mut values: Values, uuid: String) -> Self {
        values.insert("uuid".to_owned(), uuid);
        Self { values, connections: Connections::default(), cookies: Jar::default() }
    }
}

impl<P: Fn(Progress<'_>)> Run<'_, P> {
    pub(super) async fn step(&self, check: &Check, number: usize, step: &Step, visitor: &mut Visitor) -> Ended {
        let mut tries = Tries::new(check, number, step.pace);
        loop {
            tries.count += 1;
            let mut unmet = match self.try_step(step, visitor).await {
                Ok(()) => return Ended { tries: tries.count, result: Ok(()) },
                Err(unmet) => unmet,
            };
            if !tries.again(self, &mut unmet).await {
                return Ended { tries: tries.count, result: Err(unmet) };
            }
        }
    }

    async fn try_step(&self, step: &Step, visitor: &mut Visitor) -> Result<(), Box<Unmet>> {
        let now = self.now();
        visitor.values.insert("now".to_owned(), rfc3339(now));
        let request = self.outgoing(step, &visitor.values)?;
        let until = Until { timeout: step.pace.timeout, deadline: self.settings.deadline };
        let shared = (&self.network, self.hosts());
        let own = (&mut visitor.connections, &mut visitor.cookies);
        let (answer, url) = match follow(request, step.follow, shared, own, (until, now)).await {
            Followed::Answered(answer, url) => (answer, url.to_string()),
            Followed::NoAnswer(NoAnswer(reason), url) => {
                return Err(Finding::no_answer(step.position, reason).at(url.to_string(), None));
            }
            Followed::Refused(answer, location, url) => {
                let finding = Finding {
                    position: step.position,
                    expectation: "redirect".to_owned(),
                    expected: "to a URL of the base URL's host or of allow_hosts".to_owned(),
                    actual: location,
                };
                return Err(finding.at(url.to_string(), Some(answer)));
            }
        };
        match self.judge(step, &answer, visitor) {
            Ok(()) => Ok(()),
            Err(finding) => Err(finding.at(url, Some(answer))),
        }
    }

    fn judge(&self, step: &Step, answer: &Answer, visitor: &mut Visitor) -> Result<(), Finding> {
        let seen = Seen::new(answer);
        judge::judge(&step.expect, &seen, &visitor.values)?;
        for captured in &step.captures {
            let value = capture::value(captured, &seen)?;
            if captured.secret {
                self.redactor.hide(&value);
            }
            visitor.values.insert(captured.name.clone(), value);
        }
        Ok(())
    }
}
