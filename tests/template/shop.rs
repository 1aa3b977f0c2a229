//! What the example's deployments run: each lifecycle event has its script, and on ECS its hook.

use crate::source::{read, root};

/// The lifecycle events of a deployment in place, in their order, and what the shop does at each.
const EVENTS: [(&str, &str); 5] = [
    ("ApplicationStop", "scripts/stop.sh"),
    ("BeforeInstall", "scripts/prepare.sh"),
    ("AfterInstall", "scripts/install.sh"),
    ("ApplicationStart", "scripts/start.sh"),
    ("ValidateService", "scripts/validate.sh"),
];

#[test]
fn a_deployment_to_ec2_stops_installs_starts_and_validates() {
    let appspec = read("examples/storefront/appspec.yml");
    let hooks = appspec["hooks"].as_object().unwrap();
    let found: Vec<(&str, Vec<&str>)> = hooks
        .iter()
        .map(|(event, scripts)| {
            let scripts = scripts.as_array().unwrap().iter();
            (event.as_str(), scripts.map(|script| script["location"].as_str().unwrap()).collect())
        })
        .collect();
    assert_eq!(found, EVENTS.map(|(event, script)| (event, vec![script])));
    let buildspec = std::fs::read_to_string(root().join("examples/storefront/buildspec.yml")).unwrap();
    assert!(buildspec.contains("cp -R appspec.yml scripts "), "the scripts are not in the artifact");
    for (event, scripts) in hooks {
        // CodeDeploy ends a script after an hour unless it is told.
        assert!(scripts[0]["timeout"].as_u64().is_some_and(|seconds| seconds <= 90), "{event}");
    }
    for (event, script) in EVENTS {
        let path = root().join("examples/storefront").join(script);
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{event}: {}: {error}", path.display()));
        assert!(text.starts_with("#!/bin/"), "{event}: {script}");
        let mode = std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions());
        assert_eq!(mode & 0o111, 0o111, "{event}: {script} cannot be run");
    }
}

/// Before customers reach the new version, and once more when they do.
#[test]
fn a_deployment_to_ecs_asks_the_hook_twice() {
    let appspec = read("examples/storefront/ecs/appspec.yaml");
    let hook = "<DEPLOY_HOOK_FUNCTION>";
    let expected = serde_json::json!([{ "AfterAllowTestTraffic": hook }, { "AfterAllowTraffic": hook }]);
    assert_eq!(appspec["Hooks"], expected);
    let buildspec = std::fs::read_to_string(root().join("examples/storefront/buildspec-ecs.yml")).unwrap();
    assert!(
        buildspec.contains("ecs/appspec.yaml \"DEPLOY_HOOK_FUNCTION=$DEPLOY_HOOK_FUNCTION\" > bundle/appspec.yaml")
    );
}
