//! Ports and credentials of one run of the emulator.

use std::fmt;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};

use uuid::Uuid;

/// The first port that is taken: below are those of well-known services.
const FIRST_PORT: u16 = 10_000;
/// The ports from which Linux takes one for each connection that is opened, unless it was told otherwise.
const EPHEMERAL_PORTS: &str = "/proc/sys/net/ipv4/ip_local_port_range";
const FIRST_EPHEMERAL_PORT: u16 = 32_768;
/// How many ports are tried.
const TRIES: u32 = 1000;

/// A port of the loopback device that was free a moment ago, for a program that has to be told one.
///
/// It is none that the system would give to a connection: such a port can be in use for a moment at the time when the
/// program binds it, which for a shop on a host is minutes later.
#[derive(Debug, Clone, Copy)]
pub struct FreePort(pub u16);

impl FreePort {
    /// Tries ports at random. Another process can take it before it is used; whoever binds it then says so.
    pub fn find() -> std::io::Result<Self> {
        let ports = FIRST_PORT..first_ephemeral_port(&std::fs::read_to_string(EPHEMERAL_PORTS).unwrap_or_default());
        let mut tries = TRIES;
        loop {
            let port = fastrand::u16(ports.clone());
            match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
                Ok(_) => return Ok(Self(port)),
                Err(error) if error.kind() == ErrorKind::AddrInUse && tries > 0 => tries -= 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// The port's URL.
    #[must_use]
    pub fn url(self) -> String {
        format!("http://127.0.0.1:{}", self.0)
    }
}

/// Where the system was told to begin far down, no port is safe, and Linux's own beginning is as good as any.
fn first_ephemeral_port(range: &str) -> u16 {
    let first = range.split_whitespace().next().and_then(|first| first.parse().ok());
    first.filter(|first| *first > FIRST_PORT).unwrap_or(FIRST_EPHEMERAL_PORT)
}

/// The account's root credentials, made anew for each run, so that one run cannot reach into another by mistake.
#[derive(Clone)]
pub struct RootCredentials {
    /// The access key id.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: String,
}

impl RootCredentials {
    /// Random credentials.
    #[must_use]
    pub fn random() -> Self {
        let id = Uuid::new_v4().simple().to_string().to_uppercase();
        Self {
            access_key_id: format!("AKIA{}", &id[..16]),
            secret_access_key: Uuid::new_v4().simple().to_string() + &Uuid::new_v4().simple().to_string(),
        }
    }
}

impl fmt::Debug for RootCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RootCredentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_port_can_be_listened_on_and_is_outside_the_range_of_connections() {
        let port = FreePort::find().unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.0)).unwrap();
        assert_eq!(port.url(), format!("http://{}", listener.local_addr().unwrap()));
        let range = std::fs::read_to_string(EPHEMERAL_PORTS).unwrap();
        assert!((FIRST_PORT..first_ephemeral_port(&range)).contains(&port.0), "{port:?} {range}");
    }

    #[test]
    fn the_range_of_connections_is_what_the_system_says() {
        for (range, first) in [("32768\t60999\n", 32768), ("20000 65535", 20000), ("1024\t65535", 32768), ("", 32768)] {
            assert_eq!(first_ephemeral_port(range), first, "{range:?}");
        }
    }
}
