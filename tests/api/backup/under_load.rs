//! Bar of a backup: taken while everybody writes, it holds what was acknowledged before it began.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{Bench, Vacant, here, told};
use crate::attachments::{attach, download};
use crate::support::{Actor, TestApp, engine_name, id, json};

/// What was acknowledged so far.
#[derive(Default)]
struct Acknowledged {
    cases: Mutex<Vec<String>>,
    /// With their content.
    files: Mutex<Vec<(String, Vec<u8>)>>,
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until something is signed.
async fn signed(app: &TestApp) {
    for _ in 0..400 {
        if app.auditor.get("/v1/audit/checkpoint").await.body["size"].as_i64().unwrap_or_default() > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nothing is signed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_taken_under_load_restores_on_an_empty_host_and_matches_the_audit_root() {
    let app = Arc::new(TestApp::spawn_with(|settings| settings.audit.checkpoint_seconds = 1).await);
    let bench = Bench::new();
    let case = app.case(&app.coordinator).await;
    let (acknowledged, done) = (Arc::new(Acknowledged::default()), Arc::new(AtomicBool::new(false)));
    let mut writers = Vec::new();
    for n in 0..4 {
        let (app, acknowledged, done) = (Arc::clone(&app), Arc::clone(&acknowledged), Arc::clone(&done));
        writers.push(tokio::spawn(async move {
            let who = if n % 2 == 0 { &app.caseworker } else { &app.coordinator2 };
            while !done.load(Ordering::SeqCst) {
                let body = json!({"summary": "Held in a building by the river.", "risk": "high"});
                let case = id(&who.post("/v1/cases", body).await.ok());
                locked(&acknowledged.cases).push(case);
            }
        }));
    }
    for n in 0..2_u8 {
        let (app, acknowledged, done) = (Arc::clone(&app), Arc::clone(&acknowledged), Arc::clone(&done));
        let case = case.clone();
        writers.push(tokio::spawn(async move {
            let mut round = 0_u8;
            while !done.load(Ordering::SeqCst) {
                let bytes = [[n, round].repeat(5_000), vec![7; usize::from(round)]].concat();
                let file = id(&attach(&app, &case, "a", &bytes).await.ok());
                locked(&acknowledged.files).push((file, bytes));
                round = round.wrapping_add(1);
            }
        }));
    }
    while locked(&acknowledged.cases).len() < 60 || locked(&acknowledged.files).len() < 20 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    signed(&app).await;
    let witness = bench.path("witness.jsonl");
    let export = here(&app).args(["audit", "export"]).arg(&witness).output().unwrap();
    assert!(export.status.success(), "{}", told(&export));

    let (cases, files) = (locked(&acknowledged.cases).clone(), locked(&acknowledged.files).clone());
    let file = {
        let (app, path, recipient) = (Arc::clone(&app), bench.path("loaded"), bench.recipient.clone());
        let taking = std::thread::spawn(move || {
            here(&app).arg("backup").arg(path).args(["--recipient", &recipient]).output().unwrap()
        });
        while !taking.is_finished() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let output = taking.join().unwrap();
        assert!(output.status.success(), "{}", told(&output));
        bench.path("loaded")
    };
    let during = locked(&acknowledged.cases).len() - cases.len();
    done.store(true, Ordering::SeqCst);
    for writer in writers {
        writer.await.unwrap();
    }
    assert!(during > 0, "the writers were held up");

    let place = Vacant::new();
    let output = bench.restore(&file, &place).arg("--checkpoint").arg(&witness).output().unwrap();
    let told_at_restore = told(&output);
    assert!(output.status.success(), "{told_at_restore}");
    assert_eq!(told_at_restore.matches(": sound").count(), 2, "{told_at_restore}");
    // The root that it says it matches is one that the living service signed.
    let root = told_at_restore
        .lines()
        .find_map(|line| line.rsplit_once("signed at ")?.1.split_once(", is "))
        .unwrap()
        .1;
    let hex = if engine_name() == "sqlite" { "lower(hex(root_hash))" } else { "encode(root_hash, 'hex')" };
    let known = format!("SELECT COUNT(*) FROM audit_checkpoints WHERE {hex} = '{root}'");
    assert!(app.engine.number(&known) > 0, "{root}");

    let verified = place.command().args(["audit", "verify", "--witness"]).arg(&witness).output().unwrap();
    assert!(verified.status.success(), "{}", told(&verified));
    let running = place.serve();
    let [coordinator, coordinator2, caseworker] = ["coordinator", "coordinator2", "caseworker"]
        .map(|name| Actor::new(&running.address, &format!("{name}@lantern.example"), ""));
    caseworker.get("/v1/me").await.ok();
    coordinator2.get("/v1/me").await.ok();
    for case in &cases {
        assert_eq!(
            coordinator.get(&format!("/v1/cases/{case}")).await.status,
            200,
            "{case} was acknowledged"
        );
    }
    for (attachment, bytes) in &files {
        let got = download(&coordinator, &format!("/v1/attachments/{attachment}"), &[]).await;
        assert!(got.status == 200 && got.bytes == *bytes, "{attachment} was acknowledged: {}", got.status);
    }
    // Every row that came along opens its file, those that nobody had been told of included.
    for attachment in coordinator.walk(&format!("/v1/cases/{case}/attachments")).await {
        let got = download(&coordinator, &format!("/v1/attachments/{}", id(&attachment)), &[]).await;
        assert_eq!(got.status, 200);
    }
}

/// A witness who saw more than the backup holds is told of; one who saw it before the backup was made is believed.
#[tokio::test(flavor = "multi_thread")]
async fn a_witness_tells_an_old_backup_from_one_of_a_log_that_was_rolled_back() {
    let app = TestApp::spawn_with(|settings| settings.audit.checkpoint_seconds = 1).await;
    let bench = Bench::new();
    let file = bench.back_up(&app, "old");
    app.case(&app.coordinator).await;
    signed(&app).await;
    let witness = bench.path("witness.jsonl");
    let export = here(&app).args(["audit", "export"]).arg(&witness).output().unwrap();
    assert!(export.status.success(), "{}", told(&export));
    let place = Vacant::new();
    let done = bench.restore(&file, &place).arg("--checkpoint").arg(&witness).output().unwrap();
    assert!(done.status.success() && told(&done).contains("is not here"), "{}", told(&done));
    // Somebody went on with the old state, as if nothing had happened, and backed that up.
    let rolled_back = bench.path("rolled-back");
    let mut command = place.command();
    let output =
        command.arg("backup").arg(&rolled_back).args(["--recipient", &bench.recipient]).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    let place = Vacant::new();
    super::refuses(bench.restore(&rolled_back, &place).arg("--checkpoint").arg(&witness), 1, "rolled back");
    super::refuses(bench.restore(&rolled_back, &place).arg("--witness").arg(&witness), 1, "rolled back");
    place.is_untouched();
}
