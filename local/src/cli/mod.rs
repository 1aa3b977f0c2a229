//! The command line `launchway`.

mod arguments;
mod deploy;
mod docker;
mod permissions;
mod replay;
mod smoke;
mod system;
mod verdict;

use std::process::ExitCode;

use crate::console::Console;

pub use arguments::{
    Arguments, Command, DeployArguments, ReleaseName, RunArguments, SmokeCommand, SmokeRunArguments, SystemArguments,
    UpArguments,
};
pub use docker::{DockerArguments, DockerCommand, Hidden, RegistryAccess};

/// The exit code of wrong arguments, a wrong suite, or a command that could not do its work.
const NOT_DONE: u8 = 2;

/// Carries out what was asked. The exit code is 0 when all went as it should, 1 when a result is not the wanted one, and 2
/// when the command could not do its work.
pub async fn execute(arguments: Arguments) -> ExitCode {
    let console = Console::new();
    let done = match arguments.command {
        Command::Run(run) => system::run(&arguments.root, run, &console).await,
        Command::Up(up) => system::up(&arguments.root, up, &console).await,
        Command::Down => system::down(&arguments.root, &console).await,
        Command::Deploy(deploy) => deploy::deploy(&arguments.root, deploy, &console).await,
        Command::Replay { event } => replay::replay(&arguments.root, &event, &console).await,
        Command::Permissions { calls } => permissions::permissions(&arguments.root, &calls, &console),
        Command::Docker(arguments) => docker::docker(arguments, &console).await,
        Command::Smoke(command) => smoke::smoke(command, &console).await,
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            match error.downcast_ref::<::smoke::SuiteErrors>() {
                // Each line begins with its place already, as editors expect it.
                Some(problems) => console.note(problems),
                None => console.note(format_args!("error: {error}")),
            }
            ExitCode::from(NOT_DONE)
        }
    }
}
