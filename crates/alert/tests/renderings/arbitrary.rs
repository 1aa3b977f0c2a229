//! Alerts with anything in them.

use alert::{Alert, Approval, FailedCheck, Kind, Link, LinkKind, Mention, Place, Reason, Revision};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// What texts that try to be more are made of.
const PIECES: [&str; 23] = [
    "<!channel>",
    "```",
    "`",
    "*",
    "_",
    "~",
    "&",
    "<",
    ">",
    "|",
    "@here",
    "\"",
    "\\",
    "\n",
    "\r",
    "\0",
    "\u{1b}[31m",
    "\u{202e}",
    "👍",
    "é",
    "word ",
    "https://e.com/a?b=<c>|d",
    ":tada:",
];

/// Texts that services send, texts that try to be more, and long ones.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => ".{0,30}",
        3 => vec(select(&PIECES[..]), 0..12).prop_map(|pieces| pieces.concat()),
        1 => (select(&PIECES[..]), 1..4_000_usize).prop_map(|(piece, times)| piece.repeat(times)),
    ]
}

fn address() -> impl Strategy<Value = String> {
    prop_oneof![words(), words().prop_map(|rest| format!("https://example.com/{rest}"))]
}

fn reason() -> impl Strategy<Value = Reason> {
    let check = (words(), option::of(words()), words());
    let check = check.prop_map(|(name, request, message)| FailedCheck { name, request, message });
    prop_oneof![
        (words(), option::of(words()), option::of(words()), option::of(words()))
            .prop_map(|(action, provider, code, message)| Reason::Action { action, provider, code, message }),
        (words(), option::of(words()), option::of(words()), vec(words(), 0..10), vec(words(), 0..60))
            .prop_map(|(project, phase, message, tests, log)| Reason::Build { project, phase, message, tests, log }),
        (words(), option::of(words()), option::of(words()), option::of(words()), vec(words(), 0..20)).prop_map(
            |(event, target, script, message, log)| Reason::Lifecycle {
                event,
                target,
                script,
                code: None,
                message,
                log
            }
        ),
        (any::<usize>(), vec(check, 0..20)).prop_map(|(of, failed)| Reason::Checks { of, failed }),
        (words(), option::of(words()), option::of(words())).prop_map(|(name, metric, message)| Reason::Alarm {
            name,
            metric,
            message
        }),
        words().prop_map(|text| Reason::Text { text }),
    ]
}

fn revision() -> impl Strategy<Value = Revision> {
    (words(), option::of(words()), option::of(words()), option::of(address()), option::of(words()))
        .prop_map(|(id, message, author, url, branch)| Revision { id, message, author, url, branch })
}

fn place() -> impl Strategy<Value = Place> {
    vec(option::of(words()), 12).prop_map(|names| {
        let mut names = names.into_iter();
        let mut next = || names.next().flatten();
        Place {
            account: next(),
            region: next(),
            environment: next(),
            pipeline: next(),
            stage: next(),
            action: next(),
            execution: next(),
            deployment_group: next(),
            deployment: next(),
            service: next(),
            build_project: next(),
            alarm: next(),
        }
    })
}

/// An alert with anything in it.
pub(crate) fn alerts() -> impl Strategy<Value = Alert> {
    let moments =
        || option::of((-1_000_000_000_i64..4_000_000_000).prop_map(|at| jiff::Timestamp::from_second(at).unwrap()));
    let links = vec((prop_oneof![Just(None), words().prop_map(Some)], address()), 0..12);
    let links = links.prop_map(|links| {
        let made = links.into_iter();
        made.map(|(label, url)| Link::new(label.map_or(LinkKind::Log, LinkKind::Other), url)).collect::<Vec<_>>()
    });
    let approval = (moments(), option::of(words()), vec(words(), 0..5), option::of(words()));
    let approval =
        approval.prop_map(|(expires, text, approvers, production)| Approval { expires, text, approvers, production });
    let mention = option::of(select(&["@here", "@channel", "U012AB3CD", "S012AB3CD"][..]));
    let mention = mention.prop_map(|mention| mention.map(|mention| mention.parse::<Mention>().unwrap()));
    let first =
        (select(&Kind::ALL[..]), place(), vec(reason(), 0..14), vec(words(), 0..5), vec(revision(), 0..25), links);
    let second = (
        option::of(words()),
        moments(),
        moments(),
        any::<u32>(),
        option::of(approval),
        option::of(words()),
        vec(words(), 0..5),
        mention,
    );
    (first, second).prop_map(|((kind, place, reasons, gaps, revisions, links), second)| {
        let mut alert = Alert::new(kind, place);
        (alert.reasons, alert.gaps, alert.revisions, alert.links) = (reasons, gaps, revisions, links);
        (
            alert.trigger,
            alert.occurred,
            alert.since,
            alert.in_a_row,
            alert.approval,
            alert.note,
            alert.next,
            alert.mention,
        ) = second;
        alert
    })
}
