//! Secrets of a hook's suite stay secret.

use http::StatusCode;
use launchway::standin::SiteAnswer;

use super::{Answered, HookScene};
use crate::shop::Shop;

const SECRET: &str = "c0rrect/horse+battery=staple";
const IN_BASE64: &str = "YzBycmVjdC9ob3JzZStiYXR0ZXJ5PXN0YXBsZQ==";

const SUITE: &str = r#"
version: 1
secrets: [customer_token]
checks:
  - name: home page is served
    tags: [before-traffic]
    request: GET /
    headers: { authorization: "Bearer {{customer_token}}" }
    expect: { status: 200, body: { contains: Add to cart } }
"#;

fn with_secret() -> HookScene {
    HookScene::with(|scene| {
        scene.suite = Some(SUITE.to_owned());
        scene.secret = Some(r#"{"customer_token":"c0rrect/horse+battery=staple"}"#);
    })
}

#[tokio::test]
async fn one_that_is_used_is_seen_nowhere() {
    let played = with_secret().play().await;
    assert_eq!(played.verdict(Answered::Succeeded, &["passed"]), Ok(()));
    assert_eq!(played.hides(&[SECRET, IN_BASE64]), Ok(()));
}

#[tokio::test]
async fn one_that_the_site_answers_with_is_in_no_report() {
    let mut scene = with_secret();
    if let Shop::Answers(home, _) = &mut scene.shop {
        let text = format!("no customer has the token {SECRET} or {IN_BASE64}");
        *home = SiteAnswer::Text(StatusCode::FORBIDDEN, "text/plain", text);
    }
    let played = scene.play().await;
    assert_eq!(played.verdict(Answered::Failed, &["403"]), Ok(()));
    assert_eq!(played.hides(&[SECRET, IN_BASE64]), Ok(()));
}

#[tokio::test]
async fn one_that_is_missing_is_a_mistake_in_the_configuration() {
    let mut scene = with_secret();
    scene.secret = None;
    let played = scene.play().await;
    assert_eq!(played.verdict(Answered::Failed, &["customer_token", "SMOKE_SECRET_ID"]), Ok(()));
}
