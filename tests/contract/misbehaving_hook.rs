//! A lifecycle hook on the same libraries as the real one, whose work goes wrong in the way that its environment says.

use std::time::Duration;

use function_setup::{AwsSetup, Environment, start_logs};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use lifecycle_hook::{Deadline, HookFailure, Hooks, Settings, Verdict};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::of_process();
    start_logs(&environment, env!("CARGO_CRATE_NAME"))?;
    let setup = AwsSetup::from_environment(&environment)?;
    let reports = environment.optional("REPORT_LOCATION").and_then(|location| location.parse().ok());
    let how = environment.optional("MISBEHAVE").unwrap_or_default().to_owned();
    let hooks = Hooks::new(setup.aws.clone(), setup.codedeploy(), Settings { reports, attempts: 1 });
    let (hooks, how) = (&hooks, how.as_str());
    run(service_fn(async |event: LambdaEvent<Value>| {
        let deadline = Deadline::from_epoch_millis(event.context.deadline, Duration::from_secs(10));
        // Boxed, because the compiler gives up on a future nested as deep as the SDK's inside the runtime's.
        Box::pin(hooks.answer(&event.payload, deadline, |_| misbehave(how))).await.map_err(Error::from)
    }))
    .await
}

async fn misbehave(how: &str) -> Result<Verdict, HookFailure> {
    match how {
        "panic" => panic!("this hook panics as it was told to"),
        "hang" => std::future::pending().await,
        "block the thread" => loop {
            std::thread::park();
        },
        "exit" => std::process::exit(1),
        "allocate" => Ok(verdict_of(allocate())),
        how => Err(HookFailure::configuration(format!("the hook does not know how to {how:?}"))),
    }
}

/// Takes a gigabyte and writes to all of it, four times what the function has.
fn allocate() -> usize {
    std::hint::black_box(vec![1_u8; 1 << 30]).iter().map(|byte| usize::from(*byte)).sum()
}

/// It is reached only where the memory is not limited: a success that must not be.
fn verdict_of(bytes: usize) -> Verdict {
    Verdict { passed: true, summary: format!("{bytes} bytes were there to be had"), report: Value::Null }
}
