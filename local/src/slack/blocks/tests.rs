use serde_json::{Value, json};

use super::{Texts, check};

fn section(text: &str) -> Value {
    json!({ "type": "section", "text": { "type": "mrkdwn", "text": text } })
}

fn header(text: &str) -> Value {
    json!({ "type": "header", "text": { "type": "plain_text", "text": text, "emoji": true } })
}

fn button(id: &str) -> Value {
    json!({ "type": "button", "action_id": id, "text": { "type": "plain_text", "text": "Retry" } })
}

fn actions(elements: &[Value]) -> Value {
    json!({ "type": "actions", "elements": elements })
}

fn fields(count: usize, length: usize) -> Value {
    let field = json!({ "type": "mrkdwn", "text": "x".repeat(length) });
    json!({ "type": "section", "fields": vec![field; count] })
}

fn context(count: usize) -> Value {
    json!({ "type": "context", "elements": vec![json!({ "type": "plain_text", "text": "x" }); count] })
}

fn with(mut value: Value, pointer: &str, name: &str, member: Value) -> Value {
    value.pointer_mut(pointer).unwrap()[name] = member;
    value
}

#[test]
fn what_slack_takes() {
    let buttons: Vec<Value> = (0..25).map(|id| button(&id.to_string())).collect();
    let confirm = json!({
        "title": { "type": "plain_text", "text": "Sure?" }, "text": { "type": "mrkdwn", "text": "*Really*" },
        "confirm": { "type": "plain_text", "text": "Yes" }, "deny": { "type": "plain_text", "text": "No" },
    });
    let table = [
        vec![],
        vec![header(&"x".repeat(150)), section(&"ö".repeat(3000)), json!({ "type": "divider", "block_id": "b" })],
        vec![fields(10, 100), fields(1, 2000), context(10), actions(&buttons)],
        vec![json!({ "type": "divider" }); 50],
        vec![with(section("x"), "", "accessory", with(button("a"), "", "confirm", confirm))],
        vec![actions(&[with(with(button("a"), "", "style", json!("danger")), "", "url", json!("https://a/b"))])],
    ];
    for blocks in table {
        assert_eq!(check(&blocks, Some("text")), Ok(Texts::Fit), "{}", json!(blocks));
    }
}

#[test]
fn what_slack_refuses_and_where() {
    let less =
        |limit: usize, place: &str| format!("must be less than {limit} characters [json-pointer:/blocks/0{place}]");
    let table = [
        (header(&"x".repeat(151)), less(151, "/text/text")),
        (header(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]".to_owned()),
        (json!({ "type": "header", "text": { "type": "mrkdwn", "text": "x" } }), "unsupported type: mrkdwn".to_owned()),
        (section(&"x".repeat(3001)), less(3001, "/text/text")),
        (json!({ "type": "section" }), "missing required field: text [json-pointer:/blocks/0]".to_owned()),
        (fields(11, 1), "no more than 10 items allowed [json-pointer:/blocks/0/fields]".to_owned()),
        (fields(0, 1), "no less than 1 items allowed [json-pointer:/blocks/0/fields]".to_owned()),
        (fields(1, 2001), less(2001, "/fields/0/text")),
        (context(11), "no more than 10 items allowed [json-pointer:/blocks/0/elements]".to_owned()),
        (
            actions(&(0..26).map(|id| button(&id.to_string())).collect::<Vec<_>>()),
            "no more than 25 items allowed".to_owned(),
        ),
        (actions(&[button("a"), button("a")]), "`action_id` already exists: a".to_owned()),
        (actions(&[with(button("a"), "/text", "text", json!("x".repeat(76)))]), less(76, "/elements/0/text/text")),
        (actions(&[with(button("a"), "", "value", json!("x".repeat(2001)))]), less(2001, "/elements/0/value")),
        (actions(&[button(&"x".repeat(256))]), less(256, "/elements/0/action_id")),
        (actions(&[with(button("a"), "", "url", json!("x".repeat(3001)))]), less(3001, "/elements/0/url")),
        (actions(&[with(button("a"), "", "url", json!("javascript:x"))]), "must be a valid url".to_owned()),
        (actions(&[with(button("a"), "", "style", json!("red"))]), "must be a valid enum value".to_owned()),
        (actions(&[json!({ "type": "datepicker" })]), "unsupported type: datepicker".to_owned()),
        (json!({ "type": "image" }), "unsupported type: image [json-pointer:/blocks/0/type]".to_owned()),
        (json!({}), "missing required field: type [json-pointer:/blocks/0]".to_owned()),
        (json!("divider"), "must be an object [json-pointer:/blocks/0]".to_owned()),
        (json!({ "type": "divider", "colour": 1 }), "invalid additional property: colour".to_owned()),
        (json!({ "type": "divider", "block_id": "x".repeat(256) }), less(256, "/block_id")),
        (section("a & b"), "not escaped".to_owned()),
        (section("```a"), "```".to_owned()),
    ];
    for (block, expected) in table {
        let problems = check(std::slice::from_ref(&block), None).unwrap_err();
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(said.join("\n").contains(&expected), "{block}\n{said:?}\n{expected}");
    }
}

#[test]
fn the_blocks_together() {
    let problems = check(&vec![json!({ "type": "divider" }); 51], None).unwrap_err();
    assert_eq!(problems[0].to_string(), "no more than 50 items allowed [json-pointer:/blocks]");
    let twice = vec![json!({ "type": "divider", "block_id": "b" }); 2];
    assert!(check(&twice, None).unwrap_err()[0].to_string().contains("`block_id` already exists: b"));
    assert!(check(&[], Some("<b")).unwrap_err()[0].to_string().ends_with("[json-pointer:/text]"));
    // Five sections of 2,515 characters and 125 for each are exactly the limit.
    for (length, expected) in [(2515, Texts::Fit), (2516, Texts::TooLong)] {
        assert_eq!(check(&vec![section(&"x".repeat(length)); 5], None), Ok(expected), "{length}");
    }
}
