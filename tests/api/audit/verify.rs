//! `farlight audit verify` and `export`: whatever is done to the log behind its back, the first bad index is named.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use farlight::audit::{command, sequencer};
use farlight::config::Settings;

use super::proofs::{busy, daily, sign};
use crate::support::{TestApp, Value};

/// The settings of a running service, with its root key.
pub fn settings(app: &TestApp) -> Settings {
    let mut settings = app.services.settings.clone();
    settings.keys.root = "2a".repeat(32).into();
    settings
}

/// What is said of the log, and whether it is sound.
async fn verdict(app: &TestApp, witnesses: &[PathBuf]) -> Result<(), String> {
    command::verify(settings(app), witnesses, |_| {}).await.map_err(|error| error.to_string())
}

/// Three checkpoints over a log of some dozens of rows, and some that are not signed yet; gives what was signed.
async fn signed(app: &TestApp) -> [Value; 3] {
    let mut signed = Vec::new();
    for _ in 0..3 {
        busy(app, 12).await;
        signed.push(sign(app).await);
    }
    busy(app, 1).await;
    sequencer::run_once(&app.services).await.unwrap();
    verdict(app, &[]).await.unwrap();
    signed.try_into().unwrap()
}

fn size(checkpoint: &Value) -> i64 {
    checkpoint["size"].as_i64().unwrap()
}

const SWAP: &str = "UPDATE audit_events SET seq = -1 WHERE seq = 5; UPDATE audit_events SET seq = 5 WHERE seq = 9; \
                    UPDATE audit_events SET seq = 9 WHERE seq = -1";
/// A row is removed, and the last one, which nobody has signed yet, put into its place.
const REPLACE: &str = "DELETE FROM audit_events WHERE seq = 17; UPDATE audit_events SET seq = 17 WHERE seq = \
                       (SELECT MAX(seq) FROM audit_events)";

/// What is done, and what is said of it. `{1}` and `{2}` are the sizes of the first two checkpoints.
const TAMPERING: &[(&str, &str)] = &[
    ("UPDATE audit_events SET outcome = 'refused' WHERE seq = 17", "index 17: edited"),
    ("UPDATE audit_events SET action = 'case.steal' WHERE seq = 3", "index 3: edited"),
    ("UPDATE audit_events SET actor_id = NULL WHERE seq >= 8 AND actor_id IS NOT NULL", "index 8: edited"),
    ("UPDATE audit_events SET at = (SELECT MAX(at) FROM audit_events) WHERE seq = 2", "index 2: edited"),
    ("UPDATE audit_events SET detail = NULL WHERE seq = 21", "index 21: edited"),
    ("UPDATE audit_events SET leaf_hash = signature FROM audit_checkpoints WHERE seq = 6", "index 6: edited"),
    (REPLACE, "index 17: replaced"),
    (SWAP, "index 5: reordered: the row that belongs here is at index 9"),
    ("DELETE FROM audit_events WHERE seq = 12", "index 12: deleted"),
    ("DELETE FROM audit_events WHERE seq < 4", "index 0: deleted"),
    ("DELETE FROM audit_events WHERE seq >= 20", "index 20: truncated"),
    ("DELETE FROM audit_events", "index 0: truncated"),
    ("UPDATE audit_events SET seq = seq + 1000 WHERE seq = 30", "index 30: deleted"),
    ("DELETE FROM audit_tiles", "index 0: the tree was changed"),
    ("UPDATE audit_tiles SET hashes = root_hash FROM audit_checkpoints", "index 0: replaced"),
    ("UPDATE audit_checkpoints SET signature = root_hash WHERE size = {2}", "index {1}: forged"),
    ("UPDATE audit_checkpoints SET size = size - 1 WHERE size = {1}", "index 0: forged"),
    ("UPDATE audit_checkpoints SET root_hash = signature WHERE size = {1}", "index 0: forged"),
    // Who cuts off the end, and thinks of the checkpoints but not of the tree's head.
    (
        "DELETE FROM audit_events WHERE seq >= {1}; DELETE FROM audit_checkpoints WHERE size > {1}",
        "index {1}: truncated",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_done_to_a_row_the_first_bad_index_is_named() {
    for (sql, expected) in TAMPERING {
        let app = daily().await;
        let signed = signed(&app).await;
        let put = |text: &str| {
            text.replace("{1}", &size(&signed[0]).to_string()).replace("{2}", &size(&signed[1]).to_string())
        };
        app.engine.execute(&put(sql));
        let said = verdict(&app, &[]).await.expect_err(sql);
        assert!(said.contains(&put(expected)), "{sql}: {said}");
    }
}

/// The hash of each row as the auditor reads it, by its place.
async fn leaf_hashes(app: &TestApp) -> String {
    let mut rows = app.auditor.walk("/v1/audit-events?limit=200").await;
    rows.retain(|row| row["seq"].is_i64());
    rows.sort_by_key(|row| row["seq"].as_i64());
    rows.iter().map(|row| row["leaf_hash"].as_str().unwrap()).collect()
}

/// Makes the tree anew over the first `size` rows, as somebody would who has the database and no key.
async fn rebuild(app: &TestApp, size: i64) {
    let hashes = leaf_hashes(app).await;
    let hashes = app.engine.bytes(&hashes[..usize::try_from(size).unwrap() * 64]);
    app.engine.execute(&format!("UPDATE audit_tiles SET hashes = {hashes} WHERE level = 0"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_the_database_and_no_key_cannot_make_another_history_pass() {
    let app = daily().await;
    let [first, second, third] = signed(&app).await;
    assert!(size(&first) <= 17 && 17 < size(&second), "{first} {second}");
    app.engine.execute(REPLACE);
    rebuild(&app, size(&third)).await;
    let said = verdict(&app, &[]).await.unwrap_err();
    assert!(said.contains(&format!("index {}: forked", size(&first))), "{said}");
}

struct Kept {
    folder: tempfile::TempDir,
}

impl Kept {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    async fn export(&self, app: &TestApp, name: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        command::export(settings(app), &path, None, |_| {}).await.unwrap();
        path
    }

    /// Everything that may be kept of a moment: the file, the auditor's note and answer, and what everybody else saw.
    async fn everything(&self, app: &TestApp) -> Vec<(&'static str, PathBuf)> {
        let answer = app.auditor.get("/v1/audit/checkpoint").await;
        let header = format!("farlight-checkpoint: {}\n", answer.header("farlight-checkpoint"));
        let digest = app.officer.get("/v1/audit/checkpoint").await.text;
        vec![
            ("an export", self.export(app, "export.jsonl").await),
            ("a note", self.file("note.txt", answer.body["note"].as_str().unwrap())),
            ("an answer", self.file("answer.json", &answer.text)),
            ("a header", self.file("header.txt", &header)),
            ("a digest", self.file("digest.json", &digest)),
        ]
    }
}

/// A backup of the first day is put back: every signature is right, and the log goes on from there.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_rolled_back_is_found_by_whatever_somebody_kept() {
    let app = daily().await;
    let [first, _, third] = signed(&app).await;
    let kept = Kept::new();
    let everything = kept.everything(&app).await;
    for (what, file) in &everything {
        verdict(&app, std::slice::from_ref(file)).await.unwrap_or_else(|said| panic!("{what}: {said}"));
    }
    let first = size(&first);
    rebuild(&app, first).await;
    app.engine.execute(&format!(
        "DELETE FROM audit_events WHERE seq >= {first} OR seq IS NULL; DELETE FROM audit_checkpoints WHERE size > {first}; \
         UPDATE audit_heads SET size = {first}, tiled = {first} WHERE size > {first}"
    ));
    verdict(&app, &[]).await.expect("by itself it cannot be told from a log that ends here");
    for (what, file) in &everything {
        let said = verdict(&app, std::slice::from_ref(file)).await.expect_err(what);
        let expected = if what.contains("digest") || what.contains("header") {
            "is in none of these logs".to_owned()
        } else {
            format!("index {first}: rolled back")
        };
        assert!(said.contains(&expected), "{what}: {said}");
    }
    assert!(size(&third) > first);
}

/// Who holds the root key as well signs a history of their own: only what was kept outside tells.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_forked_with_the_key_is_found_by_whatever_somebody_kept() {
    let app = daily().await;
    signed(&app).await;
    let kept = Kept::new();
    let everything = kept.everything(&app).await;
    app.engine.execute(
        "DELETE FROM audit_events WHERE seq = 14; UPDATE audit_events SET seq = -seq WHERE seq > 14; \
         UPDATE audit_events SET seq = -seq - 1 WHERE seq < 0; DELETE FROM audit_tiles; DELETE FROM audit_checkpoints; \
         UPDATE audit_heads SET tiled = 0, checkpoint_at = NULL, size = \
         (SELECT COUNT(seq) FROM audit_events WHERE audit_events.organisation_id = audit_heads.organisation_id)",
    );
    sequencer::run_once(&app.services).await.unwrap();
    verdict(&app, &[]).await.expect("it is sound in itself");
    busy(&app, 5).await;
    sign(&app).await;
    for (what, file) in &everything {
        let said = verdict(&app, std::slice::from_ref(file)).await.expect_err(what);
        let expected = match *what {
            "an export" => "index 14: replaced: a file that somebody kept has another row here",
            "a note" | "an answer" => "index 0: forked",
            _ => "is in none of these logs",
        };
        assert!(said.contains(expected), "{what}: {said}");
    }
}

fn farlight(app: &TestApp, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_farlight"))
        .arg("audit")
        .args(arguments)
        .env("FARLIGHT__DATABASE__URL", &app.services.settings.database.url)
        .env("FARLIGHT__KEYS__ROOT", "2a".repeat(32))
        .output()
        .unwrap()
}

fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_says_it_with_its_exit_code_and_a_file_is_checked_without_a_key() {
    let app = daily().await;
    signed(&app).await;
    let kept = Kept::new();
    let path = |name: &str| kept.folder.path().join(name).display().to_string();
    let output = farlight(&app, &["verify"]);
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(told(&output).matches(": sound").count(), 2, "{}", told(&output));
    let early = farlight(&app, &["export", &path("early")]);
    assert!(early.status.success(), "{}", told(&early));
    let rows = std::fs::read_to_string(path("early"))
        .unwrap()
        .lines()
        .find(|line| line.contains("leaves"))
        .unwrap()
        .matches('"')
        .count()
        / 2
        - 1;
    let again = farlight(&app, &["export", &path("early")]);
    assert!(!again.status.success() && told(&again).contains("exists"), "{}", told(&again));
    busy(&app, 3).await;
    sign(&app).await;
    let organisation = app.auditor.get("/v1/me").await.ok()["organisation_id"].as_str().unwrap().to_owned();
    let late = farlight(&app, &["export", &path("late"), "--organisation", &organisation]);
    assert!(late.status.success(), "{}", told(&late));
    let content = std::fs::read_to_string(path("late")).unwrap();
    assert_eq!(content.matches("farlight_audit").count(), 1);
    assert!(!content.contains("me.show") && !content.contains(&app.coordinator.id), "no content");

    // Without a database and without a key.
    let bare = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_farlight"));
        command.args(["audit", "verify"]).args(arguments).output().unwrap()
    };
    let output = bare(&["--file", &path("early")]);
    assert!(output.status.success(), "{}", told(&output));
    // A file of one log is no answer for the other.
    let output = bare(&["--file", &path("late"), "--witness", &path("early")]);
    assert!(!output.status.success() && told(&output).contains("is not here"), "{}", told(&output));
    let output = bare(&["--file", &path("early"), "--witness", &path("late")]);
    let rolled_back = format!("index {rows}: rolled back");
    assert!(!output.status.success() && told(&output).contains(&rolled_back), "{}", told(&output));

    let leaf = content.lines().nth(1).unwrap().split('"').nth(3).unwrap();
    let bent = content.replace(leaf, &leaf.chars().rev().collect::<String>());
    std::fs::write(path("bent"), bent).unwrap();
    let output = bare(&["--file", &path("bent")]);
    assert!(!output.status.success() && told(&output).contains("index 0: forked"), "{}", told(&output));
    for junk in [
        "nothing of the kind\n",
        "{}\n",
        "{\"leaves\": [\"00\"]}\n",
        "{\"digest\": \"x\"}\n",
        "\u{2014} a b\n",
    ] {
        std::fs::write(path("junk"), junk).unwrap();
        let output = farlight(&app, &["verify", "--witness", &path("junk")]);
        assert!(!output.status.success() && told(&output).contains("line 1"), "{junk}: {}", told(&output));
        assert!(!told(&output).contains("panicked"));
    }
    assert!(!Path::new(&path("nothing")).exists());
    let output = farlight(&app, &["verify", "--witness", &path("nothing")]);
    assert!(!output.status.success() && told(&output).contains("nothing"), "{}", told(&output));

    app.engine.execute("UPDATE audit_events SET outcome = 'refused' WHERE seq = 4");
    let output = farlight(&app, &["verify"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).contains("index 4: edited"), "{}", told(&output));
    let output = farlight(&app, &["export", &path("no")]);
    assert!(!output.status.success() && told(&output).contains("index 4: edited"), "{}", told(&output));
    assert!(!Path::new(&path("no")).exists());
}
