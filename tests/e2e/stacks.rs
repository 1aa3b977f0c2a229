//! A stack of its own on the local AWS: nested, updated, refused and deleted, and its pipeline started by a rule.

use std::collections::BTreeMap;

use launchway::engine::{EventKind, TriggerType};
use serde_json::Value;

use crate::account::{Account, PATIENCE, registrations};
use crate::run::root;

impl Account {
    /// Creates or updates the stack and returns its last status with its outputs.
    async fn deploy(&self, operation: &str, parameters: &[&str]) -> (String, BTreeMap<String, String>) {
        let url = |name: &str| format!("{}/templates{name}", self.emulator().url());
        let templates = format!("ParameterKey=Templates,ParameterValue={}", url(""));
        let template = url("/system.yaml");
        let command = ["cloudformation", operation, "--stack-name", "system", "--template-url", &template];
        let capabilities = ["--capabilities", "CAPABILITY_IAM", "--parameters", &templates];
        self.aws(&[&command[..], &capabilities, parameters].concat()).await.unwrap();
        tokio::time::timeout(PATIENCE, async {
            loop {
                let described =
                    self.aws(&["cloudformation", "describe-stacks", "--stack-name", "system"]).await.unwrap();
                let stack = &described["Stacks"][0];
                let status = stack["StackStatus"].as_str().unwrap();
                if !status.ends_with("_IN_PROGRESS") {
                    let outputs = stack["Outputs"].as_array().cloned().unwrap_or_default();
                    let text = |output: &Value, name: &str| output[name].as_str().unwrap().to_owned();
                    let pairs = outputs.iter().map(|output| (text(output, "OutputKey"), text(output, "OutputValue")));
                    return (status.to_owned(), pairs.collect());
                }
            }
        })
        .await
        .unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_with_nested_and_registered_resources_lives_and_its_rule_starts_the_pipeline() {
    let account = Account::open().await;
    let mut events = account.inner.engine().events();
    account.aws(&["s3", "mb", "s3://templates"]).await.unwrap();
    for name in ["network.yaml", "system.yaml"] {
        let file = root().join("tests/e2e/stacks").join(name);
        account.aws(&["s3", "cp", file.to_str().unwrap(), &format!("s3://templates/{name}")]).await.unwrap();
    }
    let (status, made) = account.deploy("create-stack", &["ParameterKey=Note,ParameterValue=one"]).await;
    assert_eq!(status, "CREATE_COMPLETE");
    assert!(made["Address"].starts_with("203.0.113.") && made["Nat"].starts_with("nat-"), "{made:?}");
    assert!(made["Secret"].contains(":secret:rds!db-"), "{made:?}");
    let created = ["create AWS::EC2::EIP", "create AWS::EC2::NatGateway"];
    assert_eq!(registrations(account.folder()), created);
    let secret = account.aws(&["secretsmanager", "get-secret-value", "--secret-id", &made["Secret"]]).await.unwrap();
    assert!(secret["SecretString"].as_str().unwrap().contains("\"username\": \"shop\""));

    // An update of the nested stack keeps the attributes of what it leaves alone.
    let (status, updated) = account.deploy("update-stack", &["ParameterKey=Note,ParameterValue=two"]).await;
    assert_eq!((status.as_str(), &updated), ("UPDATE_COMPLETE", &made));
    assert_eq!(registrations(account.folder()), created);

    // A property that CloudFormation does not know is refused with the schema's words.
    let colour = ["ParameterKey=Note,ParameterValue=two", "ParameterKey=Colour,ParameterValue=red"];
    let (status, _) = account.deploy("update-stack", &colour).await;
    assert!(status.contains("ROLLBACK"), "{status}");
    let told = account.aws(&["cloudformation", "describe-stack-events", "--stack-name", "system"]).await.unwrap();
    let refused = "AWS::EC2::EIP: Additional properties are not allowed ('Colour' was unexpected)";
    assert!(told.to_string().contains(refused), "{told}");

    // A new object starts the pipeline by the rule, with the version that the event names.
    let file = root().join("tests/e2e/stacks/system.yaml");
    let put = ["s3api", "put-object", "--bucket", "sources", "--key", "source.zip", "--body", file.to_str().unwrap()];
    let version = account.aws(&put).await.unwrap()["VersionId"].as_str().unwrap().to_owned();
    let waiting = async {
        loop {
            if let EventKind::ApprovalNeeded { place, .. } = events.recv().await.unwrap().kind {
                return place.execution;
            }
        }
    };
    let execution = tokio::time::timeout(PATIENCE, waiting).await.unwrap();
    let record = account.inner.engine().executions().into_iter().find(|record| record.id == execution).unwrap();
    assert_eq!((record.trigger, record.source_revisions[0].id.as_str()), (TriggerType::CloudWatchEvent, &*version));
    assert!(record.trigger_detail.contains(":rule/"), "{}", record.trigger_detail);

    for bucket in ["sources", "artifacts"] {
        account.empty(bucket).await;
    }
    account.delete_stack("system").await;
    let pipelines = account.aws(&["codepipeline", "list-pipelines"]).await.unwrap();
    assert_eq!(pipelines["pipelines"].as_array().map(Vec::len), Some(0), "{pipelines}");
    let removed = registrations(account.folder());
    assert!(removed.contains(&"delete AWS::EC2::EIP".to_owned()), "{removed:?}");
    account.close().await;
}
