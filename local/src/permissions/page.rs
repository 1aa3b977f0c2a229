//! The page `docs/permissions.md`.

use std::fmt::Write as _;

use super::verdict::{Seen, is_seen};
use super::{Role, Statement, Unseen};

const HEAD: &str = "# What each role may do\n\n\
    Written by `make permissions` from the templates, the calls of one `make run` on each platform and one with `--tests`, and the reasons in\n\
    [permissions-unseen.yaml](permissions-unseen.yaml); do not edit it. *Seen* says whether a run called the action by\n\
    this statement, and if none did, why it is allowed. A resource of the template stands as `${Name}`, what only some\n\
    stacks have under the template's conditions.\n";

/// Writes the page.
#[must_use]
pub fn page(roles: &[Role], seen: &Seen, unseen: &Unseen) -> String {
    let mut page = HEAD.to_owned();
    let mut template = "";
    for role in roles {
        if role.template != template {
            template = role.template;
            // Writing to a text does not fail.
            let _ = write!(page, "\n## {template}\n");
        }
        let _ = write!(page, "\n### {}\n\n", role.name);
        for managed in &role.managed {
            let _ = write!(page, "Has the managed policy `{managed}`.\n\n");
        }
        page.push_str("| Statement | Actions | Resources | Condition | Seen in `make run` |\n|---|---|---|---|---|\n");
        for statement in &role.statements {
            page.push_str(&row(role, statement, seen, unseen));
        }
    }
    if !unseen.denied.is_empty() {
        page.push_str("\n## Refused, as it should be\n\n| Role | Action | Why |\n|---|---|---|\n");
        for denial in &unseen.denied {
            let _ = writeln!(page, "| {} | `{}` | {} |", denial.role, denial.action, denial.reason);
        }
    }
    page
}

fn row(role: &Role, statement: &Statement, seen: &Seen, unseen: &Unseen) -> String {
    let mut name = statement.sid.clone();
    if !statement.when.is_empty() {
        let _ = write!(name, "<br>*{}*", statement.when.join(", "));
    }
    let condition = statement.condition.as_ref().map(|json| format!("`{json}`")).unwrap_or_default();
    let (actions, resources) = (code(&statement.actions), code(&statement.resources));
    format!("| {name} | {actions} | {resources} | {condition} | {} |\n", uses(role, statement, seen, unseen))
}

/// Whether each action was seen; one word or one reason when it is the same for all.
fn uses(role: &Role, statement: &Statement, seen: &Seen, unseen: &Unseen) -> String {
    let sid = &statement.sid;
    let answer = |action: &String| {
        let reason = unseen.unseen.iter().find(|reason| reason.covers(role.template, &role.name, sid, action));
        match (is_seen(seen, role, sid, action), reason) {
            (true, _) => "yes".to_owned(),
            (false, Some(reason)) => format!("no: {}", reason.reason),
            (false, None) => "no".to_owned(),
        }
    };
    let mut answers: Vec<(String, Vec<String>)> = Vec::new();
    for action in &statement.actions {
        let answer = answer(action);
        match answers.iter_mut().find(|(known, _)| *known == answer) {
            Some((_, actions)) => actions.push(action.clone()),
            None => answers.push((answer, vec![action.clone()])),
        }
    }
    match answers.as_slice() {
        [(answer, _)] => answer.clone(),
        several => {
            let told: Vec<_> = several
                .iter()
                .map(|(answer, actions)| format!("{}: {answer}", code(actions).replace("<br>", ", ")))
                .collect();
            told.join("<br>")
        }
    }
}

fn code(words: &[String]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join("<br>")
}
