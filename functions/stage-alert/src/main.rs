//! EventBridge: failures, recoveries and approvals become one message that says why.

mod announce;
mod config;
mod handler;
mod invocation;
mod kinds;
mod noise;
mod outcome;
mod parked;
mod place;
mod redaction;
mod routes;
mod sources;
mod thread;
mod watch;

use function_setup::{AwsSetup, Environment, start_logs};
use handler::Handler;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::of_process();
    start_logs(&environment, env!("CARGO_CRATE_NAME"))?;
    let handler = Handler::new(&AwsSetup::from_environment(&environment)?, &environment)?;
    let handler = &handler;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        handler.handle(&event.payload, &event.context).await.map_err(Error::from)
    }))
    .await
}
