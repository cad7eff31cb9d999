//! Imports that no request waits for: how they are watched, given up, and end when their author may no more.

use std::time::{Duration, Instant};

use reqwest::Method;
use reqwest::multipart::{Form, Part};

use super::{bytes, chat, commit, commit_path, long_chat, messages, outcome, upload};
use crate::support::{Actor, PASSWORD, Reply, TestApp, Value, id, json, send, unknown_id};

/// Messages of a chat that is not added at once.
pub const LONG: u64 = 6_000;

pub async fn upload_async(app: &TestApp, case: &str, bytes: &[u8]) -> Reply {
    let form = Form::new().part("file", Part::bytes(bytes.to_vec()).file_name("result.json"));
    let request = app.caseworker.request(Method::POST, &format!("/v1/cases/{case}/imports")).await;
    send(request.header("prefer", "respond-async").multipart(form)).await
}

pub async fn commit_async(app: &TestApp, preview: &Value) -> Value {
    let request = app.caseworker.request(Method::POST, &commit_path(preview)).await;
    let body = json!({"conversation": "700", "me": "user1"});
    let reply = send(request.header("prefer", "respond-async").json(&body)).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.ok()
}

/// Looks at an import until it is as wanted.
pub async fn until(actor: &Actor, import: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let shown = actor.get(&format!("/v1/imports/{import}")).await.ok();
        if wanted(&shown) {
            return shown;
        }
        assert!(begun.elapsed() < Duration::from_secs(90), "{shown}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Whether the first commit has added something.
pub fn has_begun(shown: &Value) -> bool {
    shown["commits"][0]["messages_added"].as_u64().unwrap() > 0
}

pub fn is_over(shown: &Value) -> bool {
    shown["commits"][0]["state"] != "running"
}

/// Whoever does a commit loses it to somebody who is never heard of again, as when a node dies.
pub fn kill(app: &TestApp) {
    app.engine.execute("UPDATE import_commits SET lease_id = id WHERE state = 'running'");
}

/// How many messages a case has, once no more come.
pub async fn settled(app: &TestApp, case: &str) -> usize {
    let path = format!("/v1/cases/{case}/messages?limit=200");
    let mut before = usize::MAX;
    loop {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let now = app.coordinator.walk(&path).await.len();
        if now == before {
            return now;
        }
        before = now;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_wait_looks_how_far_it_is() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let reply = upload_async(&app, &case, &bytes(&long_chat(20_000))).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let begun = reply.ok();
    let import = id(&begun);
    assert_eq!(
        (&begun["state"], reply.header("location")),
        (&json!("reading"), format!("/v1/imports/{import}").as_str())
    );
    assert!(begun.get("conversations").is_none(), "nothing is known of it yet: {begun}");
    let refused = app.caseworker.post(&commit_path(&begun), json!({"conversation": "700", "me": null})).await;
    refused.problem(409, "import-not-ready");
    let ready = until(&app.caseworker, &import, |shown| shown["state"] != "reading").await;
    assert_eq!((&ready["state"], &ready["format"]), (&json!("ready"), &json!("telegram_json")));
    assert_eq!(ready["conversations"][0]["messages"], 20_000);
    assert_eq!(ready["read_bytes"], ready["size"]);
    let listed = app.caseworker.get(&format!("/v1/cases/{case}/imports")).await.items();
    assert_eq!(listed, [ready]);

    let preview = upload(&app, &case, &long_chat(LONG)).await;
    let commit = commit_async(&app, &preview).await;
    assert_eq!((&commit["state"], &commit["finished_at"]), (&json!("running"), &json!(null)), "{commit}");
    let done = until(&app.caseworker, &id(&preview), is_over).await;
    assert_eq!(done["commits"][0]["id"], commit["id"]);
    assert_eq!(outcome(&done["commits"][0]), (LONG, 0, 0), "{done}");
    assert_eq!(done["commits"][0]["state"], "done");

    let nothing = upload_async(&app, &case, b"Dear all, the minutes.").await.ok();
    let failed = until(&app.caseworker, &id(&nothing), |shown| shown["state"] != "reading").await;
    assert_eq!(
        (&failed["state"], &failed["failure"]["code"]),
        (&json!("failed"), &json!("unsupported-media-type"))
    );
    let refused = app.caseworker.post(&commit_path(&failed), json!({"conversation": "x", "me": null})).await;
    refused.problem(409, "import-failed");
}

/// The events of a progress stream, to its end.
async fn stream(actor: &Actor, import: &str) -> Vec<Value> {
    let request = actor.request(Method::GET, &format!("/v1/imports/{import}/progress")).await;
    let reply = send(request.timeout(Duration::from_secs(90))).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/event-stream"), "{}", reply.text);
    let data = reply.text.lines().filter_map(|line| line.strip_prefix("data: "));
    data.map(|data| serde_json::from_str(data).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_streamed_until_all_is_done() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let preview = upload(&app, &case, &long_chat(LONG)).await;
    let import = id(&preview);
    let still = stream(&app.caseworker, &import).await;
    assert_eq!(
        still,
        [json!({"state": "ready", "size": preview["size"], "read_bytes": preview["size"], "commits": []})]
    );

    let begun = commit_async(&app, &preview).await;
    let told = stream(&app.caseworker, &import).await;
    let commits: Vec<&Value> = told.iter().map(|told| &told["commits"][0]).collect();
    // How many looks it takes is for the machine to say.
    assert!(commits.iter().all(|commit| commit["id"] == begun["id"]));
    let last = commits.last().unwrap();
    assert_eq!((&last["state"], &last["messages_added"]), (&json!("done"), &json!(LONG)));
    let added: Vec<u64> = commits.iter().map(|commit| commit["messages_added"].as_u64().unwrap()).collect();
    assert!(added.is_sorted(), "{added:?}");
    assert!(!told[0].to_string().contains("line 1"), "no content");

    let path = format!("/v1/imports/{import}/progress");
    let unknown = app.caseworker.get(&format!("/v1/imports/{}/progress", unknown_id())).await;
    unknown.problem(404, "not-found");
    for actor in [&app.stranger, &app.caseworker2, &app.officer] {
        assert_eq!(actor.get(&path).await.text, unknown.text);
        assert_eq!(actor.get(&format!("/v1/imports/{import}")).await.text, unknown.text);
        assert_eq!(actor.delete(&format!("/v1/imports/{import}")).await.text, unknown.text);
    }
    app.nobody.get(&path).await.problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_the_session() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let preview = upload(&app, &case, &long_chat(LONG)).await;
    commit_async(&app, &preview).await;
    // It stays as it is for as long as nobody takes it over.
    kill(&app);
    let tokens = app.caseworker.sign_in(PASSWORD).await.ok();
    let other = Actor::with_token(&app.address, tokens["access_token"].as_str().unwrap());
    let import = id(&preview);
    let path = format!("/v1/imports/{import}/progress");
    let mut response = other.request(Method::GET, &path).await.send().await.unwrap();
    let first = response.chunk().await.unwrap().unwrap();
    assert!(first.starts_with(b"event: progress\ndata: "), "{first:?}");
    let sessions = app.caseworker.get("/v1/me/sessions").await.items();
    let theirs = sessions.iter().find(|session| session["current"] == false).unwrap();
    assert_eq!(app.caseworker.delete(&format!("/v1/me/sessions/{}", id(theirs))).await.status, 204);
    let rest = tokio::time::timeout(Duration::from_secs(15), async {
        let mut rest = Vec::new();
        while let Ok(Some(piece)) = response.chunk().await {
            rest.extend_from_slice(&piece);
        }
        String::from_utf8(rest).unwrap()
    })
    .await
    .expect("the stream ends");
    assert!(!rest.contains("\"done\""), "{rest}");
    let shown = app.caseworker.get(&format!("/v1/imports/{import}")).await.ok();
    assert_eq!(shown["commits"][0]["state"], "running", "there would have been more to tell");
}

/// The objects of the store that are files of imports.
fn waiting(app: &TestApp) -> usize {
    app.stored().iter().filter(|(name, _)| name.contains("/import/")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_up_is_gone() {
    let file = bytes(&chat());
    let room = file.len() as u64 * 3 / 2;
    let app = TestApp::spawn_with(|settings| settings.files.quota_bytes = room).await;
    let case = app.case(&app.caseworker).await;
    let preview = upload(&app, &case, &chat()).await;
    let path = format!("/v1/imports/{}", id(&preview));
    let imports = format!("/v1/cases/{case}/imports");
    app.caseworker.upload(&imports, "x.json", &file).await.problem(413, "quota-exceeded");
    assert_eq!(waiting(&app), 1);
    let body = json!({"conversation": "700", "me": "user1"});
    commit(&app, &preview, body.clone()).await;

    app.analyst.delete(&path).await.problem(403, "forbidden");
    assert_eq!(app.caseworker.delete(&path).await.status, 204);
    assert_eq!(waiting(&app), 0, "the file is gone at once");
    let shown = app.caseworker.get(&path).await.ok();
    assert_eq!(shown["state"], "cancelled");
    assert!(shown.get("conversations").is_none() && shown.get("sample").is_none(), "{shown}");
    assert_eq!(shown["commits"][0]["state"], "done");
    app.caseworker.post(&commit_path(&preview), body.clone()).await.problem(409, "preview-expired");
    assert_eq!(messages(&app, &case).await.len(), 7, "what was added stays");
    assert_eq!(app.caseworker.delete(&path).await.status, 204);

    // Its room is there again, once: given up twice, it is not given back twice.
    let again = upload(&app, &case, &chat()).await;
    app.caseworker.upload(&imports, "x.json", &file).await.problem(413, "quota-exceeded");
    assert_eq!(app.caseworker.delete(&format!("/v1/imports/{}", id(&again))).await.status, 204);
    farlight::jobs::housekeeping(&app.services).await.unwrap();
    upload(&app, &case, &chat()).await;
    app.caseworker.upload(&imports, "x.json", &file).await.problem(413, "quota-exceeded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_is_given_up_adds_no_more() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let preview = upload(&app, &case, &long_chat(LONG)).await;
    commit_async(&app, &preview).await;
    until(&app.caseworker, &id(&preview), has_begun).await;
    assert_eq!(app.caseworker.delete(&format!("/v1/imports/{}", id(&preview))).await.status, 204);
    let there = settled(&app, &case).await as u64;
    assert!(there < LONG, "it was still under way");
    let shown = app.caseworker.get(&format!("/v1/imports/{}", id(&preview))).await.ok();
    assert_eq!((&shown["state"], &shown["commits"][0]["state"]), (&json!("cancelled"), &json!("cancelled")));
    assert_eq!(outcome(&shown["commits"][0]), (there, 0, 0));
    assert_eq!(waiting(&app), 0);
    let again = upload(&app, &case, &long_chat(LONG)).await;
    let result = commit(&app, &again, json!({"conversation": "700", "me": "user1"})).await;
    assert_eq!(outcome(&result), (LONG - there, there, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_added_in_the_name_of_somebody_who_may_no_more() {
    for suspended in [true, false] {
        let app = TestApp::spawn().await;
        let case = app.case(&app.caseworker).await;
        let preview = upload(&app, &case, &long_chat(LONG)).await;
        commit_async(&app, &preview).await;
        until(&app.coordinator, &id(&preview), has_begun).await;
        if suspended {
            let path = format!("/v1/users/{}", app.caseworker.id);
            let etag = app.admin.get(&path).await.etag();
            app.admin.patch(&path, &etag, json!({"status": "suspended"})).await.ok();
        } else {
            let path = format!("/v1/cases/{case}/assignments/{}", app.caseworker.id);
            app.coordinator.delete(&path).await.ok();
        }
        let failed = until(&app.coordinator, &id(&preview), is_over).await;
        assert_eq!(failed["commits"][0]["state"], "failed", "{failed}");
        assert!(failed["commits"][0]["failure"]["code"].is_string(), "{failed}");
        let there = settled(&app, &case).await as u64;
        assert!(there < LONG, "it was still under way");
        assert_eq!(failed["commits"][0]["messages_added"], there);
    }
}
