//! Events that are no job: there is nobody to answer, and nothing of them may be repeated in a log.

use launchway::standin::Outcome;
use serde_json::json;

use crate::played::all_well;
use crate::scene::Scene;

const MARK: &str = "not-to-be-quoted";

#[tokio::test]
async fn they_fail_the_invocation_and_are_not_quoted() {
    let cases = [
        ("an empty event", json!({})),
        ("no object", json!([MARK])),
        ("an event of EventBridge", json!({ "detail-type": MARK, "source": "aws.codepipeline", "detail": MARK })),
        ("a job without an id", json!({ "CodePipeline.job": { "accountId": MARK } })),
        ("a job with a number for an id", json!({ "CodePipeline.job": { "id": 1, "data": MARK } })),
    ];
    let mut verdicts = Vec::new();
    for (name, event) in cases {
        let mut stage = Scene::default().set_up().await;
        let invocation = stage.function.invoke(event.to_string().as_bytes()).await.unwrap();
        let played = stage.end(vec![invocation]).await;
        let verdict = match &played.invocations[0].outcome {
            Outcome::Failed(text) if text.contains("not a CodePipeline job") => played.hides(&[MARK]),
            outcome => Err(format!("expected a failed invocation, got {outcome:?}")),
        };
        verdicts.push((name, verdict.and_then(|()| played.always())));
        assert_eq!(played.aws.calls().len(), 0, "{name}");
    }
    all_well(verdicts);
}
