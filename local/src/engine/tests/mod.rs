//! The engine against a double of the emulator, over HTTP.

mod api;
mod builds;
mod codedeploy;
mod continuation;
mod delivery;
mod denials;
mod double;
mod double_services;
mod flow;
mod lambda_job;
mod polling;
mod properties;
mod stopping;
mod templates;
mod turns;
mod world;
