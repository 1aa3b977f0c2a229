//! One JSON object a line on standard output, as Lambda's JSON log format has it.

use std::panic::PanicHookInfo;

use tracing::Level;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::environment::Environment;
use crate::error::SetupError;

const EXPECTED: &str = "off, error, warn, info, debug or trace";

/// Our libraries. A function adds its own crate.
const OURS: [&str; 12] = [
    "alert",
    "aws_call",
    "delivery_event",
    "function_setup",
    "http_stack",
    "ledger",
    "lifecycle_hook",
    "notify",
    "owed_answer",
    "pipeline_job",
    "smoke",
    "suite_run",
];

/// Starts the log of the function `crate_name` (its `CARGO_CRATE_NAME`).
///
/// The level is `LOG_LEVEL`, else Lambda's own `AWS_LAMBDA_LOG_LEVEL`, else `RUST_LOG` where it is a bare level, else
/// `info`. It holds for our own crates. Every other crate stays at `info` at most, whatever is asked for: the
/// runtime and the HTTP crates print events and headers, credentials among them, at finer levels.
pub fn start_logs(environment: &Environment, crate_name: &str) -> Result<(), SetupError> {
    let level = level(environment)?;
    let json = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_ansi(false);
    tracing_subscriber::registry()
        .with(targets(level, crate_name))
        .with(json)
        .try_init()
        .map_err(|error| SetupError::Logs(error.to_string()))?;
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

fn level(environment: &Environment) -> Result<LevelFilter, SetupError> {
    for name in ["LOG_LEVEL", "AWS_LAMBDA_LOG_LEVEL"] {
        // Lambda knows one level more than we do.
        if environment.optional(name).is_some_and(|value| value.eq_ignore_ascii_case("fatal")) {
            return Ok(LevelFilter::ERROR);
        }
        if let Some(level) = environment.parsed(name, EXPECTED)? {
            return Ok(level);
        }
    }
    // Directives for single crates are for programs that have somebody in front of them: not an error here.
    Ok(environment.parsed("RUST_LOG", EXPECTED).ok().flatten().unwrap_or(LevelFilter::INFO))
}

fn targets(level: LevelFilter, crate_name: &str) -> Targets {
    Targets::new()
        .with_default(level.min(LevelFilter::from_level(Level::INFO)))
        .with_targets(OURS.into_iter().chain([crate_name]).map(|ours| (ours.to_owned(), level)))
}

/// Says where a panic happened. Its text may hold anything the code had at hand, so whoever catches the panic says
/// it, after taking out what is secret.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(panic.location = location, "the function panicked at {location}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_level_set_wins() {
        let table: &[(&[(&str, &str)], LevelFilter)] = &[
            (&[], LevelFilter::INFO),
            (&[("LOG_LEVEL", "debug"), ("AWS_LAMBDA_LOG_LEVEL", "ERROR")], LevelFilter::DEBUG),
            (&[("LOG_LEVEL", ""), ("AWS_LAMBDA_LOG_LEVEL", "WARN")], LevelFilter::WARN),
            (&[("AWS_LAMBDA_LOG_LEVEL", "FATAL")], LevelFilter::ERROR),
            (&[("RUST_LOG", "trace")], LevelFilter::TRACE),
            (&[("RUST_LOG", "hyper=debug,info")], LevelFilter::INFO),
        ];
        for (variables, expected) in table {
            let environment = variables.iter().copied().collect();
            assert_eq!(level(&environment), Ok(*expected), "{variables:?}");
        }
    }

    #[test]
    fn an_unknown_level_is_named() {
        for name in ["LOG_LEVEL", "AWS_LAMBDA_LOG_LEVEL"] {
            let error = level(&Environment::from_iter([(name, "loud")])).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains("loud") && error.contains(EXPECTED), "{error}");
        }
    }

    #[test]
    fn other_crates_never_go_beyond_info() {
        let targets = targets(LevelFilter::TRACE, "smoke_test");
        for (target, level, expected) in [
            ("smoke_test::handler", Level::TRACE, true),
            ("pipeline_job", Level::TRACE, true),
            ("lambda_runtime::requests", Level::TRACE, false),
            ("hyper::proto", Level::DEBUG, false),
            ("aws_smithy_runtime", Level::DEBUG, false),
            ("lambda_runtime", Level::INFO, true),
        ] {
            assert_eq!(targets.would_enable(target, &level), expected, "{target} {level}");
        }
    }

    #[test]
    fn silence_is_silence_for_all() {
        assert!(!targets(LevelFilter::OFF, "smoke_test").would_enable("lambda_runtime", &Level::ERROR));
    }
}
