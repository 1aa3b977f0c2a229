use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::suite::Suite;
use crate::suite::Work;

/// The matchers that a suite has for the path `$`, or for the body.
fn suite(of_json: bool, matchers: &str) -> Suite {
    let expect = if of_json { format!("json: {{ $: {matchers} }}") } else { format!("body: {matchers}") };
    let text = format!(
        "version: 1\nvariables: {{ two: '2', ab: ab }}\nchecks:\n  - name: a\n    request: GET /\n    expect: {{ {expect} }}\n"
    );
    Suite::parse(&text, "s.yaml").unwrap_or_else(|errors| panic!("{errors}"))
}

fn judge(of_json: bool, matchers: &str, subject: Subject<'_>) -> Result<(), Mismatch> {
    let suite = suite(of_json, matchers);
    let Work::Steps(steps) = &suite.checks[0].work else { panic!("{suite:?}") };
    let expect = &steps[0].expect;
    let matchers = if of_json { &expect.json[0].matchers } else { &expect.body.as_ref().unwrap().matchers };
    matchers.judge(subject, &suite.variables)
}

#[test]
fn json_values_are_matched() {
    for (matchers, value, holds) in [
        ("2", json!(2), true),
        ("2", json!(2.0), true),
        ("2", json!("2"), false),
        ("'2'", json!(2), false),
        ("'{{two}}'", json!(2), true),
        ("'{{two}}'", json!("2"), true),
        ("'{{ab}}'", json!("abc"), false),
        ("null", json!(null), true),
        ("null", json!(false), false),
        ("[1, { a: x }]", json!([1, { "a": "x" }]), true),
        ("[1]", json!([1, 2]), false),
        ("{ equals: { a: 1, b: 2 } }", json!({ "b": 2, "a": 1 }), true),
        ("{ equals: { a: 1 } }", json!({ "b": 2, "a": 1 }), false),
        ("{ not: 2 }", json!(3), true),
        ("{ not: 2 }", json!(2), false),
        ("{ not: { above: 1, below: 5 } }", json!(7), true),
        ("{ not: { above: 1, below: 5 } }", json!(3), false),
        ("{ contains: b }", json!("abc"), true),
        ("{ contains: '{{ab}}' }", json!("abc"), true),
        ("{ contains: 42 }", json!("a42"), true),
        ("{ contains: b }", json!(["a", "b"]), true),
        ("{ contains: 2 }", json!([1, 2.0]), true),
        ("{ contains: b }", json!({ "b": 1 }), false),
        ("{ starts_with: a, ends_with: c }", json!("abc"), true),
        ("{ starts_with: a, ends_with: b }", json!("abc"), false),
        ("{ starts_with: 1 }", json!(123), true),
        ("{ matches: '^[A-Z]{3}$' }", json!("EUR"), true),
        ("{ matches: '^[A-Z]{3}$' }", json!("EURO"), false),
        ("{ matches: '1' }", json!([1]), false),
        ("{ one_of: [1, a] }", json!("a"), true),
        ("{ one_of: [1, a] }", json!("1"), false),
        ("{ exists: true }", json!(null), true),
        ("{ exists: false }", json!(null), false),
        ("{ empty: true }", json!(""), true),
        ("{ empty: true }", json!({}), true),
        ("{ empty: true }", json!(null), true),
        ("{ empty: false }", json!([0]), true),
        ("{ empty: true }", json!(0), false),
        ("{ empty: false }", json!(0), false),
        ("{ length: 3 }", json!("äöü"), true),
        ("{ length: 1 }", json!([[1, 2]]), true),
        ("{ length: { at_least: 2, below: 4 } }", json!([1, 2, 3]), true),
        ("{ length: { at_least: 4 } }", json!([1, 2, 3]), false),
        ("{ length: 1 }", json!(1), false),
        ("{ above: 1.5 }", json!(2), true),
        ("{ above: 2 }", json!(2), false),
        ("{ at_least: 2, at_most: 2 }", json!(2), true),
        ("{ below: 2 }", json!(-1), true),
        ("{ above: 9007199254740992 }", json!(9_007_199_254_740_993_u64), true),
        ("{ above: 1 }", json!("2"), false),
        ("{ type: integer }", json!(2.0), true),
        ("{ type: integer }", json!(2.5), false),
        ("{ type: number }", json!(2.5), true),
        ("{ type: string }", json!("x"), true),
        ("{ type: object }", json!([]), false),
        ("{ type: null }", json!(null), true),
    ] {
        let judged = judge(true, matchers, Subject::Json(&value));
        assert_eq!(judged.is_ok(), holds, "{matchers} of {value}: {judged:?}");
    }
}

#[test]
fn what_is_missing_matches_nothing_but_its_absence() {
    for (matchers, missing, no_matches) in [
        ("{ exists: false }", true, true),
        ("{ exists: true }", false, false),
        ("null", false, false),
        ("{ not: 1 }", false, true),
        ("{ empty: true }", false, true),
        ("{ length: 0 }", false, true),
        ("[]", false, true),
        ("{ type: array }", false, true),
        ("{ contains: a }", false, false),
    ] {
        assert_eq!(judge(true, matchers, Subject::Missing).is_ok(), missing, "{matchers} of nothing");
        assert_eq!(judge(true, matchers, Subject::NoMatches).is_ok(), no_matches, "{matchers} of no matches");
    }
}

#[test]
fn texts_have_no_types() {
    for (matchers, text, holds) in [
        ("200", "200", true),
        ("001", "1", false),
        ("'{{ab}}c'", "abc", true),
        ("{ one_of: [1, yes] }", "1", true),
        ("{ above: 100 }", " 128\n", true),
        ("{ above: 100 }", "128 KiB", false),
        ("{ contains: 1.50 }", "EUR 1.50", true),
        ("{ type: string }", "1", true),
        ("{ type: number }", "1", false),
        ("{ length: 2 }", "äö", true),
    ] {
        assert_eq!(judge(false, matchers, Subject::Text(text)).is_ok(), holds, "{matchers} of {text:?}");
    }
}

#[test]
fn mismatches_are_said_in_words() {
    let (three, list) = (json!(3), json!([1, 2]));
    for (matchers, subject, expected, actual) in [
        ("2", Subject::Json(&three), "2", "3"),
        ("'2'", Subject::Json(&three), "\"2\"", "3"),
        ("{ not: 3 }", Subject::Json(&three), "anything but 3", "3"),
        ("{ not: { above: 2 } }", Subject::Json(&three), "not above 2", "3"),
        ("{ contains: x }", Subject::Text("a\"b"), "containing \"x\"", "\"a\\\"b\""),
        ("{ starts_with: x }", Subject::Text("a"), "starting with \"x\"", "\"a\""),
        ("{ matches: x+ }", Subject::Text("a"), "matching /x+/", "\"a\""),
        ("{ one_of: [1, b] }", Subject::Json(&three), "one of 1, \"b\"", "3"),
        ("{ exists: true }", Subject::Missing, "to be there", "nothing"),
        ("{ empty: true }", Subject::Json(&list), "to be empty", "[1,2]"),
        ("{ length: { above: 2 } }", Subject::Json(&list), "of length above 2", "length 2 ([1,2])"),
        ("{ above: 2, below: 3 }", Subject::Json(&three), "below 3", "3"),
        ("{ type: string }", Subject::Json(&three), "of type string", "number 3"),
        ("{ empty: false }", Subject::NoMatches, "not to be empty", "no match"),
    ] {
        let of_json = !matches!(subject, Subject::Text(_));
        let mismatch = judge(of_json, matchers, subject).unwrap_err();
        assert_eq!((mismatch.expected.as_str(), mismatch.actual.as_str()), (expected, actual), "{matchers}");
    }
}

proptest! {
    #[test]
    fn no_value_makes_a_matcher_panic(text in "\\PC*", number: f64) {
        let values = [json!(text), json!(number), json!([text]), json!({ (text.clone()): number })];
        for matchers in ["{ above: 0 }", "{ length: { below: 9 } }", "{ contains: a }", "{ type: integer }", "{ matches: '^a' }"] {
            for value in &values {
                let _: Result<(), Mismatch> = judge(true, matchers, Subject::Json(value));
            }
            let _: Result<(), Mismatch> = judge(false, matchers, Subject::Text(&text));
        }
    }
}
