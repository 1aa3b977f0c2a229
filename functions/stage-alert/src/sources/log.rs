//! Which lines of a build's log tell why it failed. Pure.

/// Events that are read from the end of the log: a failed phase is followed by the lines of those after it.
pub(super) const EVENTS: u32 = 100;

/// Lines that are told.
const LINES: usize = 15;

/// The last lines before CodeBuild says that a phase failed, or the last of all.
pub(super) fn telling<'a>(messages: impl Iterator<Item = &'a str>) -> Vec<String> {
    let lines: Vec<&str> = messages.flat_map(str::lines).filter(|line| !line.trim().is_empty()).collect();
    let failed = |line: &&str| line.contains("Phase complete:") && line.contains("State: FAILED");
    let end = lines.iter().position(failed).unwrap_or(lines.len());
    lines[end.saturating_sub(LINES)..end].iter().map(|line| (*line).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_before_the_failure_are_told() {
        let failed = "[Container] 2026/11/25 10:00:00 Phase complete: BUILD State: FAILED\n";
        let done = "[Container] 2026/11/25 10:00:00 Phase complete: INSTALL State: SUCCEEDED\n";
        for (messages, expected) in [
            (vec!["a\n", "b\n", failed, "[Container] Entering phase POST_BUILD\n"], vec!["a", "b"]),
            (vec![done, "a\n\n  \nb\n", failed, failed], vec![done.trim_end(), "a", "b"]),
            (vec!["a\n", "b"], vec!["a", "b"]),
            (vec![failed], vec![]),
            (vec![], vec![]),
        ] {
            assert_eq!(telling(messages.iter().copied()), expected, "{messages:?}");
        }
        let many: Vec<String> = (0..40).map(|line| format!("line {line}")).collect();
        let told = telling(many.iter().map(String::as_str));
        assert_eq!((told.len(), told[0].as_str()), (LINES, "line 25"));
    }
}
