//! How web software writes one character of a text.

/// A notation. In each of them a text reads in exactly one way, so that a search never has to go back.
#[derive(Clone, Copy, Debug)]
pub(super) enum Notation {
    Literal,
    Percent,
    Json,
    Html,
}

/// One character or byte as it was meant, and how many bytes it is written with.
pub(super) struct Unit {
    bytes: [u8; 4],
    count: usize,
    pub(super) length: usize,
}

const ENTITIES: [(&[u8], u8); 5] =
    [(b"amp;", b'&'), (b"lt;", b'<'), (b"gt;", b'>'), (b"quot;", b'"'), (b"apos;", b'\'')];

impl Notation {
    pub(super) const ALL: [Self; 4] = [Self::Literal, Self::Percent, Self::Json, Self::Html];

    /// What stands at the beginning of `text`; `None` at its end.
    pub(super) fn first(self, text: &[u8]) -> Option<Unit> {
        let (&byte, rest) = text.split_first()?;
        let escaped = match (self, byte) {
            (Self::Percent, b'%') => {
                hexadecimal(rest, 2).and_then(|byte| u8::try_from(byte).ok()).map(|byte| Unit::byte(byte, 3))
            }
            (Self::Percent, b'+') => Some(Unit::byte(b' ', 1)),
            (Self::Json, b'\\') => json(rest),
            (Self::Html, b'&') => html(rest),
            _ => None,
        };
        Some(escaped.unwrap_or_else(|| Unit::byte(byte, 1)))
    }
}

impl Unit {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.count]
    }

    fn byte(byte: u8, length: usize) -> Self {
        Self { bytes: [byte, 0, 0, 0], count: 1, length }
    }

    fn character(code: u32, length: usize) -> Option<Self> {
        let mut bytes = [0; 4];
        let count = char::from_u32(code)?.encode_utf8(&mut bytes).len();
        Some(Self { bytes, count, length })
    }
}

/// Behind a backslash.
fn json(text: &[u8]) -> Option<Unit> {
    let byte = match text.first()? {
        b'u' => {
            let first = hexadecimal(&text[1..], 4)?;
            let low = text.get(5..7).filter(|next| *next == b"\\u").and_then(|_| hexadecimal(&text[7..], 4));
            return match (first, low) {
                (0xd800..0xdc00, Some(low @ 0xdc00..0xe000)) => {
                    Unit::character(0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00), 12)
                }
                _ => Unit::character(first, 6),
            };
        }
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        byte @ (b'"' | b'\\' | b'/') => *byte,
        _ => return None,
    };
    Some(Unit::byte(byte, 2))
}

/// Behind an ampersand.
fn html(text: &[u8]) -> Option<Unit> {
    if let Some((name, byte)) = ENTITIES.iter().find(|(name, _)| text.starts_with(name)) {
        return Some(Unit::byte(*byte, name.len() + 1));
    }
    let digits = text.strip_prefix(b"#")?;
    let end = digits.iter().take(8).position(|byte| *byte == b';')?;
    let written = std::str::from_utf8(&digits[..end]).ok()?;
    let code = match written.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => written.parse(),
    };
    Unit::character(code.ok()?, end + 3)
}

fn hexadecimal(text: &[u8], digits: usize) -> Option<u32> {
    let digits = text.get(..digits)?;
    digits.iter().try_fold(0, |number, digit| Some(number << 4 | char::from(*digit).to_digit(16)?))
}
