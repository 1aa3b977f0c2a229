//! When a certificate ends.
//!
//! A reader of exactly the fields before `notAfter` (RFC 5280, section 4.1). rustls has verified the certificate by
//! then, and a full X.509 library would weigh more than the rest of the engine.

use std::time::SystemTime;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The end of the validity of a DER certificate; `None` where it is not one.
pub(crate) fn not_after(certificate: &[u8]) -> Option<SystemTime> {
    let (certificate, _) = take(certificate, SEQUENCE)?;
    let (fields, _) = take(certificate, SEQUENCE)?;
    let fields = take(fields, VERSION).map_or(fields, |(_, rest)| rest);
    let (_serial_number, fields) = take(fields, INTEGER)?;
    let (_signature_algorithm, fields) = take(fields, SEQUENCE)?;
    let (_issuer, fields) = take(fields, SEQUENCE)?;
    let (validity, _) = take(fields, SEQUENCE)?;
    let (_not_before, validity) = time(validity)?;
    let (not_after, _) = time(validity)?;
    Some(not_after)
}

/// The contents of the first element, and what follows it.
fn take(input: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = input.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        if digits.len() > 4 {
            return None;
        }
        (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
    };
    if found == tag { rest.split_at_checked(length) } else { None }
}

/// `YYMMDDHHMMSSZ` until 2049, `YYYYMMDDHHMMSSZ` from then on (RFC 5280, section 4.1.2.5).
fn time(input: &[u8]) -> Option<(SystemTime, &[u8])> {
    let (text, rest, digits) = match take(input, UTC_TIME) {
        Some((text, rest)) => (text, rest, 2),
        None => take(input, GENERALIZED_TIME).map(|(text, rest)| (text, rest, 4))?,
    };
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (year, other) = text.split_at_checked(digits)?;
    if other.len() != 10 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let year: i16 = year.parse().ok()?;
    let year = match digits {
        2 if year < 50 => year + 2000,
        2 => year + 1900,
        _ => year,
    };
    let part = |at: usize| other.get(at..at + 2)?.parse::<i8>().ok();
    let civil = jiff::civil::DateTime::new(year, part(0)?, part(2)?, part(4)?, part(6)?, part(8)?, 0).ok()?;
    let time = jiff::tz::Offset::UTC.to_timestamp(civil).ok()?;
    Some((time.try_into().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn certificate(year: i32) -> Vec<u8> {
        let mut parameters = rcgen::CertificateParams::new(vec!["shop.example".to_owned()]).unwrap();
        parameters.not_after = rcgen::date_time_ymd(year, 3, 4);
        parameters.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    #[test]
    fn the_end_is_read_in_both_notations() {
        for (year, expected) in [(2031, "2031-03-04T00:00:00Z"), (2063, "2063-03-04T00:00:00Z")] {
            let end = jiff::Timestamp::try_from(not_after(&certificate(year)).unwrap()).unwrap();
            assert_eq!(end.to_string(), expected);
        }
    }

    #[test]
    fn what_is_cut_or_no_certificate_has_no_end() {
        let whole = certificate(2031);
        for length in [0, 1, 2, 10, 60] {
            assert_eq!(not_after(&whole[..length]), None);
        }
        for bytes in
            [&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff][..], &[0x30, 0x85, 1, 1, 1, 1, 1], b"-----BEGIN CERTIFICATE-----"]
        {
            assert_eq!(not_after(bytes), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            not_after(&bytes);
        }

        #[test]
        fn any_damage_is_read_or_refused(at in 0_usize..250, byte: u8) {
            let mut bytes = certificate(2031);
            bytes[at] = byte;
            not_after(&bytes);
        }
    }
}
