//! The alerts whose renderings are kept.

use alert::{
    Alert, Approval, Console, FailedCheck, Kind, Link, LinkKind, Place, Provider, Reason, Revision, commit_link,
};

const COMMIT: &str = "8cf40f2f5f0d4d7b9c8d1a2b3c4d5e6f708192a3";
const EXECUTION: &str = "12345678-1234-5678-abcd-12345678abcd";

/// Every kind, and what makes a difference within one.
pub(crate) fn cases() -> Vec<(&'static str, Alert)> {
    let failed = failed_smoke_test();
    vec![
        ("failed-smoke-test", failed.clone()),
        ("failed-one-check", failed_one_check()),
        ("failed-build", failed_build()),
        ("failed-deployment-script", failed_script()),
        ("failed-nothing-known", Alert::new(Kind::Failed, Place::default())),
        ("failed-hostile", hostile()),
        ("retrying", failed.clone().become_retrying(Some("Retried by jane".to_owned()), at("14:01:00"))),
        ("recovered", failed.clone().become_retrying(None, at("14:01:00")).become_recovered(at("14:12:30"))),
        ("succeeded", with_change(Kind::Succeeded, "Production", "production")),
        ("approval-needed", approval()),
        ("approved", noted(Kind::Approved, "Production", "Approved by jane: looks good")),
        ("rejected", noted(Kind::Rejected, "Production", "Rejected by jane: not during the sale")),
        ("rollback-started", noted(Kind::RollbackStarted, "Production", "Back to 77a1b2c, because the bake failed")),
        ("rollback-finished", rolled_back()),
        ("rollback-failed", noted(Kind::RollbackFailed, "Production", "Back to 77a1b2c, started by CodePipeline")),
        ("stopped", noted(Kind::Stopped, "Staging", "Stopping the pipeline for an update")),
        ("superseded", with_change(Kind::Superseded, "Staging", "staging")),
        ("canceled", with_change(Kind::Canceled, "Staging", "staging")),
        ("deployment-failed", deployment()),
        ("service-rolls-back", service()),
        ("build-failed", build()),
        ("alarm", alarm(Kind::Alarm)),
        ("alarm-cleared", alarm(Kind::AlarmCleared)),
    ]
}

fn at(time: &str) -> jiff::Timestamp {
    format!("2023-10-26T{time}Z").parse().unwrap()
}

fn console() -> Console {
    Console::new("eu-west-1", "123456789012")
}

#[expect(clippy::unnecessary_wraps, reason = "most texts of an alert may be missing")]
fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn place(stage: &str, environment: &str) -> Place {
    Place {
        account: text("123456789012"),
        region: text("eu-west-1"),
        environment: text(environment).filter(|name| !name.is_empty()),
        pipeline: text("storefront"),
        stage: text(stage),
        execution: text(EXECUTION),
        ..Place::default()
    }
}

fn with_change(kind: Kind, stage: &str, environment: &str) -> Alert {
    let mut alert = Alert::new(kind, place(stage, environment));
    alert.occurred = Some(at("13:51:09"));
    alert.trigger = text("a push to main");
    alert.revisions = vec![Revision {
        id: COMMIT.to_owned(),
        message: text("Take discount codes at the \"checkout\" & cart\n\nThe long story."),
        author: text("Mary Major"),
        url: commit_link(Provider::GitHub, "acme/storefront", COMMIT, &console()),
        branch: text("main"),
    }];
    alert.links = vec![Link::new(LinkKind::Execution, console().execution("storefront", EXECUTION))];
    alert
}

fn noted(kind: Kind, stage: &str, note: &str) -> Alert {
    let mut alert = with_change(kind, stage, &stage.to_lowercase());
    alert.note = text(note);
    alert
}

pub(crate) fn failed_smoke_test() -> Alert {
    let mut alert = with_change(Kind::Failed, "Staging", "staging");
    alert.place.action = text("SmokeTest");
    alert.in_a_row = 2;
    alert.since = Some(at("12:40:00"));
    alert.mention = Some("@here".parse().unwrap());
    alert.reasons = vec![Reason::Checks {
        of: 9,
        failed: vec![
            FailedCheck {
                name: "a customer can check out".to_owned(),
                request: text("POST /api/orders"),
                message: "expected status 201, got 500".to_owned(),
            },
            FailedCheck {
                name: "home page".to_owned(),
                request: None,
                message: "expected latency below 1 s, got 2.3 s".to_owned(),
            },
        ],
    }];
    alert.links.push(Link::new(LinkKind::SmokeReport, "https://example.com/reports/1.json"));
    alert
}

fn failed_one_check() -> Alert {
    let mut alert = failed_smoke_test();
    if let Some(Reason::Checks { failed, .. }) = alert.reasons.first_mut() {
        failed.truncate(1);
    }
    (alert.in_a_row, alert.since, alert.mention) = (1, None, None);
    alert
}

fn failed_build() -> Alert {
    let mut alert = with_change(Kind::Failed, "Build", "");
    alert.place.action = text("Build");
    alert.reasons = vec![
        Reason::Build {
            project: "storefront-build".to_owned(),
            phase: text("BUILD"),
            message: text(
                "COMMAND_EXECUTION_ERROR: Error while executing command: cargo test --locked. Reason: exit status 101",
            ),
            tests: Vec::new(),
            log: [
                "\u{1b}[1m\u{1b}[32m   Compiling\u{1b}[0m storefront v0.1.0",
                "\u{1b}[31merror[E0308]\u{1b}[0m: mismatched types: expected `Money`, found `&str`",
                "  --> src/cart.rs:42:9",
                "error: could not compile `storefront` (lib) due to 1 previous error",
                "",
            ]
            .map(str::to_owned)
            .to_vec(),
        },
        Reason::Action {
            action: "Build".to_owned(),
            provider: text("CodeBuild"),
            code: text("JobFailed"),
            message: text("Build terminated with state: FAILED"),
        },
    ];
    alert
        .links
        .push(Link::new(LinkKind::Log, console().build_log("storefront-build:8745a7a9-c340-456a-9166-edf953571b00")));
    alert
}

fn failed_script() -> Alert {
    let mut alert = with_change(Kind::Failed, "Production", "production");
    alert.place.action = text("Deploy");
    alert.place.deployment = text("d-123456789");
    alert.reasons = vec![lifecycle()];
    alert.gaps = vec!["how often it failed before: ThrottlingException".to_owned()];
    alert.links.push(Link::new(LinkKind::Deployment, console().deployment("d-123456789")));
    alert
}

fn lifecycle() -> Reason {
    Reason::Lifecycle {
        event: "ValidateService".to_owned(),
        target: text("i-0000000aaaaaaaaaa"),
        script: text("scripts/validate.sh"),
        code: text("ScriptFailed"),
        message: text("Script at specified location: scripts/validate.sh failed with exit code 1"),
        log: ["[stdout]waiting for the shop", "[stderr]curl: (7) Failed to connect to 127.0.0.1 port 8080"]
            .map(str::to_owned)
            .to_vec(),
    }
}

/// Every text tries to be more than text.
fn hostile() -> Alert {
    let evil = "<!channel> *now* `x` ```y``` <https://evil.example|click> & @here\u{202e} _x_ ~y~\r\nBcc: all\u{0}";
    let mut alert = with_change(Kind::Failed, evil, evil);
    alert.place.pipeline = text(evil);
    alert.place.action = text(evil);
    alert.trigger = text(evil);
    alert.gaps = vec![evil.to_owned()];
    alert.next = vec![evil.to_owned()];
    alert.note = text(evil);
    alert.revisions[0].message = text(evil);
    alert.revisions[0].author = text(evil);
    alert.revisions[0].url = text("https://example.com/<!channel>|x");
    alert.reasons = vec![
        Reason::Build {
            project: evil.to_owned(),
            phase: text(evil),
            message: text(evil),
            tests: vec![evil.to_owned()],
            log: vec!["```".to_owned(), evil.to_owned(), "````<!here>".to_owned()],
        },
        Reason::Text { text: evil.to_owned() },
    ];
    alert.links = vec![
        Link::new(LinkKind::Other(evil.to_owned()), "https://example.com/a|b>c"),
        Link::new(LinkKind::Execution, "javascript:alert(1)"),
    ];
    alert
}

pub(crate) fn approval() -> Alert {
    let mut alert = with_change(Kind::ApprovalNeeded, "Production", "production");
    alert.place.action = text("ApproveProduction");
    alert.mention = Some("S012AB3CD".parse().unwrap());
    alert.approval = Some(Approval {
        expires: Some("2023-11-02T13:51:00Z".parse().unwrap()),
        text: text("Staging is proven. Release?"),
        approvers: vec!["jane".to_owned(), "the shop team".to_owned()],
        production: text("77a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3"),
    });
    alert.revisions.push(Revision {
        id: "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d".to_owned(),
        message: text("Show prices with taxes"),
        author: text("John Stiles"),
        ..Revision::default()
    });
    alert.links.insert(0, Link::new(LinkKind::Approval, console().pipeline("storefront")));
    alert
}

fn rolled_back() -> Alert {
    let mut alert = noted(Kind::RollbackFinished, "Production", "Production has 77a1b2c again");
    alert.since = Some(at("13:45:00"));
    alert.reasons = vec![Reason::Alarm {
        name: "storefront-production-5xx".to_owned(),
        metric: text("HTTPCode_Target_5XX_Count, Sum, above 5"),
        message: text("Threshold Crossed: 1 datapoint [17.0] was greater than the threshold (5.0)."),
    }];
    alert
}

fn deployment() -> Alert {
    let mut alert = Alert::new(
        Kind::DeploymentFailed,
        Place {
            account: text("123456789012"),
            region: text("eu-west-1"),
            environment: text("production"),
            deployment_group: text("storefront/production"),
            deployment: text("d-123456789"),
            ..Place::default()
        },
    );
    alert.occurred = Some(at("13:51:09"));
    alert.trigger = text("auto scaling");
    alert.reasons = vec![lifecycle()];
    alert.links = vec![Link::new(LinkKind::Deployment, console().deployment("d-123456789"))];
    alert
}

fn service() -> Alert {
    let place = Place { service: text("shop/storefront"), environment: text("production"), ..Place::default() };
    let mut alert = Alert::new(Kind::RollbackStarted, place);
    alert.occurred = Some(at("13:51:09"));
    alert.reasons = vec![Reason::Text {
        text: "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/122.".to_owned(),
    }];
    alert.links = vec![Link::new(LinkKind::Deployment, console().service("shop", "storefront"))];
    alert
}

fn build() -> Alert {
    let place = Place { build_project: text("nightly"), region: text("eu-west-1"), ..Place::default() };
    let mut alert = Alert::new(Kind::BuildFailed, place);
    alert.occurred = Some(at("13:51:09"));
    alert.reasons = vec![Reason::Build {
        project: "nightly".to_owned(),
        phase: text("DOWNLOAD_SOURCE"),
        message: text("CLIENT_ERROR: reference not found for primary source"),
        tests: Vec::new(),
        log: Vec::new(),
    }];
    alert
}

fn alarm(kind: Kind) -> Alert {
    let place = Place {
        environment: text("production"),
        alarm: text("5xx > 1 %"),
        region: text("eu-west-1"),
        ..Place::default()
    };
    let mut alert = Alert::new(kind, place);
    alert.since = Some(at("13:26:00"));
    alert.occurred = Some(at("13:51:09"));
    alert.reasons = vec![Reason::Alarm {
        name: "5xx > 1 %".to_owned(),
        metric: text("AWS/ApplicationELB HTTPCode_Target_5XX_Count"),
        message: text("Threshold Crossed: 1 datapoint [17.0] was greater than the threshold (5.0)."),
    }];
    alert.links = vec![Link::new(LinkKind::Alarm, console().alarm("5xx > 1 %"))];
    alert
}
