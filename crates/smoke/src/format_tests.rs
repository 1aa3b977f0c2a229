use std::collections::BTreeSet;

use super::*;
use crate::parse::keys;

#[test]
fn the_kept_schema_is_that_of_the_code() {
    let kept = include_str!("../smoke-suite.schema.json");
    assert_eq!(
        kept,
        format!("{:#}\n", schema()),
        "renew it: launchway smoke schema > crates/smoke/smoke-suite.schema.json"
    );
}

#[test]
fn the_schema_and_the_parser_know_the_same_keys() {
    let schema = schema();
    let check_with_request = keys::check_with_request();
    for (definition, keys) in [
        (None, keys::SUITE),
        (Some("defaults"), keys::DEFAULTS),
        (Some("retry"), keys::RETRY),
        (Some("check_with_request"), &check_with_request),
        (Some("check_with_steps"), keys::CHECK_WITH_STEPS),
        (Some("check_of_tls"), keys::CHECK_OF_TLS),
        (Some("tls"), keys::TLS),
        (Some("step"), keys::STEP),
        (Some("expect"), keys::EXPECT),
        (Some("latency"), keys::LATENCY),
        (Some("capture"), keys::CAPTURE),
        (Some("matchers"), keys::MATCHERS),
    ] {
        let part = definition.map_or(&schema, |name| &schema["$defs"][name]);
        let described: BTreeSet<&str> = part["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(described, keys.iter().copied().collect(), "{definition:?}");
        assert_eq!(part["additionalProperties"], false, "{definition:?}");
        let explained = |(_, property): (&String, &Value)| property["description"].is_string();
        assert!(part["properties"].as_object().unwrap().iter().all(explained), "{definition:?}");
    }
}
