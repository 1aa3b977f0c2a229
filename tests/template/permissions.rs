//! `docs/permissions.md` says what the templates allow.

use std::collections::BTreeSet;

use launchway::permissions::{Role, Unseen, allowed, page, problems, read_unseen};
use launchway::project::Project;

use crate::source::root;
use crate::statements::{actions, statements};

fn read() -> (Project, Vec<Role>, Unseen) {
    let project = Project::open(root()).unwrap();
    let roles = allowed(&project).unwrap();
    let unseen = read_unseen(&project.unseen_permissions()).unwrap();
    (project, roles, unseen)
}

/// What has no reason was seen when the page was written: without a run, the whole page can be told from the templates and
/// the reasons.
#[test]
fn the_page_is_what_the_generator_writes_now() {
    let (project, roles, unseen) = read();
    let has_no_reason = |role: &Role, sid: &str, action: &str| {
        !unseen.unseen.iter().any(|reason| reason.covers(role.template, &role.name, sid, action))
    };
    let mut seen = BTreeSet::new();
    for role in &roles {
        for statement in &role.statements {
            let used = statement.actions.iter().filter(|action| has_no_reason(role, &statement.sid, action));
            seen.extend(used.map(|action| (role.name.clone(), statement.sid.clone(), action.clone())));
        }
    }
    assert!(seen.len() > 50, "only {} permissions were seen", seen.len());
    let written = std::fs::read_to_string(project.permissions_page()).unwrap();
    assert!(
        written == page(&roles, &seen, &unseen),
        "docs/permissions.md is not what the templates and the reasons say: run `make permissions`"
    );
}

/// Read apart from the generator: nothing that a template allows is missing from its list.
#[test]
fn every_statement_of_the_template_is_listed() {
    let (_, roles, _) = read();
    let mut known = 0;
    for given in crate::platform::STACKS {
        for (name, role) in crate::platform::resources_given(given, "AWS::IAM::Role") {
            let listed = roles.iter().find(|one| one.template == "template.yaml" && one.name == name).unwrap();
            for statement in statements(&role) {
                let sid = statement["Sid"].as_str().unwrap();
                let found = listed.statements.iter().any(|one| one.sid == sid && one.actions == actions(&statement));
                assert!(found, "{name}: {sid} is not listed, or with other actions");
                known += 1;
            }
        }
    }
    assert!(known > 50, "only {known} statements were looked for");
}

#[test]
fn every_reason_is_for_something_that_is_allowed() {
    let (_, roles, unseen) = read();
    // No calls: what was seen counts as missing here, and a reason for nothing is a problem with any calls.
    let stale: Vec<String> =
        problems(&roles, &[], &unseen).into_iter().filter(|problem| problem.contains("is not allowed, and")).collect();
    assert_eq!(stale, Vec::<String>::new());
}
