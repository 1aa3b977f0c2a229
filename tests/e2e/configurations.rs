//! The real template, built and deployed by the SAM CLI in each configuration of samconfig.toml, updated and deleted.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use launchway::console::Console;
use launchway::project::Project;
use launchway::run::{RunContext, counted, incomplete, registered, with_nested};
use launchway::sam;
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::account::Account;
use crate::run::root;

/// What `launchway run` tells the configuration that is its own.
const LOCAL: &[&str] = &[
    "--resolve-s3",
    "--parameter-overrides",
    "CreateEnvironments=false",
    "PollForSourceChanges=true",
    "RunTests=false",
    "StagingUrl=http://127.0.0.1:1",
    "ProductionUrl=http://127.0.0.1:2",
];

/// A sample event that the updated function takes.
const EVENT: &str = "events/codepipeline-stage-succeeded.json";

/// The template, built once for all tests.
async fn built() -> &'static Path {
    static BUILT: OnceCell<PathBuf> = OnceCell::const_new();
    let build = async || {
        let project = Project::open(root()).unwrap();
        let context = RunContext::create(&project).unwrap();
        sam::build(&project, &context, &project.template(), &Console::new()).await.unwrap()
    };
    BUILT.get_or_init(build).await
}

/// A configuration that stands in an account of its own.
struct Deployed {
    configuration: &'static str,
    stack: &'static str,
    /// Physical id by place: the logical ids from the outermost stack to the resource, with slashes between them.
    ids: BTreeMap<String, String>,
    account: Account,
}

impl Deployed {
    async fn new(configuration: &'static str, stack: &'static str, more: &[&str]) -> Self {
        let account = Account::open().await;
        let mut deployed = Self { configuration, stack, ids: BTreeMap::new(), account };
        deployed.deploy(built().await, more).await;
        deployed
    }

    /// Creates or updates the stack, and looks whether it is whole.
    #[expect(clippy::print_stdout, reason = "what was made, and what was registered alone, for who runs the tests")]
    async fn deploy(&mut self, template: &Path, more: &[&str]) {
        let Account { project, context, inner } = &self.account;
        let more: Vec<String> = more.iter().map(|&argument| argument.to_owned()).collect();
        sam::deploy(project, context, inner.emulator(), template, self.configuration, &more).await.unwrap();
        let stacks = with_nested(inner, self.stack).await.unwrap();
        assert_eq!(incomplete(project, inner, &stacks).await.unwrap(), Vec::<String>::new());
        let registered = registered(context.folder()).unwrap();
        let resources = || stacks.iter().flat_map(|stack| &stack.resources);
        let alone = |kind: &str, id: &str| registered.contains(&(kind.to_owned(), id.to_owned()));
        let alone: Vec<_> = resources().filter(|made| alone(&made.kind, &made.physical_id)).collect();
        assert_eq!(alone.len(), registered.len(), "{registered:?}");
        println!("{}: {} resources, {} registered alone", self.configuration, resources().count(), alone.len());
        for (kind, count) in counted(alone) {
            println!("  {count} {kind}");
        }
        let placed = stacks.iter().flat_map(|stack| stack.resources.iter().map(|made| (&stack.place, made)));
        self.ids =
            placed.map(|(place, made)| (format!("{place}{}", made.logical_id), made.physical_id.clone())).collect();
    }

    /// The physical id of a resource.
    fn id(&self, place: &str) -> &str {
        self.ids.get(place).unwrap_or_else(|| panic!("{place} is not there"))
    }
}

/// What an account lists: service, operation, the list's name, and what of an entry names it (null of a plain text).
const LISTS: [[&str; 4]; 9] = [
    ["lambda", "list-functions", "Functions", "FunctionName"],
    ["iam", "list-roles", "Roles", "RoleName"],
    ["logs", "describe-log-groups", "logGroups", "logGroupName"],
    ["sns", "list-topics", "Topics", "TopicArn"],
    ["sqs", "list-queues", "QueueUrls", ""],
    ["dynamodb", "list-tables", "TableNames", ""],
    ["events", "list-rules", "Rules", "Name"],
    ["cloudwatch", "describe-alarms", "MetricAlarms", "AlarmName"],
    ["codepipeline", "list-pipelines", "pipelines", "name"],
];

/// Other parameters for the stack that stands: another source, a clock, somebody who is asked, and what an environment that
/// was made alone says of itself.
const CHANGED: &[&str] = &[
    "--parameter-overrides",
    "SourceProvider=GitHub",
    "ConnectionArn=arn:aws:codeconnections:us-east-1:123456789012:connection/0a1b2c3d-4e5f-6789-abcd-ef0123456789",
    "RepositoryId=example/storefront",
    "TriggerTags=v*",
    "BuildPullRequests=true",
    r#"Schedule="cron(0 6 ? * MON-FRI *)""#,
    "RequireApproval=true",
    "HookSubnetIds=subnet-0a1b2c3d4e5f67890,subnet-0f1e2d3c4b5a69780",
    "HookSecurityGroupId=sg-0a1b2c3d4e5f67890",
    "StagingTaskLogGroup=tasks-of-staging",
    "ProductionTaskLogGroup=tasks-of-production",
];

/// An update takes other parameters, and changed code of a function comes to the alias that everybody calls.
async fn parameters_and_code_are_updated(deployed: &mut Deployed) {
    let function = deployed.id("StageAlertFunction").to_owned();
    let before = live(deployed, &function).await;
    let folder = tempfile::tempdir().unwrap();
    let copied = Command::new("cp").arg("-r").arg(built().await.parent().unwrap()).arg(folder.path()).status().unwrap();
    assert!(copied.success());
    let changed = folder.path().join("build");
    let code = changed.join("StageAlertFunction/bootstrap");
    // The program takes no notice of what stands after its last section.
    std::fs::OpenOptions::new().append(true).open(code).unwrap().write_all(b"changed").unwrap();
    deployed.deploy(&changed.join("template.yaml"), CHANGED).await;
    let after = live(deployed, &function).await;
    assert!(before.0 != after.0 && before.1 != after.1, "{before:?} {after:?}");

    let event = format!("fileb://{}", root().join(EVENT).display());
    let out = folder.path().join("answer.json");
    let invoke = ["lambda", "invoke", "--function-name", &function, "--qualifier", "live", "--payload", &event];
    let answer = deployed.account.aws(&[&invoke[..], &[out.to_str().unwrap()]].concat()).await.unwrap();
    assert_eq!(answer["ExecutedVersion"].as_str(), Some(&*after.0), "{answer}");
    assert_eq!(answer["FunctionError"], Value::Null, "{answer} {:?}", std::fs::read_to_string(&out));

    let get = ["codepipeline", "get-pipeline", "--name", deployed.id("Pipeline"), "--query", "pipeline"];
    let pipeline = deployed.account.aws(&get).await.unwrap();
    let stages: Vec<&str> =
        pipeline["stages"].as_array().unwrap().iter().map(|stage| stage["name"].as_str().unwrap()).collect();
    assert_eq!(stages, ["Source", "Build", "Staging", "Approval", "Production"]);
    assert_eq!(pipeline["stages"][0]["actions"][0]["actionTypeId"]["provider"], "CodeStarSourceConnection");
    for made in ["PullRequestPipeline", "ReleaseSchedule", "ApprovalTopic"] {
        deployed.id(made);
    }
    for gone in ["SourceBucket", "TaskLogs"] {
        assert!(!deployed.ids.contains_key(gone), "{gone}");
    }
}

/// The version that a function's alias names, and the hash of its code.
async fn live(deployed: &Deployed, function: &str) -> (String, String) {
    let get = ["lambda", "get-function-configuration", "--function-name", function, "--qualifier"];
    let alias = ["lambda", "get-alias", "--function-name", function, "--name", "live"];
    let alias = deployed.account.aws(&alias).await.unwrap();
    let version = alias["FunctionVersion"].as_str().unwrap();
    let code = deployed.account.aws(&[&get[..], &[version]].concat()).await.unwrap();
    (version.to_owned(), code["CodeSha256"].as_str().unwrap().to_owned())
}

/// What is left of each list, but what belongs to the SAM CLI's own stack.
async fn left(deployed: &Deployed, lists: &[[&str; 4]]) -> Vec<String> {
    let mut left = Vec::new();
    for [service, operation, list, name] in lists {
        let listed = deployed.account.aws(&[service, operation]).await.unwrap();
        let entries = listed[list].as_array().into_iter().flatten();
        let names = entries.map(|entry| entry.get(name).unwrap_or(entry).as_str().unwrap().to_owned());
        left.extend(names.filter(|name| !name.starts_with("aws-sam-cli-")));
    }
    left
}

/// Of a deleted stack nothing is left but what its template keeps: two buckets and the key of their objects.
async fn deletion_keeps_sources_and_artifacts_alone(deployed: &Deployed, source_bucket: &str) {
    for list in LISTS {
        assert!(!left(deployed, &[list]).await.is_empty(), "{list:?}");
    }
    deployed.account.delete_stack(deployed.stack).await;
    assert_eq!(left(deployed, &LISTS).await, Vec::<String>::new());
    let buckets = left(deployed, &[["s3api", "list-buckets", "Buckets", "Name"]]).await;
    let buckets: BTreeSet<&str> = buckets.iter().map(String::as_str).collect();
    assert_eq!(buckets, [source_bucket, deployed.id("ArtifactBucket")].into());
    for (key, state) in [("ArtifactKey", "Enabled"), ("AlertKey", "PendingDeletion")] {
        let key = ["kms", "describe-key", "--key-id", deployed.id(key)];
        let key = deployed.account.aws(&key).await.unwrap();
        assert_eq!(key["KeyMetadata"]["KeyState"], state, "{key}");
    }
    assert_eq!(registered(deployed.account.folder()).unwrap(), BTreeSet::new());
}

const STACKS: [&str; 4] = ["cloudformation", "describe-stacks", "Stacks", "StackName"];

/// A stack with nested ones: two environments, each with its network and its database.
async fn environments(configuration: &'static str) -> Deployed {
    let deployed = Deployed::new(configuration, "launchway", &[]).await;
    assert_eq!(left(&deployed, &[STACKS]).await.len(), 1 + 2 * 3);
    deployed
}

/// The nested stacks went with the one that made them.
async fn environments_are_gone(deployed: Deployed) {
    assert_eq!(left(&deployed, &[STACKS, LISTS[0], LISTS[1]]).await, Vec::<String>::new());
    assert_eq!(registered(deployed.account.folder()).unwrap(), BTreeSet::new());
    deployed.account.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_environments_on_ecs_are_deployed_and_deleted_by_the_sam_cli() {
    let deployed = environments("default").await;
    deployed.account.sam_delete(deployed.stack).await;
    environments_are_gone(deployed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_environments_on_ec2_are_deployed_and_deleted() {
    let deployed = environments("ec2").await;
    deployed.account.delete_stack(deployed.stack).await;
    environments_are_gone(deployed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_alone_are_deployed_whole() {
    Deployed::new("alerts-only", "launchway-alerts", &[]).await.account.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_local_configuration_is_deployed_whole() {
    Deployed::new("local", "launchway", LOCAL).await.account.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_to_existing_environments_is_deployed_updated_and_deleted() {
    let mut deployed = Deployed::new("existing", "launchway", &[]).await;
    let source_bucket = deployed.id("SourceBucket").to_owned();
    parameters_and_code_are_updated(&mut deployed).await;
    deletion_keeps_sources_and_artifacts_alone(&deployed, &source_bucket).await;
    deployed.account.close().await;
}
