//! What a deployed stack consists of, and what of it the emulator only registered.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use super::account::Account;
use crate::emulator::REGISTERED_LIST;
use crate::emulator::client::{ClientError, StackResource};

/// The type of a nested stack.
const STACK: &str = "AWS::CloudFormation::Stack";

/// A stack, or one nested in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeployedStack {
    /// The logical ids from the outermost stack to this one, each with a slash after it; empty of the outermost.
    pub place: String,
    /// Its name or id.
    pub id: String,
    /// Its resources, without those of stacks nested in it.
    pub resources: Vec<StackResource>,
}

/// A stack and those nested in it, the outermost first.
pub async fn with_nested(account: &Account, stack: &str) -> Result<Vec<DeployedStack>, ClientError> {
    let (client, root) = account.client();
    let mut found = Vec::new();
    let mut waiting = vec![(String::new(), stack.to_owned())];
    while let Some((place, id)) = waiting.pop() {
        let mut resources = client.stack_resources(root, &id).await?;
        resources.sort();
        let nested = resources.iter().filter(|resource| resource.kind == STACK);
        waiting.extend(nested.map(|stack| (format!("{place}{}/", stack.logical_id), stack.physical_id.clone())));
        found.push(DeployedStack { place, id, resources });
    }
    found.sort();
    Ok(found)
}

/// The account's stacks that are nested in no other, by name, each with those nested in it.
pub async fn outermost(account: &Account) -> Result<BTreeMap<String, Vec<DeployedStack>>, ClientError> {
    let (client, root) = account.client();
    let stacks = client.stacks(root).await?;
    let mut found = BTreeMap::new();
    for [name, _] in &stacks {
        found.insert(name.clone(), with_nested(account, name).await?);
    }
    let nested: BTreeSet<String> =
        found.values().flat_map(|stacks| &stacks[1..]).map(|stack| stack.id.clone()).collect();
    for [name, id] in &stacks {
        if nested.contains(id) {
            found.remove(name);
        }
    }
    Ok(found)
}

/// A line of the list that the launcher writes, as `registered.py` says.
#[derive(Debug, Deserialize)]
struct Line {
    change: String,
    r#type: String,
    physical_id: String,
}

/// The types and physical ids of what is registered and not emulated, out of an account's folder.
pub fn registered(folder: &Path) -> std::io::Result<BTreeSet<(String, String)>> {
    let list = match std::fs::read_to_string(folder.join(REGISTERED_LIST)) {
        // The list begins with the first such resource.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        read => read?,
    };
    let mut ids = BTreeSet::new();
    for line in list.lines() {
        let Line { change, r#type, physical_id } = serde_json::from_str(line)?;
        match change.as_str() {
            "delete" => ids.remove(&(r#type, physical_id)),
            _ => ids.insert((r#type, physical_id)),
        };
    }
    Ok(ids)
}

/// How many resources there are of each type.
#[must_use]
pub fn counted<'a>(resources: impl IntoIterator<Item = &'a StackResource>) -> BTreeMap<&'a str, usize> {
    resources.into_iter().fold(BTreeMap::new(), |mut counts, resource| {
        *counts.entry(resource.kind.as_str()).or_default() += 1;
        counts
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_deleted_is_not_registered_any_more() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(registered(folder.path()).unwrap(), BTreeSet::new());
        let line = |change: &str, id: &str| {
            format!(
                r#"{{"change":"{change}","type":"AWS::EC2::EIP","stack":"s","logical_id":"A","physical_id":"{id}"}}"#
            )
        };
        let lines = [line("create", "1"), line("create", "2"), line("update", "1"), line("delete", "2")];
        std::fs::write(folder.path().join(REGISTERED_LIST), lines.join("\n")).unwrap();
        assert_eq!(registered(folder.path()).unwrap(), [("AWS::EC2::EIP".to_owned(), "1".to_owned())].into());
        std::fs::write(folder.path().join(REGISTERED_LIST), "{}").unwrap();
        assert!(registered(folder.path()).is_err());
    }
}
