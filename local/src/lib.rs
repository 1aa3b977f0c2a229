//! The delivery system on one machine: AWS emulated, the pipeline executed, and the command line `launchway`.

pub mod emulator;
pub mod project;
pub mod replay;
pub mod report;
pub mod run;
pub mod sam;
pub mod standin;
