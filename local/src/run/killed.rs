//! A function that is killed in the middle of its smoke test.

use super::delivery::deliver;
use super::error::RunError;
use super::sites::Site;
use super::system::System;
use crate::console::Console;
use crate::engine::ExecutionRecord;
use crate::process::Marker;

/// The variable that Lambda sets in each function's process.
const FUNCTION_NAME: &str = "AWS_LAMBDA_FUNCTION_NAME";

/// Delivers sources, and kills the smoke test's process while it waits for the answer of an environment.
///
/// The environment's production listener holds new connections. Nobody but the smoke test connects there, and only after the
/// deployment: the first connection that waits is the function in the middle of a check, however fast or slow it is.
pub async fn deliver_and_kill(
    system: &System,
    run: &str,
    sources: Vec<u8>,
    environment: &Site,
    console: &Console,
) -> Result<ExecutionRecord, RunError> {
    let listener = &environment.service().ok_or(RunError::NeedsListener)?.production;
    listener.hold();
    let kill = async {
        listener.waited_for().await;
        let function = Marker::new(FUNCTION_NAME, &system.outputs().smoke_test);
        let killed = Marker::run(run).kill_those_with(&function);
        console.note(format_args!("! Killed the smoke test in the middle of a check (processes {killed:?})"));
        listener.resume();
    };
    let mut delivery = std::pin::pin!(deliver(system, sources, console));
    let delivered = tokio::select! {
        delivered = &mut delivery => delivered,
        () = kill => delivery.await,
    };
    listener.resume();
    delivered
}
