//! One request over the wire and back: names, connections, TLS, HTTP/1.1, redirects and cookies.
//!
//! Connections are made here and not by a client library, so that each phase has its own words when it fails and the
//! server's certificate can be read.

mod answer;
mod certificate;
mod connection;
mod cookie_date;
mod cookies;
mod network;
mod no_answer;
mod origin;
mod redirect;
mod send;
mod url;

pub use origin::{BaseUrl, BaseUrlError};

pub(crate) use answer::{Answer, BODY_LIMIT};
pub(crate) use connection::Connections;
pub(crate) use cookies::Jar;
pub(crate) use network::Network;
pub(crate) use no_answer::{NoAnswer, Until};
pub(crate) use origin::{Host, Hosts, Origin};
pub(crate) use redirect::{Followed, follow};
pub(crate) use send::{Outgoing, OutgoingHeader};
pub(crate) use url::{Url, encode_literal, encode_value};
