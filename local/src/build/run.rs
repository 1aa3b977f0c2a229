//! One build from sources to artifacts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::buildspec::{Artifact, Buildspec};
use super::log::Log;
use super::project::BuildspecSource;
use super::shell::Shell;
use super::sources::Sources;
use super::{
    Access, BuildError, BuildOutcome, BuildStatus, PRIMARY_ARTIFACT, PhaseRecord, Project, TestReport, artifacts,
    environment, phases, reports,
};
use crate::archive::{pack, relative};
use crate::process::Marker;

/// How long processes that a build left behind may take to end by themselves.
const GRACE: Duration = Duration::from_secs(2);

/// A build to run.
#[derive(Debug, Clone)]
pub struct BuildRequest {
    /// The project.
    pub project: Project,
    /// The build's id as CodeBuild gives it: the project's name, a colon, and a UUID.
    pub build_id: String,
    /// The sources: a zip archive.
    pub source_zip: PathBuf,
    /// The version of the sources, for `CODEBUILD_RESOLVED_SOURCE_VERSION`.
    pub resolved_source_version: String,
    /// Variables of the pipeline and its action. They replace the project's, also `AWS_REGION`, `CODEBUILD_INITIATOR`
    /// and `CODEBUILD_BUILD_NUMBER`. The marker of the run belongs here as well.
    pub environment: BTreeMap<String, String>,
    /// Where the build's log and artifacts are written: `builds/ID`.
    pub work_dir: PathBuf,
    /// What the commands call AWS with.
    pub access: Access,
    /// The registry that images are pushed to.
    pub images: PathBuf,
    /// What stays from one build to the next: `slot-1` to `slot-3`, each with unpacked sources and what cargo compiled
    /// of them, which is `CARGO_TARGET_DIR`. A project that sets that variable itself takes care that one revision's
    /// program is not taken for another's. Builds that share a cache wait for each other.
    pub cache_dir: PathBuf,
}

/// Runs a build to its end, handing over its log line by line.
///
/// When the future is dropped, the commands are killed. Whatever a build leaves running is ended with it, as the
/// container on AWS ends.
pub async fn run(mut request: BuildRequest, on_line: impl Fn(&str)) -> Result<BuildOutcome, BuildError> {
    for path in [&mut request.work_dir, &mut request.cache_dir, &mut request.source_zip] {
        *path = std::path::absolute(&path).map_err(BuildError::file(&*path))?;
    }
    let folder = request.work_dir.join("builds").join(request.build_id.replace([':', '/'], "-"));
    for folder in [&folder, &request.cache_dir] {
        std::fs::create_dir_all(folder).map_err(BuildError::file(folder))?;
    }
    // What holds secrets, or nothing that anybody needs later: it goes with this value, also when the build is given up.
    let scratch = tempfile::tempdir_in(&folder).map_err(BuildError::file(&folder))?;
    let mut log = Log::create(folder.join("build.log"), scratch.path().join("output"), on_line)?;
    log.hide(request.access.secrets());
    let mut outcome = Unfinished::default();

    let started = Timestamp::now();
    log.say("Entering phase DOWNLOAD_SOURCE")?;
    let prepared = prepare(&request, &mut log).await;
    outcome.record("DOWNLOAD_SOURCE", started, prepared.as_ref().err(), &mut log)?;
    if let Ok((sources, buildspec)) = prepared {
        let folders = Folders { build: &folder, scratch: scratch.path() };
        let result = build(&request, &sources, &buildspec, folders, &mut log, &mut outcome).await;
        let marker = Marker::new("CODEBUILD_BUILD_ID", &request.build_id);
        for left in marker.end_processes(GRACE).await {
            log.say(&format!("Process {left}, which the build left running, could not be ended"))?;
        }
        result?;
    }
    Ok(outcome.finish(log.finish()?))
}

/// Unpacks the sources and reads the buildspec. The error is CodeBuild's status code and a reason.
async fn prepare<F: Fn(&str)>(request: &BuildRequest, log: &mut Log<F>) -> Result<(Sources, Buildspec), String> {
    let sources = Sources::prepare(&request.source_zip, &request.cache_dir, request.project.queued_timeout, log)
        .await
        .map_err(|error| format!("CLIENT_ERROR: {error}"))?;
    let (name, text) = match &request.project.buildspec {
        BuildspecSource::Inline(text) => ("the project's buildspec", text.clone()),
        BuildspecSource::File(name) => {
            let missing = |reason: &dyn std::fmt::Display| format!("YAML_FILE_ERROR: {name}: {reason}");
            let inside = relative(name).ok_or_else(|| missing(&"it is outside the sources"))?;
            let text = std::fs::read_to_string(sources.folder().join(inside)).map_err(|error| missing(&error))?;
            (name.as_str(), text)
        }
    };
    let buildspec = Buildspec::parse(&text).map_err(|error| format!("YAML_FILE_ERROR: {name}: {error}"))?;
    Ok((sources, buildspec))
}

/// Where a build writes besides its sources.
#[derive(Debug, Clone, Copy)]
pub(super) struct Folders<'f> {
    /// What is left of it.
    pub(super) build: &'f Path,
    /// What ends with it.
    pub(super) scratch: &'f Path,
}

async fn build<F: Fn(&str)>(
    request: &BuildRequest,
    sources: &Sources,
    buildspec: &Buildspec,
    folders: Folders<'_>,
    log: &mut Log<F>,
    outcome: &mut Unfinished,
) -> Result<(), BuildError> {
    if buildspec.cache.is_some() {
        log.say("The buildspec's cache is ignored: the local caches are always kept")?;
    }
    let deadline = Instant::now() + request.project.timeout;
    let variables = environment::variables(request, &buildspec.env.variables, sources, folders);
    let shell_files = folders.scratch.join("shell");
    let mut shell = Shell::new(buildspec.env.shell, shell_files, sources.folder().to_owned(), variables)?;
    let (records, upload) = phases::run(&buildspec.phases, &mut shell, deadline, log).await?;
    outcome.phases.extend(records);
    if !upload {
        return Ok(());
    }
    for name in &buildspec.env.exported_variables {
        let value = shell.value(name, deadline, log).await?;
        outcome.exported_variables.insert(name.clone(), log.masked(&value));
    }

    let started = Timestamp::now();
    log.say("Entering phase UPLOAD_ARTIFACTS")?;
    let mut problem = None;
    for (identifier, artifact) in wanted(buildspec.artifacts.as_ref()) {
        match artifacts::find(artifact, sources.folder()) {
            Ok(files) => {
                let archive = folders.build.join(format!("{identifier}.zip"));
                log.say(&format!("Artifact {identifier}: found {} files", files.len()))?;
                pack(&files, &archive)?;
                outcome.artifacts.insert(identifier.to_owned(), archive);
            }
            Err(reason) => problem = problem.or(Some(reason)),
        }
    }
    // Failed tests fail no build: their command does. That a report without its files does is not documented; users saw
    // it fail this phase.
    for (group, spec) in &buildspec.reports {
        let report = reports::collect(group, spec, sources.folder(), |text| log.masked(text));
        log.say(&format!("Report {group}: {} test cases, {}", report.cases.len(), report.status))?;
        if let Some(reason) = &report.problem {
            problem = problem.or_else(|| Some(format!("CLIENT_ERROR: [{group}: [{reason}]]")));
        }
        outcome.reports.push(report);
    }
    outcome.record("UPLOAD_ARTIFACTS", started, problem.as_ref(), log)
}

fn wanted(artifacts: Option<&Artifact>) -> Vec<(&str, &Artifact)> {
    let Some(primary) = artifacts else { return Vec::new() };
    let secondary = primary.secondary_artifacts.iter().map(|(identifier, artifact)| (identifier.as_str(), artifact));
    let primary = (!primary.files.is_empty()).then_some((PRIMARY_ARTIFACT, primary));
    primary.into_iter().chain(secondary).collect()
}

#[derive(Debug, Default)]
struct Unfinished {
    phases: Vec<PhaseRecord>,
    artifacts: BTreeMap<String, PathBuf>,
    reports: Vec<TestReport>,
    exported_variables: BTreeMap<String, String>,
}

impl Unfinished {
    fn record<F: Fn(&str)>(
        &mut self,
        name: &'static str,
        started: Timestamp,
        problem: Option<&String>,
        log: &mut Log<F>,
    ) -> Result<(), BuildError> {
        let status = if problem.is_some() { BuildStatus::Failed } else { BuildStatus::Succeeded };
        log.say(&format!("Phase complete: {name} State: {status}"))?;
        if let Some(problem) = problem {
            log.say(&format!("Phase context status code: {problem}"))?;
        }
        self.phases.push(PhaseRecord { name, status, started, ended: Timestamp::now(), message: problem.cloned() });
        Ok(())
    }

    /// The first phase that did not succeed decides.
    fn finish(self, log: PathBuf) -> BuildOutcome {
        let failed = self.phases.iter().map(|phase| phase.status).find(|status| *status != BuildStatus::Succeeded);
        BuildOutcome {
            status: failed.unwrap_or(BuildStatus::Succeeded),
            phases: self.phases,
            artifacts: self.artifacts,
            reports: self.reports,
            log,
            exported_variables: self.exported_variables,
        }
    }
}
