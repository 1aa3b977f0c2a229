//! Where things lie: the checkout, its tools, and the folders the local system writes to.

use std::path::{Path, PathBuf};

/// A checkout of Launchway.
#[derive(Debug, Clone)]
pub struct Project {
    root: PathBuf,
}

/// Why a folder is not a usable checkout.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// The folder has no template.
    #[error("{0} is not a checkout of Launchway (it has no template.yaml): run from the checkout, or give --root")]
    NoTemplate(PathBuf),
    /// A tool has not been installed.
    #[error("{tool} is not installed at {path}: run `make tools`")]
    NoTool {
        /// The tool's name.
        tool: &'static str,
        /// Where it should be.
        path: PathBuf,
    },
}

impl Project {
    /// Opens the checkout at `root`.
    pub fn open(root: &Path) -> Result<Self, ProjectError> {
        let root = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
        if root.join("template.yaml").is_file() { Ok(Self { root }) } else { Err(ProjectError::NoTemplate(root)) }
    }

    /// The checkout's folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The template that is deployed unless another is asked for.
    #[must_use]
    pub fn template(&self) -> PathBuf {
        self.root.join("template.yaml")
    }

    /// The configurations of `sam deploy`.
    #[must_use]
    pub fn samconfig(&self) -> PathBuf {
        self.root.join("samconfig.toml")
    }

    /// The example application.
    #[must_use]
    pub fn storefront(&self) -> PathBuf {
        self.root.join("examples/storefront")
    }

    /// Everything the local system writes, inside cargo's target folder.
    #[must_use]
    pub fn output(&self) -> PathBuf {
        self.root.join("target/launchway")
    }

    /// The list of what each role may do.
    #[must_use]
    pub fn permissions_page(&self) -> PathBuf {
        self.root.join("docs/permissions.md")
    }

    /// Why something is allowed that no run shows.
    #[must_use]
    pub fn unseen_permissions(&self) -> PathBuf {
        self.root.join("docs/permissions-unseen.yaml")
    }

    /// What a build may keep from one run to the next: unpacked sources and cargo's target folder.
    #[must_use]
    pub fn build_cache(&self) -> PathBuf {
        self.output().join("cache")
    }

    /// The folder of the launcher's Python files.
    #[must_use]
    pub fn launcher(&self) -> PathBuf {
        self.root.join("local/emulator/launcher.py")
    }

    /// The Python that has the emulator.
    pub fn emulator_python(&self) -> Result<PathBuf, ProjectError> {
        tool("the AWS emulator", self.root.join(".venv/emulator/bin/python"))
    }

    /// The Python that has the AWS command line.
    pub fn aws_python(&self) -> Result<PathBuf, ProjectError> {
        tool("the AWS command line", self.root.join(".venv/aws/bin/python"))
    }

    /// The folder of CloudFormation's resource schemas, which cfn-lint ships.
    pub fn resource_schemas(&self) -> Result<PathBuf, ProjectError> {
        let library = self.root.join(".venv/sam/lib");
        let versions = std::fs::read_dir(&library).into_iter().flatten().flatten().map(|entry| entry.path());
        let folder = |python: PathBuf| python.join("site-packages/cfnlint/data/schemas");
        let found = versions.map(folder).find(|schemas| schemas.is_dir());
        found.ok_or(ProjectError::NoTool {
            tool: "cfn-lint, which has CloudFormation's resource schemas",
            path: library,
        })
    }

    /// The folder with `sam` and `cargo-lambda`.
    pub fn sam_tools(&self) -> Result<PathBuf, ProjectError> {
        let folder = self.root.join(".venv/sam/bin");
        tool("the SAM CLI", folder.join("sam")).map(|_| folder)
    }
}

fn tool(tool: &'static str, path: PathBuf) -> Result<PathBuf, ProjectError> {
    if path.exists() { Ok(path) } else { Err(ProjectError::NoTool { tool, path }) }
}
