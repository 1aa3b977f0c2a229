//! A replay as a person reads it.

mod calls;
mod messages;
mod reports;
mod verdict;

use std::io::{self, Write};
use std::path::Path;

use super::Verdict;
use crate::slack::Slack;
use crate::standin::aws::Aws;

/// Which event is replayed, and what it is.
pub(super) fn event(out: &mut impl Write, path: &Path, what: &str) -> io::Result<()> {
    fact(out, "Event", &format!("{}: {what}", path.display()))
}

/// Which site is tested, and as what.
pub(super) fn site(out: &mut impl Write, url: &str, role: &str) -> io::Result<()> {
    fact(out, "Site", &format!("the example shop at {url}, as {role}"))
}

/// A line of what is about to happen.
pub(super) fn fact(out: &mut impl Write, name: &str, text: &str) -> io::Result<()> {
    writeln!(out, "{name:<10}{text}")
}

/// What the function called, what it stored, what it answered, and how the invocation ended.
pub(super) fn ending(out: &mut impl Write, aws: &Aws, verdict: &Verdict, log: &str) -> io::Result<()> {
    calls::write(out, &aws.calls())?;
    reports::write(out, &aws.uploads())?;
    verdict::write(out, verdict, log)
}

/// What the function called, whom it told of what, and how the invocation ended.
pub(super) fn told(out: &mut impl Write, aws: &Aws, slack: &Slack, verdict: &Verdict, log: &str) -> io::Result<()> {
    calls::write(out, &aws.calls())?;
    calls::to_slack(out, &slack.calls())?;
    messages::in_slack(out, &slack.messages())?;
    messages::in_sns(out, &aws.notifications())?;
    messages::in_queue(out, &aws.queued())?;
    verdict::write(out, verdict, log)
}

fn lines(out: &mut impl Write, text: &str) -> io::Result<()> {
    text.lines().try_for_each(|line| writeln!(out, "    {line}"))
}

/// A size as a person says it.
pub(super) fn bytes(count: u64) -> String {
    match count {
        0..10_000 => format!("{count} B"),
        10_000..10_000_000 => format!("{} kB", count / 1000),
        _ => format!("{} MB", count / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (count, expected) in [(0, "0 B"), (9999, "9999 B"), (12_345, "12 kB"), (300_000_000, "300 MB")] {
            assert_eq!(bytes(count), expected);
        }
    }
}
