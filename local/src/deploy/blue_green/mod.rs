//! What CodeDeploy is told for deployments that move traffic, of the ECS and Lambda platforms: deployment groups,
//! deployment configurations and application specifications. The engine carries such deployments out, because they work
//! through the emulator.

mod appspec;
mod group;
mod properties;
mod routing;
mod target;
#[cfg(test)]
mod tests;

pub use appspec::{BlueGreenAppspec, LambdaVersions, Target};
pub use group::{Alarms, BlueGreenGroup, EcsTarget, ReadyOption};
pub use routing::{Routing, Step};
