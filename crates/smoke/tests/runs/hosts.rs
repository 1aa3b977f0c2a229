//! Where a suite may lead, and what goes there.

use crate::sample::{failure, outcome, run_with, step, suite};
use crate::site::{Answer, Site};

#[tokio::test]
async fn redirects_are_followed_as_far_as_asked() {
    let site = Site::start(|asked| match asked.line.as_str() {
        "GET /1" => Answer::redirect(302, "2"),
        "GET /2" => Answer::redirect(301, "/3?x=1"),
        "GET /3?x=1" => Answer::new(200, "three"),
        "POST /see-other" => Answer::redirect(303, "/3?x=1"),
        "POST /again" => Answer::redirect(308, "/echo"),
        "POST /echo" => Answer::new(200, asked.body.clone()),
        "GET /loop" => Answer::redirect(302, "/loop"),
        "GET /nowhere" => Answer::redirect(302, "mailto:shop@example.com"),
        "GET /no-location" => Answer::new(302, ""),
        _ => Answer::new(404, ""),
    })
    .await;
    for (request, expected) in [
        ("GET /1\nfollow: 2\nexpect: { body: three }", "passed"),
        ("GET /1\nfollow: 1", "expected status 2xx, got 301"),
        ("GET /1\nexpect: { status: 302 }", "passed"),
        ("POST /see-other\ntext: body\nfollow: 1\nexpect: { body: three }", "passed"),
        ("POST /again\ntext: body\nfollow: 1\nexpect: { body: body }", "passed"),
        ("GET /loop\nfollow: 10", "expected status 2xx, got 302"),
        ("GET /no-location\nfollow: 1", "expected status 2xx, got 302"),
        (
            "GET /nowhere\nfollow: 1",
            "expected redirect to a URL of the base URL's host or of allow_hosts, got mailto:shop@example.com",
        ),
    ] {
        assert_eq!(outcome(&step("", &format!("request: {request}"), &site.url()).await), expected, "{request}");
    }
    assert_eq!(site.lines().iter().filter(|line| *line == "GET /loop").count(), 11);
}

#[tokio::test]
async fn a_redirect_to_another_host_is_refused_unless_allowed() {
    let other = Site::start(|_| Answer::new(200, "other")).await;
    let location = format!("{}/landing", other.url());
    let site = Site::start({
        let location = location.clone();
        move |_| Answer::redirect(302, location.clone())
    })
    .await;
    let request = "request: GET /\nfollow: 1\nheaders: { authorization: Basic x, x-key: '{{v}}', x-other: a }\nexpect: { body: other }";
    let report = step("variables: { v: a }", request, &site.url()).await;
    let expected = format!("expected redirect to a URL of the base URL's host or of allow_hosts, got {location}");
    assert_eq!(outcome(&report), expected);
    assert_eq!(failure(&report).url, format!("{}/", site.url()));
    assert_eq!(other.lines(), Vec::<String>::new());

    let head = format!("allow_hosts: [{:?}]\nsecrets: [v]", other.host());
    let check = format!("  - name: a\n    {}", request.replace('\n', "\n    "));
    let change = |settings: &mut smoke::Settings| drop(settings.secrets.insert("v".into(), "secret".into()));
    let report = run_with(&suite(&head, &check), &site.url(), change).await.unwrap();
    assert_eq!(outcome(&report), "passed");
    let (there, here) = (&other.asked()[0], &site.asked()[1]);
    assert_eq!(
        (here.header("authorization"), here.header("x-key"), here.header("x-other")),
        ("Basic x", "secret", "a")
    );
    assert_eq!((there.header("authorization"), there.header("x-key"), there.header("x-other")), ("", "", "a"));
    assert_eq!(there.header("host"), other.host());
}

#[tokio::test]
async fn an_allowed_url_gets_no_credentials_of_the_defaults() {
    let other = Site::start(|_| Answer::new(200, "")).await;
    let site = Site::start(|_| Answer::new(200, "")).await;
    let head =
        format!("allow_hosts: [{:?}]\ndefaults: {{ headers: {{ authorization: Basic x, x-a: b }} }}", other.host());
    let own = format!("request: GET http://{}\nheaders: {{ authorization: Basic y }}", other.host());
    for request in [format!("request: GET http://{}?q=1", other.host()), own, "request: GET /".to_owned()] {
        assert_eq!(outcome(&step(&head, &request, &site.url()).await), "passed");
    }
    let credentials =
        |site: &Site| site.asked().iter().map(|asked| asked.header("authorization").to_owned()).collect::<Vec<_>>();
    assert_eq!(other.lines(), ["GET /?q=1", "GET /"]);
    assert_eq!(credentials(&other), ["", "Basic y"]);
    assert_eq!(credentials(&site), ["Basic x"]);
    assert!(other.asked().iter().all(|asked| asked.header("x-a") == "b"));
}
