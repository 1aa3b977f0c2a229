//! A CodeBuild project, from its CloudFormation properties.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::properties::{self, Count, Flag, PropertyError};

const RESOURCE: &str = "AWS::CodeBuild::Project";

/// The limits that AWS sets to `TimeoutInMinutes` and `QueuedTimeoutInMinutes`, and their defaults.
const TIMEOUT: (u32, u32, u32) = (5, 2160, 60);
const QUEUED_TIMEOUT: (u32, u32, u32) = (5, 480, 480);

/// A project of the kind that a pipeline builds with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// The name, when the template gives one.
    pub name: Option<String>,
    /// The role that builds have on AWS.
    pub service_role: String,
    /// Where the build specification is.
    pub buildspec: BuildspecSource,
    /// The image's name, for `CODEBUILD_BUILD_IMAGE`.
    pub image: String,
    /// Whether builds may use Docker.
    pub privileged: bool,
    /// How large the machine is, e.g. `BUILD_GENERAL1_SMALL`.
    pub compute_type: String,
    /// `LINUX_CONTAINER` or `ARM_CONTAINER`.
    pub container: &'static str,
    /// The environment variables of the project.
    pub environment: BTreeMap<String, String>,
    /// How long a build may take.
    pub timeout: Duration,
    /// How long a build may wait for another one of the same sources.
    pub queued_timeout: Duration,
    /// Where its builds log.
    pub logs: Logs,
}

/// Where the builds of a project log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logs {
    /// Whether they do.
    pub enabled: bool,
    /// The log group, when the template gives one; else it is named for the project.
    pub group: Option<String>,
    /// What comes before the build's own part of the stream's name.
    pub stream_prefix: Option<String>,
}

/// Where a build specification is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BuildspecSource {
    /// In the sources, at this path.
    File(String),
    /// In the project itself.
    Inline(String),
}

impl Project {
    /// Reads the resolved properties of an `AWS::CodeBuild::Project`.
    pub fn from_properties(properties: &Value) -> Result<Self, PropertyError> {
        let raw: RawProject = properties::read(RESOURCE, properties)?;
        let buildspec = raw.source.build_spec.unwrap_or_else(|| "buildspec.yml".to_owned());
        if buildspec.starts_with("arn:") {
            let reason = "the local CodeBuild reads it from the sources or from the property itself";
            return Err(unsupported("Source.BuildSpec", &buildspec, reason));
        }
        Ok(Self {
            name: raw.name,
            service_role: raw.service_role,
            buildspec: if buildspec.contains('\n') {
                BuildspecSource::Inline(buildspec)
            } else {
                BuildspecSource::File(buildspec)
            },
            image: raw.environment.image,
            compute_type: raw.environment.compute_type,
            container: match raw.environment.r#type {
                EnvironmentType::LinuxContainer => "LINUX_CONTAINER",
                EnvironmentType::ArmContainer => "ARM_CONTAINER",
            },
            logs: logs(raw.logs_config),
            privileged: raw.environment.privileged_mode.is_some_and(|flag| flag.0),
            environment: variables(raw.environment.environment_variables)?,
            timeout: minutes("TimeoutInMinutes", raw.timeout_in_minutes, TIMEOUT)?,
            queued_timeout: minutes("QueuedTimeoutInMinutes", raw.queued_timeout_in_minutes, QUEUED_TIMEOUT)?,
        })
    }
}

fn variables(raw: Vec<RawVariable>) -> Result<BTreeMap<String, String>, PropertyError> {
    let mut variables = BTreeMap::new();
    for RawVariable { name, value, r#type } in raw {
        if let Some(kind) = r#type.filter(|kind| kind != "PLAINTEXT") {
            let reason = "the local CodeBuild knows PLAINTEXT alone";
            return Err(unsupported("Environment.EnvironmentVariables.Type", &kind, reason));
        }
        variables.insert(name, value);
    }
    Ok(variables)
}

/// Without a word about it, builds log.
fn logs(raw: Option<RawLogs>) -> Logs {
    match raw.and_then(|raw| raw.cloud_watch_logs) {
        None => Logs { enabled: true, group: None, stream_prefix: None },
        Some(RawCloudWatchLogs { status, group_name, stream_name }) => {
            Logs { enabled: matches!(status, LogStatus::Enabled), group: group_name, stream_prefix: stream_name }
        }
    }
}

fn minutes(path: &'static str, given: Option<Count>, limits: (u32, u32, u32)) -> Result<Duration, PropertyError> {
    let (least, most, default) = limits;
    let minutes = given.map_or(default, |count| count.0);
    if minutes < least || minutes > most {
        return Err(unsupported(path, &minutes.to_string(), &format!("give {least} to {most} minutes")));
    }
    Ok(Duration::from_secs(u64::from(minutes) * 60))
}

fn unsupported(path: &'static str, value: &str, reason: &str) -> PropertyError {
    PropertyError::Value { resource: RESOURCE, path, value: format!("{value:?}"), reason: reason.to_owned() }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawProject {
    name: Option<String>,
    #[serde(rename = "Description")]
    _description: Option<String>,
    service_role: String,
    #[serde(rename = "Artifacts")]
    _artifacts: RawArtifacts,
    source: RawSource,
    environment: RawEnvironment,
    logs_config: Option<RawLogs>,
    #[serde(rename = "Cache")]
    _cache: Option<RawCache>,
    timeout_in_minutes: Option<Count>,
    queued_timeout_in_minutes: Option<Count>,
    /// Local artifacts are stored by the engine, which knows the pipeline's key.
    #[serde(rename = "EncryptionKey")]
    _encryption_key: Option<String>,
    #[serde(rename = "Tags")]
    _tags: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawArtifacts {
    #[serde(rename = "Type")]
    _type: FromPipeline,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawSource {
    #[serde(rename = "Type")]
    _type: FromPipeline,
    build_spec: Option<String>,
}

#[derive(Deserialize)]
enum FromPipeline {
    #[serde(rename = "CODEPIPELINE")]
    CodePipeline,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawEnvironment {
    r#type: EnvironmentType,
    compute_type: String,
    image: String,
    privileged_mode: Option<Flag>,
    #[serde(rename = "ImagePullCredentialsType")]
    _image_pull_credentials_type: Option<ImagePullCredentials>,
    #[serde(default)]
    environment_variables: Vec<RawVariable>,
}

/// In whose name an image is pulled, of which none is here.
#[derive(Deserialize)]
enum ImagePullCredentials {
    #[serde(rename = "CODEBUILD")]
    CodeBuild,
    #[serde(rename = "SERVICE_ROLE")]
    ServiceRole,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum EnvironmentType {
    LinuxContainer,
    ArmContainer,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawVariable {
    name: String,
    value: String,
    r#type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawLogs {
    #[serde(rename = "CloudWatchLogs")]
    cloud_watch_logs: Option<RawCloudWatchLogs>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawCloudWatchLogs {
    status: LogStatus,
    group_name: Option<String>,
    stream_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum LogStatus {
    Enabled,
    Disabled,
}

/// Local builds always keep cargo's target folder and their sources, as CodeBuild's local cache may.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawCache {
    #[serde(rename = "Type")]
    _type: CacheType,
    #[serde(rename = "Modes")]
    _modes: Option<Vec<CacheMode>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum CacheType {
    Local,
    NoCache,
}

#[derive(Deserialize)]
enum CacheMode {
    #[serde(rename = "LOCAL_CUSTOM_CACHE")]
    Custom,
    #[serde(rename = "LOCAL_SOURCE_CACHE")]
    Source,
    #[serde(rename = "LOCAL_DOCKER_LAYER_CACHE")]
    DockerLayer,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn properties() -> Value {
        json!({
            "ServiceRole": "arn:aws:iam::123456789012:role/build",
            "Artifacts": {"Type": "CODEPIPELINE"},
            "Source": {"Type": "CODEPIPELINE"},
            "Environment": {"Type": "LINUX_CONTAINER", "ComputeType": "BUILD_GENERAL1_MEDIUM", "Image": "aws/codebuild/standard:7.0"},
        })
    }

    fn with(path: &str, value: Value) -> Value {
        let mut properties = properties();
        let mut target = &mut properties;
        for key in path.split('.') {
            target = &mut target[key];
        }
        *target = value;
        properties
    }

    #[test]
    fn defaults_are_codebuilds() {
        let project = Project::from_properties(&properties()).unwrap();
        assert_eq!(project.buildspec, BuildspecSource::File("buildspec.yml".into()));
        assert_eq!((project.timeout.as_secs(), project.queued_timeout.as_secs()), (3600, 28800));
        assert_eq!(project.name, None);
    }

    #[test]
    fn docker_needs_privileges() {
        for (value, expected) in [
            (json!(null), false),
            (json!(false), false),
            (json!("false"), false),
            (json!(true), true),
            (json!("true"), true),
        ] {
            let project = Project::from_properties(&with("Environment.PrivilegedMode", value.clone())).unwrap();
            assert_eq!(project.privileged, expected, "{value}");
        }
    }

    #[test]
    fn what_the_template_may_use_is_accepted() {
        for (path, value) in [
            ("Name", json!("shop")),
            ("Description", json!("Builds.")),
            ("EncryptionKey", json!("arn:aws:kms:us-east-1:123456789012:key/1")),
            ("Tags", json!([{"Key": "a", "Value": "b"}])),
            ("Cache", json!({"Type": "LOCAL", "Modes": ["LOCAL_CUSTOM_CACHE"]})),
            ("LogsConfig", json!({"CloudWatchLogs": {"Status": "ENABLED", "GroupName": "build"}})),
            ("TimeoutInMinutes", json!("30")),
            ("QueuedTimeoutInMinutes", json!(5)),
            ("Source.BuildSpec", json!("ci/buildspec.yml")),
            ("Environment.EnvironmentVariables", json!([{"Name": "A", "Value": "b"}])),
            ("Environment.ImagePullCredentialsType", json!("SERVICE_ROLE")),
        ] {
            assert!(Project::from_properties(&with(path, value)).is_ok(), "{path}");
        }
        let inline = Project::from_properties(&with("Source.BuildSpec", json!("version: 0.2\nphases: {}\n"))).unwrap();
        assert!(matches!(inline.buildspec, BuildspecSource::Inline(_)));
    }

    #[test]
    fn what_is_unknown_missing_or_not_supported_is_refused_by_name() {
        for (path, value, expected) in [
            ("Environment.PrivilegedMode", json!("maybe"), "property Environment.PrivilegedMode"),
            ("Environment.ImagePullCredentialsType", json!("NOBODY"), "unknown variant `NOBODY`"),
            ("Environment.Fleet", json!({}), "property Environment.Fleet: unknown field"),
            ("VpcConfig", json!({}), "property VpcConfig: unknown field"),
            ("Source.Type", json!("GITHUB"), "property Source.Type: unknown variant `GITHUB`"),
            ("Artifacts.Type", json!("S3"), "unknown variant `S3`, expected `CODEPIPELINE`"),
            ("Source.BuildSpec", json!("arn:aws:s3:::bucket/buildspec.yml"), "property Source.BuildSpec is"),
            ("Environment.Type", json!("WINDOWS_CONTAINER"), "unknown variant `WINDOWS_CONTAINER`"),
            ("Environment.Image", json!(null), "property Environment.Image"),
            ("ServiceRole", json!(null), "property ServiceRole"),
            ("Cache", json!({"Type": "S3", "Location": "x"}), "property Cache"),
            ("TimeoutInMinutes", json!(2161), "is \"2161\": give 5 to 2160 minutes"),
            ("TimeoutInMinutes", json!("soon"), "a whole number"),
            (
                "Environment.EnvironmentVariables",
                json!([{"Name": "A", "Value": "/a", "Type": "PARAMETER_STORE"}]),
                "\"PARAMETER_STORE\": the local CodeBuild knows PLAINTEXT alone",
            ),
        ] {
            let error = Project::from_properties(&with(path, value)).unwrap_err().to_string();
            assert!(error.starts_with("AWS::CodeBuild::Project") && error.contains(expected), "{path}: {error}");
        }
    }
}
