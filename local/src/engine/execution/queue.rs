//! Who is in a stage, and who waits for it. One execution at a time is in a stage.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::oneshot;

use crate::engine::context::Context;
use crate::engine::pipeline::ExecutionMode;

/// One stage of a pipeline.
#[derive(Debug, Default)]
pub(in crate::engine) struct StageQueue {
    pub(in crate::engine) occupant: Option<String>,
    waiting: VecDeque<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    execution: String,
    admission: oneshot::Sender<Admission>,
}

/// How waiting for a stage ends.
#[derive(Debug)]
pub(super) enum Admission {
    /// The execution is in the stage until the value is dropped.
    Entered(Occupation),
    /// A newer execution waits instead.
    Superseded,
}

/// The execution's place in the stage.
#[derive(Debug)]
pub(super) struct Occupation {
    context: Arc<Context>,
    pipeline: String,
    stage: String,
    execution: String,
    /// Not when it never reached the one who waited.
    held: bool,
}

/// The stage that is waited for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Door<'d> {
    pub(super) context: &'d Arc<Context>,
    pub(super) pipeline: &'d str,
    pub(super) stage: &'d str,
}

impl StageQueue {
    /// Puts an execution in line. Executions have to come in the order of their starts.
    pub(super) fn join(
        &mut self,
        door: Door<'_>,
        mode: ExecutionMode,
        execution: &str,
    ) -> oneshot::Receiver<Admission> {
        let (admission, receiver) = oneshot::channel();
        if mode == ExecutionMode::Superseded {
            for older in self.waiting.drain(..) {
                // Who does not wait any more need not know.
                let _ = older.admission.send(Admission::Superseded);
            }
        }
        self.waiting.push_back(Waiting { execution: execution.to_owned(), admission });
        self.admit(door);
        receiver
    }

    /// The executions that wait, the next one first.
    pub(in crate::engine) fn waiting(&self) -> impl Iterator<Item = &str> {
        self.waiting.iter().filter(|waiting| !waiting.admission.is_closed()).map(|waiting| waiting.execution.as_str())
    }

    fn admit(&mut self, door: Door<'_>) {
        while self.occupant.is_none() {
            let Some(next) = self.waiting.pop_front() else { return };
            let occupation = Occupation {
                context: Arc::clone(door.context),
                pipeline: door.pipeline.to_owned(),
                stage: door.stage.to_owned(),
                execution: next.execution.clone(),
                held: true,
            };
            match next.admission.send(Admission::Entered(occupation)) {
                Ok(()) => self.occupant = Some(next.execution),
                // It was stopped meanwhile. Dropping a held place here would wait for the lock that we are under.
                Err(Admission::Entered(mut unwanted)) => unwanted.held = false,
                Err(Admission::Superseded) => {}
            }
        }
    }
}

impl Drop for Occupation {
    fn drop(&mut self) {
        if !self.held {
            return;
        }
        let mut state = self.context.state();
        // A deleted pipeline has no queues any more; one that was made anew under the same name has others.
        let Some(pipeline) = state.pipelines.get_mut(&self.pipeline) else { return };
        let Some(queue) = pipeline.queues.get_mut(&self.stage) else { return };
        if queue.occupant.as_ref() != Some(&self.execution) {
            return;
        }
        queue.occupant = None;
        queue.admit(Door { context: &self.context, pipeline: &self.pipeline, stage: &self.stage });
    }
}
