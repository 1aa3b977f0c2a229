//! Which package may use which, and what no binary may link.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::source::root;

/// Crates with the wire types of jobs, hooks and events. The local system has its own, so that a wrong field name cannot
/// be wrong on both sides and pass.
const WIRE_TYPES: [&str; 6] =
    ["pipeline-job", "lifecycle-hook", "function-setup", "delivery-event", "ledger", "notify"];

#[test]
fn functions_use_crates_and_crates_use_no_function() {
    let tree = tree();
    for (name, folder) in &tree.folders {
        for used in &tree.uses[name] {
            let Some(used_folder) = tree.folders.get(used) else { continue };
            let allowed = match folder.as_str() {
                "functions" | "crates" => used_folder == "crates",
                "local" => used_folder == "crates" && !WIRE_TYPES.contains(&used.as_str()),
                _ => used_folder != "functions",
            };
            assert!(allowed, "{name} ({folder}) may not use {used} ({used_folder})");
        }
    }
}

#[test]
fn the_smoke_engine_knows_no_aws() {
    let tree = tree();
    let reached = tree.reach("smoke");
    let aws: Vec<_> = reached.iter().filter(|name| name.starts_with("aws-") || name.starts_with("lambda")).collect();
    assert!(reached.contains("hyper") && aws.is_empty(), "smoke links {aws:?}");
}

#[test]
fn alerts_and_events_are_pure() {
    let tree = tree();
    for name in ["alert", "delivery-event"] {
        let reached = tree.reach(name);
        let world: Vec<_> = reached
            .iter()
            .filter(|used| {
                used.starts_with("aws") || used.starts_with("lambda") || ["hyper", "tokio"].contains(&used.as_str())
            })
            .collect();
        assert!(reached.contains("serde_json") && world.is_empty(), "{name} links {world:?}");
    }
}

#[test]
fn one_tls_stack_is_linked() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let count = |name: &str| lock.matches(&format!("name = \"{name}\"\n")).count();
    assert_eq!((count("rustls"), count("ring")), (1, 1));
    for unwanted in ["aws-lc-rs", "aws-lc-sys", "openssl-sys", "native-tls", "rustls-native-certs"] {
        assert_eq!(count(unwanted), 0, "{unwanted}");
    }
}

/// The workspace as cargo knows it.
struct Tree {
    /// Our packages: name -> top folder.
    folders: BTreeMap<String, String>,
    /// Package -> what it uses in a build (development dependencies left out).
    uses: BTreeMap<String, BTreeSet<String>>,
}

impl Tree {
    /// Everything a package links, itself left out.
    fn reach(&self, name: &str) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&String> = self.uses[name].iter().collect();
        while let Some(next) = open.pop() {
            if reached.insert(next.clone()) {
                open.extend(self.uses.get(next).into_iter().flatten());
            }
        }
        reached
    }
}

/// The platform that the tests were built for.
fn platform() -> String {
    let output = Command::new("rustc").args(["--print", "host-tuple"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn tree() -> Tree {
    // What other platforms need besides is not there where cargo fetched what it built.
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", &platform()])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let members: BTreeSet<&str> =
        metadata["workspace_members"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let mut tree = Tree { folders: BTreeMap::new(), uses: BTreeMap::new() };
    let mut names = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let (id, name) = (package["id"].as_str().unwrap(), package["name"].as_str().unwrap());
        names.insert(id, name);
        if members.contains(id) {
            let manifest = std::path::Path::new(package["manifest_path"].as_str().unwrap());
            let inside = manifest.strip_prefix(root()).unwrap();
            tree.folders.insert(name.to_owned(), inside.iter().next().unwrap().to_string_lossy().into_owned());
        }
    }
    // The resolved graph leaves out what no feature switches on.
    for node in metadata["resolve"]["nodes"].as_array().unwrap() {
        let linked = node["deps"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|used| used["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"] != "dev"));
        let used = linked.map(|used| names[used["pkg"].as_str().unwrap()].to_owned());
        tree.uses.entry(names[node["id"].as_str().unwrap()].to_owned()).or_default().extend(used);
    }
    tree
}
