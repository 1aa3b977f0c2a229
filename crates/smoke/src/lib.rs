//! Smoke suite to run to report. Knows no AWS and no Lambda.
