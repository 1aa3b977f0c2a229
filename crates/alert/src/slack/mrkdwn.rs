//! Texts of others inside Slack's markup, so that they cannot format, link, mention or break out of a code block.
//!
//! Slack decodes three characters (Slack, "Formatting text": `&`, `<`, `>`), and has no way to write a literal `*`, `~`,
//! `` ` `` or `_` where it would format. Those become a sign that looks alike: the exact text is in the SNS notification.
//!
//! Every limit here counts what a text costs in the request: UTF-16 units of its JSON, after escaping. Slack does not say
//! what it counts, and this is the most it could. The messages of more than about 13,200 characters that it refuses
//! (`msg_blocks_too_long`) are out of reach that way too.

use crate::clean::{CUT, one_line};

/// A zero-width space.
const NOTHING: char = '\u{200b}';

/// `text` as one line of plain text within `limit`. Plain text has no markup, but Slack does not say whether it decodes
/// entities there: what would need one is replaced.
pub(super) fn plain(text: &str, limit: usize) -> String {
    let line: Vec<char> = one_line(text).chars().collect();
    let shown = line.iter().enumerate().map(|(at, c)| match c {
        '<' => "‹".to_owned(),
        '>' => "›".to_owned(),
        '@' if calls(&line[at + 1..]) => format!("@{NOTHING}"),
        other => other.to_string(),
    });
    fitted(shown, limit)
}

/// `text` as one line of markup within `limit`.
pub(super) fn prose(text: &str, limit: usize) -> String {
    let line = one_line(text);
    let characters: Vec<char> = line.chars().collect();
    let escaped = characters.iter().enumerate().map(|(at, c)| {
        let before = at.checked_sub(1).and_then(|before| characters.get(before));
        let after = characters.get(at + 1);
        let joins = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric());
        match c {
            '*' => "∗".to_owned(),
            '~' => "∼".to_owned(),
            '`' => "ˋ".to_owned(),
            // Inside a word, as in snake_case, it formats nothing.
            '_' if !joins(before) || !joins(after) => "ˍ".to_owned(),
            '@' if calls(&characters[at + 1..]) => format!("@{NOTHING}"),
            other => entity(*other),
        }
    });
    fitted(escaped, limit)
}

/// The end of `lines` as a code block within `limit`; nothing when there is nothing to show.
pub(super) fn code(lines: &[String], limit: usize) -> Option<String> {
    const FENCES: (&str, &str) = ("```\n", "\n```");
    let mut room = limit.checked_sub(cost(FENCES.0) + cost(FENCES.1) + cost("…\n"))?;
    let mut shown = Vec::new();
    for line in lines.iter().rev() {
        let whole: Vec<String> = unfenced(line);
        let needed = whole.iter().map(|piece| cost(piece)).sum::<usize>() + cost("\n");
        if needed > room {
            // Of the last line at least the beginning is shown.
            if shown.is_empty() && room > 20 {
                shown.push(fitted(whole.into_iter(), room - cost("\n")));
            }
            break;
        }
        room -= needed;
        shown.push(whole.concat());
    }
    if shown.len() < lines.len() && !shown.is_empty() {
        shown.push(CUT.to_string());
    }
    shown.reverse();
    let text = shown.join("\n");
    (!text.trim().is_empty()).then(|| format!("{}{text}{}", FENCES.0, FENCES.1))
}

/// A link whose address is clean already.
pub(super) fn link(address: &str, label: &str, limit: usize) -> String {
    let address: String = address.chars().map(entity).collect();
    format!("<{address}|{}>", prose(&label.replace('|', "¦"), limit))
}

/// The pieces that fit into `limit` as lines; the first that does not is replaced by a mark, and ends them.
pub(super) fn lines(pieces: impl IntoIterator<Item = String>, limit: usize) -> Option<String> {
    let mut text = String::new();
    let mut room = limit.saturating_sub(cost("\n…"));
    for piece in pieces {
        let needed = cost(&piece) + cost("\n");
        if needed > room {
            text.push_str(if text.is_empty() { "…" } else { "\n…" });
            break;
        }
        room -= needed;
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&piece);
    }
    (!text.is_empty()).then_some(text)
}

/// What `text` costs in a JSON string.
pub(super) fn cost(text: &str) -> usize {
    text.chars().map(cost_of).sum()
}

fn cost_of(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' => 2,
        control if control.is_control() => 6,
        other => other.len_utf16(),
    }
}

fn entity(c: char) -> String {
    match c {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        other => other.to_string(),
    }
}

/// A line of code, character by character. Between two backticks goes a space without width, so that no three of them
/// end the block.
fn unfenced(line: &str) -> Vec<String> {
    let characters: Vec<char> = line.chars().collect();
    let pieces = characters.iter().enumerate().map(|(at, c)| {
        let before = at.checked_sub(1).map(|before| characters[before]);
        match c {
            '`' if before == Some('`') => format!("{NOTHING}`"),
            '@' if calls(&characters[at + 1..]) => format!("@{NOTHING}"),
            other => entity(*other),
        }
    });
    pieces.collect()
}

/// Whether an `@` in front would call many people, in clients and settings that make mentions of plain words.
fn calls(after: &[char]) -> bool {
    ["channel", "everyone", "here"].iter().any(|word| {
        after.len() >= word.len() && word.chars().zip(after).all(|(expected, c)| expected.eq_ignore_ascii_case(c))
    })
}

/// The pieces that fit into `limit`, marked where they were cut.
fn fitted(pieces: impl Iterator<Item = String>, limit: usize) -> String {
    let mut text = String::new();
    let (mut used, mut end) = (0, 0);
    for piece in pieces {
        used += cost(&piece);
        if used > limit {
            text.truncate(end);
            text.push(CUT);
            return text;
        }
        text.push_str(&piece);
        // The mark goes behind the last piece that leaves room for it.
        if used < limit {
            end = text.len();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_is_only_text() {
        for (text, expected) in [
            ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
            ("<!channel> <@U1> <https://e.com|click>", "&lt;!channel&gt; &lt;@U1&gt; &lt;https://e.com|click&gt;"),
            ("*bold* ~gone~ `code`", "∗bold∗ ∼gone∼ ˋcodeˋ"),
            ("_it_ snake_case __init__.py _", "ˍitˍ snake_case ˍˍinitˍˍ.py ˍ"),
            ("@channel x@Here @her jane@example.com", "@\u{200b}channel x@\u{200b}Here @her jane@example.com"),
            ("&lt;already&gt;", "&amp;lt;already&amp;gt;"),
            ("two\nlines", "two lines"),
        ] {
            assert_eq!(prose(text, 1_000), expected);
        }
    }

    #[test]
    fn a_cut_does_not_split_what_was_escaped() {
        for (text, limit, expected) in [
            ("abcdef", 6, "abcdef"),
            ("abcdefg", 6, "abcde…"),
            ("ab<cd", 7, "ab&lt;…"),
            ("ab<cd", 6, "ab…"),
            ("ab<", 6, "ab&lt;"),
            ("👍👍👍", 5, "👍👍…"),
            ("👍👍👍", 4, "👍…"),
            ("\"\"\"", 5, "\"\"…"),
            ("", 0, ""),
        ] {
            let cut = prose(text, limit);
            assert_eq!(cut, expected, "{text} in {limit}");
            assert!(cost(&cut) <= limit);
        }
    }

    #[test]
    fn a_code_block_shows_the_end_of_a_log_and_is_not_left() {
        let log = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        for (text, limit, expected) in [
            ("one\ntwo", 100, Some("```\none\ntwo\n```")),
            (
                "a ``` b ```` <!here> `c`",
                100,
                Some("```\na `\u{200b}`\u{200b}` b `\u{200b}`\u{200b}`\u{200b}` &lt;!here&gt; `c`\n```"),
            ),
            ("first\nsecond\nthird", 22, Some("```\n…\nthird\n```")),
            ("", 100, None),
            ("   ", 100, None),
            ("anything", 10, None),
        ] {
            let block = code(&log(text), limit);
            assert_eq!(block.as_deref(), expected, "{text}");
            assert!(block.is_none_or(|block| cost(&block) <= limit));
        }
        let cut = code(&log(&"x".repeat(100)), 50).unwrap();
        assert!(cut.starts_with("```\nxxx") && cut.ends_with("xxx…\n```"), "{cut}");
    }

    #[test]
    fn lines_that_do_not_fit_are_marked() {
        let pieces = |limit| lines(["one", "two", "three"].map(str::to_owned), limit);
        for (limit, expected) in
            [(100, Some("one\ntwo\nthree")), (13, Some("one\ntwo\n…")), (8, Some("one\n…")), (4, Some("…"))]
        {
            assert_eq!(pieces(limit).as_deref(), expected, "{limit}");
        }
        assert_eq!(lines([], 100), None);
    }
}
