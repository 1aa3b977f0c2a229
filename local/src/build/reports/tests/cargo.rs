//! The example shop's script that makes a report of what `cargo test` prints.

use std::io::Write;
use std::process::{Command, Stdio};

use super::cases;

/// The cases that `junit.awk` makes of a text, each cut to its first line.
fn reported(printed: &str) -> Vec<String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/storefront/junit.awk");
    let mut awk =
        Command::new("awk").args(["-f", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    awk.stdin.take().unwrap().write_all(printed.as_bytes()).unwrap();
    let output = awk.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let read = cases(&String::from_utf8(output.stdout).unwrap()).unwrap();
    read.iter().map(|case| case.lines().next().unwrap().to_owned()).collect()
}

/// Tests whose output looks like a result and has markup in it, that panic, return an error, do not panic, are ignored,
/// and end their process.
#[test]
fn every_result_of_cargo_test_is_reported_with_its_reason() {
    let expected = [
        "FAILED src/lib.rs/tests::calm 0 ms: note: test did not panic as expected at src/lib.rs:14:30",
        "FAILED src/lib.rs/tests::err 0 ms: Error: \"no <way>\"",
        "SUCCEEDED src/lib.rs/tests::good 0 ms",
        "SKIPPED src/lib.rs/tests::later 0 ms",
        "SKIPPED src/lib.rs/tests::never 0 ms",
        "FAILED src/lib.rs/tests::bad 0 ms: assertion `left == right` failed: of the cart's total",
        "FAILED src/lib.rs/tests::wrong 0 ms: y",
        "FAILED tests/dies.rs/the process 0 ms: process didn't exit successfully: `/build/target/debug/deps/dies-42caad15b9a6a957` (signal: 6, SIGABRT: process abort signal)",
        "FAILED Doc-tests t/src/lib.rs - one (line 1) 0 ms: assertion `left == right` failed: doc <x>",
        "FAILED Doc-tests t/src/lib.rs - one (line 4) 0 ms: Test compiled successfully, but it's marked `compile_fail`.",
    ];
    assert_eq!(reported(include_str!("cargo_test.txt")), expected);
}

#[test]
fn a_failure_keeps_what_the_test_wrote() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/storefront/junit.awk");
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/src/build/reports/tests/cargo_test.txt");
    let output = Command::new("awk").args(["-f", script, sample]).output().unwrap();
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(report.contains("tests=\"10\" failures=\"7\" skipped=\"2\""), "{report}");
    let read = cases(&report).unwrap();
    let bad = read.iter().find(|case| case.contains("tests::bad")).unwrap();
    for part in ["\ntest fake ... ok\n[31mred[0m\n", "panicked at src/lib.rs:12:76:\n", "  left: \"<a> & \\\"b\\\"\"\n"]
    {
        assert!(bad.contains(part), "{part:?} is not in: {bad}");
    }
}

#[test]
fn without_a_test_the_build_has_failed() {
    for (printed, expected) in [
        ("", "FAILED cargo test/build 0 ms: no test ran"),
        ("warning: unused\n", "FAILED cargo test/build 0 ms: no test ran"),
        (
            "error[E0308]: mismatched types: `&str`\n  --> src/lib.rs:1:1\nerror: could not compile `shop`\n",
            "FAILED cargo test/build 0 ms: error[E0308]: mismatched types: `&str`",
        ),
    ] {
        assert_eq!(reported(printed), [expected], "{printed}");
    }
}
