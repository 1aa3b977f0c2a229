//! Which checks run, in which order, and what the report says of all of them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use smoke::{Outcome, Progress, RunError, Suite};
use tokio::time::Instant;

use crate::sample::{run_with, settings, suite};
use crate::site::{Answer, Raw, Site};

const CHECKS: &str = "
  - { name: home, tags: [before, after], request: GET / }
  - { name: broken, tags: [after], request: GET /broken }
  - { name: products, tags: [before], request: GET /products }
";

async fn site() -> Site {
    Site::start(|asked| Answer::new(if asked.line == "GET /broken" { 500 } else { 200 }, "ok")).await
}

fn numbered(count: usize) -> String {
    let checks: Vec<String> = (0..count).map(|n| format!("  - {{ name: c{n}, request: GET /{n} }}")).collect();
    checks.join("\n")
}

fn outcomes(report: &smoke::Report) -> Vec<&'static str> {
    let outcome = |check: &smoke::CheckReport| match check.outcome {
        Outcome::Passed => "passed",
        Outcome::Failed { .. } => "failed",
        Outcome::NotRun { chosen: true, .. } => "late",
        Outcome::NotRun { chosen: false, .. } => "not chosen",
    };
    report.checks.iter().map(outcome).collect()
}

#[tokio::test]
async fn tags_choose_checks() {
    let site = site().await;
    for (tags, expected, passed, summary) in [
        (
            &[][..],
            ["passed", "failed", "passed"],
            false,
            "1 of 3 checks failed: \"broken\" GET /broken: expected status 2xx, got 500",
        ),
        (&["before"], ["passed", "not chosen", "passed"], true, "2 checks passed in"),
        (&["after"], ["passed", "failed", "not chosen"], false, "1 of 2 checks failed"),
        (&["before", "after"], ["passed", "failed", "passed"], false, "1 of 3 checks failed"),
        (&["never"], ["not chosen"; 3], false, "no check was chosen: none has the tag \"never\""),
    ] {
        let change =
            |settings: &mut smoke::Settings| settings.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        let report = run_with(&suite("", CHECKS), &site.url(), change).await.unwrap();
        assert_eq!(outcomes(&report), expected, "{tags:?}");
        assert_eq!(report.passed(), passed, "{tags:?}");
        assert!(report.summary(2_048).starts_with(summary), "{}", report.summary(2_048));
    }
}

#[tokio::test]
async fn progress_is_told_as_it_happens() {
    let site = site().await;
    let told = Mutex::new(Vec::new());
    let tested = suite("parallel: 1", CHECKS);
    smoke::run(&tested, settings(&site.url()), |progress| {
        told.lock().unwrap().push(match progress {
            Progress::Started { check } => format!("started {check}"),
            Progress::Finished { check, done, chosen } => format!("finished {} {done}/{chosen}", check.name),
            other => format!("{other:?}"),
        });
    })
    .await
    .unwrap();
    let expected = [
        "started home",
        "finished home 1/3",
        "started broken",
        "finished broken 2/3",
        "started products",
        "finished products 3/3",
    ];
    assert_eq!(told.into_inner().unwrap(), expected);
}

#[tokio::test]
async fn what_the_settings_lack_is_told_before_anything_is_sent() {
    let site = site().await;
    let tested =
        suite("variables: { a: 1 }\nsecrets: [token, key]", "  - { name: a, request: 'GET /{{token}}{{key}}' }");
    let error = |change: fn(&mut smoke::Settings)| {
        let url = site.url();
        let tested = &tested;
        async move { run_with(tested, &url, change).await.unwrap_err() }
    };
    let missing = error(|settings| drop(settings.secrets.insert("key".into(), "value".into()))).await;
    assert_eq!(missing.to_string(), "no value is given for these secrets of smoke.yaml: token");
    let short = error(|settings| {
        settings.secrets = [("key", "value"), ("token", "abc")].map(|(name, value)| (name.into(), value.into())).into();
    })
    .await;
    assert_eq!(short, RunError::ShortSecret("token".into()));
    let unknown = error(|settings| drop(settings.variables.insert("b".into(), "2".into()))).await;
    assert_eq!(unknown.to_string(), "smoke.yaml has no variable \"b\"; its variables: a");
    assert_eq!(site.lines(), Vec::<String>::new());
}

/// Every request waits until as many others are there, so a run that sent them one after the other would never end.
#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn checks_run_side_by_side() {
    let together = Arc::new(std::sync::Barrier::new(4));
    let site = Site::start(move |_| {
        tokio::task::block_in_place(|| together.wait());
        Answer::new(200, "")
    })
    .await;
    let checks = numbered(4);
    let report = run_with(&suite("parallel: 4", &checks), &site.url(), |_| {}).await.unwrap();
    assert!(report.passed(), "{}", report.text());
}

#[tokio::test]
async fn no_more_run_at_once_than_the_suite_says() {
    let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let site = site().await;
    let checks = numbered(20);
    let tested = suite("parallel: 3", &checks);
    smoke::run(&tested, settings(&site.url()), |progress| match progress {
        Progress::Started { .. } => {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        }
        Progress::Finished { .. } => {
            running.fetch_sub(1, Ordering::SeqCst);
        }
        _ => {}
    })
    .await
    .unwrap();
    assert_eq!(most.into_inner(), 3);
}

#[tokio::test(start_paused = true)]
async fn the_deadline_fails_what_is_under_way_and_names_what_did_not_run() {
    let site = Site::raw(&[Raw::Hang("")]).await;
    let change = |settings: &mut smoke::Settings| settings.deadline = Instant::now() + Duration::from_millis(100);
    let report = run_with(&suite("parallel: 1", CHECKS), &site.url(), change).await.unwrap();
    assert_eq!(outcomes(&report), ["failed", "late", "late"]);
    assert_eq!(
        report.summary(2_048),
        "1 of 3 checks failed: \"home\" GET /: no answer: the run's deadline came while waiting for the answer; \
         2 did not run before the deadline: \"broken\", \"products\""
    );
    let change = |settings: &mut smoke::Settings| settings.deadline = Instant::now();
    let report = run_with(&suite("", CHECKS), &site.url(), change).await.unwrap();
    assert_eq!((outcomes(&report), report.passed()), (vec!["late"; 3], false));
}

#[tokio::test]
async fn a_step_is_tried_again_until_it_passes() {
    let site = Site::start(|asked| Answer::new(if asked.number < 3 { 503 } else { 200 }, "")).await;
    let checks = "  - { name: a, request: GET /, retry: { for: 30s, every: 10ms } }";
    let told = Mutex::new(Vec::new());
    let tested = suite("", checks);
    let report = smoke::run(&tested, settings(&site.url()), |progress| {
        if let Progress::Retrying { check, step, tries, message } = progress {
            told.lock().unwrap().push(format!("{check} {step} {tries} {message}"));
        }
    })
    .await
    .unwrap();
    assert!(report.passed(), "{}", report.text());
    assert_eq!((report.checks[0].tries, site.lines().len()), (4, 4));
    assert_eq!(told.into_inner().unwrap(), [1, 2, 3].map(|n| format!("a 1 {n} expected status 2xx, got 503")));
}

#[tokio::test(start_paused = true)]
async fn retries_end_with_their_time_or_with_the_run() {
    let site = Site::start(|_| Answer::new(503, "")).await;
    let retry = |within: &str| format!("  - {{ name: a, request: GET /, retry: {{ for: {within}, every: 10ms }} }}");
    let report = run_with(&suite("", &retry("50ms")), &site.url(), |_| {}).await.unwrap();
    let failure = report.checks[0].failure().unwrap();
    assert!(failure.tries > 1 && failure.message == "expected status 2xx, got 503", "{failure:?}");
    let change = |settings: &mut smoke::Settings| settings.deadline = Instant::now() + Duration::from_millis(100);
    let report = run_with(&suite("", &retry("1h")), &site.url(), change).await.unwrap();
    let message = &report.checks[0].failure().unwrap().message;
    assert!(message.contains("the run's deadline"), "{message}");
}

#[tokio::test]
async fn the_first_step_that_fails_ends_its_check() {
    let site = site().await;
    let steps =
        "  - name: a\n    steps:\n      - request: GET /1\n      - request: GET /broken\n      - request: GET /3\n";
    let report = run_with(&suite("", steps), &site.url(), |_| {}).await.unwrap();
    let failure = report.checks[0].failure().unwrap();
    assert_eq!((failure.step, failure.steps, failure.location.as_str()), (2, 3, "smoke.yaml:7:9"));
    assert_eq!(site.lines(), ["GET /1", "GET /broken"]);
    assert!(report.summary(2_048).contains("\"a\" step 2 GET /broken: expected status 2xx, got 500"));
}

#[test]
fn a_run_can_be_moved_between_threads() {
    fn movable<T: Send>(_: T) {}
    let tested = Suite::parse("version: 1\nchecks: [{ name: a, request: GET / }]", "s").unwrap();
    movable(smoke::run(&tested, settings("http://127.0.0.1:1"), |_| {}));
}
