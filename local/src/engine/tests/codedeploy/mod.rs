//! Deployments of the ECS and Lambda platforms.

mod alias;
mod api;
mod ecs;
mod in_place;
mod permissions;
mod pipeline;
mod rollback;
mod shop;
mod stopping;
