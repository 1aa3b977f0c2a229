//! Durations as people write them: `250ms`, `5s`, `2m`, `1h`, `14d`.

use std::time::Duration;

/// Longer ones are mistakes of the unit, and ten years keep every sum in range.
const LONGEST: Duration = Duration::from_hours(3650 * 24);

/// Why a text is no duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a duration: write a whole number and a unit, such as 250ms, 5s, 2m, 1h or 14d, at most 3650d")]
pub struct DurationError(String);

/// Reads a whole number and one of the units `ms`, `s`, `m`, `h` and `d`.
pub fn parse_duration(text: &str) -> Result<Duration, DurationError> {
    let error = || DurationError(text.to_owned());
    let unit = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(error)?;
    let (number, unit) = text.split_at(unit);
    let number: u64 = number.parse().map_err(|_| error())?;
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(error()),
    };
    let duration = number.checked_mul(milliseconds).map(Duration::from_millis);
    duration.filter(|duration| *duration <= LONGEST).ok_or_else(error)
}

/// The duration for a person, with no more digits than say something: `85 ms`, `1.2 s`, `12 s`, `3 min 20 s`, `14 d`.
pub(crate) fn in_words(duration: Duration) -> String {
    let milliseconds = duration.as_millis();
    let seconds = duration.as_secs();
    match milliseconds {
        0..1_000 => format!("{milliseconds} ms"),
        1_000..10_000 if milliseconds % 1_000 >= 50 => format!("{:.1} s", duration.as_secs_f64()),
        1_000..60_000 => format!("{seconds} s"),
        60_000..86_400_000 if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        60_000..86_400_000 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_unit_are_read() {
        for (text, milliseconds) in [
            ("0s", 0),
            ("250ms", 250),
            ("5s", 5_000),
            ("2m", 120_000),
            ("1h", 3_600_000),
            ("14d", 1_209_600_000),
            ("3650d", 315_360_000_000),
        ] {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
    }

    #[test]
    fn everything_else_is_quoted_back() {
        for text in ["", "5", "s", "5 s", "-5s", "1.5s", "5S", "5sec", "5s ", "3651d", "99999999999999999999s", "٥s"] {
            let error = parse_duration(text).unwrap_err().to_string();
            assert!(error.starts_with(&format!("{text:?} is not a duration")), "{error}");
        }
    }

    #[test]
    fn durations_are_said_briefly() {
        for (milliseconds, expected) in [
            (0, "0 ms"),
            (999, "999 ms"),
            (1_000, "1 s"),
            (1_234, "1.2 s"),
            (12_900, "12 s"),
            (60_000, "1 min"),
            (200_000, "3 min 20 s"),
            (1_209_600_000, "14 d"),
        ] {
            assert_eq!(in_words(Duration::from_millis(milliseconds)), expected);
        }
    }
}
