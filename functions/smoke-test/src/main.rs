//! Lambda invoke action: runs a smoke suite against an environment.

fn main() {}
