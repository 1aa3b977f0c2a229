//! What stands inside a line.

use super::{Span, reference, unescaped};

/// Parses a line, or what stands between two marks.
pub(super) fn parse(line: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut plain = String::new();
    let mut at = 0;
    while let Some(next) = line[at..].chars().next() {
        let Some((span, length)) = special(line, at, next) else {
            plain.push(next);
            at += next.len_utf8();
            continue;
        };
        if !plain.is_empty() {
            spans.push(Span::Text(unescaped(&std::mem::take(&mut plain))));
        }
        spans.push(span);
        at += length;
    }
    if !plain.is_empty() {
        spans.push(Span::Text(unescaped(&plain)));
    }
    spans
}

/// The span that begins here, with the length of its source, when one does.
fn special(line: &str, at: usize, next: char) -> Option<(Span, usize)> {
    let rest = &line[at..];
    match next {
        '<' => {
            let end = rest.find('>')?;
            Some((reference::parse(&rest[1..end])?, end + 1))
        }
        '`' => {
            let (inside, _) = rest[1..].split_once('`')?;
            (!inside.is_empty()).then(|| (Span::Code(unescaped(inside)), inside.len() + 2))
        }
        ':' => {
            let (name, _) = rest[1..].split_once(':')?;
            let known = |character: char| {
                character.is_ascii_lowercase() || character.is_ascii_digit() || "_+-".contains(character)
            };
            (!name.is_empty() && name.chars().all(known)).then(|| (Span::Emoji(name.to_owned()), name.len() + 2))
        }
        '*' | '_' | '~' => {
            let before = line[..at].chars().next_back();
            if before.is_some_and(char::is_alphanumeric) {
                return None;
            }
            let inside = marked(rest, next)?;
            let spans = parse(inside);
            let span = match next {
                '*' => Span::Bold(spans),
                '_' => Span::Italic(spans),
                _ => Span::Strike(spans),
            };
            Some((span, inside.len() + 2))
        }
        _ => None,
    }
}

/// What stands between the mark at the beginning of `rest` and the next one that can close it: not after a space, and not
/// before a letter. A mark inside of code or of a link closes nothing.
fn marked(rest: &str, mark: char) -> Option<&str> {
    let body = &rest[1..];
    if body.starts_with(char::is_whitespace) {
        return None;
    }
    let mut skipped_to: Option<char> = None;
    for (at, character) in body.char_indices() {
        match skipped_to {
            Some(end) => skipped_to = Some(end).filter(|end| *end != character),
            None if character == '`' => skipped_to = body[at + 1..].contains('`').then_some('`'),
            None if character == '<' => skipped_to = body[at + 1..].contains('>').then_some('>'),
            None if character == mark && at > 0 => {
                let closes =
                    !body[..at].ends_with(char::is_whitespace) && !body[at + 1..].starts_with(char::is_alphanumeric);
                if closes {
                    return Some(&body[..at]);
                }
            }
            None => {}
        }
    }
    None
}
