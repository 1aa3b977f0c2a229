//! What the build lays out for ECS: task definitions and the appspec, and that both buildspecs build the same program.

use serde_json::{Value, json};
use std::{fs, path::Path, process::Command};

const SOURCES: &str = env!("CARGO_MANIFEST_DIR");

const GIVEN: [(&str, &str); 4] = [
    ("AWS_REGION", "eu-central-1"),
    ("REVISION", "3/L4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY"),
    ("TASK_EXECUTION_ROLE_ARN", "arn:aws:iam::123456789012:role/shop/execution"),
    ("TASK_LOG_GROUP", "launchway-TaskLogs-Xy12"),
];

/// Runs a script of `ecs/` with `variables` alone, and gives its output or its complaint.
fn run(script: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Result<String, String> {
    let mut command = Command::new("/bin/sh");
    command.arg(Path::new(SOURCES).join("ecs").join(script)).args(arguments).current_dir(SOURCES);
    let output = command.env_clear().env("PATH", "/usr/bin:/bin").envs(variables.iter().copied()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

#[test]
fn a_task_definition_is_filled_in_but_for_its_image() {
    let secret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!db-0123abcd-AbCdEf";
    let host = "shop.c1a2b3.eu-central-1.rds.amazonaws.com";
    let revision = json!({ "name": "REVISION", "value": GIVEN[1].1 });
    let from = |name: &str| json!([{ "name": name, "valueFrom": secret }]);
    for (environment, database, variables, secrets) in [
        ("staging", ["", ""], json!([revision]), json!([])),
        ("staging", [secret, ""], json!([revision]), from("DATABASE_URL")),
        (
            "production",
            [secret, host],
            json!([revision, { "name": "DATABASE_HOST", "value": host }]),
            from("DATABASE_CREDENTIALS"),
        ),
    ] {
        let text = run("task-definition.sh", &[environment, database[0], database[1]], &GIVEN).unwrap();
        let definition: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(definition["family"], format!("storefront-{environment}"));
        assert_eq!(definition["executionRoleArn"], GIVEN[2].1);
        let container = &definition["containerDefinitions"][0];
        assert_eq!(container["environment"], variables);
        assert_eq!(container["secrets"], secrets);
        assert_eq!(container["logConfiguration"]["options"]["awslogs-group"], GIVEN[3].1);
        assert_eq!(container["logConfiguration"]["options"]["awslogs-region"], GIVEN[0].1);
        assert_eq!(placeholders(&text), ["<IMAGE1_NAME>"]);
    }
}

#[test]
fn what_is_missing_or_would_break_the_file_is_refused_by_name() {
    for (name, value, expected) in [
        ("AWS_REGION", "", "REGION has no value"),
        ("REVISION", "", "REVISION has no value"),
        ("REVISION", "a\"b", "REVISION=a\"b has a character"),
        ("REVISION", "a|b", "REVISION=a|b has a character"),
        ("REVISION", "a\\b", "has a character"),
        ("REVISION", "a&b", "has a character"),
        ("REVISION", "a\nb", "has a character"),
        ("TASK_EXECUTION_ROLE_ARN", "", "TASK_EXECUTION_ROLE_ARN has no value"),
        ("TASK_LOG_GROUP", "<x>", "TASK_LOG_GROUP=<x> has a character"),
    ] {
        let given = GIVEN.map(|(other, usual)| (other, if other == name { value } else { usual }));
        let complaint = run("task-definition.sh", &["staging"], &given).unwrap_err();
        assert!(complaint.contains(expected), "{name}={value}: {complaint}");
    }
    for (database, expected) in [
        (["se|cret", ""], "the database secret se|cret is not an ARN"),
        (["secret", "ho|st"], "the database host ho|st is not a host's name"),
        (["", "db"], "the database host db is given without the secret of who connects to it"),
    ] {
        let complaint = run("task-definition.sh", &["staging", database[0], database[1]], &GIVEN).unwrap_err();
        assert!(complaint.contains(expected), "{complaint}");
    }
    let complaint = run("fill-in.sh", &["ecs/appspec.yaml", "DEPLOY_HOK_FUNCTION=x"], &[]).unwrap_err();
    assert!(complaint.contains("no placeholder <DEPLOY_HOK_FUNCTION>"), "{complaint}");
}

#[test]
fn the_appspec_calls_the_hook_of_the_stack() {
    let appspec = run("fill-in.sh", &["ecs/appspec.yaml", "DEPLOY_HOOK_FUNCTION=CodeDeployHook_shop"], &[]).unwrap();
    for event in ["AfterAllowTestTraffic", "AfterAllowTraffic"] {
        assert!(appspec.contains(&format!("  - {event}: \"CodeDeployHook_shop\"\n")), "{appspec}");
    }
    assert_eq!(placeholders(&appspec), ["<TASK_DEFINITION>"]);
}

#[test]
fn both_platforms_get_the_same_program() {
    let [instances, services] = ["buildspec.yml", "buildspec-ecs.yml"].map(|name| {
        let text = fs::read_to_string(Path::new(SOURCES).join(name)).unwrap();
        let (start, end) = (text.find("  install:\n").unwrap(), text.find("  post_build:\n").unwrap());
        text[start..end].to_owned()
    });
    assert!(instances.contains("cargo build --release --locked"));
    assert_eq!(instances, services, "the phases before post_build");
}

/// What stands in angle brackets.
fn placeholders(text: &str) -> Vec<&str> {
    let starts = text.match_indices('<').map(|(at, _)| &text[at..]);
    starts.map(|rest| &rest[..=rest.find('>').unwrap()]).collect()
}
