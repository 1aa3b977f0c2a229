//! Answers that are larger than what is read.

use crate::sample::{outcome, step};
use crate::site::{Answer, Site};

const TWO_MEBIBYTES: usize = 2 * 1024 * 1024;

#[tokio::test]
async fn a_large_body_is_judged_by_its_beginning() {
    let site = Site::start(|asked| match asked.line.as_str() {
        "GET /fits" => Answer::new(200, format!("{}end", "x".repeat(TWO_MEBIBYTES - 3))),
        "GET /json" => Answer::new(200, format!("[\"{}\"]", "x".repeat(TWO_MEBIBYTES))),
        _ => Answer::new(200, format!("start{}end", "x".repeat(2 * TWO_MEBIBYTES))),
    })
    .await;
    for (request, expected) in [
        ("GET /fits\nexpect: { body: { ends_with: end } }", "passed".to_owned()),
        ("GET /larger\nexpect: { body: { starts_with: start } }", "passed".to_owned()),
        (
            "GET /larger\nexpect: { body: { ends_with: end } }",
            format!("expected body (its first 2 MiB) ending with \"end\", got \"start{}…", "x".repeat(193)),
        ),
        (
            "GET /json\nexpect: { json: { $: { type: array } } }",
            "expected body with JSON, got more than 2 MiB".to_owned(),
        ),
    ] {
        assert_eq!(outcome(&step("", &format!("request: {request}"), &site.url()).await), expected, "{request}");
    }
}
