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

/// A build has a tag of its own, because the repository refuses one that it has, and what starts like it is kept by number:
/// by age, an image that runs for long would go.
#[test]
fn a_build_tags_its_image_as_the_repository_takes_and_keeps_it() {
    let repository = read("infra/environment-ecs.yaml")["Resources"]["Repository"]["Properties"].take();
    assert_eq!(repository["ImageTagMutability"], "IMMUTABLE");
    let policy = repository["LifecyclePolicy"]["LifecyclePolicyText"].as_str().unwrap();
    let policy: serde_json::Value = serde_json::from_str(policy).unwrap();
    let rules = policy["rules"].as_array().unwrap().iter().map(|rule| &rule["selection"]);
    let tagged: Vec<_> = rules.filter(|selection| selection["tagStatus"] != "untagged").collect();
    assert_eq!(tagged.len(), 1, "{policy}");
    assert_eq!(tagged[0]["countType"], "imageCountMoreThan");
    let prefix = tagged[0]["tagPrefixList"][0].as_str().unwrap();
    let buildspec = std::fs::read_to_string(root().join("examples/storefront/buildspec-ecs.yml")).unwrap();
    let image = buildspec.lines().find(|line| line.contains("export IMAGE=")).unwrap();
    assert!(image.contains(&format!("$IMAGE_REPOSITORY:{prefix}$(")) && image.ends_with("-$BUILD\""), "{image}");
    assert!(buildspec.contains("export BUILD=\"${CODEBUILD_BUILD_ID##*:}\""));
}
