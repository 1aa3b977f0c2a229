//! Texts within AWS's limits.

/// `text` within `limit` characters, marked where it was cut; nothing where it is blank, because AWS refuses empty texts.
#[must_use]
pub fn within(text: &str, limit: usize) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if text.chars().count() <= limit {
        return Some(text.to_owned());
    }
    Some(text.chars().take(limit.saturating_sub(1)).chain(['…']).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        for (text, limit, expected) in [
            ("short", 5, Some("short")),
            ("longer", 5, Some("long…")),
            ("äöüß€", 5, Some("äöüß€")),
            ("äöüß€!", 5, Some("äöüß…")),
            ("👍👍👍", 2, Some("👍…")),
            ("  padded\n", 6, Some("padded")),
            ("", 5, None),
            (" \n\t", 5, None),
        ] {
            assert_eq!(within(text, limit).as_deref(), expected, "{text:?}");
        }
    }
}
