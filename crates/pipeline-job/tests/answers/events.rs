//! Events of every shape.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::standin::Standin;
use crate::{ID, SECRET_KEY, data, done, job_event, result_of, soon};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameters {
    environment: String,
}

#[tokio::test]
async fn what_is_no_job_is_an_error_that_quotes_nothing() {
    let table = [
        (json!({}), "it has no key"),
        (json!(null), "it has no key"),
        (json!([{"secret": SECRET_KEY}]), "it has no key"),
        (json!({"detail": {"secret": SECRET_KEY}}), "it has no key"),
        (json!({"CodePipeline.job": SECRET_KEY}), "has no \"id\""),
        (json!({"CodePipeline.job": {"data": {"artifactCredentials": SECRET_KEY}}}), "has no \"id\""),
        (json!({"CodePipeline.job": {"id": 7}}), "is not a text"),
        (json!({"CodePipeline.job": {"id": ""}}), "is not a text"),
    ];
    for (event, expected) in table {
        let standin = Standin::start("").await;
        let error = standin.jobs().answer(&event, soon(), async |_| done()).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!format!("{error} {error:?}").contains(SECRET_KEY), "{error:?}");
        assert_eq!(standin.results(), []);
    }
}

#[tokio::test]
async fn a_job_of_any_shape_with_an_id_is_answered() {
    let mut without_optional = job_event();
    data(&mut without_optional)["actionConfiguration"] = json!({"configuration": {"FunctionName": "f"}});
    let mut extended = job_event();
    extended["CodePipeline.job"]["accountId"] = json!(111.0);
    data(&mut extended)["artifactCredentials"]["expirationTime"] = json!(1.7e12);
    data(&mut extended)["pipelineContext"] = json!({"pipelineName": "new"});
    let mut twisted = job_event();
    for (_, value) in data(&mut twisted).as_object_mut().unwrap() {
        *value = json!(SECRET_KEY);
    }
    let events = [
        job_event(),
        without_optional,
        extended,
        twisted,
        json!({"CodePipeline.job": {"id": ID}}),
        json!({"CodePipeline.job": {"id": ID, "data": null}}),
        json!({"CodePipeline.job": {"id": ID, "data": []}}),
        json!({"CodePipeline.job": {"id": ID, "data": {"inputArtifacts": [null, 7, {"name": null}], "outputArtifacts": {}}}}),
    ];
    for event in events {
        let standin = Standin::start("").await;
        let (operation, input) = result_of(&standin, &event, async |job| {
            let Parameters { environment } = job.parameters()?;
            assert!(environment.is_empty());
            done()
        })
        .await;
        assert_eq!(operation, "PutJobFailureResult", "{event}");
        assert_eq!(input["failureDetails"]["type"], "ConfigurationError", "{event}");
        let message = input["failureDetails"]["message"].as_str().unwrap();
        assert!(message.contains("UserParameters") && !message.contains(SECRET_KEY), "{message}");
    }
}

#[tokio::test]
async fn the_token_of_a_continued_job_is_there() {
    for (token, expected) in
        [(json!("token_ID"), Some("token_ID")), (json!(null), None), (json!(""), None), (json!(7), None)]
    {
        let mut event = job_event();
        data(&mut event)["continuationToken"] = token;
        let standin = Standin::start("").await;
        result_of(&standin, &event, async |job| {
            assert_eq!(job.continuation_token(), expected);
            done()
        })
        .await;
    }
}

#[tokio::test]
async fn printing_a_job_shows_no_secret() {
    let mut event = job_event();
    data(&mut event)["actionConfiguration"]["configuration"]["UserParameters"] = json!("parameters-with-a-token");
    let standin = Standin::start("").await;
    result_of(&standin, &event, async |job| {
        let printed = format!("{job:?}");
        for secret in [SECRET_KEY, crate::SESSION_TOKEN, "functions-secret-key", "parameters-with-a-token"] {
            assert!(!printed.contains(secret), "{printed}");
        }
        done()
    })
    .await;
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_event_panics_and_every_id_is_answered(event in any_event()) {
        let has_id = event["CodePipeline.job"]["id"].as_str().is_some_and(|id| !id.is_empty());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (answer, results) = runtime.block_on(async {
            let standin = Standin::start("").await;
            let work = async |job: pipeline_job::Job| {
                job.parameters::<Parameters>()?;
                done()
            };
            let answer = standin.jobs().answer(&event, soon(), work).await;
            (answer, standin.results())
        });
        assert_eq!((answer.is_ok(), results.len()), (has_id, usize::from(has_id)), "{event}");
    }
}

/// Events out of the documented keys and any values.
fn any_event() -> impl proptest::strategy::Strategy<Value = Value> {
    use proptest::prelude::*;
    let key = prop::sample::select(vec![
        "CodePipeline.job",
        "id",
        "data",
        "actionConfiguration",
        "configuration",
        "UserParameters",
        "inputArtifacts",
        "outputArtifacts",
        "name",
        "location",
        "s3Location",
        "bucketName",
        "artifactCredentials",
        "accessKeyId",
        "continuationToken",
        "encryptionKey",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(5, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..5).prop_map(|pairs| {
                Value::Object(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>())
            }),
        ]
    });
    (value.clone(), value, "[a-f0-9-]{0,36}", any::<bool>()).prop_map(|(data, other, id, whole)| {
        if whole { json!({"CodePipeline.job": {"id": id, "data": data}}) } else { other }
    })
}
