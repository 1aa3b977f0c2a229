//! The delivery system on one machine: AWS emulated, the pipeline executed, and the command line `launchway`.

pub mod archive;
pub mod build;
pub mod cli;
pub mod console;
pub mod containers;
pub mod deploy;
pub mod emulator;
pub mod engine;
pub mod eventing;
pub mod inbox;
pub mod permissions;
pub mod port;
pub mod process;
pub mod project;
pub mod properties;
pub mod replay;
pub mod report;
pub mod run;
pub mod sam;
pub mod slack;
pub mod standin;
