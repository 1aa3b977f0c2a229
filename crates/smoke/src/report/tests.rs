use super::*;

fn check(name: &str, outcome: Outcome, duration_ms: u64) -> CheckReport {
    let tries = u32::from(!matches!(outcome, Outcome::NotRun { .. }));
    CheckReport { name: name.into(), tags: vec![], outcome, duration_ms, tries }
}

fn failed(steps: usize) -> Outcome {
    let failure = Failure {
        step: steps,
        steps,
        request: "POST /checkout".into(),
        url: "http://127.0.0.1:8080/checkout".into(),
        location: "smoke.yaml:12:7".into(),
        expectation: "status".into(),
        expected: "201".into(),
        actual: "500".into(),
        message: "expected status 201, got 500".into(),
        status: Some(500),
        excerpt: Some("<h1>Sorry & \"bye\"\u{7}</h1>\nmore".into()),
        tries: 3,
        duration_ms: 2_100,
    };
    Outcome::Failed { failure: Box::new(failure) }
}

fn not_run(chosen: bool) -> Outcome {
    Outcome::NotRun { chosen, reason: "because".into() }
}

fn report(checks: Vec<CheckReport>, tags: &[&str]) -> Report {
    let report = Report {
        suite: "smoke.yaml".into(),
        base_url: "http://127.0.0.1:8080".into(),
        started: "2026-11-24T02:00:00Z".into(),
        duration_ms: 1_250,
        passed: false,
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        counts: Counts::default(),
        slowest_check: None,
        checks: vec![],
    };
    report.of_checks(checks)
}

fn mixed() -> Report {
    report(
        vec![
            check("home", Outcome::Passed, 80),
            check("checkout", failed(3), 2_500),
            check("late", not_run(true), 0),
            check("other", not_run(false), 0),
        ],
        &["before-traffic"],
    )
}

#[test]
fn a_run_passes_only_when_something_ran_and_nothing_failed_or_was_late() {
    for (outcomes, passed, summary) in [
        (vec![Outcome::Passed], true, "1 check passed in 1.2 s"),
        (vec![Outcome::Passed, Outcome::Passed], true, "2 checks passed in 1.2 s"),
        (vec![Outcome::Passed, not_run(false)], true, "1 check passed in 1.2 s; 1 not chosen"),
        (vec![not_run(false)], false, "no check was chosen: none has the tag \"a\" or \"b\""),
        (vec![Outcome::Passed, not_run(true)], false, "1 of 2 checks did not run before the deadline: \"check 1\""),
        (vec![failed(1)], false, "1 of 1 check failed: \"check 0\" POST /checkout: expected status 201, got 500"),
        (
            vec![Outcome::Passed, failed(3), failed(1)],
            false,
            "2 of 3 checks failed: \"check 1\" step 3 POST /checkout: expected status 201, got 500; \
             \"check 2\" POST /checkout: expected status 201, got 500",
        ),
        (
            vec![failed(1), not_run(true)],
            false,
            "1 of 2 checks failed: \"check 0\" POST /checkout: expected status 201, got 500; \
             1 did not run before the deadline: \"check 1\"",
        ),
    ] {
        let checks = outcomes.into_iter().enumerate().map(|(n, outcome)| check(&format!("check {n}"), outcome, 1));
        let report = report(checks.collect(), &["a", "b"]);
        assert_eq!((report.passed(), report.summary(2_048).as_str()), (passed, summary));
    }
}

#[test]
fn a_summary_keeps_to_its_length_in_characters() {
    let report = report(vec![check("ÄÖÜ", failed(1), 1)], &[]);
    let whole = report.summary(usize::MAX).chars().count();
    for limit in [0, 1, 20, 25, 26, 27, whole - 1, whole, whole + 1] {
        let summary = report.summary(limit);
        assert_eq!(summary.chars().count(), limit.min(whole));
        assert_eq!(summary.ends_with('…'), limit < whole && limit > 0, "{summary}");
    }
}

#[test]
fn json_has_the_shape_that_is_documented() {
    let json: serde_json::Value = serde_json::from_str(&mixed().to_json().unwrap()).unwrap();
    assert_eq!(json["counts"], serde_json::json!({ "passed": 1, "failed": 1, "not_run": 1, "not_chosen": 1 }));
    assert_eq!(json["slowest_check"], serde_json::json!({ "name": "checkout", "duration_ms": 2500 }));
    let outcomes: Vec<&str> =
        json["checks"].as_array().unwrap().iter().filter_map(|check| check["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["passed", "failed", "not run", "not run"]);
    assert_eq!(json["checks"][1]["failure"]["message"], "expected status 201, got 500");
    assert_eq!((&json["checks"][2]["chosen"], &json["checks"][2]["reason"]), (&true.into(), &"because".into()));
}

#[test]
fn text_shows_a_line_for_each_check_and_the_details_of_each_failure() {
    let expected = "\
smoke.yaml against http://127.0.0.1:8080
  passed  home      80 ms
  FAILED  checkout  2.5 s
          request  step 3 POST /checkout (smoke.yaml:12:7)
          url      http://127.0.0.1:8080/checkout
          expected status 201
          got      500
          answer   <h1>Sorry & \"bye\"\u{7}</h1>
                   more
          tries    3 in 2.1 s
  not run late      because
  not run other     because
1 of 3 checks failed: \"checkout\" step 3 POST /checkout: expected status 201, got 500; \
1 did not run before the deadline: \"late\"
";
    assert_eq!(mixed().text(), expected);
}

#[test]
fn junit_can_be_read_back() {
    let xml = mixed().junit().unwrap();
    let read = quick_junit::Report::deserialize_from_str(&xml).unwrap();
    assert_eq!((read.tests, read.failures, read.errors), (4, 1, 1));
    let suite = &read.test_suites[0];
    assert_eq!((suite.name.as_str(), suite.disabled.unwrap_or_default()), ("smoke.yaml", 0));
    let names: Vec<&str> = suite.test_cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names, ["home", "checkout", "late", "other"]);
    assert!(!xml.contains('\u{7}') && xml.contains("&lt;h1&gt;Sorry &amp; "), "{xml}");
}
