//! What was edited or taken back since it came into the log.

use super::media::CHAT;
use super::{answers, bodies, bytes, commit, messages, outcome, reasons, upload_file};
use crate::support::{TestApp, Value, json};

/// A chat of Telegram's with these messages of Mali's: id, text, and when it was edited.
fn telegram(all: &[(u64, &str, Option<u64>)]) -> Vec<u8> {
    let message = |(id, text, edited): &(u64, &str, Option<u64>)| {
        let mut message = json!({"id": id, "type": "message", "date_unixtime": (1_775_483_640 + id).to_string(),
            "from": "Mali", "from_id": "user700", "text": text});
        if let Some(edited) = edited {
            message["edited_unixtime"] = json!(edited.to_string());
        }
        message
    };
    let all: Vec<Value> = all.iter().map(message).collect();
    bytes(&json!({"name": "Mali", "type": "personal_chat", "id": 700, "messages": all}))
}

/// Imports a file whose exporter wrote nothing.
async fn import(app: &TestApp, case: &str, name: &str, file: &[u8]) -> Value {
    let preview = upload_file(app, case, name, file).await;
    let mut body = answers(&preview, "");
    body["me"] = Value::Null;
    commit(app, &preview, body).await
}

/// Of each message of a log: its body, the one before it was corrected, and the reasons of its corrections.
fn told(log: &[Value]) -> Vec<(&str, Option<&str>, Vec<&str>)> {
    log.iter()
        .map(|message| {
            let corrections = message["corrections"].as_array().unwrap();
            let reasons = corrections.iter().map(|one| one["reason"].as_str().unwrap()).collect();
            (message["body"].as_str().unwrap(), message["original_body"].as_str(), reasons)
        })
        .collect()
}

const EDITED: &str = "edited by its sender, as a later export has it";
const TAKEN_BACK: &str = "taken back by its sender, as a later export has it";

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_a_correction_and_an_older_export_changes_nothing() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let old = telegram(&[(1, "third floor", None), (2, "come", None)]);
    let new = telegram(&[(1, "fourth floor", Some(1_775_490_000)), (2, "come", None)]);
    let newest = telegram(&[(1, "fifth floor", Some(1_775_491_000)), (2, "come", None)]);
    assert_eq!(outcome(&import(&app, &case, "a.json", &old).await), (2, 0, 0));
    assert_eq!(outcome(&import(&app, &case, "a.json", &new).await), (0, 2, 1));
    let log = messages(&app, &case).await;
    assert_eq!(told(&log), [("fourth floor", Some("third floor"), vec![EDITED]), ("come", None, vec![])]);
    assert_eq!(log[0]["flags"], json!(["corrected"]));

    // What the log has had already, whichever file it comes with, is no news.
    for file in [&old, &new] {
        let again = import(&app, &case, "a.json", file).await;
        assert_eq!((outcome(&again), reasons(&again).len()), ((0, 2, 0), 0), "{again}");
    }
    assert_eq!(messages(&app, &case).await, log);
    assert_eq!(outcome(&import(&app, &case, "a.json", &newest).await), (0, 2, 1));
    let log = messages(&app, &case).await;
    assert_eq!(told(&log)[0], ("fifth floor", Some("third floor"), vec![EDITED, EDITED]));

    // The first export of another case is the newest one: then an older one is told, and changes nothing.
    let case = app.case(&app.caseworker).await;
    import(&app, &case, "a.json", &new).await;
    let late = import(&app, &case, "a.json", &old).await;
    assert_eq!(outcome(&late), (0, 2, 0));
    assert_eq!(reasons(&late).len(), 1);
    assert!(reasons(&late)[0].contains("in the log already, with another text"), "{late}");
    assert_eq!(told(&messages(&app, &case).await)[0], ("fourth floor", None, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_known_by_its_moment_where_there_are_no_ids() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let first =
        "1/31/26, 14:55 - Mali: third floor\n1/31/26, 14:55 - Mali: come\n1/31/26, 14:56 - Mali: forget it\n";
    let later = "1/31/26, 14:55 - Mali: fourth floor <This message was edited>\n1/31/26, 14:55 - Mali: come\n\
                 1/31/26, 14:56 - Mali: This message was deleted\n1/31/26, 14:57 - Mali: now\n";
    assert_eq!(outcome(&import(&app, &case, CHAT, first.as_bytes()).await), (3, 0, 0));
    let result = import(&app, &case, CHAT, later.as_bytes()).await;
    assert_eq!((outcome(&result), reasons(&result).len()), ((1, 3, 2), 0), "{result}");
    let log = messages(&app, &case).await;
    assert_eq!(
        told(&log),
        [
            ("fourth floor", Some("third floor"), vec![EDITED]),
            ("come", None, vec![]),
            ("forget it", None, vec![TAKEN_BACK]),
            ("now", None, vec![]),
        ]
    );
    for file in [later, later] {
        let again = import(&app, &case, CHAT, file.as_bytes()).await;
        assert_eq!((outcome(&again), reasons(&again).len()), ((0, 4, 0), 0), "{again}");
    }
    let again = import(&app, &case, CHAT, first.as_bytes()).await;
    assert_eq!(outcome(&again), (0, 3, 0), "{again}");
    assert_eq!(messages(&app, &case).await, log);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_edited_before_the_first_export_is_a_message_like_any_other() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    // A thousand messages are added at a time, and these two of one minute come with two such chunks.
    let lines: Vec<String> = (0..999)
        .map(|n| format!("1/{}/26, {:02}:{:02} - Mali: line {n}", n / 300 + 1, n / 60 % 24, n % 60))
        .collect();
    let chat = format!(
        "{}\n1/31/26, 14:55 - Mali: third floor\n1/31/26, 14:55 - Mali: hurry <This message was edited>\n\
         1/31/26, 14:55 - Mali: This message was deleted\n",
        lines.join("\n")
    );
    let result = import(&app, &case, CHAT, chat.as_bytes()).await;
    assert_eq!(outcome(&result), (1_002, 0, 0), "{result}");
    let path = format!("/v1/cases/{case}/messages?limit=200");
    let log = app.caseworker.walk(&path).await;
    assert_eq!(bodies(&log)[999..], ["third floor", "hurry", "message deleted by its sender"]);
    assert!(log.iter().all(|message| message["corrections"] == json!([])));

    // Likewise where the first of them was there, and the others are new.
    let case = app.case(&app.caseworker).await;
    let until = chat.find("1/31/26, 14:55 - Mali: hurry").unwrap();
    assert_eq!(outcome(&import(&app, &case, CHAT, &chat.as_bytes()[..until]).await), (1_000, 0, 0));
    let result = import(&app, &case, CHAT, chat.as_bytes()).await;
    assert_eq!(outcome(&result), (2, 1_000, 0), "{result}");
    assert_eq!(outcome(&import(&app, &case, CHAT, chat.as_bytes()).await), (0, 1_002, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_taken_back_once() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let line = |text: &str| format!("[31.01.26, 14:56:02] Mali: {text}\n[31.01.26, 14:57:00] Mali: ok\n");
    import(&app, &case, CHAT, line("forget it").as_bytes()).await;
    for corrected in [1, 0, 0] {
        let result =
            import(&app, &case, CHAT, line("\u{200e}Diese Nachricht wurde gelöscht.").as_bytes()).await;
        assert_eq!((outcome(&result), reasons(&result).len()), ((0, 2, corrected), 0), "{result}");
    }
    let log = messages(&app, &case).await;
    assert_eq!(told(&log), [("forget it", None, vec![TAKEN_BACK]), ("ok", None, vec![])]);
}

/// Two pages of Telegram Desktop's HTML, as one message each.
fn page(messages: &[(u64, &str, &str)]) -> Vec<u8> {
    let message = |(id, at, text): &(u64, &str, &str)| {
        format!(
            "<div class=\"message default clearfix\" id=\"message{id}\"><div class=\"body\">\
             <div class=\"pull_right date details\" title=\"{at} UTC+00:00\">x</div>\
             <div class=\"from_name\">\nMali\n</div><div class=\"text\">\n{text}\n</div></div></div>"
        )
    };
    let all: String = messages.iter().map(message).collect();
    format!(
        "<!DOCTYPE html><html><body><div class=\"page_wrap\"><div class=\"page_header\"><div class=\"content\">\
         <div class=\"text bold\">\nMali\n</div></div></div><div class=\"page_body chat_page\">\
         <div class=\"history\">{all}</div></div></div></body></html>"
    )
    .into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_chat_in_two_formats_is_there_once() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let json = telegram(&[(1, "third floor", None), (2, "come & see", None)]);
    let first = import(&app, &case, "result.json", &json).await;
    assert_eq!(outcome(&first), (2, 0, 0));
    // A page has no account's number, so that the channel has to be said.
    let html = page(&[
        (1, "06.04.2026 13:54:01", "third floor"),
        (2, "06.04.2026 13:54:02", "come &amp; see"),
        (3, "06.04.2026 13:54:03", "now"),
    ]);
    let preview = upload_file(&app, &case, "messages.html", &html).await;
    assert_eq!(preview["format"], "telegram_html");
    let mut body = answers(&preview, "");
    body["me"] = Value::Null;
    body["channel_id"] = first["channel_id"].clone();
    let second = commit(&app, &preview, body.clone()).await;
    assert_eq!((outcome(&second), reasons(&second).len()), ((1, 2, 0), 0), "{second}");
    assert_eq!(bodies(&messages(&app, &case).await), ["third floor", "come & see", "now"]);
    assert_eq!(outcome(&import(&app, &case, "result.json", &json).await), (0, 2, 0));
    assert_eq!(outcome(&commit(&app, &preview, body).await), (0, 3, 0));
}
