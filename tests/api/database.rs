//! What everything else relies on of the database's threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use diesel::prelude::*;
use farlight::db::Conn;
use farlight::db::types::{Id, Time};
use farlight::error::{Error, Result};
use farlight::on;
use farlight::schema::{batch_items, users};

use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_ends_one_unit_of_work_and_nothing_else() {
    let app = TestApp::spawn().await;
    for _ in 0..20 {
        let read = app.services.db.read(|_| -> Result<()> { panic!("on purpose") });
        assert_eq!(read.await.unwrap_err().status(), 500);
        let write = app.services.db.write(|_| -> Result<()> { panic!("on purpose") });
        // Where others wrote in the same group, all of it is given up.
        assert!([500, 503].contains(&write.await.unwrap_err().status()));
    }
    let case = app.case(&app.coordinator).await;
    app.coordinator.get(&format!("/v1/cases/{case}")).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waited_too_long_for_a_connection_is_refused_and_nothing_of_it_is_done_later() {
    let app = TestApp::spawn_with(|settings| {
        settings.database.acquire_timeout_ms = 2_000;
        (settings.database.readers, settings.database.connections) = (1, 1);
    })
    .await;
    // Signing in needs the connection, too.
    app.coordinator.token().await;
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let (release, held) = mpsc::channel::<()>();
    let db = app.services.db.clone();
    let holder = tokio::spawn(async move {
        let work = move |_: &mut Conn<'_>| {
            begun.send(()).unwrap();
            let _released = held.recv_timeout(Duration::from_secs(30));
            Ok(7)
        };
        db.read(work).await
    });
    has_begun.await.unwrap();
    let was_run = Arc::new(AtomicBool::new(false));
    let mark = Arc::clone(&was_run);
    let refused = app.services.db.read(move |_| {
        mark.store(true, Ordering::SeqCst);
        Ok(())
    });
    let error = refused.await.unwrap_err();
    assert_eq!((error.status(), error.code()), (503, "busy"));
    app.coordinator.get("/v1/me").await.problem(503, "busy");
    release.send(()).unwrap();
    // Whoever was begun in time has their answer.
    assert_eq!(holder.await.unwrap().unwrap(), 7);
    app.services.db.read(|_| Ok(())).await.unwrap();
    assert!(!was_run.load(Ordering::SeqCst));
}

/// Some user.
async fn somebody(app: &TestApp) -> (Id, Id) {
    let first = |conn: &mut Conn<'_>| {
        Ok(on!(conn, c => users::table.select((users::organisation_id, users::id)).first::<(Id, Id)>(c))?)
    };
    app.services.db.read(first).await.unwrap()
}

fn note_later(conn: &mut Conn<'_>, (organisation, user): (Id, Id), id: Id) -> Result<()> {
    let item = (
        batch_items::organisation_id.eq(organisation),
        batch_items::user_id.eq(user),
        batch_items::id.eq(id),
        batch_items::digest.eq(Vec::<u8>::new()),
        batch_items::done_at.eq(Time::from_micros(0)),
    );
    conn.later(diesel::insert_into(batch_items::table).values(item))
}

fn noted(conn: &mut Conn<'_>) -> Result<i64> {
    Ok(on!(conn, c => batch_items::table.count().get_result(c))?)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_done_before_anybody_looks_and_by_the_end() {
    let app = TestApp::spawn().await;
    let who = somebody(&app).await;
    let ids = [Id::at(Time::from_micros(0)), Id::at(Time::from_micros(0)), Id::at(Time::from_micros(0))];
    let work = move |conn: &mut Conn<'_>| {
        note_later(conn, who, ids[0])?;
        note_later(conn, who, ids[1])?;
        let seen = noted(conn)?;
        note_later(conn, who, ids[2])?;
        Ok(seen)
    };
    assert_eq!(app.services.db.write(work).await.unwrap(), 2);
    assert_eq!(app.services.db.read(noted).await.unwrap(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_and_fails_undoes_all_and_says_why() {
    let app = TestApp::spawn().await;
    let who = somebody(&app).await;
    for looks in [false, true] {
        let has_waited = Arc::new(AtomicBool::new(false));
        let mark = Arc::clone(&has_waited);
        let work = move |conn: &mut Conn<'_>| {
            let twice = Id::at(Time::from_micros(0));
            note_later(conn, who, twice)?;
            note_later(conn, who, twice)?;
            mark.store(true, Ordering::SeqCst);
            // PostgreSQL says only that nothing is answered any more.
            if looks { noted(conn) } else { Ok(0) }
        };
        assert_eq!(app.services.db.write(work).await.unwrap_err().code(), "id-taken");
        // On SQLite no trip is saved, so nothing waits.
        assert_eq!(has_waited.load(Ordering::SeqCst), app.services.db.engine_name() == "postgres");
        assert_eq!(app.services.db.read(noted).await.unwrap(), 0);
    }
    // What the work itself refuses is said, whatever waits.
    let work = move |conn: &mut Conn<'_>| -> Result<()> {
        note_later(conn, who, Id::at(Time::from_micros(0)))?;
        Err(Error::not_found())
    };
    assert_eq!(app.services.db.write(work).await.unwrap_err().status(), 404);
    assert_eq!(app.services.db.read(noted).await.unwrap(), 0);
}
