//! Moments as AWS writes them in events.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// How services write moments besides RFC 3339.
const ZONED: [&str; 3] = [
    // CloudWatch: 2019-10-02T17:04:40.989+0000
    "%Y-%m-%dT%H:%M:%S%.f%z",
    // A manual approval's expiry, without seconds: 2016-07-07T20:22Z
    "%Y-%m-%dT%H:%MZ",
    "%Y-%m-%dT%H:%M:%S%.fZ",
];

/// CodeBuild: Sep 1, 2017 4:12:29 PM. The sample events show that it is UTC.
const BUILD: &str = "%b %d, %Y %I:%M:%S %p";

/// The moment that `text` names, if it does.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    // The samples of an alarm's Lambda action have blanks behind the colons.
    let joined = text.replace(": ", ":");
    let zoned = ZONED.iter().find_map(|format| {
        if format.ends_with('Z') {
            return in_utc(DateTime::strptime(format, &joined).ok()?);
        }
        Timestamp::strptime(format, &joined).ok()
    });
    zoned.or_else(|| in_utc(DateTime::strptime(BUILD, text).ok()?))
}

fn in_utc(moment: DateTime) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(moment).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notation_of_the_services_is_read() {
        for (text, expected) in [
            ("2023-10-26T13:49:39.208Z", Some("2023-10-26T13:49:39.208Z")),
            ("2020-01-24T22:02:20Z", Some("2020-01-24T22:02:20Z")),
            ("2019-10-02T17:04:40.989+0000", Some("2019-10-02T17:04:40.989Z")),
            ("2019-10-02T17:04:40.989+0200", Some("2019-10-02T15:04:40.989Z")),
            ("2023-08-04T12: 36: 15.490+0000", Some("2023-08-04T12:36:15.49Z")),
            ("2016-07-07T20:22Z", Some("2016-07-07T20:22:00Z")),
            ("Sep 1, 2017 4:12:29 PM", Some("2017-09-01T16:12:29Z")),
            ("Sep 13, 2019 4:12:29 AM", Some("2019-09-13T04:12:29Z")),
            ("", None),
            ("yesterday", None),
            ("2019-13-02T17:04:40.989+0000", None),
            ("99999-01-01T00:00:00Z", None),
        ] {
            assert_eq!(read(text), expected.map(|moment| moment.parse().unwrap()), "{text:?}");
        }
    }
}
