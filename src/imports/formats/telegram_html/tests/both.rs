//! One chat in both formats of Telegram Desktop: what is the same message must look the same.

use proptest::prelude::{ProptestConfig, any, prop, prop_assert, proptest};

use super::super::super::shape::Revision;
use super::*;

/// A message in both formats: its machine-readable fields, and what stands in the body of its element.
fn pairs() -> Vec<(Value, String)> {
    let absent = "(File not included. Change data exporting settings to download.)";
    let not_included = "Not included, change data exporting settings to download.";
    let text = |text: Value| json!({ "text": text });
    let map = |lat: &str, lon: &str| {
        format!("https://maps.google.com/maps?q={lat},{lon}&amp;ll={lat},{lon}&amp;z=16")
    };
    let poll = "<div class=\"media_wrap clearfix\"><div class=\"media_poll\"><div class=\"question bold\">\nWhen?\n</div>\
        <div class=\"details\">\nAnonymous poll\n</div><div class=\"answer\">\n- Dawn <span class=\"details\">2 votes, chosen vote</span>\n</div>\
        <div class=\"answer\">\n- Noon\n</div><div class=\"total details\t\">\n2 votes\n</div></div></div>";
    let list = "<div class=\"media_wrap clearfix\"><div class=\"media_poll\"><div class=\"question bold\">\nTo bring\n</div>\
        <div class=\"details\">\nTo-do List\n</div><div class=\"answer\">\n- water\n</div></div></div>";
    let buttons = "<table class=\"bot_buttons_table\"><tbody><tr><td class=\"bot_button_row\"><div class=\"bot_button\">\
        <a href=\"https://job.example\"><div>\nApply\n</div></a></div><div class=\"bot_button_column_separator\"></div>\
        <div class=\"bot_button\"><a onclick=\"return ShowTextCopied('x');\"><div>\nNo\n</div></a></div></td></tr></tbody></table>";
    let forward = "<div class=\"pull_left forwarded userpic_wrap\"><div class=\"userpic\">N</div></div><div class=\"forwarded body\">\
        <div class=\"from_name\">\nDaily News  <span class=\"date details\" title=\"01.01.2025 00:00:00 UTC+07:00\"> 01.01.2025 00:00:00</span>\n</div>";
    vec![
        (text(json!("xin chào\n\n  😀 <b> & \"'")), said("xin chào<br><br>  😀 &lt;b&gt; &amp; &quot;&apos;")),
        (
            text(json!([
                "Go ", {"type": "bold", "text": "north"}, " ", {"type": "text_link", "text": "here", "href": "https://maps.example/x?a=1&b=2"},
                {"type": "link", "text": "b.example"}, {"type": "mention", "text": "@bo"}, {"type": "email", "text": "a@b.example"},
                {"type": "custom_emoji", "text": "🙂", "document_id": "stickers/a.webp"}, {"type": "hashtag", "text": "#x"},
                {"type": "blockquote", "text": "q\nr"}, {"type": "pre", "text": "  p\n"}, {"type": "phone", "text": "+00 12"}
            ])),
            said(
                "Go <strong>north</strong> <a href=\"https://maps.example/x?a=1&amp;b=2\">here</a><a href=\"b.example\">b.example</a>\
                 <a href=\"https://t.me/bo\">@bo</a><a href=\"mailto:a@b.example\">a@b.example</a><a href = \"stickers/a.webp\">🙂</a>\
                 <a href=\"\" onclick=\"return ShowHashtag(&quot;x&quot;)\">#x</a><blockquote>q<br>r</blockquote><pre>  p<br></pre>\
                 <a href=\"tel:+00 12\">+00 12</a>",
            ),
        ),
        (
            json!({"text": "yes", "reply_to_message_id": 101}),
            "<div class=\"reply_to details\">\nIn reply to <a href=\"messages.html#go_to_message101\" onclick=\"return GoToMessage(101)\">this message</a>\n</div>".to_owned() + &said("yes"),
        ),
        (json!({"text": "news", "forwarded_from": "Daily News"}), format!("{forward}{}</div>", said("news"))),
        (
            json!({"text": "look", "photo": "photos/photo_1.jpg"}),
            "<div class=\"media_wrap clearfix\"><a class=\"photo_wrap clearfix pull_left\" href=\"../../photos/photo_1.jpg\"><img class=\"photo\" src=\"x_thumb.jpg\"/></a></div>".to_owned() + &said("look"),
        ),
        (json!({"text": "", "photo": absent}), media("media_photo", "", ["Photo", not_included, "960x1280, 80.1 KB"])),
        (
            json!({"text": "", "file": "voice_messages/audio_1.ogg", "media_type": "voice_message", "duration_seconds": 72}),
            media("media_voice_message", "voice_messages/audio_1.ogg", ["Voice message", "", "01:12"]),
        ),
        (
            json!({"text": "", "file": absent, "media_type": "video_message", "duration_seconds": 5}),
            media("media_video", "", ["Video message", not_included, "00:05, 1.2 MB"]),
        ),
        (
            json!({"text": "", "file": "video_files/v.mp4", "media_type": "video_file", "duration_seconds": 3723}),
            "<div class=\"media_wrap clearfix\"><a class=\"video_file_wrap clearfix pull_left\" href=\"video_files/v.mp4\"><div class=\"video_play_bg\"><div class=\"video_play\"></div></div>\
             <div class=\"video_duration\">\n1:02:03\n</div><img class=\"video_file\" src=\"x\"/></a></div>".to_owned(),
        ),
        (
            json!({"text": "", "file": "files/map.pdf", "file_name": "map.pdf"}),
            media("media_file", "files/map.pdf", ["map.pdf", "", "20.1 KB"]),
        ),
        (
            json!({"text": "", "file": absent, "media_type": "sticker", "sticker_emoji": "🙏"}),
            media("media_photo", "", ["Sticker", not_included, "🙏, 20.1 KB"]),
        ),
        (
            json!({"text": "", "contact_information": {"first_name": "Mai", "last_name": "", "phone_number": "+00 1234"}, "contact_vcard": "contacts/c.vcf"}),
            media("media_contact", "contacts/c.vcf", ["Mai ", "", "+00 1234 - vCard"]),
        ),
        (
            json!({"text": "", "location_information": {"latitude": 11.5, "longitude": -104.25}}),
            media("media_location", &map("11.5", "-104.25"), ["Location", "", "11.5, -104.25"]),
        ),
        (
            json!({"text": "", "place_name": "Blue Gate", "address": "Road 4", "location_information": {"latitude": 1.25, "longitude": 2}}),
            media("media_venue", &map("1.25", "2"), ["Blue Gate", "Road 4", ""]),
        ),
        (
            json!({"type": "service", "action": "phone_call", "actor": "Linh", "duration_seconds": 31, "text": ""}),
            media("media_call success", "", ["Bo", "", "Incoming (31 seconds)"]),
        ),
        (
            json!({"type": "service", "action": "phone_call", "actor": "Linh", "discard_reason": "missed", "text": ""}),
            media("media_call", "", ["Bo", "", "Cancelled"]),
        ),
        (
            json!({"text": "", "poll": {"question": "When?", "answers": [{"text": "Dawn", "voters": 2, "chosen": true}, {"text": "Noon", "voters": 0}]}}),
            poll.to_owned(),
        ),
        (json!({"text": "", "todo_list": {"title": "To bring", "answers": [{"text": "water"}]}}), list.to_owned()),
        (
            json!({"text": "Job", "inline_bot_buttons": [[{"text": "Apply", "data": "https://job.example"}, {"text": "No", "data": "x"}]], "author": "Kai"}),
            said("Job") + buttons + "<div class=\"signature details\">\nKai\n</div>",
        ),
    ]
}

/// The same chat in both.
fn one_chat() -> (Value, String) {
    let (mut messages, mut html) = (Vec::new(), service(-1, "1 January 2026"));
    for (number, (fields, body)) in (100_i64..).zip(pairs()) {
        let at = (1_767_225_600 + number).to_string();
        let mut fields = fields;
        let defaults = json!({"id": number, "type": "message", "date_unixtime": at, "from": "Linh"});
        for (name, value) in defaults.as_object().unwrap() {
            fields.as_object_mut().unwrap().entry(name.as_str()).or_insert_with(|| value.clone());
        }
        messages.push(fields);
        let from = (number == 100 || number % 2 == 1).then_some("Linh");
        let date = format!("01.01.2026 07:{:02}:{:02} UTC+07:00", number / 60, number % 60);
        html += &message(number, from, &date, &body);
    }
    (json!({"name": "Linh", "type": "personal_chat", "id": 7, "messages": messages}), page("Linh", &html))
}

#[test]
fn one_chat_reads_alike_in_both() {
    let (chat, html) = one_chat();
    let from_json = whole(&telegram_json::IMPORTER, chat.to_string().as_bytes());
    let from_html = whole(&IMPORTER, html.as_bytes());
    assert_eq!((from_json.skipped.as_slice(), from_html.skipped.as_slice()), ([].as_slice(), [].as_slice()));
    assert_eq!(from_json.chats[0].title, from_html.chats[0].title);
    assert_eq!(from_html.only().len(), pairs().len());
    for (json, html) in from_json.only().iter().zip(from_html.only()) {
        // Lines differ, and a page tells no media types but those of photos and cards.
        let mut html = Entry { line: json.line, ..html.clone() };
        for (own, other) in html.attachments.iter_mut().zip(&json.attachments) {
            own.media_type.clone_from(&other.media_type);
        }
        assert_eq!(*json, html);
    }
    assert_eq!(recognised(&telegram_json::IMPORTER, "x", html.as_bytes()), 0);
    assert_eq!(recognised(&IMPORTER, "x", chat.to_string().as_bytes()), 0);
}

#[test]
fn service_lines_have_one_reason_in_both() {
    for (action, text) in [
        ("create_group", "Bo created group &laquo;X&raquo; with members Linh"),
        ("invite_members", "Bo invited Linh"),
        ("remove_members", "Bo removed Linh"),
        ("join_group_by_link", "Bo joined group by link from Linh"),
        ("pin_message", "Bo pinned <a href=\"#go_to_message5\">this message</a>"),
        ("edit_group_title", "Bo changed group title to &laquo;a secret&raquo;"),
        ("delete_group_photo", "Bo removed group photo"),
        ("joined_telegram", "Bo joined Telegram"),
        ("clear_history", "History cleared"),
        ("take_screenshot", "Bo took a screenshot"),
        ("unnamed", "Bo did something with a secret"),
    ] {
        let export = whole(&IMPORTER, page("x", &service(5, text)).as_bytes());
        assert_eq!(
            (export.reasons(), export.only().len()),
            (vec![format!("service line: {action}").as_str()], 0)
        );
    }
    let text =
        "This message is not supported by this version of Telegram Desktop. Please update the application.";
    assert_eq!(whole(&IMPORTER, page("x", &service(5, text)).as_bytes()).reasons(), [words::UNSUPPORTED]);
}

#[test]
fn what_a_page_says_less_of_is_kept() {
    let live = entry(&media(
        "media_live_location",
        "https://maps.google.com/maps?q=1.5,2.5&amp;z=16",
        ["Live location", "", "1.5, 2.5"],
    ));
    assert_eq!(live.place, Place::at(1.5, 2.5));
    assert_eq!(live.body(), "location 1.50000, 2.50000\nshared live, for how long the export does not say");
    let nowhere = one(&media("media_location", "", ["Location", "", ""]));
    assert_eq!(
        (nowhere.reasons(), nowhere.only()[0].body()),
        (vec![words::NO_POINT], "location, no coordinates".into())
    );
    let declined = entry(&media("media_call", "", ["Bo", "", "Declined"]));
    assert_eq!(declined.form, Form::Call { seconds: None, outcome: Some("busy".into()) });
    let elsewhere = "<div class=\"reply_to details\">\nIn reply to a message in another chat\n</div>"
        .to_owned()
        + &said("x");
    assert_eq!(
        (entry(&elsewhere).reply_to, entry(&elsewhere).described),
        (None, vec!["answers a message in another chat".to_owned()])
    );
    let sticker = entry(
        "<div class=\"media_wrap clearfix\"><a class=\"sticker_wrap clearfix pull_left\" href=\"stickers/s.webp\"><img class=\"sticker\"/></a></div>",
    );
    let expected = Attachment {
        file_name: Some("s.webp".into()),
        media_type: None,
        what: "sticker".into(),
        bytes: Bytes::Member("stickers/s.webp".into()),
    };
    assert_eq!(sticker.attachments, [expected]);
    let audio = entry(&media("media_audio_file", "files/a.mp3", ["Ana – Rain", "", "03:04"]));
    assert_eq!(audio.body(), "audio Ana – Rain, 184 s");
    let game = entry(&media("media_game", "", ["Bets", "Win", ""]));
    assert_eq!(game.body(), "game: Bets, Win");
    let forward = "<div class=\"forwarded body\">".to_owned() + &said("x") + "</div>";
    assert_eq!(entry(&forward).forwarded_from.as_deref(), Some("unknown"));
    let unknown = entry(&("<div class=\"new\">something <b>new</b></div>".to_owned() + &said("x")));
    assert_eq!((unknown.text.as_str(), unknown.body().as_str()), ("x", "x\nsomething\nnew"));
    let edited = message(5, Some("Linh"), AT, &said("x")).replace("10:00\n", "edited 10:00\n");
    let export = whole(&IMPORTER, page("x", &edited).as_bytes());
    assert_eq!(export.only()[0].revision, Revision::Edited { at: None });
}

#[test]
fn joined_forwards_are_from_the_same_one_and_others_from_nobody() {
    let named = "<div class=\"forwarded body\"><div class=\"from_name\">\nDaily News<span class=\"details\"> 20.06.2016 18:21:46</span>\n</div>";
    let bare = "<div class=\"forwarded body\">";
    let forward = |open: &str, text: &str| format!("{open}{}</div>", said(text));
    let messages = [
        message(1, Some("Linh"), AT, &forward(named, "a")),
        message(2, None, AT, &forward(bare, "b")),
        message(3, Some("Linh"), AT, &said("c")),
        message(4, Some("Bo"), AT, &forward(bare, "d")),
        message(5, Some("Bo"), AT, &forward(&named.replace("Daily News", "Deleted Account"), "e")),
    ];
    let export = whole(&IMPORTER, page("x", &messages.concat()).as_bytes());
    let seen: Vec<_> = export
        .only()
        .iter()
        .map(|entry| (entry.sender.key.as_str(), entry.forwarded_from.as_deref()))
        .collect();
    let (news, unknown) = (Some("Daily News"), Some("unknown"));
    assert_eq!(seen, [("Linh", news), ("Linh", news), ("Linh", None), ("Bo", unknown), ("Bo", unknown)]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]
    #[test]
    fn no_damage_makes_either_reader_panic_or_lose_what_came_before(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_usize..40), 1..6),
    ) {
        let (chat, html) = one_chat();
        let json = serde_json::to_string_pretty(&chat).unwrap();
        for (importer, file, step) in [(&telegram_json::IMPORTER, json, "\n    }"), (&IMPORTER, html, "\n\n     </div>")] {
            let mut bytes = file.clone().into_bytes();
            let first = damage.iter().map(|(at, ..)| at.index(bytes.len())).min().unwrap();
            for (at, byte, length) in &damage {
                let at = at.index(file.len()).min(bytes.len());
                bytes.splice(at..(at + length).min(bytes.len()), [*byte, *byte]);
            }
            let (gathered, result) = read(importer, &[("x", &bytes)]);
            let is_told = matches!(result, Ok(()) | Err(Halt::Malformed { .. }));
            prop_assert!(is_told);
            // The first sign of damage may be a byte that makes the file look like one in another encoding.
            let before = file.match_indices(step).filter(|(at, _)| at + step.len() <= first).count().saturating_sub(2);
            let count: usize = gathered.chats.iter().map(|chat| chat.entries.len()).sum();
            prop_assert!(count >= before, "{count} of {before} before the damage");
        }
    }
}
