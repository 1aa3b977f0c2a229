//! Texts that would not be shown as they were meant.
//!
//! Slack takes them and shows something else, so that nobody is told; here they are refused.

use super::reference;

const ENTITIES: [&str; 3] = ["&amp;", "&lt;", "&gt;"];

/// Says what would go wrong: a character that is not escaped, or a code block without an end.
pub(in crate::slack) fn check(text: &str) -> Result<(), String> {
    if text.matches("```").count() % 2 == 1 {
        return Err("mrkdwn: a code block opens with ``` and has no end".to_owned());
    }
    let mut at = 0;
    while let Some(found) = text[at..].find(['&', '<', '>']) {
        at += found;
        let rest = &text[at..];
        at += match rest.as_bytes()[0] {
            b'&' => ENTITIES.iter().find(|entity| rest.starts_with(**entity)).map(|entity| entity.len()),
            b'<' => rest.find('>').filter(|end| reference::parse(&rest[1..*end]).is_some()).map(|end| end + 1),
            // At the beginning of a line it makes a quote.
            _ => (at == 0 || text[..at].ends_with('\n')).then_some(1),
        }
        .ok_or_else(|| not_escaped(rest))?;
    }
    Ok(())
}

fn not_escaped(rest: &str) -> String {
    let excerpt: String = rest.chars().take(20).collect();
    format!("mrkdwn: {:?} is not escaped in {excerpt:?}", &rest[..1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_shown_as_they_were_meant() {
        let table = [
            ("a &amp; b &lt;c&gt; *d* <https://a|b> <!here> <@U1>", None),
            ("> quoted\n>so too", None),
            ("```\n1 &lt; 2\n```", None),
            ("", None),
            ("a & b", Some("\"&\" is not escaped in \"& b\"")),
            ("&nbsp;", Some("\"&\" is not escaped")),
            ("Vec<String>", Some("\"<\" is not escaped in \"<String>\"")),
            ("1 < 2", Some("\"<\" is not escaped")),
            ("a -> b", Some("\">\" is not escaped")),
            ("``` a", Some("has no end")),
        ];
        for (text, expected) in table {
            match (check(text), expected) {
                (Ok(()), None) => {}
                (Err(said), Some(expected)) => assert!(said.contains(expected), "{text}: {said}"),
                (said, expected) => panic!("{text}: {said:?}, {expected:?}"),
            }
        }
    }
}
