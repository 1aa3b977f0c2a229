//! Values of a template as a person reads them, without what only a deployment knows.

use serde_json::Value;

/// What stands for a property that is left out.
const NO_VALUE: &str = "AWS::NoValue";

/// A value that depends on conditions: its parts, each with the conditions under which it is there.
pub(super) fn cases(value: &Value) -> Vec<(Vec<String>, &Value)> {
    if let Some(items) = value.as_array() {
        return items.iter().flat_map(cases).collect();
    }
    let Some([Value::String(condition), then, otherwise]) = function(value, "Fn::If").and_then(parts) else {
        let is_left_out = value["Ref"] == NO_VALUE;
        return if is_left_out { Vec::new() } else { vec![(Vec::new(), value)] };
    };
    let under = |condition: String, value| {
        cases(value).into_iter().map(move |(mut conditions, value)| {
            conditions.insert(0, condition.clone());
            (conditions, value)
        })
    };
    under(condition.clone(), then).chain(under(format!("not {condition}"), otherwise)).collect()
}

/// The text of a resource: what it names, as `Fn::Sub` writes it.
pub(super) fn text(value: &Value) -> String {
    let sub = function(value, "Fn::Sub").map(|sub| sub.get(0).unwrap_or(sub));
    if let Some(text) = sub.or(Some(value)).and_then(Value::as_str) {
        return text.to_owned();
    }
    if let Some(name) = function(value, "Ref").and_then(Value::as_str) {
        return format!("${{{name}}}");
    }
    match function(value, "Fn::GetAtt").and_then(parts) {
        Some([Value::String(resource), Value::String(attribute)]) => format!("${{{resource}.{attribute}}}"),
        _ => value.to_string(),
    }
}

fn parts(value: &Value) -> Option<&[Value]> {
    value.as_array().map(Vec::as_slice)
}

fn function<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.as_object().filter(|map| map.len() == 1)?.get(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn resources_are_written_as_sub_writes_them() {
        for (value, expected) in [
            (json!("*"), "*"),
            (json!({ "Ref": "Topic" }), "${Topic}"),
            (json!({ "Fn::GetAtt": ["Bucket", "Arn"] }), "${Bucket.Arn}"),
            (json!({ "Fn::Sub": "${Bucket.Arn}/*" }), "${Bucket.Arn}/*"),
            (json!({ "Fn::Sub": ["${A}/*", { "A": "b" }] }), "${A}/*"),
            (json!({ "Fn::Join": [":", ["a"]] }), r#"{"Fn::Join":[":",["a"]]}"#),
        ] {
            assert_eq!(text(&value), expected);
        }
    }

    #[test]
    fn a_case_names_its_conditions() {
        let nothing = json!({ "Ref": NO_VALUE });
        let inner = json!({ "Fn::If": ["B", "b", "c"] });
        let value = json!(["a", { "Fn::If": ["A", inner, nothing] }]);
        let found: Vec<String> =
            cases(&value).into_iter().map(|(conditions, value)| format!("{conditions:?} {value}")).collect();
        assert_eq!(found, [r#"[] "a""#, r#"["A", "B"] "b""#, r#"["A", "not B"] "c""#]);
    }
}
