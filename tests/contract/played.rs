//! What happened in a scene, and what has to hold in every one.

use std::ops::Deref;

use launchway::standin::Outcome;
use launchway::standin::aws::JobResult;
use serde_json::Value;

use crate::scene::Scene;
use crate::traces::Traces;

/// A scene after it was played.
pub(crate) struct Played {
    pub(crate) traces: Traces,
    /// The job's id.
    pub(crate) job: String,
}

impl Deref for Played {
    type Target = Traces;

    fn deref(&self) -> &Traces {
        &self.traces
    }
}

/// The answer that a job is to get.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Expected {
    /// A success whose body has all of these texts.
    Success(&'static [&'static str]),
    /// A failure of this type whose message has all of these texts.
    Failure(&'static str, &'static [&'static str]),
}

impl Played {
    /// What is wrong with it, if anything: exactly one terminal result, the expected one, a successful invocation, and
    /// everything that holds always.
    pub(crate) fn verdict(&self, expected: Expected) -> Result<(), String> {
        self.answers(expected).and_then(|()| self.always()).map_err(|reason| format!("{reason}\n{}", self.log))
    }

    fn answers(&self, expected: Expected) -> Result<(), String> {
        for invocation in &self.invocations {
            if !matches!(invocation.outcome, Outcome::Succeeded(_)) {
                return Err(format!("the invocation ended with {:?}", invocation.outcome));
            }
        }
        self.has_one_result(expected)
    }

    /// What is wrong with the job's result: it has to be one, and the expected one.
    pub(crate) fn has_one_result(&self, expected: Expected) -> Result<(), String> {
        let results = self.aws.results(&self.job);
        let [result] = results.as_slice() else { return Err(format!("expected one result, got {results:?}")) };
        let (text, parts) = match (result, expected) {
            (JobResult::Succeeded(body), Expected::Success(parts)) => (body.to_string(), parts),
            (JobResult::Failed(body), Expected::Failure(kind, parts)) if body["failureDetails"]["type"] == kind => {
                (text_of(&body["failureDetails"]["message"]), parts)
            }
            (result, expected) => return Err(format!("expected {expected:?}, got {result:?}")),
        };
        match parts.iter().find(|part| !text.contains(**part)) {
            Some(part) => Err(format!("{text:?} should say {part:?}")),
            None => Ok(()),
        }
    }
}

/// Plays the scenes side by side, because some wait for seconds, and gives what happened in each, in order.
pub(crate) async fn play_all<N>(scenes: impl IntoIterator<Item = (N, Scene)>) -> Vec<(N, Played)> {
    let playing: Vec<_> = scenes.into_iter().map(|(name, scene)| (name, tokio::spawn(scene.play()))).collect();
    let mut played = Vec::new();
    for (name, scene) in playing {
        played.push((name, scene.await.expect("the scene is played to its end")));
    }
    played
}

/// Fails the test with every case that is not as expected.
pub(crate) fn all_well(verdicts: impl IntoIterator<Item = (&'static str, Result<(), String>)>) {
    let wrong: Vec<String> = verdicts
        .into_iter()
        .filter_map(|(name, verdict)| verdict.err().map(|reason| format!("{name}: {reason}")))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
