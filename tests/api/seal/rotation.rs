//! New keys while the service is used.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use farlight::app::Clock;
use farlight::crypto::{Keyring, Secret, rotation};
use farlight::db::Database;
use farlight::db::types::Id;

use super::{OTHER, ROOT};
use crate::support::{Actor, TestApp, id, json};

fn keyring(root: u8) -> Arc<Keyring> {
    Arc::new(Keyring::new(Secret::from_slice(&[root; 32]).unwrap()))
}

fn organisations(app: &TestApp) -> i64 {
    app.engine.number("SELECT COUNT(*) FROM organisations")
}

async fn organisation_of(app: &TestApp, actor: &Actor) -> Id {
    let user: Id = actor.id.parse().unwrap();
    app.services
        .db
        .read(move |conn| {
            use diesel::prelude::*;
            use farlight::schema::users;
            Ok(farlight::on!(conn, c => users::table
                .filter(users::id.eq(user))
                .select(users::organisation_id)
                .first(c))?)
        })
        .await
        .unwrap()
}

/// Reads and writes as long as it is told to; counts what was not a success.
async fn traffic(actors: Vec<Actor>, case: String, stop: Arc<AtomicBool>, failed: Arc<AtomicUsize>) -> usize {
    let mut count = 0;
    while !stop.load(Ordering::SeqCst) {
        for actor in &actors {
            let body = json!({"summary": "Held in a building by the river.", "risk": "high"});
            for reply in [
                actor.post("/v1/cases", body).await,
                actor.get(&format!("/v1/cases/{case}")).await,
                actor.get("/v1/users?limit=50").await,
                actor.get("/v1/cases?limit=5").await,
            ] {
                count += 1;
                if !(200..300).contains(&reply.status) {
                    failed.fetch_add(1, Ordering::SeqCst);
                    println!("{} {}", reply.status, reply.text);
                }
            }
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_change_under_traffic_and_nobody_notices() {
    let app = TestApp::spawn().await;
    let node = app.second_node(0, |_| {}).await;
    let case = app.case(&app.coordinator).await;
    let other_case = app.case(&app.coordinator).await;
    let handle_on = async |case: &str| {
        let person = json!({"role": "victim"});
        let person = id(&app.coordinator.post(&format!("/v1/cases/{case}/people"), person).await.ok());
        let channel = json!({"platform": "telegram", "handle": "@lamplighter", "device_owner": "shared"});
        app.coordinator.post(&format!("/v1/people/{person}/channels"), channel).await.ok()
    };
    handle_on(&case).await;
    let before = app.coordinator.get(&format!("/v1/cases/{case}")).await.ok();
    let organisation = organisation_of(&app, &app.coordinator).await;

    let (stop, failed) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let actors = vec![
        Actor::with_token(&app.address, app.coordinator.token().await),
        node.same(&app.coordinator).await,
    ];
    let busy = tokio::spawn(traffic(actors, case.clone(), Arc::clone(&stop), Arc::clone(&failed)));
    let (db, clock) = (Database::open(&app.services.settings.database).unwrap(), Clock::system());
    let ring = keyring(ROOT);
    // Two at once do the work of one.
    let other = keyring(ROOT);
    let (one, two) = tokio::join!(
        rotation::organisation((&db, &ring, &clock), organisation, |_| {}),
        rotation::organisation((&db, &other, &clock), organisation, |_| {}),
    );
    let moved = one.unwrap() + two.unwrap();
    assert!(moved >= 1);
    let epochs = "SELECT COUNT(*) FROM organisation_keys";
    assert_eq!(app.engine.number(epochs), organisations(&app) + 1, "one new key, not two");
    let elsewhere = "SELECT COUNT(*) FROM data_keys d JOIN organisation_keys k ON k.id = d.organisation_key_id
        WHERE k.epoch = 1 AND EXISTS (SELECT 1 FROM organisation_keys n WHERE n.organisation_id = k.organisation_id AND n.epoch = 2)";
    assert_eq!(
        app.engine.number(elsewhere),
        0,
        "every key of a case is under the new one, those made meanwhile too"
    );

    // And the root key.
    let done = rotation::root(&db, &ring, Secret::from_slice(&[OTHER; 32]).unwrap(), true).await.unwrap();
    assert_eq!(i64::try_from(done).unwrap(), organisations(&app) + 1);
    // Whoever comes with the old one is told, though it still opens everything for a moment.
    let late = rotation::root(&db, &keyring(ROOT), Secret::from_slice(&[9; 32]).unwrap(), false).await;
    assert_eq!(late.unwrap_err().code(), "internal");
    tokio::time::sleep(rotation::LEARNING).await;
    rotation::end_handover(&db).await.unwrap();
    tokio::time::sleep(rotation::LEARNING).await;
    stop.store(true, Ordering::SeqCst);
    let count = busy.await.unwrap();
    println!("{count} requests while {moved} keys moved and the root key changed");
    assert_eq!(failed.load(Ordering::SeqCst), 0, "of {count} requests");

    // What hangs on keyed hashes goes on: the same handle is known, people sign in.
    assert_eq!(handle_on(&other_case).await["also_on_cases"], json!([case]));
    app.caseworker.get("/v1/me").await.ok();
    assert_eq!(app.coordinator.get(&format!("/v1/cases/{case}")).await.ok(), before);
    let mut settings = app.services.settings.clone();
    settings.keys.root = format!("{OTHER:02x}").repeat(32).into();
    farlight::audit::command::verify(settings.clone(), &[], |_| {}).await.unwrap();
    settings.keys.root = format!("{ROOT:02x}").repeat(32).into();
    let refused = farlight::audit::command::verify(settings, &[], |_| {}).await;
    assert!(refused.unwrap_err().to_string().contains("root key does not open"));
}

/// What was interrupted goes on where it stood, with the key that was made.
#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_that_was_interrupted_is_gone_on_with() {
    let app = TestApp::spawn().await;
    app.case(&app.coordinator).await;
    let organisation = organisation_of(&app, &app.coordinator).await;
    let (db, clock, ring) =
        (Database::open(&app.services.settings.database).unwrap(), Clock::system(), keyring(ROOT));
    let run = rotation::organisation((&db, &ring, &clock), organisation, |_| {});
    assert!(tokio::time::timeout(Duration::from_secs(1), run).await.is_err(), "cut off before it was used");
    assert_eq!(app.engine.number("SELECT COUNT(*) FROM organisation_keys WHERE used_since IS NULL"), 1);
    app.case(&app.coordinator).await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = {
        let told = Arc::clone(&told);
        move |progress| told.lock().unwrap().push(progress)
    };
    let going = {
        let (db, ring, clock) = (db.clone(), Arc::clone(&ring), clock.clone());
        tokio::spawn(async move { rotation::organisation((&db, &ring, &clock), organisation, tell).await })
    };
    while told.lock().unwrap().last() != Some(&rotation::Progress::Wrapped(2)) {
        app.coordinator.get("/v1/cases?limit=1").await.ok();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // The server has not read yet that there is a new key in use: what it makes now is wrapped all the same in the end.
    app.case(&app.coordinator).await;
    assert_eq!(going.await.unwrap().unwrap(), 3);
    let told = told.lock().unwrap().clone();
    assert_eq!(told.first(), Some(&rotation::Progress::Resumed(2)));
    assert_eq!(told.last(), Some(&rotation::Progress::Wrapped(3)));
    assert_eq!(app.engine.number("SELECT MAX(epoch) FROM organisation_keys"), 2);
    app.coordinator.get("/v1/cases").await.ok();
}
