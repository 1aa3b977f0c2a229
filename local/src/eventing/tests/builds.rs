use super::super::{Build, BuildPhase, build_state_change};
use super::{at, event, origin, sample, time_of};

#[test]
fn builds_are_told_as_documented() {
    let sample = sample!("codebuild-build-state-change");
    let started = at("2017-09-01T16:12:29Z");
    let phase = |name: &str, started, ended| BuildPhase { name: name.into(), ended, started, context: None };
    let build = Build {
        project: "my-sample-project".into(),
        id: "8745a7a9-c340-456a-9166-edf953571bEX".into(),
        number: 55,
        status: "SUCCEEDED",
        initiator: "MyCodeBuildDemoUser".into(),
        image: "aws/codebuild/standard:2.0".into(),
        variables: vec![("TEST".into(), "TEST".into())],
        timeout_minutes: 60,
        source_version: "my-source-version".into(),
        artifact: Some("arn:aws:s3:::codebuild-123456789012-output-bucket/my-output-artifact.zip".into()),
        started,
        phases: vec![
            phase("SUBMITTED", started, Some(("SUCCEEDED", started))),
            phase("COMPLETED", at("2017-09-01T16:14:26Z"), None),
        ],
    };
    let told = event(&build_state_change(&origin(&sample), &build, time_of(&sample)), &sample);
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
        name: "BUILD".into(),
        ended: Some(("FAILED", at("2017-09-01T16:13:05Z"))),
        started,
        context: Some(reason.into()),
    };
    let build = Build {
        project: "shop".into(),
        id: "1".into(),
        number: 1,
        status: "FAILED",
        initiator: String::new(),
        image: String::new(),
        variables: vec![],
        timeout_minutes: 60,
        source_version: String::new(),
        artifact: None,
        started,
        phases: vec![phase],
    };
    let told = event(&build_state_change(&origin(&sample), &build, time_of(&sample)), &sample);
    let phase = &told["detail"]["additional-information"]["phases"][0];
    assert_eq!((&phase["phase-context"][0], &phase["duration-in-seconds"]), (&reason.into(), &36.0.into()));
    assert_eq!(told["detail"]["current-phase-context"], serde_json::json!([reason]).to_string());
}
