//! The shop from outside: its API and pages through the router, a deployment through the lifecycle scripts, a release for ECS.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod api;
mod deployment;
mod ecs;
mod pages;
mod test_shop;
