//! What an engine is told when it starts.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::clock::Clock;
use crate::containers::Listener;
use crate::deploy::Instance;
use crate::emulator::RootCredentials;

/// The settings of an engine.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// AWS's waiting times.
    pub clock: Clock,
    /// How often a source is looked at for a new revision. This is time of the wall, whatever the clock's speed.
    pub source_poll_interval: Duration,
    /// Folders of builds, bundles and logs.
    pub work_dir: PathBuf,
    /// What outlives a run, such as the builds' cache.
    pub cache_dir: PathBuf,
    /// Further variables of builds, such as the marker of the run.
    pub build_environment: BTreeMap<String, String>,
    /// The instances that CodeDeploy finds.
    pub instances: Vec<Instance>,
    /// The folder of the local registry of images.
    pub images: PathBuf,
    /// The services that ECS has.
    pub services: Vec<EcsService>,
}

/// An ECS service of the local system: where its traffic goes, and what its tasks get besides their task definition.
#[derive(Debug, Clone)]
pub struct EcsService {
    /// The cluster's name.
    pub cluster: String,
    /// The service's name.
    pub service: String,
    /// The listener of the customers.
    pub production: Listener,
    /// The listener of the tests.
    pub test: Listener,
    /// The ARN by which the template knows the production listener.
    pub production_listener_arn: String,
    /// The ARN by which the template knows the test listener.
    pub test_listener_arn: String,
    /// The names of the two target groups.
    pub target_groups: [String; 2],
    /// Further variables of every task, such as the database's URL and the marker of the run.
    pub task_environment: BTreeMap<String, String>,
}

/// How the emulator is reached. It starts after the engine, because it is told the engine's address.
#[derive(Debug, Clone)]
pub struct EmulatorAccess {
    /// The endpoint of every AWS service, e.g. `http://127.0.0.1:4566`.
    pub endpoint: String,
    /// Where sessions of roles are handed out, e.g. `http://127.0.0.1:4567`.
    pub role_session_url: String,
    /// The account's root credentials, used to ask IAM for its decisions, and to read task definitions as ECS itself does.
    pub root: RootCredentials,
}
