//! The template as the SAM CLI reads it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock};

use serde_json::{Map, Value};

/// Prints a template as JSON, with the short forms of the intrinsic functions spelled out.
const AS_JSON: &str = "import json, sys\nfrom samcli.yamlhelper import yaml_parse\n\
    json.dump(yaml_parse(open(sys.argv[1]).read()), sys.stdout, default=str)";

/// The checkout's folder.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The template's text.
pub(crate) fn text() -> String {
    std::fs::read_to_string(root().join("template.yaml")).unwrap()
}

/// The template's content.
pub(crate) fn template() -> &'static Value {
    static TEMPLATE: OnceLock<Value> = OnceLock::new();
    TEMPLATE.get_or_init(|| read("template.yaml"))
}

/// The content of a template, by its path in the checkout. Read once: to start Python takes longer than most tests.
pub(crate) fn read(path: &str) -> Value {
    static READ: Mutex<BTreeMap<String, Value>> = Mutex::new(BTreeMap::new());
    READ.lock().unwrap().entry(path.to_owned()).or_insert_with(|| parsed(path)).clone()
}

fn parsed(path: &str) -> Value {
    let python: PathBuf = root().join(".venv/sam/bin/python");
    let output = Command::new(&python)
        .args(["-c", AS_JSON])
        .arg(root().join(path))
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}; run `make tools`", python.display()));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The resources of one type: logical id -> resource.
pub(crate) fn resources(kind: &str) -> Vec<(&'static String, &'static Value)> {
    let all: &Map<String, Value> = template()["Resources"].as_object().unwrap();
    all.iter().filter(|(_, resource)| resource["Type"] == kind).collect()
}

/// The logical id that a `Ref` or a `Fn::GetAtt` names; an alias that SAM makes stands for its function.
pub(crate) fn target(value: &Value) -> &str {
    let named = value.get("Ref").or_else(|| value.get("Fn::GetAtt").and_then(|attribute| attribute.get(0)));
    let named = named.and_then(Value::as_str).unwrap_or_else(|| panic!("{value} names no resource"));
    named.strip_suffix(".Alias").unwrap_or(named)
}
