//! The roles that a task definition hands on to its tasks. Whoever registers or runs it has to be allowed to pass them.

use serde_json::Value;

/// What the call's context says of such a role, for policies that say to which service it may be passed.
pub(super) const TO_TASKS: [(&str, &str); 1] = [("iam:PassedToService", "ecs-tasks.amazonaws.com")];

/// The ARNs of the roles in a task definition. The emulator shows one that is missing as an empty text.
pub(super) fn passed_roles(definition: &Value) -> impl Iterator<Item = &str> {
    let roles = ["executionRoleArn", "taskRoleArn"].into_iter().filter_map(|member| definition[member].as_str());
    roles.filter(|role| !role.is_empty())
}
