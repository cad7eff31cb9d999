//! Power loss: what was not synced is gone, or partly gone.

use std::io::{BufRead, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use diesel::connection::{Connection, SimpleConnection};
use diesel::sqlite::SqliteConnection;

use crate::check;
use crate::disk::{Class, Disk, Survives};
use crate::engine::{Database, is, setting};
use crate::load::{Case, Load};
use crate::party::Party;
use crate::report::{Dice, Row, Tally, rounds};
use crate::server::{Place, Server};

const WRITERS: usize = 8;

/// Waits until the disk has killed the process.
async fn until_dead(server: &mut Server) {
    let began = Instant::now();
    while server.is_running() {
        assert!(began.elapsed() < Duration::from_secs(60), "the power did not go");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    server.kill();
}

fn survives(round: usize) -> Survives {
    if round.is_multiple_of(2) { Survives::Nothing } else { Survives::Some }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_loses_nothing_that_was_acknowledged() {
    if !is("sqlite") {
        return;
    }
    let rounds = rounds(6, 100);
    let mut dice = Dice::new("power");
    let mut place = Place::sqlite();
    let row = Row::begin("power cut under load", "sqlite", rounds);
    let Some(disk) = Disk::under(&mut place) else { return };
    let mut server = place.start();
    let party = Party::found(&server).await;
    let mut tally = Tally::default();
    for round in 0..rounds {
        let people = party.at(&server.address);
        let cases = [Case::open(&people.coordinator).await, Case::open(&people.coordinator).await];
        disk.cut_after(dice.within(1..2_500));
        let load = Load::start(&[people], &cases, WRITERS);
        until_dead(&mut server).await;
        let ledger = load.end().await;
        disk.power_cut(survives(round), &mut dice);
        server = place.start();
        tally.add(check::ledger(&party.at(&server.address), &cases, &ledger).await);
    }
    let (writes, syncs) = disk.counts(Class::Wal);
    let (to_database, _) = disk.counts(Class::Database);
    let (to_files, files) = disk.counts(Class::Files);
    let (_, folders) = disk.counts(Class::Folder);
    let note = format!(
        "wal: {writes} writes, {syncs} syncs; database: {to_database} writes; files: {to_files} writes, {files} syncs; \
         folders: {folders} syncs"
    );
    let (integrity, audit) = check::soundness(&place, &mut tally);
    row.end(&tally, (&integrity, &audit), &note);
    tally.assert_clean();
    assert!(syncs > 0 && to_database > 0 && files > 0 && folders > 0, "the disk was passed by: {note}");
}

/// The database itself, its schema, and the first organisation.
#[tokio::test(flavor = "multi_thread")]
async fn a_first_start_that_loses_power_is_begun_again() {
    if !is("sqlite") {
        return;
    }
    let rounds = rounds(2, 60);
    let mut dice = Dice::new("first start");
    let row = Row::begin("power cut at the first start", "sqlite", rounds);
    let mut tally = Tally::default();
    let mut soundness = (String::new(), String::new());
    for round in 0..rounds {
        let mut place = Place::sqlite();
        let Some(disk) = Disk::under(&mut place) else { return };
        // Once or twice on the way up.
        for _ in 0..=dice.within(0..2) {
            disk.cut_after(dice.within(1..220));
            if let Ok(mut server) = place.try_start() {
                server.kill();
            }
            disk.power_cut(survives(round), &mut dice);
        }
        disk.cut_after(0);
        let mut server = place.start();
        if server.setup.is_none() {
            tally.wrong.push("no link is printed though there is no organisation".to_owned());
            break;
        }
        let party = Party::found(&server).await;
        let cases = [Case::open(&party.coordinator).await];
        let load = Load::start(&[party.clone()], &cases, 2);
        tokio::time::sleep(Duration::from_millis(200)).await;
        load.stop();
        server.kill();
        let ledger = load.end().await;
        disk.power_cut(survives(round), &mut dice);
        let server = place.start();
        tally.add(check::ledger(&party.at(&server.address), &cases, &ledger).await);
        soundness = check::soundness(&place, &mut tally);
    }
    row.end(&tally, (&soundness.0, &soundness.1), "");
    tally.assert_clean();
}

/// The proof that the tests above would see a loss: a disk that says that it has synced, and has not.
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_lies_is_found_out() {
    if !is("sqlite") {
        return;
    }
    for (lie, name) in [(Class::Wal, "lie about the WAL"), (Class::Files, "lie about files")] {
        let mut dice = Dice::new("lie");
        let mut place = Place::sqlite();
        let row = Row::begin(&format!("proof: disks that {name}"), "sqlite", 1);
        let Some(disk) = Disk::under(&mut place) else { return };
        let mut server = place.start();
        let party = Party::found(&server).await;
        let cases = [Case::open(&party.coordinator).await];
        disk.ignore_syncs_of(&[lie]);
        let load = Load::start(&[party.clone()], &cases, 4);
        while load.count() < 20 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        load.stop();
        server.kill();
        let ledger = load.end().await;
        disk.power_cut(Survives::Nothing, &mut dice);
        let server = place.start();
        let tally = check::ledger(&party.at(&server.address), &cases, &ledger).await;
        row.end(&tally, ("-", "-"), "loss is expected here");
        assert!(tally.lost + tally.halves > 0, "a loss was not seen");
    }
}

/// The same proof with SQLite itself: `synchronous=NORMAL` acknowledges what a power cut takes back.
#[test]
fn synchronous_normal_loses_what_it_acknowledged() {
    if !is("sqlite") {
        return;
    }
    let mut lost = [0; 2];
    for (index, synchronous) in ["FULL", "NORMAL"].into_iter().enumerate() {
        let mut dice = Dice::new(synchronous);
        let mut place = Place::sqlite();
        let row = Row::begin(&format!("proof: synchronous={synchronous}"), "sqlite", 1);
        let Some(disk) = Disk::under(&mut place) else { return };
        let path = place.data.join("farlight.db");
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["power::writes_until_it_is_killed", "--exact", "--ignored", "--nocapture"])
            .envs(place.environment.iter().map(|(name, value)| (name, value)))
            .env("FARLIGHT_FAULTS_PROBE", format!("{synchronous} {}", path.display()))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut acknowledged = 0;
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            if let Ok(number) = line.unwrap().trim().parse() {
                acknowledged = number;
            }
            if acknowledged >= 200 {
                break;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        disk.power_cut(Survives::Nothing, &mut dice);
        let kept = Database::Sqlite(path).number("SELECT COALESCE(MAX(n), 0) FROM numbers");
        lost[index] = usize::try_from((acknowledged - kept).max(0)).unwrap();
        let tally = Tally {
            acknowledged: usize::try_from(acknowledged).unwrap(),
            lost: lost[index],
            ..Tally::default()
        };
        row.end(&tally, ("-", "-"), if synchronous == "NORMAL" { "loss is expected here" } else { "" });
    }
    assert_eq!(lost[0], 0, "FULL lost something");
    assert!(lost[1] > 0, "NORMAL lost nothing: the disk does not forget");
}

#[test]
#[ignore = "run by the test above, as a process of its own"]
fn writes_until_it_is_killed() {
    let Some(probe) = setting("FARLIGHT_FAULTS_PROBE") else { return };
    let (synchronous, path) = probe.split_once(' ').unwrap();
    let mut connection = SqliteConnection::establish(path).unwrap();
    connection
        .batch_execute(&format!(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; CREATE TABLE numbers (n INTEGER); \
             PRAGMA wal_checkpoint(TRUNCATE);"
        ))
        .unwrap();
    for number in 1..100_000 {
        connection.batch_execute(&format!("INSERT INTO numbers VALUES ({number})")).unwrap();
        println!("\n{number}");
        std::io::stdout().flush().unwrap();
    }
}
