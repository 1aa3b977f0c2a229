//! The bench: our function as deployed, beside a bare function and beside the same job in Python, all against the same
//! stand-ins over HTTPS, in turn.

mod certificate;
mod cpu_share;
mod error;
mod peer;
mod round;
mod statistics;
mod table;
mod world;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use launchway::replay::Build;

use crate::cpu_share::CpuShare;
use crate::error::BenchError;
use crate::peer::Peer;
use crate::round::Measures;
use crate::world::World;

/// Measures the smoke-test function beside a bare function and beside Python with boto3.
#[derive(Debug, Parser)]
struct Arguments {
    /// The checkout of Launchway.
    #[arg(long, default_value = ".", value_name = "FOLDER")]
    root: PathBuf,
    /// How many processes of each program, in turn.
    #[arg(long, default_value_t = 20)]
    rounds: usize,
    /// How many events after the first one each process gets.
    #[arg(long, default_value_t = 20)]
    later_events: usize,
    /// Measure binaries of this profile instead of what is deployed.
    #[arg(long, default_value = "release")]
    profile: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match measure(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            progress(&format!("bench: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn measure(arguments: &Arguments) -> Result<(), BenchError> {
    let root = std::path::absolute(&arguments.root)?;
    let mut peers = Vec::new();
    for (name, package) in [("bare", "bench-bare"), ("smoke-test", "smoke-test")] {
        peers.push(Peer::binary(name, build(&root, package, &arguments.profile).await?)?);
    }
    peers.push(Peer::python(&root)?);
    let share = CpuShare::of_128_megabytes();
    if let Err(reason) = &share {
        progress(&format!("the share of 128 MB is not measured: {reason}"));
    }
    let world = World::start(&root).await?;
    let mut measures: Vec<Measures> = peers.iter().map(|_| Measures::default()).collect();
    for round in 1..=arguments.rounds {
        progress(&format!("round {round} of {}", arguments.rounds));
        for (peer, measures) in peers.iter().zip(&mut measures) {
            round::run(&world, peer, arguments.later_events, measures).await?;
            if let Ok(share) = &share {
                round::run_with_share(&world, peer, share, measures).await?;
            }
        }
    }
    let results: Vec<_> = peers.iter().zip(&measures).collect();
    table::write(&mut std::io::stdout().lock(), &results)?;
    Ok(())
}

async fn build(root: &Path, package: &str, profile: &str) -> Result<PathBuf, BenchError> {
    progress(&format!("building {package} ({profile})"));
    let build = Build {
        manifest: root.join("Cargo.toml"),
        package: package.to_owned(),
        binary: package.to_owned(),
        profile: profile.to_owned(),
        target: None,
    };
    Ok(build.run(progress).await?)
}

/// What is under way goes to standard error; the table alone to standard output. A closed standard error is no reason
/// to stop.
fn progress(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
