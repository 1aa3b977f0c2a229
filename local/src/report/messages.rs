//! What people got, beside the execution that it was about.

use jiff::Timestamp;
use maud::{Markup, html};

use super::model::RunReport;
use crate::inbox::{Notification, Received};
use crate::slack::{Message, show};

/// What came while the execution at this index ran, and after it.
pub(super) fn messages_of(report: &RunReport, index: usize) -> Markup {
    let received = report.messages_of(index);
    html! {
        @if !received.is_empty() {
            section.messages {
                h3 { "What people got" }
                @for one in received {
                    @match one {
                        Received::Slack(message) => (in_slack(message)),
                        Received::Sns(notification) => (by_topic(notification)),
                    }
                }
            }
        }
    }
}

fn in_slack(message: &Message) -> Markup {
    html! {
        article.message.slack.reply[message.thread_ts.is_some()] {
            p.envelope {
                strong { "#" (message.channel_name) }
                " " time { (clock(message.posted)) }
                @if message.thread_ts.is_some() { " in the thread" }
                @if let Some(edit) = message.edits.last() { " edited " (clock(edit.at)) }
            }
            div.content { (show(&message.text, &message.blocks)) }
            @for edit in &message.edits {
                details {
                    summary { "What it said before " (clock(edit.at)) }
                    div.content { (show(&edit.text, &edit.blocks)) }
                }
            }
        }
    }
}

fn by_topic(notification: &Notification) -> Markup {
    html! {
        article.message.sns {
            p.envelope { strong { "Topic " (notification.topic) } " " time { (clock(notification.at)) } }
            div.content {
                @if let Some(subject) = &notification.subject { p.subject { (subject) } }
                div.body { (notification.body) }
                @if !notification.attributes.is_empty() {
                    ul.attributes {
                        @for (name, value) in &notification.attributes { li { (name) " " code { (value) } } }
                    }
                }
            }
        }
    }
}

/// The time of day, UTC.
fn clock(at: Timestamp) -> String {
    at.strftime("%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::ExecutionReport;
    use crate::slack::Edit;

    fn execution(started: &str) -> ExecutionReport {
        ExecutionReport {
            release: "good".into(),
            id: "e".into(),
            status: "Succeeded".into(),
            revision: "r".into(),
            started: started.into(),
            duration_ms: 0,
            stages: vec![],
            staging_version: String::new(),
            production_version: String::new(),
        }
    }

    fn notification(at: &str, body: &str) -> Received {
        let attributes = [("stage".to_owned(), "<Staging>".to_owned())].into();
        let (topic, subject) = ("alerts".into(), Some("<b>subject</b>".into()));
        Received::Sns(Notification { topic, subject, body: body.into(), attributes, at: at.parse().unwrap() })
    }

    fn message(at: &str, text: &str, reply: bool) -> Received {
        let posted: Timestamp = at.parse().unwrap();
        Received::Slack(Message {
            channel: "C1".into(),
            channel_name: "deploys".into(),
            ts: "1.000000".into(),
            thread_ts: reply.then(|| "0.000000".into()),
            text: text.into(),
            blocks: vec![],
            posted,
            by_webhook: false,
            edits: vec![Edit { at: posted, text: "*earlier*".into(), blocks: vec![] }],
        })
    }

    #[test]
    fn messages_stand_with_the_execution_that_they_came_in() {
        let report = RunReport {
            executions: vec![execution("2026-01-01T10:00:00Z"), execution("2026-01-01T11:00:00Z")],
            messages: vec![
                notification("2026-01-01T09:00:00Z", "before"),
                message("2026-01-01T10:30:00Z", "during", false),
                notification("2026-01-01T11:00:00Z", "second"),
                message("2026-01-01T12:00:00Z", "long after", true),
            ],
        };
        let [first, second] = [0, 1].map(|index| messages_of(&report, index).into_string());
        for (page, there, elsewhere) in [
            (&first, ["before", "during"], ["second", "after"]),
            (&second, ["second", "long after"], ["before<", "during"]),
        ] {
            assert!(there.iter().all(|text| page.contains(text)), "{page}");
            assert!(elsewhere.iter().all(|text| !page.contains(text)), "{page}");
        }
        assert!(second.contains("in the thread") && !first.contains("in the thread"));
        assert!(first.contains("<strong>earlier</strong>") && first.contains("&lt;b&gt;subject&lt;/b&gt;"), "{first}");
        let quiet = RunReport { messages: vec![], ..report };
        assert_eq!(messages_of(&quiet, 0).into_string(), "");
    }
}
