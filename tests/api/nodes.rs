//! Several nodes on one database. What real processes do behind a balancer is in `tests/faults`.

use std::sync::Arc;

use farlight::app::Services;
use farlight::db::types::Id;

use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_valid_at_once_where_the_clock_is_behind() {
    let app = TestApp::spawn().await;
    let node = app.second_node(4, |_| {}).await;
    let there = node.same(&app.coordinator).await;
    there.get("/v1/me").await.ok();
    // A clock that is further behind is one to be mended, and no reason to take a token from the future.
    let lost = app.second_node(60, |_| {}).await;
    lost.same(&app.coordinator).await.get("/v1/me").await.problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_at_the_same_moment_sign_with_one_key() {
    let app = TestApp::spawn().await;
    let node = app.second_node(0, |_| {}).await;
    let (now, id) = (app.clock.now(), Id::from_slice(&[7; 16]).unwrap());
    let refresh = |services: &Arc<Services>| {
        let Services { tokens, db, keyring, .. } = &**services;
        let (tokens, db, keyring) = (tokens.clone(), db.clone(), Arc::clone(keyring));
        tokio::spawn(async move { tokens.refresh(&db, &keyring, now, 30).await })
    };
    for round in 0..20 {
        app.services.db.write(farlight::auth::store::forget_signing_keys).await.unwrap();
        let both = [refresh(&app.services), refresh(&node.services)];
        for refreshed in both {
            refreshed.await.unwrap().unwrap();
        }
        for (signs, checks) in [(&app.services, &node.services), (&node.services, &app.services)] {
            let (token, _) = signs.tokens.issue(id, id, id, None, now).unwrap();
            assert!(checks.tokens.verify(&token, now).is_ok(), "round {round}: it is refused on the other");
        }
    }
}
