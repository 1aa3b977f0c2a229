//! What a person reads in a message, without markup.

use serde_json::Value;

use super::mrkdwn::{self, Span};

/// The texts of the blocks, a line each; the message's text when it has no blocks.
pub(super) fn read(text: &str, blocks: &[Value]) -> String {
    if blocks.is_empty() {
        return markup(text);
    }
    let mut lines = Vec::new();
    for block in blocks {
        let elements = block["elements"].as_array().into_iter().flatten();
        let line = match block["type"].as_str() {
            Some("actions") => {
                elements.map(|element| format!("[{}]", object(&element["text"]))).collect::<Vec<_>>().join(" ")
            }
            Some("context") => elements.map(object).collect::<Vec<_>>().join("  "),
            _ => {
                let fields = block["fields"].as_array().into_iter().flatten();
                block.get("text").into_iter().chain(fields).map(object).collect::<Vec<_>>().join("\n")
            }
        };
        if !line.is_empty() {
            lines.push(line);
        }
    }
    lines.join("\n")
}

/// A text object.
fn object(object: &Value) -> String {
    let text = object["text"].as_str().unwrap_or_default();
    if object["type"] == "mrkdwn" { markup(text) } else { text.to_owned() }
}

fn markup(text: &str) -> String {
    spans(&mrkdwn::parse(text))
}

fn spans(parsed: &[Span]) -> String {
    let mut text = String::new();
    for span in parsed {
        match span {
            Span::Text(part) | Span::Code(part) | Span::Mention(part) => text.push_str(part),
            Span::Bold(parts) | Span::Italic(parts) | Span::Strike(parts) => text.push_str(&spans(parts)),
            Span::Preformatted(part) => on_lines_of_its_own(&mut text, part),
            Span::Quote(parts) => on_lines_of_its_own(&mut text, &spans(parts)),
            Span::Link { label, .. } => text.push_str(label),
            Span::Emoji(name) => {
                text.push(':');
                text.push_str(name);
                text.push(':');
            }
            Span::Break => text.push('\n'),
        }
    }
    text.trim_end_matches('\n').to_owned()
}

fn on_lines_of_its_own(text: &mut String, part: &str) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(part);
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_read() {
        let mrkdwn = |text: &str| json!({ "type": "mrkdwn", "text": text });
        let plain = |text: &str| json!({ "type": "plain_text", "text": text });
        let blocks = [
            json!({ "type": "header", "text": plain("Staging *failed*") }),
            json!({ "type": "section", "text": mrkdwn("*why* &lt;1&gt;\n```a\nb```\nmore"), "fields": [mrkdwn("_x_"), plain("y")] }),
            json!({ "type": "divider" }),
            json!({ "type": "context", "elements": [mrkdwn("<https://a|the log>"), plain("now")] }),
            json!({ "type": "actions", "elements": [{ "type": "button", "text": plain("Retry") }] }),
        ];
        let expected = "Staging *failed*\nwhy <1>\na\nb\nmore\nx\ny\nthe log  now\n[Retry]";
        assert_eq!(read("the text", &blocks), expected);
        assert_eq!(read("*the* text :fire:", &[]), "the text :fire:");
    }
}
