//! The instructions of a Dockerfile as text.

use super::DockerfileError;

/// An instruction, with its continued lines put together.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it begins, counted from 1.
    pub(super) number: usize,
    /// The first word in capitals: instructions may be written in any case.
    pub(super) instruction: String,
    /// What follows it.
    pub(super) rest: String,
}

/// Takes a Dockerfile apart. Comments are whole lines, also between continued ones; `# escape=` changes the meaning of
/// every line and is refused.
pub(super) fn lines(text: &str) -> Result<Vec<Line>, DockerfileError> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let trimmed = line.trim();
        if let Some(comment) = trimmed.strip_prefix('#') {
            if found.is_empty() && open.is_none() && comment.trim_start().to_ascii_lowercase().starts_with("escape=") {
                let reason = "the local docker knows no other escape character than the backslash".to_owned();
                return Err(DockerfileError { line: number, reason });
            }
            continue;
        }
        if trimmed.is_empty() {
            continue;
        }
        let line = line.trim_end();
        let (start, mut whole) = open.take().unwrap_or((number, String::new()));
        if let Some(piece) = line.strip_suffix('\\') {
            whole.push_str(piece);
            open = Some((start, whole));
        } else {
            whole.push_str(line);
            found.push(line_of(start, &whole));
        }
    }
    found.extend(open.map(|(start, whole)| line_of(start, &whole)));
    Ok(found)
}

fn line_of(number: usize, whole: &str) -> Line {
    let whole = whole.trim();
    let (instruction, rest) = whole.split_once(char::is_whitespace).unwrap_or((whole, ""));
    Line { number, instruction: instruction.to_ascii_uppercase(), rest: rest.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_put_together() {
        for (text, expected) in [
            ("", &[][..]),
            ("# syntax=docker/dockerfile:1\n\n  # a comment\nfrom scratch\n", &[(4, "FROM", "scratch")]),
            ("  ENV A=1 \\\n  B=2\nUSER shop", &[(1, "ENV", "A=1   B=2"), (3, "USER", "shop")]),
            ("ENV A=1\\\n2", &[(1, "ENV", "A=12")]),
            ("ENV A=1 \\\n# between\n\n  B=2", &[(1, "ENV", "A=1   B=2")]),
            ("COPY a /a\\", &[(1, "COPY", "a /a")]),
            ("CMD\r\nUSER\ta\r\n", &[(1, "CMD", ""), (2, "USER", "a")]),
        ] {
            let found = lines(text).unwrap();
            let found: Vec<(usize, &str, &str)> =
                found.iter().map(|line| (line.number, line.instruction.as_str(), line.rest.as_str())).collect();
            assert_eq!(found, expected, "{text:?}");
        }
        assert_eq!(lines("# escape=`\nFROM scratch").unwrap_err().line, 1);
    }
}
