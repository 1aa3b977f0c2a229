//! Whether a run shows what it is there to show.

use super::arguments::{ReleaseName, SystemArguments};
use crate::inbox::Received;
use crate::report::{ExecutionReport, ROLLBACK, RunReport};
use crate::run::Platform;

/// The stages that stop releases, in the pipeline's order.
const STAGES: [&str; 3] = ["Build", "Staging", "Production"];

/// An execution that a run shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// A release on its way.
    Release(ReleaseName),
    /// What gives production its last release back.
    Rollback,
}

impl Shown {
    /// The executions of these releases, in their order.
    fn all(releases: &[ReleaseName]) -> Vec<Self> {
        let rollback = |release| (release == ReleaseName::Undone).then_some(Self::Rollback);
        releases.iter().flat_map(|&release| std::iter::once(Self::Release(release)).chain(rollback(release))).collect()
    }

    fn name(self) -> String {
        match self {
            Self::Release(release) => format!("{} release", release.name()),
            Self::Rollback => ROLLBACK.to_owned(),
        }
    }
}

/// What did not go as it should, a sentence each: good releases come to production and are told of only when they end a
/// failure; the others are stopped on staging, by their tests or in production, for the right reason, and each is told of once
/// in Slack and once by SNS.
pub(super) fn problems(report: &RunReport, releases: &[ReleaseName], system: &SystemArguments) -> Vec<String> {
    let mut problems = Vec::new();
    let (mut good, mut failing): (_, Vec<&str>) = (None, Vec::new());
    for (index, (shown, execution)) in Shown::all(releases).into_iter().zip(&report.executions).enumerate() {
        let name = shown.name();
        if !ended_as_it_should(shown, execution, good.as_deref(), system) {
            problems.push(format!("the {name} did not end as it should"));
        }
        let Shown::Release(release) = shown else {
            // It begins in the moment of the failure, so what is told of the two is looked at together, with the release.
            failing.retain(|stage| *stage != "Production");
            continue;
        };
        let mut told = report.messages_of(index);
        let mut expected = expected_states(stopped_in(release, system), &mut failing);
        if release == ReleaseName::Undone && index + 1 < report.executions.len() {
            told.extend(report.messages_of(index + 1));
            expected.extend(["rollback_finished", "rollback_started"]);
            expected.sort_unstable();
        }
        problems.extend(
            told_as_it_should(&told, &expected, execution)
                .err()
                .map(|problem| format!("the {name} was not told of as it should: {problem}")),
        );
        if release == ReleaseName::Good {
            good = Some(execution.revision.clone());
        }
    }
    problems
}

/// What is told of a release that is stopped in this stage, sorted; `failing` are the stages that failed last time.
fn expected_states(stopped: Option<&'static str>, failing: &mut Vec<&'static str>) -> Vec<&'static str> {
    let position = |stage: &str| STAGES.iter().position(|known| *known == stage);
    let before = failing.len();
    failing.retain(|stage| stopped.is_some_and(|stopped| position(stage) >= position(stopped)));
    let mut expected = vec!["recovered"; before - failing.len()];
    if let Some(stopped) = stopped {
        expected.insert(0, "failed");
        if !failing.contains(&stopped) {
            failing.push(stopped);
        }
    }
    expected
}

/// The stage that a release does not pass.
fn stopped_in(release: ReleaseName, system: &SystemArguments) -> Option<&'static str> {
    match release {
        ReleaseName::Good => None,
        ReleaseName::Bad if system.tests => Some("Build"),
        ReleaseName::Bad | ReleaseName::Killed => Some("Staging"),
        ReleaseName::Undone => Some("Production"),
    }
}

fn ended_as_it_should(shown: Shown, execution: &ExecutionReport, good: Option<&str>, system: &SystemArguments) -> bool {
    let kept = |version: &str| good.is_none_or(|good| version == good);
    let Shown::Release(release) = shown else {
        return execution.status == "Succeeded" && good.is_some_and(|good| execution.production_version == good);
    };
    match release {
        ReleaseName::Good => execution.status == "Succeeded" && execution.production_version == execution.revision,
        ReleaseName::Bad if system.tests => {
            execution.failed_in("Build", "Test", "JobFailed")
                && kept(&execution.staging_version)
                && kept(&execution.production_version)
        }
        ReleaseName::Bad => {
            // On ECS a hook fails the deployment before traffic moves; an instance has the release already.
            let (stopped_by, staging_kept) = match system.platform {
                Platform::Ecs => ("Deploy", kept(&execution.staging_version)),
                Platform::Ec2 => ("SmokeTest", true),
            };
            execution.failed_in("Staging", stopped_by, "JobFailed")
                && staging_kept
                && kept(&execution.production_version)
        }
        ReleaseName::Killed => {
            execution.failed_in("Staging", "SmokeTest", "JobFailed") && kept(&execution.production_version)
        }
        // What production serves is asked once it was rolled back.
        ReleaseName::Undone => execution.failed_in("Production", "SmokeTest", "JobFailed"),
    }
}

/// Each of these states is told once by SNS and once in Slack, and nothing else; the checks that failed are told, and one of
/// the tests that failed.
fn told_as_it_should(told: &[&Received], expected: &[&str], execution: &ExecutionReport) -> Result<(), String> {
    let (slack, sns): (Vec<&Received>, Vec<&Received>) =
        told.iter().copied().partition(|received| matches!(received, Received::Slack(_)));
    let wanted = expected.len();
    if (slack.len(), sns.len()) != (wanted, wanted) {
        let (slack, sns) = (slack.len(), sns.len());
        return Err(format!("expected {wanted} messages in Slack and {wanted} notifications, got {slack} and {sns}"));
    }
    let state = |received: &&Received| match received {
        Received::Sns(notification) => notification.attributes.get("state").map_or("none", String::as_str).to_owned(),
        Received::Slack(_) => String::new(),
    };
    let mut states: Vec<String> = sns.iter().map(state).collect();
    states.sort();
    if states != expected {
        return Err(format!("expected notifications with the states {expected:?}, got {states:?}"));
    }
    let tests: Vec<&str> = failed_tests(execution).collect();
    for outlet in [slack, sns] {
        let told = |part: &str| outlet.iter().any(|received| received.text().contains(part));
        let Some(first) = outlet.first() else { continue };
        let (place, text) = (first.place(), first.text());
        if !tests.is_empty() && !tests.iter().any(|test| told(test)) {
            return Err(format!("none of the tests that failed, {}, is in {place}: {text}", tests.join(", ")));
        }
        if let Some(check) = failed_checks(execution).find(|check| !told(check)) {
            return Err(format!("the check {check:?}, which failed, is not in {place}: {text}"));
        }
    }
    Ok(())
}

fn failed_checks(execution: &ExecutionReport) -> impl Iterator<Item = &str> {
    let actions = execution.stages.iter().flat_map(|stage| &stage.actions);
    let failed = actions.filter(|action| action.error_code.is_some());
    let checks = failed.flat_map(|action| &action.smoke_reports).filter_map(|smoke| smoke.report["checks"].as_array());
    checks.flatten().filter(|check| check["outcome"] == "failed").filter_map(|check| check["name"].as_str())
}

fn failed_tests(execution: &ExecutionReport) -> impl Iterator<Item = &str> {
    let actions = execution.stages.iter().flat_map(|stage| &stage.actions);
    let failures = actions.flat_map(|action| &action.test_reports).flat_map(|report| &report.failures);
    failures.map(|test| test.name.as_str())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::eventing::Delivery;
    use crate::inbox::Notification;
    use crate::report::{ActionReport, FailedTest, SmokeReport, StageReport, TestReport};
    use crate::run::Platform;
    use crate::slack::Message;

    fn failed(second: u8) -> ExecutionReport {
        let checks =
            json!({ "checks": [{ "name": "home", "outcome": "passed" }, { "name": "cart", "outcome": "failed" }] });
        let action = ActionReport {
            name: "SmokeTest".into(),
            provider: "Lambda".into(),
            status: "Failed".into(),
            summary: String::new(),
            error_code: Some("JobFailed".into()),
            started_after_ms: 0,
            duration_ms: 0,
            smoke_reports: vec![SmokeReport { of: "SmokeTest".into(), report: checks }],
            test_reports: vec![],
            log: String::new(),
        };
        let staging = StageReport { name: "Staging".into(), status: "Failed".into(), actions: vec![action] };
        ExecutionReport { status: "Failed".into(), stages: vec![staging], ..good(second) }
    }

    fn good(second: u8) -> ExecutionReport {
        ExecutionReport {
            release: String::new(),
            id: String::new(),
            status: "Succeeded".into(),
            revision: "r1".into(),
            started: format!("2026-01-01T00:00:{second:02}.500Z"),
            duration_ms: 0,
            stages: vec![],
            staging_version: "r1".into(),
            production_version: "r1".into(),
        }
    }

    fn system(tests: bool) -> SystemArguments {
        let (clock_speed, events) = (1.0, Delivery::Once);
        SystemArguments { template: None, platform: Platform::Ec2, clock_speed, events, tests }
    }

    /// Stopped by its own tests.
    fn untested(second: u8) -> ExecutionReport {
        let mut execution = failed(second);
        let stage = &mut execution.stages[0];
        stage.name = "Build".into();
        let test = &mut stage.actions[0];
        (test.name, test.smoke_reports) = ("Test".into(), vec![]);
        test.test_reports = vec![TestReport {
            group: "shop-tests".into(),
            status: "FAILED".into(),
            problem: None,
            passed: 1,
            failed: 2,
            errored: 0,
            skipped: 0,
            duration_ms: 0,
            failures: ["totals", "orders"]
                .map(|name| FailedTest { suite: String::new(), name: name.into(), message: String::new() })
                .into(),
        }];
        execution
    }

    fn at(second: u8) -> Timestamp {
        format!("2026-01-01T00:00:{second:02}.700Z").parse().unwrap()
    }

    fn slack(second: u8, text: &str) -> Received {
        Received::Slack(Message {
            channel: "C1".into(),
            channel_name: "c".into(),
            ts: "1.000000".into(),
            thread_ts: None,
            text: text.into(),
            blocks: vec![],
            posted: at(second),
            by_webhook: false,
            edits: vec![],
        })
    }

    fn sns(second: u8, state: &str, text: &str) -> Received {
        Received::Sns(Notification {
            topic: "t".into(),
            subject: None,
            body: text.into(),
            attributes: [("state".to_owned(), state.to_owned())].into(),
            at: at(second),
        })
    }

    #[test]
    fn each_failure_and_each_recovery_is_told_of_once() {
        use ReleaseName::{Bad, Good};
        let whole = || {
            vec![
                slack(10, "cart failed"),
                sns(10, "failed", "cart failed"),
                slack(20, "recovered"),
                sns(20, "recovered", "recovered"),
            ]
        };
        let with = |change: fn(&mut Vec<Received>)| {
            let mut messages = whole();
            change(&mut messages);
            messages
        };
        for (messages, expected) in [
            (whole(), ""),
            (with(|all| drop(all.remove(0))), "the bad release was not told of as it should: expected 1 messages"),
            (with(|all| all.push(sns(11, "failed", "cart"))), "got 1 and 2"),
            (with(|all| all[0] = slack(10, "something failed")), "\"cart\", which failed, is not in #c"),
            (with(|all| drop(all.pop())), "the good release was not told of as it should: expected 1 messages"),
            (
                with(|all| all[3] = sns(20, "failed", "x")),
                "expected notifications with the states [\"recovered\"], got [\"failed\"]",
            ),
            (with(|all| all.push(slack(1, "hello"))), "the good release was not told of as it should: expected 0"),
        ] {
            let report = RunReport { executions: vec![good(0), failed(9), good(19)], messages };
            let found = problems(&report, &[Good, Bad, Good], &system(false)).join("; ");
            assert!(found.contains(expected) && found.is_empty() == expected.is_empty(), "{expected:?}: {found}");
        }
    }

    #[test]
    fn with_tests_the_bad_release_is_stopped_by_them() {
        for (tests, told, expected) in [
            (true, "orders failed", ""),
            (true, "exit status 101", "none of the tests that failed, totals, orders, is in #c"),
            (false, "orders failed", "the bad release did not end as it should"),
        ] {
            let messages = vec![slack(1, told), sns(1, "failed", told)];
            let report = RunReport { executions: vec![untested(0)], messages };
            let found = problems(&report, &[ReleaseName::Bad], &system(tests)).join("; ");
            assert!(found.contains(expected) && found.is_empty() == expected.is_empty(), "{expected:?}: {found}");
        }
    }

    #[test]
    fn a_stage_recovers_when_a_release_passes_it_whatever_stops_the_release_later() {
        use ReleaseName::{Bad, Good, Killed};
        let both = |second, state: &str| [slack(second, "orders cart"), sns(second, state, "orders cart")];
        let mut messages: Vec<Received> = both(1, "failed").into();
        messages.extend([both(10, "recovered"), both(11, "failed"), both(20, "recovered")].concat());
        let report = RunReport { executions: vec![untested(0), failed(9), good(19)], messages };
        assert_eq!(problems(&report, &[Bad, Killed, Good], &system(true)), [""; 0]);
        assert_eq!(problems(&report, &[Bad, Killed, Good], &system(false)).len(), 2);
    }

    #[test]
    fn a_release_that_is_undone_leaves_production_as_it_was() {
        use ReleaseName::{Good, Undone};
        let undone = || {
            let mut execution = failed(9);
            execution.stages[0].name = "Production".into();
            execution.revision = "r2".into();
            execution
        };
        let both = |second, state: &str| [slack(second, "cart"), sns(second, state, "cart")];
        let told = [both(10, "failed"), both(12, "rollback_started"), both(13, "rollback_finished")].concat();
        for (rollback, messages, expected) in [
            (good(11), told.clone(), ""),
            (ExecutionReport { production_version: "r2".into(), ..good(11) }, told.clone(), "the rollback did not end"),
            (good(11), told[..4].to_vec(), "the undone release was not told of as it should: expected 3 messages"),
        ] {
            let report = RunReport { executions: vec![good(0), undone(), rollback, good(30)], messages };
            let found = problems(&report, &[Good, Undone, Good], &system(false)).join("; ");
            assert!(found.contains(expected) && found.is_empty() == expected.is_empty(), "{expected:?}: {found}");
        }
    }

    #[test]
    fn a_bad_release_that_comes_through_is_noticed() {
        let report = RunReport { executions: vec![good(0), good(9)], messages: vec![] };
        let found = problems(&report, &[ReleaseName::Good, ReleaseName::Bad], &system(false));
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0], "the bad release did not end as it should");
    }
}
