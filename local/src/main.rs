//! The command line `launchway`.

fn main() {}
