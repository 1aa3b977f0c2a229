//! The application specification of the EC2/on-premises platform, version 0.0.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use crate::archive::relative;

/// The events whose scripts run in an in-place deployment without a load balancer.
pub(super) const SCRIPTED_EVENTS: [&str; 5] =
    ["ApplicationStop", "BeforeInstall", "AfterInstall", "ApplicationStart", "ValidateService"];

/// Events that an appspec may have scripts for, but that only a load balancer brings about.
const TRAFFIC_EVENTS: [&str; 4] =
    ["BeforeBlockTraffic", "AfterBlockTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"];

/// The agent's limit for a script that has none of its own, in seconds.
const DEFAULT_TIMEOUT: u64 = 3600;

/// An appspec whose paths are checked: none leaves the revision or the instance.
#[derive(Debug)]
pub(super) struct Appspec {
    pub(super) files: Vec<FileMapping>,
    pub(super) file_exists_behavior: FileExistsBehavior,
    hooks: BTreeMap<String, Vec<Script>>,
}

/// A file or folder of the revision, and where it goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FileMapping {
    /// Relative to the revision; empty for all of it.
    pub(super) source: PathBuf,
    /// Relative to the instance's root folder: the folder that gets the file, or the content of the folder.
    pub(super) destination: PathBuf,
}

/// What happens to a file that is there and was not installed by the last deployment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum FileExistsBehavior {
    /// The deployment fails.
    #[default]
    Disallow,
    /// It is replaced.
    Overwrite,
    /// It stays.
    Retain,
}

/// A script of a lifecycle event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Script {
    /// As the appspec names it, for records.
    pub(super) location: String,
    /// Relative to the revision.
    pub(super) path: PathBuf,
    /// In seconds.
    pub(super) timeout: u64,
    pub(super) runas: Option<String>,
}

impl Appspec {
    /// Reads an appspec. The error is one line.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let raw: RawAppspec = serde_saphyr::from_str(text).map_err(|error| error.without_snippet().to_string())?;
        if raw.version != "0.0" {
            return Err(format!("version is {:?}: specify 0.0", raw.version));
        }
        if !raw.permissions.is_empty() {
            return Err("permissions: the local CodeDeploy does not set them, set them in a script instead".into());
        }
        Ok(Self {
            files: raw.files.into_iter().map(mapping).collect::<Result<_, _>>()?,
            file_exists_behavior: raw.file_exists_behavior.unwrap_or_default(),
            hooks: raw.hooks.into_iter().map(hook).collect::<Result<_, _>>()?,
        })
    }

    /// The scripts of a lifecycle event.
    pub(super) fn scripts(&self, event: &str) -> &[Script] {
        self.hooks.get(event).map_or(&[], Vec::as_slice)
    }
}

fn mapping(raw: RawFile) -> Result<FileMapping, String> {
    let RawFile { source, destination } = raw;
    if !destination.starts_with('/') {
        return Err(format!("files: destination {destination:?} is not a path from the root folder: begin it with /"));
    }
    let outside = |path: &str| format!("files: {path:?} leaves its folder with ..");
    Ok(FileMapping {
        source: relative(&source).ok_or_else(|| outside(&source))?,
        destination: relative(&destination).ok_or_else(|| outside(&destination))?,
    })
}

fn hook((event, scripts): (String, Vec<RawScript>)) -> Result<(String, Vec<Script>), String> {
    if !SCRIPTED_EVENTS.contains(&event.as_str()) && !TRAFFIC_EVENTS.contains(&event.as_str()) {
        return Err(format!("hooks: {event} is not a lifecycle event that runs scripts"));
    }
    let scripts = scripts.into_iter().map(|raw| script(&event, raw)).collect::<Result<_, _>>()?;
    Ok((event, scripts))
}

fn script(event: &str, raw: RawScript) -> Result<Script, String> {
    let location = raw.location.trim().to_owned();
    let path = relative(&location).filter(|path| !path.as_os_str().is_empty());
    let path = path.ok_or_else(|| format!("hooks.{event}: location {location:?} is not a file of the revision"))?;
    let timeout = raw.timeout.unwrap_or(DEFAULT_TIMEOUT);
    if timeout == 0 {
        return Err(format!("hooks.{event}: timeout of {location} is 0: give seconds, at least 1"));
    }
    Ok(Script { location, path, timeout, runas: raw.runas })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAppspec {
    version: String,
    #[serde(rename = "os")]
    _os: Os,
    #[serde(default)]
    files: Vec<RawFile>,
    file_exists_behavior: Option<FileExistsBehavior>,
    #[serde(default)]
    permissions: Vec<serde::de::IgnoredAny>,
    #[serde(default)]
    hooks: BTreeMap<String, Vec<RawScript>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Os {
    Linux,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    source: String,
    destination: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScript {
    location: String,
    timeout: Option<u64>,
    runas: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_supported_key_is_read() {
        let text = "
version: 0.0
os: linux
files:
  - source: /
    destination: /opt/shop
  - source: config/shop.conf
    destination: /etc
file_exists_behavior: OVERWRITE
hooks:
  ApplicationStop:
    - location: scripts/stop.sh
      timeout: 30
      runas: root
    - location: /scripts/clean.sh
  BeforeAllowTraffic:
    - location: scripts/warm.sh
";
        let appspec = Appspec::parse(text).unwrap();
        assert_eq!(appspec.files[0], FileMapping { source: "".into(), destination: "opt/shop".into() });
        assert_eq!(appspec.files[1], FileMapping { source: "config/shop.conf".into(), destination: "etc".into() });
        assert_eq!(appspec.file_exists_behavior, FileExistsBehavior::Overwrite);
        let [stop, clean] = appspec.scripts("ApplicationStop") else { panic!("two scripts") };
        assert_eq!((stop.timeout, stop.runas.as_deref()), (30, Some("root")));
        assert_eq!((clean.timeout, clean.path.to_str()), (3600, Some("scripts/clean.sh")));
        assert!(appspec.scripts("ValidateService").is_empty());
        assert_eq!(
            Appspec::parse("version: 0.0\nos: linux").unwrap().file_exists_behavior,
            FileExistsBehavior::Disallow
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (rest, expected) in [
            ("permissions: [{object: /opt}]", "permissions: the local CodeDeploy"),
            ("resources: []", "resources"),
            ("files: [{source: a}]", "destination"),
            ("files: [{source: a, destination: opt}]", "destination \"opt\""),
            ("files: [{source: ../a, destination: /opt}]", "\"../a\" leaves"),
            ("files: [{source: a, destination: /opt/../../etc}]", "leaves its folder"),
            ("file_exists_behavior: KEEP", "KEEP"),
            ("hooks: {Install: [{location: a}]}", "hooks: Install is not"),
            ("hooks: {ApplicationStrat: []}", "ApplicationStrat is not"),
            ("hooks: {BeforeInstall: [{timeout: 3}]}", "location"),
            ("hooks: {BeforeInstall: [{location: ' '}]}", "location \"\""),
            ("hooks: {BeforeInstall: [{location: ../x.sh}]}", "not a file of the revision"),
            ("hooks: {BeforeInstall: [{location: a, timeout: 0}]}", "timeout of a is 0"),
            ("hooks: {BeforeInstall: [{location: a, timeout: soon}]}", "line 3"),
            ("hooks: {BeforeInstall: [{location: a, sudo: true}]}", "sudo"),
        ] {
            let error = Appspec::parse(&format!("version: 0.0\nos: linux\n{rest}")).unwrap_err();
            assert!(error.contains(expected) && !error.contains('\n'), "{rest} -> {error}");
        }
        for (text, expected) in [
            ("version: 0.1\nos: linux", "version is \"0.1\""),
            ("version: 0.0\nos: windows", "windows"),
            ("version: 0.0", "os"),
            ("os: linux", "version"),
            ("version: [", "line"),
        ] {
            let error = Appspec::parse(text).unwrap_err();
            assert!(error.contains(expected), "{text} -> {error}");
        }
    }
}
