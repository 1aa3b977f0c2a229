//! The promises of the functions, kept by their real binaries: each is run as Lambda runs it, against stand-ins for the
//! Runtime API, the AWS services and the site under test.

#![cfg(test)]

mod account;
mod alerts;
mod artifact;
mod binary;
mod closer;
mod deadlines;
mod duplicates;
mod hooks;
mod large_artifact;
mod not_a_job;
mod output_artifact;
mod pace;
mod played;
mod result_calls;
mod results;
mod samples;
mod scene;
mod secrets;
mod shop;
mod traces;
