//! Links into the AWS console and to commits, built from names.
//!
//! AWS does not document the console's addresses; these are the ones it shows.

mod commit;
mod page;

pub use commit::{Provider, commit_link};
pub use page::Console;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What may stand in a part of an address as it is.
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// `text` as one part of an address.
fn part(text: &str) -> String {
    utf8_percent_encode(text, PART).to_string()
}
