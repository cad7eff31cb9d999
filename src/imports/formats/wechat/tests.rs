use super::super::dates::DateOrder;
use super::super::shape::{Bytes, Form, Revision};
use super::super::testing::{Gathered, cut_everywhere, read, recognised, samples, whole};
use super::IMPORTER;

mod pastes;
mod tables;

#[test]
fn other_files_are_not_wechats() {
    let others = [
        "",
        "Dear all,\nplease find the minutes below.\nWe met on 2026-10-05 21:40\nand went home.\n",
        "2026/4/6 下午1:54 - Linh: hello\n2026/4/6 下午1:55 - Linh: hi\n",
        "[2026/4/6 下午1:54:10] Linh: hello\n",
        "[2026-04-06 13:54:12] Linh: hello\n",
        "2026/1/30周五\n10:00\tLinh\thello\n10:01\tSok\thi\n",
        "2026.01.30 Friday\n10:00 Linh hello\n",
        "2026-10-05 21:40:12 INFO starting\n2026-10-05 21:40:13 INFO started\n2026-10-05 21:40:13 WARN slow\n",
        "id,name,time\n1,Linh,2026-10-05 21:40:12\n",
        "sender,content\nLinh,hello\n",
        "{\"a\": \"2026-10-05 21:40:12\"}\n",
        "listen:\nthis is a list:\n- a\n",
        "From: a@example.org\nDate: Mon, 05 Oct 2026 21:40:12 +0700\n\nHello\n",
        "fn main() {\n    let a = 1;\n}\n",
        "CREATE TABLE a (\n    b TEXT\n);\n",
    ];
    for other in others {
        assert_eq!(recognised(&IMPORTER, "chat.txt", other.as_bytes()), 0, "{other}");
    }
}

#[test]
fn the_real_files_are_read_to_the_last_line() {
    let Some(samples) = samples() else { return };
    let table = std::fs::read(samples.join("wechat/inline_wechatmsg_legacy.csv")).unwrap();
    assert_eq!(recognised(&IMPORTER, "x.csv", &table), 2);
    let told = whole(&IMPORTER, &table);
    let sizes: Vec<_> = told.chats.iter().map(|chat| (chat.key.as_str(), chat.entries.len())).collect();
    assert_eq!(sizes, [("217", 2), ("wxid_friend", 1)]);
    let [theirs, mine] = &told.chats[0].entries[..] else { panic!("two messages are in this chat") };
    assert_eq!((mine.sender.key.as_str(), theirs.sender.key.as_str()), ("me", "wxid_h000000000"));
    assert_eq!(told.chats[1].entries[0].text.lines().count(), 2);
    assert_eq!((told.skipped.len(), told.notes.len()), (0, 0));
    cut_everywhere(&IMPORTER, &table);

    let paste = std::fs::read(samples.join("authored/wechat_paste_desktop.txt")).unwrap();
    assert_eq!(recognised(&IMPORTER, "x.txt", &paste), 2);
    let told = whole(&IMPORTER, &paste);
    assert_eq!(told.times(DateOrder::Ymd), ["2026-10-05T21:40:12", "2026-10-05T21:41:00"]);
    assert_eq!(told.only()[1].attachments[0].what, "photo");
    assert!(told.skipped.is_empty());
    cut_everywhere(&IMPORTER, &paste);
}
