//! What can be asked of the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::docker::DockerArguments;
use crate::eventing::Delivery;
use crate::run::Platform;

/// Launchway on one machine: the pipeline, the functions and the example shop, without an AWS account.
#[derive(Debug, Parser)]
#[command(name = "launchway", version, arg_required_else_help = true)]
pub struct Arguments {
    /// The checkout of Launchway.
    #[arg(long, global = true, default_value = ".", value_name = "FOLDER")]
    pub root: PathBuf,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Deliver a good release and then bad ones through the pipeline, and show what happened.
    Run(RunArguments),
    /// Start the local system and keep it until Ctrl-C or `launchway down`.
    Up(UpArguments),
    /// End a local system that still runs, and whatever an interrupted one left behind.
    Down,
    /// Deploy configurations of samconfig.toml, each to an empty account of the emulator, and list what that makes.
    Deploy(DeployArguments),
    /// Send one sample event to the real function and show its calls and its result.
    Replay {
        /// The event's file, for example events/smoke-test-job.json.
        event: PathBuf,
    },
    /// Run, check or describe smoke suites, without a pipeline.
    #[command(subcommand)]
    Smoke(SmokeCommand),
    /// Write docs/permissions.md: what each role may do, and what runs used of it.
    Permissions {
        /// The calls.jsonl that each run left beside its run.json.
        #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
        calls: Vec<PathBuf>,
    },
    /// What local builds find under the name `docker`.
    #[command(hide = true)]
    Docker(DockerArguments),
}

/// How the local system is set up.
#[derive(Debug, Clone, Args)]
pub struct SystemArguments {
    /// The template to deploy instead of the checkout's template.yaml.
    #[arg(long, value_name = "FILE")]
    pub template: Option<PathBuf>,
    /// Where releases run: an ECS service whose new version is tested before traffic reaches it, or one instance.
    #[arg(long, value_enum, default_value_t = Platform::Ecs)]
    pub platform: Platform,
    /// How many times faster than AWS the pipeline's waiting passes: canaries, approvals, time-outs. Work takes the time it
    /// takes: no time-out of it becomes shorter than two minutes.
    #[arg(long, default_value_t = 20.0, value_name = "FACTOR")]
    pub clock_speed: f64,
    /// How state changes come to the functions that wait for them: EventBridge promises at least once, and no order.
    #[arg(long, value_enum, default_value_t = Delivery::Once)]
    pub events: Delivery,
    /// Run the shop's own tests while a release is built. They find the defect of the bad release before it gets to staging.
    #[arg(long)]
    pub tests: bool,
}

/// What `launchway up` starts.
#[derive(Debug, Args)]
pub struct UpArguments {
    /// An account with nothing in it, to deploy to by hand: no functions are built, no template is deployed.
    #[arg(long, conflicts_with_all = ["template", "platform"])]
    pub empty: bool,
    /// The system.
    #[command(flatten)]
    pub system: SystemArguments,
}

/// What `launchway deploy` deploys.
#[derive(Debug, Args)]
pub struct DeployArguments {
    /// The configurations, as `sam deploy --config-env` takes them.
    #[arg(default_values = ["default", "ec2", "existing", "alerts-only"], value_name = "CONFIGURATION")]
    pub configurations: Vec<String>,
    /// The template to deploy instead of the checkout's template.yaml.
    #[arg(long, value_name = "FILE")]
    pub template: Option<PathBuf>,
    /// List every resource, and not only how many there are.
    #[arg(long)]
    pub resources: bool,
    /// Arguments for `sam deploy`, after `--`, such as `-- --parameter-overrides DeployPlatform=ecs RequireApproval=true`.
    #[arg(last = true, value_name = "ARGUMENT")]
    pub more: Vec<String>,
}

/// What `launchway run` delivers.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// The system to deliver through.
    #[command(flatten)]
    pub system: SystemArguments,
    /// The releases, in order: good,bad,killed,good,undone on ecs and good,bad,good on ec2 unless given.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub releases: Vec<ReleaseName>,
    /// Where run.json, run.html and calls.jsonl are written; target/launchway unless given.
    #[arg(long, value_name = "FOLDER")]
    pub output: Option<PathBuf>,
}

impl RunArguments {
    /// What is delivered: what was asked for, or what the platform can show.
    #[must_use]
    pub fn releases(&self) -> &[ReleaseName] {
        use ReleaseName::{Bad, Good, Killed, Undone};
        match (self.releases.as_slice(), self.system.platform) {
            ([], Platform::Ecs) => &[Good, Bad, Killed, Good, Undone],
            ([], Platform::Ec2) => &[Good, Bad, Good],
            (asked, _) => asked,
        }
    }
}

/// The releases of the example shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ReleaseName {
    /// The shop as it is in the checkout.
    Good,
    /// A copy of the shop with a defect: its checkout answers 500.
    Bad,
    /// The shop as it is, while the function that smoke-tests staging is killed in the middle of a check.
    Killed,
    /// The same with the function that smoke-tests production: the pipeline gives production its last release back.
    Undone,
}

impl ReleaseName {
    /// The name as it is written on the command line and in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Killed => "killed",
            Self::Undone => "undone",
        }
    }
}

/// The commands about smoke suites.
#[derive(Debug, Subcommand)]
pub enum SmokeCommand {
    /// Run a suite against a site. Exit code 0: passed; 1: failed; 2: the suite or the arguments are wrong.
    Run(SmokeRunArguments),
    /// Validate a suite and say everything that is wrong with it.
    Check {
        /// The suite's file.
        suite: PathBuf,
    },
    /// Print the JSON Schema of the format, for editors.
    Schema,
}

/// What `launchway smoke run` takes.
#[derive(Debug, Args)]
pub struct SmokeRunArguments {
    /// The suite's file.
    pub suite: PathBuf,
    /// The site under test, for example `https://staging.example.com`.
    #[arg(long, value_name = "URL")]
    pub base_url: String,
    /// Run only the checks with this tag (repeatable).
    #[arg(long = "tag", value_name = "TAG")]
    pub tags: Vec<String>,
    /// Set a variable of the suite (repeatable).
    #[arg(long = "var", value_name = "KEY=VALUE", value_parser = key_and_value)]
    pub variables: Vec<(String, String)>,
    /// Write a report (repeatable).
    #[arg(long = "report", value_name = "json|junit=PATH", value_parser = report_target)]
    pub reports: Vec<(ReportFormat, PathBuf)>,
    /// Time for the whole run; what has not run by then is named and the run fails.
    #[arg(long, default_value = "60s", value_name = "DURATION")]
    pub deadline: String,
    /// A PEM file with a certificate authority to trust besides the public ones.
    #[arg(long, value_name = "FILE", env = "AWS_CA_BUNDLE")]
    pub ca: Option<PathBuf>,
}

/// The formats of a report file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// The report as JSON.
    Json,
    /// JUnit XML.
    Junit,
}

pub(super) fn key_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err(format!("expected KEY=VALUE, got {text:?}")),
    }
}

fn report_target(text: &str) -> Result<(ReportFormat, PathBuf), String> {
    match text.split_once('=') {
        Some(("json", path)) if !path.is_empty() => Ok((ReportFormat::Json, path.into())),
        Some(("junit", path)) if !path.is_empty() => Ok((ReportFormat::Junit, path.into())),
        _ => Err(format!("expected json=PATH or junit=PATH, got {text:?}")),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn reports_name_a_format_and_a_path() {
        assert_eq!(report_target("json=a.json"), Ok((ReportFormat::Json, "a.json".into())));
        assert_eq!(report_target("junit=b/c.xml"), Ok((ReportFormat::Junit, "b/c.xml".into())));
        for wrong in ["json", "json=", "xml=a", "=a", ""] {
            assert!(report_target(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn variables_have_a_key() {
        assert_eq!(key_and_value("a=b=c"), Ok(("a".into(), "b=c".into())));
        assert_eq!(key_and_value("a="), Ok(("a".into(), String::new())));
        for wrong in ["a", "=b", ""] {
            assert!(key_and_value(wrong).is_err(), "{wrong:?}");
        }
    }
}
