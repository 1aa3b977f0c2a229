//! The lifecycle of a deployment on one instance.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

use super::appspec::{Appspec, Script};
use super::archives::Archives;
use super::hook::{self, HookEnd, Suspect, Told};
use super::install::install;
use super::outcome::{DeploymentEvent, InstanceRecord, LifecycleEventRecord, Status};
use super::script::Surroundings;
use super::{DeployError, DeploymentGroup, Instance};
use crate::archive::unpack;
use crate::process::inherited;

/// The events of an in-place deployment without a load balancer, in order.
pub const IN_PLACE_LIFECYCLE: [&str; 7] = [
    "ApplicationStop",
    "DownloadBundle",
    "BeforeInstall",
    "Install",
    "AfterInstall",
    "ApplicationStart",
    "ValidateService",
];

/// What scripts get of this machine's environment.
const INHERITED: [&str; 2] = ["PATH", "HOME"];

/// How long a process in the background may take to redirect its output.
const REDIRECTED_WITHIN: Duration = Duration::from_millis(500);

/// What all instances of a deployment have in common.
#[derive(Debug)]
pub(super) struct Deployment {
    pub(super) id: String,
    pub(super) application: String,
    pub(super) group: DeploymentGroup,
    pub(super) bundle: PathBuf,
}

/// The agent's work on one instance.
pub(super) struct Agent<'a> {
    deployment: &'a Deployment,
    instance: &'a Instance,
    archives: Archives,
    /// This deployment's folder.
    folder: PathBuf,
    appspec: Option<Appspec>,
    suspects: Vec<Suspect>,
    events: UnboundedSender<DeploymentEvent>,
}

impl<'a> Agent<'a> {
    pub(super) fn new(
        deployment: &'a Deployment,
        instance: &'a Instance,
        events: UnboundedSender<DeploymentEvent>,
    ) -> Result<Self, DeployError> {
        let archives = Archives::new(&instance.root, &deployment.group.id());
        let folder = archives.deployment(&deployment.id);
        if folder.exists() {
            let (instance, deployment) = (instance.name.clone(), deployment.id.clone());
            return Err(DeployError::Repeated { instance, deployment });
        }
        archives.create().map_err(DeployError::file(&instance.root))?;
        Ok(Self { deployment, instance, archives, folder, appspec: None, suspects: Vec::new(), events })
    }

    /// Goes through the lifecycle; after an event that failed, the others are skipped.
    pub(super) async fn deploy(mut self) -> Result<InstanceRecord, DeployError> {
        let mut record = InstanceRecord {
            name: self.instance.name.clone(),
            status: Status::Succeeded,
            lifecycle_events: Vec::new(),
        };
        for event in IN_PLACE_LIFECYCLE {
            let event = if record.status == Status::Failed { skipped(event) } else { self.run(event).await? };
            if event.status == Status::Failed {
                record.status = Status::Failed;
            }
            record.lifecycle_events.push(event);
        }
        self.note_suspects().await;
        Ok(record)
    }

    async fn run(&mut self, event: &'static str) -> Result<LifecycleEventRecord, DeployError> {
        self.tell_status(event, Status::InProgress, None);
        let started = Timestamp::now();
        let end = match event {
            "DownloadBundle" => HookEnd::without_scripts(self.download().await.err()),
            "Install" => HookEnd::without_scripts(self.install().err()),
            _ => self.run_scripts(event).await?,
        };
        let status = if end.failure.is_some() { Status::Failed } else { Status::Succeeded };
        let (code, message) = end.failure.map_or(("Success", None), |(code, message)| (code, Some(message)));
        self.tell_status(event, status, message.clone());
        Ok(LifecycleEventRecord {
            name: event,
            status,
            script: end.script,
            exit_code: end.exit_code,
            started: Some(started),
            ended: Some(Timestamp::now()),
            code,
            message,
            log_tail: end.log_tail,
        })
    }

    /// Unpacks the revision.
    async fn download(&self) -> Result<(), String> {
        std::fs::create_dir_all(&self.folder).map_err(|error| format!("{}: {error}", self.folder.display()))?;
        self.archives
            .remove_old(&self.folder)
            .map_err(|error| format!("old revisions could not be removed: {error}"))?;
        let (bundle, revision) = (self.deployment.bundle.clone(), Archives::revision(&self.folder));
        match tokio::task::spawn_blocking(move || unpack(&bundle, &revision)).await {
            Ok(unpacked) => unpacked.map(drop).map_err(|error| error.to_string()),
            // The task is only cancelled when the program ends; then nobody waits for the deployment any more.
            Err(error) if error.is_cancelled() => std::future::pending().await,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    fn install(&mut self) -> Result<(), String> {
        let revision = Archives::revision(&self.folder);
        let appspec = self.appspec.as_ref().ok_or("appspec.yml was not read")?;
        install(appspec, &revision, &self.instance.root, &self.archives.cleanup_file())?;
        self.archives.note_installed(&self.folder).map_err(|error| error.to_string())
    }

    async fn run_scripts(&mut self, event: &'static str) -> Result<HookEnd, DeployError> {
        let (folder, scripts) = match self.scripts(event) {
            Ok((_, scripts)) if scripts.is_empty() => return Ok(HookEnd::without_scripts(None)),
            Ok(found) => found,
            Err(reason) => return Ok(HookEnd::without_scripts(Some(reason))),
        };
        let log = Archives::script_log(&folder);
        create_log(&log)?;
        let environment = self.environment(event);
        let surroundings = Surroundings {
            revision: &Archives::revision(&folder),
            folder: self.archives.agent_folder(),
            log: &log,
            environment: &environment,
        };
        let (events, instance) = (&self.events, &self.instance.name);
        let tell = |told: Told<'_>| {
            let instance = instance.clone();
            // Nobody listens any more when the deployment was cancelled.
            let _ = events.send(match told {
                Told::Line(line) => DeploymentEvent::Line { instance, event, line: line.to_owned() },
                Told::Note(text) => DeploymentEvent::Note { instance, text },
            });
        };
        hook::run(event, &scripts, &surroundings, &mut self.suspects, tell).await
    }

    /// The scripts of an event, and the folder of the deployment they belong to: the last that was installed for
    /// `ApplicationStop`, this one for the others.
    fn scripts(&mut self, event: &str) -> Result<(PathBuf, Vec<Script>), String> {
        if event == "ApplicationStop" {
            let Some(last) = self.archives.last_installed() else { return Ok((self.folder.clone(), Vec::new())) };
            let scripts = read_appspec(&Archives::revision(&last))?.scripts(event).to_vec();
            return Ok((last, scripts));
        }
        let appspec = match self.appspec.take() {
            Some(appspec) => appspec,
            None => read_appspec(&Archives::revision(&self.folder))?,
        };
        let scripts = appspec.scripts(event).to_vec();
        self.appspec = Some(appspec);
        Ok((self.folder.clone(), scripts))
    }

    fn environment(&self, event: &str) -> BTreeMap<String, OsString> {
        let mut environment: BTreeMap<String, OsString> =
            inherited(&INHERITED).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        environment.extend(self.instance.environment.iter().map(|(name, value)| (name.clone(), value.into())));
        for (name, value) in [
            ("APPLICATION_NAME", self.deployment.application.as_str()),
            ("DEPLOYMENT_GROUP_NAME", &self.deployment.group.name),
            ("DEPLOYMENT_GROUP_ID", &self.deployment.group.id()),
            ("DEPLOYMENT_ID", &self.deployment.id),
            ("LIFECYCLE_EVENT", event),
        ] {
            environment.insert(name.to_owned(), value.into());
        }
        environment.insert("INSTANCE_ROOT".to_owned(), self.instance.root.clone().into());
        environment
    }

    /// Tells which processes keep the output of the script that left them, after giving them time to redirect it.
    async fn note_suspects(&self) {
        let deadline = Instant::now() + REDIRECTED_WITHIN;
        while self.suspects.iter().any(Suspect::holds) && Instant::now() < deadline {
            tokio::time::sleep(REDIRECTED_WITHIN / 10).await;
        }
        for suspect in self.suspects.iter().filter(|suspect| suspect.holds()) {
            // Nobody listens any more when the deployment was cancelled.
            let _ =
                self.events.send(DeploymentEvent::Note { instance: self.instance.name.clone(), text: suspect.note() });
        }
    }

    fn tell_status(&self, event: &'static str, status: Status, message: Option<String>) {
        let instance = self.instance.name.clone();
        // Nobody listens any more when the deployment was cancelled.
        let _ = self.events.send(DeploymentEvent::Lifecycle { instance, event, status, message });
    }
}

fn skipped(event: &'static str) -> LifecycleEventRecord {
    LifecycleEventRecord {
        name: event,
        status: Status::Skipped,
        script: None,
        exit_code: None,
        started: None,
        ended: None,
        code: "Success",
        message: None,
        log_tail: String::new(),
    }
}

fn read_appspec(revision: &Path) -> Result<Appspec, String> {
    let names = ["appspec.yml", "appspec.yaml"];
    let text = names.iter().find_map(|name| std::fs::read_to_string(revision.join(name)).ok()).ok_or_else(|| {
        format!(
            "The CodeDeploy agent did not find an AppSpec file within the unpacked revision directory at \
             revision-relative path \"appspec.yml\". The revision was unpacked to directory \"{}\"",
            revision.display()
        )
    })?;
    Appspec::parse(&text).map_err(|error| format!("appspec.yml: {error}"))
}

fn create_log(log: &Path) -> Result<(), DeployError> {
    if let Some(folder) = log.parent() {
        std::fs::create_dir_all(folder).map_err(DeployError::file(folder))?;
    }
    File::options().create(true).append(true).open(log).map(drop).map_err(DeployError::file(log))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deploy::appspec::SCRIPTED_EVENTS;

    #[test]
    fn every_scripted_event_is_part_of_the_lifecycle() {
        assert!(SCRIPTED_EVENTS.iter().all(|event| IN_PLACE_LIFECYCLE.contains(event)));
    }
}
