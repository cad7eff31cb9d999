//! What everything else relies on of the database's threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_ends_one_unit_of_work_and_nothing_else() {
    let app = TestApp::spawn().await;
    for _ in 0..20 {
        let read = app.services.db.read(|_| -> farlight::error::Result<()> { panic!("on purpose") });
        assert_eq!(read.await.unwrap_err().status(), 500);
        let write = app.services.db.write(|_| -> farlight::error::Result<()> { panic!("on purpose") });
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
        let work = move |_: &mut farlight::db::Conn<'_>| {
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
