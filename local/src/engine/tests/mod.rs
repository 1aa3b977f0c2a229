//! The engine against a double of the emulator, over HTTP.

mod api;
mod approval;
mod builds;
mod codedeploy;
mod continuation;
mod delivery;
mod denials;
mod double;
mod double_services;
mod flow;
mod lambda_job;
mod policies;
mod polling;
mod properties;
mod reports;
mod retry;
mod rollback;
mod stopping;
mod templates;
mod transitions;
mod turns;
mod world;
