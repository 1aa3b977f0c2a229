//! The command line `launchway`.

use std::process::ExitCode;

use clap::Parser;

use launchway::cli::{Arguments, execute};

#[tokio::main]
async fn main() -> ExitCode {
    execute(Arguments::parse()).await
}
