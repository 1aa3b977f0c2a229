//! The ledger over the wire, against a stand-in for DynamoDB on this machine.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod claims;
mod crashes;
mod reads;
mod refusals;
mod stages;
mod standin;
mod threads;

use jiff::Timestamp;
use ledger::{Execution, Owner};

/// The `second` of the test; nothing reads a clock.
fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_764_000_000 + second).unwrap()
}

fn execution(id: &str) -> Execution {
    Execution { pipeline: "storefront".to_owned(), id: id.to_owned() }
}

/// An invocation that ends at `second`.
fn until(id: &str, second: i64) -> Owner {
    Owner { id: id.to_owned(), lease: at(second) }
}
