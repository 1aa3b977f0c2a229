//! Secrets stay out of everything that is said.

use std::sync::Mutex;

use smoke::{Secret, Settings};

use crate::sample::{run_with, settings, suite};
use crate::site::{Answer, Site};

const SECRET: &str = "c0rrect/horse+\"battery\"";

/// The secret as a site may send it back.
const FORMS: [&str; 6] = [
    SECRET,
    "c0rrect%2Fhorse%2B%22battery%22",
    "c0rrect%2fhorse%2b%22battery%22",
    "c0rrect/horse+\\\"battery\\\"",
    "c0rrect/horse+&quot;battery&quot;",
    "YzBycmVjdC9ob3JzZSsiYmF0dGVyeSI=",
];

fn hidden(text: &str) {
    for form in FORMS.into_iter().chain(["horse", "battery"]) {
        assert!(!text.contains(form), "{form} in {text}");
    }
}

#[tokio::test]
async fn a_secret_goes_to_the_site_and_nowhere_else() {
    let site = Site::start(|asked| match asked.number {
        0 => Answer::new(403, format!("no: {} {}", FORMS.join(" "), asked.header("authorization"))),
        _ => Answer::redirect(302, format!("https://other.example/?token={}", FORMS[1])).with("x-token", SECRET),
    })
    .await;
    let head = "parallel: 1\nsecrets: [token]\nvariables: { plain: a }";
    for expect in [
        "{ status: 200 }",
        "{ status: 302, headers: { x-token: '{{plain}}' } }",
        "{ status: 302, headers: { location: { equals: '{{token}}' } } }",
        "{ status: 302, headers: { x-token: { not: '{{token}}' } } }",
        "{ status: 302, body: { starts_with: '{{token}}' } }",
        "{ status: 302, headers: { x-token: { one_of: ['{{token}}x', b] } } }",
        "{ status: 302, headers: { x-token: { length: 1, matches: x } } }",
    ] {
        let check = format!(
            "  - name: a\n    request: GET /{{{{token}}}}\n    follow: 0\n    headers: {{ authorization: 'Bearer {{{{token}}}}' }}\n    expect: {expect}"
        );
        let check = if expect.contains("other") { check.replace("follow: 0", "follow: 1") } else { check };
        let said = Mutex::new(Vec::new());
        let mut settings = settings(&site.url());
        settings.secrets.insert("token".into(), SECRET.into());
        hidden(&format!("{settings:?}"));
        let tested = suite(head, &check);
        let report =
            smoke::run(&tested, settings, |progress| said.lock().unwrap().push(format!("{progress:?}"))).await.unwrap();
        assert!(!report.passed(), "{expect}");
        hidden(&said.into_inner().unwrap().join("\n"));
        hidden(&format!("{report:?}"));
        hidden(&report.to_json().unwrap());
        hidden(&report.text());
        hidden(&report.junit().unwrap());
        assert!(report.text().contains("[redacted]"), "{}", report.text());
    }
    assert_eq!(site.asked()[0].header("authorization"), format!("Bearer {SECRET}"));
    assert_eq!(site.lines()[0], format!("GET /{}", FORMS[1]));
}

#[tokio::test]
async fn a_redirect_that_is_refused_shows_no_secret() {
    let site = Site::start(|_| Answer::redirect(302, format!("https://other.example/?token={}", FORMS[1]))).await;
    let tested = suite("secrets: [token]", "  - { name: a, request: 'GET /{{token}}', follow: 1 }");
    let change = |settings: &mut Settings| drop(settings.secrets.insert("token".into(), SECRET.into()));
    let report = run_with(&tested, &site.url(), change).await.unwrap();
    hidden(&report.to_json().unwrap());
    assert!(report.text().contains("https://other.example/?token=[redacted]"), "{}", report.text());
}

#[tokio::test]
async fn a_captured_secret_is_hidden_and_needs_no_value_from_outside() {
    let site = Site::start(|asked| match asked.line.as_str() {
        "POST /login" => Answer::new(200, format!("{{\"token\":{},\"short\":\"abc\"}}", serde_json::json!(SECRET))),
        _ => Answer::new(401, asked.header("authorization").to_owned()),
    })
    .await;
    let checks = "
  - name: a
    steps:
      - { request: POST /login, capture: { session: { json: $.token } } }
      - { request: 'GET /{{session}}', headers: { authorization: 'Bearer {{session}}' } }
";
    let tested = suite("secrets: [session]", checks);
    assert_eq!(tested.secrets(), Vec::<String>::new());
    let report = run_with(&tested, &site.url(), |_| {}).await.unwrap();
    hidden(&report.to_json().unwrap());
    assert_eq!(report.checks[0].failure().unwrap().excerpt.as_deref(), Some("Bearer [redacted]"));
    assert_eq!(site.asked()[1].header("authorization"), format!("Bearer {SECRET}"));

    let report = run_with(&suite("secrets: [session]", &checks.replace("$.token", "$.short")), &site.url(), |_| {})
        .await
        .unwrap();
    let message = &report.checks[0].failure().unwrap().message;
    assert_eq!(
        message,
        "expected capture session of at least 4 characters, to be kept out of reports, got a shorter one"
    );
}

#[test]
fn a_secret_prints_as_redacted() {
    assert_eq!(format!("{:?}", Secret::from(SECRET)), "[redacted]");
}
