//! AWS may deliver an event more than once.

use crate::played::Expected::Success;
use crate::scene::Scene;

#[tokio::test]
async fn the_same_process_does_not_do_the_job_twice() {
    let mut stage = Scene::default().set_up().await;
    let event = stage.event.clone();
    let first = stage.function.invoke(&event).await.unwrap();
    let reads = stage.aws.calls().len();
    let second = stage.function.invoke(&event).await.unwrap();
    let played = stage.end(vec![first, second]).await;
    played.verdict(Success(&["passed"])).unwrap();
    assert_eq!(played.aws.calls().len(), reads, "the second delivery made calls");
}

#[tokio::test]
async fn another_process_is_told_that_the_job_is_over() {
    let mut stage = Scene::default().set_up().await;
    let event = stage.event.clone();
    let first = stage.function.invoke(&event).await.unwrap();
    stage.function.recycle().await;
    let second = stage.function.invoke(&event).await.unwrap();
    let played = stage.end(vec![first, second]).await;
    played.verdict(Success(&["passed"])).unwrap();
    let errors: Vec<_> = played.aws.calls().into_iter().filter_map(|call| call.error).collect();
    assert_eq!(errors, ["InvalidJobStateException"]);
}
