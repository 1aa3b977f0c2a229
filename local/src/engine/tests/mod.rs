//! The engine against a double of the emulator, over HTTP.

mod api;
mod continuation;
mod delivery;
mod denials;
mod double;
mod flow;
mod lambda_job;
mod polling;
mod properties;
mod stopping;
mod templates;
mod turns;
mod world;
