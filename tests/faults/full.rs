//! A disk that is full or broken, and is mended.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::check;
use crate::disk::{Class, Disk, EVERYTHING, Failure, Survives};
use crate::engine::is;
use crate::load::{Case, Load};
use crate::party::{Party, send};
use crate::report::{Dice, Row, Tally, is_long, rounds};
use crate::server::Place;

const WRITERS: usize = 6;
const READERS: std::ops::Range<usize> = 0..16;

/// The first few are tried with the suite.
const FAILURES: &[(&str, Failure, &[Class])] = &[
    ("disk full", Failure::Full, EVERYTHING),
    ("EIO on syncing the WAL", Failure::Sync, &[Class::Wal]),
    ("EIO on syncing the database", Failure::Sync, &[Class::Database]),
    ("EIO on syncing files", Failure::Sync, &[Class::Files, Class::Folder]),
    ("disk full: database", Failure::Full, &[Class::Wal, Class::Database]),
    ("disk full: files", Failure::Full, &[Class::Files, Class::Folder]),
    ("EIO on writing the WAL", Failure::Write, &[Class::Wal]),
    ("EIO on writing the database", Failure::Write, &[Class::Database]),
    ("EIO on writing files", Failure::Write, &[Class::Files]),
];
const WITH_THE_SUITE: usize = 4;

/// Waits until that many more writes were acknowledged.
async fn until_more(load: &Load, more: u64) -> Duration {
    let (began, before) = (Instant::now(), load.count());
    while load.count() < before + more {
        assert!(began.elapsed() < Duration::from_secs(20), "writes do not go on");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    began.elapsed()
}

/// What answers whatever the disk does, and what is read while nothing can be written.
async fn while_broken(party: &Party, case: &Case, tally: &mut Tally) {
    let who = &party.coordinator;
    for path in ["/healthz", "/readyz", "/metrics"] {
        let reply = who.get(path).await;
        if reply.status != 200 {
            tally.wrong.push(format!("{path} on a broken disk: {} {}", reply.status, reply.text));
        }
    }
    // What is sensitive is read only if that can be put on record.
    for path in [case.path("messages"), "/v1/cases".to_owned()] {
        let reply = who.get(&path).await;
        if !matches!(reply.status, 200 | 503) || reply.status == 503 && !reply.retry_after {
            tally.wrong.push(format!("{path} on a broken disk: {} {}", reply.status, reply.text));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_or_broken_disk_refuses_and_goes_on_when_it_is_mended() {
    if !is("sqlite") {
        return;
    }
    let rounds = rounds(1, 5);
    let mut dice = Dice::new("full");
    let mut place = Place::sqlite();
    let Some(disk) = Disk::under(&mut place) else { return };
    let mut server = place.start();
    let party = Party::found(&server).await;
    let mut all = Tally::default();
    for round in 0..rounds {
        for (name, failure, classes) in &FAILURES[..if is_long() { FAILURES.len() } else { WITH_THE_SUITE }] {
            let row = Row::begin(name, "sqlite", 1);
            let people = party.at(&server.address);
            let cases = [Case::open(&people.coordinator).await, Case::open(&people.coordinator).await];
            let load = Load::with(&[people.clone()], &cases, WRITERS, Duration::from_millis(80));
            until_more(&load, 10).await;
            let (before, mut tally) = (disk.errors_made(), Tally::default());
            disk.fail(*failure, classes);
            let began = Instant::now();
            // Long enough that it was run into.
            while disk.errors_made() == before && began.elapsed() < Duration::from_secs(10) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
            while_broken(&people, &cases[0], &mut tally).await;
            disk.fail(Failure::None, &[]);
            let healed = until_more(&load, 10).await;
            load.stop();
            let is_cut = round.is_multiple_of(2);
            if is_cut {
                // What was written after the failure must not lean on what was lost in it.
                server.kill();
            }
            let ledger = load.end().await;
            if is_cut {
                disk.power_cut(Survives::Nothing, &mut dice);
                server = place.start();
            }
            tally.add(check::ledger(&party.at(&server.address), &cases, &ledger).await);
            let made = disk.errors_made() - before;
            let note = format!("{made} errors made; writes again after {} ms", healed.as_millis());
            row.end(&tally, (&check::integrity(&place.database), "-"), &note);
            if made == 0 {
                tally.wrong.push(format!("{name}: nothing ran into it"));
            }
            all.add(tally);
        }
    }
    check::soundness(&place, &mut all);
    all.assert_clean();
}

/// In the room that was kept back, what is read is put on record, and people sign in; all else is refused, but for when so
/// much of the log was cut that there is room beside it again.
async fn go_on(party: &Party, case: &Case, tally: &mut Tally) -> usize {
    // What shared a commit with what did not fit was refused with it.
    tokio::time::sleep(Duration::from_millis(200)).await;
    // Side by side, and for longer than it takes until it is tried whether all goes on again, while others write. Of what
    // is written for them the log of SQLite would take all of the room, and more, if it were not kept short.
    let readers = READERS.map(|nth| {
        let person = party.coordinator.clone();
        let path = [case.path("messages"), case.path("attachments"), "/v1/cases".to_owned()][nth % 3].clone();
        tokio::spawn(async move {
            let (mut reads, mut wrong) = (0, Vec::new());
            for _ in 0..200 {
                let reply = person.get(&path).await;
                if reply.status == 200 {
                    reads += 1;
                } else {
                    wrong.push(format!("{path} on a full disk: {} {}", reply.status, reply.text));
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            (reads, wrong)
        })
    });
    let mut reads = 0;
    for reader in readers.collect::<Vec<_>>() {
        let (more, wrong) = reader.await.unwrap();
        reads += more;
        tally.wrong.extend(wrong);
    }
    party.sign_in("coordinator").await;
    let body = serde_json::json!({"summary": "No room for this.", "risk": "low"});
    let began = Instant::now();
    loop {
        let reply = party.coordinator.post("/v1/cases", &body).await;
        if reply.code() == "storage-full" {
            break;
        }
        if reply.status != 201 || began.elapsed() > Duration::from_secs(20) {
            tally.wrong.push(format!("a write to a full disk: {} {}", reply.status, reply.text));
            break;
        }
    }
    reads
}

/// Removes the mount.
struct Mounted(PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// A real small filesystem that really fills up.
#[tokio::test(flavor = "multi_thread")]
async fn a_small_filesystem_that_fills_up_refuses_and_goes_on() {
    if !is("sqlite") {
        return;
    }
    let mut place = Place::sqlite();
    place.environment.push(("FARLIGHT__DATABASE__KEPT_BACK_BYTES".to_owned(), "4194304".to_owned()));
    // Room for SQLite's log at its longest, and for what is written in all of the rounds.
    let size = if is_long() { "size=256m" } else { "size=64m" };
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", size, "tmpfs"]).arg(&place.data).output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        println!("skipped: a small filesystem cannot be mounted here");
        return;
    }
    let _mounted = Mounted(place.data.clone());
    let row = Row::begin("small filesystem full", "sqlite", if is_long() { 5 } else { 1 });
    let mut tally = Tally::default();
    let (mut healed, mut reads) = (Duration::ZERO, 0);
    let server = place.start();
    let party = Party::found(&server).await;
    for _ in 0..if is_long() { 5 } else { 1 } {
        let cases = [Case::open(&party.coordinator).await];
        let load = Load::with(&[party.clone()], &cases, WRITERS, Duration::from_millis(20));
        until_more(&load, 10).await;
        // All that is left, to the last byte.
        let fill = place.data.join("fill");
        let _ = Command::new("dd")
            .args(["if=/dev/zero", "bs=4k", "status=none"])
            .arg(format!("of={}", fill.display()))
            .stderr(std::process::Stdio::null())
            .status();
        let began = Instant::now();
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let request = party.coordinator.request(reqwest::Method::POST, "/v1/cases");
            let body = serde_json::json!({"summary": "x".repeat(19_000), "risk": "low"});
            let reply = send(request.json(&body)).await.unwrap();
            if reply.status == 503 {
                break;
            }
            assert!(began.elapsed() < Duration::from_secs(30), "it does not fill up: {}", reply.status);
        }
        while_broken(&party, &cases[0], &mut tally).await;
        reads += go_on(&party, &cases[0], &mut tally).await;
        std::fs::remove_file(&fill).unwrap();
        healed = healed.max(until_more(&load, 10).await);
        load.stop();
        let ledger = load.end().await;
        tally.add(check::ledger(&party, &cases, &ledger).await);
    }
    let (integrity, audit) = check::soundness(&place, &mut tally);
    let note = format!("{reads} reads meanwhile; writes again after {} ms at most", healed.as_millis());
    row.end(&tally, (&integrity, &audit), &note);
    tally.assert_clean();
}
