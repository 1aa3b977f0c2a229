//! A bare lambda_runtime function: the floor of the bench.

fn main() {}
