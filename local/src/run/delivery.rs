//! One release: uploaded as a developer would, and followed until its execution ends.

use std::time::Duration;

use bytes::Bytes;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, timeout_at};

use super::error::RunError;
use super::progress::Progress;
use super::system::System;
use crate::console::Console;
use crate::emulator::client::ObjectKey;
use crate::engine::{ExecutionRecord, ExecutionStatus, TriggerType};

/// The key that the template's parameter `SourceObjectKey` has by default.
const SOURCE_KEY: &str = "source.zip";

/// How long the pipeline may take to begin a rollback. It does so in the moment of the failure, before anything else happens.
const ROLL_BACK_LIMIT: Duration = Duration::from_mins(1);

/// How long the pipeline may take to find uploaded sources. It looks twice a second, on a machine that has time for it.
const TAKE_UP_LIMIT: Duration = Duration::from_mins(5);

/// After so long it is said that nothing has found them yet.
const TAKE_UP_NOTE: Duration = Duration::from_secs(15);

/// Uploads sources and waits until the execution that the pipeline starts for them has ended.
pub async fn deliver(system: &System, sources: Vec<u8>, console: &Console) -> Result<ExecutionRecord, RunError> {
    let mut events = system.events();
    let (client, root) = system.account().client();
    let bucket = &system.outputs().source_bucket;
    client.put_object(root, (bucket, SOURCE_KEY), None, Bytes::from(sources)).await?;
    let object = ObjectKey { bucket, key: SOURCE_KEY, version: None };
    let version = client.head_object(root, object).await?.version_id.ok_or(RunError::NoVersion)?;
    console.note(format_args!("↑ Uploaded the sources as version {version}"));

    let mut progress = Progress::new(console);
    let uploaded = Instant::now();
    let mut said = false;
    loop {
        let of_this =
            |execution: &ExecutionRecord| execution.source_revisions.iter().any(|revision| revision.id == version);
        let execution = system.executions().into_iter().find(of_this);
        let heard = if execution.is_some() {
            events.recv().await
        } else {
            // A source that cannot be read starts nothing, or an execution that fails without this revision.
            match timeout_at(uploaded + if said { TAKE_UP_LIMIT } else { TAKE_UP_NOTE }, events.recv()).await {
                Ok(heard) => heard,
                Err(_) if said => return Err(RunError::NotTakenUp { version, seconds: TAKE_UP_LIMIT.as_secs() }),
                Err(_) => {
                    said = true;
                    console.note("  The pipeline has not found them yet; it may be refused to look");
                    continue;
                }
            }
        };
        match heard {
            Ok(event) => progress.show(&event),
            // Progress lines were missed; the records have everything.
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return Err(RunError::EngineGone),
        }
        let ended = |execution: &ExecutionRecord| of_this(execution) && has_ended(execution);
        if let Some(execution) = system.executions().into_iter().find(ended) {
            // What it said last may not have been shown yet.
            while let Ok(event) = events.try_recv() {
                progress.show(&event);
            }
            return Ok(execution);
        }
    }
}

/// Waits until the rollback that follows a failed execution has ended.
pub async fn rolled_back(
    system: &System,
    failed: &ExecutionRecord,
    console: &Console,
) -> Result<ExecutionRecord, RunError> {
    let mut events = system.events();
    let mut progress = Progress::new(console);
    let begun_by = Instant::now() + ROLL_BACK_LIMIT;
    loop {
        let executions = system.executions();
        let rollback = executions.into_iter().find(|execution| {
            execution.trigger == TriggerType::AutomatedRollback && execution.trigger_detail.contains(&failed.id)
        });
        let heard = match rollback {
            Some(rollback) if has_ended(&rollback) => return Ok(rollback),
            Some(_) => events.recv().await,
            None => match timeout_at(begun_by, events.recv()).await {
                Ok(heard) => heard,
                Err(_) => return Err(RunError::NotRolledBack { execution: failed.id.clone() }),
            },
        };
        match heard {
            Ok(event) => progress.show(&event),
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return Err(RunError::EngineGone),
        }
    }
}

fn has_ended(execution: &ExecutionRecord) -> bool {
    !matches!(execution.status, ExecutionStatus::InProgress | ExecutionStatus::Stopping)
}
