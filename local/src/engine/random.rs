//! Random names as AWS makes them.

use uuid::Uuid;

/// Capital letters and digits.
pub(super) const UPPER_CASE: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// Letters and digits.
pub(super) const MIXED_CASE: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// So many characters of `alphabet`; at most 14.
pub(super) fn characters(count: usize, alphabet: &[u8]) -> String {
    // Of a version 4 UUID, these bytes are random as a whole.
    let id = Uuid::new_v4().into_bytes();
    let random = id.iter().enumerate().filter(|(index, _)| *index != 6 && *index != 8).map(|(_, byte)| *byte);
    random.take(count).map(|byte| char::from(alphabet[usize::from(byte) % alphabet.len()])).collect()
}

/// So many digits; at most 28.
pub(super) fn digits(count: usize) -> String {
    let half = count.div_ceil(2);
    let mut text = characters(half, b"0123456789") + &characters(half, b"0123456789");
    text.truncate(count);
    text
}
