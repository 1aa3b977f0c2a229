//! The shop's program: wires arguments, settings and database to the server.

use clap::Parser;
use std::{process::ExitCode, sync::Arc};
use storefront::{
    arguments::{Arguments, LogFormat},
    database,
    error::StartError,
    release, server,
    server::Shop,
    settings::Settings,
};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.log_format {
        LogFormat::Json => tracing_subscriber::fmt().json().flatten_event(true).with_target(false).init(),
        LogFormat::Text => tracing_subscriber::fmt().with_target(false).init(),
    }
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the shop cannot go on");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), StartError> {
    let address = arguments.address();
    let home = release::home();
    let revision = release::revision(home.as_deref(), arguments.revision.as_deref());
    let settings = Settings::read(&release::settings(home.as_deref(), arguments.settings.clone()))?;
    let db = database::open(&arguments.database()?).await?;
    server::serve(address, Arc::new(Shop { db, settings, revision })).await
}
