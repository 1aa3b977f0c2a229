//! A task: an image's entrypoint as a process of this machine.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::Command;

use super::health;
use super::image::copy_tree;
use super::{Image, ImageError};
use crate::archive::relative;
use crate::port::ReservedPort;
use crate::process::Group;

/// How long a task may take to end by itself. ECS gives it 30 seconds (`stopTimeout`); what runs here has nothing to
/// drain.
const GRACE: Duration = Duration::from_secs(5);

/// Where a container looks for programs unless its image says otherwise, as Docker sets it.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// What a task gets besides its image.
#[derive(Debug, Clone, Default)]
pub struct TaskSettings {
    /// The variables of the task definition and of the place where it runs. They replace the image's.
    pub environment: BTreeMap<String, String>,
    /// The task's own folder: its copy of the image's files, and its log.
    pub folder: PathBuf,
}

/// A running task. It is killed when the value is dropped.
#[derive(Debug)]
pub struct Task {
    group: Group,
    port: ReservedPort,
    log: PathBuf,
}

/// Why a task does not run, or not well.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// There is no such image.
    #[error(
        "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref {image}: {source}"
    )]
    NoImage {
        /// The image as the task definition names it.
        image: String,
        /// What is wrong with it.
        source: ImageError,
    },
    /// The image has nothing to start.
    #[error("CannotStartContainerError: the image names no ENTRYPOINT and no CMD")]
    NoEntrypoint,
    /// The program is not in the image.
    #[error(
        "CannotStartContainerError: {program} is no program in the image's files: COPY it there, with the permission to \
         run it (nothing of the base image exists here)"
    )]
    NoProgram {
        /// The program as the image names it.
        program: String,
    },
    /// A file, a port or a process could not be had.
    #[error("the task could not be started: {path}: {source}")]
    Start {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The process has ended.
    #[error("Essential container in task exited: {status}; its log {log} ends with:\n{tail}", log = log.display())]
    Ended {
        /// How it ended.
        status: ExitStatus,
        /// The log file.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
    /// It did not answer as it should in time.
    #[error(
        "Task failed container health checks: GET {path} did not answer 200 within {} s, the last time it was: {last}; \
         its log {log} ends with:\n{tail}", within.as_secs_f32(), log = log.display()
    )]
    Unhealthy {
        /// What was asked for.
        path: String,
        /// How long it was tried.
        within: Duration,
        /// What came of the last try.
        last: String,
        /// The log file.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
}

impl Task {
    /// Starts the image's entrypoint with a copy of the image's files, as a container has its own. The process finds its
    /// address in `HOST` and `PORT`.
    ///
    /// A process has no root folder of its own here: absolute paths in the entrypoint's words and in the image's variables
    /// are turned into paths of the copy when they exist there. The image's user is not changed to.
    pub async fn start(image: &Image, settings: TaskSettings) -> Result<Self, TaskError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| TaskError::Start { path, source }
        };
        let folder = std::path::absolute(&settings.folder).map_err(failed(&settings.folder))?;
        let (from, root) = (image.root(), folder.join("root"));
        let copied = {
            let root = root.clone();
            tokio::task::spawn_blocking(move || copy_tree(&from, &root)).await
        };
        copied.map_err(std::io::Error::other).and_then(|copied| copied).map_err(failed(&root))?;
        let inside = Inside { root, working_dir: image.working_dir().to_owned() };

        let mut environment = BTreeMap::from([("PATH".to_owned(), PATH.to_owned())]);
        environment.extend(image.environment().iter().map(|(name, value)| (name.clone(), inside.word(value))));
        environment.extend(settings.environment);
        let entrypoint = image.entrypoint();
        let (program, arguments) = entrypoint.split_first().ok_or(TaskError::NoEntrypoint)?;
        let program =
            inside.program(program, image).ok_or_else(|| TaskError::NoProgram { program: (*program).to_owned() })?;
        let port = ReservedPort::take().map_err(failed(&folder))?;
        let log = folder.join("task.log");
        let output = std::fs::File::create(&log).map_err(failed(&log))?;
        let group = Group::spawn(
            Command::new(&program)
                .args(arguments.iter().map(|argument| inside.word(argument)))
                .current_dir(inside.folder())
                .env_clear()
                .envs(environment)
                .env("HOST", "127.0.0.1")
                .env("PORT", port.number().to_string())
                .stdin(Stdio::null())
                .stdout(output.try_clone().map_err(failed(&log))?)
                .stderr(output),
        )
        .await
        .map_err(failed(&program))?;
        Ok(Self { group, port, log })
    }

    /// Where it listens, once it does.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.port.address()
    }

    /// Everything that it writes.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Waits until `GET path` answers 200. Fails when the process ends or the time is over.
    pub async fn healthy(&mut self, path: &str, within: Duration) -> Result<(), TaskError> {
        let ended = tokio::select! {
            biased;
            ended = self.group.wait() => ended,
            answer = health::until_healthy(self.port.address(), path, within) => {
                return answer.map_err(|last| TaskError::Unhealthy {
                    path: path.to_owned(),
                    within,
                    last,
                    log: self.log.clone(),
                    tail: self.tail(),
                });
            }
        };
        let status = ended.map_err(|source| TaskError::Start { path: self.log.clone(), source })?;
        Err(TaskError::Ended { status, log: self.log.clone(), tail: self.tail() })
    }

    /// Asks the process to end, and kills it when it does not.
    pub async fn stop(mut self) {
        self.group.end(GRACE).await;
    }

    fn tail(&self) -> String {
        crate::emulator::tail(&self.log)
    }
}

/// A container's view of its files.
struct Inside {
    root: PathBuf,
    working_dir: String,
}

impl Inside {
    /// The folder in which the program starts.
    fn folder(&self) -> PathBuf {
        relative(&self.working_dir).map_or_else(|| self.root.clone(), |inside| self.root.join(inside))
    }

    /// A word of the entrypoint or the environment: a path of the copy when it is an absolute one that exists there.
    fn word(&self, word: &str) -> String {
        let path = Some(word).filter(|word| word.starts_with('/')).and_then(relative);
        let found = path.map(|inside| self.root.join(inside)).filter(|path| path.exists());
        found.map_or_else(|| word.to_owned(), |path| path.display().to_string())
    }

    /// The program, which has to be in the copy: by its path, or by its name in a folder of the image's `PATH`.
    fn program(&self, program: &str, image: &Image) -> Option<PathBuf> {
        let runs =
            |path: &PathBuf| path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0);
        let whole = |folder: &Path| folder.join(program).to_str().and_then(relative).map(|path| self.root.join(path));
        if program.contains('/') {
            return whole(Path::new(&self.working_dir)).filter(runs);
        }
        let folders = image.environment().get("PATH").map_or(PATH, String::as_str);
        folders.split(':').filter_map(|folder| whole(Path::new(folder))).find(runs)
    }
}

#[cfg(test)]
mod tests;
