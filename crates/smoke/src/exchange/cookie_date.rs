//! The dates in `expires`, in all the forms that servers write (RFC 6265, section 5.1.1).

use std::time::SystemTime;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads a date; `None` where there is none in it.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    let is_delimiter = |c: char| !(c.is_ascii_alphanumeric() || c == ':' || u32::from(c) >= 0x7f);
    for token in text.split(is_delimiter).filter(|token| !token.is_empty()) {
        if time.is_none()
            && let Some(found) = clock(token)
        {
            time = Some(found);
        } else if day.is_none() && matches!(token.len(), 1 | 2) && token.parse::<i8>().is_ok() {
            day = token.parse::<i8>().ok();
        } else if month.is_none()
            && let Some(index) = MONTHS.iter().position(|name| token.to_ascii_lowercase().starts_with(name))
        {
            month = i8::try_from(index + 1).ok();
        } else if year.is_none() && matches!(token.len(), 2 | 4) {
            year = token.parse::<i16>().ok();
        }
    }
    let year = match year? {
        year @ 70..=99 => year + 1900,
        year @ 0..=69 => year + 2000,
        year => year,
    };
    let (hour, minute, second) = time?;
    let civil = jiff::civil::DateTime::new(year, month?, day?, hour, minute, second, 0).ok()?;
    jiff::tz::Offset::UTC.to_timestamp(civil).ok()?.try_into().ok()
}

fn clock(token: &str) -> Option<(i8, i8, i8)> {
    let mut parts = token.split(':').map(|part| part.parse::<i8>().ok());
    let time = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_servers_write_them() {
        for text in [
            "Wed, 21 Oct 2015 07:28:00 GMT",
            "Wed, 21-Oct-2015 07:28:00 GMT",
            "Wednesday, 21-Oct-15 07:28:00 GMT",
            "Wed Oct 21 07:28:00 2015",
            "Fri, 21 Oct 2015 07:28:00 UTC",
        ] {
            let time = parse(text).map(|time| jiff::Timestamp::try_from(time).unwrap().to_string());
            assert_eq!(time.as_deref(), Some("2015-10-21T07:28:00Z"), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "0",
            "tomorrow",
            "Wed, 32 Oct 2015 07:28:00 GMT",
            "21 Oct 2015",
            "21 Oct 2015 25:00:00",
            "Oct 2015 07:28:00",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
