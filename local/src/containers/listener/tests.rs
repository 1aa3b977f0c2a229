//! Listeners in front of targets that say their name.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::port::ReservedPort;

/// A target that greets each connection with its name and then gives back what it is sent.
struct Target {
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Target {
    async fn start(name: u8) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let accepting = tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                tokio::spawn(async move {
                    stream.write_u8(name).await.unwrap();
                    let (mut read, mut write) = stream.split();
                    let _ = tokio::io::copy(&mut read, &mut write).await;
                });
            }
        });
        Self { address, accepting }
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn connect(listener: &Listener) -> TcpStream {
    TcpStream::connect(("127.0.0.1", listener.port())).await.unwrap()
}

/// Who answers a connection; `-` when it is closed without a word.
async fn greeting(stream: &mut TcpStream) -> char {
    stream.read_u8().await.map_or('-', char::from)
}

async fn echo(stream: &mut TcpStream) -> bool {
    stream.write_u8(b'?').await.is_ok() && stream.read_u8().await.is_ok()
}

#[tokio::test]
async fn connections_go_where_the_listener_points() {
    let (blue, green) = (Target::start(b'B').await, Target::start(b'G').await);
    let dead = ReservedPort::take().unwrap();
    let listener = Listener::start().await.unwrap();
    assert_eq!(listener.url(), format!("http://127.0.0.1:{}", listener.port()));
    for (targets, expected) in [
        (vec![], "----"),
        (vec![(blue.address, 100)], "BBBB"),
        (vec![(blue.address, 50), (green.address, 50)], "BGBG"),
        (vec![(blue.address, 0), (green.address, 100)], "GGGG"),
        (vec![(dead.address(), 100)], "----"),
        (vec![(blue.address, 75), (green.address, 25)], "BBGB"),
        (vec![], "----"),
    ] {
        listener.forward(&targets);
        let mut greetings = String::new();
        for _ in 0..4 {
            greetings.push(greeting(&mut connect(&listener).await).await);
        }
        assert_eq!(greetings, expected, "{targets:?}");
    }
}

#[tokio::test]
async fn connections_to_targets_that_are_left_out_are_closed() {
    let (blue, green) = (Target::start(b'B').await, Target::start(b'G').await);
    let listener = Listener::start().await.unwrap();
    listener.forward(&[(blue.address, 100)]);
    let mut old = connect(&listener).await;
    assert_eq!(greeting(&mut old).await, 'B');
    for (targets, lives) in [
        (vec![(blue.address, 90), (green.address, 10)], true),
        (vec![(blue.address, 0), (green.address, 100)], true),
        (vec![(green.address, 100)], false),
    ] {
        listener.forward(&targets);
        assert_eq!(echo(&mut old).await, lives, "{targets:?}");
    }
}

#[tokio::test]
async fn held_connections_wait_and_take_the_targets_of_the_moment_they_go_on() {
    let (blue, green) = (Target::start(b'B').await, Target::start(b'G').await);
    let listener = Listener::start().await.unwrap();
    listener.forward(&[(blue.address, 100)]);
    let mut before = connect(&listener).await;
    assert_eq!(greeting(&mut before).await, 'B');

    listener.hold();
    let mut held = connect(&listener).await;
    held.write_u8(b'?').await.unwrap();
    listener.waited_for().await;
    assert!(echo(&mut before).await, "what was connected goes on");
    listener.forward(&[(green.address, 100)]);
    listener.clone().resume();
    assert_eq!([greeting(&mut held).await, greeting(&mut held).await], ['G', '?']);
    assert_eq!(greeting(&mut connect(&listener).await).await, 'G');
    assert_eq!(*listener.running.shared.waiting.borrow(), 0);
}

#[tokio::test]
async fn the_last_handle_closes_the_port_and_every_connection() {
    let blue = Target::start(b'B').await;
    // Somebody else may get the port in the moment after; not every time.
    for _ in 0..5 {
        let listener = Listener::start().await.unwrap();
        listener.forward(&[(blue.address, 100)]);
        let mut connection = connect(&listener).await;
        assert_eq!(greeting(&mut connection).await, 'B');
        let (other, port) = (listener.clone(), listener.port());
        drop(listener);
        assert!(echo(&mut connection).await, "one handle is left");
        drop(other);
        assert!(!echo(&mut connection).await);
        if TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            return;
        }
    }
    panic!("the port of the last handle stays open");
}
