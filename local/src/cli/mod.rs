//! The command line `launchway`.

mod arguments;
mod console;
mod smoke;

pub use arguments::{Arguments, Command};
pub use console::{Console, Step};
