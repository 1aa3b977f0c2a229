//! A reason as people read it: a title, what is known, and a log.

use crate::clean::{lines, one_line};
use crate::reason::{FailedCheck, Reason};
use crate::words::counted;

/// Lines of a log. Nobody is shown more.
const LOG_LINES: usize = 100;

/// A reason in plain lines, without control characters.
#[derive(Debug)]
pub(crate) struct Shown {
    /// What went wrong.
    pub(crate) title: String,
    /// What is known of it.
    pub(crate) details: Vec<String>,
}

impl Shown {
    pub(crate) fn of(reason: &Reason) -> Self {
        let (title, details): (String, Vec<Option<String>>) = match reason {
            Reason::Action { action, provider, code, message } => {
                let provider = provider.as_ref().map_or(String::new(), |provider| format!(" ({provider})"));
                (format!("{action}{provider} failed"), vec![after_code(code.as_ref(), message.as_ref())])
            }
            Reason::Build { project, phase, message, tests, .. } => {
                let phase = phase.as_ref().map_or(String::new(), |phase| format!(" in phase {phase}"));
                (format!("Build {project} failed{phase}"), tests.iter().chain(message).cloned().map(Some).collect())
            }
            Reason::Lifecycle { event, target, script, code, message, .. } => {
                let target = target.as_ref().map_or(String::new(), |target| format!(" on {target}"));
                let said = [script.clone(), after_code(code.as_ref(), message.as_ref())];
                let said: Vec<String> = said.into_iter().flatten().collect();
                (format!("{event} failed{target}"), vec![Some(said.join(": "))])
            }
            Reason::Checks { of, failed } => {
                (checks_title(*of, failed), failed.iter().map(|check| Some(check_line(check, failed.len()))).collect())
            }
            Reason::Alarm { name, metric, message } => (format!("Alarm {name}"), vec![metric.clone(), message.clone()]),
            Reason::Text { text } => (text.clone(), Vec::new()),
        };
        let details = details.into_iter().flatten().map(|line| one_line(&line)).filter(|line| !line.is_empty());
        Self { title: one_line(&title), details: details.collect() }
    }
}

/// The last lines of a reason's log, in their order, without blank ones at the end. No more are cleaned than could be
/// shown.
pub(crate) fn log(reason: &Reason) -> Vec<String> {
    let (Reason::Build { log, .. } | Reason::Lifecycle { log, .. }) = reason else { return Vec::new() };
    let backwards = log.iter().rev().flat_map(|entry| lines(entry).into_iter().rev());
    let mut tail: Vec<String> = backwards.skip_while(|line| line.trim().is_empty()).take(LOG_LINES).collect();
    tail.reverse();
    tail
}

fn after_code(code: Option<&String>, message: Option<&String>) -> Option<String> {
    match (code, message) {
        (Some(code), Some(message)) => Some(format!("{code}: {message}")),
        (one, other) => one.or(other).cloned(),
    }
}

/// One check that failed is named where it is seen first.
fn checks_title(of: usize, failed: &[FailedCheck]) -> String {
    if let [one] = failed {
        return format!("Check \"{}\" failed (1 of {of})", one.name);
    }
    format!("{} of {} failed", failed.len(), counted(u64::try_from(of).unwrap_or(u64::MAX), "check"))
}

fn check_line(check: &FailedCheck, failed: usize) -> String {
    let request = check.request.as_deref().filter(|_| !check.message.is_empty());
    let named = (failed != 1).then_some(check.name.as_str());
    [named, request, Some(check.message.as_str())].into_iter().flatten().collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_begins_with_what_went_wrong() {
        let check = |name: &str| FailedCheck {
            name: name.to_owned(),
            request: Some("GET /".to_owned()),
            message: "expected status 200, got 503".to_owned(),
        };
        let some = |text: &str| Some(text.to_owned());
        for (reason, title, details) in [
            (
                Reason::Checks { of: 9, failed: vec![check("home")] },
                "Check \"home\" failed (1 of 9)",
                vec!["GET /: expected status 200, got 503"],
            ),
            (
                Reason::Checks { of: 2, failed: vec![check("home"), check("cart")] },
                "2 of 2 checks failed",
                vec!["home: GET /: expected status 200, got 503", "cart: GET /: expected status 200, got 503"],
            ),
            (Reason::Checks { of: 0, failed: Vec::new() }, "0 of 0 checks failed", vec![]),
            (
                Reason::Action { action: "Deploy".into(), provider: some("ECS"), code: None, message: some("a\nb") },
                "Deploy (ECS) failed",
                vec!["a b"],
            ),
            (
                Reason::Action { action: "Deploy".into(), provider: None, code: some("JobFailed"), message: None },
                "Deploy failed",
                vec!["JobFailed"],
            ),
            (
                Reason::Build {
                    project: "shop".into(),
                    phase: some("BUILD"),
                    message: some("exit status 101"),
                    tests: vec!["test cart::adds: 1 is not 2".into()],
                    log: vec!["end".into()],
                },
                "Build shop failed in phase BUILD",
                vec!["test cart::adds: 1 is not 2", "exit status 101"],
            ),
            (Reason::Text { text: " said\n".into() }, "said", vec![]),
        ] {
            let shown = Shown::of(&reason);
            assert_eq!(
                (shown.title.as_str(), shown.details),
                (title, details.into_iter().map(str::to_owned).collect())
            );
        }
    }

    #[test]
    fn a_log_is_cut_into_its_lines_and_ends_with_words() {
        let entries = vec!["one\ntwo".to_owned(), "\u{1b}[31mthree".to_owned(), String::new(), " ".to_owned()];
        let reason = Reason::Build { project: "p".into(), phase: None, message: None, tests: vec![], log: entries };
        assert_eq!(log(&reason), ["one", "two", "three"]);
    }
}
