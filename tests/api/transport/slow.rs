//! Clients that take their time: each wait has an end, however steadily something trickles.

use std::io::Write;
use std::net::TcpStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::wire::{closes_within, connect, listen};
use crate::support::TestApp;

const ALIVE: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";

async fn hurried() -> TestApp {
    TestApp::spawn_with(|settings| {
        settings.server.header_deadline_seconds = 1;
        settings.server.keep_alive_seconds = 1;
        settings.server.body_deadline_seconds = 1;
        settings.server.answer_stall_seconds = 1;
    })
    .await
}

/// A byte every 50 ms until the server has had enough; panics after ten seconds.
#[track_caller]
fn trickle(stream: &mut TcpStream, bytes: impl IntoIterator<Item = u8>) {
    let started = Instant::now();
    for byte in bytes {
        if stream.write_all(&[byte]).is_err() || listen(stream, Duration::from_millis(50)).closed {
            return;
        }
        assert!(started.elapsed() < Duration::from_secs(10), "it still listens");
    }
    panic!("it took everything");
}

#[expect(clippy::disallowed_methods, reason = "a thread of the test's own")]
fn wait(seconds: u64) {
    sleep(Duration::from_secs(seconds));
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_heads_are_cut_off_on_every_request_of_a_connection() {
    let app = hurried().await;
    let slow = || b"GET /healthz HTTP/1.1\r\nx-a: ".iter().copied().chain(std::iter::repeat_n(b'y', 1_000));
    trickle(&mut connect(&app.address), slow());

    let mut second = connect(&app.address);
    second.write_all(ALIVE).unwrap();
    assert_eq!(listen(&mut second, Duration::from_millis(300)).statuses(), [200]);
    trickle(&mut second, slow());

    // Half of the next one came together with the first.
    let mut third = connect(&app.address);
    third.write_all(&[ALIVE, b"GET /healthz HT"].concat()).unwrap();
    assert_eq!(listen(&mut third, Duration::from_millis(300)).statuses(), [200]);
    closes_within(&mut third, Duration::from_secs(6));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_nothing_is_cut_off() {
    let app = hurried().await;
    closes_within(&mut connect(&app.address), Duration::from_secs(6));
    let mut idle = connect(&app.address);
    idle.write_all(ALIVE).unwrap();
    closes_within(&mut idle, Duration::from_secs(6));
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_nobody_reads_are_cut_off_too() {
    let app = hurried().await;
    let chunks = || std::iter::repeat_n(*b"1\r\nx\r\n", 1_000).flatten();
    for path in ["/v1/nothing", "/healthz", "/v1/auth/login", "/v1/cases"] {
        let mut stream = connect(&app.address);
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        trickle(&mut stream, chunks());
        let mut stream = connect(&app.address);
        let head = head.replace("transfer-encoding: chunked", "content-length: 100000");
        stream.write_all(head.as_bytes()).unwrap();
        trickle(&mut stream, std::iter::repeat_n(b' ', 1_000));
    }
    app.nobody.get("/readyz").await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_is_cut_off() {
    let app = hurried().await;
    let mut stream = connect(&app.address);
    let many = b"GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(60);
    drop(stream.write_all(&many));
    wait(5);
    let heard = listen(&mut stream, Duration::from_secs(5));
    assert!(heard.closed, "still open after {} answers", heard.statuses().len());
    assert!(heard.statuses().len() < 60, "everything was kept for somebody who did not read");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_in_a_crumb_at_a_time_is_cut_off() {
    use std::io::Read;
    let app = hurried().await;
    let mut stream = connect(&app.address);
    let many = b"GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(60);
    drop(stream.write_all(&many));
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let started = Instant::now();
    let mut crumb = [0; 64];
    loop {
        match stream.read(&mut crumb) {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
        if started.elapsed() > Duration::from_secs(4) {
            // What lies in the buffers of both systems still comes; beyond it there must be an end.
            let heard = listen(&mut stream, Duration::from_secs(5));
            assert!(heard.closed, "still open");
            break;
        }
        wait_millis(100);
    }
}

#[expect(clippy::disallowed_methods, reason = "a thread of the test's own")]
fn wait_millis(millis: u64) {
    sleep(Duration::from_millis(millis));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_floods_a_connection_that_is_busy_is_cut_off() {
    let app = TestApp::spawn().await;
    let token = app.coordinator.token().await.to_owned();
    let mut stream = connect(&app.address);
    let request = format!("GET /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    assert_eq!(listen(&mut stream, Duration::from_secs(1)).statuses(), [200]);
    for _ in 0..200 {
        if stream.write_all(&ALIVE.repeat(100)).is_err() {
            return;
        }
    }
    closes_within(&mut stream, Duration::from_secs(5));
}
