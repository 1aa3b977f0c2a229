//! The subject of a notification.

use crate::alert::Alert;
use crate::shown::Shown;

/// `Publish` takes fewer than 100 characters. It once took ASCII only, so that what is not ASCII becomes a `?`: a subject
/// must not be what an alert is lost for, and the text has every name in full.
const LIMIT: usize = 99;

pub(super) fn of(alert: &Alert) -> String {
    let headline = format!("{}: {} {}", alert.place.subject(), alert.place.what(), alert.kind.predicate());
    let because = alert.reasons.first().filter(|_| !alert.kind.is_past()).map(|reason| Shown::of(reason).title);
    let whole = because.filter(|why| !why.is_empty()).map_or(headline.clone(), |why| format!("{headline} ({why})"));
    let subject = ascii(if whole.chars().count() <= LIMIT { &whole } else { &headline });
    if subject.len() <= LIMIT { subject } else { format!("{}...", &subject[..LIMIT - 3]) }
}

/// One printable ASCII character for each, and no blank in front.
fn ascii(text: &str) -> String {
    let replaced = text.chars().map(|c| match c {
        '…' | '·' => '.',
        '–' | '—' => '-',
        '‘' | '’' => '\'',
        '“' | '”' => '"',
        printable if printable.is_ascii_graphic() || printable == ' ' => printable,
        _ => '?',
    });
    replaced.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;
    use crate::place::Place;
    use crate::reason::Reason;

    #[test]
    fn a_subject_says_what_and_why_while_there_is_room() {
        let subject = |pipeline: &str, why: &str| {
            let place = Place { pipeline: Some(pipeline.into()), stage: Some("Staging".into()), ..Place::default() };
            let mut alert = Alert::new(Kind::Failed, place);
            alert.reasons.push(Reason::Text { text: why.to_owned() });
            of(&alert)
        };
        let long = "x".repeat(90);
        for (pipeline, why, expected) in [
            ("shop", "1 of 9 checks failed", "shop: Staging failed (1 of 9 checks failed)".to_owned()),
            ("shop", "", "shop: Staging failed".to_owned()),
            ("shop", long.as_str(), "shop: Staging failed".to_owned()),
            ("shöp", "zu spät – 5…", "sh?p: Staging failed (zu sp?t - 5.)".to_owned()),
            ("shop\r\nBcc: all", "a\nb", "shop Bcc: all: Staging failed (a b)".to_owned()),
            (&long, "", format!("{long}: Stag...")),
        ] {
            assert_eq!(subject(pipeline, why), expected);
        }
    }
}
