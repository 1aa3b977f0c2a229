//! What was probably meant.

/// Names that are listed when none is close.
const LISTED: usize = 20;

/// `did you mean "expect"?`, or what is allowed.
pub(super) fn hint<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    // Long texts are no slips of the pen, and comparing them takes the square of their length.
    let close = known.iter().filter(|_| written.len() <= 40).map(|name| (distance(written, name), *name)).min();
    match close {
        Some((distance, name)) if distance <= (name.len() / 3).max(1) => format!("did you mean {name:?}?"),
        _ if known.is_empty() => "none is allowed here".to_owned(),
        _ if known.len() > LISTED => format!("allowed: {}, ...", known[..LISTED].join(", ")),
        _ => format!("allowed: {}", known.join(", ")),
    }
}

fn distance(written: &str, name: &str) -> usize {
    strsim::damerau_levenshtein(&written.to_lowercase(), name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_close_name_is_suggested_and_others_are_listed() {
        let keys = ["request", "expect", "json", "for"];
        for (written, expected) in [
            ("expects", "did you mean \"expect\"?"),
            ("Expect", "did you mean \"expect\"?"),
            ("exepct", "did you mean \"expect\"?"),
            ("jsno", "did you mean \"json\"?"),
            ("body", "allowed: request, expect, json, for"),
            (&"expect".repeat(1_000), "allowed: request, expect, json, for"),
        ] {
            assert_eq!(hint(written, keys.into_iter()), expected);
        }
        assert_eq!(hint("x", [].into_iter()), "none is allowed here");
    }
}
