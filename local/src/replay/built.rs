//! Binaries as cargo builds them.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;
use uuid::Uuid;

use crate::process::forget_cargo;

/// The folder, beside the programs that cargo made, of those that are kept.
const KEPT: &str = "kept";
/// How often a program is built that is taken away before it can be kept.
const BUILDS: u32 = 3;

/// Why a binary could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Cargo could not be started.
    #[error("cannot start cargo: {0}; install Rust")]
    Start(#[source] std::io::Error),
    /// Cargo's output ended early.
    #[error("cannot read what cargo prints: {0}")]
    Output(#[source] std::io::Error),
    /// The build failed.
    #[error("cargo could not build {binary:?} of {manifest}:\n{output}", manifest = .manifest.display())]
    Failed {
        /// The binary asked for.
        binary: String,
        /// The manifest that has it.
        manifest: PathBuf,
        /// What cargo printed.
        output: String,
    },
    /// The binary is there and cannot be linked.
    #[error("{program} cannot be linked into the folder {KEPT:?} beside it: {source}", program = .program.display())]
    Keep {
        /// The binary.
        program: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The build succeeded and made no such binary.
    #[error("{manifest} has no binary {binary:?}", manifest = .manifest.display())]
    NoBinary {
        /// The binary asked for.
        binary: String,
        /// The manifest that does not have it.
        manifest: PathBuf,
    },
}

/// A binary to build.
#[derive(Debug, Clone)]
pub struct Build {
    /// The manifest of its package, or of the workspace.
    pub manifest: PathBuf,
    /// The package's name.
    pub package: String,
    /// The binary's name.
    pub binary: String,
    /// Cargo's profile: `dev`, `release`, or another of the manifest.
    pub profile: String,
    /// Where cargo builds, when not beside the manifest.
    pub target: Option<PathBuf>,
}

impl Build {
    /// Builds the binary, which takes no time when nothing changed, and gives its path. Each line that cargo prints goes
    /// to `on_line`.
    ///
    /// It is none of the paths that cargo knows: from there `sam build` moves programs away, which another run may do now.
    pub async fn run(&self, mut on_line: impl FnMut(&str)) -> Result<PathBuf, BuildError> {
        let mut builds = BUILDS;
        loop {
            builds -= 1;
            let program = self.cargo(&mut on_line).await?;
            match keep(&program) {
                Err(error) if error.kind() == ErrorKind::NotFound && builds > 0 => {}
                kept => return kept.map_err(|source| BuildError::Keep { program, source }),
            }
        }
    }

    async fn cargo(&self, on_line: &mut impl FnMut(&str)) -> Result<PathBuf, BuildError> {
        let mut command = Command::new("cargo");
        command
            .args(["build", "--locked", "--message-format=json-render-diagnostics", "--color=never", "--manifest-path"])
            .arg(&self.manifest)
            .args(["--package", &self.package, "--bin", &self.binary, "--profile", &self.profile])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        forget_cargo(&mut command);
        if let Some(target) = &self.target {
            command.arg("--target-dir").arg(target);
        }
        let mut child = command.spawn().map_err(BuildError::Start)?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let messages = async {
            let mut text = String::new();
            if let Some(mut stdout) = stdout {
                stdout.read_to_string(&mut text).await?;
            }
            Ok::<_, std::io::Error>(text)
        };
        let progress = async {
            let mut output = String::new();
            if let Some(stderr) = stderr {
                let mut lines = BufReader::new(stderr).lines();
                while let Some(line) = lines.next_line().await? {
                    on_line(line.trim());
                    output.push_str(&line);
                    output.push('\n');
                }
            }
            Ok(output)
        };
        let (messages, output) = tokio::try_join!(messages, progress).map_err(BuildError::Output)?;
        let status = child.wait().await.map_err(BuildError::Output)?;
        if !status.success() {
            let (binary, manifest) = (self.binary.clone(), self.manifest.clone());
            return Err(BuildError::Failed { binary, manifest, output });
        }
        executable(&messages, &self.binary)
            .ok_or_else(|| BuildError::NoBinary { binary: self.binary.clone(), manifest: self.manifest.clone() })
    }
}

/// Gives a program a second name that it keeps when the first is taken away or given to a later build.
fn keep(program: &Path) -> std::io::Result<PathBuf> {
    let name = program.file_name().ok_or(ErrorKind::InvalidInput)?;
    let folder = program.with_file_name(KEPT);
    std::fs::create_dir_all(&folder)?;
    let (link, kept) = (folder.join(Uuid::new_v4().to_string()), folder.join(name));
    std::fs::hard_link(program, &link)?;
    std::fs::rename(&link, &kept)?;
    // Where both were the same file already, nothing was renamed.
    match std::fs::remove_file(&link) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(kept),
    }
}

/// The path that cargo's messages (one JSON object a line) give for a binary.
fn executable(messages: &str, binary: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["reason"] == "compiler-artifact" && message["target"]["name"] == binary)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_the_one_of_the_binary() {
        let library = r#"{"reason":"compiler-artifact","target":{"name":"shop"},"executable":null}"#;
        let binary = r#"{"reason":"compiler-artifact","target":{"name":"shop"},"executable":"/t/debug/shop"}"#;
        let other = r#"{"reason":"compiler-artifact","target":{"name":"tool"},"executable":"/t/debug/tool"}"#;
        let finished = r#"{"reason":"build-finished","success":true}"#;
        let cases = [
            (vec![library, other, binary, finished], Some("/t/debug/shop")),
            (vec![library, other, finished], None),
            (vec!["not JSON", binary], Some("/t/debug/shop")),
            (vec![], None),
        ];
        for (messages, expected) in cases {
            assert_eq!(executable(&messages.join("\n"), "shop"), expected.map(PathBuf::from), "{messages:?}");
        }
    }

    #[test]
    fn a_program_is_kept_when_its_first_name_is_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("shop");
        assert_eq!(keep(&program).unwrap_err().kind(), ErrorKind::NotFound);
        for version in ["first", "first", "second"] {
            std::fs::write(&program, version).unwrap();
            for _ in 0..2 {
                assert_eq!(keep(&program).unwrap(), folder.path().join(KEPT).join("shop"));
            }
            std::fs::remove_file(&program).unwrap();
            assert_eq!(std::fs::read_to_string(folder.path().join(KEPT).join("shop")).unwrap(), version);
        }
        assert_eq!(std::fs::read_dir(folder.path().join(KEPT)).unwrap().count(), 1);
    }

    #[tokio::test]
    async fn a_package_that_is_not_there_is_an_error_with_cargos_words() {
        let build = Build {
            manifest: "/nowhere/Cargo.toml".into(),
            package: "shop".to_owned(),
            binary: "shop".to_owned(),
            profile: "dev".to_owned(),
            target: None,
        };
        let error = build.run(|_| {}).await.unwrap_err().to_string();
        assert!(error.contains("/nowhere/Cargo.toml") && error.contains("does not exist"), "{error}");
    }
}
