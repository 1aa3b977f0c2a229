//! The properties of `AWS::CodePipeline::Pipeline`, read strictly: what the engine does not carry out is refused.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::on_failure::OnFailureProperties;
use super::text::Text;
use super::triggers::TriggerProperties;
use super::{
    Action, ArtifactStore, ExecutionMode, OnFailure, Pipeline, PipelineType, PipelineVariable, Provider, Stage,
};
use super::{checks, triggers};
use crate::engine::resources::Asked;
use crate::properties::{Count, Flag, read};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Properties {
    pipeline_type: Option<String>,
    execution_mode: Option<String>,
    role_arn: String,
    artifact_store: Option<StoreProperties>,
    stages: Vec<StageProperties>,
    #[serde(default)]
    variables: Vec<VariableProperties>,
    restart_execution_on_update: Option<Flag>,
    // Read for its form and kept nowhere: `Name` is decided by the caller, tags change nothing here.
    #[serde(rename = "Name")]
    _name: Option<String>,
    #[serde(rename = "Tags")]
    _tags: Option<IgnoredAny>,
    artifact_stores: Option<Value>,
    #[serde(default)]
    disable_inbound_stage_transitions: Vec<TransitionProperties>,
    #[serde(default)]
    triggers: Vec<TriggerProperties>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct TransitionProperties {
    stage_name: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct StoreProperties {
    r#type: String,
    location: String,
    encryption_key: Option<KeyProperties>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct KeyProperties {
    id: String,
    r#type: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct VariableProperties {
    name: String,
    default_value: Option<Text>,
    description: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct StageProperties {
    name: String,
    actions: Vec<ActionProperties>,
    before_entry: Option<Value>,
    blockers: Option<Value>,
    on_failure: Option<OnFailureProperties>,
    on_success: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ActionProperties {
    name: String,
    action_type_id: TypeProperties,
    run_order: Option<Count>,
    #[serde(default)]
    configuration: BTreeMap<String, Text>,
    #[serde(default)]
    input_artifacts: Vec<ArtifactProperties>,
    #[serde(default)]
    output_artifacts: Vec<ArtifactProperties>,
    namespace: Option<String>,
    region: Option<String>,
    role_arn: Option<String>,
    commands: Option<Value>,
    environment_variables: Option<Value>,
    output_variables: Option<Value>,
    timeout_in_minutes: Option<Count>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct TypeProperties {
    category: String,
    owner: String,
    provider: String,
    version: Text,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ArtifactProperties {
    name: String,
    files: Option<Value>,
}

/// The pipeline called `name` that these properties define. The error names the property, its value and the fix.
pub(in crate::engine) fn pipeline_from_properties(
    name: &str,
    version: u32,
    properties: &Value,
    asked: &Asked,
) -> Result<Pipeline, String> {
    let read: Properties = read("AWS::CodePipeline::Pipeline", properties).map_err(|error| error.to_string())?;
    not_implemented([("ArtifactStores", &read.artifact_stores)])?;
    let store = read.artifact_store.ok_or("ArtifactStore is missing")?;
    if store.r#type != "S3" {
        return Err(format!("ArtifactStore.Type is {:?}: expected \"S3\"", store.r#type));
    }
    if let Some(key) = store.encryption_key.as_ref().filter(|key| key.r#type != "KMS") {
        return Err(format!("ArtifactStore.EncryptionKey.Type is {:?}: expected \"KMS\"", key.r#type));
    }
    let mut pipeline = Pipeline {
        name: name.to_owned(),
        kind: match read.pipeline_type.as_deref() {
            None | Some("V1") => PipelineType::V1,
            Some("V2") => PipelineType::V2,
            Some(other) => return Err(format!("PipelineType is {other:?}: expected \"V1\" or \"V2\"")),
        },
        execution_mode: match read.execution_mode.as_deref() {
            None | Some("SUPERSEDED") => ExecutionMode::Superseded,
            Some("QUEUED") => ExecutionMode::Queued,
            Some("PARALLEL") => ExecutionMode::Parallel,
            Some(other) => {
                return Err(format!("ExecutionMode is {other:?}: expected \"SUPERSEDED\", \"QUEUED\" or \"PARALLEL\""));
            }
        },
        role_arn: read.role_arn,
        artifact_store: ArtifactStore { bucket: store.location, kms_key: store.encryption_key.map(|key| key.id) },
        variables: read
            .variables
            .into_iter()
            .map(|variable| PipelineVariable {
                name: variable.name,
                default: variable.default_value.map(|text| text.0),
                description: variable.description,
            })
            .collect(),
        stages: read.stages.into_iter().map(|stage| into_stage(stage, &asked.region)).collect::<Result<_, _>>()?,
        restart_on_update: read.restart_execution_on_update.is_some_and(|flag| flag.0),
        account: asked.account.clone(),
        region: asked.region.clone(),
        version,
    };
    for transition in read.disable_inbound_stage_transitions {
        let name = transition.stage_name;
        let stage = pipeline.stages.iter_mut().find(|stage| stage.name == name);
        let unknown = || format!("DisableInboundStageTransitions: StageName is {name:?}: there is no such stage");
        stage.ok_or_else(unknown)?.disabled = Some(transition.reason);
    }
    checks::check(&pipeline)?;
    triggers::check(&pipeline, &read.triggers)?;
    Ok(pipeline)
}

fn into_stage(stage: StageProperties, region: &str) -> Result<Stage, String> {
    let at = |problem: String| format!("stage {:?}: {problem}", stage.name);
    not_implemented([
        ("BeforeEntry", &stage.before_entry),
        ("Blockers", &stage.blockers),
        ("OnSuccess", &stage.on_success),
    ])
    .map_err(at)?;
    let on_failure = stage.on_failure.as_ref().map(OnFailure::from_properties).transpose().map_err(at)?;
    let actions = stage.actions.into_iter().map(|action| {
        let name = action.name.clone();
        into_action(action, region).map_err(|problem| at(format!("action {name:?}: {problem}")))
    });
    Ok(Stage { name: stage.name.clone(), actions: actions.collect::<Result<_, _>>()?, on_failure, disabled: None })
}

fn into_action(action: ActionProperties, region: &str) -> Result<Action, String> {
    not_implemented([
        ("Commands", &action.commands),
        ("EnvironmentVariables", &action.environment_variables),
        ("OutputVariables", &action.output_variables),
    ])?;
    for artifact in action.input_artifacts.iter().chain(&action.output_artifacts) {
        not_implemented([("the artifact's Files", &artifact.files)])?;
    }
    if let Some(other) = action.region.filter(|other| other != region) {
        return Err(format!("Region is {other:?}: the local CodePipeline acts in the stack's region {region} only"));
    }
    let names = |artifacts: Vec<ArtifactProperties>| artifacts.into_iter().map(|artifact| artifact.name).collect();
    let provider = provider(&action.action_type_id)?;
    Ok(Action {
        name: action.name,
        provider,
        timeout: timeout(provider, action.timeout_in_minutes)?,
        run_order: run_order(action.run_order)?,
        configuration: action.configuration.into_iter().map(|(key, value)| (key, value.0)).collect(),
        inputs: names(action.input_artifacts),
        outputs: names(action.output_artifacts),
        namespace: action.namespace,
        role_arn: action.role_arn,
    })
}

fn provider(id: &TypeProperties) -> Result<Provider, String> {
    let asked = (id.category.as_str(), id.owner.as_str(), id.provider.as_str());
    let known = Provider::ALL.into_iter().find(|known| known.action_type() == asked && id.version.0 == "1");
    known.ok_or_else(|| {
        let known = Provider::ALL.map(|known| {
            let (category, owner, provider) = known.action_type();
            format!("{category}/{owner}/{provider}/1")
        });
        format!(
            "ActionTypeId {}/{}/{}/{} is not implemented by the local CodePipeline, which knows {}",
            id.category,
            id.owner,
            id.provider,
            id.version.0,
            known.join(", ")
        )
    })
}

fn run_order(asked: Option<Count>) -> Result<u32, String> {
    match asked {
        None => Ok(1),
        Some(Count(number @ 1..=999)) => Ok(number),
        Some(Count(number)) => Err(format!("RunOrder is {number}: expected a whole number from 1 to 999")),
    }
}

/// Only an approval has a time of its own (CodePipeline API, `ActionDeclaration`).
fn timeout(provider: Provider, asked: Option<Count>) -> Result<Option<Duration>, String> {
    match asked {
        None => Ok(None),
        Some(_) if provider != Provider::ManualApproval => {
            Err("TimeoutInMinutes is for approvals only; leave it out".to_owned())
        }
        Some(Count(minutes @ 5..=86_400)) => Ok(Some(Duration::from_mins(minutes.into()))),
        Some(Count(minutes)) => Err(format!("TimeoutInMinutes is {minutes}: expected 5 to 86400")),
    }
}

fn not_implemented<const N: usize>(properties: [(&str, &Option<Value>); N]) -> Result<(), String> {
    let asked = |value: &Option<Value>| !matches!(value, None | Some(Value::Null));
    match properties.into_iter().find(|(_, value)| asked(value)) {
        None => Ok(()),
        Some((name, _)) => Err(format!("{name}: not implemented by the local CodePipeline; leave it out")),
    }
}
