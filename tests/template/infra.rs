//! What holds for every template in infra/.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::source::{read, root};

/// The templates in infra/: name, text, content.
pub(crate) fn templates() -> Vec<(String, String, Value)> {
    let files = std::fs::read_dir(root().join("infra")).unwrap().map(|entry| entry.unwrap().path());
    let yaml = files.filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    let mut names: Vec<String> = yaml.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    assert_eq!(names, ["database.yaml", "environment-ec2.yaml", "environment-ecs.yaml", "network.yaml"]);
    let content = |name: String| {
        let text = std::fs::read_to_string(root().join("infra").join(&name)).unwrap();
        let value = read(&format!("infra/{name}"));
        (name, text, value)
    };
    names.into_iter().map(content).collect()
}

/// The resources of one type: logical id, resource.
pub(crate) fn of<'a>(template: &'a Value, kind: &'a str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    section(template, "Resources").iter().filter(move |(_, resource)| resource["Type"] == kind)
}

pub(crate) fn section<'a>(template: &'a Value, name: &str) -> &'a Map<String, Value> {
    template[name].as_object().unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn every_parameter_is_described_bounded_and_used() {
    for (file, text, template) in templates() {
        for (name, parameter) in section(&template, "Parameters") {
            assert!(parameter["Description"].as_str().is_some_and(|text| text.ends_with('.')), "{file}: {name}");
            let kind = parameter["Type"].as_str().unwrap();
            let bounded = ["AllowedPattern", "AllowedValues"].iter().any(|bound| !parameter[bound].is_null());
            assert!(bounded || kind.contains("AWS::"), "{file}: {name} takes anything");
            let used = [format!("!Ref {name}\n"), format!("!Ref {name}]"), format!("!Ref {name},")];
            let used = used.iter().chain([&format!("!Ref {name} "), &format!("${{{name}}}")]).any(|u| text.contains(u));
            assert!(used, "{file}: nothing reads {name}");
        }
        for (name, output) in section(&template, "Outputs") {
            assert!(output["Description"].as_str().is_some_and(|text| text.ends_with('.')), "{file}: {name}");
        }
    }
}

#[test]
fn both_environments_have_every_size() {
    for (file, _, template) in templates() {
        for (name, mapping) in template["Mappings"].as_object().into_iter().flatten() {
            let keys = |environment: &str| {
                let sizes = mapping[environment].as_object().unwrap_or_else(|| panic!("{file}: {name}, {environment}"));
                sizes.keys().collect::<BTreeSet<_>>()
            };
            assert_eq!(keys("staging"), keys("production"), "{file}: {name}");
        }
    }
}

#[test]
fn every_log_is_kept_for_a_while_and_no_longer() {
    let whole = ("template.yaml".to_owned(), String::new(), crate::source::template().clone());
    for (file, _, template) in templates().into_iter().chain([whole]) {
        let logs: Vec<_> = of(&template, "AWS::Logs::LogGroup").collect();
        assert!(!logs.is_empty(), "{file}");
        for (name, group) in logs {
            assert_eq!(group["Properties"]["RetentionInDays"]["Ref"], "LogRetentionDays", "{file}: {name}");
        }
    }
}

#[test]
fn roles_allow_named_actions() {
    let mut seen = 0;
    for (file, _, template) in templates() {
        for (name, role) in of(&template, "AWS::IAM::Role") {
            for policy in role["Properties"]["Policies"].as_array().unwrap() {
                for statement in policy["PolicyDocument"]["Statement"].as_array().unwrap() {
                    seen += 1;
                    assert!(statement["Sid"].is_string(), "{file}: {name}: a statement without a name");
                    assert!(!statement["Action"].to_string().contains('*'), "{file}: {name}: {statement}");
                }
            }
        }
    }
    assert!(seen > 10, "only {seen} statements were found");
}

/// What the security scanner is told to leave out: one check at one resource, with a sentence.
#[test]
fn every_suppression_is_explained() {
    let mut suppressions = 0;
    let whole = ("template.yaml".to_owned(), crate::source::text(), crate::source::template().clone());
    for (file, text, template) in templates().into_iter().chain([whole]) {
        for (name, resource) in section(&template, "Resources") {
            for skip in resource["Metadata"]["checkov"]["skip"].as_array().into_iter().flatten() {
                suppressions += 1;
                assert!(skip["id"].as_str().is_some_and(|id| id.starts_with("CKV")), "{file}: {name}: {skip}");
                let reason = skip["comment"].as_str().unwrap_or_default();
                assert!(reason.len() > 40 && reason.ends_with('.'), "{file}: {name}: {skip}");
            }
        }
        assert!(!text.contains("checkov:skip"), "{file}: a suppression in a comment");
    }
    assert!(suppressions > 0, "the test found none: it reads the templates wrongly");
}
