//! How long the certificate of the site lasts.

use super::check::Ended;
use super::tries::Tries;
use super::unmet::{Finding, Unmet};
use super::{Progress, Run, rfc3339};
use crate::duration::in_words;
use crate::exchange::{NoAnswer, Until};
use crate::suite::{Check, TlsStep};

impl<P: Fn(Progress<'_>)> Run<'_, P> {
    pub(super) async fn certificate(&self, check: &Check, tls: &TlsStep) -> Ended {
        let mut tries = Tries::new(check, 1, tls.pace);
        loop {
            tries.count += 1;
            let mut unmet = match self.try_certificate(tls).await {
                Ok(()) => return Ended { tries: tries.count, result: Ok(()) },
                Err(unmet) => unmet,
            };
            if !tries.again(self, &mut unmet).await {
                return Ended { tries: tries.count, result: Err(unmet) };
            }
        }
    }

    async fn try_certificate(&self, tls: &TlsStep) -> Result<(), Box<Unmet>> {
        let base = &self.settings.base_url;
        let unmet = |actual: String| {
            let finding = Finding {
                position: tls.position,
                expectation: "certificate".to_owned(),
                expected: format!("valid for {}", in_words(tls.valid_for)),
                actual,
            };
            finding.at(base.to_string(), None)
        };
        if !base.origin.https {
            return Err(unmet("none: the base URL is not https".to_owned()));
        }
        let until = Until { timeout: tls.pace.timeout, deadline: self.settings.deadline };
        let end = self.network.certificate_end(&base.origin, until).await;
        let end =
            end.map_err(|NoAnswer(reason)| Finding::no_answer(tls.position, reason).at(base.to_string(), None))?;
        let left = end.duration_since(self.now()).unwrap_or_default();
        if left < tls.valid_for {
            return Err(unmet(format!("{} (until {})", in_words(left), rfc3339(end))));
        }
        Ok(())
    }
}
