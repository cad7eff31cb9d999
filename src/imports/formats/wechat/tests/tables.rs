use proptest::prelude::proptest;

use super::super::super::damage::damaged;
use super::*;

const LEGACY: &str = "\u{feff}localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,Sender\r\n";
const NEW: &str = "id,MsgSvrID,type_name,is_sender,talker,room_name,content,CreateTime\n";

fn legacy(rows: &[&str]) -> Gathered {
    whole(&IMPORTER, format!("{LEGACY}{}\r\n", rows.join("\r\n")).as_bytes())
}

/// The only message of a row of this type in a chat with Ming.
fn row(kind: &str, content: &str) -> Gathered {
    let content = content.replace('"', "\"\"");
    legacy(&[&format!(
        "5,wxid_ming,{kind},0,1791236412,,\"{content}\",2026-10-05 21:40:12,阿明,Ming,wxid_ming"
    )])
}

#[test]
fn the_database_time_and_the_sender_flag_count() {
    let told = legacy(&[
        "5,wxid_ming,1,0,0,1791236412,,到了,2026-10-06 04:40:12,阿明,Ming,wxid_ming",
        "6,wxid_ming,1,0,1,1791236413,,\"你, \"\"在\"\"\r\n哪里\",2026-10-05 21:40:13,阿明,Ming,wxid_ming",
    ]);
    let chat = &told.chats[0];
    assert_eq!(
        (chat.key.as_str(), chat.title.as_deref(), chat.handle.as_deref()),
        ("wxid_ming", Some("阿明"), Some("wxid_ming"))
    );
    let [theirs, mine] = told.only() else { panic!("two messages were sent") };
    assert_eq!((theirs.sender.key.as_str(), theirs.sender.name.as_deref()), ("wxid_ming", Some("阿明")));
    assert_eq!((mine.sender.key.as_str(), mine.text.as_str(), mine.line), ("me", "你, \"在\"\n哪里", 3));
    assert_eq!(told.times(DateOrder::Ymd), ["2026-10-05T21:40:12Z", "2026-10-05T21:40:13Z"]);
    assert_eq!(theirs.native_id.as_deref(), Some("wxid_ming/5@1791236412"));
    assert!(told.skipped.is_empty());
}

#[test]
fn newer_columns_are_known_too() {
    let text = format!(
        "{NEW}1,7594861486645126963,文本,1,我,wxid_ming,\"{{\"\"src\"\": \"\"\"\", \"\"msg\"\": \"\"在吗, 喂\"\"}}\",2026-10-05 21:40:12\n\
         2,0,文本,0,wxid_ming,wxid_ming,{{\"src\": \"\", \"msg\": \"在, 说\"}},2026-10-05 21:40:13\n\
         3,3470073e+17,图片,0,wxid_ming,wxid_ming,\"{{\"\"src\"\": \"\"img/a.jpg\"\", \"\"msg\"\": \"\"图片\"\"}}\",2026/10/5 21:40\n"
    );
    assert_eq!(recognised(&IMPORTER, "x.csv", text.as_bytes()), 2);
    let told = whole(&IMPORTER, text.as_bytes());
    let [mine, theirs, photo] = told.only() else { panic!("three messages were sent") };
    assert_eq!((mine.text.as_str(), mine.sender.key.as_str()), ("在吗, 喂", "me"));
    assert_eq!(mine.native_id.as_deref(), Some("7594861486645126963"));
    assert_eq!((theirs.text.as_str(), theirs.native_id.as_deref()), ("在, 说", None));
    assert_eq!(photo.attachments[0].bytes, Bytes::Member("img/a.jpg".to_owned()));
    assert_eq!((photo.text.as_str(), photo.described.len()), ("", 0));
    assert_eq!(told.times(DateOrder::Ymd)[2], "2026-10-05T21:40:00");
    assert!(told.skipped.is_empty(), "{:?}", told.skipped);

    let text = "消息ID,类型,发送人,时间,内容,备注,昵称,更多信息\n1,文本,小红,2026-10-05 21:40:12,在吗,小红,红,\n2,语音,我,2026-10-05 21:40:13,[语音],,,\n";
    let (told, result) = read(&IMPORTER, &[("小红.csv", text.as_bytes())]);
    result.unwrap();
    assert_eq!((told.chats[0].key.as_str(), told.chats[0].title.as_deref()), ("小红", Some("小红")));
    assert_eq!((told.only()[1].sender.key.as_str(), told.only()[1].body().as_str()), ("me", "voice message"));
    assert_eq!(told.only()[0].native_id, None);

    let text = "Time,SenderName,Sender,TalkerName,Talker,Content\n2026-10-05 21:40:12,阿明,wxid_ming,家人,1@chatroom,hi\n";
    let told = whole(&IMPORTER, text.as_bytes());
    let chat = &told.chats[0];
    assert_eq!(
        (chat.key.as_str(), chat.title.as_deref(), chat.handle.as_deref()),
        ("1@chatroom", Some("家人"), Some("1@chatroom"))
    );
    assert_eq!(chat.entries[0].sender.key, "wxid_ming");
}

#[test]
fn types_say_what_a_message_is() {
    let entry = |kind: &str, content: &str| row(kind, content).chats.remove(0).entries.remove(0);
    assert_eq!(entry("3,0", "[图片]").body(), "photo");
    assert_eq!(entry("34,0", "<msg><voicemsg voicelength=\"2303\" /></msg>").body(), "voice message, 3 s");
    assert_eq!(entry("43,0", "").body(), "video");
    assert_eq!(entry("47,0", "<msg><emoji md5=\"x\"></emoji></msg>").body(), "sticker");
    assert_eq!(
        entry("42,0", "<msg nickname=\"Sok\" username=\"wxid_sok\"/>").body(),
        "contact: Sok, wxid_sok"
    );
    let link = "<msg><appmsg><title>A &amp; B</title><des/><url><![CDATA[https://example.org]]></url></appmsg></msg>";
    assert_eq!(entry("49,5", link).body(), "link: A & B, https://example.org");
    let file = entry("49,6", "<msg><appmsg><title>plan.pdf</title></appmsg></msg>");
    assert_eq!(file.attachments[0].file_name.as_deref(), Some("plan.pdf"));
    let pay = "<msg><appmsg><title>微信转账</title><wcpayinfo><feedesc>￥1.00</feedesc><pay_memo>rent</pay_memo></wcpayinfo></appmsg></msg>";
    assert_eq!(entry("49,2000", pay).body(), "transfer: ￥1.00, rent");
    let quote = "<msg><appmsg><title>yes</title><refermsg><svrid>77</svrid><content>now?</content></refermsg></appmsg></msg>";
    let quote = entry("49,57", quote);
    assert_eq!((quote.text.as_str(), quote.reply_to.as_deref()), ("yes", Some("77")));
    let call =
        entry("50,0", "<voipmsg><VoIPBubbleMsg><msg><![CDATA[对方已取消]]></msg></VoIPBubbleMsg></voipmsg>");
    assert_eq!(call.form, Form::Call { seconds: None, outcome: Some("cancelled".to_owned()) });
    assert_eq!(entry("1,0", "<b>bold</b>").text, "<b>bold</b>");
}

#[test]
fn places_keep_their_coordinates() {
    let place = |kind: &str, content: &str| row(kind, content).only()[0].place.clone();
    let xml = "wxid_ming:\n<msg><location x=\"11.5639\" y=\"104.9311\" label=\"Street 1\" poiname=\"Palace\" /></msg>";
    let found = place("48,0", xml).unwrap();
    assert_eq!(
        (found.point, found.name.as_deref(), found.address.as_deref()),
        (Some((11.5639, 104.9311)), Some("Palace"), Some("Street 1"))
    );
    let words = "纬度:【11.5639】 经度:【104.9311】 位置:【Street 1】 其他信息:【Palace】";
    assert_eq!(place("48,0", words), Some(found));
    let told = row("48,0", "<msg><location x=\"999\" y=\"0\" label=\"Street 1\"/></msg>");
    assert_eq!(told.only()[0].place.as_ref().unwrap().point, None);
    assert_eq!(told.reasons(), ["message kept without its point: it has no valid coordinates"]);
    assert_eq!(row("48,0", "[位置]").only()[0].body(), "location");
}

#[test]
fn what_was_taken_back_leaves_a_trace_and_notices_are_told() {
    let told = row("10000,0", "\"阿明\" 撤回了一条消息");
    assert_eq!(
        (told.only()[0].revision, told.only()[0].sender.key.as_str()),
        (Revision::Deleted, "wxid_ming")
    );
    let told = row("10000,0", "你撤回了一条消息");
    assert_eq!(told.only()[0].sender.key, "me");
    let told = row(
        "10002,0",
        "<sysmsg type=\"revokemsg\"><revokemsg><replacemsg><![CDATA[\"阿明\" 撤回了一条消息]]></replacemsg></revokemsg></sysmsg>",
    );
    assert_eq!(told.only()[0].revision, Revision::Deleted);
    let told = row("10000,0", "以上是打招呼的内容");
    assert_eq!((told.chats.len(), told.reasons()), (0, vec!["service line: notice of the app"]));
    let told = row("12345,0", "whatever");
    assert_eq!((told.only()[0].body().as_str(), told.skipped.len()), ("message: whatever", 1));
}

#[test]
fn a_broken_row_costs_itself() {
    let good = "7,wxid_ming,1,0,0,1791236414,,还在,2026-10-05 21:40:14,阿明,Ming,wxid_ming";
    let told = legacy(&[
        "5,wxid_ming,1,0,0,1791236412,,\"到了,2026-10-05 21:40:12,阿明,Ming,wxid_ming",
        good,
        "6,wxid_ming,1",
        "6,wxid_ming,1,0,0,never,,x,,,,",
        "6,wxid_ming,1,0,0,1791236415,,short",
        "8,wxid_ming,1,0,0,1791236414,,a,b,c,2026-10-05 21:40:14,阿明,Ming,wxid_ming",
        "",
        "9,wxid_ming,1,0,0,1791236416,,\"open",
    ]);
    let texts: Vec<_> = told.only().iter().map(|entry| entry.text.as_str()).collect();
    assert_eq!(texts, ["\"到了", "还在", "short", "a,b,c"]);
    let lines: Vec<_> = told.skipped.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [2, 4, 5, 6, 9]);
}

#[test]
fn an_open_mark_does_not_take_the_file() {
    let mut text = format!("{LEGACY}5,wxid_ming,1,0,0,1791236412,,\"open\n");
    for _ in 0..40_000 {
        text.push_str("some further line of what was written, with commas, and so on\n");
    }
    text.push_str("7,wxid_ming,1,0,0,1791236414,,还在,2026-10-05 21:40:14,阿明,Ming,wxid_ming\n");
    let told = whole(&IMPORTER, text.as_bytes());
    assert_eq!(told.only().len(), 1);
    assert!(told.skipped.len() > 20_000);
}

#[test]
fn other_separators_and_encodings_are_known() {
    let row = "5;wxid_ming;1;0;0;1791236412;;到了，这里有很多人，外面很黑;2026-10-05 21:40:12;阿明;Ming;wxid_ming\r\n";
    let text = format!("{}{row}", LEGACY.trim_start_matches('\u{feff}').replace(',', ";"));
    let (bytes, ..) = encoding_rs::GBK.encode(&text);
    assert_eq!(recognised(&IMPORTER, "x.csv", &bytes), 1);
    let told = whole(&IMPORTER, &bytes);
    assert_eq!(told.only()[0].text, "到了，这里有很多人，外面很黑");
}

#[test]
fn every_cut_is_read() {
    let text = format!(
        "{LEGACY}5,wxid_ming,1,0,0,1791236412,,\"到\"\"了\n好\",2026-10-05 21:40:12,阿明,Ming,wxid_ming\n"
    );
    cut_everywhere(&IMPORTER, text.as_bytes());
}

const SHORT: &str = "localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime\n\
    5,7,1,0,0,1791236412,,\"a \"\"b\"\"\nc\",2026-10-05 21:40:12\n\
    6,7,48,0,1,1791236413,,\"<msg><location x=\"\"1\"\" y=\"\"2\"\" label=\"\"L\"\"/></msg>\",2026-10-05 21:40:13\n\
    7,7,10000,0,0,1791236414,,\"\"\"A\"\" 撤回了一条消息\",2026-10-05 21:40:14\n";

proptest! {
    #[test]
    fn damage_never_stops_the_reading(bytes in damaged(SHORT.as_bytes())) {
        recognised(&IMPORTER, "x", &bytes);
        whole(&IMPORTER, &bytes);
    }
}
