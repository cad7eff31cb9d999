//! Short chats of every format, and files that are none. All people are invented.

use super::super::super::shape::Format;

pub(super) const CHATS: &[(Format, &str)] = &[
    (
        Format::Whatsapp,
        "1/30/26, 9:05 PM - Noi Suk: hello\n1/30/26, 9:06\u{202f}PM - Mali: hi\nsecond line\n",
    ),
    (Format::Whatsapp, "30.01.26, 21:05 - Noi: hallo\n30.01.26, 21:06 - Mali: <Medien ausgeschlossen>\n"),
    (
        Format::Whatsapp,
        "[30/01/2026, 21:05:10] Noi: hello\n\u{200e}[30/01/2026, 21:06:10] Mali: \u{200e}image omitted\n",
    ),
    (Format::Whatsapp, "[30/1/2569 BE, 21:05:10] Noi: สวัสดี\n[30/1/2569 BE, 21:06:10] Mali: ค่ะ\n"),
    (Format::Whatsapp, "2026/1/30 下午9:05 - 小林: 你好\n2026/1/30 下午9:06 - 老王: 在吗\n"),
    (Format::Whatsapp, "[2026/01/30 21:05:10] 健太: こんにちは\n[2026/01/30 21:06:10] 舞: はい\n"),
    (Format::Whatsapp, "[21:05:10, 30/1/2026] Linh: xin chào\n[21:06:10, 30/1/2026] Mai: chào\n"),
    (Format::Whatsapp, "30/01/26 21.05 - Sari: halo\n"),
    (
        Format::TelegramJson,
        r#"{"name": "Noi", "type": "personal_chat", "id": 5, "messages": [
            {"id": 1, "type": "message", "date": "2026-01-30T21:05:10", "date_unixtime": "1769807110",
             "from": "Noi", "from_id": "user5", "text": "hello"}]}"#,
    ),
    (
        Format::TelegramJson,
        r#"{"about": "Here is the data", "chats": {"about": "x", "list": [{"name": "Noi", "type": "personal_chat",
            "id": 5, "messages": [{"id": 1, "type": "message", "date": "2026-01-30T21:05:10", "from": "Noi",
            "from_id": "user5", "text": ["hello ", {"type": "bold", "text": "you"}]}]}]}}"#,
    ),
    (
        Format::TelegramHtml,
        r#"<!DOCTYPE html><html><head><title>Exported Data</title></head><body><div class="page_wrap">
            <div class="page_body chat_page"><div class="history">
            <div class="message default clearfix" id="message1"><div class="body">
            <div class="pull_right date details" title="30.01.2026 21:05:10 UTC+07:00">21:05</div>
            <div class="from_name">Noi</div><div class="text">hello</div></div></div>
            </div></div></div></body></html>"#,
    ),
    (
        Format::Signal,
        "{\"version\":\"1\",\"backupTimeMs\":\"1769807110000\"}\n\
         {\"recipient\":{\"id\":\"2\",\"contact\":{\"profileGivenName\":\"Noi\",\"e164\":\"66800000000\"}}}\n\
         {\"chat\":{\"id\":\"1\",\"recipientId\":\"2\"}}\n\
         {\"chatItem\":{\"chatId\":\"1\",\"authorId\":\"2\",\"dateSent\":\"1769807110000\",\"incoming\":{},\
         \"standardMessage\":{\"text\":{\"body\":\"hello\"}}}}\n",
    ),
    (Format::Signal, "[2026-01-30 21:05:10] Noi: hello\n[2026-01-30 21:06:10] Me: hi\n"),
    (
        Format::Line,
        "[LINE] Chat with Noi\nSaved on: 1/31/2026, 11:00\n\nFri, 1/30/2026\n9:05 PM\tNoi\thello\n9:06 PM\tMali\thi\n",
    ),
    (Format::Line, "2026/1/30(金)\n21:05\t健太\tこんにちは\n21:06\t舞\t[スタンプ]\n"),
    (Format::Line, "[LINE] 健太とのトーク履歴\n\nR8/01/30(金)\n21:05    健太    こんにちは\n"),
    (Format::Line, "2026.01.30 Friday\n21:05 Noi hello\n21:06 Mali hi\n"),
    (Format::Wechat, "2026-01-30 21:05:10 老王\n你在哪里\n\n2026-01-30 21:06:10 小林\n园区\n"),
    (Format::Wechat, "老王 2026-01-30 21:05:10\n你在哪里\n\n小林 2026-01-30 21:06:10\n[图片]\n"),
    (
        Format::Wechat,
        "localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,Sender\n\
         1,3,1,0,0,1769781910,3,你在哪里,2026-01-30 21:05:10,老王,wang,wxid_a1\n",
    ),
    (
        Format::Messenger,
        r#"{"participants": [{"name": "Noi"}, {"name": "Mali"}], "messages": [
            {"sender_name": "Noi", "timestamp_ms": 1769807110000, "content": "hello", "type": "Generic",
             "is_geoblocked_for_viewer": false}],
            "title": "Noi", "is_still_participant": true, "thread_path": "inbox/noi_123", "magic_words": []}"#,
    ),
    (
        Format::Messenger,
        r#"{"participants": ["Noi", "Mali"], "threadName": "Noi_1", "messages": [{"isUnsent": false, "media": [],
            "reactions": [], "senderName": "Noi", "text": "hello", "timestamp": 1769807110000, "type": "text"}]}"#,
    ),
    (
        Format::Instagram,
        r#"{"participants": [{"name": "Noi"}, {"name": "Mali"}], "messages": [
            {"sender_name": "Noi", "timestamp_ms": 1769807110000, "content": "hello",
             "share": {"link": "https://www.instagram.com/p/x1/"}, "is_geoblocked_for_viewer": false,
             "is_unsent_image_by_messenger_kid_parent": false}],
            "title": "Noi", "is_still_participant": true, "thread_path": "inbox/noi_17842",
            "joinable_mode": {"mode": 1, "link": "https://ig.me/j/x1/"}, "magic_words": []}"#,
    ),
    (
        Format::Sms,
        "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<smses count=\"1\">\n\
         <sms protocol=\"0\" address=\"+66800000000\" date=\"1769807110000\" type=\"1\" subject=\"null\" body=\"hello\" \
         read=\"1\" status=\"-1\" readable_date=\"Jan 30, 2026\" contact_name=\"Noi\" />\n</smses>\n",
    ),
    (
        Format::Sms,
        "<calls count=\"1\"><call number=\"+66800000000\" duration=\"12\" date=\"1769807110000\" type=\"1\" \
         presentation=\"1\" readable_date=\"Jan 30, 2026\" contact_name=\"Noi\" /></calls>",
    ),
    (
        Format::Farlight,
        r#"{"farlight_chat": 1, "platform": "viber", "conversations": [{"key": "k", "messages": [
            {"sender": {"name": "Noi"}, "sent_at": "2026-01-30T21:05:10+07:00", "text": "hello"}]}]}"#,
    ),
    (
        Format::Email,
        "From: Noi <noi@example.org>\nTo: Mali <mali@example.org>\nSubject: hello\n\
         Date: Fri, 30 Jan 2026 21:05:10 +0700\nMessage-ID: <1@example.org>\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\n\nI am well.\n",
    ),
    (
        Format::Email,
        "From noi@example.org Fri Jan 30 21:05:10 2026\nFrom: Noi <noi@example.org>\nTo: mali@example.org\n\
         Date: Fri, 30 Jan 2026 21:05:10 +0700\nSubject: hello\n\nI am well.\n\n\
         From noi@example.org Fri Jan 30 21:06:10 2026\nFrom: Noi <noi@example.org>\nTo: mali@example.org\n\
         Date: Fri, 30 Jan 2026 21:06:10 +0700\nSubject: again\n\nStill well.\n",
    ),
];

pub(super) const OTHERS: &[(&str, &[u8])] = &[
    ("empty", b""),
    ("blank", b" \n\r\n\t"),
    ("byte order mark", b"\xef\xbb\xbf"),
    ("half a UTF-16 character", b"\xff\xfe\x41"),
    ("a novel", b"CHAPTER I\n\nIt was 10:00 on Friday, 30 January 2026 when Noi said: \"We go.\"\n\nMali: why?\n\
        From: the window she saw\nher answer.\n\nTo: whom it may concern\n"),
    ("a play", b"NOI: Where were you?\nMALI: At the gate.\nNOI: At 10:00?\n"),
    ("a table", b"id,name,date,amount\n1,Noi,2026-01-30 21:05:10,5\n2,Mali,2026-01-31 21:05:10,7\n"),
    ("a table of a logger", b"10:00\tsensor\t3.5\n10:01\tsensor\t3.6\n"),
    ("a table of posts", b"date,user,message\n2026-01-30 21:05:10,noi,hello\n"),
    ("a package file", br#"{"name": "package", "version": "1.0.0", "type": "module", "dependencies": {"x": "1"}}"#),
    ("a list of numbers", b"[1, 2, 3]"),
    ("an empty object", b"{}"),
    ("a chat with a model", br#"{"model": "x", "messages": [{"role": "user", "content": "hello"}]}"#),
    ("chats with a model", br#"[{"title": "x", "create_time": 1769807110.5, "mapping": {"a": {"message":
        {"author": {"role": "user"}, "content": {"parts": ["hello"]}}}}}]"#),
    ("lines of chats with a model", b"{\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}\n{\"messages\":[]}\n"),
    ("another messenger", br#"{"channels": [{"id": "C1", "messages": [{"ts": "1769807110.000100", "user": "U1",
        "text": "hello"}]}]}"#),
    ("a map", br#"{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Point",
        "coordinates": [98.5, 16.7]}, "properties": {"name": "gate", "date": "2026-01-30"}}]}"#),
    ("lines of a log in JSON", b"{\"level\":\"info\",\"ts\":1769807110,\"msg\":\"started\"}\n{\"level\":\"warn\"}\n"),
    ("a log", b"2026-01-30 21:05:10 INFO  main: started\n2026-01-30 21:05:11 WARN  main: slow\n\
        2026-01-30 21:05:12,123 ERROR [worker-1] db: lost\n"),
    ("a log in brackets", b"[INFO] 2026-01-30 21:05:10 started\n[30/Jan/2026:21:05:10 +0000] \"GET / HTTP/1.1\" 200\n"),
    ("a log of a web server", b"127.0.0.1 - - [30/Jan/2026:21:05:10 +0000] \"GET / HTTP/1.1\" 200 5\n"),
    ("subtitles", b"1\n00:00:01,000 --> 00:00:02,500\nNoi: hello\n\n2\n00:00:03,000 --> 00:00:04,000\nMali: hi\n"),
    ("other subtitles", b"WEBVTT\n\n00:01.000 --> 00:02.000\n- Noi: hello\n"),
    ("Rust", b"//! A reader.\nuse std::io;\n\nfn main() -> io::Result<()> {\n    println!(\"10:00: {}\", 1);\n    Ok(())\n}\n"),
    ("Python", b"# From: here\nimport sys\n\ndef main(argv):\n    date = '2026-01-30'\n    print(f'{date}: x')\n"),
    ("a change log", b"# Changes\n\n## 2026-01-30\n\n- Noi: hello\n- 10:00 fixed\n"),
    ("a diary", b"2026-01-30\n10:00 Meeting with Noi\n11:00 Lunch: soup\n"),
    ("a page", b"<!DOCTYPE html><html><head><title>News</title></head><body><div class=\"message\">hello</div></body></html>"),
    ("a feed", b"<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>News</title><item><title>x</title>\
        <pubDate>Fri, 30 Jan 2026 21:05:10 +0700</pubDate></item></channel></rss>"),
    ("settings", b"[server]\nport = 80\ndate: 2026-01-30\nfrom: here\nto: there\n"),
    ("YAML", b"from: noi\nto: mali\nsubject: hello\nsteps:\n  - run: x\n"),
    ("a web answer", b"HTTP/1.1 200 OK\nDate: Fri, 30 Jan 2026 21:05:10 GMT\nContent-Type: text/plain\n\nhello\n"),
    ("a calendar", b"BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nDTSTART:20260130T210510Z\nSUMMARY:hello\nEND:VEVENT\nEND:VCALENDAR\n"),
    ("a card", b"BEGIN:VCARD\nVERSION:3.0\nFN:Noi\nTEL:+66800000000\nEND:VCARD\n"),
    ("a patch", b"From 1234567 Mon Sep 17 00:00:00 2001\n\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"),
    ("SQL", b"CREATE TABLE messages (id INTEGER, body TEXT);\nINSERT INTO messages VALUES (1, '[2026-01-30 21:05:10] Noi: x');\n"),
    ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0"),
    ("a zip", b"PK\x03\x04\x14\0\0\0\x08\0chat.txt"),
    ("a database", b"SQLite format 3\0\x10\0\x01\x01\0\x40\x20\x20"),
    ("a program", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"),
    ("a document", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"),
    ("noise", &[0x8a, 0x01, 0x9c, 0xfe, 0x03, 0x77, 0xd0, 0x12, 0x00, 0xe5, 0x4f, 0xb3, 0x19, 0xc8, 0x62, 0x0e]),
];
