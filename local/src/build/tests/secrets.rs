//! The session that a build is given, and where its secrets must not be.

use super::*;

#[tokio::test]
async fn commands_may_call_aws_and_the_log_keeps_their_secrets() {
    let mut case = Case::buildspec(
        "env: {exported-variables: [OUT]}
phases: {build: {commands: ['env | grep ^AWS_; echo \"(docker ${LAUNCHWAY_DOCKER:+yes})\"', 'export OUT=\"x $AWS_SESSION_TOKEN\"',
  'echo \"[$AWS_SECRET_ACCESS_KEY]\" | tee key.txt', 'printf $AWS_SESSION_TOKEN', 'test \"$AWS_SESSION_TOKEN\" = the-session-token']}}",
    );
    for privileged in [false, true] {
        case.request.project.privileged = privileged;
        let result = case.run().await;
        assert_eq!(result.outcome.status, BuildStatus::Succeeded, "{:?}", result.said);
        let docker = if privileged { "(docker yes)" } else { "(docker )" };
        for expected in [
            "AWS_ACCESS_KEY_ID=ASIATEST",
            "AWS_SECRET_ACCESS_KEY=***",
            "AWS_SESSION_TOKEN=***",
            "AWS_ENDPOINT_URL=http://127.0.0.1:1",
            "AWS_REGION=us-east-1",
            "AWS_CONFIG_FILE=/dev/null",
            docker,
            "[***]",
            "***",
        ] {
            assert!(result.written.iter().any(|line| line == expected), "{expected}: {:?}", result.written);
        }
        assert_eq!(result.outcome.exported_variables["OUT"], "x ***");
        let mut folders = vec![case.request.work_dir.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let content = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
                    assert!(!content.contains("the-secret") && !content.contains("the-session"), "{}", path.display());
                }
            }
        }
    }
}
