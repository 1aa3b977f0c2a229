//! The binaries under test, as cargo builds them for development.

use std::path::{Path, PathBuf};

use launchway::replay::Build;
use tokio::sync::OnceCell;

static SMOKE_TEST: OnceCell<PathBuf> = OnceCell::const_new();
static DEPLOY_HOOK: OnceCell<PathBuf> = OnceCell::const_new();
static STAGE_ALERT: OnceCell<PathBuf> = OnceCell::const_new();
static JOB_CLOSER: OnceCell<PathBuf> = OnceCell::const_new();

/// A function under test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binary {
    /// The smoke test.
    SmokeTest,
    /// A function on the same libraries that misbehaves as its parameters tell it to.
    Panicking,
    /// The lifecycle hook.
    DeployHook,
    /// A hook on the same libraries that misbehaves as its environment tells it to.
    MisbehavingHook,
    /// The closer of jobs and hooks.
    JobCloser,
    /// The alerts.
    StageAlert,
}

impl Binary {
    /// Its path. Binaries of other packages are built once in this process, by the first test that needs them; cargo
    /// has let go of its lock before it runs tests.
    pub(crate) async fn path(self) -> &'static Path {
        match self {
            Self::SmokeTest => SMOKE_TEST.get_or_init(|| built("smoke-test")).await,
            Self::DeployHook => DEPLOY_HOOK.get_or_init(|| built("deploy-hook")).await,
            Self::JobCloser => JOB_CLOSER.get_or_init(|| built("job-closer")).await,
            Self::StageAlert => STAGE_ALERT.get_or_init(|| built("stage-alert")).await,
            Self::MisbehavingHook => Path::new(env!("CARGO_BIN_EXE_misbehaving-hook")),
            Self::Panicking => Path::new(env!("CARGO_BIN_EXE_panicking-function")),
        }
    }
}

async fn built(package: &str) -> PathBuf {
    let build = Build {
        manifest: checkout().join("Cargo.toml"),
        package: package.to_owned(),
        binary: package.to_owned(),
        profile: "dev".to_owned(),
        target: None,
    };
    build.run(|_| {}).await.expect("the function is built")
}

/// The folder of the checkout.
pub(crate) fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
