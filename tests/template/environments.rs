//! What an environment promises: that it fits the pipeline, how it serves, and how the database is kept.

use std::process::Command;

use serde_json::{Value, json};

use crate::source::{read, template};

/// The templates of an environment.
pub(crate) const ENVIRONMENTS: [&str; 2] = ["infra/environment-ec2.yaml", "infra/environment-ecs.yaml"];

#[test]
fn an_ecs_environment_has_what_the_pipeline_asks_for() {
    let outputs = read("infra/environment-ecs.yaml")["Outputs"].take();
    let groups = template()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"].as_array().unwrap();
    let group = groups.iter().find(|group| group["Label"]["default"] == "Existing ECS services").unwrap();
    let mut fitting = 0;
    for name in group["Parameters"].as_array().unwrap() {
        let name = name.as_str().unwrap();
        let output = name.strip_prefix("Staging").or_else(|| name.strip_prefix("Production")).unwrap_or(name);
        assert!(outputs[output].is_object(), "{name} has no output {output} that says its value");
        fitting += 1;
    }
    assert!(fitting > 10, "only {fitting} parameters were looked at");
}

#[test]
fn an_environment_tells_its_address_and_alarms() {
    for file in ENVIRONMENTS {
        let outputs = read(file)["Outputs"].take();
        for name in ["Url", "AlarmName", "AlarmNames", "DatabaseAlarmNames", "DatabaseHost", "DatabaseSecretArn"] {
            assert!(outputs[name].is_object(), "{file}: {name}");
        }
        // Whoever keeps the name elsewhere makes it point there.
        assert_eq!(outputs["LoadBalancerName"]["Value"]["Fn::GetAtt"], json!(["LoadBalancer", "DNSName"]), "{file}");
    }
    let value = |name: &str| template()["Parameters"][name]["Default"].clone();
    assert_eq!(read(ENVIRONMENTS[0])["Outputs"]["TagValue"]["Value"]["Ref"], "Environment");
    assert_eq!([value("StagingTagValue"), value("ProductionTagValue")], ["staging", "production"]);
}

/// CodeDeploy moves the traffic between the two groups, and nobody else deploys to the service.
#[test]
fn a_service_is_left_to_codedeploy() {
    let service = read(ENVIRONMENTS[1])["Resources"]["Service"]["Properties"].take();
    assert_eq!(service["DeploymentController"], json!({"Type": "CODE_DEPLOY"}));
    assert_eq!(service["LoadBalancers"][0]["TargetGroupArn"]["Ref"], "BlueTargetGroup");
    assert_eq!(service["LoadBalancers"].as_array().unwrap().len(), 1);
    // It takes neither of them from a service that CodeDeploy deploys to.
    for refused in ["DeploymentConfiguration", "ServiceConnectConfiguration"] {
        assert_eq!(service[refused], Value::Null, "{refused}");
    }
}

#[test]
fn the_database_is_private_encrypted_and_kept() {
    let template = read("infra/database.yaml");
    let database = &template["Resources"]["Database"];
    assert_eq!([&database["DeletionPolicy"], &database["UpdateReplacePolicy"]], ["Snapshot", "Snapshot"]);
    let properties = &database["Properties"];
    for (name, expected) in [
        ("StorageEncrypted", json!(true)),
        ("PubliclyAccessible", json!(false)),
        ("ManageMasterUserPassword", json!(true)),
        ("MasterUserPassword", Value::Null),
    ] {
        assert_eq!(properties[name], expected, "{name}");
    }
    for (environment, kept, days) in [("staging", false, 7), ("production", true, 30)] {
        let sizes = &template["Mappings"]["Sizes"][environment];
        assert_eq!(sizes["DeletionProtection"], kept, "{environment}");
        assert_eq!(sizes["MultiAz"], kept, "{environment}");
        assert_eq!(sizes["BackupDays"], days, "{environment}");
    }
    for (name, size) in [
        ("AllocatedStorage", "Storage"),
        ("BackupRetentionPeriod", "BackupDays"),
        ("DBInstanceClass", "Class"),
        ("DeletionProtection", "DeletionProtection"),
        ("MaxAllocatedStorage", "MaxStorage"),
        ("MultiAZ", "MultiAz"),
    ] {
        assert_eq!(properties[name], json!({"Fn::FindInMap": ["Sizes", {"Ref": "Environment"}, size]}), "{name}");
    }
}

/// What serves got the password when it started: a new one must start it anew.
#[test]
fn a_new_password_reaches_what_serves() {
    for (file, machine) in ENVIRONMENTS.into_iter().zip(["RestartShops", "ReplaceTasks"]) {
        let template = read(file);
        let rule = &template["Resources"]["PasswordChanged"]["Properties"];
        let pattern = json!({
            "source": ["aws.secretsmanager"],
            "detail-type": ["Secret Label Updated"],
            "resources": [{"Fn::GetAtt": ["Database", "Outputs.SecretArn"]}],
            "detail": {"labelUpdated": ["AWSCURRENT"]},
        });
        assert_eq!(rule["EventPattern"], pattern, "{file}");
        assert_eq!(rule["Targets"][0]["Arn"]["Ref"], machine, "{file}");
        let definition = &template["Resources"][machine]["Properties"]["Definition"];
        let one_by_one = [&definition["States"]["Replace"], &definition["States"]["Restart"]["Parameters"]];
        let one_by_one = one_by_one.map(|state| state["MaxConcurrency"].to_string().trim_matches('"') == "1");
        assert!(one_by_one.contains(&true), "{file}: all at once");
    }
}

/// The script of a new instance, which nothing else runs before an instance starts.
#[test]
fn an_instance_starts_by_a_script_that_the_shell_can_read() {
    let template = read(ENVIRONMENTS[0]);
    let data = &template["Resources"]["LaunchTemplate"]["Properties"]["LaunchTemplateData"];
    assert_eq!(data["MetadataOptions"]["HttpTokens"], "required");
    let devices = data["BlockDeviceMappings"].as_array().unwrap();
    assert!(!devices.is_empty() && devices.iter().all(|device| device["Ebs"]["Encrypted"] == true), "{devices:?}");
    let script = data["UserData"]["Fn::Base64"]["Fn::Sub"].as_str().unwrap();
    let output = Command::new("bash").args(["-n", "-c", script]).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let agent = script.find("install-codedeploy-agent auto").unwrap();
    let settings = script.find("/etc/storefront.env").unwrap();
    assert!(settings < agent, "a release would start before its settings are there");
    let alone = script.find("KillMode=process").unwrap();
    assert!(alone < agent, "an agent that restarts would end the shop");
    let config = script.split("storefront.json <<'END'\n").nth(1).unwrap().split("END\n").next().unwrap();
    let config: Value = serde_json::from_str(config).unwrap();
    assert_eq!(config["logs"]["logs_collected"]["files"]["collect_list"][0]["file_path"], "/var/log/storefront.log");
}
