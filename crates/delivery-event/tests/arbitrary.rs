//! Whatever comes in, the reader answers: an event with a field of another type, or without it, is still that event.

use std::path::Path;

use delivery_event::{DeliveryEvent, read};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const KINDS: [&str; 8] = [
    "CodePipeline Pipeline Execution State Change",
    "CodePipeline Stage Execution State Change",
    "CodePipeline Action Execution State Change",
    "CodeDeploy Deployment State-change Notification",
    "CodeDeploy Instance State-change Notification",
    "CodeBuild Build State Change",
    "CloudWatch Alarm State Change",
    "ECS Deployment State Change",
];

/// The reader's field names, so that arbitrary values get where they are read.
const FIELDS: [&str; 24] = [
    "detail",
    "state",
    "type",
    "execution-result",
    "execution-trigger",
    "start-time",
    "pipeline",
    "version",
    "pipeline-execution-attempt",
    "additional-information",
    "phases",
    "phase-context",
    "logs",
    "duration-in-seconds",
    "configuration",
    "metrics",
    "metricStat",
    "previousState",
    "reasonData",
    "timestamp",
    "muteDetail",
    "resources",
    "additionalAttributes",
    "failedActions",
];

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
        Just(json!("arn:aws:codepipeline:::")),
        Just(json!("{\"a\":")),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let key = prop_oneof![proptest::sample::select(&FIELDS[..]).prop_map(str::to_owned), ".*"];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((key, inner), 0..6)
                .prop_map(|entries| Value::Object(entries.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_makes_the_reader_panic(event in anything()) {
        let _ = read(&event);
        let _ = read(&json!({"Records": [{"Sns": {"Message": event.to_string()}}]}));
    }

    #[test]
    fn a_known_kind_is_known_whatever_it_holds(kind in proptest::sample::select(&KINDS[..]), detail in anything(), more in anything()) {
        for key in ["detail-type", "detailType"] {
            let event = json!({key: kind, "detail": detail, "resources": more, "time": more, "additionalAttributes": more});
            let event = read(&event).unwrap();
            prop_assert_eq!(&event.envelope().detail_type, kind);
            prop_assert!(!matches!(event, DeliveryEvent::Other(_)));
        }
    }

    #[test]
    fn a_sample_with_a_damaged_field_is_the_same_kind_of_event(sample in 0..samples().len(), place in any::<usize>(), with in anything()) {
        let mut event = samples().swap_remove(sample);
        let whole = std::mem::discriminant(&read(&event).unwrap());
        let Some(Value::Object(detail)) = event.get_mut("detail") else { return Ok(()) };
        let key = detail.keys().nth(place % detail.len()).unwrap().clone();
        detail.insert(key, with);
        prop_assert_eq!(std::mem::discriminant(&read(&event).unwrap()), whole);
    }
}

#[expect(clippy::unwrap_used, reason = "a sample that cannot be read is a failed test")]
fn samples() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let texts = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let events = texts.map(|path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap());
    events.filter(|event| read(event).is_ok()).collect()
}
