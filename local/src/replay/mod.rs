//! One sample event through the real function: what it called and what it answered.

mod artifact;
mod built;
mod error;
mod event;
mod shop;
mod text;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::standin::aws::{Aws, AwsSettings, JobResult};
use crate::standin::{Credentials, Function, FunctionSettings, Invocation, Outcome};

pub use built::{Build, BuildError};
pub use error::ReplayError;
pub use event::{Event, Job, Location};
pub use shop::Shop;

/// The region that everything claims to be in.
const REGION: &str = "us-east-1";

/// Time and memory of the function. The time is shorter than in the template: nobody waits minutes for a replay.
const TIMEOUT: Duration = Duration::from_mins(1);
const MEMORY_MEGABYTES: u32 = 256;

/// What a replay needs to know.
#[derive(Debug, Clone)]
pub struct ReplayOptions {
    /// The checkout of Launchway: its functions and its example shop are built and run.
    pub root: PathBuf,
    /// The function's binary; it is built when this is nothing.
    pub function: Option<PathBuf>,
    /// The example shop's binary; it is built when this is nothing.
    pub shop: Option<PathBuf>,
}

/// How a replay ended.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The results that the job was given, in order.
    pub results: Vec<JobResult>,
    /// How the invocation ended.
    pub invocation: Invocation,
}

impl Verdict {
    /// Whether the function kept its promise: the invocation succeeded and the job has exactly one result.
    #[must_use]
    pub fn answered_once(&self) -> bool {
        self.results.len() == 1 && matches!(self.invocation.outcome, Outcome::Succeeded(_))
    }
}

/// Sends the event of a file through the real function and writes what the function did to `out`. What is being built or
/// started goes to `progress`, a line at a time.
pub async fn replay(
    event_path: &Path,
    options: &ReplayOptions,
    out: &mut impl Write,
    mut progress: impl FnMut(&str),
) -> Result<Verdict, ReplayError> {
    let event = Event::read(event_path)?;
    match &event {
        Event::CodePipelineJob(job) => replay_job(event_path, job, options, out, &mut progress).await,
    }
}

async fn replay_job(
    event_path: &Path,
    job: &Job,
    options: &ReplayOptions,
    out: &mut impl Write,
    progress: &mut impl FnMut(&str),
) -> Result<Verdict, ReplayError> {
    let storefront = options.root.join("examples/storefront");
    let function = match &options.function {
        Some(path) => path.clone(),
        None => build(&options.root.join("Cargo.toml"), None, "smoke-test", progress).await?,
    };
    let shop = match &options.shop {
        Some(path) => path.clone(),
        // Its manifest stands alone; the target folder is ours.
        None => {
            build(&storefront.join("Cargo.toml"), Some(options.root.join("target")), "storefront", progress).await?
        }
    };
    progress("starting the shop");
    let shop = Shop::start(&shop, &storefront).await?;

    let settings = AwsSettings {
        region: REGION.to_owned(),
        function_credentials: Credentials::session("ASIAFUNCTIONEXAMPLE", "example-function-secret", "example-token"),
        job_credentials: job.credentials.clone(),
    };
    let aws = Aws::start(settings.clone(), None).await?;
    aws.add_job(&job.id);
    if let Some(key) = &job.encryption_key {
        aws.require_encryption_key(key);
    }
    let bundle = artifact::of_storefront(&storefront)?;
    for location in &job.inputs {
        aws.add_object(&location.bucket, &location.key, bundle.object.clone());
    }

    text::introduce(out, event_path, job, &shop, &bundle)?;
    progress("running the function");
    let environments = serde_json::json!({ "staging": shop.url(), "production": shop.url() });
    let environment = BTreeMap::from([
        ("AWS_ENDPOINT_URL".to_owned(), aws.url()),
        ("ENVIRONMENT_URLS".to_owned(), environments.to_string()),
        ("LOG_LEVEL".to_owned(), "info".to_owned()),
    ]);
    let mut running = Function::new(FunctionSettings {
        binary: function,
        arguments: Vec::new(),
        name: "smoke-test".to_owned(),
        region: REGION.to_owned(),
        memory_megabytes: MEMORY_MEGABYTES,
        timeout: TIMEOUT,
        credentials: settings.function_credentials,
        environment,
    })
    .await?;
    let invocation = running.invoke(&job.event).await?;
    let log = running.stop().await;
    let verdict = Verdict { results: aws.results(&job.id), invocation };
    text::calls(out, &aws.calls())?;
    text::verdict(out, &verdict, &log)?;
    Ok(verdict)
}

async fn build(
    manifest: &Path,
    target: Option<PathBuf>,
    package: &str,
    progress: &mut impl FnMut(&str),
) -> Result<PathBuf, ReplayError> {
    progress(&format!("building {package}"));
    let build = Build {
        manifest: manifest.to_owned(),
        package: package.to_owned(),
        binary: package.to_owned(),
        profile: "dev".to_owned(),
        target,
    };
    Ok(build.run(|line| progress(line)).await?)
}
