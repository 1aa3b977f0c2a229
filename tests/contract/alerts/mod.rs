//! Alerts: which events are told, how often, and where they end up when Slack does not take them.

mod delivery;
mod events;
mod life;
mod many;
mod reasons;
mod scene;

pub(crate) use events::{EVENTS, Expected, OF_ECS};
