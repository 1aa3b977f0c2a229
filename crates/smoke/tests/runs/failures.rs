//! What a failed expectation says.

use crate::sample::{failure, outcome, step};
use crate::site::{Answer, Site};

#[tokio::test]
async fn the_first_expectation_that_is_not_met_is_told() {
    let site = Site::start(|asked| match asked.line.as_str() {
        "GET /json" => {
            Answer::new(200, r#"{"items":[{"q":2},{"q":3}],"total":{"amount":0}}"#).with("x-a", "1").with("x-a", "2")
        }
        "GET /empty" => Answer::new(204, ""),
        "GET /moved" => Answer::redirect(302, "/json"),
        "GET /broken" => Answer::new(500, "out of stock"),
        _ => Answer::new(200, "<h1>Shop</h1>").with("content-type", "text/html; charset=utf-8"),
    })
    .await;
    for (request, expect, expected) in [
        ("/json", "{ json: { '$.items[0].q': 2, '$.items[*].q': [2, 3] }, headers: { x-a: '1, 2' } }", "passed"),
        ("/json", "{ status: 201 }", "expected status 201, got 200"),
        ("/json", "{ status: [201, 3xx, 404] }", "expected status 201, 3xx or 404, got 200"),
        ("/json", "{ json: { '$.items[0].q': 3 } }", "expected json $.items[0].q 3, got 2"),
        ("/json", "{ json: { $.total.amount: { above: 0 } } }", "expected json $.total.amount above 0, got 0"),
        ("/json", "{ json: { $.totl: 1 } }", "expected json $.totl 1, got nothing"),
        (
            "/json",
            "{ json: { '$.items[?@.q > 5]': { empty: false } } }",
            "expected json $.items[?@.q > 5] not to be empty, got no match",
        ),
        (
            "/json",
            "{ json: { $.items: { length: 3 } } }",
            "expected json $.items of length 3, got length 2 ([{\"q\":2},{\"q\":3}])",
        ),
        ("/json", "{ headers: { x-b: c } }", "expected header x-b \"c\", got nothing"),
        ("/", "{ headers: { content-type: { starts_with: text/html } }, body: { contains: Shop } }", "passed"),
        (
            "/",
            "{ headers: { content-type: application/json } }",
            "expected header content-type \"application/json\", got \"text/html; charset=utf-8\"",
        ),
        ("/", "{ body: { contains: Add to cart } }", "expected body containing \"Add to cart\", got \"<h1>Shop</h1>\""),
        ("/", "{ json: { $.a: 1 } }", "expected body with JSON, got no JSON (expected value at line 1 column 1)"),
        ("/empty", "{ json: { $.a: 1 } }", "expected body with JSON, got an empty body"),
        ("/empty", "{ body: { empty: true } }", "passed"),
        ("/moved", "{ status: 302, headers: { location: /json } }", "passed"),
        ("/moved", "{ body: { empty: true } }", "expected status 2xx, got 302"),
        ("/broken", "{ body: { contains: stock } }", "expected status 2xx, got 500"),
    ] {
        let report = step("", &format!("request: GET {request}\nexpect: {expect}"), &site.url()).await;
        assert_eq!(outcome(&report), expected, "{request} {expect}");
    }
}

#[tokio::test]
async fn a_failure_says_where_and_shows_the_answer() {
    let site = Site::start(|_| Answer::new(500, format!("  out of stock\u{1} {}", "ü".repeat(400)))).await;
    let report = step("", "request: GET /a\nexpect:\n  headers: { a: b }\n  status: 200", &site.url()).await;
    let failure = failure(&report);
    assert_eq!(failure.location, "smoke.yaml:8:15");
    assert_eq!((failure.request.as_str(), failure.url.as_str()), ("GET /a", format!("{}/a", site.url()).as_str()));
    assert_eq!(
        (failure.expectation.as_str(), failure.expected.as_str(), failure.actual.as_str()),
        ("status", "200", "500")
    );
    assert_eq!((failure.status, failure.tries, failure.step, failure.steps), (Some(500), 1, 1, 1));
    let excerpt = failure.excerpt.as_deref().unwrap();
    assert_eq!(excerpt.chars().count(), 300);
    assert!(excerpt.starts_with("out of stock  ü") && excerpt.ends_with("ü…"), "{excerpt}");
}

#[tokio::test]
async fn a_long_value_is_cut() {
    let site = Site::start(|_| Answer::new(200, "x".repeat(3_000))).await;
    let report = step("", "request: GET /\nexpect: { body: y }", &site.url()).await;
    let failure = failure(&report);
    assert!(failure.actual.chars().count() == 200 && failure.actual.ends_with('…'), "{}", failure.actual);
    assert!(report.summary(120).chars().count() == 120);
}
