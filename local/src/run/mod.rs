//! A run: releases delivered through the local system.

mod context;
mod delivery;
mod error;
mod progress;
mod recorded;
mod sites;
mod sources;
mod system;

pub use context::{RunContext, abandoned, running};
pub use delivery::deliver;
pub use error::RunError;
pub use recorded::recorded;
pub use sites::Site;
pub use sources::{Sources, SourcesError};
pub use system::{StackOutputs, System, SystemSettings};
