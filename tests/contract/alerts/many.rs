//! Two hundred failures, their events three times, shuffled, by functions side by side: two hundred messages. The same
//! with functions that are killed: none is lost.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use launchway::standin::Outcome;
use serde_json::Value;

use super::scene::{Desk, PIPELINE, Told, execution, pipeline_event, smoke_test_failed, stage_event};

const FAILURES: usize = 200;
const FUNCTIONS: usize = 6;

/// A row of numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        // Knuth's constants; the high bits are the better ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }
}

fn id(failure: usize) -> String {
    format!("00000000-0000-0000-0000-{failure:012}")
}

/// Stage and pipeline of each failure, three times, in no order.
fn events(failures: usize, dice: &mut Dice) -> Vec<Value> {
    let mut events = Vec::new();
    for failure in 0..failures {
        for _ in 0..3 {
            events.push(stage_event(&id(failure), "Staging", "FAILED", 100));
            events.push(pipeline_event(&id(failure), "FAILED", 101));
        }
    }
    dice.shuffle(&mut events);
    events
}

async fn desk(failures: usize) -> Arc<Desk> {
    let desk = Desk::with(|environment| {
        environment.insert("LOG_LEVEL".to_owned(), "warn".to_owned());
    })
    .await;
    desk.show(PIPELINE, (0..failures).map(|failure| execution(&id(failure), vec![smoke_test_failed(10)])).collect());
    Arc::new(desk)
}

/// How often each execution was told, by SNS and by Slack.
fn tellings(desk: &Desk) -> (BTreeMap<String, usize>, BTreeMap<String, usize>) {
    let mut told = (BTreeMap::new(), BTreeMap::new());
    let execution_in =
        |text: &str| text.split("00000000-0000-0000-0000-").nth(1).map(|rest| rest[..12].to_owned()).unwrap();
    for notification in desk.aws.notifications() {
        *told.0.entry(execution_in(&notification.body)).or_default() += 1;
    }
    for message in desk.slack.messages() {
        *told.1.entry(execution_in(&serde_json::to_string(&message.blocks).unwrap())).or_default() += 1;
    }
    told
}

/// Sends the events by functions side by side. A function is killed after so many answers of AWS, when `kills` says so;
/// Lambda then tries twice more, and the last try is left alone.
async fn send(desk: &Arc<Desk>, events: Vec<Value>, kills: bool) -> usize {
    let queue = Arc::new(Mutex::new(events));
    let mut workers = tokio::task::JoinSet::new();
    for worker in 0..FUNCTIONS {
        let (desk, queue) = (Arc::clone(desk), Arc::clone(&queue));
        workers.spawn(async move {
            let mut dice = Dice(7 + worker as u64);
            let mut function = desk.function().await;
            let mut killed = 0;
            loop {
                let Some(event) = queue.lock().unwrap().pop() else { break };
                let event = event.to_string().into_bytes();
                let mut request_id: Option<String> = None;
                for attempt in 1..=3 {
                    let mut calls = desk.aws.changes();
                    let after = if kills && attempt < 3 && dice.below(3) == 0 { dice.below(20) } else { usize::MAX };
                    let end = calls.borrow_and_update().saturating_add(after);
                    let moment = async move { drop(calls.wait_for(|count| *count >= end).await) };
                    let invocation = match &request_id {
                        None => function.invoke_and_kill(&event, moment).await.unwrap(),
                        Some(id) => function.invoke_again_and_kill(id, &event, moment).await.unwrap(),
                    };
                    match invocation.outcome {
                        Outcome::Succeeded(_) => break,
                        Outcome::Crashed(_) => killed += 1,
                        other => panic!("{other:?}"),
                    }
                    request_id = Some(invocation.request_id);
                }
            }
            (killed, function.stop().await)
        });
    }
    let ended = workers.join_all().await;
    ended.into_iter().map(|(killed, _)| killed).sum()
}

fn close(desk: Arc<Desk>) {
    let desk = Arc::into_inner(desk).unwrap();
    desk.close(vec![Told { invocations: Vec::new(), log: String::new() }]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_many_messages_as_failures() {
    let desk = desk(FAILURES).await;
    let killed = send(&desk, events(FAILURES, &mut Dice(1)), false).await;
    let (sns, slack) = tellings(&desk);
    assert_eq!((sns.len(), slack.len(), killed), (FAILURES, FAILURES, 0));
    assert!(sns.values().chain(slack.values()).all(|count| *count == 1), "{sns:?} {slack:?}");
    close(desk);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_failure_is_lost_when_functions_are_killed() {
    let desk = desk(FAILURES).await;
    let killed = send(&desk, events(FAILURES, &mut Dice(2)), true).await;
    let (sns, slack) = tellings(&desk);
    assert_eq!((sns.len(), slack.len()), (FAILURES, FAILURES));
    assert!(killed > FAILURES / 4, "only {killed} were killed");
    close(desk);
}
