//! Stars in policies: whoever opens an action, a resource or a caller to all says why, where it stands.

use std::process::Command;

use serde::Deserialize;

use crate::infra::templates;
use crate::source::root;

/// Prints the statements of a template, whichever policy they are of and however they are written, with their lines as the
/// parser counts them. A star is `*` as a resource or a caller, one in an action, and whatever is allowed by exception.
const STATEMENTS: &str = "import json, sys, yaml
STARS = {'Action': lambda s: '*' in s, 'NotAction': lambda s: True, 'Resource': lambda s: s == '*',
         'NotResource': lambda s: True, 'Principal': lambda s: s == '*', 'NotPrincipal': lambda s: True}
def scalars(node):
    if isinstance(node, yaml.ScalarNode):
        yield node
    for part in node.value if isinstance(node, yaml.CollectionNode) else []:
        yield from scalars(part[1] if isinstance(part, tuple) else part)
def statements(node, seen):
    if isinstance(node, yaml.ScalarNode) or id(node) in seen:
        return
    seen.add(id(node))
    keys = {key.value: (key, value) for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}
    if 'Effect' in keys:
        lines = [key.start_mark.line for key, _ in keys.values()]
        stars = [(name, star.start_mark.line, key.start_mark.line) for name, (key, value) in keys.items() if name in STARS
                 for star in scalars(value) if STARS[name](star.value)]
        name = keys['Sid'][1].value if 'Sid' in keys else ''
        yield {'name': name, 'first': min(lines), 'stars': [{'of': of, 'line': line, 'key': key} for of, line, key in stars]}
    for part in node.value:
        for inner in part if isinstance(part, tuple) else [part]:
            yield from statements(inner, seen)
json.dump(list(statements(yaml.compose(open(sys.argv[1])), set())), sys.stdout)";

/// A statement in the text. Lines count from 0.
#[derive(Deserialize)]
struct Statement {
    name: String,
    first: usize,
    stars: Vec<Star>,
}

/// A star: the part of the statement that it stands in, its line and that of the part's name.
#[derive(Deserialize)]
struct Star {
    of: String,
    line: usize,
    key: usize,
}

fn statements(path: &str) -> Vec<Statement> {
    let output = Command::new(root().join(".venv/sam/bin/python"))
        .args(["-c", STATEMENTS])
        .arg(root().join(path))
        .output()
        .unwrap_or_else(|error| panic!("{error}; run `make tools`"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Whether a comment stands above the star or its part's name; stars that follow each other share one.
fn has_reason(lines: &[&str], statement: &Statement, star: &Star) -> bool {
    [star.line, star.key].into_iter().any(|line| {
        let is_star = |line: usize| statement.stars.iter().any(|star| [star.line, star.key].contains(&line));
        let above = (statement.first.saturating_sub(1)..line).rev().find(|line| !is_star(*line));
        above.is_some_and(|above| lines[above].trim().starts_with("# "))
    })
}

#[test]
fn every_star_has_its_reason() {
    let (mut seen, mut stars) = (0, 0);
    let files = templates().into_iter().map(|(name, _, _)| format!("infra/{name}"));
    for path in files.chain(["template.yaml".to_owned()]) {
        let text = std::fs::read_to_string(root().join(&path)).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let statements = statements(&path);
        let written = text.matches("Effect:").count();
        assert_eq!(statements.len(), written, "{path}: a statement was passed over");
        for statement in statements {
            seen += 1;
            for star in &statement.stars {
                stars += 1;
                let (of, name, line) = (&star.of, &statement.name, star.line + 1);
                assert!(has_reason(&lines, &statement, star), "{path}, line {line}: {of} of {name:?} does not say why");
            }
        }
    }
    assert!(seen > 120 && stars > 20, "only {stars} stars in {seen} statements were found");
}

/// Each way to write a statement, without a reason and with one.
#[test]
fn a_star_is_found_however_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [(&str, bool); 14] = [
        ("- { Sid: X, Effect: Allow, Action: a:B, Resource: \"*\" }", false),
        ("# Why.\n- { Sid: X, Effect: Allow, Action: a:B, Resource: \"*\" }", true),
        ("- Effect: Allow\n  Action: a:B\n  Resource: \"*\"", false),
        ("- Effect: Allow\n  Action: a:B\n  # Why.\n  Resource: \"*\"", true),
        ("# Of another part.\n- Effect: Allow\n  Action: a:B\n  Resource: \"*\"", false),
        ("- Effect: Allow\n  Action: a:B\n  Resource: [\"*\"]", false),
        ("- Effect: Allow\n  Action: a:B\n  Resource:\n    - arn\n    - \"*\"", false),
        ("- Effect: Allow\n  Action: a:B\n  Resource:\n    - arn\n    # Why.\n    - \"*\"", true),
        ("- Effect: Allow\n  Action: a:B\n  Resource: !If [A, \"*\", b]", false),
        ("- Effect: Deny\n  Principal: \"*\"\n  Action: a:B\n  Resource: arn", false),
        ("- Effect: Deny\n  Principal: { AWS: \"*\" }\n  Action: a:B\n  Resource: arn", false),
        ("- Effect: Deny\n  # Why.\n  Principal: \"*\"\n  Action: a:*\n  Resource: arn", true),
        ("- Effect: Allow\n  Action: [a:B, \"a:C*\"]\n  Resource: arn", false),
        ("- Effect: Allow\n  NotAction: a:B\n  Resource: arn", false),
    ];
    for (text, expected) in cases {
        let path = folder.path().join("policy.yaml");
        std::fs::write(&path, text).unwrap();
        let found = statements(path.to_str().unwrap());
        assert_eq!(found.len(), 1, "{text}");
        assert!(!found[0].stars.is_empty(), "{text}");
        let lines: Vec<&str> = text.lines().collect();
        let reasons = found[0].stars.iter().all(|star| has_reason(&lines, &found[0], star));
        assert_eq!(reasons, expected, "{text}");
    }
}
