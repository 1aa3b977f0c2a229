//! Whose change it is.

use crate::alert::Alert;
use crate::link::web_address;
use crate::revision::Revision;
use crate::slack::mrkdwn::{lines, link, prose};

/// Of the whole paragraph.
const CHANGE: usize = 1_500;
const REVISIONS: usize = 8;
const TITLE: usize = 120;
const NAME: usize = 60;
const ADDRESS: usize = 250;

/// The revisions, newest first, and what started the execution.
pub(super) fn revisions(alert: &Alert) -> Option<String> {
    let mut text = Vec::new();
    match alert.revisions.as_slice() {
        [] => {}
        [one] => text.push(format!("*Change* {}", revision(one))),
        several => {
            text.push(format!("*{} changes*", several.len()));
            text.extend(several.iter().take(REVISIONS).map(|one| format!("• {}", revision(one))));
            let hidden = several.len().saturating_sub(REVISIONS);
            text.extend((hidden > 0).then(|| format!("… and {hidden} more")));
        }
    }
    let production = alert.approval.as_ref().and_then(|approval| approval.production.as_deref());
    text.extend(production.map(|id| {
        let now = Revision { id: id.to_owned(), ..Revision::default() };
        format!("*Production has* {}", prose(&now.short(), NAME))
    }));
    text.extend(alert.trigger.as_deref().map(|trigger| format!("*Started by* {}", prose(trigger, TITLE))));
    lines(text, CHANGE)
}

fn revision(revision: &Revision) -> String {
    let id = revision.short();
    let address = revision.url.as_deref().and_then(|url| web_address(url, ADDRESS));
    let id = address.map_or_else(|| prose(&id, NAME), |address| link(&address, &id, NAME));
    let title = revision.title().map_or(String::new(), |title| format!(" {}", prose(&title, TITLE)));
    let names = [&revision.author, &revision.branch].into_iter().flatten();
    let names: Vec<String> = names.map(|name| prose(name, NAME)).filter(|name| !name.is_empty()).collect();
    let names = if names.is_empty() { String::new() } else { format!(" · {}", names.join(" · ")) };
    format!("{id}{title}{names}")
}
