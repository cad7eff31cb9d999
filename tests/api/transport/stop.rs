//! The end of a process, under load.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode, header};

use super::binary::{Binary, Place};
use super::wire::{connect, listen, talk};
use crate::support::{PASSWORD, Value, json};

/// Asks and invites again and again on a connection that is kept, until it is told that it is closed; gives what was
/// acknowledged.
async fn work(client: Client, address: String, token: String, name: String, made: Arc<AtomicUsize>) {
    for number in 0.. {
        let body = json!({"name": "Invented colleague", "email": format!("{name}.{number}@lantern.example"), "role": "analyst"});
        let invite = client.post(format!("{address}/v1/users")).bearer_auth(&token).json(&body);
        let me = client.get(format!("{address}/v1/me")).bearer_auth(&token);
        for (request, expected) in [(invite, StatusCode::CREATED), (me, StatusCode::OK)] {
            let reply = request.send().await.expect("an accepted request is answered");
            assert_eq!(reply.status(), expected);
            let closes = reply.headers().get(header::CONNECTION).is_some_and(|value| value == "close");
            reply.bytes().await.expect("an answer is whole");
            if expected == StatusCode::CREATED {
                made.fetch_add(1, Ordering::SeqCst);
            }
            if closes {
                return;
            }
        }
    }
}

/// One connection to itself.
fn client() -> Client {
    Client::builder().no_proxy().pool_max_idle_per_host(1).build().unwrap()
}

async fn users(server: &Binary, token: &str) -> usize {
    let (client, mut cursor, mut count) = (client(), String::new(), 0);
    loop {
        let page = client.get(format!("{}/v1/users?limit=200{cursor}", server.address)).bearer_auth(token);
        let page: Value = page.send().await.unwrap().json().await.unwrap();
        count += page["items"].as_array().unwrap().len();
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return count,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn told_to_stop_under_load_it_answers_what_it_took_on() {
    let place = Place::new();
    let mut server = place.serve(&[("FARLIGHT__SERVER__DRAIN_SECONDS", "3")]);
    let token = server.found(&client()).await;
    let made = Arc::new(AtomicUsize::new(0));
    let workers: Vec<_> = (0..8)
        .map(|number| {
            let (address, token, made) = (server.address.clone(), token.clone(), Arc::clone(&made));
            tokio::spawn(work(client(), address, token, format!("worker{number}"), made))
        })
        .collect();
    while made.load(Ordering::SeqCst) < 40 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    server.signal("TERM");
    // Balancers are sent elsewhere while the port is still open.
    let ready = b"GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n";
    let told = loop {
        let heard = talk(&server.address, ready, Duration::from_secs(5));
        if heard.statuses() != [200] {
            break heard;
        }
    };
    assert_eq!(told.statuses(), [503], "{}", told.text);
    assert!(told.text.contains("\"stopping\"") && told.text.contains("retry-after: "), "{}", told.text);
    assert!(told.text.contains("connection: close") && told.closed, "{}", told.text);
    for worker in workers {
        worker.await.unwrap();
    }
    let status = server.ended(Duration::from_secs(40)).await;
    assert!(status.success(), "{status}: {}", place.log());

    // What was acknowledged is there.
    let again = place.serve(&[]);
    let token = again.sign_in(&client()).await;
    assert_eq!(users(&again, &token).await, made.load(Ordering::SeqCst) + 1);
}

/// What was begun when it was told to stop is answered, however late its end comes.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_still_coming_is_answered() {
    let place = Place::new();
    let mut server = place.serve(&[("FARLIGHT__SERVER__DRAIN_SECONDS", "0")]);
    let body = json!({"email": "nobody@lantern.example", "password": PASSWORD}).to_string();
    let (first, rest) = body.split_at(10);
    let head = format!(
        "POST /v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = connect(&server.address);
    stream.write_all(format!("{head}{first}").as_bytes()).unwrap();
    assert!(!listen(&mut stream, Duration::from_millis(500)).closed);
    server.signal("TERM");
    let heard = listen(&mut stream, Duration::from_secs(2));
    assert!(!heard.closed && heard.text.is_empty(), "{}", heard.text);
    stream.write_all(rest.as_bytes()).unwrap();
    let heard = listen(&mut stream, Duration::from_secs(20));
    assert_eq!(heard.statuses(), [401], "{}", heard.text);
    assert!(heard.closed && heard.text.contains("connection: close"), "{}", heard.text);
    assert!(server.ended(Duration::from_secs(20)).await.success(), "{}", place.log());
}

/// A stream never ends by itself, and holds up no stop.
#[tokio::test(flavor = "multi_thread")]
async fn streams_are_ended_and_not_waited_for() {
    let place = Place::new();
    let mut server = place
        .serve(&[("FARLIGHT__SERVER__DRAIN_SECONDS", "0"), ("FARLIGHT__SERVER__SHUTDOWN_SECONDS", "300")]);
    let client = client();
    let admin = server.found(&client).await;
    let post = async |path: &str, token: &str, body: Value| -> Value {
        let request = client.post(format!("{}{path}", server.address)).bearer_auth(token).json(&body);
        let text = request.send().await.unwrap().error_for_status().unwrap().text().await.unwrap();
        serde_json::from_str(&text).unwrap_or_default()
    };
    let email = "coordinator@lantern.example";
    let body = json!({"name": "Invented coordinator", "email": email, "role": "coordinator"});
    let invited = post("/v1/users", &admin, body).await;
    let accept = json!({"token": invited["invitation"]["token"], "password": PASSWORD});
    post("/v1/invitations/accept", "", accept).await;
    let tokens = post("/v1/auth/login", "", json!({"email": email, "password": PASSWORD})).await;
    let events = client
        .get(format!("{}/v1/events", server.address))
        .bearer_auth(tokens["access_token"].as_str().unwrap());
    let mut stream = events.send().await.unwrap();
    assert_eq!(stream.status(), StatusCode::OK);
    server.signal("TERM");
    // To its end, and not cut off.
    while stream.chunk().await.expect("an end that was said").is_some() {}
    assert!(server.ended(Duration::from_secs(30)).await.success(), "{}", place.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn told_a_second_time_it_does_not_wait() {
    let place = Place::new();
    let mut server = place.serve(&[("FARLIGHT__SERVER__DRAIN_SECONDS", "600")]);
    server.signal("TERM");
    // Two that come together are one.
    let ready = b"GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n";
    while talk(&server.address, ready, Duration::from_secs(5)).statuses() != [503] {}
    server.signal("TERM");
    assert!(server.ended(Duration::from_secs(30)).await.success(), "{}", place.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_holds_no_secret_and_no_line_of_a_callers_making() {
    for format in ["json", "text"] {
        let place = Place::new();
        let server = place.serve(&[("FARLIGHT__LOG__FORMAT", format), ("FARLIGHT__LOG__FILTER", "debug")]);
        let token = server.found(&client()).await;
        let calendar = "zqtoken-of-a-calendar";
        let forged = "%0a%0d{%22level%22:%22ERROR%22,%22message%22:%22forged%22}";
        for request in [
            format!("GET /v1/calendar/{calendar}.ics HTTP/1.1\r\nhost: x\r\n"),
            format!(
                "GET /v1/cases/{forged}?q=zqquery{forged} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n"
            ),
            format!("GET /v1/me HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}zqbearer\r\n"),
            "GET /v1/me HTTP/1.1\r\nhost: x\r\nuser-agent: a\u{1b}[31m\u{85}b\r\n".to_owned(),
            "GET /v1/me HTTP/1.1\r\nhost: x\r\nx-request-id: abcdefgh\tforged\r\n".to_owned(),
            "GET /v1/me HTTP/1.1\r\nhost: x\r\nx-request-id: abcdefgh%0aforged\r\n".to_owned(),
            "FORGED /v1/me HTTP/1.1\r\nhost: x\r\n".to_owned(),
            "GET /v1/me HTTP/1.1\r\nhost: x\r\nx-a: b\rforged\r\n".to_owned(),
            "GET /v1/forged\u{1b}[31m HTTP/1.1\r\nhost: x\r\n".to_owned(),
        ] {
            talk(
                &server.address,
                format!("{request}connection: close\r\n\r\n").as_bytes(),
                Duration::from_secs(5),
            );
        }
        drop(server);
        let log = place.log();
        assert!(log.contains("request"), "nothing was logged");
        for secret in [calendar, "zqquery", "zqbearer", &token, "forged", "FORGED"] {
            assert!(!log.contains(secret), "{format}: {secret} is in the log: {log}");
        }
        for line in log.lines() {
            assert!(
                !line.chars().any(|c| c.is_control() && c != '\u{1b}' && c != '\t'),
                "{format}: {line:?}"
            );
            if format == "json" {
                let line: Value =
                    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
                assert!(line["timestamp"].is_string() && line["level"].is_string(), "{line}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_last_are_answered_nobody_else_is_taken_in() {
    let place = Place::new();
    let mut server = place.serve(&[("FARLIGHT__SERVER__DRAIN_SECONDS", "0")]);
    let address = server.address.strip_prefix("http://").unwrap().to_owned();
    // Somebody whose request is still on its way.
    let body = r#"{"email":"nobody@lantern.example","password":"seven quiet lanterns drift"}"#;
    let head = "POST /v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nexpect: 100-continue\r\n";
    let mut slow = TcpStream::connect(&address).unwrap();
    write!(slow, "{head}content-length: {}\r\n\r\n", body.len()).unwrap();
    // Taken in, as is told.
    let mut told = [0; 25];
    slow.read_exact(&mut told).unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    slow.write_all(&body.as_bytes()[..1]).unwrap();
    server.signal("TERM");
    // A balancer sees at once that there is nobody, and asks the next.
    let told = Instant::now();
    while TcpStream::connect(&address).is_ok() {
        assert!(told.elapsed() < Duration::from_secs(5), "connections are taken in that nobody answers");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    slow.write_all(&body.as_bytes()[1..]).unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("connection: close"), "{answer}");
    assert!(server.ended(Duration::from_secs(30)).await.success(), "{}", place.log());
}
