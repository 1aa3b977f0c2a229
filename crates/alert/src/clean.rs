//! Making texts of others fit to be shown: without terminal colours and control characters, and cut between characters.

/// What marks that something was left out.
pub(crate) const CUT: char = '…';

/// Characters of a text that are looked at. Nothing shows more, and a text of megabytes should not cost time.
const LONGEST: usize = 8_000;

/// The end of `text` without terminal sequences and control characters, in its lines. A carriage return redraws a line in a terminal,
/// so what stood before it is gone.
pub(crate) fn lines(text: &str) -> Vec<String> {
    let start = text.char_indices().rev().nth(LONGEST - 1).map_or(0, |(start, _)| start);
    let plain = without_escapes(&text[start..]);
    plain.split('\n').map(|line| visible(line.trim_end_matches('\r').rsplit('\r').next().unwrap_or_default())).collect()
}

/// The beginning of `text` in one line: every run of blanks is one blank.
pub(crate) fn one_line(text: &str) -> String {
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(end, _)| end);
    let plain = without_escapes(&text[..end]);
    let mut line = String::with_capacity(plain.len());
    for word in plain.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().filter(|c| !is_hidden(*c)));
    }
    line
}

/// At most `limit` characters, marked where they were cut.
pub(crate) fn within(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars().take(limit.saturating_sub(1)).chain([CUT]).collect()
}

/// At most `limit` bytes, marked where they were cut.
pub(crate) fn within_bytes(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let mut end = limit.saturating_sub(CUT.len_utf8());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut cut = text[..end].to_owned();
    cut.push(CUT);
    cut
}

fn visible(line: &str) -> String {
    let shown = line.chars().filter_map(|c| match c {
        '\t' => Some(' '),
        hidden if hidden.is_control() || is_hidden(hidden) => None,
        other => Some(other),
    });
    shown.collect::<String>().trim_end().to_owned()
}

/// Characters that change the direction of what follows, separators that are line breaks to some, and those that no text
/// may have.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Takes out the sequences that colour a terminal (ECMA-48: ESC, `[`, parameters, a letter) or set its title (ESC, `]`, up
/// to BEL or ESC).
fn without_escapes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if c != '\u{1b}' {
            plain.push(c);
            continue;
        }
        match characters.peek() {
            Some('[') => {
                characters.next();
                // A sequence that is not finished in its line is none that hides the rest of the text.
                while characters.next_if(|c| matches!(c, '\u{20}'..='\u{3f}')).is_some() {}
                characters.next_if(|c| matches!(c, '\u{40}'..='\u{7e}'));
            }
            Some(']') => {
                while characters.next_if(|c| !matches!(c, '\u{7}' | '\u{1b}' | '\n')).is_some() {}
                characters.next_if(|c| *c == '\u{7}');
            }
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_reads_as_in_a_terminal() {
        for (text, expected) in [
            ("\u{1b}[31merror\u{1b}[0m: \u{1b}[1;38;5;9mno\u{1b}[m", vec!["error: no"]),
            ("10%\r50%\r100%\ndone\r\n", vec!["100%", "done", ""]),
            ("\u{1b}]0;title\u{7}text", vec!["text"]),
            ("tab\there\u{0}\u{8}", vec!["tab here"]),
            ("open\u{1b}[31", vec!["open"]),
            ("open\u{1b}[31\nrest", vec!["open", "rest"]),
            ("\u{202e}gnp.exe", vec!["gnp.exe"]),
            ("", vec![""]),
        ] {
            assert_eq!(lines(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_line_is_one_line() {
        for (text, expected) in [
            ("  a \n\n b\t c ", "a b c"),
            ("a\u{2028}b\u{85}c\u{0}d", "a b c d"),
            ("\u{1b}[1mbold\u{1b}[0m", "bold"),
            ("", ""),
        ] {
            assert_eq!(one_line(text), expected, "{text:?}");
        }
    }

    #[test]
    fn texts_are_cut_between_characters() {
        for (text, limit, in_characters, in_bytes) in [
            ("short", 5, "short", "short"),
            ("longer", 5, "long…", "lo…"),
            ("äöüß€!", 5, "äöüß…", "ä…"),
            ("👍👍", 5, "👍👍", "…"),
        ] {
            assert_eq!(within(text, limit), in_characters);
            assert_eq!(within_bytes(text, limit), in_bytes);
        }
    }
}
