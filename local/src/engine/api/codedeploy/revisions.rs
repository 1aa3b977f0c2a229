//! `GetApplicationRevision`, and revisions as requests give them.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ApiError, ids, shapes};
use crate::engine::api::request::read;
use crate::engine::api::seconds;
use crate::engine::codedeploy::{AppspecKind, Revision};
use crate::engine::context::Context;

/// A `RevisionLocation`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RevisionRequest {
    revision_type: Option<String>,
    s3_location: Option<S3Location>,
    git_hub_location: Option<Value>,
    string: Option<Appspec>,
    app_spec_content: Option<Appspec>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct S3Location {
    bucket: Option<String>,
    key: Option<String>,
    bundle_type: Option<String>,
    version: Option<String>,
    e_tag: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Appspec {
    content: Option<String>,
    sha256: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GetRequest {
    application_name: Option<String>,
    revision: Option<RevisionRequest>,
}

pub(super) fn get(context: &Arc<Context>, body: &[u8]) -> Result<Value, ApiError> {
    let request: GetRequest = read(body)?;
    let application = ids::application(request.application_name.as_ref())?;
    let wanted = required(request.revision)?.revision(false)?;
    let state = context.state();
    if state.deployments.application(application).is_none() {
        return Err(ids::no_application(application));
    }
    let known = state.codedeploy.revisions.get(application);
    let known = known.into_iter().flatten().find(|known| known.revision.is(&wanted)).ok_or_else(|| {
        let message = format!("The revision could not be found in the application {application}");
        ApiError::new("RevisionDoesNotExistException", message)
    })?;
    Ok(json!({
        "applicationName": application,
        "revision": shapes::revision(&known.revision, true),
        "revisionInfo": {
            "description": "Application revision registered by Deployment",
            "deploymentGroups": known.groups,
            "firstUsedTime": seconds(known.first_used),
            "lastUsedTime": seconds(known.last_used),
            "registerTime": seconds(known.first_used),
        },
    }))
}

pub(super) fn required(revision: Option<RevisionRequest>) -> Result<RevisionRequest, ApiError> {
    revision.ok_or_else(|| ApiError::new("RevisionRequiredException", "The revision ID was not specified."))
}

impl RevisionRequest {
    /// The revision. With `content`, an appspec has to be given whole; else its digest is enough.
    pub(super) fn revision(self, content: bool) -> Result<Revision, ApiError> {
        let invalid = |message: String| ApiError::new("InvalidRevisionException", message);
        if self.git_hub_location.is_some() || self.revision_type.as_deref() == Some("GitHub") {
            return Err(invalid("the local CodeDeploy takes no revisions from GitHub".to_owned()));
        }
        let kind = self.revision_type.ok_or_else(|| invalid("revisionType is missing".to_owned()))?;
        match (kind.as_str(), self.s3_location, self.string, self.app_spec_content) {
            ("S3", Some(location), None, None) => location.revision(),
            ("String", None, Some(appspec), None) => appspec.revision(AppspecKind::String, content),
            ("AppSpecContent", None, None, Some(appspec)) => appspec.revision(AppspecKind::AppSpecContent, content),
            (kind, ..) => {
                Err(invalid(format!("revisionType is {kind}: give the member that belongs to it, and no other")))
            }
        }
    }
}

impl S3Location {
    fn revision(self) -> Result<Revision, ApiError> {
        let invalid =
            |member: &str| ApiError::new("InvalidRevisionException", format!("s3Location.{member} is missing"));
        Ok(Revision::S3 {
            bucket: self.bucket.ok_or_else(|| invalid("bucket"))?,
            key: self.key.ok_or_else(|| invalid("key"))?,
            bundle_type: self.bundle_type.ok_or_else(|| invalid("bundleType"))?,
            version: self.version,
            etag: self.e_tag,
        })
    }
}

impl Appspec {
    fn revision(self, kind: AppspecKind, whole: bool) -> Result<Revision, ApiError> {
        let invalid = |message: &str| ApiError::new("InvalidRevisionException", message);
        match (self.content, self.sha256) {
            (Some(content), sha256) => {
                let revision = Revision::appspec(kind, &content);
                let Revision::Appspec { sha256: computed, .. } = &revision else { return Ok(revision) };
                if sha256.is_some_and(|given| given != *computed) {
                    return Err(invalid("sha256 is not the digest of the content"));
                }
                Ok(revision)
            }
            (None, Some(sha256)) if !whole => Ok(Revision::Appspec { kind, content: String::new(), sha256 }),
            (None, _) => Err(invalid("the AppSpec file's content is missing")),
        }
    }
}
