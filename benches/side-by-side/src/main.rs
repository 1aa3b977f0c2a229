//! The bench: our functions beside a bare one and beside the same job in Python.
fn main() {}
