//! Real exports, none of them part of this repository: each previews, commits, and adds nothing when it comes again.
//!
//! `cargo nextest run --test api samples --no-capture` prints the table.

use std::path::{Path, PathBuf};

use super::{commit, counts, messages, outcome, try_upload};
use crate::support::{TestApp, Value, json};

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples/chats")
}

/// What a person finds who reads a file: its format, conversations, messages, and what is in it that is no message: lines
/// that the app wrote about a group or a call's encryption, drafts, letters without a date, the head of a file, what a
/// whole account holds besides its chats. A message that was taken back is one.
type Expected = (&'static str, &'static str, usize, u64, u64);

const EXPECTED: [Expected; 69] = [
    ("authored/sms_surrogates.xml", "sms", 1, 2, 1),
    ("authored/telegram_single_vi.json", "telegram_json", 1, 5, 1),
    ("authored/wechat_paste_desktop.txt", "wechat", 1, 2, 0),
    ("authored/whatsapp_km_en_ios.txt", "whatsapp", 1, 6, 1),
    ("authored/whatsapp_zhCN_android_ampm.txt", "whatsapp", 1, 7, 1),
    ("email/authored_four_messages.mboxrd.mbox", "email", 3, 3, 1),
    ("email/mailparser_legacy_001.eml", "email", 1, 1, 0),
    ("email/mailparser_legacy_012.eml", "email", 1, 1, 0),
    ("email/mailparser_legacy_040.eml", "email", 1, 1, 0),
    ("email/mailparser_legacy_053.eml", "email", 1, 1, 0),
    // Neither sender nor date.
    ("email/mailparser_malformed_000.eml", "email", 0, 0, 1),
    ("email/mailparser_malformed_010.eml", "email", 0, 0, 1),
    ("email/mailparser_malformed_020.eml", "email", 1, 1, 0),
    ("email/mailparser_rfc_000.eml", "email", 1, 1, 0),
    ("email/mailparser_rfc_003.eml", "email", 1, 1, 0),
    // No date.
    ("email/mailparser_rfc_006.eml", "email", 0, 0, 1),
    ("email/mailparser_thirdparty_010.eml", "email", 0, 0, 1),
    ("email/mailparser_thirdparty_015.eml", "email", 1, 1, 0),
    ("email/mailparser_thirdparty_019.eml", "email", 1, 1, 0),
    // Nothing in it says which of the two platforms it comes from.
    ("instagram/chatminer_test_export.json", "messenger", 1, 2, 0),
    ("line/inline_en_dmy_ampm.txt", "line", 1, 4, 2),
    ("line/inline_ja_reiwa_spaces.txt", "line", 1, 6, 2),
    ("line/inline_th_be_year.txt", "line", 1, 1, 1),
    ("messenger/inline_e2ee_thread.json", "messenger", 1, 3, 0),
    ("signal/chatminer_test_export.txt", "signal", 1, 2, 0),
    ("signal/inline_main.jsonl", "signal", 2, 3, 1),
    ("sms/shruggietech_minimal_calls.xml", "sms", 1, 1, 0),
    ("sms/shruggietech_minimal_mms.xml", "sms", 1, 1, 0),
    ("sms/shruggietech_minimal_sms.xml", "sms", 1, 1, 0),
    ("sms/shruggietech_mixed.xml", "sms", 1, 3, 1),
    ("telegram/chatanalytics_DM_2A_7M.json", "telegram_json", 1, 7, 1),
    ("telegram/chatminer_test_batch_export.json", "telegram_json", 1, 2, 0),
    ("telegram/chatminer_test_single_export.json", "telegram_json", 1, 2, 0),
    ("telegram/frozenspider_telegram_2021-05.json", "telegram_json", 1, 1, 6),
    ("telegram/frozenspider_telegram_2021-06_supergroup.json", "telegram_json", 1, 3, 4),
    ("telegram/frozenspider_telegram_2023-01.json", "telegram_json", 1, 1, 9),
    ("telegram/frozenspider_telegram_2023-10_audio-video.json", "telegram_json", 1, 4, 4),
    ("telegram/frozenspider_telegram_2023-11.json", "telegram_json", 1, 1, 3),
    ("telegram/frozenspider_telegram_2024-01.json", "telegram_json", 1, 1, 4),
    ("telegram/frozenspider_telegram_2024-01_inline-bot-buttons.json", "telegram_json", 1, 5, 3),
    ("telegram/frozenspider_telegram_2024-02_create-channel_saved-from.json", "telegram_json", 1, 1, 2),
    ("telegram/frozenspider_telegram_2024-05_boosts_file-name_etc.json", "telegram_json", 1, 2, 2),
    ("telegram/frozenspider_telegram_2024-08.json", "telegram_json", 1, 3, 2),
    ("telegram/frozenspider_telegram_2025-02_joined_file-size.json", "telegram_json", 1, 1, 4),
    ("telegram/frozenspider_telegram_2025-03_service-photo-size.json", "telegram_json", 1, 0, 5),
    ("telegram_html/inline_page1_messages.html", "telegram_html", 1, 2, 0),
    ("wechat/inline_wechatmsg_legacy.csv", "wechat", 2, 3, 0),
    ("whatsapp/chatanalytics_2A_5M.txt", "whatsapp", 1, 5, 0),
    ("whatsapp/chatminer_test_[mmddyy]_24hrs.txt", "whatsapp", 1, 7, 2),
    ("whatsapp/chatminer_test_ddmmyy_24hrs.txt", "whatsapp", 1, 7, 2),
    ("whatsapp/chatminer_test_mmddyy_24hrs.txt", "whatsapp", 1, 7, 2),
    ("whatsapp/frozenspider_WhatsApp Chat with +123 45 6789.txt", "whatsapp", 1, 10, 3),
    ("whatsapp/whats_json/android/WhatsApp Chat with Dmitry S EN Android.txt", "whatsapp", 1, 59, 1),
    ("whatsapp/whats_json/android/WhatsApp Chat with Dmitry S EN+Media Android.txt", "whatsapp", 1, 59, 1),
    ("whatsapp/whats_json/calendars/Gregorian iOS.txt", "whatsapp", 1, 22, 3),
    ("whatsapp/whats_json/ios/WhatsApp Chat - Elon Musk (EN).txt", "whatsapp", 1, 22, 3),
    ("whatsapp/whats_json/ios/WhatsApp Chat - Elon Musk (EN+Media).txt", "whatsapp", 1, 22, 3),
    ("whatsapp/whats_json/ios/WhatsApp Chat - Elon Musk (FR).txt", "whatsapp", 1, 22, 3),
    ("whatsapp/whats_json/ios/WhatsApp Chat - Elon Musk (German).txt", "whatsapp", 1, 22, 3),
    ("whatsapp/whats_json/ios/WhatsApp Chat - Elon Musk (IT).txt", "whatsapp", 1, 22, 3),
    ("whatsapp/whats_json/ios/WhatsApp Chat - Elon Musk (Portugal).txt", "whatsapp", 1, 22, 3),
    ("whatsapp/whats_json/ios/WhatsApp Chat - Elon Musk (RU).txt", "whatsapp", 1, 22, 3),
    ("whatsapp/whats_json/ios/WhatsApp Chat - Elon Musk (Spanish).txt", "whatsapp", 1, 22, 3),
    ("whatsapp/whats_json/ios/iOS Hindi.txt", "whatsapp", 1, 25, 3),
    ("whatsapp/whats_json/languages/deutch_android_media.txt", "whatsapp", 1, 40, 1),
    ("whatsapp/whatsr_englishandroid24h.txt", "whatsapp", 1, 42, 8),
    ("whatsapp/whatsr_englishiosampm.txt", "whatsapp", 1, 42, 8),
    ("whatsapp/whatsr_germanandroid24h.txt", "whatsapp", 1, 42, 8),
    ("whatsapp/whatsr_germanios24h.txt", "whatsapp", 1, 42, 8),
];

/// Every file below a folder that might be a chat, by its path.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if !path.ends_with("manifest.tsv") && !path.to_string_lossy().ends_with(".expected.json") {
            found.push(path);
        }
    }
}

/// Things left out; what was kept in part is a message all the same.
fn left_out(view: &Value) -> u64 {
    let reasons = super::reasons(view);
    let kept = reasons.iter().filter(|reason| reason.starts_with("message kept")).count();
    view["skipped_count"].as_u64().unwrap() - kept as u64
}

/// Adds every conversation of a preview; gives how many messages and files that added.
async fn add_all(app: &TestApp, preview: &Value) -> (u64, u64) {
    let (mut messages, mut files) = (0, 0);
    for chat in preview["conversations"].as_array().unwrap() {
        let mut body = json!({"conversation": chat["key"], "me": null, "time_zone": "Asia/Bangkok"});
        if chat["needs"].to_string().contains("date_order") {
            body["date_order"] = json!("dmy");
        }
        let result = commit(app, preview, body).await;
        messages += outcome(&result).0;
        files += result["attachments_added"].as_u64().unwrap();
    }
    (messages, files)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sample_comes_in_whole_and_once() {
    if !samples().is_dir() {
        println!("skipped: no samples at {}", samples().display());
        return;
    }
    let app = TestApp::spawn().await;
    let mut all = Vec::new();
    files(&samples(), &mut all);
    all.sort();
    let mut wrong = Vec::new();
    println!("| file | format | conversations | messages | left out | added | files | added again |");
    println!("|---|---|---|---|---|---|---|---|");
    for path in &all {
        let name = path.strip_prefix(samples()).unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(path).unwrap();
        let case = app.case(&app.caseworker).await;
        let file_name = path.file_name().unwrap().to_string_lossy().into_owned();
        let reply = try_upload(&app, &case, &file_name, &bytes).await;
        if path.extension().is_some_and(|extension| extension == "sql") {
            reply.problem(415, "unsupported-media-type");
            println!("| {name} | 415: a dump of a database | | | | | | |");
            continue;
        }
        if reply.status != 201 {
            wrong.push(format!("{name}: {}", reply.text));
            continue;
        }
        let preview = reply.ok();
        let chats = preview["conversations"].as_array().unwrap();
        let count: u64 = chats.iter().map(|chat| chat["messages"].as_u64().unwrap()).sum();
        let (added, files) = add_all(&app, &preview).await;
        let log = messages(&app, &case).await.len() as u64;
        let again = try_upload(&app, &case, &file_name, &bytes).await.ok();
        let again = add_all(&app, &again).await;
        let format = preview["format"].as_str().unwrap();
        let skipped = left_out(&preview);
        println!(
            "| {name} | {format} | {} | {count} | {skipped} | {added} | {files} | {} |",
            chats.len(),
            again.0
        );
        let found = (name.as_str(), format, chats.len(), count, skipped);
        match EXPECTED.iter().find(|expected| expected.0 == name) {
            Some(expected) if *expected == found => {}
            expected => wrong.push(format!("{found:?} and not {expected:?}: {:?}", super::reasons(&preview))),
        }
        if (added, log, again) != (count, count, (0, 0)) {
            wrong.push(format!("{name}: {added} added, {log} in the log, {again:?} added again, of {count}"));
        }
    }
    assert_eq!(all.len(), EXPECTED.len() + 1, "every file is in the table");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vietnamese_chat_is_found_and_gives_clues() {
    let Ok(file) = std::fs::read(samples().join("authored/telegram_single_vi.json")) else {
        println!("skipped: no samples at {}", samples().display());
        return;
    };
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let preview =
        app.caseworker.upload(&format!("/v1/cases/{case}/imports"), "result.json", &file).await.ok();
    let chat = &preview["conversations"][0];
    assert_eq!((&chat["key"], &chat["messages"]), (&json!("777000111"), &json!(5)));
    let body = json!({"conversation": "777000111", "me": "user1"});
    let result = commit(&app, &preview, body.clone()).await;
    assert_eq!(counts(&result), (5, 0, 2));
    assert_eq!(counts(&commit(&app, &preview, body).await), (0, 5, 0));

    let path = format!("/v1/cases/{case}/messages");
    let found = app.caseworker.get(&format!("{path}?q=c%E1%BB%A9u%20T%E1%BA%A7ng")).await.items();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["body"], "Cứu em với https://maps.app.goo.gl/x tầng 3");
    let log = messages(&app, &case).await;
    let clues = app.caseworker.get(&format!("/v1/cases/{case}/clues")).await.items();
    let mut sources: Vec<_> = clues.iter().map(|clue| clue["source"]["message_id"].clone()).collect();
    sources.sort_by_key(Value::to_string);
    let mut expected = [log[1]["id"].clone(), log[2]["id"].clone()];
    expected.sort_by_key(Value::to_string);
    assert_eq!(sources, expected);
    let channel = &super::channels(&app, result["person_id"].as_str().unwrap()).await[0];
    assert_eq!(channel["handle"], "user777000111");
}
