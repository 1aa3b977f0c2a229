//! Whatever an alert holds, SNS and Slack take it, and nobody's text is more than text.

use alert::{Alert, Link, LinkKind, Reason, Revision};
use proptest::prelude::*;
use serde_json::Value;

use crate::arbitrary::alerts;
use crate::cases::{approval, cases, failed_smoke_test};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_alert_is_within_the_limits(alert in alerts()) {
        within_limits(&alert);
    }

    #[test]
    fn any_alert_is_read_back_from_its_body(alert in alerts()) {
        let body = alert.to_json().unwrap().to_string();
        prop_assert_eq!(serde_json::from_str::<Alert>(&body).unwrap(), alert);
    }
}

#[test]
fn the_kept_alerts_are_within_the_limits() {
    for (_, alert) in cases() {
        within_limits(&alert);
    }
}

/// Everything an alert can have, as much as it can hold, in the characters that cost most.
#[test]
fn the_fullest_alerts_are_within_the_limits() {
    for (piece, address) in [("<", "x"), ("\"", "\""), ("word ", "é"), ("👍", "x"), ("`", "`"), ("\\", "*")] {
        let text = |length: usize| piece.repeat(length);
        for mut alert in [failed_smoke_test(), approval()] {
            alert.note = Some(text(1_000));
            alert.trigger = Some(text(1_000));
            alert.gaps = vec![text(1_000); 20];
            alert.next = vec![text(290); 20];
            alert.place.action = Some(text(1_000));
            alert.place.environment = Some(text(1_000));
            for length in [40, 300] {
                let reason = Reason::Build {
                    project: text(length),
                    phase: Some(text(length)),
                    message: Some(text(length)),
                    tests: vec![text(length); 20],
                    log: vec![text(length); 50],
                };
                alert.reasons = vec![reason; 20];
                alert.revisions =
                    vec![Revision { id: text(length), message: Some(text(length)), ..Revision::default() }; 30];
                for revision in &mut alert.revisions {
                    revision.author = Some(text(length));
                    revision.url = Some(format!("https://example.com/{}", address.repeat(length / 2)));
                }
                let link =
                    Link::new(LinkKind::Other(text(length)), format!("https://example.com/{}", address.repeat(length)));
                alert.links = vec![link; 20];
                within_limits(&alert);
            }
        }
    }
}

fn within_limits(alert: &Alert) {
    let sns = alert.sns();
    assert!((1..100).contains(&sns.subject.len()), "{}", sns.subject);
    assert!(sns.subject.bytes().all(|byte| (0x20..0x7f).contains(&byte)) && !sns.subject.starts_with(' '));
    assert!(!sns.text.trim().is_empty() && sns.text.len() <= 90_000, "{} bytes", sns.text.len());
    assert!(sns.text.chars().all(|c| c == '\n' || !c.is_control()));
    assert!((2..=5).contains(&sns.attributes.len()));
    for (name, value) in &sns.attributes {
        assert!(!value.is_empty() && value.chars().count() <= 256 && !value.contains(char::is_control), "{name}");
    }

    let slack = alert.slack();
    assert!((1..=4_000).contains(&slack.text.chars().count()));
    markup_is_ours(&slack.text, false);
    assert!((1..=50).contains(&slack.blocks.len()));
    // Slack refuses messages of more than about 13,200 characters; nobody knows which it counts.
    let whole = serde_json::to_string(&slack.blocks).unwrap();
    assert!(whole.encode_utf16().count() <= 12_500, "{} characters", whole.encode_utf16().count());
    for block in &slack.blocks {
        match block["type"].as_str().unwrap() {
            "header" => {
                assert_eq!((&block["text"]["type"], &block["text"]["emoji"]), (&"plain_text".into(), &true.into()));
                assert!((1..=150).contains(&length(&block["text"])));
                assert!(!block["text"]["text"].as_str().unwrap().contains(['<', '>']));
            }
            "section" => checked(&block["text"], 3_000),
            "context" => {
                let elements = block["elements"].as_array().unwrap();
                assert!((1..=10).contains(&elements.len()));
                for element in elements {
                    checked(element, 2_000);
                }
            }
            other => panic!("{other}"),
        }
    }
}

fn checked(text: &Value, limit: usize) {
    assert_eq!((&text["type"], &text["verbatim"]), (&"mrkdwn".into(), &true.into()));
    assert!((1..=limit).contains(&length(text)), "{text}");
    let text = text["text"].as_str().unwrap();
    let code = text.strip_prefix("```\n").and_then(|text| text.strip_suffix("\n```"));
    assert!(!code.unwrap_or(text).contains("```"), "{text}");
    markup_is_ours(code.unwrap_or(text), code.is_some());
}

fn length(text: &Value) -> usize {
    text["text"].as_str().unwrap().encode_utf16().count()
}

/// Every `<...>` is a link to the web, a date or a mention of the alert's own kind, every `&` begins one of the three
/// entities, and outside of code and addresses nothing formats but a pair of `*` in a line.
fn markup_is_ours(text: &str, code: bool) {
    let (mut rest, mut outside) = (text, String::new());
    while let Some((before, inside)) = rest.split_once('<') {
        let (inside, after) = inside.split_once('>').unwrap_or_else(|| panic!("open in {text}"));
        let mentions = ["!here", "!channel", "@U012AB3CD", "!subteam^S012AB3CD"];
        let link = ["https://", "http://"].iter().any(|scheme| inside.starts_with(scheme)) && inside.contains('|');
        assert!(!code && (mentions.contains(&inside) || inside.starts_with("!date^") || link), "<{inside}> in {text}");
        outside += before;
        outside += inside.split_once('|').map_or("", |(_, label)| label);
        rest = after;
    }
    outside += rest;
    for (at, _) in text.match_indices('&') {
        assert!(["&amp;", "&lt;", "&gt;"].iter().any(|entity| text[at..].starts_with(entity)), "{text}");
    }
    for line in outside.lines().filter(|_| !code) {
        assert!(!line.contains(['`', '~']) && [0, 2].contains(&line.matches('*').count()), "{line}");
        for word in line.split(|c: char| !c.is_alphanumeric() && c != '_') {
            assert!(!word.starts_with('_') && !word.ends_with('_'), "{line}");
        }
    }
    assert!(!text.contains("@here") && !text.contains("@channel") && !text.contains("@everyone"), "{text}");
}
