//! The kept renderings in `tests/golden`: three files a case. After a change that is meant, renew them and read the
//! difference:
//!
//! ```sh
//! RENEW_GOLDEN=1 cargo test -p alert --test renderings
//! ```

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use alert::{Alert, Kind};

use crate::cases::cases;

#[test]
fn every_rendering_is_as_kept() {
    let mut changed = Vec::new();
    let mut known = BTreeSet::new();
    for (name, alert) in cases() {
        let slack = serde_json::to_string_pretty(&alert.slack().to_json()).unwrap() + "\n";
        let body = serde_json::to_string_pretty(&alert.to_json().unwrap()).unwrap() + "\n";
        for (ending, text) in [("sns.txt", notification(&alert)), ("slack.json", slack), ("body.json", body)] {
            let file = format!("{name}.{ending}");
            if !as_kept(&file, &text) {
                changed.push(file.clone());
            }
            known.insert(file);
        }
    }
    let kept: BTreeSet<String> =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(changed.is_empty(), "these differ; see the head of golden.rs: {changed:?}");
    assert_eq!(kept, known, "files of cases that are gone");
}

#[test]
fn every_kind_has_a_case() {
    for kind in Kind::ALL {
        assert!(cases().iter().any(|(_, alert)| alert.kind == kind), "{kind:?}");
    }
}

fn notification(alert: &Alert) -> String {
    let sns = alert.sns();
    let mut text = format!("Subject: {}\n", sns.subject);
    for (name, value) in sns.attributes {
        writeln!(text, "{name}: {value}").unwrap();
    }
    text + "\n" + &sns.text
}

/// Compares with the kept file, or keeps `text` when that is asked for.
#[expect(clippy::disallowed_methods, reason = "whether to renew is for who runs the tests to say")]
fn as_kept(file: &str, text: &str) -> bool {
    let path = folder().join(file);
    if std::env::var_os("RENEW_GOLDEN").is_some() {
        fs::write(&path, text).unwrap();
    }
    fs::read_to_string(&path).is_ok_and(|kept| kept == text)
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}
