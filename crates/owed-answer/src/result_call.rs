//! The call that carries the answer.

use std::error::Error;
use std::time::Duration;

use aws_call::causes;
use aws_runtime::retries::classifiers::{THROTTLING_ERRORS, TRANSIENT_ERRORS};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tokio::time::Instant;

/// The wait after the first try; it doubles up to `LONGEST_WAIT`.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// How a result call ended that was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The answer was given already, or nobody is there to take it: there is nothing left to answer.
    Answered(String),
    /// Another try may be accepted.
    Transient(String),
    /// No try will be accepted.
    Final {
        /// What the service said.
        reason: String,
        /// Whether the caller lacks the permission.
        access_denied: bool,
    },
}

/// Repeats `call` while it is refused for a passing reason and time is left. The call is one try, without those that an SDK
/// adds: what the last try heard is the reason when the time is over.
pub async fn persist<F: Future<Output = Result<(), Refusal>>>(
    until: Instant,
    call: impl Fn() -> F,
) -> Result<(), Refusal> {
    let mut wait = FIRST_WAIT;
    let mut last = "no time was left for the call".to_owned();
    loop {
        match tokio::time::timeout_at(until, call()).await {
            Ok(Err(Refusal::Transient(reason))) => {
                tracing::warn!(reason, "the result call failed and is tried again");
                last = reason;
            }
            Ok(end) => return end,
            Err(_) => return Err(Refusal::Transient(last)),
        }
        if tokio::time::timeout_at(until, tokio::time::sleep(wait)).await.is_err() {
            return Err(Refusal::Transient(last));
        }
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// Whether the SDK would try again after this error, if it were asked to.
fn passes(code: &str) -> bool {
    THROTTLING_ERRORS.contains(&code) || TRANSIENT_ERRORS.contains(&code)
}

/// What an error of the SDK means for a result call. The errors of `answered` say that nobody waits for the result.
pub fn refusal<E>(error: &SdkError<E, HttpResponse>, answered: &[&str]) -> Refusal
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let server_failed = error.raw_response().is_some_and(|response| response.status().is_server_error());
    match error {
        SdkError::ConstructionFailure(_) => Refusal::Final { reason: causes(error), access_denied: false },
        SdkError::ServiceError(refused) => {
            let code = refused.err().code().unwrap_or("an error without a code");
            let reason = format!("{code}: {}", refused.err().message().unwrap_or("no message"));
            match code {
                _ if answered.contains(&code) => Refusal::Answered(reason),
                _ if server_failed || passes(code) => Refusal::Transient(reason),
                _ => Refusal::Final { access_denied: code.starts_with("AccessDenied"), reason },
            }
        }
        // No answer, or one that is not the service's: a gateway's error page, say.
        _ => Refusal::Transient(causes(error)),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_call_is_repeated_while_that_may_help() {
        let transient = || Err(Refusal::Transient("throttled".to_owned()));
        let gone = || Err(Refusal::Answered("gone".to_owned()));
        let denied = || Err(Refusal::Final { reason: "denied".to_owned(), access_denied: true });
        let table = [
            (vec![Ok(())], Ok(()), 1),
            (vec![transient(), transient(), Ok(())], Ok(()), 3),
            (vec![transient(), gone(), Ok(())], gone(), 2),
            (vec![denied(), Ok(())], denied(), 1),
        ];
        for (answers, expected, calls) in table {
            let answers = RefCell::new(answers.into_iter());
            let made = RefCell::new(0);
            let until = Instant::now() + Duration::from_mins(1);
            let call = async || {
                *made.borrow_mut() += 1;
                answers.borrow_mut().next().unwrap()
            };
            let end = persist(until, &call).await;
            assert_eq!((end, *made.borrow()), (expected, calls));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_reason_is_kept_when_the_time_is_over() {
        let until = Instant::now() + Duration::from_secs(3);
        let end = persist(until, async || Err(Refusal::Transient("throttled".to_owned()))).await;
        assert_eq!(end, Err(Refusal::Transient("throttled".to_owned())));
        let end = persist(until, std::future::pending).await;
        assert_eq!(end, Err(Refusal::Transient("no time was left for the call".to_owned())));
    }
}
