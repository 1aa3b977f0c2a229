//! Whole runs through the public interface, against sites on this machine.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod bodies;
mod checks;
mod connections;
mod cookies;
mod failures;
mod hosts;
mod limits;
mod no_answers;
mod sample;
mod secrets;
mod site;
mod templates;
mod tls;
