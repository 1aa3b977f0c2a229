//! IAM statements: named, of named actions.

use serde_json::Value;

use crate::platform::{STACKS, resources_given};

#[test]
fn no_statement_allows_every_action() {
    let mut seen = 0;
    for given in STACKS {
        let roles = resources_given(given, "AWS::IAM::Role");
        for (name, role) in roles.into_iter().chain(resources_given(given, "AWS::IAM::Policy")) {
            for statement in statements(&role) {
                let actions = actions(&statement);
                assert!(actions.iter().all(|action| !action.contains('*')), "{name}: {actions:?}");
                assert!(statement["Sid"].is_string(), "{name}: a statement without a name");
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "only {seen} statements were found");
}

/// The statements of a role or a policy.
pub(crate) fn statements(role: &Value) -> Vec<Value> {
    let properties = &role["Properties"];
    let inline = properties["Policies"].as_array().cloned().unwrap_or_else(|| vec![properties.clone()]);
    inline.iter().flat_map(|policy| policy["PolicyDocument"]["Statement"].as_array().unwrap().clone()).collect()
}

/// The actions of a statement.
pub(crate) fn actions(statement: &Value) -> Vec<String> {
    match &statement["Action"] {
        Value::Array(actions) => actions.iter().map(|action| action.as_str().unwrap().to_owned()).collect(),
        action => vec![action.as_str().unwrap().to_owned()],
    }
}
