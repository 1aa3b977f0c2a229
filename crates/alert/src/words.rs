//! Durations, counts and moments in words.

use std::time::Duration;

use jiff::Timestamp;

/// A duration for people: its two largest units, such as `45 seconds`, `12 minutes`, `1 hour 5 minutes`, `2 days 3 hours`.
#[must_use]
pub fn in_words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (large, large_unit, small, small_unit) = match seconds {
        0..60 => return counted(seconds, "second"),
        60..600 => (seconds / 60, "minute", seconds % 60, "second"),
        600..3_600 => return counted(seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour", seconds % 3_600 / 60, "minute"),
        _ => (seconds / 86_400, "day", seconds % 86_400 / 3_600, "hour"),
    };
    if small == 0 {
        return counted(large, large_unit);
    }
    format!("{} {}", counted(large, large_unit), counted(small, small_unit))
}

/// `1 check`, `2 checks`.
pub(crate) fn counted(count: u64, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

/// `2nd time in a row`; nothing for the first.
pub(crate) fn in_a_row(count: u32) -> Option<String> {
    if count < 2 {
        return None;
    }
    let ending = match (count % 10, count % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    Some(format!("{count}{ending} time in a row"))
}

/// `2023-10-26 13:49 UTC`.
pub(crate) fn moment(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_said_as_people_say_them() {
        for (seconds, expected) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (61, "1 minute 1 second"),
            (200, "3 minutes 20 seconds"),
            (725, "12 minutes"),
            (3_600, "1 hour"),
            (3_960, "1 hour 6 minutes"),
            (86_399, "23 hours 59 minutes"),
            (86_400, "1 day"),
            (183_600, "2 days 3 hours"),
            (u64::MAX, "213503982334601 days 7 hours"),
        ] {
            assert_eq!(in_words(Duration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn repetition_is_counted_from_the_second_time() {
        for (count, expected) in [
            (0, None),
            (1, None),
            (2, Some("2nd time in a row")),
            (3, Some("3rd time in a row")),
            (11, Some("11th time in a row")),
            (21, Some("21st time in a row")),
            (112, Some("112th time in a row")),
        ] {
            assert_eq!(in_a_row(count).as_deref(), expected);
        }
    }

    #[test]
    fn moments_are_said_in_utc() {
        assert_eq!(moment("2023-10-26T13:49:39.208Z".parse().unwrap()), "2023-10-26 13:49 UTC");
    }
}
