//! The binary, as an operator meets it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use crate::support::{Actor, json};

pub fn farlight() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_farlight"));
    command.env("FARLIGHT__SERVER__PORT", "0");
    command
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn refuses(command: &mut Command, words: &[&str]) {
    let output = command.output().unwrap();
    let told = said(&output);
    assert!(!output.status.success(), "{told}");
    for word in words {
        assert!(told.contains(word), "{word} is not in: {told}");
    }
    assert!(!told.contains("panicked"), "{told}");
}

pub fn key_file(folder: &Path) -> String {
    let file = folder.join("root.key").display().to_string();
    assert!(farlight().args(["new-key", &file]).output().unwrap().status.success());
    file
}

/// A running binary that is stopped when dropped.
pub struct Running {
    pub child: Child,
    pub lines: Vec<String>,
    pub address: String,
}

impl Running {
    pub fn start(command: &mut Command) -> Self {
        #[expect(clippy::zombie_processes, reason = "Drop waits, and a panic here ends the test anyway")]
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = Vec::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(address) = line.strip_prefix("listening on ") {
                return Self { child, lines, address: address.to_owned() };
            }
            lines.push(line);
        }
        panic!("it ended before it listened: {lines:?}");
    }

    fn accounts(&self) -> Vec<Vec<&str>> {
        let lines = self.lines.iter().filter_map(|line| line.strip_prefix("account "));
        lines.map(|line| line.split(' ').collect()).collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn wrong_settings_are_told_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let key = key_file(folder.path());
    let missing = folder.path().join("typo.db");
    let url = format!("sqlite:{}", missing.display());
    refuses(farlight().arg("serve").env("FARLIGHT__DATABASE__URL", &url), &["keys.root_file"]);
    refuses(
        farlight()
            .arg("serve")
            .env("FARLIGHT__DATABASE__URL", &url)
            .env("FARLIGHT__KEYS__ROOT_FILE", "/no/such.key"),
        &["/no/such.key", "cannot be read"],
    );
    let with_key = || {
        let mut command = farlight();
        command.arg("serve").env("FARLIGHT__KEYS__ROOT_FILE", &key);
        command
    };
    refuses(with_key().env("FARLIGHT__DATABASE__URL", &url), &["there is no database at", "typo.db"]);
    assert!(!missing.exists(), "a mistyped path must not become a database");
    refuses(with_key().env("FARLIGHT__DATABASE__URL", "mysql://x"), &["database.url"]);
    refuses(
        with_key().env("FARLIGHT__DATABASE__URL", &url).env("FARLIGHT__FILES__URL", "ftp://x"),
        &["files.url", "s3://"],
    );
    refuses(
        with_key().env("FARLIGHT__DATABASE__URL", "postgres://user:hunter2@127.0.0.1:1/none"),
        &["cannot be opened"],
    );
    refuses(with_key().env("FARLIGHT__DATABASE__URL", &url).env("FARLIGHT__SERVER__PROT", "1"), &["prot"]);
    refuses(with_key().env("FARLIGHT__HASHING__MEMORY_KIB", "64"), &["19456"]);
    refuses(farlight().args(["new-key", &key]), &["cannot be created"]);
    std::fs::write(folder.path().join("bad.key"), "not hex").unwrap();
    let bad = folder.path().join("bad.key");
    refuses(
        farlight().arg("serve").env("FARLIGHT__DATABASE__URL", &url).env("FARLIGHT__KEYS__ROOT_FILE", &bad),
        &["64 hex digits"],
    );
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    refuses(with_key().env("FARLIGHT__SERVER__PORT", &port), &["port", &port, "is taken"]);
    let data = folder.path().join("demo").display().to_string();
    refuses(farlight().args(["demo", "--port", &port, "--data", &data]), &["--port"]);
}

#[test]
fn another_root_key_does_not_open_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let key = key_file(folder.path());
    let url = format!("sqlite:{}", folder.path().join("x.db").display());
    let serve = |key: &str| {
        let mut command = farlight();
        command
            .arg("serve")
            .env("FARLIGHT__DATABASE__URL", &url)
            .env("FARLIGHT__DATABASE__CREATE", "true")
            .env("FARLIGHT__KEYS__ROOT_FILE", key);
        command
    };
    drop(Running::start(&mut serve(&key)));
    let other = folder.path().join("other.key");
    std::fs::write(&other, "ab".repeat(32)).unwrap();
    refuses(&mut serve(&other.display().to_string()), &["root key does not open this database"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_prints_a_link_that_founds_an_organisation() {
    let folder = tempfile::tempdir().unwrap();
    let key = key_file(folder.path());
    let url = format!("sqlite:{}", folder.path().join("first.db").display());
    let command = || {
        let mut command = farlight();
        command.env("FARLIGHT__DATABASE__URL", &url).env("FARLIGHT__KEYS__ROOT_FILE", &key);
        command
    };
    let migrated = command().args(["migrate", "--create"]).output().unwrap();
    assert!(String::from_utf8_lossy(&migrated.stdout).contains("migrated"), "{}", said(&migrated));
    let again = command().arg("migrate").output().unwrap();
    assert!(String::from_utf8_lossy(&again.stdout).contains("up to date"));

    let running = Running::start(command().arg("serve"));
    let link = running.lines.iter().find(|line| line.contains("/welcome#setup=")).expect("a link").clone();
    let token = link.rsplit_once("#setup=").unwrap().1;
    let body = json!({
        "token": token, "organisation": "First House", "name": "Ada Lindgren", "email": "ada@first.example",
        "password": crate::support::PASSWORD,
    });
    assert_eq!(Actor::nobody(&running.address).post("/v1/setup", body).await.status, 204);
    let ada = Actor::new(&running.address, "ada@first.example", "");
    assert_eq!(ada.get("/v1/me").await.ok()["role"], "admin");
    let port = running.address.rsplit_once(':').unwrap().1.to_owned();
    let health = command().arg("health").env("FARLIGHT__SERVER__PORT", &port).output().unwrap();
    assert!(health.status.success(), "{}", said(&health));
    drop(running);
    let health = command().arg("health").env("FARLIGHT__SERVER__PORT", &port).output().unwrap();
    assert!(!health.status.success());
    let second = Running::start(command().arg("serve"));
    assert!(second.lines.iter().all(|line| !line.contains("#setup=")), "{:?}", second.lines);
}

/// No message of the suite names this place, and the compiled-in gazetteer does not know it.
#[tokio::test(flavor = "multi_thread")]
async fn places_of_ones_own_are_imported_and_found_after_a_start() {
    if crate::support::engine_name() != "sqlite" {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo").display().to_string();
    std::fs::create_dir(&data).unwrap();
    let file = folder.path().join("ours.csv");
    std::fs::write(
        &file,
        "name,lat,lon,names,kind\nQuellmoor Park,16.61,98.53,奎尔莫园区,compound\nNowhere,95,98.5,,town\n",
    )
    .unwrap();
    let file = file.display().to_string();
    let import = |more: &[&str]| farlight().args(["gazetteer", "import", &file]).args(more).output().unwrap();
    let done = import(&["--country", "mm", "--data", &data]);
    let told = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{}", said(&done));
    assert!(told.contains("line 3: not a position") && told.contains("1 places taken"), "{told}");
    assert!(!import(&["--country", "Burma", "--data", &data]).status.success());
    let nowhere = farlight()
        .args(["gazetteer", "import", &file])
        .env("FARLIGHT__DATABASE__URL", "postgres://h/d")
        .output()
        .unwrap();
    assert!(said(&nowhere).contains("estimates.places"), "{}", said(&nowhere));

    let demo = Running::start(farlight().args(["demo", "--port", "0", "--data", &data]));
    let accounts = demo.accounts();
    let account = accounts.iter().find(|account| account[0] == "caseworker").unwrap();
    let body = json!({"email": account[1], "password": account[2]});
    let tokens = Actor::nobody(&demo.address).post("/v1/auth/login", body).await.ok();
    let worker = Actor::with_token(&demo.address, tokens["access_token"].as_str().unwrap());
    let found = worker.post("/v1/location/extract", json!({"text": "我在奎尔莫园区"})).await.items();
    assert_eq!(found[0]["data"]["candidates"][0]["lat"], 16.61, "{found:?}");
}

#[test]
fn places_that_are_set_and_missing_are_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let key = key_file(folder.path());
    refuses(
        farlight()
            .arg("serve")
            .env("FARLIGHT__DATABASE__URL", format!("sqlite:{}", folder.path().join("x.db").display()))
            .env("FARLIGHT__DATABASE__CREATE", "true")
            .env("FARLIGHT__KEYS__ROOT_FILE", &key)
            .env("FARLIGHT__ESTIMATES__PLACES", "/no/such/places.csv"),
        &["/no/such/places.csv"],
    );
}

#[test]
fn what_is_measured_needs_no_database() {
    let output = farlight().args(["bench", "extraction"]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}", said(&output));
    assert!(told.lines().any(|line| line.starts_with("all ") && line.contains("25 km")), "{told}");
    refuses(farlight().arg("bench"), &["location", "extraction"]);
}

#[test]
fn the_document_is_printed() {
    let output = farlight().arg("openapi").output().unwrap();
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_plants_once_and_is_found_again() {
    // The demo is SQLite whatever the suite runs on; once is enough.
    if crate::support::engine_name() != "sqlite" {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo").display().to_string();
    let start = || Running::start(farlight().args(["demo", "--port", "0", "--data", &data]));
    let demo = start();
    let accounts = demo.accounts();
    let count = |role: &str| accounts.iter().filter(|account| account[0] == role).count();
    assert!(count("coordinator") >= 2 && count("caseworker") >= 2 && count("field_officer") >= 3);
    assert!(accounts[..7].iter().all(|account| account[1].ends_with("@lantern.example")), "the first first");
    let sign_in = async |demo: &Running, role: &str, nth: usize| {
        let accounts = demo.accounts();
        let account = accounts.iter().filter(|account| account[0] == role).nth(nth).unwrap().clone();
        let body = json!({"email": account[1], "password": account[2]});
        let tokens = Actor::nobody(&demo.address).post("/v1/auth/login", body).await.ok();
        Actor::with_token(&demo.address, tokens["access_token"].as_str().unwrap())
    };
    let coordinator = sign_in(&demo, "coordinator", 0).await;
    let cases = coordinator.get("/v1/cases?limit=200").await.items();
    assert_eq!(cases.len(), 30);
    let statuses: std::collections::BTreeSet<_> =
        cases.iter().map(|case| case["status"].to_string()).collect();
    assert_eq!(statuses.len(), 7, "{statuses:?}");
    let operations = coordinator.get("/v1/operations?limit=200").await.items();
    let states: std::collections::BTreeSet<_> = operations.iter().map(|o| o["status"].to_string()).collect();
    assert!(states.len() >= 5, "{states:?}");
    let officer = sign_in(&demo, "field_officer", 0).await;
    assert!(!officer.get("/v1/operations").await.items().is_empty());
    drop(demo);
    let verified = farlight().args(["audit", "verify", "--data", &data]).output().unwrap();
    let told = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(verified.status.success(), "{told}{}", said(&verified));
    assert_eq!(told.matches(": sound").count(), 2, "{told}");

    let again = start();
    assert!(again.lines.iter().all(|line| !line.contains("planting")), "{:?}", again.lines);
    let coordinator = sign_in(&again, "coordinator", 0).await;
    assert_eq!(coordinator.get("/v1/cases?limit=200").await.items(), cases);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_imported_without_a_server() {
    if crate::support::engine_name() != "sqlite" {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo").display().to_string();
    let sign_in = async |demo: &Running| {
        let accounts = demo.accounts();
        let account = accounts.iter().find(|account| account[0] == "caseworker").unwrap();
        let body = json!({"email": account[1], "password": account[2]});
        let tokens = Actor::nobody(&demo.address).post("/v1/auth/login", body).await.ok();
        Actor::with_token(&demo.address, tokens["access_token"].as_str().unwrap())
    };
    let demo = Running::start(farlight().args(["demo", "--port", "0", "--data", &data]));
    let caseworker = sign_in(&demo).await;
    let body = json!({"summary": "Held in an invented building.", "risk": "high"});
    let case = caseworker.post("/v1/cases", body).await.ok();
    let code_name = case["code_name"].as_str().unwrap();
    drop(demo);

    let file = folder.path().join("WhatsApp Chat with Mali.txt");
    let chat = "31/01/2026, 14:55 - Mali: third floor\n31/01/2026, 14:56 - Sefa: we come\n";
    std::fs::write(&file, chat).unwrap();
    let import = |case: &str, more: &[&str]| {
        let mut command = farlight();
        command.arg("import").arg(&file).args(["--case", case, "--data", &data]).args(more);
        command.output().unwrap()
    };
    let told = |output: &Output| format!("{}{}", String::from_utf8_lossy(&output.stdout), said(output));
    // What must be said is told, with all that is needed to say it.
    for (more, missing) in [
        (&[][..], "--me KEY"),
        (&["--me", "Sefa"], "/time_zone is needed"),
        (&["--me", "nobody", "--time-zone", "Asia/Yangon"], "/me is no participant"),
    ] {
        let output = import(code_name, more);
        let told = told(&output);
        assert!(!output.status.success(), "{told}");
        for word in ["whatsapp", "dmy", "\"Mali\"", "\"Sefa\"", "2 messages", "needs time_zone, me", missing]
        {
            assert!(told.contains(word), "{word} is not in: {told}");
        }
        assert!(!told.contains("panicked"), "{told}");
    }
    let all = ["--me", "Sefa", "--time-zone", "Asia/Yangon"];
    for expected in ["2 messages added, 0 there already", "0 messages added, 2 there already"] {
        let output = import(code_name, &all);
        assert!(output.status.success() && told(&output).contains(expected), "{}", told(&output));
    }
    let output = import("NO-SUCH-CASE", &all);
    assert!(!output.status.success() && told(&output).contains("no case"), "{}", told(&output));
    let stranger = [&all[..], &["--as", "nobody@lantern.example"]].concat();
    let output = import(code_name, &stranger);
    assert!(!output.status.success(), "{}", told(&output));
    std::fs::write(&file, "Dear all, the minutes.").unwrap();
    let output = import(code_name, &all);
    assert!(!output.status.success() && told(&output).contains("no chat"), "{}", told(&output));

    let again = Running::start(farlight().args(["demo", "--port", "0", "--data", &data]));
    let caseworker = sign_in(&again).await;
    let path = format!("/v1/cases/{}", case["id"].as_str().unwrap());
    let log = caseworker.get(&format!("{path}/messages")).await.items();
    assert_eq!((log.len(), &log[0]["body"]), (2, &json!("third floor")));
    assert_eq!((&log[0]["direction"], &log[1]["direction"]), (&json!("inbound"), &json!("outbound")));
    assert_eq!(log[0]["sent_at"], "2026-01-31T08:25:00Z");
    // Nothing that was imported waits in the store.
    let imports = caseworker.get(&format!("{path}/imports")).await.items();
    assert!(imports.iter().all(|import| import["state"] != "ready"), "{imports:?}");
}

/// The README's tour, as printed, but for the port and the place of its file.
#[test]
fn the_tour_of_the_readme_works_as_printed() {
    let has = |program: &str| Command::new(program).arg("--version").output().is_ok();
    if crate::support::engine_name() != "sqlite" {
        return;
    }
    if !has("bash") || !has("curl") {
        println!("skipped: the tour needs bash and curl");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo").display().to_string();
    let demo = Running::start(farlight().args(["demo", "--port", "0", "--data", &data]));
    let readme = include_str!("../../README.md");
    let tour = readme.split_once("<!-- tour -->").unwrap().1.split_once("<!-- /tour -->").unwrap().0;
    let blocks = tour.split("```sh\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
    let script = blocks
        .collect::<String>()
        .replace("http://127.0.0.1:8080", &demo.address)
        .replace("/tmp/farlight-tour.json", &folder.path().join("tour.json").display().to_string());
    let output = Command::new("bash").args(["-euc", &script]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{told}{}", said(&output));
    let mut rest = told.as_str();
    for expected in [
        "\"messages_added\":3",
        "\"clues_proposed\":1",
        "\"messages_added\":0,\"messages_already_there\":3",
        "một con đường vào",
        "silent",
        "\"silent\":[{\"case_id\"",
        "rules_not_settled",
        "\"status\":\"confirmed\"",
        "submitted",
        "own-approval",
        "approved",
        "recognition_cards",
        "\"code\":\"not-found\"",
        "\"action\":\"message.list\",\"outcome\":\"refused\"",
    ] {
        let found =
            rest.find(expected).unwrap_or_else(|| panic!("{expected} is not in what follows:\n{rest}"));
        rest = &rest[found..];
    }
    assert!(!told.contains("\"status\":5"), "{told}");
}
