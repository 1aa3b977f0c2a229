//! Every function of the template has its package, its role, its log group and a place for what it could not answer.

use std::collections::BTreeSet;

use launchway::permissions::allowed;
use launchway::project::Project;

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
        assert_eq!(
            properties["LoggingConfig"]["ApplicationLogLevel"], "DEBUG",
            "{name}: Lambda drops what LOG_LEVEL asks for"
        );
        let log_group = target(&properties["LoggingConfig"]["LogGroup"]);
        let retention = &template()["Resources"][log_group]["Properties"]["RetentionInDays"];
        assert!(!retention.is_null(), "{name}: its logs are kept for ever");

        let invoked = &properties["EventInvokeConfig"];
        assert!(invoked["MaximumRetryAttempts"].is_u64(), "{name}: retries are left to the default");
        assert!(invoked["MaximumEventAgeInSeconds"].is_u64(), "{name}: the event's age is left to the default");
        let destination = &invoked["DestinationConfig"]["OnFailure"];
        assert!(template()["Resources"][target(&destination["Destination"])].is_object(), "{name}: {destination}");
    }
}

/// Who owes an answer is followed by the closer, at once and by its alias; the closer and who tells people try again, and
/// are followed by a queue.
#[test]
fn a_function_that_died_is_answered_for() {
    for (name, function) in resources(FUNCTION) {
        let invoked = &function["Properties"]["EventInvokeConfig"];
        let destination = &invoked["DestinationConfig"]["OnFailure"];
        // In seconds. An answer comes before the pipeline's 20 minutes of silence are over, with the run and the closer's
        // own tries; an alert is still worth something later.
        let oldest = if name == "StageAlertFunction" { 3600 } else { 600 };
        if ["JobCloserFunction", "StageAlertFunction"].contains(&name.as_str()) {
            assert_eq!(destination["Type"], "SQS", "{name}");
            assert_eq!(invoked["MaximumRetryAttempts"], 2, "{name}");
        } else {
            assert_eq!(destination["Type"], "Lambda", "{name}");
            assert_eq!(destination["Destination"]["Ref"], "JobCloserFunction.Alias", "{name}");
            assert_eq!(invoked["MaximumRetryAttempts"], 0, "{name}: a retry delays the answer");
        }
        assert!(invoked["MaximumEventAgeInSeconds"].as_u64().is_some_and(|seconds| seconds <= oldest), "{name}");
    }
}

#[test]
fn a_function_is_updated_through_its_alias_but_for_the_hook() {
    for (name, function) in resources(FUNCTION) {
        let properties = &function["Properties"];
        let preference = &properties["DeploymentPreference"];
        if name == "DeployHookFunction" {
            assert!(properties["AutoPublishAlias"].is_null(), "CodeDeploy calls hooks without an alias");
            assert_eq!(*preference, serde_json::json!({ "Enabled": false }));
            continue;
        }
        assert_eq!(properties["AutoPublishAlias"], "live", "{name}");
        assert_eq!(properties["AutoPublishAliasAllProperties"], true, "{name}");
        assert_eq!(preference["Type"]["Ref"], "FunctionDeploymentPreference", "{name}");
        assert_eq!(target(&preference["Role"]), "FunctionDeployRole", "{name}");
        let alarm = &template()["Resources"][target(&preference["Alarms"][0])]["Properties"];
        assert_eq!(alarm["MetricName"], "Errors", "{name}");
        assert_eq!(target(&alarm["Dimensions"][0]["Value"]), name, "{name} is rolled back for another's errors");
    }
}

/// An alias waits for its deployment group, this for CodeDeploy's role, and that for every function: CloudFormation refuses a
/// template in which a function waits for an alias again, by its role or by the pipeline that it watches.
#[test]
fn no_function_waits_for_an_alias() {
    for kind in ["AWS::IAM::Role", "AWS::CodePipeline::Pipeline"] {
        for (name, resource) in resources(kind) {
            let text = resource.to_string();
            assert!(!text.contains("Function.Alias"), "{name} names an alias by a reference");
        }
    }
}

/// SAM does not see the value of a parameter: an alias would stay with the old one.
#[test]
fn a_parameters_new_value_is_a_new_version() {
    for (name, function) in resources(FUNCTION) {
        let properties = &function["Properties"];
        if properties["AutoPublishAlias"].is_null() {
            continue;
        }
        let mut described = properties["VersionDescription"].to_string();
        // A hosted configuration is made anew when its text changes, and its number with it.
        for (settings, version) in resources("AWS::AppConfig::HostedConfigurationVersion") {
            if described.contains(&format!("${{{settings}}}")) {
                described.push_str(&version["Properties"]["Content"].to_string());
            }
        }
        let environment = properties["Environment"]["Variables"].to_string();
        // The pipeline is called by a parameter, and a condition decides whether there are reports.
        for resource in ["{\"Ref\":\"Pipeline\"}", "/hook-reports"] {
            if name != "JobCloserFunction" && environment.contains(resource) {
                assert!(described.contains(resource), "{name}: {resource} makes no new version");
            }
        }
        for (parameter, definition) in template()["Parameters"].as_object().unwrap() {
            let read = [format!("{{\"Ref\":\"{parameter}\"}}"), format!("${{{parameter}}}")];
            if read.iter().any(|read| environment.contains(read)) {
                let told = read.iter().any(|read| described.contains(read));
                assert!(told, "{name}: {parameter} makes no new version");
                let bounded = ["MaxLength", "AllowedPattern", "AllowedValues"];
                assert!(bounded.iter().any(|bound| !definition[bound].is_null()), "{parameter}");
            }
        }
    }
}

/// What functions read and the template does not give: their defaults are right, or there is nothing to give.
const LEFT_OUT: [(&str, &str); 5] = [
    ("DEADLINE_MARGIN", "the default"),
    ("HOOK_ATTEMPTS", "the default"),
    ("HOOK_TAGS", "the default"),
    ("LOG_GROUPS", "the closer would wait for the functions, which wait for the closer"),
    ("SLACK_API_URL", "Slack's own"),
];

/// Exactly that: nothing it does not read, and nothing it reads left out without a reason.
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
        // A name of one word is told from other texts in capitals by being given.
        read.extend(given.iter().filter(|name| config.contains(&format!("\"{name}\""))).cloned());
        let unknown: Vec<_> = given.difference(&read).collect();
        assert!(unknown.is_empty(), "{name} is given {unknown:?}, which it does not read; it reads {read:?}");
        for variable in read.difference(&given) {
            let known = LEFT_OUT.iter().any(|(left_out, _)| left_out == variable);
            assert!(known, "{name} reads {variable}, which it is not given");
        }
        let readme = std::fs::read_to_string(root().join("functions").join(&package).join("README.md")).unwrap();
        for variable in &read {
            assert!(readme.contains(&format!("`{variable}`")), "the README of {package} does not tell of {variable}");
        }
    }
}

/// Whoever gives a function a role of their own reads there what it has to allow.
#[test]
fn a_function_tells_of_every_action_that_its_role_allows() {
    let roles = allowed(&Project::open(root()).unwrap()).unwrap();
    let mut told = 0;
    for (name, function) in resources(FUNCTION) {
        let role = target(&function["Properties"]["Role"]);
        let role = roles.iter().find(|one| one.template == "template.yaml" && one.name == role).unwrap();
        let package = binary(function);
        let readme = std::fs::read_to_string(root().join("functions").join(&package).join("README.md")).unwrap();
        let permissions = readme.split("\n## Permissions\n").nth(1).and_then(|rest| rest.split("\n## ").next());
        let permissions = permissions.unwrap_or_else(|| panic!("the README of {package} has no permissions"));
        for action in role.statements.iter().flat_map(|statement| &statement.actions) {
            told += 1;
            assert!(permissions.contains(&format!("`{action}`")), "{name}: the README of {package} lacks {action}");
        }
    }
    assert!(told > 50, "only {told} actions were looked for");
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
            (part.contains('_') || part.len() > 4) && part.chars().all(|c| c.is_ascii_uppercase() || c == '_')
        })
        .map(str::to_owned)
        .collect()
}
