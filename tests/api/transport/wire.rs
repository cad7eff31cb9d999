//! A connection, byte by byte.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// What came back, and whether the server closed.
pub struct Talk {
    pub text: String,
    pub closed: bool,
}

impl Talk {
    /// The statuses of all answers, in order.
    pub fn statuses(&self) -> Vec<u16> {
        self.text.split("HTTP/1.1 ").skip(1).filter_map(|answer| answer.get(..3)?.parse().ok()).collect()
    }
}

pub fn connect(address: &str) -> TcpStream {
    let (_, address) = address.split_once("://").unwrap();
    let stream = TcpStream::connect(address).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Reads until the server closes, or nothing more comes for `patience`.
pub fn listen(stream: &mut TcpStream, patience: Duration) -> Talk {
    stream.set_read_timeout(Some(patience)).unwrap();
    let mut bytes = Vec::new();
    let mut piece = [0; 16 * 1024];
    let closed = loop {
        match stream.read(&mut piece) {
            Ok(0) => break true,
            Ok(count) => bytes.extend_from_slice(&piece[..count]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => break false,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => break true,
        }
    };
    Talk { text: String::from_utf8_lossy(&bytes).into_owned(), closed }
}

/// Sends bytes on a connection of their own, and listens.
pub fn talk(address: &str, bytes: &[u8], patience: Duration) -> Talk {
    let mut stream = connect(address);
    // A server that refuses may close before it has taken all.
    drop(stream.write_all(bytes));
    listen(&mut stream, patience)
}

/// How long it takes until the server closes; panics after `most`.
#[track_caller]
pub fn closes_within(stream: &mut TcpStream, most: Duration) -> Duration {
    let started = Instant::now();
    while started.elapsed() < most {
        if listen(stream, Duration::from_millis(100)).closed {
            return started.elapsed();
        }
    }
    panic!("the connection is still open after {most:?}");
}
