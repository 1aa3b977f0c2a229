//! What a function left behind, and what has to hold whatever it did.

use launchway::standin::Invocation;
use launchway::standin::aws::{Aws, Call, Object, Signer};

use crate::artifact::unzip;

/// Error codes that mean that a function did not speak as AWS's model has it.
const MALFORMED: [&str; 4] =
    ["SerializationException", "ValidationException", "UnknownOperationException", "NotImplemented"];

/// What functions left behind after a scene.
pub(crate) struct Traces {
    pub(crate) invocations: Vec<Invocation>,
    pub(crate) log: String,
    pub(crate) aws: Aws,
    /// What must never be seen: the secret halves of all credentials.
    pub(crate) secrets: Vec<String>,
}

impl Traces {
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

    /// Whether none of these is in the log, in a call, in an answer to Lambda or in what was uploaded.
    pub(crate) fn hides<S: AsRef<str>>(&self, secrets: &[S]) -> Result<(), String> {
        let mut places = vec![("the log".to_owned(), self.log.clone())];
        for call in self.aws.calls() {
            places.push((format!("the call {}", call.operation), call.request.to_string()));
        }
        for invocation in &self.invocations {
            places.push(("the answer to Lambda".to_owned(), format!("{:?}", invocation.outcome)));
        }
        places.extend(self.aws.uploads().iter().flat_map(|(name, object)| texts(name, object)));
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

/// The texts of an upload: an archive's files, or its own.
fn texts(name: &str, object: &Object) -> Vec<(String, String)> {
    if let Some(files) = unzip(object) {
        return files;
    }
    vec![(name.to_owned(), String::from_utf8_lossy(&object.read_all().unwrap()).into_owned())]
}
