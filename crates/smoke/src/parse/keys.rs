//! The keys of the format. A test holds them against the JSON Schema.

pub(crate) const SUITE: &[&str] = &["version", "defaults", "variables", "secrets", "allow_hosts", "parallel", "checks"];
pub(crate) const DEFAULTS: &[&str] = &["timeout", "retry", "headers"];
pub(crate) const RETRY: &[&str] = &["for", "every"];
pub(crate) const CHECK: &[&str] = &["name", "tags", "request", "steps", "tls"];
pub(crate) const CHECK_WITH_STEPS: &[&str] = &["name", "tags", "steps"];
pub(crate) const CHECK_OF_TLS: &[&str] = &["name", "tags", "tls", "timeout", "retry"];
pub(crate) const STEP: &[&str] =
    &["request", "headers", "json", "form", "text", "follow", "timeout", "retry", "expect", "capture"];
pub(crate) const TLS: &[&str] = &["valid_for"];
pub(crate) const EXPECT: &[&str] = &["status", "headers", "body", "json", "latency"];
pub(crate) const LATENCY: &[&str] = &["below", "at_most"];
pub(crate) const CAPTURE: &[&str] = &["json", "header", "body", "status"];
pub(crate) const MATCHERS: &[&str] = &[
    "equals",
    "not",
    "contains",
    "starts_with",
    "ends_with",
    "matches",
    "one_of",
    "exists",
    "empty",
    "length",
    "above",
    "below",
    "at_least",
    "at_most",
    "type",
];

/// Keys of a check that has one request.
pub(crate) fn check_with_request() -> Vec<&'static str> {
    ["name", "tags"].into_iter().chain(STEP.iter().copied()).collect()
}
