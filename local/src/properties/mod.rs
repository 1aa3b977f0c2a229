//! CloudFormation properties, read strictly: what the local system would not do as AWS does is refused by name.

mod scalar;

use serde::de::DeserializeOwned;
use serde_json::Value;

pub use scalar::{Count, Flag};

/// Why properties were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PropertyError {
    /// A property is missing, unknown, or of another type.
    #[error("{resource}: property {path}: {reason}")]
    Shape {
        /// The resource type, for example `AWS::CodeBuild::Project`.
        resource: &'static str,
        /// The property's path, for example `Environment.Image`; `.` is the top.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A property has a value that the local system does not support.
    #[error("{resource}: property {path} is {value}: {reason}")]
    Value {
        /// The resource type.
        resource: &'static str,
        /// The property's path.
        path: &'static str,
        /// The value.
        value: String,
        /// Why it is refused, and what would be accepted.
        reason: String,
    },
}

/// Reads the properties of a resource into a type, whose unknown fields are denied.
pub fn read<T: DeserializeOwned>(resource: &'static str, properties: &Value) -> Result<T, PropertyError> {
    serde_path_to_error::deserialize(properties).map_err(|error| PropertyError::Shape {
        resource,
        path: error.path().to_string(),
        reason: error.inner().to_string(),
    })
}
