//! The template, and which package may use which.

mod functions;
mod packages;
mod pipeline;
mod source;
mod statements;
