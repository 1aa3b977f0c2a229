//! What has to hold between the parts of a pipeline (CodePipeline user guide, "Pipeline structure reference").

use std::collections::BTreeSet;

use super::variables::references;
use super::{Action, ExecutionMode, OnFailure, Pipeline, PipelineType, Stage, is_name};

/// The longest value of an action's configuration, in characters.
const CONFIGURATION_VALUE_LIMIT: usize = 1000;

/// The longest key of an action's configuration, in characters.
const CONFIGURATION_KEY_LIMIT: usize = 50;

/// Checks a pipeline that was read. The error is the first thing that does not hold.
pub(super) fn check(pipeline: &Pipeline) -> Result<(), String> {
    name("the pipeline's name", &pipeline.name)?;
    check_variables(pipeline)?;
    if pipeline.execution_mode != ExecutionMode::Superseded && pipeline.kind == PipelineType::V1 {
        return Err(format!("ExecutionMode {} needs PipelineType V2", pipeline.execution_mode.text()));
    }
    if pipeline.stages.len() < 2 {
        return Err(format!("Stages: a pipeline needs at least two, this one has {}", pipeline.stages.len()));
    }
    let mut stages = BTreeSet::new();
    for (index, stage) in pipeline.stages.iter().enumerate() {
        name("a stage's name", &stage.name)?;
        if !stages.insert(&stage.name) {
            return Err(format!("stage {:?} is there twice: stage names must be unique", stage.name));
        }
        if stage.actions.is_empty() {
            return Err(format!("stage {:?} has no actions", stage.name));
        }
        check_policies(pipeline, stage, index).map_err(|problem| format!("stage {:?}: {problem}", stage.name))?;
        let mut actions = BTreeSet::new();
        for action in &stage.actions {
            let at = |problem: String| format!("stage {:?}: action {:?}: {problem}", stage.name, action.name);
            name("its name", &action.name).map_err(at)?;
            if !actions.insert(&action.name) {
                return Err(at("it is there twice: action names must be unique in a stage".to_owned()));
            }
            if action.provider.is_source() != (index == 0) {
                return Err(at("the first stage has source actions only, and no other stage has any".to_owned()));
            }
            check_action(action).map_err(at)?;
        }
    }
    check_flow(pipeline)
}

/// What a stage does when it fails, and whether anything comes in (CodePipeline user guide, "Configuring stage rollback").
fn check_policies(pipeline: &Pipeline, stage: &Stage, index: usize) -> Result<(), String> {
    if stage.on_failure.is_some() && pipeline.kind == PipelineType::V1 {
        return Err("OnFailure needs PipelineType V2".to_owned());
    }
    if stage.on_failure == Some(OnFailure::Rollback) {
        if index == 0 {
            return Err("OnFailure.Result is ROLLBACK: a source stage cannot be rolled back".to_owned());
        }
        if pipeline.execution_mode == ExecutionMode::Parallel {
            return Err("OnFailure.Result is ROLLBACK, which ExecutionMode PARALLEL does not have".to_owned());
        }
    }
    match &stage.disabled {
        Some(_) if index == 0 => {
            Err("DisableInboundStageTransitions: the first stage has no inbound transition".to_owned())
        }
        Some(reason) if !is_transition_reason(reason) => Err(format!(
            "DisableInboundStageTransitions: Reason is {reason:?}: expected 1 to 300 letters, digits, spaces and !@().*?-"
        )),
        _ => Ok(()),
    }
}

/// Whether a text can be the reason for a disabled transition.
pub(in crate::engine) fn is_transition_reason(text: &str) -> bool {
    let valid = |byte: u8| byte.is_ascii_alphanumeric() || b"!@ ().*?-".contains(&byte);
    (1..=300).contains(&text.len()) && text.bytes().all(valid)
}

fn check_variables(pipeline: &Pipeline) -> Result<(), String> {
    if pipeline.kind == PipelineType::V1 && !pipeline.variables.is_empty() {
        return Err("Variables need PipelineType V2".to_owned());
    }
    let mut names = BTreeSet::new();
    for variable in &pipeline.variables {
        if !is_name(&variable.name) || variable.name.len() > 128 {
            return Err(format!("variable {:?}: expected 1 to 128 letters, digits, @, - and _", variable.name));
        }
        if !names.insert(&variable.name) {
            return Err(format!("variable {:?} is there twice", variable.name));
        }
        if variable.default.as_ref().is_some_and(|text| !(1..=1000).contains(&text.chars().count())) {
            return Err(format!("variable {:?}: DefaultValue has to have 1 to 1000 characters", variable.name));
        }
    }
    Ok(())
}

fn check_action(action: &Action) -> Result<(), String> {
    let counts = action.provider.artifact_counts();
    for (kind, artifacts, count) in
        [("input", &action.inputs, counts.inputs), ("output", &action.outputs, counts.outputs)]
    {
        if !count.contains(&artifacts.len()) {
            let provider = action.provider.name();
            let (from, to) = (count.start(), count.end());
            return Err(format!(
                "it has {} {kind} artifacts: the local {provider} takes {from} to {to}",
                artifacts.len()
            ));
        }
        let valid = |name: &String| name.len() <= 100 && is_name(name) && !name.contains('@');
        if let Some(artifact) = artifacts.iter().find(|name| !valid(name)) {
            return Err(format!("artifact {artifact:?}: expected 1 to 100 letters, digits, - and _"));
        }
    }
    for (key, value) in &action.configuration {
        if !(1..=CONFIGURATION_KEY_LIMIT).contains(&key.chars().count()) {
            return Err(format!("Configuration.{key}: a key has 1 to {CONFIGURATION_KEY_LIMIT} characters"));
        }
        let length = value.chars().count();
        if !(1..=CONFIGURATION_VALUE_LIMIT).contains(&length) {
            let limit = CONFIGURATION_VALUE_LIMIT;
            return Err(format!("Configuration.{key} has {length} characters: a value has 1 to {limit}"));
        }
    }
    action.provider.check(&action.configuration)
}

/// Artifacts and namespaces are made before they are used, and by one action each.
fn check_flow(pipeline: &Pipeline) -> Result<(), String> {
    let mut artifacts = BTreeSet::new();
    let mut namespaces = BTreeSet::from(["codepipeline"]);
    if !pipeline.variables.is_empty() {
        namespaces.insert("variables");
    }
    for stage in &pipeline.stages {
        let orders: BTreeSet<u32> = stage.actions.iter().map(|action| action.run_order).collect();
        for order in orders {
            let group = || stage.actions.iter().filter(|action| action.run_order == order);
            for action in group() {
                let at = |problem: String| format!("stage {:?}: action {:?}: {problem}", stage.name, action.name);
                if let Some(missing) = action.inputs.iter().find(|name| !artifacts.contains(*name)) {
                    return Err(at(format!("no earlier action makes its input artifact {missing:?}")));
                }
                check_references(action, &namespaces).map_err(at)?;
            }
            for action in group() {
                let at = |problem: String| format!("stage {:?}: action {:?}: {problem}", stage.name, action.name);
                if let Some(twice) = action.outputs.iter().find(|name| !artifacts.insert((*name).clone())) {
                    return Err(at(format!("its output artifact {twice:?} is made by another action as well")));
                }
                if let Some(namespace) = action.namespace.as_deref() {
                    if !is_name(namespace) || namespace.len() > 100 {
                        return Err(at(format!(
                            "Namespace is {namespace:?}: expected 1 to 100 letters, digits, @, - and _"
                        )));
                    }
                    if namespace == "variables" || !namespaces.insert(namespace) {
                        return Err(at(format!("Namespace {namespace:?} is taken: namespaces must be unique")));
                    }
                }
            }
        }
    }
    Ok(())
}

fn check_references(action: &Action, namespaces: &BTreeSet<&str>) -> Result<(), String> {
    for (key, value) in &action.configuration {
        for reference in references(value) {
            match reference.parts {
                None => {
                    return Err(format!(
                        "Configuration.{key}: {} is no variable reference, which is #{{Namespace.Name}}",
                        reference.text
                    ));
                }
                Some((namespace, _)) if !namespaces.contains(namespace) => {
                    return Err(format!(
                        "Configuration.{key}: {} refers to namespace {namespace:?}, which no earlier action has",
                        reference.text
                    ));
                }
                Some(_) => {}
            }
        }
    }
    Ok(())
}

fn name(what: &str, text: &str) -> Result<(), String> {
    let valid = |byte: u8| byte.is_ascii_alphanumeric() || b".@-_".contains(&byte);
    if (1..=100).contains(&text.len()) && text.bytes().all(valid) {
        return Ok(());
    }
    Err(format!("{what} is {text:?}: expected 1 to 100 letters, digits, full stops, @, - and _"))
}
