//! Secrets stay secret, at the finest level of the log and in whatever a site answers.

use http::StatusCode;
use launchway::standin::SiteAnswer;
use serde_json::json;

use crate::artifact::zip;
use crate::played::Expected::{Failure, Success};
use crate::played::{Expected, all_well, play_all};
use crate::scene::Scene;
use crate::shop::Shop;

const SECRET: &str = "c0rrect/horse+battery=staple";

/// The secret as it may travel: as it is, in a URL, in base64.
const FORMS: [&str; 4] = [
    SECRET,
    "c0rrect%2Fhorse%2Bbattery%3Dstaple",
    "c0rrect%2fhorse%2bbattery%3dstaple",
    "YzBycmVjdC9ob3JzZStiYXR0ZXJ5PXN0YXBsZQ==",
];

const SUITE: &str = r#"
version: 1
secrets: [customer_token]
checks:
  - name: home page is served
    request: GET /
    headers: { authorization: "Bearer {{customer_token}}" }
    expect: { status: 200, body: { contains: Add to cart } }
"#;

fn with_secret(scene: &mut Scene) {
    scene.artifact = Some(zip(&[("smoke.yaml", SUITE)]));
    scene.secret = Some(r#"{"customer_token":"c0rrect/horse+battery=staple","other":"x"}"#);
    scene.log_level = "trace";
}

fn home(scene: &mut Scene, status: StatusCode, body: String) {
    let products = SiteAnswer::json(StatusCode::OK, &json!({}));
    scene.shop = Shop::Answers(SiteAnswer::Text(status, "text/plain", body), products);
}

type Case = (&'static str, fn(&mut Scene), Expected);

const CASES: [Case; 7] = [
    ("it is used", with_secret, Success(&["passed"])),
    (
        "the site answers with it",
        |scene| {
            with_secret(scene);
            home(scene, StatusCode::FORBIDDEN, format!("no customer has the token {SECRET} or {}", FORMS[3]));
        },
        Failure("JobFailed", &["403"]),
    ),
    (
        "the site answers with it where another text is expected",
        |scene| {
            with_secret(scene);
            home(scene, StatusCode::OK, FORMS.join(" "));
        },
        Failure("JobFailed", &["Add to cart"]),
    ),
    (
        "the function has no secret",
        |scene| {
            with_secret(scene);
            scene.secret = None;
        },
        Failure("ConfigurationError", &["customer_token", "SMOKE_SECRET_ID"]),
    ),
    (
        "the secret lacks the name",
        |scene| {
            with_secret(scene);
            scene.secret = Some(r#"{"other":"c0rrect/horse+battery=staple"}"#);
        },
        Failure("ConfigurationError", &["customer_token"]),
    ),
    (
        "the secret is no JSON",
        |scene| {
            with_secret(scene);
            scene.secret = Some(SECRET);
        },
        Failure("ConfigurationError", &["not a JSON map"]),
    ),
    (
        "all that can be logged is logged",
        |scene| {
            scene.log_level = "trace";
            scene.shop = Shop::Down;
        },
        Failure("JobFailed", &["refused"]),
    ),
];

#[tokio::test]
async fn wherever_one_looks() {
    let scenes = CASES.map(|(name, change, expected)| ((name, expected), Scene::with(change)));
    all_well(
        play_all(scenes)
            .await
            .into_iter()
            .map(|((name, expected), played)| (name, played.verdict(expected).and_then(|()| played.hides(&FORMS)))),
    );
}
