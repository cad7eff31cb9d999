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

/// However long a connection may idle: from its first byte on a head has as long as every other.
#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_was_begun_does_not_have_the_time_of_one_that_was_not() {
    let app = TestApp::spawn_with(|settings| {
        settings.server.header_deadline_seconds = 1;
        settings.server.keep_alive_seconds = 600;
    })
    .await;
    let mut stream = connect(&app.address);
    stream.write_all(ALIVE).unwrap();
    assert_eq!(listen(&mut stream, Duration::from_millis(300)).statuses(), [200]);
    stream.write_all(b"GET /healthz HT").unwrap();
    closes_within(&mut stream, Duration::from_secs(10));
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

/// A file may take long, and neither fall silent for four times the deadline of a body nor trickle for ten.
#[tokio::test(flavor = "multi_thread")]
async fn files_that_fall_silent_or_trickle_are_cut_off() {
    let app = hurried().await;
    let case = app.case(&app.coordinator).await;
    let token = app.coordinator.token().await.to_owned();
    let begun = || {
        let mut stream = connect(&app.address);
        let head = format!(
            "POST /v1/cases/{case}/attachments HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
             content-type: multipart/form-data; boundary=XX\r\ncontent-length: 5000\r\n\r\n--XX\r\n\
             content-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nsome"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream
    };
    let (mut silent, mut slow) = (begun(), begun());
    let silent = std::thread::spawn(move || listen(&mut silent, Duration::from_secs(8)));
    let started = Instant::now();
    let told = loop {
        assert!(started.elapsed() < Duration::from_secs(20), "it still listens");
        drop(slow.write_all(b"x"));
        let heard = listen(&mut slow, Duration::from_millis(200));
        if heard.closed || !heard.text.is_empty() {
            break heard.text;
        }
    };
    assert!(started.elapsed() > Duration::from_secs(8), "a file has longer than a body: {told}");
    let heard = silent.join().unwrap();
    assert_eq!(heard.statuses(), [408], "{}", heard.text);
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

/// What was handed to the system whole is not kept for somebody who does not take it in: the server looks no more.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_written_is_not_kept_for_who_does_not_read_it() {
    use socket2::{Domain, Socket, Type};
    let app = hurried().await;
    // Small enough for the buffers of the server's system, and many times the one here.
    let whole = app.nobody.get("/docs/swagger-ui.css").await.text.len();
    assert!((100_000..500_000).contains(&whole), "{whole}");
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let address: std::net::SocketAddr = app.address.split_once("://").unwrap().1.parse().unwrap();
    socket.connect(&address.into()).unwrap();
    let mut stream: TcpStream = socket.into();
    stream.write_all(b"GET /docs/swagger-ui.css HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    wait(6);
    let heard = listen(&mut stream, Duration::from_secs(5));
    assert!(heard.closed && heard.text.len() < whole, "{} of {whole}", heard.text.len());
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
