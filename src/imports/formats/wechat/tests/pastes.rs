use proptest::prelude::proptest;

use super::super::super::damage::damaged;
use super::*;

fn senders(told: &Gathered) -> Vec<(&str, &str)> {
    told.only().iter().map(|entry| (entry.sender.key.as_str(), entry.text.as_str())).collect()
}

#[test]
fn name_and_date_may_stand_in_either_order() {
    let text = "阿明 2026-10-05 21:40:12\n到了\n外面:有很多灯\n\n2026-10-05 21:41 小 红\n好\n\n小 红 2026/10/5 9:42 PM\nok\n\
                阿明(2026年10月5日 晚上9:43)\r\n走吧\r\n";
    assert_eq!(recognised(&IMPORTER, "a.txt", text.as_bytes()), 4);
    let told = whole(&IMPORTER, text.as_bytes());
    assert_eq!(
        senders(&told),
        [("阿明", "到了\n外面:有很多灯"), ("小 红", "好"), ("小 红", "ok"), ("阿明", "走吧")]
    );
    let times = ["2026-10-05T21:40:12", "2026-10-05T21:41:00", "2026-10-05T21:42:00", "2026-10-05T21:43:00"];
    assert_eq!(told.times(DateOrder::Ymd), times);
    assert!(told.skipped.is_empty());
    assert_eq!(told.only()[2].line, 8);
}

#[test]
fn one_message_alone_is_known() {
    for text in
        ["阿明 2026-10-05 21:40:12\n到了", "2026-10-05 21:40:12 阿明\n到了\n", "阿明 昨天 21:40\n到了"]
    {
        assert_eq!(recognised(&IMPORTER, "", text.as_bytes()), 1, "{text}");
    }
    let (bytes, ..) =
        encoding_rs::GBK.encode("阿明 2026-10-05 21:40:12\n你在哪里？我到了，外面有很多灯，快来。\n");
    let told = whole(&IMPORTER, &bytes);
    assert_eq!((told.only()[0].sender.key.as_str(), told.notes.len()), ("阿明", 1));
}

#[test]
fn dates_in_lines_of_their_own_count_for_what_follows() {
    let text = "—————  2026-03-05  —————\n\n阿明  21:40\n\n到了\n\n小红  21:41\n\n好\n";
    assert_eq!(recognised(&IMPORTER, "a.txt", text.as_bytes()), 2);
    let told = whole(&IMPORTER, text.as_bytes());
    assert_eq!(senders(&told), [("阿明", "到了"), ("小红", "好")]);
    assert_eq!(told.times(DateOrder::Ymd), ["2026-03-05T21:40:00", "2026-03-05T21:41:00"]);

    let text = "2026年3月5日 21:40\n阿明:\n你听:\n没有人\n\n小红：\n嗯\n\n21:50\n\n阿明:\n走了\n";
    assert_eq!(recognised(&IMPORTER, "a.txt", text.as_bytes()), 3);
    let told = whole(&IMPORTER, text.as_bytes());
    assert_eq!(senders(&told), [("阿明", "你听:\n没有人"), ("小红", "嗯"), ("阿明", "走了")]);
    assert_eq!(
        told.times(DateOrder::Ymd),
        ["2026-03-05T21:40:00", "2026-03-05T21:40:00", "2026-03-05T21:50:00"]
    );
    assert!(told.skipped.is_empty());
}

#[test]
fn a_copy_by_mail_names_its_files() {
    let text = "微信群聊“家人”的聊天记录如下：\n\n—————  2026-03-05  —————\n\n\n阿明  21:40\n\n\
                [图片: a1.jpg(请在附件中查看)]\n\n小红  21:41\n\n[链接] 一篇文章: https://example.org\n\n阿明  21:42\n\n21:50\n\n注意:\n\n见到了\n";
    assert_eq!(recognised(&IMPORTER, "a.txt", text.as_bytes()), 3);
    let told = whole(&IMPORTER, text.as_bytes());
    let [photo, link, words] = told.only() else { panic!("three messages were sent") };
    assert_eq!(photo.attachments[0].bytes, Bytes::Member("a1.jpg".to_owned()));
    assert_eq!((photo.attachments[0].what.as_str(), photo.body().as_str()), ("photo", "photo"));
    assert_eq!(link.described, ["link: 一篇文章: https://example.org"]);
    assert_eq!(words.text, "21:50\n\n注意:\n\n见到了");
    assert_eq!(told.skipped, [(1, "line that belongs to no message".to_owned())]);
}

#[test]
fn dates_that_say_nothing_are_told() {
    let text = "阿明 昨天 21:40\n到了\n\n小红 星期三 下午9:40\n好\n\n小红 2026-10-05 21:41\n走\n";
    let told = whole(&IMPORTER, text.as_bytes());
    assert_eq!(senders(&told), [("小红", "走")]);
    assert_eq!(told.skipped.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 4]);
    assert!(told.reasons()[0].contains("how long ago"));
    let told = whole(&IMPORTER, "阿明:\n到了\n\n阿明  21:40\n走\n".as_bytes());
    assert_eq!((told.chats.len(), told.skipped.len()), (0, 2));
    assert!(told.reasons()[0].contains("without a date"));
}

#[test]
fn what_is_no_text_is_taken_out() {
    let text = "阿明 2026-10-05 21:40:01\n看[微笑]\n[图片]\n\n阿明 2026-10-05 21:40:02\n[位置]金边王宫\n\n\
                阿明 2026-10-05 21:40:03\n[文件] plan.pdf\n\n阿明 2026-10-05 21:40:04\n[语音通话] 通话时长 01:23\n\n\
                阿明 2026-10-05 21:40:05\n「小红：几点」\n- - - - - - - - -\n九点\n\n\
                阿明 2026-10-05 21:40:06\n\"阿明\" 撤回了一条消息\n\n阿明 2026-10-05 21:40:07\n[视频] 里的人是谁\n\n\
                \"小红\" 撤回了一条消息\n\n你已添加了小红，现在可以开始聊天了。\n\n阿明 2026-10-05 21:40:08\n[动画表情]\n";
    let told = whole(&IMPORTER, text.as_bytes());
    let [photo, place, file, call, answer, deleted, sentence, sticker] = told.only() else {
        panic!("eight messages were sent, {}", told.only().len())
    };
    assert_eq!((photo.text.as_str(), photo.attachments[0].what.as_str()), ("看[微笑]", "photo"));
    assert_eq!(place.place.as_ref().unwrap().name.as_deref(), Some("金边王宫"));
    assert_eq!(file.attachments[0].file_name.as_deref(), Some("plan.pdf"));
    assert_eq!(call.form, Form::Call { seconds: Some(83), outcome: Some("answered".to_owned()) });
    assert_eq!(
        (answer.text.as_str(), &answer.described[..]),
        ("九点", &["answers: 小红：几点".to_owned()][..])
    );
    assert_eq!((deleted.revision, deleted.text.as_str()), (Revision::Deleted, ""));
    assert_eq!(sentence.text, "[视频] 里的人是谁");
    assert_eq!(sticker.described, ["sticker"]);
    assert_eq!(told.reasons(), ["service line: notice of the app"; 2]);
}

#[test]
fn a_sentence_with_a_date_is_no_heading_where_blank_lines_part_messages() {
    let mut text = String::new();
    for minute in 10..14 {
        text.push_str(&format!("阿明 2026-10-05 21:{minute}:00\n好\n\n"));
    }
    text.push_str("阿明 2026-10-05 21:50:00\n第一句\n见面时间 2026-10-06 09:00\n最后一句\n阿明 2026-10-05 21:51:00\n到了\n");
    let told = whole(&IMPORTER, text.as_bytes());
    assert_eq!(told.only().len(), 6);
    assert_eq!(told.only()[4].text, "第一句\n见面时间 2026-10-06 09:00\n最后一句");
}

#[test]
fn lines_of_no_message_are_told_and_long_ones_cut() {
    let text = format!("聊天记录\n\n阿明 2026-10-05 21:40:12\n{}\n到了\n", "好".repeat(4 << 20));
    let told = whole(&IMPORTER, text.as_bytes());
    assert_eq!(told.only().len(), 1);
    assert_eq!(told.skipped.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 4, 5]);
}

#[test]
fn files_of_an_export_are_chats_of_their_own() {
    let text = "阿明 2026-10-05 21:40:12\n到了\n".as_bytes();
    let (told, result) = read(&IMPORTER, &[("export/阿明.txt", text), ("export/小红.txt", text)]);
    result.unwrap();
    let chats: Vec<_> = told.chats.iter().map(|chat| (chat.key.as_str(), chat.entries.len())).collect();
    assert_eq!(chats, [("阿明", 1), ("小红", 1)]);
}

#[test]
fn every_cut_is_read() {
    cut_everywhere(&IMPORTER, SHORT.as_bytes());
}

const SHORT: &str =
    "—————  2026-03-05  —————\n\n阿明  21:40\n到了\n\n小红 2026-10-05 21:41\n[图片]\n小红:\n嗯\n";

proptest! {
    #[test]
    fn every_line_is_in_a_message_or_told(lines in proptest::collection::vec("(阿明 2026-10-05 21:40|昨天|21:40|阿明:|\\[图片\\]|好|)", 0..12)) {
        let text = lines.join("\n");
        let told = whole(&IMPORTER, text.as_bytes());
        let messages: usize = told.chats.iter().map(|chat| chat.entries.len()).sum();
        let headings = lines.iter().filter(|line| line.contains("2026")).count();
        assert!(messages <= lines.len() && messages >= headings.min(1));
    }

    #[test]
    fn damage_never_stops_the_reading(bytes in damaged(SHORT.as_bytes())) {
        recognised(&IMPORTER, "x", &bytes);
        whole(&IMPORTER, &bytes);
    }
}
