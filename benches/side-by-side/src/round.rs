//! One process of a program, from its start to its last event.

use std::time::{Duration, Instant};

use launchway::standin::{Function, Mark, MarkKind, Outcome};

use crate::cpu_share::CpuShare;
use crate::error::BenchError;
use crate::peer::Peer;
use crate::world::World;

/// What was measured of one program. Times in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Measures {
    /// CPU time from the start to asking for the first event.
    pub(crate) init_cpu: Vec<f64>,
    /// The same by the clock.
    pub(crate) init: Vec<f64>,
    /// CPU time of the first event, until the next one is asked for.
    pub(crate) first_cpu: Vec<f64>,
    /// The first event by the clock, from handing it out to its answer.
    pub(crate) first: Vec<f64>,
    /// CPU time of a later event.
    pub(crate) later_cpu: Vec<f64>,
    /// A later event by the clock.
    pub(crate) later: Vec<f64>,
    /// Largest resident size, in MB.
    pub(crate) peak: Vec<f64>,
    /// The first event by the clock at the CPU share of 128 MB.
    pub(crate) first_at_share: Vec<f64>,
}

/// Starts a process of `peer` and sends it the first event and `later` more.
pub(crate) async fn run(world: &World, peer: &Peer, later: usize, measures: &mut Measures) -> Result<(), BenchError> {
    let mut function = world.function(peer).await?;
    function.ready().await?;
    let started = function.process().map(launchway::standin::FunctionProcess::started);
    for _ in 0..=later {
        send(world, peer, &mut function).await?;
    }
    // The CPU time of an event is known when the next one is asked for.
    function.ready().await?;
    let usage = function.process().and_then(launchway::standin::FunctionProcess::usage);
    measures.peak.extend(usage.map(|usage| megabytes(usage.peak_resident_bytes)));
    if let Some(started) = started {
        measures.add(started, &function.take_marks());
    }
    function.recycle().await;
    Ok(())
}

/// Starts a process of `peer` unthrottled, as Lambda does, and sends it one event at the share.
pub(crate) async fn run_with_share(
    world: &World,
    peer: &Peer,
    share: &CpuShare,
    measures: &mut Measures,
) -> Result<(), BenchError> {
    let mut function = world.function(peer).await?;
    function.ready().await?;
    if let Some(process) = function.process() {
        share.take_in(process.pid())?;
    }
    send(world, peer, &mut function).await?;
    let marks = function.take_marks();
    measures.first_at_share.extend(events_by_the_clock(&marks).first());
    function.recycle().await;
    Ok(())
}

async fn send(world: &World, peer: &Peer, function: &mut Function) -> Result<(), BenchError> {
    let (job, event) = world.new_job();
    let invocation = function.invoke(&event).await?;
    let done = match invocation.outcome {
        Outcome::Succeeded(_) if peer.does_the_job => world.verify(&job),
        Outcome::Succeeded(_) => Ok(()),
        outcome => Err(format!("{outcome:?}")),
    };
    done.map_err(|reason| BenchError::NotDone { program: peer.name, reason })
}

impl Measures {
    fn add(&mut self, started: Instant, marks: &[Mark]) {
        let polls: Vec<&Mark> = marks.iter().filter(|mark| mark.kind == MarkKind::Poll).collect();
        let cpu: Vec<f64> = polls.iter().filter_map(|mark| mark.cpu).map(milliseconds).collect();
        self.init.extend(polls.first().map(|mark| milliseconds(mark.at - started)));
        self.init_cpu.extend(cpu.first());
        let mut events = cpu.windows(2).map(|pair| pair[1] - pair[0]);
        self.first_cpu.extend(events.next());
        self.later_cpu.extend(events);
        let mut events = events_by_the_clock(marks).into_iter();
        self.first.extend(events.next());
        self.later.extend(events);
    }
}

fn events_by_the_clock(marks: &[Mark]) -> Vec<f64> {
    let starts = marks.iter().filter(|mark| mark.kind == MarkKind::Event);
    let ends = marks.iter().filter(|mark| mark.kind == MarkKind::Response);
    starts.zip(ends).map(|(start, end)| milliseconds(end.at - start.at)).collect()
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "no process here has more than 2^52 bytes")]
pub(crate) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_measures() {
        let start = Instant::now();
        let mark = |kind, at: u64, cpu: u64| Mark {
            kind,
            at: start + Duration::from_millis(at),
            cpu: Some(Duration::from_millis(cpu)),
        };
        let marks = [
            mark(MarkKind::Poll, 10, 2),
            mark(MarkKind::Event, 11, 2),
            mark(MarkKind::Response, 20, 5),
            mark(MarkKind::Poll, 21, 6),
            mark(MarkKind::Event, 22, 6),
            mark(MarkKind::Response, 25, 7),
            mark(MarkKind::Poll, 26, 8),
        ];
        let mut measures = Measures::default();
        measures.add(start, &marks);
        let near = |actual: &[f64], expected: f64| actual.len() == 1 && (actual[0] - expected).abs() < 1e-9;
        assert!(near(&measures.init, 10.0) && near(&measures.init_cpu, 2.0), "{measures:?}");
        assert!(near(&measures.first, 9.0) && near(&measures.first_cpu, 4.0), "{measures:?}");
        assert!(near(&measures.later, 3.0) && near(&measures.later_cpu, 2.0), "{measures:?}");
    }
}
