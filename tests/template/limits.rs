//! CloudFormation's limits: how much of them the templates use.

use std::process::Command;

use serde_json::Value;

use crate::infra::templates;
use crate::source::root;

/// Prints the template as SAM hands it to CloudFormation. The packages' addresses stand for those that `sam deploy` writes.
const TRANSFORMED: &str = "import json, logging, sys\nlogging.disable(logging.CRITICAL)\n\
    from samcli.yamlhelper import yaml_parse\nfrom samtranslator.translator.transform import transform\n\
    class Policies:\n    def load(self): return {}\n\
    template = yaml_parse(open(sys.argv[1]).read())\n\
    for resource in template['Resources'].values():\n    \
        if resource['Type'] == 'AWS::Serverless::Function': resource['Properties']['CodeUri'] = 's3://bucket/' + 'k' * 40\n\
    json.dump(transform(template, {}, Policies()), sys.stdout)";

/// Resources, parameters, outputs and bytes that a template may have.
const MOST: [usize; 4] = [500, 200, 200, 1_000_000];

#[test]
#[expect(clippy::print_stdout, reason = "how near the limits are, for who runs the tests")]
fn the_templates_stay_under_cloudformations_limits() {
    let whole = ("template.yaml".to_owned(), transformed());
    let nested = templates().into_iter().map(|(name, text, content)| (format!("infra/{name}"), text, content));
    let content = serde_json::from_str::<Value>(&whole.1).unwrap();
    let all = nested.chain([(whole.0, whole.1, content)]);
    for (name, text, content) in all {
        let count = |section: &str| content[section].as_object().map_or(0, serde_json::Map::len);
        let used = [count("Resources"), count("Parameters"), count("Outputs"), text.len()];
        let [resources, parameters, outputs, bytes] = used;
        println!("{name}: {resources} resources, {parameters} parameters, {outputs} outputs, {bytes} bytes");
        assert!(resources > 10 || name.ends_with("database.yaml"), "{name}: {resources} resources");
        assert!(used.iter().zip(MOST).all(|(used, most)| *used <= most), "{name}: {used:?} of {MOST:?}");
    }
}

/// The template as SAM hands it to CloudFormation, in JSON.
fn transformed() -> String {
    let output = Command::new(root().join(".venv/sam/bin/python"))
        .args(["-c", TRANSFORMED])
        .arg(root().join("template.yaml"))
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What refers to what, in a circle too, is only seen in what SAM makes of functions: versions, aliases, deployment groups.
#[test]
fn what_sam_makes_of_the_template_passes_the_linter() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(root().join("infra"), folder.path().join("infra")).unwrap();
    let template = folder.path().join("transformed.json");
    std::fs::write(&template, transformed()).unwrap();
    // SAM puts the default in the place of a parameter that only it reads.
    let linter = Command::new(root().join(".venv/sam/bin/cfn-lint"))
        .args(["--ignore-checks", "W2001", "--"])
        .arg(&template)
        .output()
        .unwrap();
    assert!(linter.status.success(), "{}", String::from_utf8_lossy(&linter.stdout));
}

/// Of a function whose condition does not hold nothing is left, in whatever SAM makes of it.
#[test]
fn what_sam_adds_has_the_conditions_of_its_function() {
    let functions = crate::source::resources("AWS::Serverless::Function");
    for (name, function) in functions {
        let preference = &function["Properties"]["DeploymentPreference"];
        let conditional = function["Condition"].is_string() && preference["Enabled"] != false;
        assert_eq!(preference["PassthroughCondition"] == true, conditional, "{name}");
    }
}
