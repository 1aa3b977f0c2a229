//! The scripts of one lifecycle event, and what CodeDeploy would tell about them.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use super::DeployError;
use super::appspec::Script;
use super::script::{self, ScriptEnd, Surroundings};
use crate::process::{holders, user_name};

/// How much of its scripts' output CodeDeploy keeps of an event, in bytes.
const TAIL: usize = 2048;

/// What came of an event.
#[derive(Debug)]
pub(super) struct HookEnd {
    /// The script that failed, or else the last one.
    pub(super) script: Option<String>,
    pub(super) exit_code: Option<i32>,
    /// CodeDeploy's diagnostic code and the agent's message, when it failed.
    pub(super) failure: Option<(&'static str, String)>,
    pub(super) log_tail: String,
}

/// What scripts tell while they run.
pub(super) enum Told<'a> {
    Line(&'a str),
    Note(String),
}

impl HookEnd {
    /// An event in which no script ran.
    pub(super) fn without_scripts(failure: Option<String>) -> Self {
        let failure = failure.map(|message| ("UnknownError", message));
        Self { script: None, exit_code: None, failure, log_tail: String::new() }
    }
}

/// A process that a script left running with the script's output open.
///
/// The agent on an instance reads that output to its end: it waits for such a process until the script's time is over,
/// and fails. In its first moment every process in the background is one, until its output is redirected.
#[derive(Debug)]
pub(super) struct Suspect {
    process: i32,
    script: String,
    log: PathBuf,
}

impl Suspect {
    /// Whether the process still has the output open.
    pub(super) fn holds(&self) -> bool {
        holders(&self.log).contains(&self.process)
    }

    /// What to tell about it.
    pub(super) fn note(&self) -> String {
        let Self { process, script, .. } = self;
        format!(
            "process {process}, which {script} left running, has the script's output open: on an instance the agent \
             would wait for it until the time-out and then fail; redirect its output in the script"
        )
    }
}

/// Runs scripts one after the other up to the first that fails.
pub(super) async fn run(
    event: &str,
    scripts: &[Script],
    surroundings: &Surroundings<'_>,
    suspects: &mut Vec<Suspect>,
    mut tell: impl FnMut(Told<'_>),
) -> Result<HookEnd, DeployError> {
    let log_error = |source| DeployError::File { path: surroundings.log.to_owned(), source };
    let mut end = HookEnd::without_scripts(None);
    let mut tail = Tail::default();
    append(surroundings, &format!("LifecycleEvent - {event}")).map_err(log_error)?;
    for script in scripts {
        let location = &script.location;
        append(surroundings, &format!("Script - {location}")).map_err(log_error)?;
        if let Some(text) = other_user(script) {
            tell(Told::Note(text));
        }
        let before = holders(surroundings.log);
        let ended = script::run(script, surroundings, |line| {
            tail.push(line);
            tell(Told::Line(line));
        })
        .await
        .map_err(log_error)?;
        let left = holders(surroundings.log).into_iter().filter(|process| !before.contains(process));
        let log = surroundings.log;
        suspects.extend(left.map(|process| Suspect { process, script: location.clone(), log: log.to_owned() }));
        end.script = Some(location.clone());
        end.exit_code = if let ScriptEnd::Exited(code) = ended { Some(code) } else { None };
        end.failure = failure(script, ended);
        if end.failure.is_some() {
            break;
        }
    }
    end.log_tail = tail.text();
    Ok(end)
}

fn failure(script: &Script, ended: ScriptEnd) -> Option<(&'static str, String)> {
    let location = &script.location;
    let at = format!("Script at specified location: {location}");
    match ended {
        ScriptEnd::Exited(0) => None,
        ScriptEnd::Exited(code) => {
            let user = script.runas.as_ref().map(|user| format!(" run as user {user}")).unwrap_or_default();
            Some(("ScriptFailed", format!("{at}{user} failed with exit code {code}")))
        }
        ScriptEnd::Missing => {
            Some(("ScriptMissing", format!("Script does not exist at specified location: {location}")))
        }
        ScriptEnd::NotExecutable(error) => {
            Some(("ScriptNotExecutable", format!("{at} could not be executed: {error}")))
        }
        ScriptEnd::TimedOut => {
            Some(("ScriptTimedOut", format!("{at} failed to complete in {} seconds", script.timeout)))
        }
    }
}

/// What to say when a script would run as somebody else on an instance.
fn other_user(script: &Script) -> Option<String> {
    let wanted = script.runas.as_ref()?;
    let present = user_name();
    (present.as_ref() != Some(wanted)).then(|| {
        let present = present.unwrap_or_else(|| "the present user".into());
        format!("{} runs as {present}, although the appspec says {wanted}", script.location)
    })
}

fn append(surroundings: &Surroundings<'_>, line: &str) -> std::io::Result<()> {
    writeln!(File::options().append(true).open(surroundings.log)?, "{line}")
}

/// The last lines, within the limit.
#[derive(Debug, Default)]
struct Tail(String);

impl Tail {
    fn push(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
        // Cutting seldom keeps the cost of a chatty script low.
        if self.0.len() > 4 * TAIL {
            self.0 = self.last();
        }
    }

    fn text(&self) -> String {
        self.last()
    }

    /// Whole lines, unless the last one alone is too long.
    fn last(&self) -> String {
        let from = self.0.ceil_char_boundary(self.0.len().saturating_sub(TAIL));
        let rest = &self.0[from..];
        let at_line = from == 0 || self.0[..from].ends_with('\n');
        match rest.find('\n') {
            Some(end) if !at_line && end + 1 < rest.len() => rest[end + 1..].to_owned(),
            _ => rest.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_whole_lines_within_the_limit() {
        let mut tail = Tail::default();
        tail.push("short");
        assert_eq!(tail.text(), "short\n");
        for number in 0..10_000 {
            tail.push(&format!("line ä {number}"));
        }
        let text = tail.text();
        assert!(text.len() <= TAIL && text.len() > TAIL - 32, "{}", text.len());
        assert!(text.starts_with("line ä ") && text.ends_with("line ä 9999\n"), "{text}");
        tail.push(&"ö".repeat(TAIL));
        assert!(tail.text().len() <= TAIL && tail.text().starts_with('ö'));
    }
}
