//! A run: releases delivered through the local system.

mod sources;

pub use sources::{Sources, SourcesError};
