//! What people get: kept for every kind, within every limit, and free of what others wrote into it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod arbitrary;
mod cases;
mod golden;
mod limits;
mod states;
