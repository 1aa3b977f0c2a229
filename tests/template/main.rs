//! The template, and which package may use which.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails, also in the functions that tests share")]

mod alarms;
mod alert_role;
mod alerts;
mod build;
mod environments;
mod functions;
mod hook;
mod infra;
mod packages;
mod patterns;
mod pipeline;
mod platform;
mod rules;
mod source;
mod statements;
