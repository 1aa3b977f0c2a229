//! Whole deployments to instances that are folders, with shell scripts for an application.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::archive::pack;
use crate::process::{Marker, RUN_MARKER};

/// Instances with the marker of a run; whatever scripts left running is ended with the value.
struct Site {
    folder: tempfile::TempDir,
    instances: Vec<Instance>,
    group: DeploymentGroup,
    marker: Marker,
    deployments: Mutex<u32>,
}

impl Site {
    fn new(config: &str, instances: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let marker = Marker::run(&Uuid::new_v4().to_string());
        let group = DeploymentGroup::from_properties(&json!({
            "ApplicationName": "shop", "DeploymentGroupName": "staging", "ServiceRoleArn": "arn:aws:iam::1:role/deploy",
            "DeploymentConfigName": format!("CodeDeployDefault.{config}"),
            "Ec2TagFilters": [{"Key": "Environment", "Type": "KEY_AND_VALUE", "Value": "staging"}],
        }))
        .unwrap();
        let instances = instances.iter().map(|name| Instance {
            name: (*name).to_owned(),
            tags: BTreeMap::from([("Environment".into(), name.split('-').next().unwrap().to_owned())]),
            root: folder.path().join(name),
            environment: BTreeMap::from([
                (RUN_MARKER.to_owned(), marker.value().to_owned()),
                ("NAME".to_owned(), (*name).to_owned()),
            ]),
        });
        let instances = instances.collect();
        Self { folder, instances, group, marker, deployments: Mutex::new(0) }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("staging-1")
    }

    fn file(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.root().join(path)).ok()
    }

    fn request(&self, appspec: &str, files: &[(&str, &str)]) -> DeploymentRequest {
        let mut count = self.deployments.lock().unwrap();
        *count += 1;
        let mut packed = BTreeMap::new();
        let appspec = format!("version: 0.0\nos: linux\n{appspec}");
        for (name, content) in files.iter().chain([&("appspec.yml", appspec.as_str())]) {
            let path = self.folder.path().join(format!("revision-{count}")).join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, content).unwrap();
            packed.insert((*name).to_owned(), path);
        }
        let bundle_zip = self.folder.path().join(format!("{count}.zip"));
        pack(&packed, &bundle_zip).unwrap();
        DeploymentRequest {
            deployment_id: format!("d-{count}"),
            application: "shop".into(),
            group: self.group.clone(),
            bundle_zip,
            instances: self.instances.clone(),
        }
    }

    async fn deploy(&self, appspec: &str, files: &[(&str, &str)]) -> (DeploymentOutcome, Vec<DeploymentEvent>) {
        let events = Mutex::new(Vec::new());
        let outcome = run(self.request(appspec, files), |event| events.lock().unwrap().push(event)).await.unwrap();
        (outcome, events.into_inner().unwrap())
    }
}

fn lines(events: &[DeploymentEvent]) -> Vec<String> {
    let line = |event: &DeploymentEvent| match event {
        DeploymentEvent::Line { event, line, .. } => Some(format!("{event}: {line}")),
        _ => None,
    };
    events.iter().filter_map(line).collect()
}

fn notes(events: &[DeploymentEvent]) -> Vec<&str> {
    let mut notes = Vec::new();
    for event in events {
        if let DeploymentEvent::Note { text, .. } = event {
            notes.push(text.as_str());
        }
    }
    notes
}

/// One letter for each lifecycle event: succeeded, failed, or a hyphen for skipped.
fn states(record: &InstanceRecord) -> String {
    let letter = |event: &LifecycleEventRecord| match event.status {
        Status::Succeeded => 'S',
        Status::Failed => 'F',
        Status::Skipped => '-',
        Status::InProgress => '?',
    };
    record.lifecycle_events.iter().map(letter).collect()
}

/// An appspec that installs everything and runs `run.sh` for each scripted event.
const EVERY_EVENT: &str = "files: [{source: /, destination: /opt/shop}]
hooks:
  ApplicationStop: [{location: run.sh, timeout: 60}]
  BeforeInstall: [{location: run.sh, timeout: 60}]
  AfterInstall: [{location: run.sh, timeout: 60}]
  ApplicationStart: [{location: run.sh, timeout: 60}]
  ValidateService: [{location: run.sh, timeout: 60}]
";

#[tokio::test]
async fn the_lifecycle_is_codedeploys() {
    let site = Site::new("AllAtOnce", &["staging-1"]);
    let (outcome, events) = site.deploy(EVERY_EVENT, &[("run.sh", "#!/bin/sh\necho r1\n"), ("old.txt", "r1")]).await;
    assert_eq!(outcome.status, DeploymentStatus::Succeeded, "{outcome:?}");
    assert_eq!(states(&outcome.instances[0]), "SSSSSSS");
    // Nothing was installed that could be stopped.
    assert_eq!(
        lines(&events),
        ["BeforeInstall: r1", "AfterInstall: r1", "ApplicationStart: r1", "ValidateService: r1"]
    );
    let (outcome, events) = site.deploy(EVERY_EVENT, &[("run.sh", "#!/bin/sh\necho r2\n"), ("new.txt", "r2")]).await;
    assert_eq!(outcome.status, DeploymentStatus::Succeeded, "{outcome:?}");
    assert_eq!(lines(&events)[0], "ApplicationStop: r1");
    assert_eq!(lines(&events)[1], "BeforeInstall: r2");
    assert_eq!((site.file("opt/shop/old.txt"), site.file("opt/shop/new.txt").as_deref()), (None, Some("r2")));
    let begun: Vec<&str> = events
        .iter()
        .filter_map(|event| match event {
            DeploymentEvent::Lifecycle { event, status: Status::InProgress, .. } => Some(*event),
            _ => None,
        })
        .collect();
    assert_eq!(
        begun,
        [
            "ApplicationStop",
            "DownloadBundle",
            "BeforeInstall",
            "Install",
            "AfterInstall",
            "ApplicationStart",
            "ValidateService"
        ]
    );
}

#[tokio::test]
async fn scripts_get_the_agents_environment_and_no_more() {
    let site = Site::new("AllAtOnce", &["staging-1"]);
    let appspec = "hooks: {AfterInstall: [{location: s/env.sh}]}";
    let (_, events) = site.deploy(appspec, &[("s/env.sh", "#!/bin/sh\nenv; echo DIR=$(pwd)\n")]).await;
    let lines = lines(&events);
    let found: BTreeMap<&str, &str> =
        lines.iter().filter_map(|line| line.strip_prefix("AfterInstall: ")?.split_once('=')).collect();
    let (root, id) = (site.root(), site.group.id());
    let agent = root.join("opt/codedeploy-agent");
    for (name, expected) in [
        ("APPLICATION_NAME", "shop"),
        ("DEPLOYMENT_GROUP_NAME", "staging"),
        ("DEPLOYMENT_GROUP_ID", &id),
        ("DEPLOYMENT_ID", "d-1"),
        ("LIFECYCLE_EVENT", "AfterInstall"),
        ("INSTANCE_ROOT", root.to_str().unwrap()),
        ("NAME", "staging-1"),
        (RUN_MARKER, site.marker.value()),
        ("DIR", agent.to_str().unwrap()),
    ] {
        assert_eq!(found.get(name), Some(&expected), "{name}");
    }
    // The test runner's own variables stand for what an operator has set.
    assert!(found.contains_key("PATH") && !found.contains_key("CARGO_MANIFEST_DIR"), "{found:?}");
}

#[tokio::test]
async fn a_failure_skips_the_rest_and_is_told_as_the_agent_tells_it() {
    for (appspec, files, expected_states, code, message) in [
        (
            "hooks: {BeforeInstall: [{location: x.sh, runas: root}]}",
            &[("x.sh", "#!/bin/sh\necho why\nexit 3\n")][..],
            "SSF----",
            "ScriptFailed",
            "Script at specified location: x.sh run as user root failed with exit code 3",
        ),
        (
            "hooks: {AfterInstall: [{location: gone.sh}]}",
            &[],
            "SSSSF--",
            "ScriptMissing",
            "Script does not exist at specified location: gone.sh",
        ),
        (
            "hooks: {ApplicationStart: [{location: x.sh}]}",
            &[("x.sh", "#!/no/such/interpreter\n")],
            "SSSSSF-",
            "ScriptNotExecutable",
            "x.sh could not be executed: No such file or directory",
        ),
        (
            "hooks: {ValidateService: [{location: x.sh, timeout: 1}]}",
            &[("x.sh", "#!/bin/sh\necho why\nsleep 1000\n")],
            "SSSSSSF",
            "ScriptTimedOut",
            "Script at specified location: x.sh failed to complete in 1 seconds",
        ),
        (
            "hooks: {BeforeInstall: [{location: a.sh}, {location: x.sh}, {location: never.sh}]}",
            &[("a.sh", "#!/bin/sh\n"), ("x.sh", "#!/bin/sh\necho why\nkill -9 $$\n")],
            "SSF----",
            "ScriptFailed",
            "x.sh failed with exit code 137",
        ),
        ("hooks: {BeforeInstal: []}", &[], "SSF----", "UnknownError", "appspec.yml: hooks: BeforeInstal is not"),
        ("files: [{source: gone, destination: /opt}]", &[], "SSSF---", "UnknownError", "gone (files in appspec.yml)"),
    ] {
        let site = Site::new("OneAtATime", &["staging-1"]);
        let (outcome, events) = site.deploy(appspec, files).await;
        assert_eq!(outcome.status, DeploymentStatus::Failed, "{appspec}");
        let record = &outcome.instances[0];
        let failed = record.failed_event().unwrap();
        assert_eq!((record.status, failed.code), (Status::Failed, code), "{failed:?}");
        assert!(failed.message.as_ref().unwrap().contains(message), "{failed:?}");
        assert_eq!(states(record), expected_states, "{failed:?}");
        if lines(&events).iter().any(|line| line.ends_with(": why")) {
            assert_eq!(failed.log_tail, "why\n");
            assert_eq!(failed.script.as_deref(), Some("x.sh"));
        }
        let error = outcome.error.unwrap();
        assert_eq!(error.code, "HEALTH_CONSTRAINTS");
        assert!(error.message.contains(message), "{}", error.message);
        assert!(site.marker.processes().is_empty());
    }
}

#[tokio::test]
async fn an_unusable_revision_fails_where_the_agent_would_notice() {
    let site = Site::new("OneAtATime", &["staging-1"]);
    for (break_it, event, message) in [
        ((|zip| std::fs::write(zip, "no zip").unwrap()) as fn(&Path), "DownloadBundle", "not a usable zip archive"),
        (|zip| std::fs::remove_file(zip).unwrap(), "DownloadBundle", "No such file"),
        (|zip| pack(&BTreeMap::new(), zip).unwrap(), "BeforeInstall", "did not find an AppSpec file"),
    ] {
        let request = site.request("", &[]);
        break_it(&request.bundle_zip);
        let outcome = run(request, |_| ()).await.unwrap();
        let failed = outcome.instances[0].failed_event().unwrap();
        assert_eq!((failed.name, failed.code), (event, "UnknownError"));
        assert!(failed.message.as_ref().unwrap().contains(message), "{failed:?}");
    }
}

#[tokio::test]
async fn a_daemon_lives_on_and_holds_nobody_up() {
    let site = Site::new("AllAtOnce", &["staging-1"]);
    let appspec = "hooks: {ApplicationStart: [{location: x.sh}], ValidateService: [{location: x.sh}], ApplicationStop: [{location: stop.sh}]}";
    let scripts = [
        // With its output open, as a careless script leaves it.
        (
            "x.sh",
            "#!/bin/sh\n[ $LIFECYCLE_EVENT = ValidateService ] && exit 0\nsleep 1000 &\necho $! >$INSTANCE_ROOT/pid\n",
        ),
        ("stop.sh", "#!/bin/sh\nkill $(cat $INSTANCE_ROOT/pid)\n"),
    ];
    let (outcome, events) = site.deploy(appspec, &scripts).await;
    assert_eq!(outcome.status, DeploymentStatus::Succeeded);
    let pid: i32 = site.file("pid").unwrap().trim().parse().unwrap();
    assert_eq!(site.marker.processes(), [pid]);
    let [note] = notes(&events)[..] else { panic!("{events:?}") };
    assert!(note.contains(&format!("process {pid}, which x.sh left running")), "{note}");
    // The next revision, whose own stop script is never asked, stops it and leaves another way: a shell that stays one,
    // because a process that just begins another program shows no environment for a moment.
    let detach = "#!/bin/sh
cd $INSTANCE_ROOT
mkfifo never
setsid sh -c ': >up; read -r nothing <never' </dev/null >/dev/null 2>&1 &
while [ ! -e up ]; do sleep 0.01; done
";
    let detached = [("x.sh", detach), ("stop.sh", "#!/bin/sh\nexit 1\n")];
    let (outcome, events) = site.deploy(&appspec.replace("ValidateService: [{location: x.sh}],", ""), &detached).await;
    assert_eq!(outcome.status, DeploymentStatus::Succeeded, "{outcome:?}");
    assert!(notes(&events).is_empty(), "{events:?}");
    assert!(!site.marker.processes().contains(&pid) && !site.marker.processes().is_empty());
    assert!(site.marker.end_processes(Duration::from_secs(5)).await.is_empty());
}

#[tokio::test]
async fn the_application_is_stopped_by_the_revision_that_was_installed_last() {
    let site = Site::new("AllAtOnce", &["staging-1"]);
    let appspec = |more: &str| format!("hooks: {{ApplicationStop: [{{location: stop.sh}}], {more}}}");
    let stop = |revision: &str| format!("#!/bin/sh\necho stop {revision}\n");
    let fail = "#!/bin/sh\nexit 1\n";
    // Installed, but it does not start: its stop script is the one that counts afterwards, as with the agent.
    site.deploy(&appspec("ApplicationStart: [{location: no.sh}]"), &[("stop.sh", &stop("1")), ("no.sh", fail)]).await;
    // Not installed: it failed before.
    let (_, events) =
        site.deploy(&appspec("BeforeInstall: [{location: no.sh}]"), &[("stop.sh", &stop("2")), ("no.sh", fail)]).await;
    assert_eq!(lines(&events), ["ApplicationStop: stop 1"]);
    let (outcome, events) = site.deploy(&appspec(""), &[("stop.sh", fail)]).await;
    assert_eq!(lines(&events), ["ApplicationStop: stop 1"]);
    assert_eq!(outcome.status, DeploymentStatus::Succeeded);
    let (outcome, _) = site.deploy(&appspec(""), &[("stop.sh", &stop("4"))]).await;
    assert_eq!(outcome.instances[0].failed_event().unwrap().name, "ApplicationStop");
}

#[tokio::test]
async fn scripts_that_an_instance_would_run_run_here() {
    for (script, note) in [
        ("echo without a first line", None),
        ("#!/bin/bash\n[[ a == a ]] && echo bash", None),
        ("#!/bin/sh\ncat; echo nothing to read", None),
        ("#!/bin/sh\necho as somebody", Some("x.sh runs as ")),
    ] {
        let site = Site::new("AllAtOnce", &["staging-1"]);
        let runas = if note.is_some() { ", runas: nobody-here" } else { "" };
        let appspec = format!("hooks: {{AfterInstall: [{{location: x.sh{runas}}}]}}");
        let (outcome, events) = site.deploy(&appspec, &[("x.sh", script)]).await;
        assert_eq!(outcome.status, DeploymentStatus::Succeeded, "{script}: {outcome:?}");
        assert_eq!(lines(&events).len(), 1, "{script}");
        assert_eq!(notes(&events).first().map(|text| &text[.."x.sh runs as ".len()]), note);
    }
}

#[tokio::test]
async fn the_group_decides_where_and_the_configuration_how_far() {
    let fails_on = |name: &str| format!("#!/bin/sh\n[ $NAME != {name} ]\n");
    for (config, instances, script, expected, error) in [
        ("AllAtOnce", &["production-1"][..], fails_on("-"), "", Some("NO_INSTANCES")),
        ("AllAtOnce", &["production-1", "staging-1"], fails_on("-"), "staging-1 Succeeded", None),
        (
            "OneAtATime",
            &["staging-1", "staging-2", "staging-3"],
            fails_on("staging-2"),
            "staging-1 Succeeded, staging-2 Failed, staging-3 Skipped",
            Some("HEALTH_CONSTRAINTS"),
        ),
        (
            "OneAtATime",
            &["staging-1", "staging-2", "staging-3"],
            fails_on("staging-3"),
            "staging-1 Succeeded, staging-2 Succeeded, staging-3 Failed",
            None,
        ),
        (
            "AllAtOnce",
            &["staging-1", "staging-2"],
            fails_on("staging-1"),
            "staging-1 Failed, staging-2 Succeeded",
            None,
        ),
    ] {
        let site = Site::new(config, instances);
        let (outcome, _) = site.deploy("hooks: {BeforeInstall: [{location: x.sh}]}", &[("x.sh", &script)]).await;
        let records: Vec<String> =
            outcome.instances.iter().map(|record| format!("{} {}", record.name, record.status)).collect();
        assert_eq!(records.join(", "), expected);
        assert_eq!(outcome.error.map(|error| error.code), error);
        assert_eq!(outcome.status == DeploymentStatus::Succeeded, error.is_none());
    }
}

#[tokio::test]
async fn instances_of_a_round_are_deployed_to_at_once() {
    // Each waits for the other: one after the other would never end.
    let site = Site::new("AllAtOnce", &["staging-1", "staging-2"]);
    let script = "#!/bin/sh\ncd $INSTANCE_ROOT/..\ntouch $NAME.here\nwhile [ ! -e staging-1.here -o ! -e staging-2.here ]; do sleep 0.01; done\n";
    let (outcome, _) =
        site.deploy("hooks: {BeforeInstall: [{location: x.sh, timeout: 60}]}", &[("x.sh", script)]).await;
    assert!(outcome.instances.iter().all(|record| record.status == Status::Succeeded), "{outcome:?}");
}

#[tokio::test]
async fn a_deployment_is_carried_out_once() {
    let site = Site::new("AllAtOnce", &["staging-1"]);
    let request = site.request("", &[]);
    run(request.clone(), |_| ()).await.unwrap();
    let error = run(request, |_| ()).await.unwrap_err().to_string();
    assert!(error.contains("staging-1 already has the deployment d-1"), "{error}");
}
