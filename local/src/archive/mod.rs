//! Zip archives: sources, build artifacts and revisions, packed and unpacked.

mod error;
mod pack;
mod relative;
mod unpack;

pub use error::ArchiveError;
pub use pack::pack;
pub use relative::relative;
pub use unpack::{unpack, update};
