//! What a hook asks ECS: which revision a task definition runs, and which task definition a service's revision has.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::answer::{ServiceError, json_response};
use super::model::{Member, Shape, TEXT, optional, read, required};
use super::state::State;

const DESCRIBE_TASK_DEFINITION: &[Member] = &[
    required("taskDefinition", TEXT),
    optional("include", Shape::List { of: &Shape::OneOf(&["TAGS"]), max: usize::MAX }),
];

/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceRevisions.html>: at most 20.
const DESCRIBE_SERVICE_REVISIONS: &[Member] = &[required("serviceRevisionArns", Shape::List { of: &TEXT, max: 20 })];

/// Answers an operation that ECS has and a hook may call.
pub(super) fn answer(state: &State, operation: &str, body: &[u8]) -> Result<Response<Bytes>, ServiceError> {
    let answer = match operation {
        "DescribeTaskDefinition" => {
            let request = read(body, DESCRIBE_TASK_DEFINITION)?;
            let arn = request["taskDefinition"].as_str().unwrap_or_default();
            // ECS says of a task definition that it does not have just this.
            let missing = || ServiceError::client("ClientException", "Unable to describe task definition.");
            json!({ "taskDefinition": find(state, arn).ok_or_else(missing)?, "tags": [] })
        }
        "DescribeServiceRevisions" => {
            let request = read(body, DESCRIBE_SERVICE_REVISIONS)?;
            let asked = request["serviceRevisionArns"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let (found, missing): (Vec<_>, Vec<_>) = asked.partition(|arn| state.service_revisions.contains_key(*arn));
            let found: Vec<_> =
                found.into_iter().map(|arn| service_revision(arn, &state.service_revisions[arn])).collect();
            let missing: Vec<_> = missing.into_iter().map(|arn| json!({ "arn": arn, "reason": "MISSING" })).collect();
            json!({ "serviceRevisions": found, "failures": missing })
        }
        _ => return Err(ServiceError::unknown_operation(operation)),
    };
    Ok(json_response(StatusCode::OK, &answer))
}

/// A task definition of one container.
pub(super) fn task_definition(arn: &str, environment: &[(&str, &str)]) -> Value {
    let (family, revision) = family_and_revision(arn);
    let environment: Vec<_> = environment.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    json!({
        "taskDefinitionArn": arn,
        "containerDefinitions": [{
            "name": "storefront",
            "image": "111111111111.dkr.ecr.us-east-1.amazonaws.com/storefront:1",
            "cpu": 0,
            "portMappings": [{ "containerPort": 8080, "hostPort": 8080, "protocol": "tcp" }],
            "essential": true,
            "environment": environment,
            "mountPoints": [],
            "volumesFrom": [],
        }],
        "family": family,
        "networkMode": "awsvpc",
        "revision": revision.parse::<u32>().unwrap_or(1),
        "volumes": [],
        "status": "ACTIVE",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
    })
}

/// A task definition is asked for by its ARN or by `family:revision`.
fn find<'s>(state: &'s State, asked: &str) -> Option<&'s Value> {
    state.task_definitions.get(asked).or_else(|| {
        let named = |arn: &str| arn.rsplit_once('/').is_some_and(|(_, name)| name == asked);
        state.task_definitions.iter().find(|(arn, _)| named(arn)).map(|(_, definition)| definition)
    })
}

fn family_and_revision(arn: &str) -> (&str, &str) {
    arn.rsplit('/').next().and_then(|name| name.rsplit_once(':')).unwrap_or((arn, "1"))
}

fn service_revision(arn: &str, task_definition: &str) -> Value {
    json!({
        "serviceRevisionArn": arn,
        "taskDefinition": task_definition,
        "launchType": "FARGATE",
        "loadBalancers": [],
        "serviceRegistries": [],
        "containerImages": [],
        "guardDutyEnabled": false,
        "createdAt": 1_764_064_800.25,
    })
}
