//! What happened in a scene, and what has to hold in every one.

use launchway::standin::aws::{Aws, Call, JobResult, Signer};
use launchway::standin::{Invocation, Outcome};
use serde_json::Value;

use crate::artifact::unzip;
use crate::scene::{BUCKET, OUTPUT, Scene};

/// Error codes that mean that a function did not speak as AWS's model has it.
const MALFORMED: [&str; 4] =
    ["SerializationException", "ValidationException", "UnknownOperationException", "NotImplemented"];

/// A scene after it was played.
pub(crate) struct Played {
    pub(crate) invocations: Vec<Invocation>,
    pub(crate) log: String,
    pub(crate) aws: Aws,
    /// The job's id.
    pub(crate) job: String,
    /// What must never be seen: the secret halves of all credentials.
    pub(crate) secrets: Vec<String>,
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

    /// What holds always: every call is signed by the right credentials and well formed, and no secret is seen.
    pub(crate) fn always(&self) -> Result<(), String> {
        let wrong = |call: &&Call| {
            call.signer == Signer::Nobody || call.error.as_deref().is_some_and(|error| MALFORMED.contains(&error))
        };
        if let Some(call) = self.aws.calls().iter().find(wrong) {
            return Err(format!("a call was wrong: {call:?}"));
        }
        self.hides(&self.secrets)
    }

    /// Whether none of these is in the log, in a call, in an answer to Lambda or in the output artifact.
    pub(crate) fn hides<S: AsRef<str>>(&self, secrets: &[S]) -> Result<(), String> {
        let mut places = vec![("the log".to_owned(), self.log.clone())];
        for call in self.aws.calls() {
            places.push((format!("the call {}", call.operation), call.request.to_string()));
        }
        for invocation in &self.invocations {
            places.push(("the answer to Lambda".to_owned(), format!("{:?}", invocation.outcome)));
        }
        places.extend(self.aws.object(BUCKET, OUTPUT).iter().flat_map(unzip));
        for secret in secrets.iter().map(AsRef::as_ref) {
            if let Some((place, text)) = places.iter().find(|(_, text)| text.contains(secret)) {
                return Err(format!("the secret {secret:?} is in {place}: {text}"));
            }
        }
        Ok(())
    }

    /// The calls of this operation.
    pub(crate) fn calls_of(&self, operation: &str) -> usize {
        self.aws.calls().iter().filter(|call| call.operation == operation).count()
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
