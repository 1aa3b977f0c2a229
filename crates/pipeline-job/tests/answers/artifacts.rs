//! Files out of input artifacts.

use std::io::{Cursor, Write};

use serde_json::json;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::standin::{Standin, s3_refusal};
use crate::{data, done, job_event, read, result_of, soon};

const SUITE: &str = "version: 1\nchecks: []\n";

fn archive(files: &[(&str, &[u8])], options: SimpleFileOptions) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in files {
        writer.start_file(*path, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn stored() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Stored)
}

/// Content that deflate cannot pack.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1u64;
    let step = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    (0..length).map(step).collect()
}

#[tokio::test]
async fn a_file_is_found_in_archives_of_every_make() {
    let suite = ("smoke.yaml", SUITE.as_bytes());
    let large = noise(3 << 20);
    let many: Vec<String> = (0..40_000).map(|number| format!("node_modules/some/package/file-{number}.js")).collect();
    let mut crowd: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), b"x".as_slice())).collect();
    crowd.insert(20_000, suite);
    let commented = {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("smoke.yaml", stored()).unwrap();
        writer.write_all(SUITE.as_bytes()).unwrap();
        writer.set_comment("c".repeat(65_000)).unwrap();
        writer.finish().unwrap().into_inner()
    };
    let default = SimpleFileOptions::default();
    let table = [
        ("alone", archive(&[suite], default), 1),
        ("stored", archive(&[suite], stored()), 1),
        ("after a large one", archive(&[("app", &large), suite], default), 1),
        ("before a large one", archive(&[suite, ("app", &large)], default), 2),
        ("with 64 bit sizes", archive(&[suite, ("app", &large)], default.large_file(true)), 2),
        ("under a long comment", commented, 1),
        ("among 40000 others", archive(&crowd, stored()), 3),
    ];
    for (name, archive, requests) in table {
        let standin = Standin::start(archive).await;
        let content =
            read(&standin, &job_event(), "smoke.yaml", 4096).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(content, SUITE.as_bytes(), "{name}");
        let (ranges, sent) = standin.transfer();
        assert_eq!(ranges.len(), requests, "{name}: {ranges:?}");
        assert!(sent < 5 << 20, "{name}: {sent} bytes");
        assert!(standin.authorizations().iter().all(|key| key == "ASIAJOB"), "{name}");
    }
}

#[tokio::test]
async fn a_path_may_begin_with_a_dot() {
    let standin = Standin::start(archive(&[("ci/smoke.yaml", SUITE.as_bytes())], stored())).await;
    assert_eq!(read(&standin, &job_event(), "./ci/smoke.yaml", 4096).await.unwrap(), SUITE.as_bytes());
}

#[tokio::test]
async fn an_endpoint_without_ranges_works_for_small_artifacts() {
    let standin = Standin::start(archive(&[("smoke.yaml", SUITE.as_bytes())], stored())).await;
    standin.ignore_ranges();
    assert_eq!(read(&standin, &job_event(), "smoke.yaml", 4096).await.unwrap(), SUITE.as_bytes());
}

#[tokio::test]
async fn an_artifact_that_cannot_be_used_says_why() {
    let suite = archive(&[("ci/smoke.yaml", SUITE.as_bytes()), ("app", b"x"), ("docs/", b"")], stored());
    let mut damaged = archive(&[("smoke.yaml", SUITE.as_bytes())], stored());
    damaged[45] ^= 1;
    let bomb = archive(&[("smoke.yaml", vec![b' '; 1 << 20].as_slice())], SimpleFileOptions::default());
    let mut lying = bomb.clone();
    // The directory says that the file has ten bytes.
    let directory = lying.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    lying[directory + 24..directory + 28].copy_from_slice(&10u32.to_le_bytes());
    let mut wrong_directory = suite.clone();
    let end = wrong_directory.len();
    wrong_directory[end - 6..end - 2].copy_from_slice(&5u32.to_le_bytes());
    let table = [
        (Vec::new(), "it is empty"),
        (b"hello".to_vec(), "is not a zip archive"),
        (noise(300_000), "is not a zip archive"),
        (suite[..suite.len() - 30].to_vec(), "is not a zip archive"),
        (wrong_directory, "is not a zip archive"),
        (archive(&[], stored()), "has no file \"smoke.yaml\"; it has none"),
        (suite, "has no file \"smoke.yaml\"; it has ci/smoke.yaml, app"),
        (archive(&[("smoke.yaml", &noise(5000))], stored()), "is larger than 4096 bytes"),
        (bomb, "is larger than 4096 bytes"),
        (lying, "cannot be unpacked"),
        (damaged, "cannot be unpacked"),
    ];
    for (object, expected) in table {
        let standin = Standin::start(object).await;
        let error = read(&standin, &job_event(), "smoke.yaml", 4096).await.unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains("s3://bucket/build/output.zip"), "{expected}: {error}");
    }
}

#[tokio::test]
async fn the_others_that_are_named_are_few() {
    let names: Vec<String> = (0..20).map(|number| format!("file-{number}")).collect();
    let mut files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
    files.push(("deep/smoke.yaml", b""));
    let standin = Standin::start(archive(&files, stored())).await;
    let error = read(&standin, &job_event(), "smoke.yaml", 10).await.unwrap_err().to_string();
    assert!(error.ends_with("it has deep/smoke.yaml, file-0, file-1, file-2, file-3, and 16 more"), "{error}");
}

#[tokio::test]
async fn a_refusal_becomes_a_failure_of_its_kind() {
    let table = [
        (s3_refusal(403, "AccessDenied"), "PermissionError", "access denied"),
        (s3_refusal(404, "NoSuchKey"), "ConfigurationError", "no such object"),
        (s3_refusal(400, "ExpiredToken"), "PermissionError", "retry the action"),
        (s3_refusal(400, "KMS.DisabledException"), "PermissionError", "the key it is encrypted with"),
    ];
    for (refusal, kind, expected) in table {
        let standin = Standin::start("").await;
        standin.refuse_objects([refusal]);
        let (operation, input) = result_of(&standin, &job_event(), async |job| {
            job.read_input(None, "smoke.yaml", 10).await?;
            done()
        })
        .await;
        assert_eq!(operation, "PutJobFailureResult");
        assert_eq!(input["failureDetails"]["type"], kind);
        let message = input["failureDetails"]["message"].as_str().unwrap();
        assert!(message.contains(expected), "{message}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_passing_refusal_is_tried_again() {
    let archive = archive(&[("smoke.yaml", SUITE.as_bytes())], stored());
    for (refusals, works) in [(3, true), (4, false)] {
        let standin = Standin::start(archive.clone()).await;
        standin.refuse_objects(vec![s3_refusal(503, "SlowDown"); refusals]);
        let content = read(&standin, &job_event(), "smoke.yaml", 4096).await;
        assert_eq!(content.is_ok(), works, "{refusals} refusals: {content:?}");
    }
}

#[tokio::test]
async fn a_job_without_a_usable_artifact_says_what_it_has() {
    let artifact =
        |name: &str| json!({"name": name, "location": {"s3Location": {"bucketName": "b", "objectKey": "k"}}});
    let credentials = json!({"accessKeyId": "ASIAJOB", "secretAccessKey": "example"});
    let table = [
        (
            json!([]),
            credentials.clone(),
            None,
            "the action has no input artifact; give it the one that holds \"smoke.yaml\"",
        ),
        (
            json!([artifact("Source"), artifact("Build")]),
            credentials.clone(),
            None,
            "the action has 2 input artifacts (Source, Build); name the one that holds \"smoke.yaml\"",
        ),
        (json!([artifact("Source")]), credentials.clone(), Some("Build"), "no input artifact \"Build\"; it has Source"),
        (json!([{"name": "Source"}]), credentials, None, "names no S3 object for the artifact \"Source\""),
        (json!([artifact("Source")]), json!(null), None, "no credentials"),
        (json!([artifact("Source")]), json!("a text"), None, "no credentials"),
    ];
    for (artifacts, credentials, name, expected) in table {
        let mut event = job_event();
        data(&mut event)["inputArtifacts"] = artifacts;
        data(&mut event)["artifactCredentials"] = credentials;
        let standin = Standin::start("").await;
        let (_, input) = result_of(&standin, &event, async |job| {
            job.read_input(name, "smoke.yaml", 10).await?;
            done()
        })
        .await;
        let message = input["failureDetails"]["message"].as_str().unwrap();
        assert!(message.contains(expected), "{message}");
        assert_eq!(input["failureDetails"]["type"], "ConfigurationError");
    }
}

#[tokio::test(start_paused = true)]
async fn an_unreachable_bucket_is_a_failure_that_cannot_be_reported_here() {
    let standin = Standin::unreachable();
    let work = async |job: pipeline_job::Job| {
        let error = job.read_input(None, "smoke.yaml", 10).await.unwrap_err();
        assert!(error.to_string().contains("cannot be reached"), "{error}");
        done()
    };
    let error = standin.jobs().answer(&job_event(), soon(), work).await.unwrap_err().to_string();
    assert!(error.contains("could not be reported"), "{error}");
}
