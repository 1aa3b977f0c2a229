//! Ports of the loopback device for programs that have to be told one.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::TcpSocket;

/// A port that is kept for one program until this value is dropped.
///
/// It is bound and not listened on. So nobody else gets it, neither by asking for any free port nor for a connection, a
/// connection to it is refused until the program listens, and again after the program has ended.
#[derive(Debug)]
pub struct ReservedPort {
    // Held for what the system does while it is open.
    _socket: TcpSocket,
    address: SocketAddr,
}

impl ReservedPort {
    /// Takes a port that nobody has.
    pub fn take() -> std::io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        // Lets a program bind it that says so too, as servers do to start again at once after they ended. Said only now,
        // because the bind above is to fail where another has the port.
        socket.set_reuseaddr(true)?;
        let address = socket.local_addr()?;
        Ok(Self { _socket: socket, address })
    }

    /// Where the program is to listen.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The number that the program is told.
    #[must_use]
    pub fn number(&self) -> u16 {
        self.address.port()
    }

    /// The port's URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn its_program_can_listen_on_it_again_and_again_and_nobody_answers_between() {
        let port = ReservedPort::take().unwrap();
        assert_eq!(port.url(), format!("http://127.0.0.1:{}", port.number()));
        for _ in 0..2 {
            let refused = TcpStream::connect(port.address()).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
            let listener = TcpListener::bind(port.address()).unwrap();
            TcpStream::connect(port.address()).unwrap();
            listener.accept().unwrap();
        }
    }

    #[test]
    fn a_port_is_reserved_once() {
        let port = ReservedPort::take().unwrap();
        let another = TcpSocket::new_v4().unwrap();
        assert_eq!(another.bind(port.address()).unwrap_err().kind(), ErrorKind::AddrInUse);
        let (address, reserved) = (port.address(), ReservedPort::take().unwrap());
        assert_ne!(address, reserved.address());
        drop(port);
        another.bind(address).unwrap();
    }
}
