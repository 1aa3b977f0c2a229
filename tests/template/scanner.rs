//! A security scanner over every stack that the templates make.
//!
//! The scanner decides few conditions, those of several files by the first of them, and passes over a resource whose
//! condition it takes for false without a word. So it is given what stacks have, their conditions decided here.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::infra::{section, templates};
use crate::platform::{Given, STACKS, decided_in, is_there_in};
use crate::source::{root, template};

/// Two environments: with nothing but what they need, and with all that can be asked for.
const ENVIRONMENTS: [Given<'_>; 2] = [
    &[("Environment", "staging")],
    &[
        ("Environment", "production"),
        ("CertificateArn", "arn"),
        ("HostName", "www.example.com"),
        ("HostedZoneId", "Z1"),
        ("AlarmTopicArn", "arn"),
    ],
];

#[test]
fn the_scanner_finds_nothing_in_any_stack() {
    let folder = tempfile::tempdir().unwrap();
    let of_environments = templates().into_iter().map(|(file, _, template)| (file, template, ENVIRONMENTS.as_slice()));
    let mut written = 0;
    for (file, template, stacks) in
        of_environments.chain([("template.yaml".into(), template().clone(), STACKS.as_slice())])
    {
        let mut missing: BTreeSet<&String> = section(&template, "Resources").keys().collect();
        for (number, given) in stacks.iter().enumerate() {
            let stack = stack(&template, given);
            for name in section(&stack, "Resources").keys() {
                written += 1;
                missing.remove(name);
            }
            std::fs::write(folder.path().join(format!("{file}.{number}.json")), stack.to_string()).unwrap();
        }
        assert_eq!(missing, BTreeSet::new(), "{file}: these are in no stack that is scanned");
    }
    let (found, seen) = scan(folder.path());
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(seen, written, "the scanner passed over resources");
}

/// What a stack with these parameters is made of.
fn stack(template: &Value, given: Given<'_>) -> Value {
    let mut parameters = template["Parameters"].clone();
    for (name, value) in given.iter().filter(|(name, _)| template["Parameters"][name].is_object()) {
        parameters[name]["Default"] = json!(value);
    }
    let there = section(template, "Resources").iter().filter(|(_, resource)| is_there_in(template, given, resource));
    let resources = there.map(|(name, resource)| {
        let mut resource = decided_in(template, given, resource);
        resource.as_object_mut().unwrap().remove("Condition");
        (name.clone(), resource)
    });
    let mut stack = json!({
        "AWSTemplateFormatVersion": template["AWSTemplateFormatVersion"],
        "Parameters": parameters,
        "Resources": resources.collect::<serde_json::Map<_, _>>(),
    });
    for part in ["Mappings", "Transform"] {
        if !template[part].is_null() {
            stack[part] = template[part].clone();
        }
    }
    stack
}

/// What the scanner has to say of the templates in a folder, and how many resources it looked at.
#[expect(clippy::print_stdout, reason = "the counts, for who runs the tests")]
fn scan(folder: &Path) -> (Vec<String>, usize) {
    let scanner = root().join(".venv/checks/bin/checkov");
    let output = Command::new(&scanner)
        .args(["--compact", "--skip-download", "--framework", "cloudformation", "--output", "json", "--directory"])
        .arg(folder)
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}; `make template` installs it", scanner.display()));
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let failed = report["results"]["failed_checks"].as_array().unwrap().iter().map(|check| {
        let text = |key: &str| check[key].as_str().unwrap_or_default();
        format!("{} {}: {} ({})", text("file_path"), text("resource"), text("check_name"), text("check_id"))
    });
    let summary = &report["summary"];
    assert_eq!(summary["parsing_errors"], 0, "{report}");
    assert!(summary["passed"].as_u64().is_some_and(|passed| passed > 100), "{summary}");
    println!(
        "checkov: {} passed, {} failed, {} suppressed with a reason, in {} resources",
        summary["passed"], summary["failed"], summary["skipped"], summary["resource_count"]
    );
    (failed.collect(), usize::try_from(summary["resource_count"].as_u64().unwrap()).unwrap())
}
