//! What is sent.

use crate::sample::{outcome, step};
use crate::site::{Answer, Site};

#[tokio::test]
async fn bodies_are_sent_in_their_types() {
    for (request, content_type, body) in [
        (
            "json: { a: 1, b: ['{{x}}', null, true, 1.5], c: '{{x}}' }",
            "application/json",
            r#"{"a":1,"b":["7",null,true,1.5],"c":"7"}"#,
        ),
        ("json: text", "application/json", "\"text\""),
        ("json: null", "application/json", "null"),
        (
            "form: { a: 'b c&d=ü', list: [1, '{{x}}'], '{{x}}': '' }",
            "application/x-www-form-urlencoded",
            "a=b+c%26d%3D%C3%BC&list=1&list=7&7=",
        ),
        ("text: 'a {{x}} \\{{x}}'", "text/plain; charset=utf-8", "a 7 {{x}}"),
        ("text: <a/>\nheaders: { content-type: text/xml }", "text/xml", "<a/>"),
        ("follow: 0", "", ""),
    ] {
        let site = Site::start(|_| Answer::new(200, "")).await;
        let report = step("variables: { x: 7 }", &format!("request: POST /\n{request}"), &site.url()).await;
        assert_eq!(outcome(&report), "passed");
        let asked = &site.asked()[0];
        assert_eq!((asked.header("content-type"), asked.body.as_str()), (content_type, body), "{request}");
        assert_eq!(asked.header("content-length"), body.len().to_string(), "{request}");
    }
}

#[tokio::test]
async fn headers_have_defaults_that_steps_replace() {
    let site = Site::start(|_| Answer::new(200, "")).await;
    let head = "defaults: { headers: { accept-language: en, x-a: '{{v}}' } }\nvariables: { v: ü }";
    let report = step(head, "request: GET /path\nheaders: { X-A: b, user-agent: other }", &site.url()).await;
    assert_eq!(outcome(&report), "passed");
    let report = step(head, "request: GET /path", &site.url()).await;
    assert_eq!(outcome(&report), "passed");
    let asked = site.asked();
    let headers =
        |number: usize| ["accept-language", "user-agent", "accept", "host"].map(|name| asked[number].header(name));
    assert_eq!(headers(0), ["en", "other", "*/*", &site.host()]);
    assert_eq!(headers(1), ["en", concat!("launchway-smoke/", env!("CARGO_PKG_VERSION")), "*/*", &site.host()]);
    assert_eq!(asked[0].header("x-a"), "b");
    assert_eq!(asked[1].headers["x-a"].as_bytes(), "ü".as_bytes());
}

#[tokio::test]
async fn methods_and_paths_go_out_as_written() {
    let site = Site::start(|_| Answer::new(200, "")).await;
    let url = format!("{}/stage/", site.url());
    for request in ["HEAD /", "PUT /a%20b?c=d&e", "DELETE /ü", "OPTIONS //x/../y", "PATCH /?q=a+b|c"] {
        assert_eq!(outcome(&step("", &format!("request: {request}"), &url).await), "passed", "{request}");
    }
    let expected = [
        "HEAD /stage/",
        "PUT /stage/a%20b?c=d&e",
        "DELETE /stage/%C3%BC",
        "OPTIONS /stage//x/../y",
        "PATCH /stage/?q=a+b%7Cc",
    ];
    assert_eq!(site.lines(), expected);
}
