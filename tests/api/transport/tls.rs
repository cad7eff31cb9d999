//! TLS without a proxy in front.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use reqwest::{Certificate, Client, Response, Version};

use super::binary::Place;
use super::wire::{closes_within, connect, talk};
use crate::support::TestApp;

/// Writes a new certificate and its key, and gives the certificate.
fn make(folder: &Path) -> String {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    std::fs::write(folder.join("certificate.pem"), cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), signing_key.serialize_pem()).unwrap();
    cert.pem()
}

async fn call(address: &str, trusted: &str) -> reqwest::Result<Response> {
    let certificate = Certificate::from_pem(trusted.as_bytes()).unwrap();
    let client = Client::builder().no_proxy().tls_certs_only([certificate]).build().unwrap();
    client.get(format!("{address}/healthz")).send().await
}

async fn with_tls(folder: &Path) -> TestApp {
    let file = |name: &str| folder.join(name).display().to_string();
    let (certificate, key) = (file("certificate.pem"), file("key.pem"));
    TestApp::spawn_with(|settings| {
        settings.server.tls_certificate = certificate;
        settings.server.tls_key = key;
        settings.server.header_deadline_seconds = 1;
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_speaks_tls_and_a_renewed_certificate_needs_no_restart() {
    let folder = tempfile::tempdir().unwrap();
    let first = make(folder.path());
    let app = with_tls(folder.path()).await;
    assert!(app.address.starts_with("https://"));
    let reply = call(&app.address, &first).await.unwrap();
    assert_eq!((reply.status().as_u16(), reply.version()), (200, Version::HTTP_11));
    assert_eq!(reply.headers()["strict-transport-security"], "max-age=31536000");

    let second = make(folder.path());
    call(&app.address, &second).await.expect_err("it was not read yet");
    let certificate = app.services.house.certificate.as_ref().unwrap();
    certificate.reload().unwrap();
    call(&app.address, &second).await.unwrap();
    call(&app.address, &first).await.expect_err("the old one is gone");

    // What cannot be used changes nothing.
    let other = KeyPair::generate().unwrap().serialize_pem();
    for (file, broken) in
        [("certificate.pem", "none"), ("certificate.pem", ""), ("key.pem", "none"), ("key.pem", &other)]
    {
        let before = std::fs::read(folder.path().join(file)).unwrap();
        std::fs::write(folder.path().join(file), broken).unwrap();
        let told = certificate.reload().unwrap_err().to_string();
        assert!(told.contains("server.tls_"), "{told}");
        std::fs::write(folder.path().join(file), before).unwrap();
        call(&app.address, &second).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_speak_it_is_sent_away() {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path());
    let app = with_tls(folder.path()).await;
    let plain = talk(&app.address, b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n", Duration::from_secs(5));
    assert_eq!(plain.statuses(), [400], "{}", plain.text);
    assert!(plain.closed && plain.text.ends_with("This port speaks TLS: call https://.\n"), "{}", plain.text);
    let noise = talk(&app.address, b"\x16\x03\x01\x00\x05hello", Duration::from_secs(5));
    assert!(noise.closed && noise.statuses().is_empty(), "{}", noise.text);
    // Whoever says nothing does not stay.
    closes_within(&mut connect(&app.address), Duration::from_secs(10));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_binary_reads_it_again_when_told_and_refuses_to_start_without() {
    let place = Place::new();
    let first = make(place.folder.path());
    let (certificate, key) = (place.file("certificate.pem"), place.file("key.pem"));
    let settings =
        [("FARLIGHT__SERVER__TLS_CERTIFICATE", &*certificate), ("FARLIGHT__SERVER__TLS_KEY", &*key)];
    let server = place.serve(&settings);
    call(&server.address, &first).await.unwrap();
    let second = make(place.folder.path());
    server.signal("HUP");
    for attempt in 0.. {
        if call(&server.address, &second).await.is_ok() {
            break;
        }
        assert!(attempt < 200, "it was not read again: {}", place.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    drop(server);

    std::fs::write(&key, "none").unwrap();
    for (settings, word) in [(&settings[..], "server.tls_key: "), (&settings[..1], "must be given together")]
    {
        let output = Command::new(env!("CARGO_BIN_EXE_farlight"))
            .arg("serve")
            .env("FARLIGHT__SERVER__PORT", "0")
            .env("FARLIGHT__DATABASE__URL", "sqlite:never-opened.db")
            .env("FARLIGHT__KEYS__ROOT_FILE", place.file("root.key"))
            .envs(settings.iter().copied())
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(word), "{told}");
        assert!(!told.contains("panicked"), "{told}");
    }
}
