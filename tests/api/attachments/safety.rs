//! Files that want to do harm, and senders that do.

use std::io::{Read, Write};

use reqwest::Method;

use super::fixtures::{BY_THE_RIVER, SCAN, jpeg};
use super::uploads::{break_off, until};
use super::{attach, download};
use crate::support::{TestApp, id, json, send};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_sent_can_run_where_it_is_opened() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let inert = "application/octet-stream";
    let html = b"<!DOCTYPE html><script>fetch('//evil.example')</script>";
    let mut polyglot = jpeg(None);
    polyglot.extend_from_slice(html);
    polyglot.extend_from_slice(b"PK\x03\x04\x14\0\0\0\0\0");
    for (name, bytes, media_type) in [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(), inert),
        ("a.svg", b"<?xml version='1.0'?><svg onload='alert(1)'/>".to_vec(), inert),
        ("a.jpg", html.to_vec(), inert),
        ("a.html", b"\n\n  <html><body onload=alert(1)>".to_vec(), inert),
        ("a.js", b"alert(1)".to_vec(), inert),
        ("a.swf", b"FWS\x09".to_vec(), inert),
        ("a.exe", b"MZ\x90\0\x03\0\0\0".to_vec(), inert),
        ("bomb.zip", zip_bomb(), inert),
        ("a.gz", [&b"\x1f\x8b\x08\0\0\0\0\0\0\xff"[..], &[0; 4_000]].concat(), inert),
        ("polyglot.html", polyglot, "image/jpeg"),
        ("a.pdf", b"%PDF-1.7 /JavaScript".to_vec(), "application/pdf"),
    ] {
        let file = attach(&app, &case, name, &bytes).await.ok();
        assert_eq!(file["media_type"], media_type, "{name}");
        let got = download(&app.coordinator, &format!("/v1/attachments/{}", id(&file)), &[]).await;
        assert!(got.status == 200 && got.bytes == bytes, "{name}");
        assert_eq!(got.header("content-type"), media_type, "{name}");
        assert!(got.header("content-disposition").starts_with("attachment; "), "{name}");
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        assert_eq!(got.header("content-security-policy"), "sandbox; default-src 'none'");
        assert_eq!(got.header("cache-control"), "no-store");
        if media_type == "image/jpeg" {
            let copy =
                download(&app.coordinator, &format!("/v1/attachments/{}?copy=working", id(&file)), &[]).await;
            let has = |needle: &[u8]| copy.bytes.windows(needle.len()).any(|window| window == needle);
            assert!(copy.status == 200 && !has(b"script") && !has(b"PK\x03\x04"), "the tail is gone");
        }
    }
}

/// An archive that claims four gigabytes of nothing; it is stored and never opened.
fn zip_bomb() -> Vec<u8> {
    let mut zip = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\x10\0\0\xff\xff\xff\xff\x01\0\0\0a".to_vec();
    zip.extend([0; 4_096]);
    zip
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_a_label_and_cannot_leave_its_header() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    for (sent, label, header) in [
        ("../../etc/passwd", "passwd", "filename=\"passwd\"; filename*=UTF-8''passwd"),
        ("C:\\x\\y.jpg", "y.jpg", "filename=\"y.jpg\"; filename*=UTF-8''y.jpg"),
        ("a;b=c.jpg", "a;b=c.jpg", "filename=\"a_b_c.jpg\"; filename*=UTF-8''a%3Bb%3Dc.jpg"),
        ("cô.jpg", "cô.jpg", "filename=\"c_.jpg\"; filename*=UTF-8''c%C3%B4.jpg"),
        (".htaccess", ".htaccess", "filename=\"htaccess\"; filename*=UTF-8''htaccess"),
        ("x\u{202e}gpj.exe", "xgpj.exe", "filename=\"xgpj.exe\"; filename*=UTF-8''xgpj.exe"),
    ] {
        let file = attach(&app, &case, sent, b"words").await.ok();
        assert_eq!(file["file_name"], label);
        let got = download(&app.coordinator, &format!("/v1/attachments/{}", id(&file)), &[]).await;
        assert_eq!(got.header("content-disposition"), format!("attachment; {header}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_goes_on_where_it_broke_off() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let bytes: Vec<u8> = (0..200_000_u32).map(|n| (n % 253) as u8).collect();
    let path = format!("/v1/attachments/{}", id(&attach(&app, &case, "a", &bytes).await.ok()));
    let whole = download(&app.coordinator, &path, &[]).await;
    assert_eq!(whole.header("accept-ranges"), "bytes");
    let etag = whole.header("etag").to_owned();
    for (range, from, to) in [
        ("bytes=0-0", 0, 1),
        ("bytes=65535-65536", 65_535, 65_537),
        ("bytes=65536-131071", 65_536, 131_072),
        ("bytes=100000-", 100_000, 200_000),
        ("bytes=-5", 199_995, 200_000),
    ] {
        let got = download(&app.coordinator, &path, &[("range", range), ("if-range", &etag)]).await;
        assert_eq!((got.status, got.bytes == bytes[from..to]), (206, true), "{range}");
        assert_eq!(got.header("content-range"), format!("bytes {from}-{}/200000", to - 1));
    }
    let other = download(&app.coordinator, &path, &[("range", "bytes=0-0"), ("if-range", "\"x\"")]).await;
    assert_eq!((other.status, other.bytes.len()), (200, 200_000));
    assert_eq!(download(&app.coordinator, &path, &[("range", "bytes=200000-")]).await.status, 416);
    // A client that takes packed answers gets these bytes all the same.
    let packed = download(&app.coordinator, &path, &[("accept-encoding", "gzip")]).await;
    assert_eq!(packed.header("content-length"), "200000");
    assert!(packed.bytes == bytes);
}

/// Speaks HTTP by hand and reads the beginning of the answer.
async fn by_hand(app: &TestApp, path: &str, headers: &str, body: &'static [u8]) -> String {
    let token = app.coordinator.token().await;
    let address = app.address.trim_start_matches("http://").to_owned();
    let head = format!("POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n{headers}\r\n");
    std::thread::spawn(move || {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut reply = vec![0; 4_096];
        let length = stream.read(&mut reply).unwrap_or(0);
        String::from_utf8_lossy(&reply[..length]).into_owned()
    })
    .join()
    .unwrap()
}

const MULTIPART: &str = "content-type: multipart/form-data; boundary=XX\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn four_gigabytes_are_refused_before_the_first_byte() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let path = format!("/v1/cases/{case}/attachments");
    app.coordinator.token().await;
    let started = std::time::Instant::now();
    let headers = format!("{MULTIPART}content-length: 4294967296\r\n");
    let reply = by_hand(&app, &path, &headers, b"").await;
    assert!(reply.starts_with("HTTP/1.1 413") && reply.contains("too-large"), "{reply}");
    // A refusal that first waits for a body to read from takes two seconds.
    assert!(started.elapsed().as_secs() < 2);
    assert!(app.stored().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_and_quota_hold_however_a_file_comes() {
    let app = TestApp::spawn_with(|settings| {
        settings.files.max_bytes = 200_000;
        settings.files.quota_bytes = 500_000;
    })
    .await;
    let case = app.case(&app.coordinator).await;
    let path = format!("/v1/cases/{case}/attachments");
    let file = id(&attach(&app, &case, "a", &vec![1; 200_000]).await.ok());
    attach(&app, &case, "a", &vec![1; 200_001]).await.problem(413, "too-large");
    // Without a length said beforehand.
    let parts = |length: usize| {
        let head = b"--XX\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n".to_vec();
        let pieces: Vec<Result<Vec<u8>, std::io::Error>> =
            vec![Ok(head), Ok(vec![2; length]), Ok(b"\r\n--XX--\r\n".to_vec())];
        reqwest::Body::wrap_stream(futures_util::stream::iter(pieces))
    };
    let chunked = async |length: usize| {
        let request = app.coordinator.request(Method::POST, &path).await;
        send(request.header("content-type", "multipart/form-data; boundary=XX").body(parts(length))).await
    };
    chunked(200_001).await.problem(413, "too-large");
    chunked(200_000).await.ok();
    chunked(100_001).await.problem(413, "quota-exceeded");
    attach(&app, &case, "a", &vec![1; 100_001]).await.problem(413, "quota-exceeded");
    attach(&app, &case, "a", &vec![1; 100_000]).await.ok();
    attach(&app, &case, "a", b"x").await.problem(413, "quota-exceeded");
    assert_eq!(app.coordinator.get(&path).await.items().len(), 3);
    assert_eq!(app.stored().len(), 3);
    // Another organisation has its own.
    let theirs = app.case(&app.stranger).await;
    app.stranger.upload(&format!("/v1/cases/{theirs}/attachments"), "a", b"x").await.ok();
    assert_eq!(
        download(&app.coordinator, &format!("/v1/attachments/{file}"), &[]).await.bytes.len(),
        200_000
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_off_leaves_nothing_behind() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let path = format!("/v1/cases/{case}/attachments");
    let photo = jpeg(Some(&BY_THE_RIVER));
    let begin = b"--XX\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n".to_vec();
    // More than is gathered before anything is sent to the store.
    let large = vec![3; 6_000_000];
    for (what, body) in [
        ("a small one", [&begin[..], &photo].concat()),
        ("a large one", [&begin[..], &large].concat()),
        ("all but the end", [&begin[..], &photo, b"\r\n--XX"].concat()),
    ] {
        let rest = [format!("{MULTIPART}content-length: 9000000\r\n\r\n").into_bytes(), body].concat();
        let begun = async || app.engine.longest("uploads", "id") > 0;
        break_off(&app, &format!("POST {path}"), &rest, begun).await;
        until(what, async || app.engine.longest("uploads", "id") == 0 && app.stored().is_empty()).await;
    }
    let whole = |body: &[u8]| {
        let body = body.to_vec();
        async {
            let request = app.coordinator.request(Method::POST, &path).await;
            send(request.header("content-type", "multipart/form-data; boundary=XX").body(body)).await
        }
    };
    whole(&[&begin[..], &photo].concat()).await.problem(400, "malformed-multipart");
    whole(&[&begin[..], b"\r\n--XX--\r\n"].concat()).await.invalid("/file");
    whole(&[&begin[..], &photo, b"\r\n", &begin, &photo, b"\r\n--XX--\r\n"].concat()).await.invalid("/file");
    let other = b"--XX\r\ncontent-disposition: form-data; name=\"note\"\r\n\r\nx\r\n--XX--\r\n";
    whole(other).await.invalid("");
    whole(b"--XX--\r\n").await.problem(422, "invalid");
    assert!(app.stored().is_empty());
    assert!(app.coordinator.get(&path).await.items().is_empty());
    assert!(app.coordinator.get(&format!("/v1/cases/{case}/clues")).await.items().is_empty());
    assert_eq!(app.engine.longest("attachment_custody", "id"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_trickles_is_cut_off() {
    let app = TestApp::spawn_with(|settings| settings.server.body_deadline_seconds = 1).await;
    let case = app.case(&app.coordinator).await;
    let headers = format!("{MULTIPART}content-length: 900000\r\n");
    let body = b"--XX\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\nabc";
    let reply = by_hand(&app, &format!("/v1/cases/{case}/attachments"), &headers, body).await;
    assert!(reply.starts_with("HTTP/1.1 408"), "{reply}");
    until("clearing away", async || app.stored().is_empty()).await;
}

/// Peak memory of this process, in kilobytes, where it runs this test alone.
#[expect(
    clippy::disallowed_methods,
    reason = "the test runner says whether each test is a process of its own"
)]
fn peak_kib() -> Option<u64> {
    std::env::var_os("NEXTEST")?;
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_passes_through_little_memory() {
    const PIECE: usize = 1 << 20;
    const PIECES: usize = 192;
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    attach(&app, &case, "warm", &vec![0; 8 << 20]).await.ok();
    let Some(before) = peak_kib() else {
        println!("skipped: how much memory this test used cannot be told apart");
        return;
    };
    let pieces = (0..PIECES).map(|n| Ok::<_, std::io::Error>(vec![n as u8; PIECE]));
    let stream = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
    let part =
        reqwest::multipart::Part::stream_with_length(stream, (PIECES * PIECE) as u64).file_name("film.bin");
    let form = reqwest::multipart::Form::new().part("file", part);
    let request = app.coordinator.request(Method::POST, &format!("/v1/cases/{case}/attachments")).await;
    let file = send(request.multipart(form)).await.ok();
    assert_eq!(file["size"], PIECES * PIECE);
    let mut response = app
        .coordinator
        .request(Method::GET, &format!("/v1/attachments/{}", id(&file)))
        .await
        .send()
        .await
        .unwrap();
    let mut at = 0;
    while let Some(bytes) = response.chunk().await.unwrap() {
        assert!(bytes.iter().enumerate().all(|(n, byte)| *byte == ((at + n) / PIECE) as u8));
        at += bytes.len();
    }
    assert_eq!(at, PIECES * PIECE);
    let grown = peak_kib().unwrap() - before;
    assert!(grown < 64 * 1024, "{grown} KiB more than before, for a file of {PIECES} MiB");
    println!("peak memory grew by {grown} KiB over a file of {PIECES} MiB");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_as_it_came_is_for_who_may_know_the_place() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let photo = id(&attach(&app, &case, "photo.jpg", &jpeg(Some(&BY_THE_RIVER))).await.ok());
    let scan = id(&attach(&app, &case, "scan.pdf", SCAN).await.ok());
    let original = format!("/v1/attachments/{photo}");
    for (classes, status) in [(json!(["content"]), 403), (json!(["content", "location_precise"]), 200)] {
        let expires_at = app.clock.now().plus_seconds(86_400).to_string();
        let offer =
            json!({"user_id": app.partner.id, "classes": classes, "expires_at": expires_at, "note": "look"});
        let referrals = format!("/v1/cases/{case}/referrals");
        let referral = id(&app.coordinator.post(&referrals, offer).await.ok());
        app.partner.post(&format!("/v1/referrals/{referral}/accept"), json!({})).await.ok();
        assert_eq!(download(&app.partner, &original, &[]).await.status, status, "{classes}");
        assert_eq!(download(&app.partner, &format!("{original}?copy=working"), &[]).await.status, 200);
        assert_eq!(download(&app.partner, &format!("/v1/attachments/{scan}"), &[]).await.status, 200);
        app.partner.post(&format!("/v1/referrals/{referral}/return"), json!({"reason": "done"})).await.ok();
    }
}
