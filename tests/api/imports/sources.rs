//! What else than an uploaded file may be imported: text that was pasted, and a file of the case.

use super::media::{CHAT, FULL, PAPER, PHOTO, packed};
use super::{answers, bodies, bytes, chat, commit, messages, outcome};
use crate::support::{TestApp, id, json, unknown_id};

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_is_pasted() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = format!("/v1/cases/{case}/imports/paste");
    let wechat = "小雨 2026-10-05 21:40:12\n我在三楼\n\n林姐 2026-10-05 21:41:00\n收到\n";
    let reply = app.caseworker.post(&path, json!({"text": wechat})).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let preview = reply.ok();
    assert_eq!(reply.header("location"), format!("/v1/imports/{}", id(&preview)));
    assert_eq!((&preview["format"], &preview["file_name"]), (&json!("wechat"), &json!(null)));
    let result = commit(&app, &preview, answers(&preview, "林姐")).await;
    assert_eq!(outcome(&result), (2, 0, 0));
    let log = messages(&app, &case).await;
    assert_eq!(bodies(&log), ["我在三楼", "收到"]);
    assert_eq!((&log[0]["direction"], &log[1]["direction"]), (&json!("inbound"), &json!("outbound")));
    assert_eq!(log[0]["sent_at"], "2026-10-05T14:40:12Z");

    let preview = app.caseworker.post(&path, json!({"text": FULL})).await.ok();
    assert_eq!(preview["format"], "whatsapp");
    assert_eq!(outcome(&commit(&app, &preview, answers(&preview, "Sefa")).await), (4, 0, 0));
    // Pasted once more, with what came since.
    let more = format!("{FULL}1/31/26, 15:01 - Mali: hurry\n");
    let preview = app.caseworker.post(&path, json!({"text": more})).await.ok();
    assert_eq!(outcome(&commit(&app, &preview, answers(&preview, "Sefa")).await), (1, 4, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pasted_must_be_a_conversation_of_bearable_length() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = format!("/v1/cases/{case}/imports/paste");
    let prose = "She called this morning. They are moved every week.\nNobody has papers any more.";
    app.caseworker.post(&path, json!({"text": prose})).await.problem(415, "unsupported-media-type");
    for text in ["", " \n "] {
        let refused = app.caseworker.post(&path, json!({"text": text})).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
    }
    app.caseworker.post(&path, json!({"text": "x".repeat(200_001)})).await.invalid("/text");
    app.caseworker.post(&path, json!({"text": "x".repeat(300_000)})).await.problem(413, "too-large");
    app.analyst.post(&path, json!({"text": FULL})).await.problem(403, "forbidden");
    app.stranger.post(&path, json!({"text": FULL})).await.problem(404, "not-found");
    assert!(app.stored().is_empty(), "nothing of what was refused is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_the_case_is_imported_and_stays() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let zip = packed(&[
        (CHAT, FULL.as_bytes()),
        ("IMG-20260131-WA0001.jpg", PHOTO),
        ("DOC-20260131-WA0002.pdf", PAPER),
    ]);
    let attach = async |name: &str, bytes: &[u8]| {
        id(&app.caseworker.upload(&format!("/v1/cases/{case}/attachments"), name, bytes).await.ok())
    };
    let attachment = attach("backup.zip", &zip).await;
    let path = format!("/v1/attachments/{attachment}/import");
    let reply = app.caseworker.post(&path, json!({})).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let preview = reply.ok();
    assert_eq!((&preview["attachment_id"], &preview["format"]), (&json!(attachment), &json!("whatsapp")));
    assert_eq!((&preview["file_name"], &preview["size"]), (&json!("backup.zip"), &json!(zip.len())));
    let result = commit(&app, &preview, answers(&preview, "Sefa")).await;
    assert_eq!((outcome(&result), &result["attachments_added"]), ((4, 0, 0), &json!(2)), "{result}");

    // Whatever becomes of the import, the file is the case's.
    assert_eq!(app.caseworker.delete(&format!("/v1/imports/{}", id(&preview))).await.status, 204);
    let expiring = app.caseworker.post(&path, json!({})).await.ok();
    app.clock.advance(25 * 3600);
    farlight::jobs::housekeeping(&app.services).await.unwrap();
    let expired = app.caseworker.get(&format!("/v1/imports/{}", id(&expiring))).await.ok();
    assert_eq!(expired["state"], "expired");
    let got =
        crate::attachments::download(&app.caseworker, &format!("/v1/attachments/{attachment}"), &[]).await;
    assert_eq!((got.status, got.bytes), (200, zip));

    let photo = attach("photo.jpg", PHOTO).await;
    let no_chat = app.caseworker.post(&format!("/v1/attachments/{photo}/import"), json!({})).await;
    no_chat.problem(415, "unsupported-media-type");
    app.caseworker.get(&format!("/v1/attachments/{photo}")).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_imports_a_file_that_they_cannot_reach() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let attachments = format!("/v1/cases/{case}/attachments");
    let file = app.caseworker.upload(&attachments, "result.json", &bytes(&chat())).await.ok();
    let path = format!("/v1/attachments/{}/import", id(&file));
    let unknown = app.caseworker.post(&format!("/v1/attachments/{}/import", unknown_id()), json!({})).await;
    unknown.problem(404, "not-found");
    for actor in [&app.stranger, &app.caseworker2, &app.officer] {
        assert_eq!(actor.post(&path, json!({})).await.text, unknown.text);
    }
    app.analyst.post(&path, json!({})).await.problem(403, "forbidden");
    app.nobody.post(&path, json!({})).await.problem(401, "unauthenticated");
    assert!(app.caseworker.get(&format!("/v1/cases/{case}/imports")).await.items().is_empty());
}
