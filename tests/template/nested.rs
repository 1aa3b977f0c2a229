//! Nested stacks get the parameters that they need, and have the outputs that are read.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::infra::{of, section, templates};
use crate::source::{read, template, text};

#[test]
fn a_nested_stack_gets_its_parameters_and_has_the_outputs_that_are_read() {
    let whole = ("../template.yaml".to_owned(), text(), template().clone());
    let mut nested = 0;
    for (file, _, template) in templates().into_iter().chain([whole]) {
        for (name, stack) in of(&template, "AWS::CloudFormation::Stack") {
            nested += 1;
            let path = stack["Properties"]["TemplateURL"].as_str().unwrap();
            let path = if path.starts_with("infra/") { path.to_owned() } else { format!("infra/{path}") };
            let inner = read(&path);
            let parameters = section(&inner, "Parameters");
            let given = stack["Properties"]["Parameters"].as_object().unwrap();
            for (parameter, declared) in parameters {
                let optional = !declared["Default"].is_null();
                assert!(optional || given.contains_key(parameter), "{file}: {name} does not give {parameter}");
            }
            for (parameter, value) in given {
                assert!(parameters.contains_key(parameter), "{file}: {name} gives {parameter}, which is none");
                takes(&template, &inner, parameter, value);
            }
            let mut reads = BTreeSet::new();
            outputs_read(&template, name, &mut reads);
            assert!(!reads.is_empty(), "{file}: nothing reads the outputs of {name}");
            for output in reads {
                assert!(section(&inner, "Outputs").contains_key(&output), "{file}: {name} has no output {output}");
            }
        }
    }
    assert_eq!(nested, 8);
}

/// A parameter that is handed on takes no less inside than outside: what is refused inside fails after the stack began.
fn takes(outer: &Value, inner: &Value, parameter: &str, value: &Value) {
    let Some(outside) = value["Ref"].as_str().and_then(|name| outer["Parameters"].get(name)) else { return };
    for bound in ["AllowedPattern", "AllowedValues", "MaxLength"] {
        let inside = &inner["Parameters"][parameter][bound];
        assert!(inside.is_null() || *inside == outside[bound], "{parameter}: {bound} is {inside} inside");
    }
}

/// The names after `Outputs.` in what a template reads of a stack, by `Fn::GetAtt` or in a `Fn::Sub`.
fn outputs_read(value: &Value, stack: &str, reads: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some([named, Value::String(attribute)]) =
                map.get("Fn::GetAtt").and_then(Value::as_array).map(Vec::as_slice)
                && named == stack
            {
                reads.insert(attribute.strip_prefix("Outputs.").unwrap().to_owned());
            }
            map.values().for_each(|value| outputs_read(value, stack, reads));
        }
        Value::Array(items) => items.iter().for_each(|item| outputs_read(item, stack, reads)),
        Value::String(text) => {
            for read in text.split(&format!("${{{stack}.Outputs.")).skip(1) {
                reads.insert(read.split('}').next().unwrap().to_owned());
            }
        }
        _ => {}
    }
}

/// Staging is made first: production has its image, and lets its hook in.
#[test]
fn production_is_made_after_staging() {
    let resources = &template()["Resources"];
    let of_staging = |output: &str| json!({ "Fn::GetAtt": ["EcsStaging", format!("Outputs.{output}")] });
    let given = &resources["EcsProduction"]["Properties"]["Parameters"];
    assert_eq!(given["HookCidr"], of_staging("EgressCidr"));
    assert_eq!(given["ImageRepositoryUri"], of_staging("ImageRepositoryUri"));
    assert_eq!(resources["EcsStaging"]["Properties"]["Parameters"]["HookCidr"], Value::Null);
    assert_eq!(resources["Ec2Production"]["DependsOn"], "Ec2Staging");
    for platform in ["Ecs", "Ec2"] {
        for environment in ["Staging", "Production"] {
            let stack = &resources[format!("{platform}{environment}")];
            assert_eq!(stack["Condition"], format!("Creates{platform}"));
            assert_eq!(stack["Properties"]["Parameters"]["Environment"], environment.to_lowercase());
        }
    }
}
