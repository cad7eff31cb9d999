//! Exports that bring their files along.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{answers, bodies, commit, messages, outcome, reasons, try_upload, upload_file};
use crate::attachments::download;
use crate::support::{TestApp, Value, id, json};

pub const CHAT: &str = "WhatsApp Chat with Mali.txt";

/// A chat of an invented Mali with Sefa, who exported it without its files.
pub const BARE: &str = "\
1/31/26, 14:55 - Mali: there is one road in
1/31/26, 14:56 - Mali: <Media omitted>
1/31/26, 14:57 - Mali: <Media omitted>
the list
1/31/26, 14:58 - Sefa: we have it
";

/// The same chat, exported with its files.
pub const FULL: &str = "\
1/31/26, 14:55 - Mali: there is one road in
1/31/26, 14:56 - Mali: IMG-20260131-WA0001.jpg (file attached)
1/31/26, 14:57 - Mali: DOC-20260131-WA0002.pdf (file attached)
the list
1/31/26, 14:58 - Sefa: we have it
";

pub const PHOTO: &[u8] = b"\xff\xd8\xff\xe0 an invented picture \xff\xd9";
pub const PAPER: &[u8] = b"%PDF-1.4 an invented list of names %%EOF";

pub fn packed(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn whole() -> Vec<u8> {
    packed(&[(CHAT, FULL.as_bytes()), ("IMG-20260131-WA0001.jpg", PHOTO), ("DOC-20260131-WA0002.pdf", PAPER)])
}

async fn files(app: &TestApp, case: &str) -> Vec<Value> {
    app.caseworker.get(&format!("/v1/cases/{case}/attachments")).await.items()
}

/// Imports a file by Mali's caseworker.
async fn import(app: &TestApp, case: &str, name: &str, bytes: &[u8]) -> Value {
    let preview = upload_file(app, case, name, bytes).await;
    commit(app, &preview, answers(&preview, "Sefa")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zip_brings_its_files_once() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let result = import(&app, &case, "chat.zip", &whole()).await;
    assert_eq!((outcome(&result), &result["attachments_added"]), ((4, 0, 0), &json!(2)), "{result}");
    assert_eq!(reasons(&result), Vec::<&str>::new());
    let log = messages(&app, &case).await;
    for (message, name, media_type, bytes) in [
        (&log[1], "IMG-20260131-WA0001.jpg", "image/jpeg", PHOTO),
        (&log[2], "DOC-20260131-WA0002.pdf", "application/pdf", PAPER),
    ] {
        let file = &message["attachments"][0];
        let shown = json!({"id": file["id"], "file_name": name, "media_type": media_type, "missing": false});
        assert_eq!(message["attachments"], json!([shown]));
        let got = download(&app.caseworker, &format!("/v1/attachments/{}", id(file)), &[]).await;
        assert_eq!((got.status, got.bytes.as_slice()), (200, bytes), "{name}");
    }
    assert_eq!(bodies(&log)[2], "the list");
    assert_eq!(files(&app, &case).await.len(), 2);

    let objects = originals(&app);
    let again = import(&app, &case, "chat.zip", &whole()).await;
    assert_eq!((outcome(&again), &again["attachments_added"]), ((0, 4, 0), &json!(0)), "{again}");
    assert_eq!((files(&app, &case).await.len(), originals(&app)), (2, objects), "nothing is stored twice");
    assert_eq!(messages(&app, &case).await, log);
}

/// The objects of the store that files of cases are.
fn originals(app: &TestApp) -> Vec<String> {
    let all = app.stored().into_iter().map(|(name, _)| name);
    all.filter(|name| name.contains("/original/")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_come_with_a_later_export_are_a_correction() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let result = import(&app, &case, CHAT, BARE.as_bytes()).await;
    assert_eq!((outcome(&result), &result["attachments_added"]), ((4, 0, 0), &json!(0)));
    assert_eq!(messages(&app, &case).await[1]["attachments"][0]["missing"], true);

    let result = import(&app, &case, "chat.zip", &whole()).await;
    assert_eq!((outcome(&result), &result["attachments_added"]), ((0, 4, 2), &json!(2)), "{result}");
    assert_eq!(reasons(&result), Vec::<&str>::new(), "they say the same, but for the files");
    let log = messages(&app, &case).await;
    assert_eq!(log.len(), 4);
    for message in &log[1..3] {
        let file = &message["attachments"][0];
        assert!(file["id"].is_string() && file["missing"] == false, "{message}");
        assert_eq!(message["corrections"].as_array().unwrap().len(), 1);
        assert_eq!(message["corrections"][0]["reason"], "the file came with a later export");
    }
    assert_eq!(log[0]["corrections"], json!([]));
    assert_eq!(log[2]["body"], "the list");

    for (name, file) in [("chat.zip", whole()), (CHAT, BARE.as_bytes().to_vec())] {
        let again = import(&app, &case, name, &file).await;
        assert_eq!((outcome(&again), &again["attachments_added"]), ((0, 4, 0), &json!(0)), "{again}");
        assert_eq!(reasons(&again), Vec::<&str>::new());
    }
    assert_eq!(messages(&app, &case).await, log);
    assert_eq!(files(&app, &case).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_the_zip_lacks_is_told_and_stays_missing() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let part = packed(&[(CHAT, FULL.as_bytes()), ("IMG-20260131-WA0001.jpg", PHOTO)]);
    let result = import(&app, &case, "chat.zip", &part).await;
    assert_eq!((outcome(&result), &result["attachments_added"]), ((4, 0, 0), &json!(1)));
    assert_eq!(result["skipped"].as_array().unwrap().len(), 1);
    assert_eq!(result["skipped"][0]["line"], 3);
    assert!(reasons(&result)[0].contains("kept without a file"), "{result}");
    let missing = json!([{"file_name": "DOC-20260131-WA0002.pdf", "media_type": null, "missing": true}]);
    let log = messages(&app, &case).await;
    assert_eq!(log[2]["attachments"], missing);
    assert_eq!(log[1]["attachments"][0]["missing"], false);

    // It comes with another export; what was there is not stored again.
    let result = import(&app, &case, "chat.zip", &whole()).await;
    assert_eq!((outcome(&result), &result["attachments_added"]), ((0, 4, 1), &json!(1)), "{result}");
    assert_eq!(files(&app, &case).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_store_costs_files_and_no_messages() {
    let app = TestApp::spawn_with(|settings| settings.files.quota_bytes = 4_000).await;
    let case = app.case(&app.caseworker).await;
    let large = packed(&[
        (CHAT, FULL.as_bytes()),
        ("IMG-20260131-WA0001.jpg", PHOTO),
        ("DOC-20260131-WA0002.pdf", &[b'x'; 20_000]),
    ]);
    let result = import(&app, &case, "chat.zip", &large).await;
    assert_eq!((outcome(&result), &result["attachments_added"]), ((4, 0, 0), &json!(1)), "{result}");
    assert_eq!(reasons(&result).len(), 1);
    assert!(reasons(&result)[0].starts_with("message kept without a file"), "{result}");
    assert_eq!(messages(&app, &case).await[2]["attachments"][0]["missing"], true);
    assert_eq!(files(&app, &case).await.len(), 1);
    // Nothing of the file that was too large is left behind.
    assert_eq!(originals(&app).len(), 1);
    // The export itself counts while it waits.
    let noise: Vec<u8> = (0..4_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let noisy = packed(&[(CHAT, FULL.as_bytes()), ("IMG-20260131-WA0001.jpg", &noise)]);
    try_upload(&app, &case, "chat.zip", &noisy).await.problem(413, "quota-exceeded");
}
