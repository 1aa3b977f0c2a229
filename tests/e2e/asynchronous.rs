//! Events that a function is invoked with asynchronously, as the emulator's launcher works on them.

use std::path::Path;
use std::time::Duration;

use launchway::emulator::client::EmulatorClient;
use serde_json::json;

use crate::account::{Account, PATIENCE};

/// A function that writes `+` when it begins and `-` when it ends, which it does once the file `go` is there.
const FUNCTION: &str = r#"
import os, time

def handler(event, context):
    def note(sign):
        with open(event["log"], "a") as log:
            log.write(sign)
    note("+")
    while not os.path.exists(event["go"]):
        time.sleep(0.01)
    note("-")
"#;

/// How many events of a function are worked on at once.
const AT_ONCE: usize = 4;

#[tokio::test]
async fn a_function_works_on_some_events_at_once_and_others_have_their_own_queue() {
    let account = Account::open().await;
    let folder = tempfile::tempdir().unwrap();
    let role = role(&account).await;
    let code = folder.path().join("index.py");
    std::fs::write(&code, FUNCTION).unwrap();
    let archive = folder.path().join("code.zip");
    launchway::archive::pack(&[("index.py".to_owned(), code)].into(), &archive).unwrap();
    let archive = format!("fileb://{}", archive.display());
    for name in ["busy", "idle"] {
        let create = ["lambda", "create-function", "--function-name", name, "--runtime", "python3.12", "--role", &role];
        let what = ["--handler", "index.handler", "--timeout", "600", "--zip-file", &archive];
        account.aws(&[&create[..], &what].concat()).await.unwrap();
    }
    let go = folder.path().join("go");
    let (busy, idle) = (folder.path().join("busy"), folder.path().join("idle"));
    let launcher = EmulatorClient::new(&account.emulator().role_session_url()).unwrap();
    let (client, root) = account.inner.client();

    for _ in 0..AT_ONCE + 2 {
        client.invoke_event(root, "busy", &json!({ "log": busy, "go": go })).await.unwrap();
    }
    written(&busy, &"+".repeat(AT_ONCE)).await;
    client.invoke_event(root, "idle", &json!({ "log": idle, "go": folder.path() })).await.unwrap();
    written(&idle, "+-").await;
    assert!(!launcher.events_done(Duration::ZERO).await.unwrap());
    std::fs::write(&go, "").unwrap();
    assert!(launcher.events_done(PATIENCE).await.unwrap());
    assert!(launcher.events_done(Duration::ZERO).await.unwrap());

    let signs = std::fs::read_to_string(&busy).unwrap();
    let mut running = Vec::from([0]);
    for sign in signs.chars() {
        let last = *running.last().unwrap();
        running.push(if sign == '+' { last + 1 } else { last - 1 });
    }
    assert_eq!((signs.len(), running.last(), running.iter().max()), (2 * (AT_ONCE + 2), Some(&0), Some(&AT_ONCE)));
    account.close().await;
}

/// A role that Lambda may take.
async fn role(account: &Account) -> String {
    let trust = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole" },
    ] });
    let trust = trust.to_string();
    let create = ["iam", "create-role", "--role-name", "function", "--assume-role-policy-document", &trust];
    let made = account.aws(&create).await.unwrap();
    made["Role"]["Arn"].as_str().unwrap().to_owned()
}

/// Waits until a file is as long as this content, which it then has to have.
async fn written(path: &Path, content: &str) {
    let looking = async {
        loop {
            let written = std::fs::read_to_string(path).unwrap_or_default();
            if written.len() >= content.len() {
                return written;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert_eq!(tokio::time::timeout(PATIENCE, looking).await.unwrap(), content);
}
