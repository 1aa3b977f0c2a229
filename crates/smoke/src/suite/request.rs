//! What is sent, and what is kept of the answer.

use http::{HeaderName, Method};
use regex::Regex;

use super::{JsonTemplate, Query};
use crate::exchange::Origin;
use crate::template::Template;
use crate::yaml::Position;

/// A request with its names still in it.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) target: Target,
    /// Each name once; a step's header has replaced the default of that name.
    pub(crate) headers: Vec<Header>,
    pub(crate) body: Option<Body>,
    /// As the suite has it, such as `POST /api/carts/{{cart}}/items`.
    pub(crate) label: String,
}

/// Where a request goes.
#[derive(Debug)]
pub(crate) enum Target {
    /// Joined to the base URL.
    Path(Template),
    /// A host of `allow_hosts`, and the path there.
    Url(Origin, Template),
}

#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub(crate) name: HeaderName,
    pub(crate) value: Template,
    /// A credential, or made from a secret: for the host it was written for and no other.
    pub(crate) confidential: bool,
    /// From the suite's defaults, which are meant for the base URL's host.
    pub(crate) default: bool,
}

#[derive(Debug)]
pub(crate) enum Body {
    Json(JsonTemplate),
    Form(Vec<(Template, Template)>),
    Text(Template),
}

/// A name for a part of the answer.
#[derive(Debug)]
pub(crate) struct Capture {
    pub(crate) name: String,
    pub(crate) position: Position,
    /// The name is declared as a secret.
    pub(crate) secret: bool,
    pub(crate) from: CaptureFrom,
}

#[derive(Debug)]
pub(crate) enum CaptureFrom {
    Json(Query),
    Header(HeaderName),
    /// The one group of the expression.
    Body(Regex),
    Status,
}
