//! Why it happened.

use serde::{Deserialize, Serialize};

/// Why it happened: one thing that went wrong, with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// An action failed.
    Action {
        /// Its name.
        action: String,
        /// Such as `CodeBuild`.
        #[serde(default)]
        provider: Option<String>,
        /// Such as `JobFailed`.
        #[serde(default)]
        code: Option<String>,
        /// What the action says.
        #[serde(default)]
        message: Option<String>,
    },
    /// A build failed.
    Build {
        /// The project.
        project: String,
        /// The phase, such as `BUILD`.
        #[serde(default)]
        phase: Option<String>,
        /// What CodeBuild says, such as the command and its exit status.
        #[serde(default)]
        message: Option<String>,
        /// The tests that failed, a line each.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tests: Vec<String>,
        /// The last lines of the log.
        #[serde(default)]
        log: Vec<String>,
    },
    /// A lifecycle event of a deployment failed.
    Lifecycle {
        /// Such as `ValidateService`.
        event: String,
        /// The instance, service or function.
        #[serde(default)]
        target: Option<String>,
        /// The script.
        #[serde(default)]
        script: Option<String>,
        /// Such as `ScriptFailed`.
        #[serde(default)]
        code: Option<String>,
        /// What CodeDeploy says.
        #[serde(default)]
        message: Option<String>,
        /// The last lines of the script's output.
        #[serde(default)]
        log: Vec<String>,
    },
    /// Checks of a smoke suite failed.
    Checks {
        /// How many checks were chosen.
        of: usize,
        /// Those that failed.
        failed: Vec<FailedCheck>,
    },
    /// An alarm is on.
    Alarm {
        /// Its name.
        name: String,
        /// What it looks at, in words.
        #[serde(default)]
        metric: Option<String>,
        /// What CloudWatch says.
        #[serde(default)]
        message: Option<String>,
    },
    /// Something else.
    Text {
        /// What.
        text: String,
    },
}

/// A check that failed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FailedCheck {
    /// Its name.
    pub name: String,
    /// The step's request, such as `POST /api/orders`.
    pub request: Option<String>,
    /// What was expected and what came, such as `expected status 201, got 500`.
    pub message: String,
}
