//! What a pipeline's properties may be.

use serde_json::{Value, json};

use super::templates::{lambda, pipeline, stage, with};
use super::world::World;

fn shop() -> Value {
    pipeline(&[stage("Staging", &[lambda("a", 1), lambda("b", 2)])])
}

fn without(mut value: Value, path: &str) -> Value {
    let (parent, name) = path.rsplit_once('/').unwrap();
    value.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name).unwrap();
    value
}

#[tokio::test]
async fn refused_pipelines() {
    let action = "/Stages/1/Actions/0";
    let at = |member: &str| format!("{action}/{member}");
    let set = |path: &str, value: Value| with(shop(), path, value);
    let provider = |category: &str, provider: &str| {
        set(&at("ActionTypeId"), json!({ "Category": category, "Owner": "AWS", "Provider": provider, "Version": "1" }))
    };
    let parameters = at("Configuration/UserParameters");
    let table: Vec<(Value, &str)> = vec![
        (without(shop(), "/RoleArn"), "missing field `RoleArn`"),
        (without(shop(), "/ArtifactStore"), "ArtifactStore is missing"),
        (without(shop(), "/Stages/1/Name"), "Stages[1]: missing field `Name`"),
        (set("/Colour", "red".into()), "unknown field `Colour`"),
        (set(&at("Colour"), "red".into()), "Stages[1].Actions[0]"),
        (set("/Name", "a shop".into()), "the pipeline's name is \"a shop\""),
        (set("/Name", 7.into()), "Name is 7"),
        (set("/PipelineType", "V3".into()), "PipelineType is \"V3\""),
        (set("/ExecutionMode", "FAST".into()), "ExecutionMode is \"FAST\""),
        (with(set("/ExecutionMode", "QUEUED".into()), "/PipelineType", "V1".into()), "needs PipelineType V2"),
        (set("/ArtifactStores", json!([])), "ArtifactStores: not implemented"),
        (set("/ArtifactStore/Type", "Disk".into()), "ArtifactStore.Type is \"Disk\""),
        (set("/Variables", json!([{ "Name": "a b" }])), "variable \"a b\""),
        (set("/Variables", json!([{ "Name": "a", "DefaultValue": "" }])), "1 to 1000 characters"),
        (set("/Stages/1/OnSuccess", json!({})), "OnSuccess: not implemented"),
        (set("/Stages/1/BeforeEntry", json!({})), "BeforeEntry: not implemented"),
        (set("/Stages/1/Name", "Source".into()), "stage \"Source\" is there twice"),
        (set("/Stages/1/Actions", json!([])), "stage \"Staging\" has no actions"),
        (set("/Stages", json!([stage("Source", &[super::templates::source()])])), "needs at least two"),
        (set(&at("Name"), "b".into()), "action names must be unique"),
        (set(&at("RunOrder"), 0.into()), "RunOrder is 0"),
        (set(&at("RunOrder"), "x".into()), "RunOrder"),
        (set(&at("Region"), "eu-west-1".into()), "Region is \"eu-west-1\""),
        (set(&at("TimeoutInMinutes"), 5.into()), "TimeoutInMinutes is for approvals only"),
        (set(&at("Commands"), json!(["ls"])), "Commands: not implemented"),
        (provider("Approval", "Automatic"), "Approval/AWS/Automatic/1 is not implemented"),
        (provider("Source", "CodeCommit"), "the first stage has source actions only"),
        (provider("Source", "S3"), "the first stage has source actions only"),
        (set(&at("ActionTypeId/Version"), "2".into()), "Invoke/AWS/Lambda/2 is not implemented"),
        (without(shop(), &at("Configuration/FunctionName")), "Configuration.FunctionName is missing"),
        (set(&at("Configuration/Colour"), "red".into()), "Configuration.Colour is not known"),
        (set(&parameters, "u".repeat(1001).into()), "has 1001 characters"),
        (set(&parameters, "".into()), "has 0 characters"),
        (set(&parameters, "#{Build.x}".into()), "namespace \"Build\", which no earlier action has"),
        (set(&parameters, "#{x}".into()), "no variable reference"),
        (set(&parameters, "#{variables.x}".into()), "namespace \"variables\""),
        (set(&at("InputArtifacts"), json!([{ "Name": "Other" }])), "no earlier action makes its input artifact"),
        (set(&at("InputArtifacts"), json!([{ "Name": "a b" }])), "artifact \"a b\""),
        (set(&at("OutputArtifacts"), json!([{ "Name": "SourceOutput" }])), "made by another action as well"),
        (set(&at("OutputArtifacts"), json!([{ "Name": "R", "Files": ["x"] }])), "Files: not implemented"),
        (set(&at("Namespace"), "Source".into()), "namespaces must be unique"),
        (
            set("/Stages/0/Actions/0/Configuration/PollForSourceChanges", "yes".into()),
            "PollForSourceChanges is \"yes\"",
        ),
        (set("/Stages/0/Actions/0/OutputArtifacts", json!([])), "it has 0 output artifacts"),
    ];
    let world = World::start(1.0).await;
    for (properties, part) in table {
        let (status, answer) = world.create("AWS::CodePipeline::Pipeline", properties).await;
        let message = answer["message"].as_str().unwrap_or_default();
        assert_eq!(status, 400, "{part}: {answer}");
        assert!(message.contains(part), "{message:?} should say {part:?}");
        assert!(message.starts_with("Thing (AWS::CodePipeline::Pipeline): "), "{message}");
    }
    assert!(world.engine.executions().is_empty());
}

#[tokio::test]
async fn names_versions_and_updates() {
    let world = World::start(1.0).await;
    let (_, made) = world.create("AWS::CodePipeline::Pipeline", without(shop(), "/Name")).await;
    let name = made["physical_id"].as_str().unwrap().to_owned();
    assert!(name.starts_with("st-Thing-") && name.len() == "st-Thing-".len() + 12, "{name}");
    assert_eq!(made["attributes"]["Version"], "1");
    let change = |action: &str, properties: Value| {
        json!({
            "action": action, "type": "AWS::CodePipeline::Pipeline", "logical_id": "Thing", "stack": "st",
            "physical_id": name, "properties": properties, "account": "123456789012", "region": "us-east-1",
        })
        .to_string()
    };
    let update = change("update", without(shop(), "/Name"));
    let (status, updated) = world.post("/internal/resources", &[], &update).await;
    assert_eq!((status, &updated["physical_id"]), (200, &json!(name)));
    assert_eq!(updated["attributes"]["Version"], "2");
    let renamed = world.post("/internal/resources", &[], &change("update", shop())).await;
    assert_eq!(renamed.1["physical_id"], "shop");
    let listed = world.call("ListPipelines", json!({})).await;
    assert_eq!(listed["pipelines"].as_array().unwrap().len(), 1);
    let (status, twice) = world.create("AWS::CodePipeline::Pipeline", shop()).await;
    assert_eq!(status, 400, "{twice}");
    let (status, broken) = world.post("/internal/resources", &[], "{\"action\":\"invent\"}").await;
    assert!(status == 400 && broken["message"].as_str().unwrap().contains("not understood"), "{broken}");
}
