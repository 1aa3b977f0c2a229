use proptest::prelude::*;

use super::*;
use crate::suite::Work;

/// One check with this step, the step's keys indented by four.
fn with_step(step: &str) -> String {
    format!("version: 1\nchecks:\n  - name: a\n    {}\n", step.replace('\n', "\n    "))
}

fn problems(text: &str) -> Vec<String> {
    match suite(text, "s.yaml") {
        Ok(_) => Vec::new(),
        Err(errors) => errors.to_string().lines().map(str::to_owned).collect(),
    }
}

/// The text has exactly this problem, and may say more about it.
fn check(text: &str, expected: &str) {
    let problems = problems(text);
    assert!(
        problems.len() == 1 && problems[0].starts_with(expected) && problems[0].len() < 600,
        "{text}\nexpected {expected}\ngot {problems:#?}"
    );
}

const EVERYTHING: &str = include_str!("everything.yaml");

#[test]
fn a_suite_may_have_everything_at_once() {
    let suite = suite(EVERYTHING, "s.yaml").unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(suite.secrets(), ["api_token"]);
    assert_eq!(suite.variables().collect::<Vec<_>>(), ["sku"]);
    assert_eq!(
        suite.checks().collect::<Vec<_>>(),
        ["home page is served", "a customer can check out", "the certificate lasts"]
    );
    assert_eq!(suite.tags(), ["before-traffic"].into());
    assert_eq!(suite.parallel, 4);
    let Work::Steps(steps) = &suite.checks[1].work else { panic!("{suite:?}") };
    assert_eq!(steps[1].request.label, "POST /api/carts/{{cart}}/items?x={{uuid}}");
    assert!(steps[0].pace.retry.is_none() && steps[1].pace.retry.is_some());
    let headers: Vec<_> =
        steps[1].request.headers.iter().map(|header| (header.name.as_str(), header.confidential)).collect();
    assert_eq!(headers, [("accept-language", false), ("authorization", true), ("x-key", true)]);
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_the_file() {
    let text = "version: 2\nsteps: 1\nchecks:\n  - name: a\n    request: GET health\n    expects: { status: 200 }\n  - request: GET /\n    timeout: soon\n";
    let places: Vec<String> =
        problems(text).iter().map(|line| line.splitn(4, ':').take(3).collect::<Vec<_>>().join(":")).collect();
    assert_eq!(places, ["s.yaml:1:10", "s.yaml:2:1", "s.yaml:5:14", "s.yaml:6:5", "s.yaml:7:5", "s.yaml:8:14"]);
}

#[test]
fn a_wrong_suite_is_told() {
    let many = |what: &str, count: usize| (0..count).map(|n| what.replace('N', &n.to_string())).collect::<String>();
    let checks = format!("version: 1\nchecks:\n{}", many("  - { name: cN, request: GET / }\n", 501));
    let steps = format!("version: 1\nchecks:\n  - name: a\n    steps:\n{}", many("      - { request: GET / }\n", 51));
    let large = format!("version: 1 # {}\n", "x".repeat(SUITE_SIZE_LIMIT));
    for (text, expected) in [
        ("", "s.yaml:1:1: the suite is empty"),
        ("- a\n", "s.yaml:1:1: the suite has to be a mapping, and this is a list"),
        ("version: 1\n", "s.yaml:1:1: the suite needs \"checks\""),
        ("checks: [{ name: a, request: GET / }]\n", "s.yaml:1:1: the suite needs \"version\""),
        (
            "version: '2'\nchecks: [{ name: a, request: GET / }]\n",
            "s.yaml:1:10: this version of the format is not known",
        ),
        ("version: 1\nchecks: []\n", "s.yaml:2:9: the suite has no checks"),
        ("version: 1\nchecks: {}\n", "s.yaml:2:9: checks has to be a list, and this is a mapping"),
        ("version: 1\nchecks:\n  - name: a\n", "s.yaml:3:5: a check needs one of request, steps, tls"),
        ("version: 1\nchecks:\n  - request: GET /\n", "s.yaml:3:5: a check needs \"name\""),
        (
            "version: 1\nchecks:\n  - { name: '', request: GET / }\n",
            "s.yaml:3:13: a check's name has to be one line of text",
        ),
        (
            "version: 1\nchecks:\n  - &c { name: a, request: GET / }\n  - *c\n",
            "s.yaml:3:5: another check is called \"a\" too",
        ),
        (&checks, "s.yaml:3:3: the suite has 501 checks; it may have 500"),
        (&steps, "s.yaml:5:7: the check has 51 steps; it may have 50"),
        (
            &format!("version: 1\nchecks: [{{ name: a, request: GET / }}]\n{}: 1\n", "x".repeat(1_000)),
            "s.yaml:3:1: unknown key \"xxx",
        ),
        (&large, "s.yaml:1:1: the suite has 262158 bytes; it may have 262144"),
    ] {
        check(text, expected);
    }
}

#[test]
fn wrong_declarations_are_told() {
    let checks = "checks: [{ name: a, request: GET / }]";
    for (line, expected) in [
        ("secrets: [\"a\\nb\"]", "s.yaml:2:11: \"a\\nb\" is not a name"),
        ("parallel: 0", "s.yaml:2:11: parallel has to be a whole number from 1 to 100"),
        ("parallel: many", "s.yaml:2:11: parallel has to be"),
        ("variables: { uuid: 1 }", "s.yaml:2:14: the name \"uuid\" is built in"),
        ("variables: { 'a b': 1 }", "s.yaml:2:14: \"a b\" is not a name"),
        ("variables: { a: [1] }", "s.yaml:2:17: a variable has to be a text, and this is a list"),
        ("variables: { a: 'x{{uuid}}' }", "s.yaml:2:17: a variable is a plain text"),
        ("secrets: [a, a]", "s.yaml:2:14: the secret \"a\" stands here a second time"),
        ("secrets: { a: b }", "s.yaml:2:10: secrets has to be a list"),
        ("allow_hosts: ['https://x.example']", "s.yaml:2:15: \"https://x.example\" is not a host"),
        ("defaults: { timeout: 5 }", "s.yaml:2:22: timeout: \"5\" is not a duration"),
        ("defaults: { timeout: 0s }", "s.yaml:2:22: timeout has to be at least 1ms"),
        ("defaults: { retry: 3 }", "s.yaml:2:20: retry has to be a mapping, and this is a number"),
        ("defaults: { retry: { every: 1s } }", "s.yaml:2:20: retry needs \"for\""),
        ("defaults: { retry: { for: 1s, every: 1ms } }", "s.yaml:2:38: every has to be at least 10ms"),
        ("defaults: { headers: { a: '{{b}}' } }", "s.yaml:2:27: unknown name \"{{b}}\""),
    ] {
        check(&format!("version: 1\n{line}\n{checks}\n"), expected);
    }
}

#[test]
fn a_problem_is_one_line_whatever_it_quotes() {
    let text = "version: 1\nsecrets: [\"a\\nb\"]\nchecks: [{ name: a, request: 'GET /{{c}}' }]\n";
    let problems = problems(text);
    assert_eq!(problems.len(), 2, "{problems:#?}");
    assert!(problems[1].ends_with("allowed: a b, uuid, now"), "{problems:#?}");
}

#[test]
fn wrong_requests_are_told() {
    for (step, expected) in [
        ("request: /health", "s.yaml:4:14: a request is a method and a path"),
        ("request: get /", "s.yaml:4:14: unknown method \"get\"; did you mean \"GET\"?"),
        ("request: FETCH /", "s.yaml:4:14: unknown method \"FETCH\"; allowed: GET"),
        ("request: GET health", "s.yaml:4:14: a path begins with \"/\""),
        ("request: GET {{uuid}}", "s.yaml:4:14: a path begins with \"/\""),
        ("request: 'GET /#top'", "s.yaml:4:14: the path \"/#top\" has a fragment"),
        ("request: GET /a b", "s.yaml:4:14: the path \"/a b\" has a space"),
        ("request: GET https://pay.example/x", "s.yaml:4:14: the host \"pay.example\" is not in allow_hosts"),
        ("request: GET https://u:p@pay.example/x", "s.yaml:4:14: the URL"),
        ("request: GET ftp://pay.example/x", "s.yaml:4:14: the URL \"ftp://pay.example\" begins with neither"),
        ("request: GET https://{{uuid}}/x", "s.yaml:4:14: the host of a URL has to be written out"),
        ("request: [GET, /]", "s.yaml:4:14: request has to be a text, and this is a list"),
        ("request: GET /{{nam", "s.yaml:4:14: \"{{\" begins a template"),
        ("request: GET /{{sku}}", "s.yaml:4:14: unknown name \"{{sku}}\""),
        ("request: GET /\nfollow: 11", "s.yaml:5:13: follow has to be a whole number from 0 to 10"),
        ("request: GET /\njson: 1\nform: { a: 1 }", "s.yaml:6:5: a request has both \"json\" and \"form\""),
        ("request: GET /\nform: { a: { b: 1 } }", "s.yaml:5:16: a form field has to be a text"),
        ("request: GET /\njson: [{ a: '{{a}}' }]", "s.yaml:5:17: unknown name \"{{a}}\""),
        ("request: GET /\nheaders: { 'a b': c }", "s.yaml:5:16: \"a b\" is not the name of a header"),
        (
            "request: GET /\nheaders: { content-length: 1 }",
            "s.yaml:5:16: the header content-length belongs to the connection",
        ),
        ("request: GET /\nheaders: { a: \"x\\r\\ny: z\" }", "s.yaml:5:19: the value of the header a has a line break"),
        ("request: GET /\nheaders: { a: 1, A: 2 }", "s.yaml:5:22: the header a stands here a second time"),
        ("request: GET /\nsteps: []", "s.yaml:5:5: a check has both \"request\" and \"steps\""),
        ("steps: []", "s.yaml:4:12: the check has no steps"),
        ("steps: [{ expect: {} }]", "s.yaml:4:13: a step needs \"request\""),
        ("steps: [{ request: GET / }]\nexpect: {}", "s.yaml:5:5: unknown key \"expect\" in a check with steps"),
        ("tls: { valid_for: 14 }", "s.yaml:4:23: valid_for: \"14\" is not a duration"),
        ("tls: {}", "s.yaml:4:10: tls needs \"valid_for\""),
    ] {
        let problems = problems(&with_step(step));
        assert!(
            problems.iter().any(|problem| problem.starts_with(expected)),
            "{step}\nexpected {expected}\ngot {problems:#?}"
        );
    }
}

#[test]
fn wrong_expectations_are_told() {
    for (expect, expected) in [
        ("{ status: 99 }", "s.yaml:5:23: \"99\" is no status"),
        ("{ status: 2xy }", "s.yaml:5:23: \"2xy\" is no status"),
        ("{ status: [200, ok] }", "s.yaml:5:29: \"ok\" is no status"),
        ("{ status: [] }", "s.yaml:5:23: status has no code"),
        ("{ stauts: 200 }", "s.yaml:5:15: unknown key \"stauts\" in expect; did you mean \"status\"?"),
        ("{ body: { contain: x } }", "s.yaml:5:23: unknown matcher \"contain\"; did you mean \"contains\"?"),
        ("{ body: {} }", "s.yaml:5:21: a matcher is needed here"),
        ("{ body: [a] }", "s.yaml:5:21: what a header or body is compared with has to be a text"),
        ("{ body: { matches: '(' } }", "s.yaml:5:32: this is not a regular expression: unclosed group"),
        ("{ body: { matches: '\\w{9999}{99}' } }", "s.yaml:5:32: "),
        ("{ body: { matches: '{{uuid}}' } }", "s.yaml:5:32: templates are not filled in in a regular expression"),
        ("{ body: { contains: '{{cart}}' } }", "s.yaml:5:33: unknown name \"{{cart}}\""),
        ("{ headers: { a: { above: x } } }", "s.yaml:5:38: above has to be a number, and this is a text"),
        ("{ json: { $.a: { b: 1 } } }", "s.yaml:5:30: unknown matcher \"b\"; allowed"),
        ("{ json: { a: 1 } }", "s.yaml:5:23: \"a\" is not a JSONPath"),
        ("{ json: { '$.a[': 1 } }", "s.yaml:5:23: \"$.a[\" is not a JSONPath"),
        ("{ json: { $.a: { type: text } } }", "s.yaml:5:36: unknown type \"text\""),
        ("{ json: { $.a: { exists: 1 } } }", "s.yaml:5:38: exists has to be true or false, and this is a number"),
        ("{ json: { $.a: { length: -1 } } }", "s.yaml:5:38: length has to be a whole number"),
        ("{ json: { $.a: { one_of: [] } } }", "s.yaml:5:38: one_of needs at least one value"),
        ("{ latency: 800ms }", "s.yaml:5:24: a latency has a bound, such as { below: 800ms }"),
        ("{ latency: {} }", "s.yaml:5:24: latency needs one of below, at_most"),
        ("[]", "s.yaml:5:13: expect has to be a mapping"),
    ] {
        check(&with_step(&format!("request: GET /\nexpect: {expect}")), expected);
    }
}

#[test]
fn wrong_captures_and_names_are_told() {
    for (text, expected) in [
        ("capture: { c: { json: a } }", "s.yaml:5:27: \"a\" is not a JSONPath"),
        ("capture: { c: { jsn: $.a } }", "s.yaml:5:21: unknown key \"jsn\" in a capture; did you mean \"json\"?"),
        ("capture: { c: {} }", "s.yaml:5:19: a capture needs one of json, header, body, status"),
        ("capture: { c: { body: 'a' } }", "s.yaml:5:27: the expression needs exactly one group"),
        ("capture: { c: { status: false } }", "s.yaml:5:29: write status: true"),
        ("capture: { now: { status: true } }", "s.yaml:5:16: the name \"now\" is built in"),
        ("headers: { a: '{{c}}' }\ncapture: { c: { status: true } }", "s.yaml:5:19: unknown name \"{{c}}\""),
    ] {
        let problems = problems(&with_step(&format!("request: GET /\n{text}")));
        assert!(
            problems.iter().any(|problem| problem.starts_with(expected)),
            "{text}\nexpected {expected}\ngot {problems:#?}"
        );
    }
    let header = "version: 1\nvariables: { sku: 1 }\nsecrets: [token]\n";
    for (rest, expected) in [
        (
            "checks: [{ name: a, request: GET /, capture: { sku: { status: true } } }]",
            "s.yaml:4:48: \"sku\" is a variable",
        ),
        (
            "checks: [{ name: a, request: 'GET /{{skus}}' }]",
            "s.yaml:4:30: unknown name \"{{skus}}\" in a template: no variable, secret or earlier capture; did you mean \"sku\"?",
        ),
        (
            "defaults: { headers: { a: '{{token}}' } }\nchecks: [{ name: a, request: GET /, capture: { token: { body: '(.*)' } } }]",
            "s.yaml:4:27: unknown name \"{{token}}\"",
        ),
    ] {
        check(&format!("{header}{rest}\n"), expected);
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        problems(&text);
    }

    #[test]
    fn any_damage_to_a_suite_is_read_or_refused(at in 0..EVERYTHING.len(), length in 0_usize..20, with in "[-{}\\[\\]:,'\"a-z$0-9 \n]{0,6}") {
        let end = (at + length).min(EVERYTHING.len());
        let (Some(before), Some(after)) = (EVERYTHING.get(..at), EVERYTHING.get(end..)) else { return Ok(()) };
        for problem in problems(&format!("{before}{with}{after}")) {
            prop_assert!(problem.starts_with("s.yaml:"), "{}", problem);
        }
    }
}
