//! The models of the operations. Filters and pages are left out: a deployment with a hook has one target.

use serde_json::Value;

use super::super::answer::ServiceError;
use super::super::model::{Member, Pattern, Shape, TEXT, optional, read, required};

const NAME: Shape =
    Shape::Text { min: 1, max: 100, pattern: Some(Pattern { text: "[A-Za-z0-9+=,.@_-]*", holds: is_name }) };

const DEPLOYMENT: &[Member] = &[required("deploymentId", TEXT)];

const TARGET: &[Member] = &[required("deploymentId", TEXT), required("targetId", TEXT)];

const REVISION: &[Member] = &[
    required("applicationName", NAME),
    required(
        "revision",
        Shape::Structure(&[
            optional("revisionType", Shape::OneOf(&["S3", "GitHub", "String", "AppSpecContent"])),
            optional(
                "s3Location",
                Shape::Structure(&[
                    optional("bucket", TEXT),
                    optional("key", TEXT),
                    optional("bundleType", Shape::OneOf(&["tar", "tgz", "zip", "YAML", "JSON"])),
                    optional("version", TEXT),
                    optional("eTag", TEXT),
                ]),
            ),
            optional("gitHubLocation", Shape::Structure(&[optional("repository", TEXT), optional("commitId", TEXT)])),
            optional("string", Shape::Structure(CONTENT)),
            optional("appSpecContent", Shape::Structure(CONTENT)),
        ]),
    ),
];

const CONTENT: &[Member] = &[optional("content", TEXT), optional("sha256", TEXT)];

/// No member is required by the model; the service misses them in its own words.
const HOOK_STATUS: &[Member] = &[
    optional("deploymentId", TEXT),
    optional("lifecycleEventHookExecutionId", TEXT),
    optional("status", Shape::OneOf(&["Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Unknown"])),
];

pub(super) fn get_deployment(body: &[u8]) -> Result<Value, ServiceError> {
    read(body, DEPLOYMENT)
}

pub(super) fn list_deployment_targets(body: &[u8]) -> Result<Value, ServiceError> {
    read(body, DEPLOYMENT)
}

pub(super) fn get_deployment_target(body: &[u8]) -> Result<Value, ServiceError> {
    read(body, TARGET)
}

pub(super) fn get_application_revision(body: &[u8]) -> Result<Value, ServiceError> {
    read(body, REVISION)
}

pub(super) fn put_lifecycle_event_hook_execution_status(body: &[u8]) -> Result<Value, ServiceError> {
    read(body, HOOK_STATUS)
}

fn is_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte))
}
