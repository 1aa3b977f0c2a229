//! Cookies within a check, and not beyond it.

use crate::sample::{outcome, run_with, suite};
use crate::site::{Answer, Site};

#[tokio::test]
async fn the_steps_of_a_check_share_cookies_and_checks_do_not() {
    let site = Site::start(|asked| match asked.line.as_str() {
        "POST /login" => Answer::redirect(303, "/home").with("set-cookie", "session=s1; Path=/; HttpOnly; Secure"),
        "GET /more" => Answer::new(200, "").with("set-cookie", "theme=dark").with("set-cookie", "gone=1; Max-Age=0"),
        "GET /logout" => Answer::new(200, "").with("set-cookie", "session=; Path=/; Max-Age=0"),
        _ => Answer::new(200, asked.header("cookie").to_owned()),
    })
    .await;
    let checks = "
  - name: a
    steps:
      - { request: POST /login, follow: 1, expect: { body: session=s1 } }
      - { request: GET /more }
      - { request: GET /home, expect: { body: session=s1; theme=dark } }
      - { request: GET /home, headers: { cookie: own=1 }, expect: { body: own=1 } }
      - { request: GET /logout }
      - { request: GET /home, expect: { body: theme=dark } }
  - { name: b, request: GET /home, expect: { body: { empty: true } } }
";
    let checks = checks.replace("body: session=s1; theme=dark", "body: 'session=s1; theme=dark'");
    let report = run_with(&suite("parallel: 1", &checks), &site.url(), |_| {}).await.unwrap();
    assert_eq!(outcome(&report), "passed");
    assert!(report.passed(), "{}", report.text());
}
