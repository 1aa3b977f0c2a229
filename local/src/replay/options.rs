//! What a replay needs to know, and the binaries that it runs.

use std::path::{Path, PathBuf};

use super::{Build, ReplayError, Shop};

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

impl ReplayOptions {
    /// The folder of the example shop.
    pub(super) fn storefront(&self) -> PathBuf {
        self.root.join("examples/storefront")
    }

    /// The binary of the function in this package.
    pub(super) async fn function(
        &self,
        package: &str,
        progress: &mut impl FnMut(&str),
    ) -> Result<PathBuf, ReplayError> {
        match &self.function {
            Some(path) => Ok(path.clone()),
            None => build(&self.root.join("Cargo.toml"), None, package, progress).await,
        }
    }

    /// A running shop.
    pub(super) async fn shop(&self, progress: &mut impl FnMut(&str)) -> Result<Shop, ReplayError> {
        let sources = self.storefront();
        let binary = if let Some(path) = &self.shop {
            path.clone()
        } else {
            // Its manifest stands alone; the target folder is ours.
            let target = Some(self.root.join("target"));
            build(&sources.join("Cargo.toml"), target, "storefront", progress).await?
        };
        progress("starting the shop");
        Shop::start(&binary, &sources).await
    }
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
