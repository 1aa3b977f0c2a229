//! What each role may do, held against what was seen of it in runs: `docs/permissions.md`.
//!
//! The templates say what is allowed, the emulator's list of calls what was asked for, and `docs/permissions-unseen.yaml` why
//! something is allowed that a run does not show. Nothing else may be allowed, and nothing refused.

mod allowed;
mod calls;
mod error;
mod expression;
mod page;
mod unseen;
mod verdict;

pub use allowed::{Role, Statement, allowed};
pub use calls::{Call, read_calls};
pub use error::PermissionsError;
pub use page::page;
pub use unseen::{Denial, Reason, Unseen, read_unseen};
pub use verdict::{Seen, denied, problems, seen};
