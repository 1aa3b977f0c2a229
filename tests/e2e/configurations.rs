//! The real template, built and deployed by the SAM CLI in each configuration of samconfig.toml, updated and deleted.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::account::Account;
use crate::run::root;
use crate::sam_cli;
use crate::whole_stack::{Resource, whole};

/// What `launchway` tells the configuration that is its own.
const LOCAL: &[&str] = &[
    "--resolve-s3",
    "--parameter-overrides",
    "CreateEnvironments=false",
    "PollForSourceChanges=true",
    "RunTests=false",
    "StagingUrl=http://127.0.0.1:1",
    "ProductionUrl=http://127.0.0.1:2",
];

/// A configuration, the stack it names, and what it leaves to the command line.
const CONFIGURATIONS: [(&str, &str, &[&str]); 5] = [
    ("default", "launchway", &[]),
    ("ec2", "launchway", &[]),
    ("existing", "launchway", &[]),
    ("alerts-only", "launchway-alerts", &[]),
    ("local", "launchway", LOCAL),
];

/// A sample event that the updated function takes.
const EVENT: &str = "events/codepipeline-stage-succeeded.json";

/// A configuration that stands in an account of its own.
struct Deployed {
    configuration: &'static str,
    stack: &'static str,
    resources: Vec<Resource>,
    account: Account,
    folder: TempDir,
}

impl Deployed {
    #[expect(clippy::print_stdout, reason = "what was made, and what was registered alone, for who runs the tests")]
    async fn new(built: &Path, (configuration, stack, more): (&'static str, &'static str, &[&str])) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let account = Account::open(folder.path()).await;
        sam_cli::deploy(&account, built, configuration, more).await;
        let resources = whole(&account, stack).await;
        let registered = registered(folder.path());
        let made = |resource: &&Resource| registered.contains(&(resource.kind.clone(), resource.physical_id.clone()));
        let alone: Vec<&Resource> = resources.iter().filter(made).collect();
        assert_eq!(alone.len(), registered.len(), "{registered:?}");
        println!("{configuration}: {} resources, {} of them registered alone", resources.len(), alone.len());
        for (kind, count) in counted(&alone) {
            println!("  {count} {kind}");
        }
        Self { configuration, stack, resources, account, folder }
    }

    /// The physical id of a resource of the outermost stack.
    fn id(&self, place: &str) -> &str {
        let found = self.resources.iter().find(|resource| resource.place == place);
        &found.unwrap_or_else(|| panic!("{place} is not there")).physical_id
    }

    async fn close(self) {
        let log = std::fs::read_to_string(self.folder.path().join("emulator.log")).unwrap();
        for passed_over in ["no-op placeholder", "Rules: skipping rule"] {
            assert!(!log.contains(passed_over), "{log}");
        }
        self.account.close().await;
    }
}

/// The types and ids in the list of what was registered and not deleted since.
fn registered(folder: &Path) -> BTreeSet<(String, String)> {
    let list = std::fs::read_to_string(folder.join("registered.jsonl")).unwrap_or_default();
    let mut ids = BTreeSet::new();
    for line in list.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let text = |name: &str| line[name].as_str().unwrap().to_owned();
        let id = (text("type"), text("physical_id"));
        if line["change"] == "delete" {
            ids.remove(&id)
        } else {
            ids.insert(id)
        };
    }
    ids
}

fn counted<'a>(resources: &[&'a Resource]) -> BTreeMap<&'a str, usize> {
    resources.iter().fold(BTreeMap::new(), |mut counts, resource| {
        *counts.entry(resource.kind.as_str()).or_default() += 1;
        counts
    })
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

/// Changed code of a function comes to the alias that everybody calls.
async fn code_is_updated(deployed: &Deployed, built: &Path) {
    let function = deployed.id("StageAlertFunction");
    let code = built.parent().unwrap().join("StageAlertFunction/bootstrap");
    let before = live(deployed, function).await;
    // The program takes no notice of what stands after its last section.
    std::fs::OpenOptions::new().append(true).open(code).unwrap().write_all(b"changed").unwrap();
    sam_cli::deploy(&deployed.account, built, deployed.configuration, &[]).await;
    let after = live(deployed, function).await;
    assert!(before.0 != after.0 && before.1 != after.1, "{before:?} {after:?}");

    let event = format!("fileb://{}", root().join(EVENT).display());
    let out = deployed.folder.path().join("answer.json");
    let invoke = ["lambda", "invoke", "--function-name", function, "--qualifier", "live", "--payload", &event];
    let answer = deployed.account.aws(&[&invoke[..], &[out.to_str().unwrap()]].concat()).await.unwrap();
    assert_eq!(answer["ExecutedVersion"].as_str(), Some(&*after.0), "{answer}");
    assert_eq!(answer["FunctionError"], Value::Null, "{answer} {:?}", std::fs::read_to_string(&out));
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

/// Of a deleted stack nothing is left but what its template keeps: two buckets and the key of their objects.
async fn deletion_keeps_sources_and_artifacts_alone(deployed: &Deployed) {
    let aws = async |arguments: &[&str]| deployed.account.aws(arguments).await.unwrap();
    for [service, operation, list, _] in LISTS {
        let listed = aws(&[service, operation]).await;
        assert!(listed[list].as_array().is_some_and(|entries| !entries.is_empty()), "{service} {operation}: {listed}");
    }
    deployed.account.delete_stack(deployed.stack).await;
    for [service, operation, list, name] in LISTS {
        let listed = aws(&[service, operation]).await;
        let entries = listed[list].as_array().into_iter().flatten();
        let left: Vec<&Value> = entries.map(|entry| entry.get(name).unwrap_or(entry)).collect();
        assert!(left.is_empty(), "{service} {operation}: {left:?}");
    }
    let buckets = aws(&["s3api", "list-buckets", "--query", "Buckets[].Name"]).await;
    let buckets = buckets.as_array().unwrap().iter().filter_map(Value::as_str);
    // The SAM CLI's own bucket belongs to a stack of its own.
    let buckets: BTreeSet<&str> = buckets.filter(|bucket| !bucket.starts_with("aws-sam-cli-")).collect();
    assert_eq!(buckets, BTreeSet::from([deployed.id("SourceBucket"), deployed.id("ArtifactBucket")]));
    for (key, state) in [("ArtifactKey", "Enabled"), ("AlertKey", "PendingDeletion")] {
        let key = aws(&["kms", "describe-key", "--key-id", deployed.id(key)]).await;
        assert_eq!(key["KeyMetadata"]["KeyState"], state, "{key}");
    }
    assert_eq!(registered(deployed.folder.path()), BTreeSet::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_configuration_deploys_whole_and_one_is_updated_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let built = sam_cli::build(folder.path()).await;
    for configuration in CONFIGURATIONS {
        let deployed = Deployed::new(&built, configuration).await;
        if configuration.0 == "existing" {
            code_is_updated(&deployed, &built).await;
            deletion_keeps_sources_and_artifacts_alone(&deployed).await;
        }
        deployed.close().await;
    }
}
