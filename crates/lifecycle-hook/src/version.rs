//! The version under test, and the revision it was built from.

use std::fmt;

use aws_call::{Aws, Service};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::outcome::HookFailure;

/// The environment variable of a container or function that holds the revision it was built from.
const REVISION: &str = "REVISION";

/// Everything but RFC 3986's unreserved characters, as signatures demand.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What is deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Version {
    /// A task definition of ECS, by ARN or as `family:revision`.
    TaskDefinition(String),
    /// A version of a Lambda function.
    Function {
        /// The function's name.
        name: String,
        /// The version, such as `7`.
        version: String,
    },
    /// A service revision of ECS, by ARN; its task definition has to be asked for.
    ServiceRevision(String),
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TaskDefinition(arn) | Self::ServiceRevision(arn) => f.write_str(arn),
            Self::Function { name, version } => write!(f, "{name}:{version}"),
        }
    }
}

/// The revision that `version` was built from: the environment variable `REVISION` of a container of its task
/// definition, or of the function's version.
pub(crate) async fn revision(aws: &Aws, version: &Version) -> Result<String, HookFailure> {
    let variables = match version {
        Version::TaskDefinition(arn) => of_task_definition(aws, arn).await?,
        Version::Function { name, version } => of_function(aws, name, version).await?,
        Version::ServiceRevision(arn) => of_task_definition(aws, &task_definition(aws, arn).await?).await?,
    };
    match variables.as_slice() {
        [] => Err(HookFailure::configuration(format!(
            "{version} does not say which revision it is: no {REVISION} is among its environment variables"
        ))),
        [revision] => Ok(revision.clone()),
        several => Err(HookFailure::configuration(format!(
            "{version} says several revisions in the {REVISION} of its containers: {}",
            several.join(", ")
        ))),
    }
}

async fn of_task_definition(aws: &Aws, task_definition: &str) -> Result<Vec<String>, HookFailure> {
    let target = "AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition";
    let answer =
        aws.call_json(Service::Ecs, target, &json!({ "taskDefinition": task_definition })).await.map_err(|error| {
            HookFailure::of_call(&format!("the task definition {task_definition} cannot be described"), &error)
        })?;
    Ok(of_containers(&answer))
}

fn of_containers(answer: &Value) -> Vec<String> {
    let containers = answer["taskDefinition"]["containerDefinitions"].as_array();
    let variables = containers.into_iter().flatten().filter_map(|container| container["environment"].as_array());
    let named = variables.flatten().filter(|variable| variable["name"] == REVISION);
    let mut revisions: Vec<String> = named
        .filter_map(|variable| variable["value"].as_str())
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
        .collect();
    revisions.sort();
    revisions.dedup();
    revisions
}

async fn of_function(aws: &Aws, name: &str, version: &str) -> Result<Vec<String>, HookFailure> {
    let encoded = |text| utf8_percent_encode(text, ESCAPED);
    let path = format!("/2015-03-31/functions/{}/configuration?Qualifier={}", encoded(name), encoded(version));
    let answer = aws.get_json(Service::Lambda, &path).await.map_err(|error| {
        HookFailure::of_call(&format!("version {version} of the function {name} cannot be described"), &error)
    })?;
    let revision = answer["Environment"]["Variables"][REVISION].as_str().filter(|value| !value.is_empty());
    Ok(revision.map(str::to_owned).into_iter().collect())
}

async fn task_definition(aws: &Aws, service_revision: &str) -> Result<String, HookFailure> {
    let target = "AmazonEC2ContainerServiceV20141113.DescribeServiceRevisions";
    let answer = aws
        .call_json(Service::Ecs, target, &json!({ "serviceRevisionArns": [service_revision] }))
        .await
        .map_err(|error| {
            HookFailure::of_call(&format!("the service revision {service_revision} cannot be described"), &error)
        })?;
    let revisions = answer["serviceRevisions"].as_array();
    let found = revisions.into_iter().flatten().find(|found| found["serviceRevisionArn"] == service_revision);
    found
        .and_then(|found| found["taskDefinition"].as_str())
        .map(str::to_owned)
        .ok_or_else(|| HookFailure::configuration(format!("ECS knows no service revision {service_revision}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_revision_stands_in_the_environment_of_containers() {
        let container = |environment: Value| json!({"name": "web", "environment": environment});
        let revision = |value: &str| json!([{"name": "PORT", "value": "80"}, {"name": "REVISION", "value": value}]);
        let table: &[(Value, &[&str])] = &[
            (json!([container(revision("r1"))]), &["r1"]),
            (json!([container(json!([])), container(revision("r1"))]), &["r1"]),
            (json!([container(revision("r1")), container(revision("r1"))]), &["r1"]),
            (json!([container(revision("r2")), container(revision("r1"))]), &["r1", "r2"]),
            (json!([container(revision(""))]), &[]),
            (json!([{"name": "web"}]), &[]),
            (json!(null), &[]),
        ];
        for (containers, expected) in table {
            let answer = json!({"taskDefinition": {"containerDefinitions": containers}});
            assert_eq!(of_containers(&answer), *expected, "{containers}");
        }
    }
}
