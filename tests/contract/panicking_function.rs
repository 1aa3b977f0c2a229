//! A function on the same libraries as the real ones, whose work goes wrong in the way that its parameters say.

use std::time::Duration;

use function_setup::{AwsSetup, Environment, start_logs};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use pipeline_job::{Deadline, Failure, Job, JobOutcome, Jobs};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Parameters {
    how: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::of_process();
    start_logs(&environment, env!("CARGO_CRATE_NAME"))?;
    let setup = AwsSetup::from_environment(&environment)?;
    let jobs = Jobs::new(setup.aws.clone(), &setup.codepipeline());
    let jobs = &jobs;
    run(service_fn(async |event: LambdaEvent<Value>| {
        let deadline = Deadline::from_epoch_millis(event.context.deadline, Duration::from_secs(10));
        let credentials = event.payload["CodePipeline.job"]["data"]["artifactCredentials"].to_string();
        // Boxed, because the compiler gives up on a future nested as deep as the SDK's inside the runtime's.
        Box::pin(jobs.answer(&event.payload, deadline, |job| misbehave(job, credentials))).await.map_err(Error::from)
    }))
    .await
}

async fn misbehave(job: Job, credentials: String) -> Result<JobOutcome, Failure> {
    let parameters: Parameters = job.parameters()?;
    match parameters.how.as_str() {
        "panic" => panic!("this function panics as it was told to"),
        "panic later" => {
            tokio::task::yield_now().await;
            panic!("this function panics after a while")
        }
        "panic with the credentials" => panic!("the credentials are {credentials}"),
        "hang" => std::future::pending().await,
        "block the thread" => loop {
            std::thread::park();
        },
        "exit" => std::process::exit(1),
        how => Err(Failure::configuration(format!("the function does not know how to {how:?}"))),
    }
}
