//! The events, compared with AWS's samples, and the bus that delivers them.

mod builds;
mod bus;
mod deployments;
mod pipelines;
mod records;

use jiff::Timestamp;
use serde_json::Value;

use super::{Origin, StateChange};

macro_rules! sample {
    ($name:literal) => {
        serde_json::from_str::<serde_json::Value>(include_str!(concat!("../../../../events/", $name, ".json"))).unwrap()
    };
}
use sample;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn origin(sample: &Value) -> Origin {
    let text = |name: &str| sample[name].as_str().unwrap().to_owned();
    Origin { account: text("account"), region: text("region") }
}

fn time_of(sample: &Value) -> Timestamp {
    at(sample["time"].as_str().unwrap())
}

/// The change as an event with the sample's id.
fn event(change: &StateChange, sample: &Value) -> Value {
    change.event(&origin(sample), sample["id"].as_str().unwrap())
}
