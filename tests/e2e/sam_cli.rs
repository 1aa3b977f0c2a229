//! The SAM CLI as a person calls it, with a configuration of samconfig.toml.

use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::account::Account;
use crate::run::root;
use launchway::process::inherited;

/// Builds the template once, without optimisation; the built template's path.
pub(crate) async fn build(folder: &Path) -> PathBuf {
    let built = folder.join("build");
    let mut command = sam("build");
    command.args(["--template-file", "template.yaml", "--build-dir"]).arg(&built);
    command.env("SAM_BUILD_MODE", "debug").env("CARGO_LAMBDA_COMPILER", "cargo");
    finish(command).await;
    built.join("template.yaml")
}

/// Deploys a built template to an account by a configuration, and with what it leaves to the command line.
pub(crate) async fn deploy(account: &Account, built: &Path, configuration: &str, more: &[&str]) {
    let mut command = sam("deploy");
    command.arg("--template-file").arg(built);
    command.arg("--config-file").arg(root().join("samconfig.toml")).args(["--config-env", configuration]);
    command.arg("--no-confirm-changeset").args(more);
    command
        .env("AWS_ENDPOINT_URL", account.emulator.url())
        .env("AWS_ACCESS_KEY_ID", &account.emulator.root().access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", &account.emulator.root().secret_access_key)
        .env("AWS_DEFAULT_REGION", "us-east-1");
    finish(command).await;
}

fn sam(subcommand: &str) -> Command {
    let tools = root().join(".venv/sam/bin");
    let own: Vec<_> = inherited(&["PATH"]).into_iter().map(|(_, path)| path).collect();
    let folders = own.iter().flat_map(std::env::split_paths);
    let path = std::env::join_paths(std::iter::once(tools.clone()).chain(folders)).unwrap();
    let mut command = Command::new(tools.join("sam"));
    command.arg(subcommand).current_dir(root()).kill_on_drop(true);
    for name in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION"] {
        command.env_remove(name);
    }
    command.env("PATH", path).env("SAM_CLI_TELEMETRY", "0").env("COLUMNS", "400");
    command.env("AWS_CONFIG_FILE", "/dev/null").env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    command
}

async fn finish(mut command: Command) {
    let output = command.output().await.unwrap();
    let (out, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{errors}");
}
