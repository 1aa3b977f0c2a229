//! What is wrong with the permissions, in sentences.

use std::collections::BTreeSet;

use super::{Call, Reason, Role, Unseen};

/// The template whose roles runs use; those of the stacks inside it belong to environments that a run does not make.
const RUN_TEMPLATE: &str = "template.yaml";

/// What was seen: the role, the statement and the action.
pub type Seen = BTreeSet<(String, String, String)>;

/// What the calls show of what is allowed.
#[must_use]
pub fn seen(calls: &[Call]) -> Seen {
    let allowed = calls.iter().filter(|call| call.is_allowed());
    allowed.map(|call| (call.role.clone(), call.statement.clone(), call.action.clone())).collect()
}

/// Whether a statement's action was seen.
pub(super) fn is_seen(seen: &Seen, role: &Role, sid: &str, action: &str) -> bool {
    role.template == RUN_TEMPLATE && seen.contains(&(role.name.clone(), sid.to_owned(), action.to_owned()))
}

/// What was refused and is not expected to be.
#[must_use]
pub fn denied(calls: &[Call], unseen: &Unseen) -> Vec<String> {
    let unexpected = |call: &&Call| !call.is_allowed() && !unseen.denied.iter().any(|denial| denial.expects(call));
    let all = calls.iter().filter(unexpected);
    all.map(|call| format!("{} may not {} on {}, and asked to", call.role, call.action, call.resource)).collect()
}

/// Everything that is allowed without a use or a reason, used without being allowed, or explained without need.
#[must_use]
pub fn problems(roles: &[Role], calls: &[Call], unseen: &Unseen) -> Vec<String> {
    let mut problems = denied(calls, unseen);
    let seen = seen(calls);
    let every = || {
        roles.iter().flat_map(|role| {
            let statements = role.statements.iter();
            statements.flat_map(move |statement| statement.actions.iter().map(move |action| (role, statement, action)))
        })
    };
    for (role, statement, action) in every() {
        let covers = |reason: &&Reason| reason.covers(role.template, &role.name, &statement.sid, action);
        let (name, sid) = (&role.name, &statement.sid);
        match (is_seen(&seen, role, sid, action), unseen.unseen.iter().find(covers)) {
            (false, None) => problems.push(format!(
                "{name}, {sid}: {action} was not seen and has no reason: give one, or take it from {}",
                role.template
            )),
            (true, Some(reason)) => {
                problems.push(format!("{name}, {sid}: {action} was seen; unseen is \"{}\"", reason.reason));
            }
            _ => {}
        }
    }
    for reason in &unseen.unseen {
        for action in reason.actions.as_deref().map_or_else(|| vec![None], |some| some.iter().map(Some).collect()) {
            let names = |(role, statement, allowed): (&Role, &super::Statement, &String)| {
                action.is_none_or(|action| action == allowed)
                    && reason.covers(role.template, &role.name, &statement.sid, allowed)
            };
            if !every().any(names) {
                problems.push(format!(
                    "{}, {}: {} is not allowed, and has the reason \"{}\"",
                    reason.role,
                    reason.statement.as_deref().unwrap_or("every statement"),
                    action.map_or("everything", String::as_str),
                    reason.reason
                ));
            }
        }
    }
    for denial in unseen.denied.iter().filter(|denial| !calls.iter().any(|call| denial.expects(call))) {
        problems
            .push(format!("{} was not refused {}, which was expected: {}", denial.role, denial.action, denial.reason));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permissions::{Denial, Statement};

    fn role() -> Role {
        let statement = Statement {
            sid: "Read".to_owned(),
            when: Vec::new(),
            actions: vec!["s3:GetObject".to_owned(), "s3:ListBucket".to_owned()],
            resources: vec!["*".to_owned()],
            condition: None,
        };
        Role { template: RUN_TEMPLATE, name: "Role".to_owned(), statements: vec![statement], managed: Vec::new() }
    }

    fn call(action: &str, decision: &str, statement: &str) -> Call {
        let (role, resource) = ("Role".to_owned(), "arn".to_owned());
        Call {
            role,
            action: action.to_owned(),
            resource,
            decision: decision.to_owned(),
            statement: statement.to_owned(),
        }
    }

    fn reason(statement: Option<&str>, actions: Option<&[&str]>) -> Reason {
        Reason {
            role: "Role".to_owned(),
            template: RUN_TEMPLATE.to_owned(),
            statement: statement.map(str::to_owned),
            actions: actions.map(|actions| actions.iter().map(|action| (*action).to_owned()).collect()),
            reason: "why".to_owned(),
        }
    }

    #[test]
    fn what_is_allowed_is_seen_or_has_a_reason() {
        let get = call("s3:GetObject", "Allow", "Read");
        let list = call("s3:ListBucket", "Allow", "Read");
        let lists = || vec![reason(Some("Read"), Some(&["s3:ListBucket"]))];
        let table: [(Vec<Call>, Vec<Reason>, &[&str]); 8] = [
            (vec![get.clone(), list.clone()], vec![], &[]),
            (vec![get.clone()], lists(), &[]),
            (vec![], vec![reason(None, None)], &[]),
            (vec![get.clone()], vec![], &["s3:ListBucket was not seen and has no reason"]),
            (vec![get.clone(), list], lists(), &["s3:ListBucket was seen"]),
            (vec![get.clone()], vec![reason(None, None)], &["s3:GetObject was seen"]),
            // By another statement it is another permission.
            (
                vec![get.clone(), call("s3:ListBucket", "Allow", "Other")],
                vec![],
                &["s3:ListBucket was not seen and has no reason"],
            ),
            (
                vec![get],
                [lists(), vec![reason(Some("Read"), Some(&["s3:PutObject"])), reason(Some("Gone"), None)]]
                    .into_iter()
                    .flatten()
                    .collect(),
                &["Read: s3:PutObject is not allowed", "Gone: everything is not allowed"],
            ),
        ];
        for (calls, reasons, expected) in table {
            let found = problems(&[role()], &calls, &Unseen { unseen: reasons, denied: Vec::new() });
            assert_eq!(found.len(), expected.len(), "{found:?}");
            assert!(found.iter().zip(expected).all(|(found, part)| found.contains(part)), "{found:?}");
        }
    }

    #[test]
    fn a_refusal_is_expected_or_a_problem() {
        let denial = || Denial { role: "Role".to_owned(), action: "s3:PutObject".to_owned(), reason: "why".to_owned() };
        let refused = call("s3:PutObject", "ImplicitDeny", "");
        for (calls, expected, problem) in [
            (vec![], vec![], None),
            (vec![refused.clone()], vec![denial()], None),
            (vec![refused], vec![], Some("Role may not s3:PutObject on arn")),
            (vec![], vec![denial()], Some("Role was not refused s3:PutObject")),
            (vec![call("s3:PutObject", "Allow", "")], vec![denial()], Some("Role was not refused s3:PutObject")),
        ] {
            let unseen = Unseen { unseen: vec![reason(None, None)], denied: expected };
            let found = problems(&[role()], &calls, &unseen);
            assert_eq!(found.len(), usize::from(problem.is_some()), "{found:?}");
            assert!(found.iter().all(|found| found.contains(problem.unwrap_or_default())), "{found:?}");
        }
    }
}
