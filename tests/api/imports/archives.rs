//! Zips that are no gift.

use std::time::{Duration, Instant};

use super::media::{CHAT, FULL, PAPER, PHOTO, packed};
use super::{answers, commit, messages, outcome, reasons, try_upload, upload_file};
use crate::support::{TestApp, json};

const ZEROS: usize = 200 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_bomb_is_refused_or_costs_one_file() {
    let app = TestApp::spawn_with(|settings| settings.files.max_bytes = 1 << 20).await;
    let case = app.case(&app.caseworker).await;
    let zeros = vec![0_u8; ZEROS];
    let begun = Instant::now();
    let chat = packed(&[("_chat.txt", &zeros)]);
    try_upload(&app, &case, "x.zip", &chat).await.problem(415, "unsupported-media-type");

    // Text that begins as a chat and hardly ends.
    let mut endless = FULL.as_bytes().to_vec();
    endless.resize(66 << 20, b' ');
    let endless = packed(&[(CHAT, &endless)]);
    let cut = upload_file(&app, &case, "x.zip", &endless).await;
    assert_eq!(cut["conversations"][0]["messages"], 4, "what came before is read");
    assert!(cut["skipped"][0]["reason"].as_str().unwrap().contains("more comes out"), "{cut}");

    let media = packed(&[
        (CHAT, FULL.as_bytes()),
        ("IMG-20260131-WA0001.jpg", &zeros),
        ("DOC-20260131-WA0002.pdf", PAPER),
    ]);
    let preview = upload_file(&app, &case, "x.zip", &media).await;
    let result = commit(&app, &preview, answers(&preview, "Sefa")).await;
    assert_eq!((outcome(&result), &result["attachments_added"]), ((4, 0, 0), &json!(1)), "{result}");
    assert_eq!(reasons(&result).len(), 1);
    assert!(begun.elapsed() < Duration::from_secs(120), "{:?}", begun.elapsed());
    let kept: usize = app.stored().iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(kept < 8 << 20, "{kept}");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_labels_and_no_paths() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let slip = packed(&[
        ("../../../tmp/WhatsApp Chat with Mali.txt", FULL.as_bytes()),
        ("/etc/IMG-20260131-WA0001.jpg", PHOTO),
        ("C:\\windows\\DOC-20260131-WA0002.pdf", PAPER),
    ]);
    let preview = upload_file(&app, &case, "../../x.zip", &slip).await;
    let key = preview["conversations"][0]["key"].as_str().unwrap();
    assert!(!key.contains("..") && !key.starts_with('/'), "{key}");
    let result = commit(&app, &preview, answers(&preview, "Sefa")).await;
    assert_eq!((outcome(&result), &result["attachments_added"]), ((4, 0, 0), &json!(2)), "{result}");
    let log = messages(&app, &case).await;
    assert_eq!(log[1]["attachments"][0]["file_name"], "IMG-20260131-WA0001.jpg");
    assert_eq!(log[2]["attachments"][0]["file_name"], "DOC-20260131-WA0002.pdf");
    let inside = app.files.path().display().to_string();
    for (name, _) in app.stored() {
        assert!(name.starts_with(&inside) && !name.contains("IMG") && !name.contains("WhatsApp"), "{name}");
    }
    assert!(!std::path::Path::new("/etc/IMG-20260131-WA0001.jpg").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_opened_is_told() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let inner = packed(&[(CHAT, FULL.as_bytes())]);
    let both = packed(&[(CHAT, FULL.as_bytes()), ("older.zip", &inner)]);
    let preview = upload_file(&app, &case, "x.zip", &both).await;
    assert!(preview["notes"].to_string().contains("zip within the zip"), "{preview}");
    let refused = try_upload(&app, &case, "x.zip", &packed(&[("older.zip", &inner)])).await;
    let refused = refused.problem(415, "unsupported-media-type");
    assert!(refused["detail"].as_str().unwrap().contains("upload the one in it"), "{refused}");

    // The bit that says that a password is needed, where the file stands and in the table of contents.
    let mut locked = inner;
    for (magic, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let at = locked.windows(4).position(|bytes| bytes == magic).unwrap();
        locked[at + flags] |= 1;
    }
    let refused = try_upload(&app, &case, "x.zip", &locked).await.problem(415, "unsupported-media-type");
    assert!(refused["detail"].as_str().unwrap().contains("password"), "{refused}");

    let cut = packed(&[(CHAT, FULL.as_bytes())]);
    for length in [4, cut.len() / 2, cut.len() - 1] {
        let reply = try_upload(&app, &case, "x.zip", &cut[..length]).await;
        assert!((400..500).contains(&reply.status), "{length}: {}", reply.text);
    }
}
