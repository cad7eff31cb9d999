//! Bytes that no client of ours would send.

use std::time::Duration;

use super::wire::{listen, talk};
use crate::support::{Actor, TestApp, json};

/// Longer than any answer takes; what is still silent then stays so.
const PATIENCE: Duration = Duration::from_secs(10);

/// What follows must never be taken for a request.
const HIDDEN: &str = "GET /healthz HTTP/1.1\r\nhost: hidden\r\n\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_end_is_in_doubt_is_refused_and_the_connection_closed() {
    let app = TestApp::spawn_with(|settings| settings.server.header_deadline_seconds = 2).await;
    let chunked = "5\r\n{\"a\":\r\n0\r\n\r\n";
    for (what, headers, body) in [
        ("a length and chunks", "content-length: 5\r\ntransfer-encoding: chunked\r\n", chunked),
        ("chunks and a length", "transfer-encoding: chunked\r\ncontent-length: 5\r\n", chunked),
        ("two lengths", "content-length: 5\r\ncontent-length: 6\r\n", "12345"),
        ("one length twice", "content-length: 5\r\ncontent-length: 5\r\n", "12345"),
        ("a list of lengths", "content-length: 5, 5\r\n", "12345"),
        ("a signed length", "content-length: +5\r\n", "12345"),
        ("a negative length", "content-length: -5\r\n", "12345"),
        ("a length in hexadecimal", "content-length: 0x5\r\n", "12345"),
        ("a length with words", "content-length: 5 bytes\r\n", "12345"),
        ("an endless length", "content-length: 99999999999999999999999\r\n", "12345"),
        ("an empty length", "content-length:\r\n", "12345"),
        ("unknown coding", "transfer-encoding: xchunked\r\n", chunked),
        ("chunks that are not last", "transfer-encoding: chunked, identity\r\n", chunked),
        ("chunks twice", "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n", chunked),
        ("chunks and identity", "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n", chunked),
        ("a space before the colon", "transfer-encoding : chunked\r\n", chunked),
        ("a tab before the colon", "content-length\t: 5\r\n", "12345"),
        ("a folded name", "x-a: b\r\n transfer-encoding: chunked\r\n", chunked),
        ("a folded value", "transfer-encoding:\r\n chunked\r\n", chunked),
        ("a vertical tab", "transfer-encoding: \u{b}chunked\r\n", chunked),
        ("a NUL in a value", "x-a: b\0c\r\n", ""),
        ("a NUL in a name", "x-a\0b: c\r\n", ""),
        ("a bare CR in a value", "x-a: b\rtransfer-encoding: chunked\r\n", ""),
        ("a bare CR before a name", "\rtransfer-encoding: chunked\r\n", chunked),
        ("no name", ": chunked\r\n", ""),
        ("no colon", "transfer-encoding chunked\r\n", ""),
        ("an odd name", "trans\u{e9}fer: chunked\r\n", ""),
        ("a second host", "host: other.example\r\n", ""),
        ("two hosts, one empty", "host:\r\n", ""),
        ("two tokens", "authorization: Bearer a\r\nauthorization: Bearer b\r\n", ""),
        ("two keys", "idempotency-key: a\r\nidempotency-key: b\r\n", ""),
        ("two versions", "if-match: \"v1\"\r\nif-match: \"v2\"\r\n", ""),
        ("two types", "content-type: text/plain\r\ncontent-type: application/json\r\n", ""),
    ] {
        let request = format!("POST /v1/cases HTTP/1.1\r\nhost: x\r\n{headers}\r\n{body}{HIDDEN}");
        let heard = talk(&app.address, request.as_bytes(), PATIENCE);
        assert!(heard.closed, "{what}: still open: {}", heard.text);
        assert!(heard.statuses().len() <= 1, "{what}: {}", heard.text);
        assert!(heard.statuses().iter().all(|status| (400..500).contains(status)), "{what}: {}", heard.text);
    }
    app.coordinator.get("/v1/cases").await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn chunks_that_are_none_end_the_connection() {
    let app = TestApp::spawn_with(|settings| settings.server.body_deadline_seconds = 2).await;
    let token = app.coordinator.token().await.to_owned();
    for (what, body) in [
        ("a size in words", "five\r\n12345\r\n0\r\n\r\n"),
        ("a prefixed size", "0x5\r\n12345\r\n0\r\n\r\n"),
        ("a signed size", "-5\r\n12345\r\n0\r\n\r\n"),
        ("an endless size", "FFFFFFFFFFFFFFFFFF\r\n12345\r\n0\r\n\r\n"),
        ("a size that is too small", "2\r\n12345\r\n0\r\n\r\n"),
        ("bare line feeds", "5\n12345\n0\n\n"),
        ("no size", "\r\n12345\r\n0\r\n\r\n"),
    ] {
        let request = format!(
            "POST /v1/cases HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
             transfer-encoding: chunked\r\n\r\n{body}{HIDDEN}"
        );
        let heard = talk(&app.address, request.as_bytes(), PATIENCE);
        assert!(heard.closed, "{what}: still open: {}", heard.text);
        assert!(heard.statuses().len() <= 1, "{what}: {}", heard.text);
        assert!(heard.statuses().iter().all(|status| (400..500).contains(status)), "{what}: {}", heard.text);
    }
    assert!(app.coordinator.get("/v1/cases").await.items().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_is_refused() {
    let app = TestApp::spawn_with(|settings| settings.server.header_deadline_seconds = 1).await;
    let long = "a".repeat(300_000);
    let many = "x-a: b\r\n".repeat(5_000);
    for (what, request) in [
        ("HTTP/0.9", "GET /healthz\r\n\r\n".to_owned()),
        ("HTTP/2 without asking", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned()),
        ("an unknown version", "GET /healthz HTTP/1.7\r\nhost: x\r\n\r\n".to_owned()),
        ("no host", "GET /healthz HTTP/1.1\r\n\r\n".to_owned()),
        ("a long target", format!("GET /{long} HTTP/1.1\r\nhost: x\r\n\r\n")),
        ("a long header", format!("GET /healthz HTTP/1.1\r\nhost: x\r\nx-a: {long}\r\n\r\n")),
        ("many headers", format!("GET /healthz HTTP/1.1\r\nhost: x\r\n{many}\r\n")),
        ("a space in the target", "GET /v1/ca ses HTTP/1.1\r\nhost: x\r\n\r\n".to_owned()),
        ("a NUL in the target", "GET /v1/\0 HTTP/1.1\r\nhost: x\r\n\r\n".to_owned()),
        ("a method with a bracket", "G(T /healthz HTTP/1.1\r\nhost: x\r\n\r\n".to_owned()),
        ("TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\u{7c}\x03\x03".to_owned()),
        ("noise", "\r\n\0\0\0\r\n\r\n".to_owned()),
    ] {
        let heard = talk(&app.address, request.as_bytes(), PATIENCE);
        assert!(heard.closed, "{what}: still open: {}", heard.text);
        assert!(heard.statuses().len() <= 1, "{what}: {}", heard.text);
        assert!(heard.statuses().iter().all(|status| (400..506).contains(status)), "{what}: {}", heard.text);
        assert!(!heard.text.contains("200 OK"), "{what}: {}", heard.text);
    }
    app.nobody.get("/healthz").await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_and_legal_requests_are_answered_in_order() {
    let app = TestApp::spawn().await;
    let close = "connection: close\r\n";
    for (what, request, statuses) in [
        (
            "three in a row",
            format!(
                "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\nGET /v1/nothing HTTP/1.1\r\nhost: x\r\n\r\n\
                 GET /v1/me HTTP/1.1\r\nhost: x\r\n{close}\r\n"
            ),
            vec![200, 404, 401],
        ),
        (
            "an absolute target",
            format!("GET http://other.example/healthz HTTP/1.1\r\nhost: x\r\n{close}\r\n"),
            vec![200],
        ),
        (
            "a body that nobody asked for",
            {
                let body = "x".repeat(100);
                format!(
                    "GET /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{body}GET /healthz HTTP/1.1\r\nhost: x\r\n{close}\r\n"
                )
            },
            vec![200],
        ),
        (
            "chunks that nobody asked for",
            format!(
                "POST /v1/nothing HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n\
                 GET /healthz HTTP/1.1\r\nhost: x\r\n{close}\r\n"
            ),
            vec![404, 200],
        ),
        (
            "an upgrade that is not offered",
            format!(
                "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n{HIDDEN}"
            ),
            vec![200],
        ),
    ] {
        let heard = talk(&app.address, request.as_bytes(), Duration::from_secs(3));
        // Whatever follows a body that was not read may be left unanswered, but never be answered as something else.
        let told = heard.statuses();
        assert!(
            told.starts_with(&statuses[..1]) && told.len() <= statuses.len().max(2),
            "{what}: {}",
            heard.text
        );
        if statuses.len() > 1 {
            assert_eq!(told, statuses, "{what}: {}", heard.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_to_be_told_to_continue_is_told_or_refused() {
    let app = TestApp::spawn().await;
    let request = "POST /v1/cases HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-type: application/json\r\n\
                   content-length: 20\r\n\r\n";
    let heard = talk(&app.address, request.as_bytes(), Duration::from_secs(3));
    let statuses = heard.statuses();
    // Nobody is signed in: that is told without the body, and what would follow is not taken for another request.
    assert_eq!(statuses.last(), Some(&401), "{}", heard.text);
    assert!(heard.closed, "{}", heard.text);
}

fn forged(client: &str, more: &str) -> String {
    // Never the same account: guessing one of them is bounded by itself.
    let account = crate::support::unknown_id();
    let body = format!(r#"{{"email":"{account}@lantern.example","password":"not the password of anybody"}}"#);
    format!(
        "POST /v1/auth/login HTTP/1.1\r\nhost: x\r\nx-forwarded-for: {client}\r\n{more}connection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claimed_address_is_believed_of_a_trusted_proxy_alone() {
    let login = |app: &TestApp, client: &str, more: &str| {
        talk(&app.address, forged(client, more).as_bytes(), PATIENCE).statuses()
    };
    let app = TestApp::spawn_with(|settings| settings.limits.sign_in_per_minute = 3).await;
    for (client, expected) in [(1, 401), (2, 401), (3, 401), (4, 429)] {
        let more = format!("forwarded: for=203.0.113.{client}\r\nx-real-ip: 203.0.113.{client}\r\n");
        assert_eq!(login(&app, &format!("203.0.113.{client}"), &more), [expected], "{client}");
    }

    let behind = TestApp::spawn_with(|settings| {
        settings.limits.sign_in_per_minute = 3;
        settings.server.trusted_proxies = "127.0.0.1, 10.0.0.0/8".to_owned();
    })
    .await;
    for client in 1..=6 {
        assert_ne!(login(&behind, &format!("203.0.113.{client}, 10.1.2.3"), ""), [429], "{client}");
    }
    // Whoever invents addresses in front of their own gains nothing ...
    for (claimed, expected) in [(7, false), (8, false), (9, false), (10, true)] {
        let told = login(&behind, &format!("198.51.100.{claimed}, 192.0.2.1"), "");
        assert_eq!(told == [429], expected, "{claimed}");
    }
    // ... nor does whoever has a whole network of IPv6.
    for (claimed, expected) in [(7, false), (8, false), (9, false), (10, true)] {
        let told = login(&behind, &format!("2001:db8:0:1::{claimed}"), "");
        assert_eq!(told == [429], expected, "{claimed}");
    }
    // The proxy's own address is not what `loopback only` means.
    let metrics =
        "GET /metrics HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 203.0.113.1\r\nconnection: close\r\n\r\n";
    assert_eq!(talk(&behind.address, metrics.as_bytes(), PATIENCE).statuses(), [404]);
}

const ALIVE: &str = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";

/// Whether a place comes free, which it does once the server has seen that somebody left.
async fn is_let_in(address: &str) -> bool {
    for _ in 0..200 {
        if talk(address, ALIVE.as_bytes(), Duration::from_secs(1)).statuses() == [200] {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_so_many_connections_and_no_more() {
    let app = TestApp::spawn_with(|settings| settings.server.connections_per_address = 4).await;
    let ask = |stream: &mut std::net::TcpStream| {
        use std::io::Write;
        drop(stream.write_all(ALIVE.as_bytes()));
        listen(stream, Duration::from_secs(1))
    };
    let mut held: Vec<_> = (0..4).map(|_| super::wire::connect(&app.address)).collect();
    for stream in &mut held {
        assert_eq!(ask(stream).statuses(), [200]);
    }
    let refused = talk(&app.address, ALIVE.as_bytes(), PATIENCE);
    assert!(refused.closed && refused.text.is_empty(), "{}", refused.text);
    drop(held.pop());
    assert!(is_let_in(&app.address).await);

    let behind = TestApp::spawn_with(|settings| {
        settings.server.connections_per_address = 1;
        settings.server.trusted_proxies = "127.0.0.1".to_owned();
    })
    .await;
    let mut held: Vec<_> = (0..4).map(|_| super::wire::connect(&behind.address)).collect();
    for stream in &mut held {
        assert_eq!(ask(stream).statuses(), [200], "a proxy speaks for many");
    }
}

/// However many addresses they come from: so many, and the next is let in when one has left.
#[tokio::test(flavor = "multi_thread")]
async fn there_are_so_many_connections_in_all() {
    let app = TestApp::spawn_with(|settings| {
        settings.server.connections = 3;
        settings.server.trusted_proxies = "127.0.0.1".to_owned();
    })
    .await;
    let mut held: Vec<_> = (0..3).map(|_| super::wire::connect(&app.address)).collect();
    for stream in &mut held {
        std::io::Write::write_all(stream, ALIVE.as_bytes()).unwrap();
        assert_eq!(listen(stream, Duration::from_secs(1)).statuses(), [200]);
    }
    let refused = talk(&app.address, ALIVE.as_bytes(), PATIENCE);
    assert!(refused.closed && refused.text.is_empty(), "{}", refused.text);
    drop(held.pop());
    assert!(is_let_in(&app.address).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_tell_nothing_of_what_made_them() {
    let app = TestApp::spawn().await;
    let token = app.coordinator.token().await.to_owned();
    for (method, path, body) in [
        ("GET", "/healthz", ""),
        ("GET", "/v1/me", ""),
        ("GET", "/v1/nothing", ""),
        ("PUT", "/v1/me", ""),
        ("POST", "/v1/cases", "{"),
        ("GET", "/docs/", ""),
        ("GET", "/welcome", ""),
        ("GET", "/openapi.json", ""),
        ("GET", "/../../etc/passwd", ""),
    ] {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        let heard = talk(&app.address, request.as_bytes(), PATIENCE).text.to_ascii_lowercase();
        let (head, body) = heard.split_once("\r\n\r\n").unwrap();
        for header in ["\r\nserver:", "\r\nx-powered-by:", "\r\nvia:"] {
            assert!(!head.contains(header), "{method} {path}: {head}");
        }
        for header in ["\r\ncache-control: no-store", "\r\nx-request-id: "] {
            assert!(head.contains(header), "{method} {path}: {head}");
        }
        if !body.is_empty() {
            assert!(head.contains("\r\nx-content-type-options: nosniff"), "{method} {path}: {head}");
        }
        if head.contains("text/html") {
            assert!(head.contains("frame-ancestors 'none'"), "{method} {path}: {head}");
            assert!(head.contains("\r\nreferrer-policy: no-referrer"), "{method} {path}: {head}");
        }
        for word in ["panicked", "actix", ".rs:", "backtrace"] {
            assert!(!head.contains(word), "{method} {path}: {head}");
            assert!(
                path == "/docs/" || path == "/openapi.json" || !body.contains(word),
                "{method} {path}: {body}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limited_caller_is_told_when_to_come_back() {
    let app = TestApp::spawn_with(|settings| {
        settings.limits.requests_per_minute = 60;
        settings.limits.burst = 5;
    })
    .await;
    let actor = Actor::with_token(&app.address, app.analyst.token().await);
    let mut last = actor.get("/v1/me").await;
    for _ in 0..20 {
        if last.status == 429 {
            break;
        }
        assert!(last.header("ratelimit-policy").starts_with("\"user\";q=5;w="), "{}", last.text);
        assert!(last.header("ratelimit").starts_with("\"user\";r="), "{}", last.text);
        last = actor.get("/v1/me").await;
    }
    last.problem(429, "rate-limited");
    assert!(last.header("retry-after").parse::<u64>().unwrap() >= 1);
    let wrong = json!({"email": "x"});
    assert!(app.nobody.post("/v1/auth/login", wrong).await.status < 500);
}
