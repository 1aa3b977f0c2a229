//! Somebody has to approve. The action's event and the approval's own notification tell of the same wait.

use alert::{Alert, Approval, Kind, Link, LinkKind};
use delivery_event::{ActionChange, ApprovalRequest, ApprovalToken, Envelope};
use jiff::Timestamp;
use ledger::{Execution, MessageKey};

use crate::announce::{SAID_BEFORE, SAID_BY_ANOTHER, Turn};
use crate::handler::Handler;
use crate::invocation::Invocation;
use crate::kinds::{enriched, execution};
use crate::outcome::{Outcome, Unsent};
use crate::place;
use crate::sources::Gap;
use crate::sources::stage::Waiting;

/// Which wait it is.
struct Wait<'a> {
    envelope: &'a Envelope,
    execution: Execution,
    stage: &'a str,
    action: &'a str,
    at: Option<Timestamp>,
    /// What tells it from another wait of the same action.
    reference: String,
    expires: Option<Timestamp>,
    text: Option<String>,
    look_at: Option<String>,
    gap: Option<Gap>,
}

/// An approval action started.
pub(crate) async fn of_action(
    handler: &Handler,
    change: &ActionChange,
    invocation: &Invocation,
) -> Result<Outcome, Unsent> {
    let execution = execution(change.pipeline.as_deref(), change.execution.as_deref());
    let (stage, action) = names(change.stage.as_deref(), change.action.as_deref());
    let by = invocation.sources_by;
    let (waiting, gap) = split(handler.sources.waiting(&execution.pipeline, stage, action, by).await);
    // Of an execution that waits beside others, only the list of actions has the token.
    let ours = waiting.filter(|waiting| waiting.execution.as_ref().is_none_or(|id| *id == execution.id));
    let mut token = ours.and_then(|waiting| waiting.token);
    if token.is_none() {
        let runs = handler.sources.actions(&execution, by).await.unwrap_or_default();
        let run = runs.into_iter().find(|run| Some(&run.id) == change.action_execution.as_ref());
        token = run.and_then(|run| run.external_id);
    }
    let notification = change.envelope.notification.as_ref();
    let wait = Wait {
        envelope: &change.envelope,
        reference: token.map_or_else(|| execution.id.clone(), |token| end_of(&token)),
        execution,
        stage,
        action,
        at: change.envelope.time,
        expires: None,
        text: notification.and_then(|notification| notification.custom_data.clone()),
        look_at: notification.and_then(|notification| notification.external_entity_link.clone()),
        gap,
    };
    tell(handler, wait, invocation).await
}

/// An approval action sent its notification.
pub(crate) async fn of_request(
    handler: &Handler,
    request: &ApprovalRequest,
    invocation: &Invocation,
) -> Result<Outcome, Unsent> {
    let (stage, action) = names(request.stage.as_deref(), request.action.as_deref());
    let pipeline = request.pipeline.as_deref().unwrap_or_default();
    let (waiting, gap) = split(handler.sources.waiting(pipeline, stage, action, invocation.sources_by).await);
    let token = request.token.as_ref().map(ApprovalToken::reveal);
    let ours = waiting.filter(|waiting| waiting.token.as_deref() == token);
    let id = ours.and_then(|waiting| waiting.execution);
    let wait = Wait {
        envelope: &request.envelope,
        execution: execution(Some(pipeline), id.as_deref()),
        stage,
        action,
        at: None,
        reference: token.map(end_of).or(id).unwrap_or_default(),
        expires: request.expires,
        text: request.custom_data.clone(),
        look_at: request.external_entity_link.clone(),
        gap,
    };
    tell(handler, wait, invocation).await
}

async fn tell(handler: &Handler, wait: Wait<'_>, invocation: &Invocation) -> Result<Outcome, Unsent> {
    let Execution { pipeline, id } = &wait.execution;
    let key = MessageKey::approval(pipeline, &wait.reference, wait.stage, wait.action);
    let turned = match handler.announcer.claim(key, invocation).await {
        Turn::Ours(turned) => turned,
        Turn::Done => return Ok(SAID_BEFORE),
        Turn::Theirs => return Ok(SAID_BY_ANOTHER),
    };
    let config = &handler.announcer.config;
    let place =
        place::of_stage(config, wait.envelope, &wait.execution, Some(wait.stage).filter(|name| !name.is_empty()));
    let mut alert = Alert::new(Kind::ApprovalNeeded, place);
    alert.place.action = Some(wait.action.to_owned()).filter(|name| !name.is_empty());
    alert.gaps.extend(wait.gap.map(|gap| gap.0));
    let mut approval = Approval { expires: wait.expires, text: wait.text, ..Approval::default() };
    // CodePipeline does not say who that is; IAM decides when somebody tries.
    approval.approvers =
        vec![format!("whoever has codepipeline:PutApprovalResult on {pipeline}/{}/{}", wait.stage, wait.action)];
    if !id.is_empty() {
        let by = invocation.sources_by;
        let (pending, runs) = tokio::join!(
            Box::pin(handler.sources.pending(pipeline, id, wait.stage, by)),
            Box::pin(handler.sources.actions(&wait.execution, by)),
        );
        match pending {
            Ok(pending) => {
                alert.revisions = enriched(pending.revisions, &runs.unwrap_or_default(), &alert.place);
                approval.production = pending.released;
            }
            Err(gap) => alert.gaps.push(gap.0),
        }
    }
    alert.approval = Some(approval);
    alert.occurred = wait.at;
    // Not the notification's review link: it has the token in it.
    let review = place::console(&alert.place).map(|console| console.pipeline(pipeline));
    let look_at = wait.look_at.map(|url| Link::new(LinkKind::Other("To look at".to_owned()), url));
    alert.links = review.map(|url| Link::new(LinkKind::Approval, url)).into_iter().chain(look_at).collect();
    alert.links.extend(place::execution_link(&alert.place));
    let execution = Some(&wait.execution).filter(|execution| !execution.id.is_empty());
    handler.announcer.send(&turned, alert, execution, invocation).await
}

fn names<'a>(stage: Option<&'a str>, action: Option<&'a str>) -> (&'a str, &'a str) {
    (stage.unwrap_or_default(), action.unwrap_or_default())
}

fn split(waiting: Result<Option<Waiting>, Gap>) -> (Option<Waiting>, Option<Gap>) {
    waiting.map_or_else(|gap| (None, Some(gap)), |waiting| (waiting, None))
}

/// Enough of a token to tell it from others, and too little to answer with.
fn end_of(token: &str) -> String {
    let start = token.char_indices().rev().nth(11).map_or(0, |(start, _)| start);
    token[start..].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_by_its_end() {
        for (token, expected) in
            [("1a2b3c4d-573f-4ea7-a67e-0123456789ab", "0123456789ab"), ("short", "short"), ("", ""), ("ä", "ä")]
        {
            assert_eq!(end_of(token), expected);
        }
    }
}
