//! Every function of the template has its package, its role, its log group and a place for what it could not answer.

use std::collections::BTreeSet;

use crate::source::{resources, root, target, template};

const FUNCTION: &str = "AWS::Serverless::Function";

#[test]
fn the_template_has_every_function_of_the_tree_and_no_other() {
    let deployed: BTreeSet<String> = resources(FUNCTION).iter().map(|(_, function)| binary(function)).collect();
    let written: BTreeSet<String> = std::fs::read_dir(root().join("functions"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(deployed, written);
}

#[test]
fn a_function_has_its_own_role_log_group_and_failure_destination() {
    let mut roles = BTreeSet::new();
    for (name, function) in resources(FUNCTION) {
        let properties = &function["Properties"];
        assert_eq!(properties["Runtime"], "provided.al2023", "{name}");
        assert!(properties["Timeout"].as_u64().is_some_and(|seconds| seconds <= 900), "{name}: no time-out");
        assert!(properties["MemorySize"].is_u64(), "{name}: no memory size");
        assert_eq!(function["Metadata"]["BuildMethod"], "rust-cargolambda", "{name}");

        assert!(roles.insert(target(&properties["Role"])), "{name} shares its role");
        assert_eq!(properties["LoggingConfig"]["LogFormat"], "JSON", "{name}");
        let log_group = target(&properties["LoggingConfig"]["LogGroup"]);
        let retention = &template()["Resources"][log_group]["Properties"]["RetentionInDays"];
        assert!(!retention.is_null(), "{name}: its logs are kept for ever");

        let invoked = &properties["EventInvokeConfig"];
        assert!(invoked["MaximumRetryAttempts"].is_u64(), "{name}: retries are left to the default");
        assert!(invoked["MaximumEventAgeInSeconds"].is_u64(), "{name}: the event's age is left to the default");
        let destination = target(&invoked["DestinationConfig"]["OnFailure"]["Destination"]);
        assert!(template()["Resources"][destination].is_object(), "{name}: {destination} is no resource");
    }
}

#[test]
fn a_function_is_given_the_environment_that_it_reads() {
    for (name, function) in resources(FUNCTION) {
        let package = binary(function);
        let config = root().join("functions").join(&package).join("src/config.rs");
        let config = std::fs::read_to_string(&config).unwrap_or_else(|error| panic!("{}: {error}", config.display()));
        let mut read = names_in(&config);
        // Read by the crate function-setup for every function.
        read.insert("LOG_LEVEL".into());
        let given: BTreeSet<String> =
            function["Properties"]["Environment"]["Variables"].as_object().unwrap().keys().cloned().collect();
        let unknown: Vec<_> = given.difference(&read).collect();
        assert!(unknown.is_empty(), "{name} is given {unknown:?}, which it does not read; it reads {read:?}");
        let readme = std::fs::read_to_string(root().join("functions").join(&package).join("README.md")).unwrap();
        for variable in &read {
            assert!(readme.contains(&format!("`{variable}`")), "the README of {package} does not tell of {variable}");
        }
    }
}

fn binary(function: &serde_json::Value) -> String {
    function["Metadata"]["BuildProperties"]["Binary"].as_str().unwrap().to_owned()
}

/// The names of environment variables in a source text: quoted, upper case, with an underscore or five characters at least.
fn names_in(source: &str) -> BTreeSet<String> {
    let before_tests = source.split("#[cfg(test)]").next().unwrap_or_default();
    before_tests
        .split('"')
        .filter(|part| {
            (part.contains('_') || part.len() > 4)
                && part.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        })
        .map(str::to_owned)
        .collect()
}
