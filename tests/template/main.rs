//! The template, and which package may use which.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails, also in the functions that tests share")]

mod alarms;
mod alert_role;
mod alerts;
mod authorization;
mod buckets;
mod build;
mod configurations;
mod created;
mod environment_alarms;
mod environments;
mod functions;
mod glibc;
mod hook;
mod infra;
mod limits;
mod listeners;
mod nested;
mod networks;
mod new_password;
mod packages;
mod patterns;
mod permissions;
mod pipeline;
mod platform;
mod pull_requests;
mod release;
mod rollback;
mod rules;
mod scanner;
mod shop;
mod source;
mod sources;
mod stars;
mod statements;
