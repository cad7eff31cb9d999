//! What a thief finds of an import, however far it is: nothing.

use super::media::packed;
use super::running::{commit_async, has_begun, kill, until, upload_async};
use super::{bytes, commit, id, json, long_chat, upload, upload_file};
use crate::support::TestApp;

const CANARY: &str = "zqkingfisher";

fn contains(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle.as_bytes()))
}

#[tokio::test(flavor = "multi_thread")]
async fn imports_are_sealed_in_every_state() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let chat = json!({"name": CANARY, "type": "personal_chat", "id": 700, "messages": [
        {"id": 1, "type": "message", "date_unixtime": "1775483640", "from": CANARY, "from_id": CANARY,
         "text": format!("{CANARY} is on the third floor")},
        {"id": 2, "type": "message", "date_unixtime": "1775483641", "from": CANARY, "from_id": CANARY,
         "photo": format!("photos/{CANARY}.jpg"), "text": ""}]});
    let name = format!("{CANARY}.json");
    let body = json!({"conversation": "700", "me": CANARY});
    let file = bytes(&chat);
    let zip = packed(&[("result.json", &file), (&format!("photos/{CANARY}.jpg"), CANARY.as_bytes())]);

    let ready = upload_file(&app, &case, &name, &file).await;
    let done = upload_file(&app, &case, &name, &zip).await;
    assert_eq!(commit(&app, &done, body.clone()).await["attachments_added"], 1);
    let cancelled = upload_file(&app, &case, &name, &file).await;
    app.caseworker.delete(&format!("/v1/imports/{}", id(&cancelled))).await;
    let failed = upload_async(&app, &case, format!("Dear {CANARY}, the minutes.").as_bytes()).await.ok();
    until(&app.caseworker, &id(&failed), |shown| shown["state"] == "failed").await;
    let mut long = long_chat(6_000);
    long["messages"][5_999]["text"] = json!(CANARY);
    let running = upload(&app, &case, &long).await;
    commit_async(&app, &running).await;
    until(&app.caseworker, &id(&running), has_begun).await;
    kill(&app);

    let states = app.caseworker.get(&format!("/v1/cases/{case}/imports")).await.items();
    let mut states: Vec<_> = states.iter().map(|shown| shown["state"].as_str().unwrap().to_owned()).collect();
    states.sort();
    assert_eq!(states, ["cancelled", "failed", "ready", "ready", "ready"]);
    let shown = app.caseworker.get(&format!("/v1/imports/{}", id(&ready))).await;
    assert!(contains(shown.text.as_bytes(), CANARY), "who may read it can");
    let mut stored = app.engine.everything();
    stored.extend(app.stored().into_iter().flat_map(|(name, bytes)| [name.into_bytes(), bytes].concat()));
    assert!(contains(&stored, "telegram_json"), "the database was read");
    assert!(!contains(&stored, CANARY));
    for words in ["third floor", "line 17 end", "user700"] {
        assert!(!contains(&stored, words), "{words}");
    }
}
