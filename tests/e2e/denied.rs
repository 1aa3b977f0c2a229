//! Least privilege is real: a role without one of its permissions makes the run fail, and the denial is named.

use crate::run::{launchway, printed, report, root};

#[test]
fn a_function_that_may_not_report_fails_the_run_with_the_denial() {
    let folder = tempfile::tempdir().unwrap();
    let template = std::fs::read_to_string(root().join("template.yaml")).unwrap();
    let granted = "Action: [codepipeline:PutJobFailureResult, codepipeline:PutJobSuccessResult]";
    assert!(template.contains(granted), "the template grants the job results in another way");
    let template = template
        .replace(granted, "Action: [codepipeline:PutJobFailureResult]")
        .replace("CodeUri: .\n", &format!("CodeUri: {}\n", root().display()))
        .replace("TemplateURL: infra/", &format!("TemplateURL: {}/infra/", root().display()));
    let changed = folder.path().join("template.yaml");
    std::fs::write(&changed, template).unwrap();

    let output = launchway(&["run", "--releases", "good", "--clock-speed", "60"])
        .arg("--template")
        .arg(&changed)
        .arg("--output")
        .arg(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", printed(&output));
    let text = printed(&output);
    assert!(text.contains("is not authorized to perform: codepipeline:PutJobSuccessResult"), "{text}");
    assert_eq!(report(folder.path())["executions"][0]["status"], "Failed");
}
