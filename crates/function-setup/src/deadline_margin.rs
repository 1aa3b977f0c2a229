//! How much of an invocation's time is kept for its answer.

use std::time::Duration;

use crate::environment::Environment;
use crate::error::SetupError;

/// Kept for the report and the answer where nothing else is said.
pub const DEFAULT_DEADLINE_MARGIN: Duration = Duration::from_secs(10);

/// The variable `name`: the time that is kept between the end of the work and Lambda's time-out.
pub fn deadline_margin(environment: &Environment, name: &str) -> Result<Duration, SetupError> {
    let margin = environment.parsed::<u32>(name, "whole seconds, such as 10")?;
    Ok(margin.map_or(DEFAULT_DEADLINE_MARGIN, |seconds| Duration::from_secs(seconds.into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_margin_is_ten_seconds_or_what_is_set() {
        for (value, expected) in [("", Some(10)), ("0", Some(0)), ("45", Some(45)), ("5s", None), ("-1", None)] {
            let environment = [("DEADLINE_MARGIN", value)].into_iter().collect();
            let margin = deadline_margin(&environment, "DEADLINE_MARGIN").ok().map(|margin| margin.as_secs());
            assert_eq!(margin, expected, "{value:?}");
        }
    }
}
