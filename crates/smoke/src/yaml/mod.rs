//! YAML as a tree in which every value and key knows its place in the file.

mod load;
mod node;

pub(crate) use load::load;
pub(crate) use node::{Content, Key, Node, Position, Scalar};
