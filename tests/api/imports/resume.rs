//! Work that a node left when it died.

use super::running::{LONG, commit_async, has_begun, is_over, kill, settled, until};
use super::{commit_path, counts, long_chat, outcome, upload};
use crate::support::{TestApp, Value, id, json};

/// Longer than whoever does the work may be silent.
const LEASE: i64 = 31;

async fn ordinals(app: &TestApp, case: &str) -> Vec<u64> {
    let log: Vec<Value> = app.caseworker.walk(&format!("/v1/cases/{case}/messages?limit=200")).await;
    log.iter().map(|message| message["ordinal"].as_u64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_goes_on_where_its_node_died() {
    let app = TestApp::spawn().await;
    let node = app.second_node(0, |_| {}).await;
    let case = app.case(&app.caseworker).await;
    let preview = upload(&app, &case, &long_chat(LONG)).await;
    commit_async(&app, &preview).await;
    until(&app.caseworker, &id(&preview), has_begun).await;
    kill(&app);
    let there = settled(&app, &case).await as u64;
    assert!(there < LONG, "it was still under way");
    let shown = until(&app.caseworker, &id(&preview), |_| true).await;
    assert_eq!(
        (&shown["commits"][0]["state"], outcome(&shown["commits"][0])),
        (&json!("running"), (there, 0, 0))
    );

    // Nobody takes over from who may still be at it.
    farlight::imports::work::resume(&app.services).await.unwrap();
    assert_eq!(settled(&app, &case).await as u64, there);

    app.clock.advance(LEASE);
    let both = [&app.services, &node.services].map(farlight::imports::work::resume);
    for resumed in futures_util::future::join_all(both).await {
        resumed.unwrap();
    }
    let done = until(&app.caseworker, &id(&preview), is_over).await;
    assert_eq!(done["commits"][0]["state"], "done");
    assert_eq!(outcome(&done["commits"][0]), (LONG, 0, 0), "none is counted twice: {done}");
    assert_eq!(ordinals(&app, &case).await, (0..LONG).collect::<Vec<_>>());
    assert_eq!(done["commits"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_again_joins_what_was_left() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let preview = upload(&app, &case, &long_chat(LONG)).await;
    let body = json!({"conversation": "700", "me": "user1"});
    let request = app.caseworker.request(reqwest::Method::POST, &commit_path(&preview)).await;
    // The connection breaks, and with it goes the answer, but not the work.
    let _ = request
        .header("idempotency-key", "a-key")
        .timeout(std::time::Duration::from_millis(700))
        .json(&body)
        .send()
        .await;
    until(&app.caseworker, &id(&preview), |shown| !shown["commits"].as_array().unwrap().is_empty()).await;
    kill(&app);
    app.clock.advance(LEASE);
    let again = app.caseworker.post_once(&commit_path(&preview), "a-key", body.clone()).await;
    assert_eq!(again.status, 201, "{}", again.text);
    assert_eq!(counts(&again.ok()), (LONG, 0, 0));
    let shown = until(&app.caseworker, &id(&preview), is_over).await;
    assert_eq!(shown["commits"].as_array().unwrap().len(), 1, "{shown}");
    assert_eq!(app.caseworker.post_once(&commit_path(&preview), "a-key", body).await.text, again.text);
    assert_eq!(ordinals(&app, &case).await, (0..LONG).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_whose_reader_died_is_read_again() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let preview = upload(&app, &case, &long_chat(50)).await;
    app.engine.execute("UPDATE imports SET state = 'reading', preview = NULL, lease_id = id");
    let shown = app.caseworker.get(&format!("/v1/imports/{}", id(&preview))).await.ok();
    assert_eq!(shown["state"], "reading");
    // Whoever began it might still be about to.
    farlight::imports::work::resume(&app.services).await.unwrap();
    assert_eq!(app.caseworker.get(&format!("/v1/imports/{}", id(&preview))).await.ok()["state"], "reading");
    app.clock.advance(LEASE);
    farlight::imports::work::resume(&app.services).await.unwrap();
    let shown = until(&app.caseworker, &id(&preview), |shown| shown["state"] == "ready").await;
    assert_eq!(shown["conversations"], preview["conversations"]);
    assert_eq!(shown["sample"], preview["sample"]);
    assert_eq!(settled(&app, &case).await, 0);
}
