//! Whose change it is: a revision's id, message, author and page.

use std::collections::HashMap;

use alert::{Console, Provider, Revision, commit_link};
use aws_sdk_codepipeline::types::{ArtifactRevision, SourceRevision};
use serde_json::Value;

use crate::sources::actions::ActionRun;
use crate::sources::owned;

/// A revision of an execution.
pub(crate) fn of_artifact(revision: &ArtifactRevision) -> Option<Revision> {
    known(revision.revision_id(), revision.revision_summary(), revision.revision_url())
}

/// A revision in a list of executions.
pub(crate) fn of_source(revision: &SourceRevision) -> Option<Revision> {
    known(revision.revision_id(), revision.revision_summary(), revision.revision_url())
}

fn known(id: Option<&str>, summary: Option<&str>, url: Option<&str>) -> Option<Revision> {
    let url = owned(url).filter(|url| url.starts_with("https://"));
    Some(Revision { id: owned(id)?, message: message(summary), url, ..Revision::default() })
}

/// A connection's summary is JSON, `{"ProviderType":"GitHub","CommitMessage":"..."}`; that of other sources is a text.
fn message(summary: Option<&str>) -> Option<String> {
    let summary = owned(summary)?;
    match serde_json::from_str::<Value>(&summary) {
        Ok(Value::Object(fields)) => owned(fields.get("CommitMessage").and_then(Value::as_str)),
        _ => Some(summary),
    }
}

/// Adds what the source action's output variables know: its author, branch and repository.
pub(crate) fn enrich(revision: &mut Revision, runs: &[ActionRun], console: Option<&Console>) {
    let source = runs.iter().find(|run| {
        let variables = &run.variables;
        let ids = ["CommitId", "VersionId", "ImageDigest"].into_iter().filter_map(|name| variables.get(name));
        run.category == "Source" && ids.into_iter().any(|id| *id == revision.id)
    });
    if let Some(source) = source {
        from_variables(revision, &source.variables, console);
    }
}

fn from_variables(revision: &mut Revision, variables: &HashMap<String, String>, console: Option<&Console>) {
    let variable = |names: &[&str]| names.iter().find_map(|name| owned(variables.get(*name).map(String::as_str)));
    revision.author = variable(&["AuthorDisplayName", "AuthorId", "AuthorEmail"]);
    revision.branch = variable(&["BranchName", "TagName"]);
    revision.message = revision.message.take().or_else(|| variable(&["CommitMessage"]));
    let repository = variable(&["FullRepositoryName", "RepositoryName"]);
    let provider = variable(&["ProviderType"]).map_or(Some(Provider::CodeCommit), |name| Provider::named(&name));
    if let (None, Some(repository), Some(provider), Some(console)) = (&revision.url, repository, provider, console) {
        revision.url = commit_link(provider, &repository, &revision.id, console);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_a_text_or_a_connections_json() {
        for (summary, expected) in [
            (Some(r#"{"ProviderType":"GitHub","CommitMessage":"Mend the \"cart\""}"#), Some("Mend the \"cart\"")),
            (Some(r#"{"ProviderType":"GitHub"}"#), None),
            (Some("Amazon S3 version id: v1"), Some("Amazon S3 version id: v1")),
            (Some("42"), Some("42")),
            (Some(" "), None),
            (None, None),
        ] {
            assert_eq!(message(summary).as_deref(), expected);
        }
    }

    #[test]
    fn the_source_action_knows_the_author() {
        let variables = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<HashMap<_, _>>()
        };
        let source = |category: &str, pairs| ActionRun {
            category: category.to_owned(),
            variables: variables(pairs),
            ..ActionRun::default()
        };
        let push = [
            ("CommitId", "c1"),
            ("AuthorDisplayName", "Jane"),
            ("BranchName", "main"),
            ("CommitMessage", "Mend"),
            ("FullRepositoryName", "shop/storefront"),
            ("ProviderType", "GitHub"),
        ];
        let github = "https://github.com/shop/storefront/commit/c1";
        for (runs, expected) in [
            (vec![source("Source", &push[..])], (Some("Jane"), Some("Mend"), Some(github))),
            (vec![source("Source", &push[..5])], (Some("Jane"), Some("Mend"), Some("codecommit"))),
            (vec![source("Build", &push[..])], (None, None, None)),
            (vec![source("Source", &[("CommitId", "c2"), ("AuthorDisplayName", "Joe")])], (None, None, None)),
            (vec![], (None, None, None)),
        ] {
            let mut revision = Revision { id: "c1".to_owned(), ..Revision::default() };
            enrich(&mut revision, &runs, Some(&Console::new("eu-central-1", "1")));
            let (author, message, url) = expected;
            assert_eq!((revision.author.as_deref(), revision.message.as_deref()), (author, message));
            assert!(revision.url.unwrap_or_default().contains(url.unwrap_or_default()));
        }
    }
}
