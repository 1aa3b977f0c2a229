//! Sites that do not answer, and the words for it.

use crate::sample::{outcome, step};
use crate::site::{Raw, Site};

#[tokio::test(start_paused = true)]
async fn each_phase_has_its_own_words() {
    for (treatment, expected) in [
        (&[Raw::Close][..], "no answer: the server closed the connection before it answered"),
        (&[Raw::Bytes("220 mail.example ESMTP\r\n")], "no answer: what came is not an HTTP/1.1 answer"),
        (
            &[Raw::Bytes("HTTP/1.1 200 OK\r\ncontent-le")],
            "no answer: the server closed the connection before it answered",
        ),
        (
            &[Raw::Bytes("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfour")],
            "no answer: the server closed the connection after 4 bytes of the body, before its end",
        ),
        (&[Raw::Hang("")], "no answer: timed out after 100 ms while waiting for the answer"),
        (&[Raw::Hang("HTTP/1.1 200 OK\r\n")], "no answer: timed out after 100 ms while waiting for the answer"),
        (
            &[Raw::Hang("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfour")],
            "no answer: timed out after 100 ms while reading the answer's body, of which 4 bytes had come",
        ),
    ] {
        let site = Site::raw(treatment).await;
        let report = step("defaults: { timeout: 100ms }", "request: GET /", &site.url()).await;
        assert_eq!(outcome(&report), expected, "{treatment:?}");
        assert!(!report.passed());
    }
}

#[tokio::test]
async fn nobody_listens() {
    // A port that no system gives to whoever asks for a free one.
    let address = "127.0.0.1:1";
    let report = step("", "request: GET /", &format!("http://{address}")).await;
    assert_eq!(outcome(&report), format!("no answer: the connection to {address} was refused"));
    assert_eq!(
        report.summary(2_048),
        format!("1 of 1 check failed: \"the check\" GET /: no answer: the connection to {address} was refused")
    );
}

/// The top-level domain `invalid` never resolves (RFC 6761, section 6.4). No server is asked: a label has 63 letters at most.
#[tokio::test]
async fn a_name_that_does_not_resolve() {
    let name = format!("{}.invalid", "shop".repeat(16));
    let report = step("", "request: GET /", &format!("http://{name}")).await;
    assert_eq!(outcome(&report), format!("no answer: the name {name:?} was not resolved to an address"));
}
