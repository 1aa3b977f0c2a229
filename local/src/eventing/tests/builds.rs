use super::super::build_state_change;
use super::records::build;
use super::{at, event, origin, sample, time_of};
use crate::build::BuildStatus;
use crate::engine::{Artifact, BuildPhase, BuildRecord};

#[test]
fn builds_are_told_as_documented() {
    let sample = sample!("codebuild-build-state-change");
    let started = at("2017-09-01T16:12:29Z");
    let phase = |name, started, ended| BuildPhase { name, ended, started, context: None };
    let build = BuildRecord {
        number: 55,
        status: Some(BuildStatus::Succeeded),
        initiator: "MyCodeBuildDemoUser".into(),
        image: "aws/codebuild/standard:2.0".into(),
        variables: [("TEST".to_owned(), "TEST".to_owned())].into(),
        source_version: "my-source-version".into(),
        artifact: Some(Artifact {
            name: "BuildOutput".into(),
            bucket: "codebuild-123456789012-output-bucket".into(),
            key: "my-output-artifact.zip".into(),
            revision: None,
        }),
        started,
        ended: Some(at("2017-09-01T16:14:26Z")),
        phases: vec![
            phase("SUBMITTED", started, Some((BuildStatus::Succeeded, started))),
            phase("COMPLETED", at("2017-09-01T16:14:26Z"), None),
        ],
        ..build(&origin(&sample), "my-sample-project", "8745a7a9-c340-456a-9166-edf953571bEX")
    };
    let told = event(&build_state_change(&build, time_of(&sample)), &sample);
    let mut expected = sample.clone();
    let additional = &mut expected["detail"]["additional-information"];
    // A build that CodePipeline started has no sources and no checksums of its own.
    additional["source"] = serde_json::json!({ "type": "CODEPIPELINE" });
    for checksum in ["md5sum", "sha256sum"] {
        additional["artifact"].as_object_mut().unwrap().remove(checksum);
    }
    let phases = additional["phases"].as_array_mut().unwrap();
    // AWS writes some of the durations as integers and some as floats; here all are floats.
    phases[0]["duration-in-seconds"] = serde_json::json!(0.0);
    phases.drain(1..10);
    assert_eq!(told, expected);
}

#[test]
fn a_failed_build_says_in_which_phase_and_why() {
    let sample = sample!("codebuild-build-state-change");
    let started = at("2017-09-01T16:12:29Z");
    let reason = "COMMAND_EXECUTION_ERROR: Error while executing command: make. Reason: exit status 2";
    let phase = BuildPhase {
        name: "BUILD",
        ended: Some((BuildStatus::Failed, at("2017-09-01T16:13:05Z"))),
        started,
        context: Some(reason.into()),
    };
    let build = BuildRecord {
        status: Some(BuildStatus::Failed),
        started,
        phases: vec![phase],
        ..build(&origin(&sample), "shop", "1")
    };
    let told = event(&build_state_change(&build, time_of(&sample)), &sample);
    let phase = &told["detail"]["additional-information"]["phases"][0];
    assert_eq!((&phase["phase-context"][0], &phase["duration-in-seconds"]), (&reason.into(), &36.0.into()));
    assert_eq!(told["detail"]["current-phase-context"], serde_json::json!([reason]).to_string());
}
