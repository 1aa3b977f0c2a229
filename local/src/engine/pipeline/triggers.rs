//! `Triggers`, read strictly (CodePipeline user guide, "Triggers and filtering"). Nothing pushes to the local system, so
//! that they start no execution here; a template that AWS would refuse is refused all the same.

use serde::Deserialize;

use super::{Pipeline, PipelineType, Provider};

const TRIGGERS_LIMIT: usize = 50;
const PATTERNS_LIMIT: usize = 8;
const PATTERN_LENGTH: usize = 255;
const EVENTS: [&str; 3] = ["OPEN", "UPDATED", "CLOSED"];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct TriggerProperties {
    provider_type: String,
    git_configuration: GitProperties,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct GitProperties {
    source_action_name: String,
    push: Option<Vec<PushProperties>>,
    pull_request: Option<Vec<PullRequestProperties>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct PushProperties {
    branches: Option<Patterns>,
    file_paths: Option<Patterns>,
    tags: Option<Patterns>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct PullRequestProperties {
    branches: Option<Patterns>,
    file_paths: Option<Patterns>,
    events: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Patterns {
    includes: Option<Vec<String>>,
    excludes: Option<Vec<String>>,
}

/// Checks the triggers of a pipeline. The error is the first thing that does not hold.
pub(super) fn check(pipeline: &Pipeline, triggers: &[TriggerProperties]) -> Result<(), String> {
    if triggers.is_empty() {
        return Ok(());
    }
    if pipeline.kind == PipelineType::V1 {
        return Err("Triggers need PipelineType V2".to_owned());
    }
    if triggers.len() > TRIGGERS_LIMIT {
        return Err(format!("Triggers: a pipeline has at most {TRIGGERS_LIMIT}, this one has {}", triggers.len()));
    }
    for (index, trigger) in triggers.iter().enumerate() {
        check_trigger(pipeline, trigger).map_err(|problem| format!("Triggers[{index}]: {problem}"))?;
    }
    Ok(())
}

fn check_trigger(pipeline: &Pipeline, trigger: &TriggerProperties) -> Result<(), String> {
    if trigger.provider_type != "CodeStarSourceConnection" {
        let given = &trigger.provider_type;
        return Err(format!("ProviderType is {given:?}: expected \"CodeStarSourceConnection\""));
    }
    let git = &trigger.git_configuration;
    let source = &git.source_action_name;
    let known = pipeline.stages.iter().flat_map(|stage| &stage.actions).find(|action| action.name == *source);
    if known.is_none_or(|action| action.provider != Provider::Connection) {
        return Err(format!("SourceActionName is {source:?}: no source action over a connection has this name"));
    }
    let empty = git.push.is_none() && git.pull_request.is_none();
    let count = |name: &str, length: Option<usize>| match length {
        Some(length) if !(1..=3).contains(&length) => Err(format!("{name} has {length} filters: expected 1 to 3")),
        _ => Ok(()),
    };
    count("Push", git.push.as_ref().map(Vec::len))?;
    count("PullRequest", git.pull_request.as_ref().map(Vec::len))?;
    if empty {
        return Err("GitConfiguration has neither Push nor PullRequest: say what starts the pipeline".to_owned());
    }
    for filter in git.push.iter().flatten() {
        if filter.tags.is_some() && (filter.branches.is_some() || filter.file_paths.is_some()) {
            return Err("Push has Tags beside Branches or FilePaths: put them into filters of their own".to_owned());
        }
        check_patterns("Push.Branches", filter.branches.as_ref())?;
        check_patterns("Push.FilePaths", filter.file_paths.as_ref())?;
        check_patterns("Push.Tags", filter.tags.as_ref())?;
    }
    for filter in git.pull_request.iter().flatten() {
        check_patterns("PullRequest.Branches", filter.branches.as_ref())?;
        check_patterns("PullRequest.FilePaths", filter.file_paths.as_ref())?;
        if let Some(unknown) = filter.events.iter().flatten().find(|event| !EVENTS.contains(&event.as_str())) {
            return Err(format!("PullRequest.Events has {unknown:?}: expected OPEN, UPDATED or CLOSED"));
        }
    }
    Ok(())
}

fn check_patterns(place: &str, patterns: Option<&Patterns>) -> Result<(), String> {
    let Some(patterns) = patterns else { return Ok(()) };
    if patterns.includes.is_none() && patterns.excludes.is_none() {
        return Err(format!("{place} has neither Includes nor Excludes"));
    }
    for (kind, list) in [("Includes", &patterns.includes), ("Excludes", &patterns.excludes)] {
        let Some(list) = list else { continue };
        if !(1..=PATTERNS_LIMIT).contains(&list.len()) {
            return Err(format!("{place}.{kind} has {} patterns: expected 1 to {PATTERNS_LIMIT}", list.len()));
        }
        if let Some(pattern) = list.iter().find(|pattern| !(1..=PATTERN_LENGTH).contains(&pattern.chars().count())) {
            return Err(format!("{place}.{kind} has {pattern:?}: expected 1 to {PATTERN_LENGTH} characters"));
        }
    }
    Ok(())
}
