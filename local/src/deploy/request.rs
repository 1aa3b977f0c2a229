//! A deployment to carry out.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::DeploymentGroup;

/// A revision for the instances of a group.
#[derive(Debug, Clone)]
pub struct DeploymentRequest {
    /// The deployment's id as CodeDeploy gives it: `d-` and nine letters or digits.
    pub deployment_id: String,
    /// The application's name.
    pub application: String,
    /// The deployment group.
    pub group: DeploymentGroup,
    /// The revision: a zip archive with `appspec.yml` at its top.
    pub bundle_zip: PathBuf,
    /// Every instance there is; the group's tag filters choose among them.
    pub instances: Vec<Instance>,
}

/// An instance: a folder of this machine that stands for a host's root folder.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Its name in records and events.
    pub name: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Its root folder. Scripts get it as `INSTANCE_ROOT`; destinations of the appspec are below it.
    pub root: PathBuf,
    /// Further variables of its scripts, such as the marker of the run.
    pub environment: BTreeMap<String, String>,
}
