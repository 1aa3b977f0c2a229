//! EventBridge's part of the local system: what CodePipeline, CodeBuild and CodeDeploy tell the world, the rules that wait for
//! it, and their targets.
//!
//! Events are made as AWS documents them, with their floats, their two spellings and what they leave out. They are matched
//! against the rules of the deployed stack by the emulator's own `TestEventPattern`, because it refuses `PutEvents` from an
//! `aws.*` source as AWS does. A target is reached only when its resource policy lets EventBridge; what cannot be delivered
//! goes to the target's dead-letter queue, and is noted for people to see. Delivery is at least once:
//! [`Delivery`] orders how bad it is.

mod action;
mod build;
mod build_log;
mod bus;
mod delivery;
mod deployment;
mod disorder;
mod execution;
mod permission;
mod state_change;
#[cfg(test)]
mod tests;
mod translate;

pub use build::build_state_change;
pub use bus::{BusSettings, EventBus, Records};
pub use delivery::{Attempt, Outcome};
pub use disorder::Delivery;
pub use state_change::{Origin, StateChange};
