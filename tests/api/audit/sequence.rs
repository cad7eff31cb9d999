//! Every row gets one place, whoever orders and whoever writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::connection::{Connection, SimpleConnection};
use farlight::audit::{self, AuditEvent, command, sequencer};
use farlight::authz::Action;
use farlight::db::Conn;

use super::proofs::{DAY, busy, daily, sign};
use crate::support::{Engine, TestApp, Value, json};

const WRITERS: usize = 16;
const ROUNDS: usize = 12;

/// As many places as rows, from 0 on, none twice.
fn is_gapless(app: &TestApp) {
    let count = |what: &str| app.engine.number(&format!("SELECT {what} FROM audit_events"));
    let rows = count("COUNT(*)");
    assert_eq!((count("COUNT(seq)"), count("COUNT(DISTINCT seq)")), (rows, rows), "every row has a place");
    assert_eq!((count("MIN(seq)"), count("MAX(seq)")), (0, rows - 1), "from 0 without a gap");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sequencers_and_sixteen_writers_leave_no_gap_and_nothing_twice() {
    let app = daily().await;
    let node = app.second_node(0, |_| {}).await;
    let done = Arc::new(AtomicBool::new(false));
    let sequencers = [&app.services, &node.services].map(|services| {
        let (services, done) = (Arc::clone(services), Arc::clone(&done));
        tokio::spawn(async move {
            while !done.load(Ordering::SeqCst) {
                sequencer::run_once(&services).await.unwrap();
            }
        })
    });
    let here = [&app.coordinator, &app.coordinator2, &app.caseworker, &app.caseworker2];
    let writers = (0..WRITERS).map(async |n| {
        let who = here[n % here.len()];
        for round in 0..ROUNDS {
            let body = json!({"summary": format!("Writer {n}, round {round}."), "risk": "low"});
            who.post("/v1/cases", body).await.ok();
            who.get("/v1/me").await.ok();
            app.clock.advance(DAY / 4);
        }
    });
    futures_util::future::join_all(writers).await;
    done.store(true, Ordering::SeqCst);
    for sequencer in sequencers {
        sequencer.await.unwrap();
    }
    sequencer::run_once(&app.services).await.unwrap();
    is_gapless(&app);
    let rows = app.engine.number("SELECT COUNT(*) FROM audit_events");
    assert!(rows >= i64::try_from(WRITERS * ROUNDS * 2).unwrap(), "{rows}");
    let signed = app.engine.number("SELECT COUNT(*) FROM audit_checkpoints");
    assert!(signed > 10, "time passed, and checkpoints came: {signed}");
    command::verify(super::verify::settings(&app), &[], |_| {}).await.unwrap();
}

/// SQLite has one who writes after the other: the place is the next one, also after what was undone.
#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_a_row_is_written_with_its_place() {
    let app = daily().await;
    if matches!(app.engine, Engine::Postgres { .. }) {
        return;
    }
    is_gapless_in_each(&app);
    let case = app.coordinator.post("/v1/cases", json!({"summary": "Placed.", "risk": "low"})).await.ok();
    let path = format!("/v1/cases/{}", case["id"].as_str().unwrap());
    let many = (0..40).map(async |n| {
        app.coordinator.patch(&path, "\"1\"", json!({"summary": format!("Number {n}.")})).await;
        app.coordinator2.get(&path).await.ok();
        app.stranger.get(&path).await.problem(404, "not-found");
    });
    futures_util::future::join_all(many).await;
    is_gapless_in_each(&app);
    command::verify(super::verify::settings(&app), &[], |_| {}).await.unwrap();
    sign(&app).await;
    command::verify(super::verify::settings(&app), &[], |_| {}).await.unwrap();
}

fn id(row: &Value) -> String {
    row["id"].as_str().unwrap().to_owned()
}

/// As many places as rows in each organisation's log.
fn is_gapless_in_each(app: &TestApp) {
    let wrong = "SELECT COUNT(*) FROM (SELECT organisation_id FROM audit_events GROUP BY organisation_id \
                 HAVING COUNT(*) <> COUNT(seq) OR COUNT(*) <> MAX(seq) + 1 OR MIN(seq) <> 0) AS wrong";
    assert_eq!(app.engine.number(wrong), 0);
}

/// SQLite looks for them stretch by stretch.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_on_one_case_is_found_however_long_the_log_is() {
    let app = daily().await;
    let [case, other] = [app.case(&app.coordinator).await, app.case(&app.coordinator).await];
    for n in 0..12 {
        app.coordinator.get(&format!("/v1/cases/{case}")).await.ok();
        if n % 3 == 0 {
            app.stranger.get(&format!("/v1/cases/{case}")).await.problem(404, "not-found");
            app.coordinator2.get(&format!("/v1/cases/{other}")).await.ok();
        }
    }
    if matches!(app.engine, Engine::Sqlite { .. }) {
        // As if a day's work of others lay between one row and the next.
        app.engine.execute("UPDATE audit_events SET seq = -seq; UPDATE audit_events SET seq = seq * -20000");
    }
    let all = app.auditor.walk("/v1/audit-events?limit=200").await;
    let sought = |action: &str| {
        let mut ids: Vec<String> = all
            .iter()
            .filter(|row| {
                row["case_id"] == json!(case) && row["action"].as_str().unwrap().starts_with(action)
            })
            .map(id)
            .collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!((sought("").len(), sought("case.show").len()), (13, 12), "it was opened, and read");
    for (limit, action) in [(1, ""), (4, ""), (200, ""), (3, "case.show")] {
        let action_too = if action.is_empty() { String::new() } else { format!("&action={action}") };
        let path = format!("/v1/audit-events?limit={limit}&case_id={case}{action_too}");
        let rows = app.auditor.walk(&path).await;
        if matches!(app.engine, Engine::Sqlite { .. }) {
            assert!(
                rows.is_sorted_by(|later, row| later["seq"].as_i64() > row["seq"].as_i64()),
                "newest first"
            );
        }
        let mut ids: Vec<String> = rows.iter().map(id).collect();
        ids.sort_unstable();
        assert_eq!(ids, sought(action), "{path}");
    }
    let nothing = app.auditor.walk(&format!("/v1/audit-events?case_id={}", app.coordinator.id)).await;
    assert_eq!(nothing, Vec::<Value>::new());
}

/// What a busy night leaves is not all taken in at the next checkpoint, while requests wait.
#[tokio::test(flavor = "multi_thread")]
async fn the_tree_grows_also_between_checkpoints() {
    let app = daily().await;
    sign(&app).await;
    sequencer::run_once(&app.services).await.unwrap();
    let (checkpoints, tiled) =
        ("SELECT COUNT(*) FROM audit_checkpoints", "SELECT SUM(tiled) FROM audit_heads");
    let before = (app.engine.number(checkpoints), app.engine.number(tiled));
    let organisation =
        app.auditor.get("/v1/me").await.ok()["organisation_id"].as_str().unwrap().parse().unwrap();
    let (user, now) = (app.coordinator.id.parse().unwrap(), app.clock.now());
    let events: Vec<_> = (0..5_000)
        .map(|_| AuditEvent::on_account(organisation, user, Some(user), Action::Login, now))
        .collect();
    app.services.db.write(move |conn| audit::store::insert(conn, &events)).await.unwrap();
    sequencer::run_once(&app.services).await.unwrap();
    assert_eq!(app.engine.number(checkpoints), before.0, "none was due");
    assert!(app.engine.number(tiled) >= before.1 + 4_000, "{}", app.engine.number(tiled));
    sign(&app).await;
    assert!(app.engine.number(tiled) >= before.1 + 5_000);
    command::verify(super::verify::settings(&app), &[], |_| {}).await.unwrap();
}

/// PostgreSQL alone lets transactions commit in another order than they began.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_committed_late_gets_a_later_place() {
    let app = daily().await;
    let Engine::Postgres { url, .. } = &app.engine else {
        return;
    };
    let organisation =
        app.auditor.get("/v1/me").await.ok()["organisation_id"].as_str().unwrap().parse().unwrap();
    let user = app.coordinator.id.parse().unwrap();
    let event = AuditEvent::on_account(organisation, user, Some(user), Action::Login, app.clock.now());
    let mut late = diesel::pg::PgConnection::establish(url).unwrap();
    late.batch_execute("BEGIN").unwrap();
    audit::store::insert(&mut Conn::postgres(&mut late), &[event]).unwrap();
    busy(&app, 5).await;
    sign(&app).await;
    let before = app.engine.number("SELECT MAX(seq) FROM audit_events");
    late.batch_execute("COMMIT").unwrap();
    sequencer::run_once(&app.services).await.unwrap();
    is_gapless(&app);
    assert!(app.engine.number("SELECT MAX(seq) FROM audit_events") > before);
    command::verify(super::verify::settings(&app), &[], |_| {}).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_comes_once_for_each_moment_and_also_when_nothing_happened() {
    let app = daily().await;
    let node = app.second_node(0, |_| {}).await;
    let before = {
        sequencer::run_once(&app.services).await.unwrap();
        app.engine.number("SELECT COUNT(*) FROM audit_checkpoints")
    };
    assert_eq!(before, 2, "one for each organisation");
    for day in 1..=3 {
        app.clock.advance(DAY);
        let both = futures_util::future::join(
            sequencer::run_once(&app.services),
            sequencer::run_once(&node.services),
        );
        let (here, there) = both.await;
        here.and(there).unwrap();
        let count = app.engine.number("SELECT COUNT(*) FROM audit_checkpoints");
        assert_eq!(count, before + 2 * day, "day {day}");
    }
    // After a downtime there is one for now, and none is made up for what was missed.
    app.clock.advance(10 * DAY);
    sequencer::run_once(&app.services).await.unwrap();
    assert_eq!(app.engine.number("SELECT COUNT(*) FROM audit_checkpoints"), before + 8);
}
