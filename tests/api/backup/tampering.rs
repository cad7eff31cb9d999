//! A backup that was changed, cut, shuffled, forged or sealed for others is told as such and changes nothing.

use std::io::{Read, Write};

use super::{Bench, Vacant, here, refuses, with_key};
use crate::attachments::attach;
use crate::support::TestApp;

/// What age seals at a time, with its tag.
const CHUNK: usize = 64 * 1024 + 16;

/// An app with a file of some chunks, and its backup.
async fn given() -> (TestApp, Bench, std::path::PathBuf) {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    attach(&app, &case, "a", &[9; 300_000]).await.ok();
    let bench = Bench::new();
    let file = bench.back_up(&app, "whole");
    (app, bench, file)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_backup_changes_nothing() {
    let (_app, bench, file) = given().await;
    let whole = std::fs::read(&file).unwrap();
    let header = memchr::memmem::find(&whole, b"\n---")
        .map(|at| at + 4 + whole[at + 4..].iter().position(|byte| *byte == b'\n').unwrap() + 1 + 16)
        .unwrap();
    let flipped = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        bytes
    };
    let mut swapped = whole.clone();
    swapped[header..header + 2 * CHUNK].rotate_left(CHUNK);
    let doubled = [&whole[..header + CHUNK], &whole[header..]].concat();
    let dropped = [&whole[..header], &whole[header + CHUNK..]].concat();
    let last = header + (whole.len() - header) / CHUNK * CHUNK;
    let place = Vacant::new();
    for (what, bytes, words) in [
        ("nothing", Vec::new(), "not a backup"),
        ("something else", b"PK\x03\x04 no backup at all".to_vec(), "not a backup"),
        ("half a header", whole[..header / 2].to_vec(), "not a backup"),
        ("a bit of the header", flipped(60), ""),
        ("a bit of the beginning", flipped(header + 3), "changed, damaged"),
        ("a bit of the middle", flipped(whole.len() / 2), "changed, damaged"),
        ("the last bit", flipped(whole.len() - 1), "changed, damaged"),
        ("two chunks in each other's place", swapped, "changed, damaged"),
        ("a chunk twice", doubled, "changed, damaged"),
        ("a chunk less", dropped, "changed, damaged"),
        ("cut in the middle", whole[..whole.len() / 2].to_vec(), "damaged or cut off"),
        ("cut after a chunk", whole[..last].to_vec(), "cut off"),
        ("a byte less", whole[..whole.len() - 1].to_vec(), "changed, damaged"),
        ("a byte more", [&whole[..], &[0]].concat(), "changed, damaged"),
    ] {
        println!("{what}");
        let damaged = bench.path("damaged");
        std::fs::write(&damaged, bytes).unwrap();
        refuses(&mut bench.restore(&damaged, &place), 1, words);
        refuses(&mut bench.verify(&damaged), 1, words);
        place.is_untouched();
    }
    let others = Bench::new();
    refuses(&mut others.restore(&file, &place), 1, "sealed for others");
    std::fs::write(others.path("keys"), "no key\n").unwrap();
    refuses(&mut others.restore(&file, &place), 1, "holds no identity");
    place.is_untouched();
}

/// What is under the seal, sealed anew by somebody who knows the recipient, which is no secret.
fn resealed(bench: &Bench, name: &str, plain: &[u8]) -> std::path::PathBuf {
    let recipient: age::x25519::Recipient = bench.recipient.parse().unwrap();
    let mut sealed = Vec::new();
    let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient as _)).unwrap();
    let mut out = encryptor.wrap_output(&mut sealed).unwrap();
    out.write_all(plain).unwrap();
    out.finish().unwrap();
    let file = bench.path(name);
    std::fs::write(&file, sealed).unwrap();
    file
}

/// The archive with each of its files as `change` makes it; none is left out.
fn rebuilt(plain: &[u8], mut change: impl FnMut(&str, Vec<u8>) -> Option<(String, Vec<u8>)>) -> Vec<u8> {
    let mut out = tar::Builder::new(Vec::new());
    for entry in tar::Archive::new(plain).entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().to_str().unwrap().to_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        if let Some((name, bytes)) = change(&name, bytes) {
            let mut header = tar::Header::new_ustar();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o600);
            out.append_data(&mut header, name, &bytes[..]).unwrap();
        }
    }
    out.into_inner().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_backup_changes_nothing() {
    let (app, bench, file) = given().await;
    let plain = bench.unsealed(&file);
    let place = Vacant::new();
    let is_object = |name: &str| name.starts_with("files/");
    let same = |name: &str, bytes: Vec<u8>| Some((name.to_owned(), bytes));
    let flip = |mut bytes: Vec<u8>| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        bytes
    };
    for (what, archive, words) in [
        (
            "another file",
            rebuilt(&plain, |name, bytes| same(name, if is_object(name) { flip(bytes) } else { bytes })),
            "is not what the manifest says",
        ),
        (
            "a file less",
            rebuilt(&plain, |name, bytes| (!is_object(name)).then(|| (name.to_owned(), bytes))),
            "the manifest names",
        ),
        (
            "no manifest",
            rebuilt(&plain, |name, bytes| (!name.starts_with("manifest")).then(|| (name.to_owned(), bytes))),
            "no manifest",
        ),
        (
            "another manifest",
            rebuilt(&plain, |name, bytes| {
                let edited =
                    String::from_utf8_lossy(&bytes).replace("\"began_at\": \"20", "\"began_at\": \"21");
                same(name, if name == "manifest.json" { edited.into_bytes() } else { bytes })
            }),
            "another root key",
        ),
        (
            "no signature",
            rebuilt(&plain, |name, bytes| (name != "manifest.sig").then(|| (name.to_owned(), bytes))),
            "is not signed",
        ),
        (
            "a path that leads elsewhere",
            rebuilt(&plain, |name, bytes| {
                same(if is_object(name) { "files/original/x/passwd" } else { name }, bytes)
            }),
            "belongs to no backup",
        ),
        (
            "a format of the future",
            rebuilt(&plain, |name, bytes| {
                let edited = String::from_utf8_lossy(&bytes)
                    .replace("\"farlight_backup\": 1", "\"farlight_backup\": 2");
                same(name, if name == "manifest.json" { edited.into_bytes() } else { bytes })
            }),
            "has format 2",
        ),
        ("something after the end", [&plain[..], b"more"].concat(), "something comes after its end"),
    ] {
        println!("{what}");
        let forged = resealed(&bench, "forged", &archive);
        refuses(&mut bench.restore(&forged, &place), 1, words);
        place.is_untouched();
    }
    // As it was, by another way: it is the content that counts.
    let whole = resealed(&bench, "same", &plain);
    assert!(bench.verify(&whole).output().unwrap().status.success());

    // Another installation's root key, and none.
    refuses(bench.restore(&file, &place).env("FARLIGHT__KEYS__ROOT", "2b".repeat(32)), 1, "another root key");
    refuses(bench.restore(&file, &place).env_remove("FARLIGHT__KEYS__ROOT"), 1, "does not hold the root key");
    place.is_untouched();
    let unsigned = bench.path("unsigned");
    let taken = here(&app)
        .env_remove("FARLIGHT__KEYS__ROOT")
        .arg("backup")
        .arg(&unsigned)
        .args(["--recipient", &bench.recipient])
        .output()
        .unwrap();
    assert!(taken.status.success() && super::told(&taken).contains("not signed"), "{}", super::told(&taken));
    refuses(&mut bench.restore(&unsigned, &place), 1, "is not signed");
    let done = bench.restore(&unsigned, &place).arg("--unsigned").output().unwrap();
    assert!(done.status.success() && super::told(&done).contains("anybody's"), "{}", super::told(&done));
    refuses(
        with_key().arg("backup").arg(bench.path("x")).args(["--recipient", "age1no"]),
        1,
        "not a public key",
    );
}

/// Rows that were changed, in a backup that is unsigned so that nothing else tells it.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_changed_before_the_backup_is_found_at_the_restoration() {
    let app = TestApp::spawn_with(|settings| settings.audit.checkpoint_seconds = 1).await;
    app.case(&app.coordinator).await;
    farlight::audit::sequencer::run_once(&app.services).await.unwrap();
    app.engine.execute("UPDATE audit_events SET outcome = 'refused' WHERE seq = 0");
    let bench = Bench::new();
    let file = bench.back_up(&app, "edited");
    let place = Vacant::new();
    refuses(&mut bench.restore(&file, &place), 1, "index 0: edited");
    place.is_untouched();
}
