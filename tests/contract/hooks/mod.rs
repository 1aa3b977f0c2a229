//! Lifecycle hooks: whatever happens to one, it has exactly one answer, and none is `Succeeded` unless checks ran and
//! passed.

mod ecs;
mod played;
mod reports;
mod scene;
mod secrets;
mod table;
mod twice;

pub(crate) use played::{Answered, HookPlayed};
pub(crate) use scene::{HookScene, TASK};
