//! Code blocks, quotes and lines.

use super::{Span, inline, unescaped};

const FENCE: &str = "```";

/// Parses a text. What opens and is never closed is plain text, as in Slack.
pub(in crate::slack) fn parse(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(FENCE) {
        let Some((inside, behind)) = after.split_once(FENCE) else { break };
        parse_lines(&mut spans, before.strip_suffix('\n').unwrap_or(before));
        let inside = inside.strip_prefix('\n').unwrap_or(inside);
        spans.push(Span::Preformatted(unescaped(inside.strip_suffix('\n').unwrap_or(inside))));
        rest = behind.strip_prefix('\n').unwrap_or(behind);
    }
    parse_lines(&mut spans, rest);
    spans
}

fn parse_lines(spans: &mut Vec<Span>, text: &str) {
    if text.is_empty() {
        return;
    }
    let mut quote: Option<Vec<Span>> = None;
    let mut first = true;
    for line in text.split('\n') {
        let quoted = line.strip_prefix("&gt;").or_else(|| line.strip_prefix('>'));
        match (quoted, &mut quote) {
            (Some(line), Some(lines)) => {
                lines.push(Span::Break);
                lines.extend(inline::parse(line.trim_start()));
            }
            (Some(line), None) => quote = Some(inline::parse(line.trim_start())),
            (None, _) => {
                // A quote stands on lines of its own, so that no break is needed beside it.
                match quote.take() {
                    Some(lines) => spans.push(Span::Quote(lines)),
                    None if first => {}
                    None => spans.push(Span::Break),
                }
                spans.extend(inline::parse(line));
            }
        }
        first = false;
    }
    spans.extend(quote.map(Span::Quote));
}
