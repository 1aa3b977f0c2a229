//! The environment of a build's commands.

use std::collections::BTreeMap;
use std::ffi::OsString;

use super::run::{BuildRequest, Folders};
use super::sources::Sources;
use crate::process::inherited;

/// What a build gets of this machine's environment: where programs are, and where cargo and rustup keep their files.
const INHERITED: [&str; 4] = ["PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME"];

/// The region when neither the pipeline nor the project names one.
const DEFAULT_REGION: &str = "us-east-1";

/// The variables that a build's shell starts with. Later sources replace earlier ones, as in CodeBuild: the buildspec,
/// the project, the pipeline's action. Nobody replaces what identifies the build and its sources, and
/// where AWS is.
pub(super) fn variables(
    request: &BuildRequest,
    buildspec: &BTreeMap<String, String>,
    sources: &Sources,
    folders: Folders<'_>,
) -> BTreeMap<String, OsString> {
    let mut variables: BTreeMap<String, OsString> =
        inherited(&INHERITED).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let mut set = |name: &str, value: &str| variables.insert(name.to_owned(), value.into());
    set("CODEBUILD_INITIATOR", "codepipeline");
    set("CODEBUILD_BUILD_NUMBER", "1");
    set("CODEBUILD_BUILD_IMAGE", &request.project.image);
    variables.insert("CARGO_TARGET_DIR".into(), sources.cargo_target().into());
    variables.insert("LAUNCHWAY_IMAGES".into(), request.images.clone().into());
    if request.project.privileged {
        // Without privileges CodeBuild's container has no Docker to speak to.
        variables.insert("LAUNCHWAY_DOCKER".into(), folders.scratch.join("docker").into());
    }
    for source in [&request.access.variables(), buildspec, &request.project.environment, &request.environment] {
        variables.extend(source.iter().map(|(name, value)| (name.clone(), value.into())));
    }

    let region = variables.entry("AWS_REGION".into()).or_insert_with(|| DEFAULT_REGION.into()).clone();
    variables.entry("AWS_DEFAULT_REGION".into()).or_insert_with(|| region.clone());
    let account = request.project.service_role.split(':').nth(4).unwrap_or_default();
    let arn = format!("arn:aws:codebuild:{}:{account}:build/{}", region.display(), request.build_id);
    for (name, value) in [
        ("CODEBUILD_BUILD_ID", request.build_id.as_str()),
        ("CODEBUILD_BUILD_ARN", &arn),
        ("CODEBUILD_RESOLVED_SOURCE_VERSION", &request.resolved_source_version),
        ("CODEBUILD_BUILD_SUCCEEDING", "1"),
        ("AWS_ENDPOINT_URL", &request.access.endpoint),
    ] {
        variables.insert(name.into(), value.into());
    }
    variables.insert("CODEBUILD_SRC_DIR".into(), sources.folder().into());
    variables
}
