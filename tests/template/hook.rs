//! The deploy hook: CodeDeploy may call it, it knows the environments, and it may do what it does and no more.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::platform::{Given, has, resources_given, resources_on};
use crate::source::{root, template};

fn hook() -> &'static Value {
    let hook = &template()["Resources"]["DeployHookFunction"];
    assert!(hook.is_object());
    hook
}

fn variable(name: &str) -> &'static str {
    let value = &hook()["Properties"]["Environment"]["Variables"][name];
    let text = &value["Fn::Sub"];
    text.as_str().or_else(|| text[0].as_str()).unwrap_or_else(|| panic!("{name} is {value}"))
}

#[test]
fn codedeploy_may_call_it() {
    let name = &hook()["Properties"]["FunctionName"]["Fn::Sub"];
    assert_eq!(*name, "CodeDeployHook_${AWS::StackName}", "CodeDeploy's roles call functions of this prefix");
    assert!(has("ecs", hook()) && !has("ec2", hook()));
    let allowed: Vec<Value> = statements("EcsDeployRole")
        .into_iter()
        .filter(|statement| statement["Action"].to_string().contains("lambda:"))
        .map(|statement| statement["Resource"]["Fn::Sub"].clone())
        .collect();
    let arn = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:";
    assert_eq!(allowed, [json!(format!("{arn}{}", name.as_str().unwrap()))]);
}

#[test]
fn it_knows_the_groups_and_the_services_of_both_environments() {
    let environments: BTreeMap<String, Value> = serde_json::from_str(variable("HOOK_ENVIRONMENTS")).unwrap();
    assert_eq!(environments.len(), 4);
    let named = &hook()["Properties"]["Environment"]["Variables"]["HOOK_ENVIRONMENTS"]["Fn::Sub"][1];
    for (name, low) in [("Staging", "staging"), ("Production", "production")] {
        let expected = json!({ "environment": low, "test_url": format!("${{{name}Test}}") });
        for key in [format!("${{EcsApplication}}/${{Ecs{name}Group}}"), format!("${{{name}OnEcs}}")] {
            assert_eq!(environments[&key], expected, "{key}");
        }
        let output = |what: &str| template()["Outputs"][format!("{name}{what}")]["Value"].clone();
        assert_eq!(named[format!("{name}Test")], output("TestUrl"));
        let service = json!({ "Fn::Join": ["/", [output("Cluster"), output("Service")]] });
        assert_eq!(named[format!("{name}OnEcs")], service);
    }
}

/// The hook is in the network that the test listeners of both environments know, and may make its interfaces there.
#[test]
fn it_calls_from_stagings_network_where_the_stack_made_one_and_from_where_it_is_told() {
    let on = |given: Given<'_>| {
        let hooks = resources_given(given, "AWS::Serverless::Function");
        hooks.into_iter().find(|(name, _)| name == "DeployHookFunction").unwrap().1["Properties"]["VpcConfig"].take()
    };
    let network = on(&[("DeployPlatform", "ecs")]);
    let output = |name: &str| json!({ "Fn::GetAtt": ["EcsStaging", format!("Outputs.{name}")] });
    assert_eq!(network["SecurityGroupIds"], json!([output("HookSecurityGroupId")]));
    assert_eq!(network["SubnetIds"], json!({ "Fn::Split": [",", output("HookSubnetIds")] }));
    let existing: [(&str, &str); 2] = [("DeployPlatform", "ecs"), ("CreateEnvironments", "false")];
    assert_eq!(on(&existing), Value::Null);
    let told = [&existing[..], &[("HookSubnetIds", "subnet-1,subnet-2"), ("HookSecurityGroupId", "sg-1")]].concat();
    let network = on(&told);
    assert_eq!(network["SecurityGroupIds"], json!([{ "Fn::Sub": "${HookSecurityGroupId}" }]));
    assert_eq!(network["SubnetIds"], json!({ "Fn::Split": [",", { "Ref": "HookSubnetIds" }] }));

    for (given, has_network) in [(&told[..1], true), (&existing, false), (&told, true)] {
        let roles = resources_given(given, "AWS::IAM::Role");
        let role = &roles.iter().find(|(name, _)| name == "DeployHookRole").unwrap().1;
        let own = crate::statements::statements(role).iter().any(|statement| statement["Sid"] == "OwnNetwork");
        assert_eq!(own, has_network, "{given:?}");
    }
}

/// The build puts the suite where the hook reads it, and the hook may read and write no more than it does.
#[test]
fn the_suite_and_the_reports_have_their_places() {
    assert_eq!(variable("SUITE_OBJECT"), "s3://${ArtifactBucket}/suites/{revision}/smoke.yaml");
    assert_eq!(variable("REPORT_LOCATION"), "s3://${ArtifactBucket}/hook-reports");
    let closer = &template()["Resources"]["JobCloserFunction"]["Properties"]["Environment"]["Variables"];
    assert_eq!(closer["REPORT_LOCATION"]["Fn::Sub"], variable("REPORT_LOCATION"));
    let project = resources_on("ecs", "AWS::CodeBuild::Project").remove(0).1;
    let variables = project["Properties"]["Environment"]["EnvironmentVariables"].as_array().unwrap();
    let location = variables.iter().find(|variable| variable["Name"] == "SUITE_LOCATION").unwrap();
    assert_eq!(location["Value"]["Fn::Sub"], "s3://${ArtifactBucket}/suites");
    let buildspec = std::fs::read_to_string(root().join("examples/storefront/buildspec-ecs.yml")).unwrap();
    assert!(buildspec.contains("\"$SUITE_LOCATION/$REVISION/smoke.yaml\""));

    for (action, resource) in
        [("s3:GetObject", "${ArtifactBucket.Arn}/suites/*"), ("s3:PutObject", "${ArtifactBucket.Arn}/hook-reports/*")]
    {
        let granted: Vec<Value> = statements("DeployHookRole")
            .into_iter()
            .filter(|statement| statement["Action"] == action)
            .map(|statement| statement["Resource"]["Fn::Sub"].clone())
            .collect();
        assert_eq!(granted, [json!(resource)], "{action}");
    }
}

/// A star stands where IAM knows no resource for an action, and nowhere else.
#[test]
fn its_role_has_a_star_only_where_iam_knows_no_resource() {
    let without_resource =
        ["codedeploy:GetDeploymentTarget", "codedeploy:ListDeploymentTargets", "ecs:DescribeTaskDefinition"];
    let mut stars = Vec::new();
    // What it needs in a network of its own is Lambda's to check, before there is an interface.
    for statement in statements("DeployHookRole").into_iter().filter(|statement| statement["Sid"] != "OwnNetwork") {
        if statement["Resource"] == "*" {
            let actions = &statement["Action"];
            match actions.as_array() {
                Some(actions) => stars.extend(actions.iter().map(|action| action.as_str().unwrap().to_owned())),
                None => stars.push(actions.as_str().unwrap().to_owned()),
            }
        }
    }
    stars.sort_unstable();
    assert_eq!(stars, without_resource);
}

/// The statements of a role of the template.
fn statements(role: &str) -> Vec<Value> {
    let roles = resources_given(&[("DeployPlatform", "ecs")], "AWS::IAM::Role");
    let properties = &roles.iter().find(|(name, _)| name == role).unwrap().1["Properties"];
    let policies = properties["Policies"].as_array().unwrap().iter();
    policies.flat_map(|policy| policy["PolicyDocument"]["Statement"].as_array().unwrap().clone()).collect()
}
