//! The AWS emulator of the local system, and how it is spoken to.

pub mod client;
mod credentials;
mod server;

pub(crate) use server::tail;

pub use credentials::RootCredentials;
pub use server::{CALLS_LIST, Emulator, EmulatorError, EmulatorSettings, REGISTERED_LIST};
