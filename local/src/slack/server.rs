//! The workspace's endpoints.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use tokio::sync::watch;

use super::answer::{Refusal, json_response, text_response, too_fast};
use super::fault::Fault;
use super::message::Message;
use super::settings::{SlackSettings, Webhook};
use super::workspace::{NotPosted, Workspace};
use super::{asked, method, webhook};
use crate::standin::{Hangup, Listener, StandinError, Times};

/// The name under which faults are ordered for the webhook, and its calls are listed.
const WEBHOOK: &str = "webhook";

/// A running workspace. Dropping it closes the port.
#[derive(Debug)]
pub struct Slack {
    listener: Listener,
    shared: Arc<Shared>,
}

/// One request that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The method's name, or `webhook`.
    pub method: String,
    /// The status of the answer; nothing when there was none.
    pub status: Option<u16>,
    /// The word of a refusal, with what is wrong where.
    pub error: Option<String>,
}

#[derive(Debug)]
struct Shared {
    workspace: Mutex<Workspace>,
    webhook: Option<Webhook>,
    /// Counts the calls, so that somebody can wait for one.
    changes: watch::Sender<usize>,
}

impl Slack {
    /// Starts it at a free port of 127.0.0.1, without messages.
    pub async fn start(settings: SlackSettings) -> Result<Self, StandinError> {
        let shared = Arc::new(Shared {
            workspace: Mutex::new(Workspace::new(&settings)),
            webhook: settings.webhook,
            changes: watch::Sender::new(0),
        });
        let of_listener = Arc::clone(&shared);
        let listener = Listener::start(None, move |request| {
            let shared = Arc::clone(&of_listener);
            async move { shared.handle(request).await }
        })
        .await?;
        Ok(Self { listener, shared })
    }

    /// The Web API's address, for `SLACK_API_URL`: a method's name comes after it and a slash.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}/api", self.listener.url())
    }

    /// The incoming webhook's address.
    #[must_use]
    pub fn webhook_url(&self) -> Option<String> {
        self.shared.webhook.as_ref().map(|webhook| format!("{}{}", self.listener.url(), webhook.path))
    }

    /// The next calls of `method` (e.g. `chat.postMessage`, or `webhook`) meet this fault.
    pub fn order_fault(&self, method: &str, fault: Fault, times: Times) {
        self.shared.lock().faults.order(method, fault, times);
    }

    /// No fault happens any more.
    pub fn clear_faults(&self) {
        self.shared.lock().faults.clear();
    }

    /// From now on this is the bot's token, and the one before is `invalid_auth`.
    pub fn replace_token(&self, token: &str) {
        token.clone_into(&mut self.shared.lock().bot_token);
    }

    /// The messages as they stand, in the order they came.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.shared.lock().messages.clone()
    }

    /// Every call until now, also those that were refused.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.shared.lock().calls.clone()
    }

    /// Changes with every call, for somebody who waits for one.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<usize> {
        self.shared.changes.subscribe()
    }
}

impl Shared {
    async fn handle(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Hangup> {
        let path = request.uri().path();
        let webhook = self.webhook.as_ref().filter(|webhook| webhook.path == path);
        let method = match (webhook, path.strip_prefix("/api/")) {
            (Some(_), _) => WEBHOOK.to_owned(),
            (None, Some(method)) => method.to_owned(),
            (None, None) => path.to_owned(),
        };
        let fault = self.lock().faults.take(&method);
        let (response, error) = match &fault {
            Some(Fault::Hang | Fault::Close) => (None, None),
            Some(Fault::TooFast(seconds)) => {
                (Some(too_fast(*seconds, webhook.is_some())), Some("ratelimited".to_owned()))
            }
            Some(Fault::InternalError) => {
                let page = "<html><body>Server Error</body></html>";
                (Some(text_response(StatusCode::INTERNAL_SERVER_ERROR, page)), None)
            }
            Some(Fault::Refuse(word)) => refused(&Refusal::new(word), webhook.is_some()),
            Some(Fault::LoseAnswer) | None => self.work(webhook, &method, &request),
        };
        let lost = matches!(fault, Some(Fault::LoseAnswer));
        let status = response.as_ref().filter(|_| !lost).map(|response| response.status().as_u16());
        self.lock().calls.push(Call { method, status, error });
        self.changes.send_modify(|calls| *calls += 1);
        match (response, fault) {
            (_, Some(Fault::Hang)) => std::future::pending().await,
            (Some(response), _) if !lost => Ok(response),
            _ => Err(Hangup),
        }
    }

    fn work(
        &self,
        webhook: Option<&Webhook>,
        method: &str,
        request: &Request<Bytes>,
    ) -> (Option<Response<Bytes>>, Option<String>) {
        let mut workspace = self.lock();
        let done = match webhook {
            Some(webhook) => {
                webhook::post(&mut workspace, &webhook.channel, request).map(|()| text_response(StatusCode::OK, "ok"))
            }
            // What lies at hooks.slack.com but is no webhook of this workspace.
            None if method.starts_with('/') => return refused(&Refusal::new("no_service"), true),
            None => asked::read(request).map_err(NotPosted::Refused).and_then(|(token, arguments)| {
                let answer = method::answer(&mut workspace, method, token.as_deref(), &arguments)?;
                Ok(json_response(StatusCode::OK, &answer))
            }),
        };
        match done {
            Ok(response) => (Some(response), None),
            Err(NotPosted::TooFast(seconds)) => {
                (Some(too_fast(seconds, webhook.is_some())), Some("ratelimited".to_owned()))
            }
            Err(NotPosted::Refused(refusal)) => refused(&refusal, webhook.is_some()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Workspace> {
        self.workspace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refused(refusal: &Refusal, to_webhook: bool) -> (Option<Response<Bytes>>, Option<String>) {
    let response = if to_webhook { refusal.to_text() } else { refusal.to_json() };
    let said = std::iter::once(refusal.word.clone()).chain(refusal.details.iter().cloned()).collect::<Vec<_>>();
    (Some(response), Some(said.join("; ")))
}
