//! The tools that a build finds, against the emulator with IAM enforced: the real AWS command line, and `docker`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use launchway::build::{self, Access, BuildRequest, BuildStatus, tools};
use launchway::containers::Images;
use launchway::emulator::client::EmulatorClient;
use launchway::emulator::{Emulator, EmulatorSettings};
use launchway::project::Project;
use serde_json::{Value, json};

use crate::run::{program, root};

const REGISTRY: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

/// What the role of the builds may do: nothing in the repository `other`, and nothing but writing suites in S3.
fn policy() -> String {
    let repository = |name: &str| format!("arn:aws:ecr:us-east-1:123456789012:repository/{name}");
    let push = [
        "ecr:BatchCheckLayerAvailability",
        "ecr:CompleteLayerUpload",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
    ];
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
        {"Effect": "Allow", "Action": push, "Resource": [repository("shop"), repository("gone")]},
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::artifacts/suites/*"},
    ]})
    .to_string()
}

/// Runs the AWS command line as the account's root.
fn as_root(project: &Project, emulator: &Emulator, arguments: &[&str]) {
    let output = Command::new(project.aws_python().unwrap())
        .args(["-m", "awscli"])
        .args(arguments)
        .env_clear()
        .env("AWS_ENDPOINT_URL", emulator.url())
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", &emulator.root().access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", &emulator.root().secret_access_key)
        // Without a HOME it still finds the operator's by the user's entry in the system.
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// What the shop's build does about its image.
fn shop_commands() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("examples/storefront/buildspec-ecs.yml")).unwrap();
    let buildspec: Value = serde_saphyr::from_str(&text).unwrap();
    let commands = buildspec["phases"]["post_build"]["commands"].as_array().unwrap().clone();
    let commands = commands.into_iter().map(|command| command.as_str().unwrap().to_owned());
    let about = ["export REVISION=", "export BUILD=", "IMAGE"];
    commands.filter(|command| about.iter().any(|part| command.contains(part))).collect()
}

fn sources(folder: &Path, commands: &[&str]) -> std::path::PathBuf {
    let buildspec = json!({"version": 0.2, "phases": {"build": {"commands": commands}}}).to_string();
    let mut files = BTreeMap::new();
    for (name, content) in [
        ("buildspec.yml", buildspec.as_str()),
        ("Dockerfile", "FROM scratch\nCOPY shop.sh /shop\nENTRYPOINT [\"/shop\"]\n"),
        ("shop.sh", "#!/bin/sh\n"),
        ("smoke.yaml", "checks: []\n"),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, content).unwrap();
        files.insert(name.to_owned(), path);
    }
    let archive = folder.join("source.zip");
    launchway::archive::pack(&files, &archive).unwrap();
    archive
}

#[tokio::test]
async fn a_build_pushes_images_and_copies_files_as_its_role_may() {
    let folder = tempfile::tempdir().unwrap();
    let project = Project::open(root()).unwrap();
    let marker = ("LAUNCHWAY_TEST", "build-tools");
    let settings = EmulatorSettings {
        engine_url: "http://127.0.0.1:1",
        work_dir: folder.path(),
        marker,
        slack_api_url: "http://127.0.0.1:1/api",
    };
    let emulator = Emulator::start(&project, settings).await.unwrap();
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ]})
    .to_string();
    for arguments in [
        &["s3", "mb", "s3://artifacts"][..],
        &["ecr", "create-repository", "--repository-name", "shop", "--image-tag-mutability", "IMMUTABLE"],
        &["ecr", "create-repository", "--repository-name", "other"],
        &["iam", "create-role", "--role-name", "build", "--assume-role-policy-document", &trust],
        &["iam", "put-role-policy", "--role-name", "build", "--policy-name", "build", "--policy-document", &policy()],
    ] {
        as_root(&project, &emulator, arguments);
    }
    let role = "arn:aws:iam::123456789012:role/build";
    let sessions = EmulatorClient::new(&emulator.role_session_url()).unwrap();
    let path = tools::install(&folder.path().join("tools"), &program(), &project.aws_python().unwrap()).unwrap();

    let login = &format!("aws ecr get-login-password | docker login --username AWS --password-stdin {REGISTRY}");
    let push = |name: &str| format!("docker build -t {REGISTRY}/{name} . && docker push {REGISTRY}/{name}");
    let release = shop_commands();
    let release_of = |change: &'static str| {
        let first = ["mkdir bundle image", "cp shop.sh image/", change];
        first.into_iter().chain(release.iter().map(String::as_str)).chain(["cat bundle/imageDetail.json"])
    };
    let releases = ["true", "echo exit 0 >> image/shop.sh"].map(|change| release_of(change).collect::<Vec<_>>());
    let mut pushed = Vec::new();
    let table: [(bool, &[&str], &str); 11] = [
        (true, &[login, &push("shop:v1"), "aws s3 cp smoke.yaml s3://artifacts/suites/v1/smoke.yaml"], ""),
        (true, &[login, &push("shop:v1")], "tag invalid: The image tag 'v1' already exists in the 'shop' repository"),
        (true, &releases[0], ""),
        (true, &releases[1], ""),
        (true, &[&push("shop:v2")], "no basic auth credentials"),
        (true, &[login, &push("other:v2")], "denied: User: arn:aws:sts::123456789012:assumed-role/build/test"),
        (true, &[login, &push("gone:v2")], "name unknown: The repository with name 'gone' does not exist"),
        (true, &["docker build --squash ."], "unexpected argument '--squash'"),
        (false, &["docker build ."], "Cannot connect to the Docker daemon"),
        (true, &["aws s3 cp smoke.yaml s3://artifacts/other"], "AccessDenied"),
        (true, &["aws ecr describe-repositories"], "not authorized to perform: ecr:DescribeRepositories"),
    ];
    for (number, (privileged, commands, expected)) in (1..).zip(table) {
        let session = sessions.role_session(role, "codebuild.amazonaws.com", "test", 900).await.unwrap();
        let secrets = [session.secret_access_key.clone(), session.session_token.clone()];
        let request = BuildRequest {
            project: build::Project::from_properties(&json!({
                "ServiceRole": role,
                "Artifacts": {"Type": "CODEPIPELINE"},
                "Source": {"Type": "CODEPIPELINE"},
                "Environment": {
                    "Type": "LINUX_CONTAINER", "ComputeType": "BUILD_GENERAL1_SMALL",
                    "Image": "aws/codebuild/standard:7.0", "PrivilegedMode": privileged,
                },
            }))
            .unwrap(),
            build_id: format!("shop:00000000-0000-0000-0000-{number:012}"),
            source_zip: sources(folder.path(), commands),
            resolved_source_version: "v1".into(),
            environment: [("PATH".to_owned(), path.clone()), ("IMAGE_REPOSITORY".into(), format!("{REGISTRY}/shop"))]
                .into(),
            work_dir: folder.path().join("work"),
            cache_dir: folder.path().join("cache"),
            access: Access { session, endpoint: emulator.url() },
            images: folder.path().join("images"),
        };
        let outcome = build::run(request, |_| ()).await.unwrap();
        let log = std::fs::read_to_string(&outcome.log).unwrap();
        assert_eq!(outcome.status == BuildStatus::Succeeded, expected.is_empty(), "{commands:?}: {log}");
        assert!(log.contains(expected), "{commands:?}: {log}");
        assert!(!secrets.iter().any(|secret| log.contains(secret)), "{commands:?}");
        pushed.extend(log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()));
    }

    let images = Images::new(folder.path().join("images"));
    assert_eq!(images.find(&format!("{REGISTRY}/shop:v1")).unwrap().entrypoint(), ["/shop"]);
    for digest in digests_of_two_builds(&images, &pushed) {
        let id = &format!("imageDigest={digest}");
        as_root(&project, &emulator, &["ecr", "describe-images", "--repository-name", "shop", "--image-ids", id]);
    }
    for refused in ["shop:v2", "other:v2", "gone:v2"] {
        assert!(images.find(&format!("{REGISTRY}/{refused}")).is_err(), "{refused}");
    }
    as_root(
        &project,
        &emulator,
        &["ecr", "describe-images", "--repository-name", "shop", "--image-ids", "imageTag=v1"],
    );
    as_root(&project, &emulator, &["s3api", "head-object", "--bucket", "artifacts", "--key", "suites/v1/smoke.yaml"]);
    emulator.stop().await;
}

/// Two builds of one revision, the third and the fourth, made an image each, and each said which is its own.
fn digests_of_two_builds(images: &Images, details: &[Value]) -> Vec<String> {
    let uris: Vec<&str> = details.iter().map(|detail| detail["ImageURI"].as_str().unwrap()).collect();
    let program = |uri: &&str| std::fs::read_to_string(images.find(uri).unwrap().root().join("shop")).unwrap();
    let programs: Vec<String> = uris.iter().map(program).collect();
    assert_eq!(programs, ["#!/bin/sh\n", "#!/bin/sh\nexit 0\n"], "{uris:?}");
    let digests = (3..).zip(&uris).map(|(number, uri)| {
        let (repository, digest) = uri.split_once('@').unwrap();
        assert_eq!(repository, format!("{REGISTRY}/shop"));
        let tagged = images.find(&format!("{repository}:r-v1-00000000-0000-0000-0000-{number:012}")).unwrap();
        assert_eq!(tagged.digest(), digest);
        digest.to_owned()
    });
    digests.collect()
}
