//! Processes of a run: started in a group of their own, followed while they write, and ended with all they started.

mod environment;
mod follow;
mod group;
mod inspect;
mod lock;
mod marker;

pub use environment::{forget_cargo, inherited};
pub use follow::{Followed, Lines};
pub use group::Group;
pub use inspect::{holders, user_name};
pub use lock::FileLock;
pub use marker::{Marker, RUN_MARKER, kill_marked};
