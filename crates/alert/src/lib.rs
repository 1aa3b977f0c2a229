//! What people and machines are told about a delivery.
//!
//! An [`Alert`] says what happened, where, why, whose change it was, since when, and what to do next. It knows no AWS, no
//! clock and no environment: whoever makes it hands everything over. It is rendered as
//!
//! - [`Alert::sns`]: subject, text and message attributes of an SNS notification,
//! - [`Alert::slack`]: blocks and fallback text of a Slack message,
//! - [`Alert::to_json`]: a body for machines, from which the alert can be read back.
//!
//! Every rendering stays within the limits of the service it is for, whatever the alert holds; long texts are cut between
//! characters and marked with `…`. In Slack, no text of a commit, a log or an error can format, link or mention.
//!
//! A failed stage is one message that is edited as its [`Kind`] changes: [`Kind::Failed`], [`Kind::Retrying`],
//! [`Kind::Recovered`]. The same alert with the next kind is the message's next text; see [`Alert::become_retrying`] and
//! [`Alert::become_recovered`].
//!
//! ```
//! use alert::{Alert, FailedCheck, Kind, Place, Reason};
//!
//! let place = Place { pipeline: Some("storefront".into()), stage: Some("Staging".into()), ..Place::default() };
//! let mut alert = Alert::new(Kind::Failed, place);
//! alert.reasons.push(Reason::Checks {
//!     of: 9,
//!     failed: vec![FailedCheck {
//!         name: "a customer can check out".into(),
//!         request: Some("POST /api/orders".into()),
//!         message: "expected status 201, got 500".into(),
//!     }],
//! });
//! assert_eq!(alert.headline(), "storefront · Staging failed");
//! assert_eq!(alert.slack().blocks[0]["text"]["text"], ":red_circle: storefront · Staging failed");
//! assert_eq!(alert.sns().subject, "storefront: Staging failed (Check \"a customer can check out\" failed (1 of 9))");
//! ```
//!
//! [`Console`] and [`commit_link`] build the links from names.

mod alert;
mod approval;
mod clean;
mod console;
mod kind;
mod link;
mod mention;
mod next;
mod place;
mod reason;
mod revision;
mod severity;
mod shown;
mod slack;
mod sns;
mod words;

pub use alert::Alert;
pub use approval::Approval;
pub use console::{Console, Provider, commit_link};
pub use kind::Kind;
pub use link::{Link, LinkKind};
pub use mention::{Mention, MentionError};
pub use place::Place;
pub use reason::{FailedCheck, Reason};
pub use revision::Revision;
pub use severity::Severity;
pub use slack::SlackMessage;
pub use sns::SnsNotification;
pub use words::in_words;
