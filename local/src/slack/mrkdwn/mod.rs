//! Slack's markup for texts (<https://docs.slack.dev/messaging/formatting-message-text>).

mod inline;
mod lines;
mod reference;
#[cfg(test)]
mod tests;
mod validity;

pub(super) use lines::parse;
pub(super) use validity::check;

/// A part of a text, as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Span {
    Text(String),
    Bold(Vec<Span>),
    Italic(Vec<Span>),
    Strike(Vec<Span>),
    Code(String),
    /// Lines between three backticks.
    Preformatted(String),
    /// Lines that begin with `>`.
    Quote(Vec<Span>),
    Link {
        url: String,
        label: String,
    },
    /// Somebody or everybody who is told: `@here`, a person, a group, or a channel's name.
    Mention(String),
    /// An emoji's name without the colons.
    Emoji(String),
    Break,
}

/// The characters that have to be written as entities.
fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
