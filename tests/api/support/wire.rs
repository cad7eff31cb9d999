//! Requests byte by byte, and a link that breaks.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// One request and its answer, as they went over the wire.
pub struct Exchange {
    pub head: String,
    pub received: usize,
}

fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream
}

/// A GET with a token and nothing that is not needed.
pub fn get(address: &str, path: &str, token: &str) -> Exchange {
    let mut stream = connect(address);
    let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        bytes.push(byte[0]);
    }
    let head = String::from_utf8(bytes).unwrap();
    let length =
        head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    // Whatever else comes is part of the answer, too.
    stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let more = stream.read(&mut [0; 64]).unwrap_or(0);
    Exchange { received: head.len() + length + more, head }
}

/// Sends the first `count` bytes of a POST and hangs up.
pub fn send_part_of_post(address: &str, path: &str, token: &str, body: &str, count: usize) {
    let mut stream = connect(address);
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let bytes = request.as_bytes();
    stream.write_all(&bytes[..count.min(bytes.len() - 1)]).unwrap();
    drop(stream.shutdown(Shutdown::Both));
}

/// A link to a server on which every connection breaks, after some hundreds or thousands of bytes in both directions
/// together. Gives its address and the count of what has passed.
pub fn breaking_link(to: &str, seed: u64) -> (String, Arc<AtomicU64>) {
    let to = to.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let passed = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&passed);
    std::thread::spawn(move || {
        let mut state = seed;
        for near in listener.incoming() {
            let Ok(near) = near else { return };
            // Knuth's generator: the same breaks in every run.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let budget = Arc::new(AtomicU64::new(400 + (state >> 33) % 4_000));
            let Ok(far) = TcpStream::connect(&to) else { return };
            for (from, into) in [(&near, &far), (&far, &near)] {
                let (from, into) = (from.try_clone().unwrap(), into.try_clone().unwrap());
                let (budget, counter) = (Arc::clone(&budget), Arc::clone(&counter));
                std::thread::spawn(move || carry(from, into, &budget, &counter));
            }
        }
    });
    (address, passed)
}

fn carry(mut from: TcpStream, mut into: TcpStream, budget: &AtomicU64, counter: &AtomicU64) {
    let mut piece = [0; 128];
    while let Ok(count @ 1..) = from.read(&mut piece) {
        let count = count as u64;
        let left = budget.load(Ordering::SeqCst);
        if left < count || into.write_all(&piece[..count as usize]).is_err() {
            break;
        }
        budget.store(left - count, Ordering::SeqCst);
        counter.fetch_add(count, Ordering::SeqCst);
    }
    drop(from.shutdown(Shutdown::Both));
    drop(into.shutdown(Shutdown::Both));
}
