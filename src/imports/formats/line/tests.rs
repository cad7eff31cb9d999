use super::super::damage::damaged;
use super::super::dates::DateOrder;
use super::super::shape::{Entry, Form, Moment, Revision};
use super::super::testing::{Gathered, cut_everywhere, recognised, samples, whole};
use super::IMPORTER;

const ENGLISH: &str = "[LINE] Chat history with Aunt Mali\nSaved on: 9/26/2026, 11:00\n\nFri, 1/30/2026\n\
    9:05 PM\tAunt Mali\thello\n9:06 PM\tNoi\t\"two\nlines \"\"quoted\"\"\"\n9:07 PM\tNoi\t[Photo]\n\n\
    Sat, 1/31/2026\n12:05 AM\tAunt Mali\tlate\n12:06 AM\t\tAunt Mali unsent a message.\n\
    12:07 AM\t\tNoi joined the chat.\n12:08 PM\tNoi\t☎ Call time 1:02:03\n";

fn read(text: &str) -> Gathered {
    whole(&IMPORTER, text.as_bytes())
}

/// The only message below a day.
fn one(line: &str) -> Entry {
    let mut gathered = read(&format!("2026/01/30(金)\n{line}\n"));
    assert_eq!(gathered.skipped, [], "{line}");
    assert_eq!(gathered.only().len(), 1, "{line}");
    gathered.chats.remove(0).entries.remove(0)
}

fn texts(gathered: &Gathered) -> Vec<(&str, &str)> {
    gathered.only().iter().map(|entry| (entry.sender.key.as_str(), entry.text.as_str())).collect()
}

#[test]
fn an_export_reads_whole() {
    let gathered = read(ENGLISH);
    assert_eq!(gathered.chats[0].title.as_deref(), Some("Aunt Mali"));
    assert_eq!(
        texts(&gathered),
        [
            ("Aunt Mali", "hello"),
            ("Noi", "two\nlines \"quoted\""),
            ("Noi", ""),
            ("Aunt Mali", "late"),
            ("Aunt Mali", ""),
            ("Noi", "")
        ]
    );
    let entries = gathered.only();
    assert_eq!(entries[2].attachments[0].what, "photo");
    assert_eq!(entries[4].revision, Revision::Deleted);
    assert_eq!(entries[5].form, Form::Call { seconds: Some(3723), outcome: None });
    assert_eq!(entries.iter().map(|entry| entry.line).collect::<Vec<_>>(), [5, 6, 8, 11, 12, 14]);
    let times = gathered.times(DateOrder::Mdy);
    assert_eq!(times[0], "2026-01-30T21:05:00");
    assert_eq!(times[3], "2026-01-31T00:05:00");
    assert_eq!(times[5], "2026-01-31T12:08:00");
    assert_eq!(gathered.skipped.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2, 13]);
    assert!(gathered.reasons().iter().all(|reason| reason.starts_with("service line: ")));
}

#[test]
fn days_are_read_in_every_calendar_and_script() {
    for (day, expected) in [
        ("2024/1/23(火)", "2024-01-23"),
        ("2024/01/23（二）", "2024-01-23"),
        ("2026/1/30周五", "2026-01-30"),
        ("2026/1/30 週五", "2026-01-30"),
        ("2025.12.10 Wednesday", "2025-12-10"),
        ("2025.12.10 水曜日", "2025-12-10"),
        ("Fri, 1/30/2026", "2026-01-30"),
        ("Friday, 30/01/2026", "2026-01-30"),
        // Which is the day is told by the day of the week.
        ("Fri, 1/2/2026", "2026-01-02"),
        ("Sun, 1/2/2026", "2026-02-01"),
        ("R7/02/09(日)", "2025-02-09"),
        ("令和7年2月9日(日)", "2025-02-09"),
        ("2569/08/24", "2026-08-24"),
        ("จ. 24/08/2569", "2026-08-24"),
        ("115/01/30(五)", "2026-01-30"),
        ("2026年1月30日 星期五", "2026-01-30"),
        ("2026. 1. 30. 금요일", "2026-01-30"),
        ("2026년 1월 30일 금요일", "2026-01-30"),
        ("T6, 30/01/2026", "2026-01-30"),
        ("Jum, 30/01/2026", "2026-01-30"),
        ("Tue, 23/01/2024", "2024-01-23"),
        ("2024/01/23(Tue)", "2024-01-23"),
        ("2024年1月23日(火)", "2024-01-23"),
        ("\u{feff}2026/01/30", "2026-01-30"),
    ] {
        let gathered = read(&format!("{day}\n10:00\tNoi\thi\n"));
        let shown: Vec<String> = match gathered.only()[0].at {
            Moment::Local(at) => vec![at.to_string()],
            Moment::Written(written) => {
                written.orders().map(|order| written.read(order).unwrap().to_string()).collect()
            }
            Moment::Utc(_) => panic!("{day}"),
        };
        assert_eq!(shown, [format!("{expected}T10:00:00")], "{day}");
        let starts_with_year = !day.starts_with(|c: char| c.is_alphabetic()) || day.starts_with(['R', '令']);
        let is_local = matches!(gathered.only()[0].at, Moment::Local(_));
        assert_eq!(is_local, starts_with_year && !day.starts_with("จ"), "{day}");
    }
}

#[test]
fn clocks_are_read_with_their_halves() {
    for (clock, expected) in [
        ("0:05", "00:05"),
        ("23:59", "23:59"),
        ("上午10:00", "10:00"),
        ("下午03:07", "15:07"),
        ("午前0:05", "00:05"),
        ("午後11:58", "23:58"),
        ("오후 2:00", "14:00"),
        ("2:00 PM", "14:00"),
        ("12:00 AM", "00:00"),
        ("14.30", "14:30"),
    ] {
        let entry = one(&format!("{clock}\tNoi\thi"));
        assert_eq!(entry.at.shown(DateOrder::Ymd).unwrap().to_string(), format!("2026-01-30T{expected}:00"));
    }
}

#[test]
fn a_text_of_several_lines_is_one_message() {
    let day = "2026/01/30(金)\n";
    let raw = read(&format!(
        "{day}10:00\tNoi\tone\ntwo\n\nthree\n10:01\tMali\tfour\n\n2026/01/31(土)\n10:02\tNoi\tx\n"
    ));
    assert_eq!(texts(&raw), [("Noi", "one\ntwo\n\nthree"), ("Mali", "four"), ("Noi", "x")]);

    let pasted =
        format!("{day}10:00\tNoi\t\"look\n09:00\tBad\tpasted\n2020/01/01(水)\nend\"\n10:01\tMali\tok\n");
    let pasted = read(&pasted);
    assert_eq!(texts(&pasted), [("Noi", "look\n09:00\tBad\tpasted\n2020/01/01(水)\nend"), ("Mali", "ok")]);

    let open = read(&format!("{day}10:00\tNoi\t\"never closed\n10:01\tMali\tok\n10:02\tNoi\t\"a\nb\"\n"));
    assert_eq!(texts(&open), [("Noi", "\"never closed"), ("Mali", "ok"), ("Noi", "a\nb")]);

    let apart = read(&format!("{day}10:00\tNoi\t\"I come\n10:01\tNoi\ttomorrow\"\n"));
    assert_eq!(texts(&apart), [("Noi", "\"I come"), ("Noi", "tomorrow\"")]);

    let own = read(&format!("{day}10:00\tNoi\t\"said so\"\n10:01\tMali\t\"\n10:02\tNoi\tx\n"));
    assert_eq!(texts(&own), [("Noi", "\"said so\""), ("Mali", "\""), ("Noi", "x")]);
}

#[test]
fn a_date_that_somebody_wrote_is_no_day() {
    let text = "[LINE] Noi\n\n2026/01/30(金)\n10:00\tNoi\twe meet on\n2026/02/14(土)\nor\n\n2026/02/15\nok\n\n\
        2026/01/31(土)\n10:00\tNoi\tx\n";
    let gathered = read(text);
    assert_eq!(texts(&gathered)[0].1, "we meet on\n2026/02/14(土)\nor\n\n2026/02/15\nok");
    assert_eq!(gathered.times(DateOrder::Ymd)[1], "2026-01-31T10:00:00");
    // Below a day there are messages.
    let plan = format!("{ENGLISH}\nFri, 2/6/2026\nwe go\n\nSun, 2/8/2026\n9:00 AM\tNoi\tx\n");
    let plan = read(&plan.replace("☎ Call time 1:02:03", "the plan"));
    assert_eq!(plan.only()[5].text, "the plan\n\nFri, 2/6/2026\nwe go");
    assert_eq!(plan.times(DateOrder::Mdy)[6], "2026-02-08T09:00:00");
    // Where no blank line stands before days, none is asked for.
    let tight = read("2569/08/24\n09:15\tNoi\ta\n2569/08/25\n09:16\tNoi\tb\n");
    assert_eq!(tight.times(DateOrder::Ymd), ["2026-08-24T09:15:00", "2026-08-25T09:16:00"]);
}

#[test]
fn blanks_may_stand_where_tabs_were() {
    let four = read(
        "[LINE] 相談室のトーク履歴\n保存日時：R8/04/11 20:01\n\nR7/02/09(日)\n15:18    Em Noi    [写真]\n\
        15:19    マリ    10:00 に\n15:20        マリがメッセージの送信を取り消しました\n",
    );
    assert_eq!(texts(&four), [("Em Noi", ""), ("マリ", "10:00 に"), ("マリ", "")]);
    assert_eq!(four.only()[2].revision, Revision::Deleted);
    assert_eq!(four.chats[0].title.as_deref(), Some("相談室"));

    let single = "2025.12.10 Wednesday\n10:00 Noi hello you\n10:01 Aunt Mali yes\n10:02 Aunt Mali no\n\
        10:03 Aunt Mali Stickers\n10:04 PM Noi stickers\n10:05 Noi unsent a message.\n10:06 Lek joined the group.\n\
        10:07 マリがメッセージの送信を取り消しました\n";
    let single = read(single);
    assert_eq!(
        texts(&single),
        [
            ("Noi", "hello you"),
            ("Aunt Mali", "yes"),
            ("Aunt Mali", "no"),
            ("Aunt Mali", ""),
            ("Noi", "stickers"),
            ("Noi", ""),
            ("マリ", "")
        ]
    );
    assert_eq!(single.only()[3].described, ["sticker"]);
    assert_eq!(single.skipped.len(), 1);
    assert_eq!(single.times(DateOrder::Ymd)[4], "2025-12-10T22:04:00");
}

#[test]
fn what_was_sent_instead_of_words_is_told() {
    for word in ["Photo", "写真", "圖片", "รูป", "Foto", "사진", "Ảnh", "照片"] {
        let entry = one(&format!("10:00\tNoi\t[{word}]"));
        assert_eq!((entry.attachments[0].what.as_str(), entry.text.as_str()), ("photo", ""), "{word}");
        assert_eq!(entry.body(), "photo");
    }
    for (word, what) in
        [("[動画]", "video"), ("[ボイスメッセージ]", "voice message"), ("[檔案]", "file"), ("[ไฟล์]", "file")]
    {
        assert_eq!(one(&format!("10:00\tNoi\t{word}")).attachments[0].what, what);
    }
    let file = one("10:00\tNoi\t[File] plan b.pdf");
    assert_eq!(file.attachments[0].file_name.as_deref(), Some("plan b.pdf"));
    assert_eq!(one("10:00\tNoi\t[スタンプ]").described, ["sticker"]);
    for own in ["[Photo] of the gate", "[sic]", "[Photo", "photo", "Photos"] {
        assert_eq!(one(&format!("10:00\tNoi\t{own}")).text, own);
    }
}

#[test]
fn places_come_with_their_point() {
    let link = "https://maps.google.com/maps?q=16.6851%2C98.5179";
    for text in [
        format!("[Location] Gate, Myawaddy {link}"),
        format!("[位置情報]Gate, Myawaddy {link}"),
        format!("\"[位置]\nGate, Myawaddy\n{link}\""),
        "[ตำแหน่ง] Gate, Myawaddy (16.6851, 98.5179)".to_owned(),
        "[Lokasi] Gate, Myawaddy https://www.google.com/maps/@16.6851,98.5179,17z".to_owned(),
    ] {
        let entry = one(&format!("10:00\tNoi\t{text}"));
        let place = entry.place.unwrap();
        assert_eq!(place.point, Some((16.6851, 98.5179)), "{text}");
        assert!(place.name.is_some_and(|name| name.starts_with("Gate, Myawaddy")), "{text}");
        assert_eq!(entry.text, "");
    }
    let short = one("10:00\tNoi\t[Location] Gate https://maps.app.goo.gl/x1");
    assert_eq!((short.text.as_str(), short.place.unwrap().point), ("https://maps.app.goo.gl/x1", None));
    let nowhere = one("10:00\tNoi\t[Location]");
    assert_eq!(nowhere.body(), "location, no coordinates");
}

#[test]
fn calls_are_calls_in_every_language() {
    for text in [
        "☎ Call time 1:23",
        "☎ 通話時間 1:23",
        "☎\u{fe0f} เวลาโทร 1:23",
        "☎ Durasi panggilan 1:23",
        "☎ 통화시간 1:23",
    ] {
        assert_eq!(
            one(&format!("10:00\tNoi\t{text}")).form,
            Form::Call { seconds: Some(83), outcome: None },
            "{text}"
        );
    }
    for text in [
        "☎ Missed call",
        "☎ 不在着信",
        "☎ 未接來電",
        "☎ สายที่ไม่ได้รับ",
        "☎ Panggilan tak terjawab",
        "☎ 부재중 전화",
    ] {
        let form = Form::Call { seconds: None, outcome: Some("missed".to_owned()) };
        assert_eq!(one(&format!("10:00\tNoi\t{text}")).form, form, "{text}");
    }
    for own in ["☎ 081 234 5678", "☎ 10:30", "call time 1:23", "☎"] {
        let entry = one(&format!("10:00\tNoi\t{own}"));
        assert_eq!((entry.form, entry.text.as_str()), (Form::Text, own));
    }
    let nameless =
        "[LINE] Chat with Mali\n\n2026/01/30(金)\n10:00\t\t☎ Missed call\n10:01\t\t☎ Canceled call\n";
    let nameless = read(nameless);
    assert_eq!(texts(&nameless), [("Mali", "")]);
    assert_eq!(nameless.reasons()[1], "call left out: the file does not say who called");
}

#[test]
fn messages_that_were_taken_back_are_known_in_every_language() {
    for words in [
        "Noi unsent a message.",
        "Noiがメッセージの送信を取り消しました",
        "Noi已收回訊息",
        "Noi ยกเลิกข้อความ",
        "Noi membatalkan pengiriman pesan.",
        "Noi님이 메시지 전송을 취소했습니다.",
        "Noi đã thu hồi tin nhắn",
    ] {
        let entry = one(&format!("10:00\t\t{words}"));
        assert_eq!((entry.sender.key.as_str(), entry.revision), ("Noi", Revision::Deleted), "{words}");
    }
    let own = read("2026/01/30\n10:00\t\tYou unsent a message.\n10:01\tNoi\tMali unsent a message.\n");
    assert_eq!(own.skipped.len(), 1);
    assert_eq!(texts(&own), [("Noi", "Mali unsent a message.")]);
}

#[test]
fn nothing_is_lost_in_silence() {
    let text = "10:00\tNoi\tno date\nmore\n[LINE] Noi\nnote\n\n2026/01/30\nstray\n10:00\tNoi\tone\n10:01\tNoi joined.\n\
        more of it\n99:99\tNoi\tno time\n";
    let gathered = read(text);
    assert_eq!(texts(&gathered), [("Noi", "one")]);
    let lines: Vec<u32> = gathered.skipped.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [1, 2, 3, 4, 7, 9, 10, 11]);
    let empty = read("[LINE] Chat with Noi\nSaved on: 1/1/2026\n");
    assert_eq!((empty.chats.len(), empty.skipped.len()), (1, 2));
}

#[test]
fn several_exports_in_one_file_are_several_chats() {
    let second = ENGLISH.replace("Aunt Mali", "Lek");
    let gathered = read(&format!("{ENGLISH}\n{second}"));
    assert_eq!(gathered.chats.iter().map(|chat| chat.entries.len()).collect::<Vec<_>>(), [6, 6]);
}

#[test]
fn only_exports_are_recognised() {
    assert_eq!(recognised(&IMPORTER, "x", ENGLISH.as_bytes()), 6);
    assert_eq!(recognised(&IMPORTER, "x", "2026/1/30(金)\n10:00\tNoi\thi\n".as_bytes()), 1);
    assert_eq!(recognised(&IMPORTER, "x", "2025.12.10 Wednesday\n10:00 Noi hi\n".as_bytes()), 1);
    assert_eq!(recognised(&IMPORTER, "x", ENGLISH.replace('\n', "\r").as_bytes()), 6);
    for other in [
        "10:00\tsensor\t3.5\n10:01\tsensor\t3.6\n",
        "2026-01-30\n10:00 Meeting with Noi\n11:00 Lunch\n",
        "2026-01-30 10:00:00\tINFO\tstarted\n",
        "1/30/26, 9:05 PM - Noi: hello\n",
        "[2026-01-30 10:00:00] Noi: hello\n",
        "2026-10-05 21:40:12 Noi\nhello\n",
        "LINE\n\nA novel. 10:00 it began.\n",
        "1\n00:00:01,000 --> 00:00:02,000\nhello\n",
        "",
    ] {
        assert_eq!(recognised(&IMPORTER, "[LINE] x.txt", other.as_bytes()), 0, "{other}");
    }
}

#[test]
fn cut_anywhere_a_file_is_only_shorter() {
    cut_everywhere(&IMPORTER, ENGLISH.as_bytes());
    let utf16: Vec<u8> = ENGLISH.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(whole(&IMPORTER, &utf16).only().len(), 6);
}

proptest::proptest! {
    /// As a phone writes texts of one line and of several.
    #[test]
    fn what_was_written_is_read(
        texts in proptest::collection::vec(proptest::collection::vec("[a-dก你!\" ]{0,9}", 1..4), 1..12),
    ) {
        let joined: Vec<String> = texts.iter().map(|lines| lines.join("\n")).collect();
        let mut file = "[LINE] Chat with Mali\n\n2026/01/30(金)\n".to_owned();
        for text in &joined {
            let quoted = || format!("\"{}\"", text.replace('"', "\"\""));
            let written = if text.contains('\n') { quoted() } else { text.clone() };
            file.push_str(&format!("10:00\tNoi\t{written}\n"));
        }
        let gathered = read(&file);
        let read: Vec<&str> = gathered.only().iter().map(|entry| entry.text.as_str()).collect();
        proptest::prop_assert_eq!(read, joined);
    }

    #[test]
    fn no_damage_stops_the_reader(bytes in damaged(ENGLISH.as_bytes())) {
        recognised(&IMPORTER, "x", &bytes);
        whole(&IMPORTER, &bytes);
    }
}

#[test]
fn a_line_of_ten_megabytes_is_told() {
    let long = "x".repeat(10 << 20);
    let gathered = read(&format!("2026/01/30\n10:00\tNoi\t{long}\n10:01\tNoi\tok\n"));
    assert_eq!(gathered.only().len(), 2);
    assert_eq!(gathered.skipped.len(), 1);
}

#[test]
fn real_exports_read_as_by_eye() {
    let Some(samples) = samples() else { return };
    let read = |name: &str| whole(&IMPORTER, &std::fs::read(samples.join("line").join(name)).unwrap());
    for (name, messages, skipped) in [
        ("inline_en_dmy_ampm.txt", 4, 2),
        ("inline_ja_reiwa_spaces.txt", 6, 2),
        ("inline_th_be_year.txt", 1, 1),
    ] {
        let gathered = read(name);
        assert_eq!((gathered.only().len(), gathered.skipped.len()), (messages, skipped), "{name}");
    }
    let english = read("inline_en_dmy_ampm.txt");
    assert_eq!(english.times(DateOrder::Mdy)[0], "2026-01-15T21:30:00");
    assert_eq!(english.only()[3].revision, Revision::Deleted);
    let spaced = read("inline_ja_reiwa_spaces.txt");
    assert_eq!(spaced.times(DateOrder::Ymd)[3], "2025-02-11T19:12:00");
    assert_eq!(read("inline_th_be_year.txt").times(DateOrder::Ymd), ["2026-08-24T09:15:00"]);
}
