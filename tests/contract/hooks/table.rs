//! Every way in which a hook of CodeDeploy may go wrong. With `--nocapture`, the table is printed: what was answered, how long
//! after the invocation, and why.

use http::StatusCode;
use launchway::standin::aws::{Deployment, Fault};
use launchway::standin::{SiteAnswer, Times};

use super::scene::{Course, DEPLOYMENT, on_ecs};
use super::{Answered, HookPlayed, HookScene};
use crate::binary::Binary;
use crate::pace::PATIENCE;
use crate::played::all_well;
use crate::shop::Shop;

const ANSWER: &str = "PutLifecycleEventHookExecutionStatus";

/// Name, change of the base case, the status, and what the reason has to say.
type Case = (&'static str, fn(&mut HookScene), Answered, &'static [&'static str]);

fn home(scene: &mut HookScene, answer: SiteAnswer) {
    if let Shop::Answers(home, _) = &mut scene.shop {
        *home = answer;
    }
}

fn misbehaves(scene: &mut HookScene, how: &str) {
    scene.binary = Binary::MisbehavingHook;
    scene.environment.push(("MISBEHAVE", Some(how.to_owned())));
}

fn denied(action: &str) -> Fault {
    let message = format!("User: arn is not authorized to perform: {action} on resource: *");
    Fault::Refuse(StatusCode::BAD_REQUEST, "AccessDeniedException", message)
}

fn unknown() -> Fault {
    let message = format!("The deployment {DEPLOYMENT} could not be found");
    Fault::Refuse(StatusCode::BAD_REQUEST, "DeploymentDoesNotExistException", message)
}

fn broken_home() -> SiteAnswer {
    SiteAnswer::Text(StatusCode::SERVICE_UNAVAILABLE, "text/plain", String::new())
}

const CASES: &[Case] = &[
    ("all checks pass", |_| {}, Answered::Succeeded, &["2 checks passed"]),
    (
        "check failed",
        |scene| home(scene, broken_home()),
        Answered::Failed,
        &["1 of 2 checks failed", "home page is served", "200", "503"],
    ),
    (
        "no check has the event's tag",
        |scene| scene.suite = Some(crate::scene::SUITE.to_owned()),
        Answered::Failed,
        &["before-traffic"],
    ),
    ("site is down", |scene| scene.shop = Shop::Down, Answered::Failed, &["2 of 2 checks failed", "refused"]),
    (
        "site hanging",
        |scene| {
            home(scene, SiteAnswer::Hang);
            scene.timeout = PATIENCE;
        },
        Answered::Failed,
        &["home page is served"],
    ),
    (
        "wrong configuration: the group has no environment",
        |scene| scene.environment.push(("HOOK_ENVIRONMENTS", Some("{}".to_owned()))),
        Answered::Failed,
        &["HOOK_ENVIRONMENTS", "storefront/staging"],
    ),
    (
        "wrong configuration: HOOK_ENVIRONMENTS is no JSON",
        |scene| scene.environment.push(("HOOK_ENVIRONMENTS", Some("staging".to_owned()))),
        Answered::Failed,
        &["HOOK_ENVIRONMENTS"],
    ),
    (
        "wrong configuration: no SUITE_OBJECT",
        |scene| scene.environment.push(("SUITE_OBJECT", None)),
        Answered::Failed,
        &["SUITE_OBJECT"],
    ),
    (
        "wrong configuration: no suite there",
        |scene| scene.suite = None,
        Answered::Failed,
        &["suites/0123abc/smoke.yaml"],
    ),
    (
        "wrong configuration: a mistake in the suite",
        |scene| scene.suite = scene.suite.take().map(|suite| suite.replace("expect:", "expects:")),
        Answered::Failed,
        &["smoke.yaml", "expects", "did you mean"],
    ),
    (
        "deployment unknown to GetDeployment",
        |scene| scene.faults.push(("GetDeployment", unknown(), Times::Always)),
        Answered::Failed,
        &[DEPLOYMENT, "could not be found"],
    ),
    (
        "no lifecycle event in progress",
        |scene| scene.deployment = Some(Deployment { late_views: u32::MAX, ..on_ecs("AfterAllowTestTraffic") }),
        Answered::Failed,
        &["in progress"],
    ),
    (
        "the view of the deployment lags",
        |scene| scene.deployment = Some(Deployment { late_views: 2, ..on_ecs("AfterAllowTestTraffic") }),
        Answered::Succeeded,
        &["2 checks passed"],
    ),
    (
        "access denied: the deployment",
        |scene| scene.faults.push(("GetDeployment", denied("codedeploy:GetDeployment"), Times::Always)),
        Answered::Failed,
        &["codedeploy:GetDeployment"],
    ),
    (
        "access denied: the suite",
        |scene| {
            let message = "User: arn is not authorized to perform: s3:GetObject".to_owned();
            scene.faults.push((
                "GetObject",
                Fault::Refuse(StatusCode::FORBIDDEN, "AccessDenied", message),
                Times::Always,
            ));
        },
        Answered::Failed,
        &["s3:GetObject"],
    ),
    (
        "access denied: the answer",
        |scene| scene.faults.push((ANSWER, denied("codedeploy:PutLifecycleEventHookExecutionStatus"), Times::Count(1))),
        Answered::Failed,
        &["PutLifecycleEventHookExecutionStatus"],
    ),
    ("panic", |scene| misbehaves(scene, "panic"), Answered::Failed, &["panicked", "as it was told to"]),
    (
        "kill -9 during the check",
        |scene| {
            home(scene, SiteAnswer::Hang);
            scene.course = Course::Killed;
        },
        Answered::Failed,
        &["CodeDeployHook_launchway", "killed"],
    ),
    (
        "out of memory",
        |scene| {
            misbehaves(scene, "allocate");
            scene.course = Course::LimitedMemory;
        },
        Answered::Failed,
        &["CodeDeployHook_launchway", "out of memory"],
    ),
    (
        "Lambda time-out",
        |scene| {
            misbehaves(scene, "block the thread");
            scene.timeout = PATIENCE;
        },
        Answered::Failed,
        &["CodeDeployHook_launchway", "timed out"],
    ),
    (
        "exit in the middle",
        |scene| misbehaves(scene, "exit"),
        Answered::Failed,
        &["CodeDeployHook_launchway", "exit status 1"],
    ),
    (
        "answer throttled",
        |scene| scene.faults.push((ANSWER, Fault::Throttle, Times::Count(5))),
        Answered::Succeeded,
        &["2 checks passed"],
    ),
    (
        "answer failing inside",
        |scene| scene.faults.push((ANSWER, Fault::InternalError, Times::Count(3))),
        Answered::Succeeded,
        &["2 checks passed"],
    ),
    (
        "answered already: the first answer's reply was lost",
        |scene| scene.faults.push((ANSWER, Fault::LoseAnswer, Times::Count(1))),
        Answered::Succeeded,
        &["2 checks passed"],
    ),
    ("event delivered twice", |scene| scene.course = Course::Twice, Answered::Succeeded, &["2 checks passed"]),
    (
        "event delivered twice, to two processes",
        |scene| scene.course = Course::TwiceByTwo,
        Answered::Succeeded,
        &["2 checks passed"],
    ),
    (
        "a rollback's checks fail",
        |scene| {
            home(scene, broken_home());
            scene.deployment = scene.deployment.take().map(Deployment::rolling_back);
        },
        Answered::Succeeded,
        &["home page is served"],
    ),
    (
        "a function's new version",
        |scene| {
            let deployment = Deployment::of_function(DEPLOYMENT, ("checkout", "live"), "checkout", ("3", "4"));
            scene.deployment = Some(deployment.running("BeforeAllowTraffic", super::scene::EXECUTION));
            scene.stock = |aws| aws.add_function_version("checkout", "4", &[("REVISION", super::scene::REVISION)]);
        },
        Answered::Succeeded,
        &["2 checks passed"],
    ),
];

#[tokio::test]
async fn hooks_table() {
    let playing: Vec<_> = CASES.iter().map(|case| (case, tokio::spawn(HookScene::with(case.1).play()))).collect();
    let mut verdicts = Vec::new();
    let mut lines = Vec::new();
    for ((name, _, expected, parts), playing) in playing {
        let played = playing.await.expect("the scene is played to its end");
        lines.push(line(name, &played));
        verdicts.push((*name, played.verdict(*expected, parts)));
    }
    print(&lines);
    all_well(verdicts);
}

fn line(name: &str, played: &HookPlayed) -> String {
    let statuses: Vec<_> = played.aws.hook_statuses(DEPLOYMENT).into_iter().map(|status| status.status).collect();
    let reason = played.reason().replace(['\n', '|'], " ");
    format!("| {name} | {} | {:.2} s | {reason} |", statuses.join(", "), played.duration().as_secs_f64())
}

#[expect(clippy::print_stdout, reason = "the table is for whoever asks for it with --nocapture")]
fn print(lines: &[String]) {
    println!("| case | answer | time from invocation | reason |\n|---|---|---|---|\n{}", lines.join("\n"));
}
