//! What ECS, ECR and a load balancer do with containers, without Docker: an image is a folder, a task is a process, and a
//! listener is a forwarder of TCP connections.

mod docker;
mod dockerfile;
mod health;
mod image;
mod images;
mod listener;
mod manifest;
mod reference;
mod task;

pub use docker::{Docker, DockerError, Push, RepoDigests};
pub use dockerfile::DockerfileError;
pub use image::Image;
pub use images::{ImageError, Images};
pub use listener::Listener;
pub use manifest::Manifest;
pub use reference::ReferenceError;
pub use task::{Task, TaskError, TaskSettings};
