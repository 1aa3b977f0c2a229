//! `launchway smoke`: suites without a pipeline.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::time::SystemTime;

use smoke::{BaseUrl, Progress, Report, Secret, Settings, Suite, parse_duration};
use tokio::time::Instant;

use super::arguments::{ReportFormat, SmokeCommand, SmokeRunArguments};
use crate::console::Console;

/// The values of a suite's secrets are environment variables: this prefix and the name in capitals.
const SECRET_PREFIX: &str = "SMOKE_SECRET_";

/// Carries out a command about suites; false when a check failed.
pub(super) async fn smoke(command: SmokeCommand, console: &Console) -> Result<bool, Box<dyn Error>> {
    match command {
        SmokeCommand::Run(arguments) => run(arguments, console).await,
        SmokeCommand::Check { suite } => {
            let parsed = read(&suite)?;
            console.print(format_args!("{}: {} checks, no problems", parsed.file_name(), parsed.checks().len()));
            Ok(true)
        }
        SmokeCommand::Schema => {
            console.print(serde_json::to_string_pretty(&smoke::schema())?);
            Ok(true)
        }
    }
}

async fn run(arguments: SmokeRunArguments, console: &Console) -> Result<bool, Box<dyn Error>> {
    let suite = read(&arguments.suite)?;
    let limit = parse_duration(&arguments.deadline).map_err(|error| format!("--deadline: {error}"))?;
    let ca = match &arguments.ca {
        Some(path) => Some(std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?),
        None => None,
    };
    let base_url: BaseUrl = arguments.base_url.parse().map_err(|error| format!("--base-url: {error}"))?;
    let tls = http_stack::client_config(ca.as_deref())?;
    let mut settings = Settings::new(base_url, tls, Instant::now() + limit, SystemTime::now);
    settings.tags = arguments.tags;
    settings.variables = arguments.variables.into_iter().collect();
    settings.secrets = secrets(&suite);
    let report = smoke::run(&suite, settings, |progress| show(&progress, console)).await?;
    console.idle();
    for (format, path) in &arguments.reports {
        write(&report, *format, path)?;
    }
    console.print(report.text());
    Ok(report.passed())
}

fn read(path: &Path) -> Result<Suite, Box<dyn Error>> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    Ok(Suite::parse(&text, &name)?)
}

/// The values that the environment has; what is missing is named by the run.
fn secrets(suite: &Suite) -> BTreeMap<String, Secret> {
    let variable = |name: &String| format!("{SECRET_PREFIX}{}", name.to_uppercase().replace(['-', '.'], "_"));
    let wanted: BTreeMap<String, &String> = suite.secrets().iter().map(|name| (variable(name), name)).collect();
    std::env::vars()
        .filter_map(|(variable, value)| wanted.get(&variable).map(|name| ((*name).clone(), Secret::from(value))))
        .collect()
}

fn write(report: &Report, format: ReportFormat, path: &Path) -> Result<(), Box<dyn Error>> {
    let content = match format {
        ReportFormat::Json => report.to_json()? + "\n",
        ReportFormat::Junit => report.junit()?,
    };
    std::fs::write(path, content).map_err(|error| format!("{}: {error}", path.display()).into())
}

fn show(progress: &Progress<'_>, console: &Console) {
    match progress {
        Progress::Started { check } => console.busy(check),
        Progress::Retrying { check, step, tries, message } => {
            console.busy(format_args!("{check}: step {step}, try {tries}: {message}"));
        }
        Progress::Finished { check, done, chosen } => {
            let outcome = if check.failure().is_some() { "✗" } else { "✓" };
            console.note(format_args!("{outcome} [{done}/{chosen}] {} ({} ms)", check.name, check.duration_ms));
        }
        _ => {}
    }
}
