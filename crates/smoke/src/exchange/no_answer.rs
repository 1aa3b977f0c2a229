//! Why no answer came, in words.

use std::fmt;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustls::{CertificateError, Error as TlsError};
use tokio::time::Instant;

use crate::duration::in_words;

/// Why there is no answer: one phrase, such as `the connection to 127.0.0.1:80 was refused`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NoAnswer(pub(crate) String);

/// What a request is waiting for, for the words when its time is over.
#[derive(Debug)]
pub(crate) struct Phase(Mutex<String>);

/// When waiting ends, and whose limit that is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Until {
    pub(crate) timeout: Duration,
    pub(crate) deadline: Instant,
}

impl Default for Phase {
    fn default() -> Self {
        Self(Mutex::new("starting".to_owned()))
    }
}

impl Phase {
    pub(crate) fn is(&self, what: impl Into<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = what.into();
    }

    fn what(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Until {
    /// Waits for `work` no longer than both limits allow.
    pub(crate) async fn wait<T>(
        self,
        phase: &Phase,
        work: impl Future<Output = Result<T, NoAnswer>>,
    ) -> Result<T, NoAnswer> {
        let by_timeout = Instant::now() + self.timeout;
        let end = by_timeout.min(self.deadline);
        tokio::time::timeout_at(end, work).await.unwrap_or_else(|_| {
            let phase = phase.what();
            Err(NoAnswer(if self.deadline < by_timeout {
                format!("the run's deadline came while {phase}")
            } else {
                format!("timed out after {} while {phase}", in_words(self.timeout))
            }))
        })
    }
}

impl NoAnswer {
    /// The name could not be turned into an address.
    pub(crate) fn not_resolved(host: &str) -> Self {
        Self(format!("the name {host:?} was not resolved to an address"))
    }

    /// No connection to any of the host's addresses.
    pub(crate) fn not_connected(to: impl fmt::Display, error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        Self(match error.kind() {
            Kind::ConnectionRefused => format!("the connection to {to} was refused"),
            Kind::ConnectionReset => format!("the connection to {to} was reset"),
            Kind::TimedOut => format!("the connection to {to} timed out"),
            Kind::HostUnreachable => format!("the host {to} is unreachable"),
            Kind::NetworkUnreachable => format!("the network of {to} is unreachable"),
            Kind::AddrNotAvailable => format!("no local address is left for a connection to {to}"),
            Kind::PermissionDenied => format!("the connection to {to} is not permitted"),
            kind => format!("the connection to {to} failed: {kind}"),
        })
    }

    /// The handshake failed.
    pub(crate) fn no_tls(host: &str, error: &io::Error) -> Self {
        let Some(tls) = error.get_ref().and_then(|error| error.downcast_ref::<TlsError>()) else {
            return Self(match error.kind() {
                io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => {
                    format!("{host} closed the connection during the TLS handshake")
                }
                kind => format!("the TLS handshake with {host} failed: {kind}"),
            });
        };
        Self(match tls {
            TlsError::InvalidCertificate(reason) => format!("the certificate of {host} {}", certificate(reason)),
            TlsError::InvalidMessage(_) | TlsError::InappropriateMessage { .. } => {
                format!("{host} does not speak TLS on this port")
            }
            TlsError::AlertReceived(alert) => format!("{host} refused the TLS handshake ({alert:?})"),
            TlsError::PeerIncompatible(_) => format!("{host} has no TLS version or cipher in common with this client"),
            TlsError::NoCertificatesPresented => format!("{host} sent no certificate"),
            _ => format!("the TLS handshake with {host} failed"),
        })
    }

    /// The request was sent, or was being sent, and HTTP went wrong.
    pub(crate) fn no_http(error: &hyper::Error) -> Self {
        use std::error::Error;
        let io = error.source().and_then(|source| source.downcast_ref::<io::Error>());
        Self(match io.map(io::Error::kind) {
            _ if error.is_parse() => "what came is not an HTTP/1.1 answer".to_owned(),
            _ if error.is_incomplete_message() || error.is_closed() || error.is_canceled() => CLOSED.to_owned(),
            Some(io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof) => {
                CLOSED.to_owned()
            }
            Some(kind) => format!("the connection broke: {kind}"),
            None => "the connection broke".to_owned(),
        })
    }

    /// The body stopped before its end.
    pub(crate) fn no_whole_body(bytes: usize) -> Self {
        Self(format!("the server closed the connection after {bytes} bytes of the body, before its end"))
    }
}

const CLOSED: &str = "the server closed the connection before it answered";

fn certificate(reason: &CertificateError) -> String {
    use CertificateError as Reason;
    match reason {
        Reason::Expired | Reason::ExpiredContext { .. } => "has expired".to_owned(),
        Reason::NotValidYet | Reason::NotValidYetContext { .. } => "is not valid yet".to_owned(),
        Reason::Revoked => "is revoked".to_owned(),
        Reason::UnknownIssuer => "comes from an authority that is not trusted".to_owned(),
        Reason::BadSignature => "has a wrong signature".to_owned(),
        Reason::NotValidForNameContext { presented, .. } if !presented.is_empty() => {
            // A certificate may name a hundred hosts.
            let names: Vec<&str> = presented.iter().take(3).map(String::as_str).collect();
            format!("is not for this host, but for {}", names.join(", "))
        }
        Reason::NotValidForName | Reason::NotValidForNameContext { .. } => "is not for this host".to_owned(),
        Reason::InvalidPurpose | Reason::InvalidPurposeContext { .. } => "is not for a server".to_owned(),
        Reason::BadEncoding => "cannot be read".to_owned(),
        _ => "is not valid".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_said_in_words() {
        let io = |kind: io::ErrorKind| io::Error::from(kind);
        let tls = |error: TlsError| io::Error::new(io::ErrorKind::InvalidData, error);
        for (actual, expected) in [
            (NoAnswer::not_resolved("x"), "the name \"x\" was not resolved to an address"),
            (
                NoAnswer::not_connected("1.2.3.4:5", &io(io::ErrorKind::ConnectionRefused)),
                "the connection to 1.2.3.4:5 was refused",
            ),
            (
                NoAnswer::not_connected("1.2.3.4:5", &io(io::ErrorKind::HostUnreachable)),
                "the host 1.2.3.4:5 is unreachable",
            ),
            (
                NoAnswer::no_tls("x", &io(io::ErrorKind::UnexpectedEof)),
                "x closed the connection during the TLS handshake",
            ),
            (NoAnswer::no_tls("x", &tls(CertificateError::Expired.into())), "the certificate of x has expired"),
            (
                NoAnswer::no_tls("x", &tls(CertificateError::NotValidForName.into())),
                "the certificate of x is not for this host",
            ),
            (
                NoAnswer::no_tls("x", &tls(TlsError::AlertReceived(rustls::AlertDescription::HandshakeFailure))),
                "x refused the TLS handshake (HandshakeFailure)",
            ),
        ] {
            assert_eq!(actual.0, expected);
        }
    }
}
