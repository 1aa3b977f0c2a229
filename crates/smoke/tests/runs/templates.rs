//! Variables, captures and built-in names.

use crate::sample::{outcome, run_with, step, suite};
use crate::site::{Answer, Site};

#[tokio::test]
async fn captures_are_there_for_later_steps() {
    let site = Site::start(|asked| match asked.line.as_str() {
        "POST /carts" => Answer::new(201, r#"{"id":"c/1","n":3,"items":[{"sku":"A"},{"sku":"B"}],"o":{"k":[1]}}"#)
            .with("x-token", "t k"),
        "GET /page" => Answer::new(200, "<img src=\"/static/pictures/b.svg?v=1\">"),
        _ => Answer::new(200, "{\"n\":3}"),
    })
    .await;
    let checks = r#"
  - name: a
    steps:
      - request: POST /carts
        capture:
          id: { json: $.id }
          n: { json: $.n }
          sku: { json: "$.items[?@.sku != 'A'].sku" }
          o: { json: $.o }
          token: { header: x-token }
          code: { status: true }
      - request: GET /page
        capture: { picture: { body: 'src="/static/pictures/([^"?]+)' } }
      - request: POST /{{id}}/{{n}}/{{sku}}/{{picture}}?t={{token}}&c={{code}}
        headers: { x-token: "{{token}}" }
        json: { n: "{{n}}", o: "{{o}}" }
        expect: { json: { $.n: "{{n}}" } }
"#;
    let report = run_with(&suite("", checks), &site.url(), |_| {}).await.unwrap();
    assert_eq!(outcome(&report), "passed");
    let last = &site.asked()[2];
    assert_eq!(last.line, "POST /c%2F1/3/B/b.svg?t=t%20k&c=201");
    assert_eq!((last.header("x-token"), last.body.as_str()), ("t k", r#"{"n":"3","o":"{\"k\":[1]}"}"#));
}

#[tokio::test]
async fn a_capture_that_finds_nothing_fails_its_step() {
    let site = Site::start(|_| Answer::new(200, r#"{"null":null}"#)).await;
    for (capture, expected) in [
        ("{ json: $.id }", "expected capture c from $.id, got nothing"),
        ("{ json: $.null }", "expected capture c from $.null, got null"),
        ("{ header: x-id }", "expected capture c from the header x-id, got no such header"),
        ("{ body: 'id=(.*)' }", "expected capture c from a body matching /id=(.*)/, got no match"),
    ] {
        let report = step("", &format!("request: GET /\ncapture: {{ c: {capture} }}"), &site.url()).await;
        assert_eq!(outcome(&report), expected);
    }
    let site = Site::start(|_| Answer::new(200, "<html>")).await;
    let report = step("", "request: GET /\ncapture: { c: { json: $.id } }", &site.url()).await;
    assert_eq!(outcome(&report), "expected body with JSON, got no JSON (expected value at line 1 column 1)");
}

#[tokio::test]
async fn variables_are_overridden_and_names_built_in() {
    let site = Site::start(|_| Answer::new(200, "")).await;
    let checks = "
  - name: a
    steps:
      - request: GET /{{v}}/{{w}}/{{uuid}}/{{now}}
      - request: GET /{{uuid}}
  - { name: b, request: 'GET /{{uuid}}' }
";
    let tested = suite("parallel: 1\nvariables: { v: 1, w: 2 }", checks);
    let change = |settings: &mut smoke::Settings| drop(settings.variables.insert("w".into(), "../3".into()));
    assert!(run_with(&tested, &site.url(), change).await.unwrap().passed());
    let lines = site.lines();
    let parts: Vec<&str> = lines[0].split('/').collect();
    assert_eq!((parts[1], parts[2], parts[4]), ("1", "..%2F3", "2026-11-24T02%3A00%3A00Z"));
    assert_eq!(parts[3].len(), 36);
    assert_eq!(lines[1], format!("GET /{}", parts[3]), "the same within a check");
    assert_ne!(lines[2], lines[1], "another one in the next check");
}

#[tokio::test]
async fn a_value_with_a_line_break_does_not_become_a_header() {
    let site = Site::start(|_| Answer::new(200, "a\r\nx-evil: 1")).await;
    let checks = "
  - name: a
    steps:
      - { request: GET /, capture: { c: { body: '(?s)(.*)' } } }
      - { request: GET /, headers: { x-a: '{{c}}' } }
";
    let report = run_with(&suite("", checks), &site.url(), |_| {}).await.unwrap();
    let expected = "expected request header x-a without line breaks and control characters, got \"a\\r\\nx-evil: 1\"";
    assert_eq!(outcome(&report), expected);
    assert_eq!(site.lines().len(), 1);
}
