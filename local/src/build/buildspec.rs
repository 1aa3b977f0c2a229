//! The build specification, version 0.2.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::reports::{self, ReportSpec};

/// A buildspec. Keys that the local CodeBuild does not carry out are refused by the reader, which names them and their
/// place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Buildspec {
    version: String,
    #[serde(default)]
    pub(super) env: Env,
    pub(super) phases: Phases,
    pub(super) artifacts: Option<Artifact>,
    /// By the report group's name or ARN.
    #[serde(default)]
    pub(super) reports: BTreeMap<String, ReportSpec>,
    /// The local caches are always kept, so this has nothing to add.
    pub(super) cache: Option<IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Env {
    #[serde(default)]
    pub(super) shell: ShellName,
    #[serde(default)]
    pub(super) variables: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) exported_variables: Vec<String>,
}

/// The shells that CodeBuild has on Linux.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub(super) enum ShellName {
    #[default]
    #[serde(rename = "/bin/sh", alias = "sh")]
    Sh,
    #[serde(rename = "bash")]
    Bash,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Phases {
    pub(super) install: Option<Phase>,
    pub(super) pre_build: Option<Phase>,
    pub(super) build: Option<Phase>,
    pub(super) post_build: Option<Phase>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Phase {
    /// The machine has the tools that it has; the log says that this was not followed.
    pub(super) runtime_versions: Option<BTreeMap<String, String>>,
    pub(super) on_failure: Option<OnFailure>,
    #[serde(default)]
    pub(super) commands: Vec<String>,
    #[serde(default)]
    pub(super) finally: Vec<String>,
}

/// What a phase that failed means for the next ones. CodeBuild's way without it: "Build phase transitions".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum OnFailure {
    /// No other phase is entered.
    Abort,
    /// The next phase is entered. AWS does not document the status of the build then; here it stays failed.
    Continue,
}

/// The files of an artifact.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Artifact {
    pub(super) files: Vec<String>,
    pub(super) exclude_paths: Vec<String>,
    pub(super) base_directory: Option<String>,
    pub(super) discard_paths: bool,
    /// A pipeline gives artifacts their keys, so CodeBuild does not use this either.
    #[serde(rename = "name")]
    pub(super) _name: Option<String>,
    /// Further artifacts by identifier; only the primary artifact can have them.
    pub(super) secondary_artifacts: BTreeMap<String, Artifact>,
}

impl Buildspec {
    /// Reads a buildspec. The error is one line, with the place in the text where the reader knows it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let buildspec: Self = serde_saphyr::from_str(text).map_err(|error| error.without_snippet().to_string())?;
        buildspec.check()?;
        Ok(buildspec)
    }

    fn check(&self) -> Result<(), String> {
        if self.version != "0.2" {
            return Err(format!("version is {:?}: the local CodeBuild knows 0.2 alone", self.version));
        }
        if let Some(name) = self.env.exported_variables.iter().find(|name| !is_variable_name(name)) {
            return Err(format!("env.exported-variables: {name:?} is not the name of a variable"));
        }
        reports::check(&self.reports)?;
        let Some(artifacts) = &self.artifacts else { return Ok(()) };
        if artifacts.files.is_empty() && artifacts.secondary_artifacts.is_empty() {
            return Err("artifacts: files is missing".into());
        }
        for (identifier, artifact) in &artifacts.secondary_artifacts {
            if artifact.files.is_empty() {
                return Err(format!("artifacts.secondary-artifacts.{identifier}: files is missing"));
            }
            if !artifact.secondary_artifacts.is_empty() {
                return Err(format!("artifacts.secondary-artifacts.{identifier} cannot have secondary-artifacts"));
            }
        }
        Ok(())
    }
}

fn is_variable_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.bytes().all(allowed) && name.bytes().next().is_some_and(|first| !first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_supported_key_is_read() {
        let text = "
version: 0.2
env:
  shell: bash
  variables: { PORT: 8080, FLAG: yes, NAME: shop }
  exported-variables: [REVISION]
phases:
  install:
    runtime-versions: { rust: 1.94, nodejs: latest }
    commands: [echo one]
  pre_build:
    on-failure: CONTINUE
    commands:
      - |
        echo two
        echo three
    finally: [echo always]
  build:
    commands: ['echo \"four\"']
artifacts:
  files: ['**/*']
  exclude-paths: ['*.tmp']
  base-directory: bundle
  discard-paths: no
  name: shop-$(date)
  secondary-artifacts:
    Report: { files: [report.xml], discard-paths: yes }
reports:
  tests: { files: [report.xml], base-directory: out, discard-paths: no, file-format: JUNITXML }
cache: { paths: [target/**/*] }
";
        let buildspec = Buildspec::parse(text).unwrap();
        assert_eq!(buildspec.env.shell, ShellName::Bash);
        assert_eq!(buildspec.env.variables["PORT"], "8080");
        assert_eq!(buildspec.env.variables["FLAG"], "yes");
        let pre_build = buildspec.phases.pre_build.unwrap();
        assert_eq!((pre_build.commands.len(), pre_build.finally.len()), (1, 1));
        assert_eq!(pre_build.on_failure, Some(OnFailure::Continue));
        let artifacts = buildspec.artifacts.unwrap();
        assert!(!artifacts.discard_paths);
        assert!(artifacts.secondary_artifacts["Report"].discard_paths);
        assert_eq!(buildspec.reports["tests"].base_directory.as_deref(), Some("out"));
        assert!(buildspec.cache.is_some());
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, expected) in [
            ("version: 0.1\nphases: {}", "version is \"0.1\""),
            ("phases: {}", "version"),
            ("version: 0.2", "phases"),
            ("version: 0.2\nphases:\n  biuld:\n    commands: [a]", "biuld"),
            ("version: 0.2\nphases:\n  build:\n    comands: [a]", "line 4"),
            ("version: 0.2\nphases:\n  build:\n    commands: [a]\n    run-as: me", "run-as"),
            ("version: 0.2\nphases:\n  build: { on-failure: RETRY }", "RETRY"),
            ("version: 0.2\nbatch: {}\nphases: {}", "batch"),
            ("version: 0.2\nphases: {}\nenv: { secrets-manager: { A: b } }", "secrets-manager"),
            ("version: 0.2\nphases: {}\nenv: { shell: powershell.exe }", "powershell.exe"),
            ("version: 0.2\nphases: {}\nenv: { exported-variables: ['A-B'] }", "\"A-B\" is not the name"),
            ("version: 0.2\nphases: {}\nartifacts: { base-directory: x }", "files is missing"),
            (
                "version: 0.2\nphases: {}\nartifacts: { files: [a], secondary-artifacts: { B: {} } }",
                "secondary-artifacts.B",
            ),
            ("version: 0.2\nphases: {}\nartifacts: { files: [a], enable-symlinks: yes }", "enable-symlinks"),
            ("version: 0.2\nphases: {}\nphases: {}", "phases"),
            ("version: 0.2\nphases: [", "line"),
            ("", "unexpected end of input"),
        ] {
            let error = Buildspec::parse(text).unwrap_err();
            assert!(error.contains(expected) && !error.contains('\n'), "{text}\n-> {error}");
        }
    }
}
