//! What people were told.

use std::io::{self, Write};

use super::lines;
use crate::slack::Message;
use crate::standin::aws::{Notification, QueuedMessage};

/// Each message as a person reads it in its channel.
pub(super) fn in_slack(out: &mut impl Write, messages: &[Message]) -> io::Result<()> {
    for message in messages {
        writeln!(out, "\nSlack\n  #{}", message.channel_name)?;
        lines(out, &message.read())?;
    }
    Ok(())
}

/// Each notification: topic, subject, attributes for subscription filters, text.
pub(super) fn in_sns(out: &mut impl Write, notifications: &[Notification]) -> io::Result<()> {
    for notification in notifications {
        writeln!(out, "\nSNS\n  {}\n  Subject: {}", notification.topic, notification.subject)?;
        let attributes: Vec<String> =
            notification.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
        writeln!(out, "  Attributes: {}", attributes.join(", "))?;
        lines(out, &notification.body)?;
    }
    Ok(())
}

/// What nobody took, and is kept.
pub(super) fn in_queue(out: &mut impl Write, messages: &[QueuedMessage]) -> io::Result<()> {
    for message in messages {
        let reason = message.attributes["reason"]["StringValue"].as_str().unwrap_or_default();
        writeln!(out, "\nKept\n  {}: {reason}", message.queue)?;
        lines(out, &message.body)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::Timestamp;
    use serde_json::json;

    use super::*;

    fn written(write: impl Fn(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_message_is_shown_as_it_is_read() {
        let message = Message {
            channel: "C1".to_owned(),
            channel_name: "delivery".to_owned(),
            ts: "1.000001".to_owned(),
            thread_ts: None,
            text: "for the telephone".to_owned(),
            blocks: vec![json!({ "type": "section", "text": { "type": "mrkdwn", "text": "*Prod* failed\nsmoke" } })],
            posted: Timestamp::UNIX_EPOCH,
            by_webhook: false,
            edits: Vec::new(),
        };
        let text = written(|out| in_slack(out, std::slice::from_ref(&message)));
        assert_eq!(text, "\nSlack\n  #delivery\n    Prod failed\n    smoke\n");
    }

    #[test]
    fn a_notification_has_its_subject_and_attributes() {
        let notification = Notification {
            topic: "arn:topic".to_owned(),
            subject: "Prod failed".to_owned(),
            body: "why\nwho".to_owned(),
            attributes: BTreeMap::from(
                [("stage", "Prod"), ("state", "failed")].map(|(name, value)| (name.to_owned(), value.to_owned())),
            ),
        };
        let text = written(|out| in_sns(out, std::slice::from_ref(&notification)));
        let expected =
            "\nSNS\n  arn:topic\n  Subject: Prod failed\n  Attributes: stage=Prod, state=failed\n    why\n    who\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn nothing_is_written_of_nothing() {
        let text = written(|out| in_slack(out, &[]).and_then(|()| in_sns(out, &[])).and_then(|()| in_queue(out, &[])));
        assert_eq!(text, "");
    }
}
