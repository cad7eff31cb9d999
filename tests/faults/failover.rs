//! The PostgreSQL primary dies under writes, and its synchronous standby is promoted.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::check;
use crate::engine::{Database, is};
use crate::load::{Case, Load};
use crate::party::Party;
use crate::report::{Dice, Row, Tally, rounds};
use crate::server::Place;

const WRITERS: usize = 8;

/// A primary and its synchronous standby.
struct Pair {
    bin: PathBuf,
    folder: tempfile::TempDir,
    ports: [u16; 2],
}

/// The newest server that is installed.
fn bin() -> Option<PathBuf> {
    let version = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let found = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path());
    let newest = found.filter(|path| path.join("bin/initdb").exists()).max_by_key(version)?;
    Some(newest.join("bin"))
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Pair {
    fn start(bin: PathBuf) -> Self {
        // Not in a folder with a long name: the path of a Unix socket is limited.
        let folder = tempfile::Builder::new().prefix("farlight-pair.").tempdir_in("/tmp").unwrap();
        let pair = Self { bin, folder, ports: [free_port(), free_port()] };
        if is_root() {
            assert!(
                Command::new("chown").arg("postgres").arg(pair.folder.path()).status().unwrap().success()
            );
        }
        let primary = pair.data(0);
        pair.run(
            "initdb",
            &["--auth=trust", "--username=postgres", "--locale=C", "--encoding=UTF8", "--no-sync", "-D"],
            &primary,
        );
        // A process dies here, and no machine.
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nunix_socket_directories = '{}'\nmax_connections = 100\nfsync = off\n",
            pair.folder.path().display()
        );
        append(&primary.join("postgresql.conf"), &settings);
        pair.up(0);
        let standby = pair.data(1);
        let from = format!("host=127.0.0.1 port={} user=postgres application_name=second", pair.ports[0]);
        pair.run(
            "pg_basebackup",
            &["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "-d", &from, "-D"],
            &standby,
        );
        pair.up(1);
        let database = pair.database(0);
        database.execute("ALTER SYSTEM SET synchronous_standby_names = 'second'");
        database.execute("SELECT pg_reload_conf()");
        let began = Instant::now();
        while database.number("SELECT COUNT(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == 0 {
            assert!(began.elapsed() < Duration::from_secs(20), "the standby is not synchronous");
            std::thread::sleep(Duration::from_millis(50));
        }
        database.execute("CREATE DATABASE farlight");
        pair
    }

    fn data(&self, of: usize) -> PathBuf {
        self.folder.path().join(["first", "second"][of])
    }

    fn database(&self, of: usize) -> Database {
        Database::Postgres(format!("postgres://postgres@127.0.0.1:{}/postgres", self.ports[of]))
    }

    fn command(&self, program: &str) -> Command {
        let program = self.bin.join(program);
        let mut command = if is_root() {
            // The server refuses to run as root.
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir("/tmp").stdin(Stdio::null());
        command
    }

    #[track_caller]
    fn run(&self, program: &str, arguments: &[&str], last: &Path) -> Output {
        let output = self.command(program).args(arguments).arg(last).output().unwrap();
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }

    fn up(&self, of: usize) {
        let log = self.folder.path().join(format!("log-{of}")).display().to_string();
        let port = format!("-p {}", self.ports[of]);
        let data = self.data(of);
        let mut command = self.command("pg_ctl");
        command.args(["start", "-w", "-s", "-l", &log, "-o", &port, "-D"]).arg(data);
        assert!(command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success(), "{log}");
    }

    /// As if its machine were gone: every process of it at once.
    fn kill(&self, of: usize) {
        let file = self.data(of).join("postmaster.pid");
        let Ok(text) = std::fs::read_to_string(file) else { return };
        let first = text.lines().next().unwrap_or_default().to_owned();
        let children = Command::new("ps").args(["-o", "pid=", "--ppid", &first]).output().unwrap();
        let children = String::from_utf8_lossy(&children.stdout).into_owned();
        let _ = Command::new("kill").arg("-9").arg(&first).args(children.split_whitespace()).output();
    }

    fn promote(&self) {
        self.run("pg_ctl", &["promote", "-w", "-s", "-D"], &self.data(1));
        // What it was the standby of it must not wait for.
        self.database(1).execute("ALTER SYSTEM RESET synchronous_standby_names");
        self.database(1).execute("SELECT pg_reload_conf()");
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        self.kill(0);
        self.kill(1);
    }
}

fn append(path: &Path, text: &str) {
    let mut before = std::fs::read_to_string(path).unwrap();
    before.push_str(text);
    std::fs::write(path, before).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_takes_over_has_all_that_was_acknowledged() {
    if !is("postgres") {
        return;
    }
    let Some(bin) = bin() else {
        println!("skipped: no PostgreSQL server in /usr/lib/postgresql");
        return;
    };
    let rounds = rounds(1, 10);
    let mut dice = Dice::new("failover");
    let row = Row::begin("primary killed, standby promoted", "postgres", rounds);
    let (mut tally, mut gaps) = (Tally::default(), Vec::new());
    let mut soundness = (String::new(), String::new());
    for _ in 0..rounds {
        let pair = Pair::start(bin.clone());
        let url = format!(
            "postgres://postgres@127.0.0.1:{},127.0.0.1:{}/farlight?target_session_attrs=read-write",
            pair.ports[0], pair.ports[1]
        );
        let place = Place::at(&url);
        let first = place.start();
        let party = Party::found(&first).await;
        let nodes = [first, place.start()];
        let parties = [party.at(&nodes[0].address), party.at(&nodes[1].address)];
        let cases = [Case::open(&party.coordinator).await, Case::open(&party.coordinator).await];
        let load = Load::with(&parties, &cases, WRITERS, Duration::from_millis(50));
        tokio::time::sleep(Duration::from_millis(dice.within(600..1_500))).await;
        assert!(load.count() > 5, "it was under no load");
        pair.kill(0);
        let died = Instant::now();
        // A process that it had just forked holds the port until it has come to close it.
        while TcpStream::connect(("127.0.0.1", pair.ports[0])).is_ok() {
            assert!(died.elapsed() < Duration::from_secs(20), "the primary lives");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis(dice.within(1..500))).await;
        pair.promote();
        let promoted = died.elapsed();
        let before = load.count();
        while load.count() < before + 60 {
            assert!(died.elapsed() < Duration::from_secs(60), "writes do not go on: {}", place.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        load.stop();
        let ledger = load.end().await;
        let resumed = ledger.acknowledged_at.iter().find(|at| **at > died + promoted / 2);
        gaps.push((promoted, resumed.map(|at| *at - died).unwrap_or_default()));
        tally.add(check::ledger(&parties[1], &cases, &ledger).await);
        // And the other node too has come to itself.
        let other = parties[0].coordinator.get("/v1/cases").await;
        if other.status != 200 {
            tally.wrong.push(format!("the other node: {} {}", other.status, other.text));
        }
        soundness = check::soundness(&place, &mut tally);
    }
    let longest = gaps.iter().map(|(_, gap)| *gap).max().unwrap_or_default();
    let promoted = gaps.iter().map(|(promoted, _)| *promoted).max().unwrap_or_default();
    let note =
        format!("promoted {promoted:.1?} after the kill, writes again {longest:.1?} after it, at most");
    row.end(&tally, (&soundness.0, &soundness.1), &note);
    tally.assert_clean();
}
