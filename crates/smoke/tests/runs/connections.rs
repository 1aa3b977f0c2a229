//! Keeping connections open, and living with those that died.

use crate::sample::{outcome, run_with, suite};
use crate::site::{Answer, Raw, Site};

const THREE_STEPS: &str = "
  - name: a
    steps:
      - { request: POST /1, text: one }
      - { request: POST /2, text: two }
      - { request: GET /3 }
";

#[tokio::test]
async fn the_steps_of_a_check_share_a_connection() {
    let site = Site::start(|_| Answer::new(200, "body")).await;
    let checks = format!("{THREE_STEPS}  - {{ name: b, request: GET /4 }}");
    let report = run_with(&suite("parallel: 1", &checks), &site.url(), |_| {}).await.unwrap();
    assert!(report.passed(), "{}", report.text());
    let connections: Vec<usize> = site.asked().iter().map(|asked| asked.connection).collect();
    assert_eq!(connections, [0, 0, 0, 1]);
}

#[tokio::test]
async fn a_connection_that_the_site_closes_is_replaced() {
    let site = Site::start(|_| Answer::new(200, "body").with("connection", "close")).await;
    let report = run_with(&suite("", THREE_STEPS), &site.url(), |_| {}).await.unwrap();
    assert_eq!(outcome(&report), "passed");
    let connections: Vec<usize> = site.asked().iter().map(|asked| asked.connection).collect();
    assert_eq!(connections, [0, 1, 2]);
}

/// The site promises to keep the connection and closes it all the same: each step may find it dead only when it writes.
#[tokio::test]
async fn a_connection_that_dies_while_idle_fails_no_step() {
    let site = Site::raw(&[Raw::Bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")]).await;
    for _ in 0..20 {
        let report = run_with(&suite("", THREE_STEPS), &site.url(), |_| {}).await.unwrap();
        assert_eq!(outcome(&report), "passed");
    }
}

#[tokio::test]
async fn a_site_that_closes_without_an_answer_fails_its_step() {
    let site = Site::raw(&[Raw::Bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"), Raw::Close]).await;
    let report = run_with(&suite("", THREE_STEPS), &site.url(), |_| {}).await.unwrap();
    assert_eq!(outcome(&report), "no answer: the server closed the connection before it answered");
    assert_eq!(report.checks[0].failure().unwrap().step, 2);
}
