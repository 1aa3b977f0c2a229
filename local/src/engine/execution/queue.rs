//! Who is in a stage, and who waits for it. One execution at a time is in a stage.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::oneshot;

use crate::engine::context::Context;
use crate::engine::pipeline::ExecutionMode;

/// One stage of a pipeline.
#[derive(Debug, Default)]
pub(in crate::engine) struct StageQueue {
    pub(in crate::engine) occupant: Option<String>,
    /// Nobody comes in while this is there.
    disabled: Option<Disabled>,
    waiting: VecDeque<Waiting>,
}

/// Why and since when nobody comes into a stage.
#[derive(Debug, Clone)]
pub(in crate::engine) struct Disabled {
    pub(in crate::engine) reason: String,
    /// The ARN of who said so; of the template's word, the pipeline's own.
    pub(in crate::engine) by: String,
    pub(in crate::engine) at: Timestamp,
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
pub(in crate::engine) struct Door<'d> {
    pub(in crate::engine) context: &'d Arc<Context>,
    pub(in crate::engine) pipeline: &'d str,
    pub(in crate::engine) stage: &'d str,
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
        if mode == ExecutionMode::Parallel {
            // Nobody is waited for, so that nobody needs the place.
            let _ = admission.send(Admission::Entered(Occupation::of(door, execution, false)));
            return receiver;
        }
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

    /// Lets an execution in past those who wait: one that was in the stage before, or goes back to what was. Nothing when
    /// another one is in there.
    pub(super) fn enter(&mut self, door: Door<'_>, mode: ExecutionMode, execution: &str) -> Option<Occupation> {
        if mode == ExecutionMode::Parallel {
            return Some(Occupation::of(door, execution, false));
        }
        if self.occupant.is_some() {
            return None;
        }
        self.occupant = Some(execution.to_owned());
        Some(Occupation::of(door, execution, true))
    }

    /// Gives the place in the stage to another execution.
    pub(super) fn hand_over(&mut self, occupation: &mut Occupation, execution: &str) {
        if occupation.held {
            self.occupant = Some(execution.to_owned());
        }
        execution.clone_into(&mut occupation.execution);
    }

    /// Lets nobody in any more, until somebody says otherwise.
    pub(in crate::engine) fn disable(&mut self, why: Disabled) {
        self.disabled = Some(why);
    }

    /// Lets those in who wait.
    pub(in crate::engine) fn enable(&mut self, door: Door<'_>) {
        self.disabled = None;
        self.admit(door);
    }

    /// Why nobody comes in.
    pub(in crate::engine) fn disabled(&self) -> Option<&Disabled> {
        self.disabled.as_ref()
    }

    /// The executions that wait, the next one first.
    pub(in crate::engine) fn waiting(&self) -> impl Iterator<Item = &str> {
        self.waiting.iter().filter(|waiting| !waiting.admission.is_closed()).map(|waiting| waiting.execution.as_str())
    }

    fn admit(&mut self, door: Door<'_>) {
        while self.occupant.is_none() && self.disabled.is_none() {
            let Some(next) = self.waiting.pop_front() else { return };
            let occupation = Occupation::of(door, &next.execution, true);
            match next.admission.send(Admission::Entered(occupation)) {
                Ok(()) => self.occupant = Some(next.execution),
                // It was stopped meanwhile. Dropping a held place here would wait for the lock that we are under.
                Err(Admission::Entered(mut unwanted)) => unwanted.held = false,
                Err(Admission::Superseded) => {}
            }
        }
    }
}

impl Occupation {
    fn of(door: Door<'_>, execution: &str, held: bool) -> Self {
        Self {
            context: Arc::clone(door.context),
            pipeline: door.pipeline.to_owned(),
            stage: door.stage.to_owned(),
            execution: execution.to_owned(),
            held,
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
