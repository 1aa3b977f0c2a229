//! What stands between `<` and `>`: links, and people and channels who are meant.

use super::{Span, unescaped};

/// The addresses that a link may have.
const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];

/// Parses what stands between the brackets; nothing when Slack knows no such thing.
pub(super) fn parse(inside: &str) -> Option<Span> {
    let (target, label) = match inside.split_once('|') {
        Some((target, label)) => (target, Some(label)),
        None => (inside, None),
    };
    let or_label = |otherwise: String| label.map_or(otherwise, unescaped);
    let name = |prefix: char| target.strip_prefix(prefix).filter(|id| id.chars().all(|c| c.is_ascii_alphanumeric()));
    if let Some(id) = name('@').filter(|id| !id.is_empty()) {
        return Some(Span::Mention(format!("@{}", or_label(id.to_owned()).trim_start_matches('@'))));
    }
    if let Some(id) = name('#').filter(|id| !id.is_empty()) {
        return Some(Span::Mention(format!("#{}", or_label(id.to_owned()).trim_start_matches('#'))));
    }
    if let Some(special) = target.strip_prefix('!') {
        return command(special, label);
    }
    let linked = SCHEMES.iter().any(|scheme| target.starts_with(scheme) && target.len() > scheme.len());
    linked.then(|| {
        let url = unescaped(target);
        Span::Link { label: or_label(url.clone()), url }
    })
}

fn command(special: &str, label: Option<&str>) -> Option<Span> {
    if ["here", "channel", "everyone"].contains(&special) {
        return Some(Span::Mention(format!("@{special}")));
    }
    if let Some(group) = special.strip_prefix("subteam^") {
        return Some(Span::Mention(format!("@{}", label.unwrap_or(group).trim_start_matches('@'))));
    }
    // A date is shown in the reader's own time, and as its label where that cannot be told.
    special.starts_with("date^").then(|| label.map(|label| Span::Text(unescaped(label))))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_brackets() {
        let link = |url: &str, label: &str| Some(Span::Link { url: url.to_owned(), label: label.to_owned() });
        let mention = |name: &str| Some(Span::Mention(name.to_owned()));
        let table = [
            ("https://a/b?c=1&amp;d=2|the &lt;log&gt;", link("https://a/b?c=1&d=2", "the <log>")),
            ("http://a", link("http://a", "http://a")),
            ("mailto:a@b|a", link("mailto:a@b", "a")),
            ("https://", None),
            ("javascript:alert(1)|x", None),
            ("!here", mention("@here")),
            ("!channel", mention("@channel")),
            ("!nobody", None),
            ("!subteam^S1|@ops", mention("@ops")),
            ("!subteam^S1", mention("@S1")),
            ("!date^1392734382^{date}|February", Some(Span::Text("February".to_owned()))),
            ("!date^1392734382^{date}", None),
            ("@U1", mention("@U1")),
            ("@", None),
            ("#C1|deploys", mention("#deploys")),
            ("b", None),
            ("", None),
        ];
        for (inside, expected) in table {
            assert_eq!(parse(inside), expected, "{inside}");
        }
    }
}
