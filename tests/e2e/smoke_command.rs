//! `launchway smoke` without a pipeline.

use std::path::Path;

use launchway::port::ReservedPort;
use launchway::standin::{Site, SiteAnswer};

use crate::run::{launchway, printed};

const SUITE: &str = "version: 1
checks:
  - name: home
    request: GET /
    expect: { status: 200 }
  - name: checkout
    request: POST /checkout
    expect: { status: 201 }
";

#[tokio::test]
async fn a_suite_passes_fails_or_is_refused_by_exit_code() {
    let site = site(201).await;
    let broken = site_with_broken_checkout().await;
    let nobody = ReservedPort::take().unwrap();
    let cases = [
        ("passes", SUITE.to_owned(), site.url(), 0, "2 checks passed"),
        ("fails", SUITE.to_owned(), broken.url(), 1, "expected status 201, got 500"),
        ("nobody answers", SUITE.to_owned(), nobody.url(), 1, "refused"),
        ("is invalid", SUITE.replace("expect:", "expects:"), site.url(), 2, "did you mean \"expect\"?"),
        ("has no base URL", SUITE.to_owned(), "ftp://x".into(), 2, "ftp"),
    ];
    for (name, suite, url, code, said) in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("smoke.yaml");
        std::fs::write(&path, suite).unwrap();
        let junit = folder.path().join("report.xml");
        let report = format!("junit={}", junit.display());
        let output = run(&path, &["--base-url", &url, "--deadline", "20s", "--report", &report]).await;
        assert_eq!(output.status.code(), Some(code), "{name}: {}", printed(&output));
        assert!(printed(&output).contains(said), "{name}: {}", printed(&output));
        assert_eq!(junit.exists(), code != 2, "{name}: a report is written when checks ran");
    }
}

#[tokio::test]
async fn a_suite_is_checked_without_a_site() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("smoke.yaml");
    std::fs::write(&path, SUITE).unwrap();
    let output = launchway(&["smoke", "check", path.to_str().unwrap()]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    std::fs::write(&path, "version: 2\nchecks: []\nsteps: 1\n").unwrap();
    let output = launchway(&["smoke", "check", path.to_str().unwrap()]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", printed(&output));
    for problem in ["smoke.yaml:1:10:", "smoke.yaml:3:1:"] {
        assert!(printed(&output).contains(problem), "{problem}: {}", printed(&output));
    }
}

async fn site(checkout: u16) -> Site {
    let status = checkout.try_into().unwrap();
    let routes = [
        ("GET /", SiteAnswer::page("home")),
        ("POST /checkout", SiteAnswer::json(status, &serde_json::json!({ "order": 1 }))),
    ];
    Site::start(None, routes).await.unwrap()
}

async fn site_with_broken_checkout() -> Site {
    site(500).await
}

/// The site lives in this process, so the command runs beside it and not before it.
async fn run(suite: &Path, arguments: &[&str]) -> std::process::Output {
    let mut command = launchway(&["smoke", "run", suite.to_str().unwrap()]);
    command.args(arguments);
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}
