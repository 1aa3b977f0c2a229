//! Which lifecycle event runs, and which version it is about.

use lifecycle_hook::Hook;
use serde_json::{Value, json};

use crate::standin::{Standin, World, ecs_target, lambda_target};
use crate::{answered, passed};

fn seen(targets: impl IntoIterator<Item = Value>) -> World {
    World { targets: targets.into_iter().collect(), ..World::default() }
}

#[tokio::test(start_paused = true)]
async fn a_view_that_lags_is_asked_again() {
    let running = || ecs_target(&[("AfterAllowTestTraffic", "InProgress")]);
    for (before, asked) in [
        (vec![], 1),
        (vec![ecs_target(&[])], 2),
        (vec![json!(null), ecs_target(&[("AfterAllowTestTraffic", "Pending")])], 3),
        // What has no hook is not what the hook is for.
        (vec![ecs_target(&[("AllowTestTraffic", "InProgress")]); 4], 5),
    ] {
        let standin = Standin::start(seen(before.into_iter().chain([running()]))).await;
        assert_eq!(answered(&standin, async |_| passed()).await.0, "Succeeded");
        assert_eq!(standin.calls("GetDeploymentTarget"), asked);
    }
}

#[tokio::test(start_paused = true)]
async fn none_or_several_lifecycle_events_fail_the_hook() {
    let several = [("BeforeAllowTraffic", "InProgress"), ("AfterAllowTraffic", "InProgress")];
    for (target, expected) in [
        (ecs_target(&[]), "no lifecycle event of the deployment d-ABCDEF123 is in progress"),
        (ecs_target(&[("AfterInstall", "Succeeded"), ("Install", "InProgress")]), "no lifecycle event"),
        (json!(null), "no lifecycle event"),
        (json!({"deploymentTargetType": "InstanceTarget", "instanceTarget": {}}), "no lifecycle event"),
        (ecs_target(&several), "are in progress (BeforeAllowTraffic, AfterAllowTraffic)"),
    ] {
        let standin = Standin::start(seen([target])).await;
        let (status, report) = answered(&standin, async |_| passed()).await;
        let summary = report["summary"].as_str().unwrap();
        assert!(status == "Failed" && summary.contains(expected), "{status} {summary}");
    }
}

/// The revision that the hook finds, or why it finds none.
async fn revision(world: World) -> Result<String, String> {
    let standin = Standin::start(world).await;
    let mut found = None;
    let work = async |hook: Hook| {
        found = Some(hook.revision().await.map_err(|failure| failure.to_string()));
        passed()
    };
    let (status, _) = answered(&standin, work).await;
    assert_eq!(status, "Succeeded");
    found.unwrap()
}

#[tokio::test]
async fn the_revision_is_that_of_the_version_under_test() {
    assert_eq!(revision(World::default()).await.unwrap(), "r7");
    assert_eq!(revision(seen([lambda_target(&[("BeforeAllowTraffic", "InProgress")])])).await.unwrap(), "r8");
}

#[tokio::test]
async fn a_revision_that_cannot_be_found_says_why() {
    let lambda = || seen([lambda_target(&[("BeforeAllowTraffic", "InProgress")])]);
    let refusing = |world: World, operation| World {
        refusals: [(operation, [(403, "AccessDeniedException")].into())].into(),
        ..world
    };
    let mut in_s3 = World::default();
    in_s3.deployment["revision"] =
        json!({"revisionType": "S3", "s3Location": {"bucket": "shop", "key": "release.zip", "bundleType": "zip"}});
    let table = [
        (World { appspec: "version: 0.0".to_owned(), ..World::default() }, "no resource of type AWS::ECS::Service"),
        (World { appspec: String::new(), ..World::default() }, "gives no AppSpec file"),
        (in_s3, "s3://shop/release.zip has the bundle type zip"),
        (refusing(World::default(), "GetApplicationRevision"), "the revision of the application shop cannot be read"),
        (World { containers: json!([]), ..World::default() }, "shop:7 does not say which revision it is"),
        (refusing(World::default(), "DescribeTaskDefinition"), "AccessDeniedException: because"),
        (World { function_environment: json!({}), ..lambda() }, "shop-web:9 does not say which revision it is"),
        (refusing(lambda(), "GetFunctionConfiguration"), "version 9 of the function shop-web cannot be described"),
    ];
    for (world, expected) in table {
        let error = revision(world).await.unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}
