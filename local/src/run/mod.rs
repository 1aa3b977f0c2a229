//! A run: releases delivered through the local system.

mod account;
mod alerts;
mod complete;
mod context;
mod delivery;
mod error;
mod hook_reports;
mod host;
mod inventory;
mod killed;
mod platform;
mod progress;
mod recorded;
mod service;
mod sites;
mod sources;
mod system;
mod workspace;

pub use account::{Account, AccountSettings, REGION};
pub use complete::incomplete;
pub use context::{RunContext, abandoned, remove_abandoned, running};
pub use delivery::{deliver, rolled_back};
pub use error::RunError;
pub use host::Host;
pub use inventory::{DeployedStack, counted, outermost, registered, with_nested};
pub use killed::deliver_and_kill;
pub use platform::Platform;
pub use recorded::recorded;
pub use sites::{Site, SiteKind};
pub use sources::{Sources, SourcesError};
pub use system::{StackOutputs, System, SystemSettings};
