//! What must be true once the server runs again.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;

use crate::engine::Database;
use crate::load::{Case, Kind, Ledger, Outcome, Sent, content};
use crate::party::{Party, Person, id, send};
use crate::report::Tally;
use crate::server::Place;

/// Compares what was sent with what is there: what was acknowledged is there once; what was refused is not; what was not
/// answered is there wholly or not at all, and once it was sent again, once.
pub async fn ledger(party: &Party, cases: &[Case], ledger: &Ledger) -> Tally {
    let who = &party.coordinator;
    let mut tally = Tally { wrong: ledger.wrong.clone(), refused: ledger.refusals, ..Tally::default() };
    for case in cases {
        let sent: Vec<&Sent> = ledger.sent.iter().filter(|sent| sent.case == case.id).collect();
        let found = Found::of(who, case).await;
        for sent in &sent {
            found.judge(sent, &mut tally);
        }
        found.files(who, &mut tally).await;
        for sent in sent.iter().filter(|sent| !matches!(sent.outcome, Outcome::Done(_))) {
            let reply = send(sent.request(who)).await.expect("the server answers");
            if reply.status != 201 {
                let words = format!("{:?} sent again: {} {}", sent.kind, reply.status, reply.text);
                tally.wrong.push(words);
            }
        }
        let again = Found::of(who, case).await;
        for sent in sent.iter().filter(|sent| !matches!(sent.outcome, Outcome::Done(_))) {
            let count = again.ids(sent).len();
            if count != 1 {
                tally.wrong.push(format!("{:?} sent again is there {count} times", sent.kind));
            }
        }
        changes(who, case, ledger, &mut tally).await;
    }
    for submitted in &ledger.submitted {
        let operation = who.get(&format!("/v1/operations/{}", submitted.operation)).await;
        if operation.status != 200 {
            tally.wrong.push(format!("an operation that was acknowledged: {}", operation.status));
            continue;
        }
        let operation = operation.ok();
        let is_submitted = operation["status"] == "submitted";
        let kinds = operation["history"].as_array().unwrap().iter();
        let events = kinds.filter(|event| event["kind"] == "submitted").count();
        match &submitted.outcome {
            Outcome::Done(_) => {
                tally.acknowledged += 1;
                tally.lost += usize::from(!is_submitted);
            }
            Outcome::NotDone if is_submitted => {
                tally.wrong.push("a step that was said not to be taken was taken".to_owned());
            }
            Outcome::NotDone => {}
            Outcome::Unknown => tally.unanswered += 1,
        }
        tally.halves += usize::from(events != usize::from(is_submitted));
    }
    tally
}

/// What is on a case: by what it is and its mark, the ids.
struct Found {
    ids: HashMap<(u8, String), Vec<String>>,
    attachments: Vec<Value>,
}

impl Found {
    async fn of(who: &Person, case: &Case) -> Self {
        let mut ids: HashMap<_, Vec<String>> = HashMap::new();
        let attachments = who.walk(&case.path("attachments")).await;
        for (kind, member, items) in [
            (Kind::Message, "body", who.walk(&case.path("messages")).await),
            (Kind::Clue, "note", who.walk(&case.path("clues")).await),
            (Kind::Attachment, "file_name", attachments.clone()),
            (Kind::Operation, "title", who.walk(&format!("/v1/operations?case_id={}", case.id)).await),
        ] {
            for item in items {
                let mark = item[member].as_str().unwrap_or_default().to_owned();
                ids.entry((kind as u8, mark)).or_default().push(id(&item));
            }
        }
        Self { ids, attachments }
    }

    fn ids(&self, sent: &Sent) -> &[String] {
        self.ids.get(&(sent.kind as u8, sent.mark.clone())).map_or(&[], Vec::as_slice)
    }

    fn judge(&self, sent: &Sent, tally: &mut Tally) {
        let ids = self.ids(sent);
        match &sent.outcome {
            Outcome::Done(id) => {
                tally.acknowledged += 1;
                if ids.is_empty() {
                    tally.lost += 1;
                } else if ids != [id.clone()] {
                    tally.wrong.push(format!("{:?} is there {} times", sent.kind, ids.len()));
                }
            }
            Outcome::NotDone if !ids.is_empty() => {
                tally.wrong.push(format!("{:?} was said not to be done, and is there", sent.kind));
            }
            Outcome::NotDone => {}
            Outcome::Unknown => {
                tally.unanswered += 1;
                if ids.len() > 1 {
                    tally.wrong.push(format!("{:?} without an answer is there twice", sent.kind));
                }
            }
        }
    }

    /// A file that is listed has its bytes.
    async fn files(&self, who: &Person, tally: &mut Tally) {
        for file in &self.attachments {
            let name = file["file_name"].as_str().unwrap_or_default();
            let request = who.request(reqwest::Method::GET, &format!("/v1/attachments/{}", id(file)));
            let response = request.send().await.expect("the server answers");
            let status = response.status();
            let bytes = response.bytes().await.unwrap_or_default();
            if !status.is_success() || bytes != content(name) {
                tally.halves += 1;
                tally.wrong.push(format!("a file row without its file: {status}, {} bytes", bytes.len()));
            }
        }
    }
}

/// The case says what the last change said that was acknowledged, or one after it that was not answered.
async fn changes(who: &Person, case: &Case, ledger: &Ledger, tally: &mut Tally) {
    let changes: Vec<_> = ledger.changes.iter().filter(|change| change.case == case.id).collect();
    let now = who.get(&format!("/v1/cases/{}", case.id)).await;
    let etag = now.etag.clone();
    let now = now.ok();
    let summary = now["summary"].as_str().unwrap_or_default();
    let last = changes.iter().rposition(|change| matches!(change.outcome, Outcome::Done(_)));
    let after = &changes[last.map_or(0, |last| last + 1)..];
    let is_last = match last {
        Some(last) => changes[last].summary == summary && changes[last].etag == etag,
        None => summary == "before",
    };
    let is_unanswered =
        after.iter().any(|change| change.outcome == Outcome::Unknown && change.summary == summary);
    tally.acknowledged += changes.iter().filter(|change| matches!(change.outcome, Outcome::Done(_))).count();
    if !is_last && !is_unanswered {
        if after.iter().any(|change| change.summary == summary) {
            tally.wrong.push("a change that was said not to be done was done".to_owned());
        } else {
            tally.lost += 1;
        }
    }
}

/// What SQL shows: every record has its row in the audit log and every such row its record; nothing is half done.
pub fn halves(database: &Database, wrong: &mut Vec<String>) -> usize {
    let as_text = |column: &str| match database {
        Database::Sqlite(_) => format!("lower(hex({column}))"),
        Database::Postgres(_) => format!("replace(CAST({column} AS TEXT), '-', '')"),
    };
    let mut halves = 0;
    for (table, action) in [
        ("messages", "message.create"),
        ("attachments", "attachment.create"),
        ("operations", "operation.create"),
        ("clues", "clue.create"),
    ] {
        // A clue that was found in a message came with it.
        let only = if table == "clues" { "WHERE note IS NOT NULL" } else { "" };
        let rows = database.words(&format!("SELECT {} AS words FROM {table} {only}", as_text("id")));
        let audited = database.words(&format!(
            "SELECT {} AS words FROM audit_events \
             WHERE action = '{action}' AND outcome = 'done' AND object_id IS NOT NULL",
            as_text("object_id")
        ));
        let (rows, audited): (BTreeSet<_>, BTreeSet<_>) =
            (rows.into_iter().collect(), audited.into_iter().collect());
        let (without, dangling) = (rows.difference(&audited).count(), audited.difference(&rows).count());
        if without + dangling > 0 {
            wrong.push(format!("{table}: {without} without an audit row, {dangling} audit rows without it"));
        }
        halves += without + dangling;
    }
    for (what, sql) in [
        ("a key without its answer", "SELECT COUNT(*) FROM idempotency_keys WHERE status = 0"),
        (
            "a file that nobody received",
            "SELECT COUNT(*) FROM attachments a WHERE NOT EXISTS (SELECT 1 FROM attachment_custody c \
             WHERE c.attachment_id = a.id AND c.action = 'received')",
        ),
        (
            "a plan that was submitted without an event",
            "SELECT COUNT(*) FROM operations o WHERE o.status = 'submitted' AND NOT EXISTS (SELECT 1 FROM \
             operation_events e WHERE e.operation_id = o.id AND e.kind = 'submitted')",
        ),
    ] {
        let count = usize::try_from(database.number(sql)).unwrap();
        if count > 0 {
            wrong.push(format!("{what}: {count}"));
        }
        halves += count;
    }
    halves
}

/// What the database says of itself.
pub fn integrity(database: &Database) -> String {
    let Database::Sqlite(_) = database else { return "-".to_owned() };
    let said = database.words("SELECT integrity_check AS words FROM pragma_integrity_check");
    let keys = database.number("SELECT COUNT(*) FROM pragma_foreign_key_check");
    if said == ["ok"] && keys == 0 { "ok".to_owned() } else { format!("{said:?}, {keys} foreign keys") }
}

/// What `farlight audit verify` says.
pub fn audit(place: &Place) -> String {
    let output = place.run(&["audit", "verify"]);
    let told = String::from_utf8_lossy(&output.stdout);
    if output.status.success() && told.contains(": sound") {
        "sound".to_owned()
    } else {
        format!("{told}{}", String::from_utf8_lossy(&output.stderr))
    }
}

/// Everything at once, at the end of a test.
pub fn soundness(place: &Place, tally: &mut Tally) -> (String, String) {
    tally.halves += halves(&place.database, &mut tally.wrong);
    engine_and_log(place, tally)
}

/// As [`soundness`], where messages came in a thousand at a time, for which the log has one row.
pub fn engine_and_log(place: &Place, tally: &mut Tally) -> (String, String) {
    let (integrity, audit) = (integrity(&place.database), audit(place));
    if !matches!(integrity.as_str(), "ok" | "-") {
        tally.wrong.push(format!("integrity: {integrity}"));
    }
    if audit != "sound" {
        tally.wrong.push(format!("audit: {audit}"));
    }
    // Each once: a loop of them says no more.
    let log = place.whole_log();
    let panics: HashSet<_> = log.lines().filter(|line| line.contains("panicked at")).collect();
    tally.wrong.extend(panics.into_iter().map(str::to_owned));
    (integrity, audit)
}
