//! The one HTTP stack: hyper and rustls on ring, with Mozilla's roots compiled in.
//!
//! The AWS clients, the artifact reader and the smoke engine all connect with the TLS configuration made here, so
//! a binary links one TLS library and a cold start loads no certificate from disk.

mod client;
mod roots;

pub use client::{Client, client};
pub use roots::{RootsError, client_config};
