//! Processes as Lambda has them.

use super::*;

fn settings(binary: &str, script: &str) -> FunctionSettings {
    FunctionSettings {
        binary: binary.into(),
        arguments: vec!["-c".to_owned(), script.to_owned()],
        name: "f".to_owned(),
        region: "us-east-1".to_owned(),
        memory_megabytes: 128,
        timeout: Duration::from_mins(1),
        slack: Duration::ZERO,
        init_limit: INIT_LIMIT,
        credentials: Credentials::session("ASIAEXAMPLE", "secret", "token"),
        environment: BTreeMap::from([("OWN".to_owned(), "1".to_owned())]),
    }
}

#[tokio::test]
async fn a_process_that_ends_before_it_asks_for_an_event_failed_to_start() {
    let mut function = Function::new(settings("/bin/sh", "echo about to end; exit 3")).await.unwrap();
    let outcome = function.invoke(b"{}").await.unwrap().outcome;
    assert_eq!(outcome, Outcome::InitFailed("Runtime exited before it answered: exit status: 3".to_owned()));
    assert_eq!(function.stop().await, "about to end\n");
}

#[tokio::test]
async fn the_environment_is_lambdas_and_the_functions_own() {
    let mut function = Function::new(settings("/bin/sh", "env | cut -d= -f1 | sort")).await.unwrap();
    let error = function.ready().await.unwrap_err().to_string();
    assert!(error.contains("exit status: 0") && error.contains("_HANDLER"), "{error}");
    function.invoke(b"{}").await.unwrap();
    let log = function.stop().await;
    let names: Vec<&str> = log.lines().collect();
    for name in ["AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_SESSION_TOKEN", "OWN", "_HANDLER"] {
        assert!(names.contains(&name), "{name} is missing in {log}");
    }
    for name in ["HOME", "CARGO", "CARGO_MANIFEST_DIR", "USER"] {
        assert!(!names.contains(&name), "{name} is in {log}");
    }
}

/// A function in Python: it takes an event and does this instead of an answer.
fn taking_an_event(then: &str) -> FunctionSettings {
    let script = format!(
        "exec python3 -c 'import os, resource, urllib.request
urllib.request.urlopen(\"http://\" + os.environ[\"AWS_LAMBDA_RUNTIME_API\"] + \"/2018-06-01/runtime/invocation/next\")
print(\"taken\", flush=True)
{then}'"
    );
    settings("/bin/sh", &script)
}

#[tokio::test]
async fn a_process_that_ends_in_the_middle_of_an_event_crashed_as_lambda_says_it() {
    for (then, expected) in [
        ("os._exit(3)", Outcome::Crashed("exit status 3".to_owned())),
        ("os.abort()", Outcome::Crashed("signal: aborted".to_owned())),
        ("os.kill(os.getpid(), 9)", Outcome::Crashed("signal: killed".to_owned())),
    ] {
        let mut function = Function::new(taking_an_event(then)).await.unwrap();
        assert_eq!(function.invoke(b"{}").await.unwrap().outcome, expected, "{then}");
    }
}

#[tokio::test]
async fn memory_is_limited_when_asked_for() {
    let then = "limit = resource.getrlimit(resource.RLIMIT_DATA)[0]; print(limit, flush=True); os.abort()";
    let mut function = Function::new(taking_an_event(then)).await.unwrap();
    function.limit_memory();
    let outcome = function.invoke(b"{}").await.unwrap().outcome;
    assert_eq!(outcome, Outcome::OutOfMemory("signal: aborted".to_owned()));
    let log = function.stop().await;
    assert!(log.contains(&(128 << 20).to_string()), "{log}");
}

#[tokio::test]
async fn a_process_is_killed_when_the_moment_has_come() {
    let mut function = Function::new(taking_an_event("import time; time.sleep(600)")).await.unwrap();
    let outcome = function.invoke_and_kill(b"{}", std::future::ready(())).await.unwrap().outcome;
    assert_eq!(outcome, Outcome::Crashed("signal: killed".to_owned()));
}

#[tokio::test]
async fn a_binary_that_is_not_there_is_an_error_with_its_name() {
    let mut function = Function::new(settings("/nowhere/bootstrap", "")).await.unwrap();
    let error = function.invoke(b"{}").await.unwrap_err().to_string();
    assert!(error.contains("/nowhere/bootstrap"), "{error}");
}
