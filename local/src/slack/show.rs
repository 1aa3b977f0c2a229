//! A message as HTML: what a person sees in the channel.

use maud::{Markup, html};
use serde_json::Value;

use super::mrkdwn::{self, Span};

/// The emojis that alerts use, by Slack's names. Others are shown as their names, as Slack does with one it does not know.
const EMOJIS: [(&str, &str); 25] = [
    ("red_circle", "🔴"),
    ("large_green_circle", "🟢"),
    ("large_yellow_circle", "🟡"),
    ("large_orange_circle", "🟠"),
    ("large_blue_circle", "🔵"),
    ("white_circle", "⚪"),
    ("white_check_mark", "✅"),
    ("heavy_check_mark", "✔️"),
    ("x", "❌"),
    ("warning", "⚠️"),
    ("rotating_light", "🚨"),
    ("bell", "🔔"),
    ("raised_hand", "✋"),
    ("hand", "✋"),
    ("hourglass_flowing_sand", "⏳"),
    ("arrows_counterclockwise", "🔄"),
    ("rewind", "⏪"),
    ("leftwards_arrow_with_hook", "↩️"),
    ("rocket", "🚀"),
    ("fire", "🔥"),
    ("tada", "🎉"),
    ("no_entry", "⛔"),
    ("octagonal_sign", "🛑"),
    ("eyes", "👀"),
    ("point_right", "👉"),
];

/// A message's blocks, or its text when it has none. Whatever they say stays text.
#[must_use]
pub fn show(text: &str, blocks: &[Value]) -> Markup {
    html! {
        @if blocks.is_empty() {
            div.slack-section { (markup(text)) }
        } @else {
            @for block in blocks { (show_block(block)) }
        }
    }
}

fn show_block(block: &Value) -> Markup {
    let list = |name: &str| block[name].as_array().cloned().unwrap_or_default();
    match block["type"].as_str() {
        Some("header") => html! { div.slack-header { (object(&block["text"])) } },
        Some("divider") => html! { hr.slack-divider; },
        Some("context") => html! {
            div.slack-context { @for element in list("elements") { span { (object(&element)) } } }
        },
        Some("actions") => html! {
            div.slack-actions { @for element in list("elements") { (button(&element)) } }
        },
        Some("section") => html! {
            div.slack-section {
                @if block.get("accessory").is_some() { (button(&block["accessory"])) }
                @if block.get("text").is_some() { div { (object(&block["text"])) } }
                @let fields = list("fields");
                @if !fields.is_empty() {
                    div.slack-fields { @for field in &fields { div { (object(field)) } } }
                }
            }
        },
        // No message with another block was taken.
        _ => html! {},
    }
}

fn button(element: &Value) -> Markup {
    let style = match element["style"].as_str() {
        Some("primary") => "slack-button primary",
        Some("danger") => "slack-button danger",
        _ => "slack-button",
    };
    html! { span class=(style) { (object(&element["text"])) } }
}

/// A text object. A plain one has emojis, unless it says otherwise, and no other markup.
fn object(object: &Value) -> Markup {
    let text = object["text"].as_str().unwrap_or_default();
    if object["type"] == "mrkdwn" {
        return markup(text);
    }
    let with_emojis =
        EMOJIS.iter().fold(text.to_owned(), |text, (name, emoji)| text.replace(&format!(":{name}:"), emoji));
    html! { (if object["emoji"] == false { text.to_owned() } else { with_emojis }) }
}

fn markup(text: &str) -> Markup {
    spans(&mrkdwn::parse(text))
}

fn spans(parsed: &[Span]) -> Markup {
    html! {
        @for span in parsed {
            @match span {
                Span::Text(text) => (text),
                Span::Bold(inside) => strong { (spans(inside)) },
                Span::Italic(inside) => em { (spans(inside)) },
                Span::Strike(inside) => s { (spans(inside)) },
                Span::Code(text) => code { (text) },
                Span::Preformatted(text) => pre { (text) },
                Span::Quote(inside) => blockquote { (spans(inside)) },
                Span::Link { url, label } => a href=(url) rel="noreferrer" { (label) },
                Span::Mention(name) => span.slack-mention { (name) },
                Span::Emoji(name) => (emoji(name)),
                Span::Break => br;,
            }
        }
    }
}

fn emoji(name: &str) -> String {
    let known = EMOJIS.iter().find(|(known, _)| *known == name);
    known.map_or_else(|| format!(":{name}:"), |(_, emoji)| (*emoji).to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(blocks: &[Value], text: &str) -> String {
        show(text, blocks).into_string()
    }

    #[test]
    fn blocks_as_a_person_sees_them() {
        let text = |kind: &str, text: &str| json!({ "type": kind, "text": text });
        let button = json!({ "type": "button", "style": "danger", "text": text("plain_text", "Roll back") });
        let table = [
            (
                json!({ "type": "header", "text": text("plain_text", ":red_circle: *a*") }),
                r#"<div class="slack-header">🔴 *a*</div>"#,
            ),
            (json!({ "type": "divider" }), r#"<hr class="slack-divider">"#),
            (
                json!({ "type": "section", "text": text("mrkdwn", "*a* _b_ ~c~ `d` :fire: :other:") }),
                r#"<div class="slack-section"><div><strong>a</strong> <em>b</em> <s>c</s> <code>d</code> 🔥 :other:</div></div>"#,
            ),
            (
                json!({ "type": "section", "fields": [text("mrkdwn", "a\nb"), text("plain_text", "c")] }),
                r#"<div class="slack-section"><div class="slack-fields"><div>a<br>b</div><div>c</div></div></div>"#,
            ),
            (
                json!({ "type": "context", "elements": [text("mrkdwn", "<https://a/?b&amp;c|log>"), text("mrkdwn", "<!here>")] }),
                r#"<div class="slack-context"><span><a href="https://a/?b&amp;c" rel="noreferrer">log</a></span><span><span class="slack-mention">@here</span></span></div>"#,
            ),
            (
                json!({ "type": "actions", "elements": [button] }),
                r#"<div class="slack-actions"><span class="slack-button danger">Roll back</span></div>"#,
            ),
            (
                json!({ "type": "section", "text": text("mrkdwn", "a\n```\n1 &lt; 2\n```\n> q") }),
                r#"<div class="slack-section"><div>a<pre>1 &lt; 2</pre><blockquote>q</blockquote></div></div>"#,
            ),
        ];
        for (block, expected) in table {
            assert_eq!(shown(std::slice::from_ref(&block), "unseen"), expected, "{block}");
        }
        assert_eq!(shown(&[], "*a*"), r#"<div class="slack-section"><strong>a</strong></div>"#);
    }

    #[test]
    fn what_a_message_says_cannot_become_markup() {
        let evil = "<script>alert(1)</script> \"><b> `<i>` <javascript:x|y> ```<u>``` <https://a/\"onclick=x|<b>>";
        for kind in ["mrkdwn", "plain_text"] {
            let text = json!({ "type": kind, "text": evil });
            let blocks = vec![
                json!({ "type": "header", "text": text }),
                json!({ "type": "section", "text": text, "fields": [text] }),
                json!({ "type": "context", "elements": [text] }),
                json!({ "type": "actions", "elements": [{ "type": "button", "text": text, "style": "\"><b>" }] }),
            ];
            let page = shown(&blocks, evil) + &shown(&[], evil);
            for tag in ["<script", "<b>", "<i>", "<u>", "href=\"javascript", "\"onclick"] {
                assert!(!page.contains(tag), "{tag} in {page}");
            }
        }
    }
}
