//! Images that are folders, tasks that are processes, and listeners that forward connections.

mod image;
mod listener;
mod task;

pub use image::{Image, ImageError, Images};
pub use listener::Listener;
pub use task::{Task, TaskError, TaskSettings};
