//! What the app tells in words of its own: calls, deletions, polls, service lines.

use super::super::super::shape::Form;
use super::content::{android, file, ios};
use super::*;

#[test]
fn calls_are_calls() {
    let call = |seconds: Option<u32>, outcome: Option<&str>| Form::Call {
        seconds,
        outcome: outcome.map(str::to_owned),
    };
    for words in [
        "Missed voice call",
        "\u{200e}Missed video call, \u{200e}Tap to call back",
        "Llamada de voz perdida",
        "Chamada de voz perdida",
        "Appel vocal manqué",
        "Verpasster Sprachanruf",
        "Chiamata vocale persa",
        "Gemiste spraakoproep",
        "Пропущенный аудиозвонок",
        "未接语音通话",
        "未接語音來電",
        "不在着信",
        "부재중 음성통화",
        "Panggilan suara tak terjawab",
        "Cuộc gọi thoại nhỡ",
        "मिस्ड वॉइस कॉल",
        "مكالمة صوتية فائتة",
        "Cevapsız sesli arama",
    ] {
        assert_eq!(android(words).form, call(None, Some("missed")), "{words}");
    }
    assert_eq!(ios("\u{200e}Voice call, \u{200e}12 min").form, call(Some(720), None));
    assert_eq!(ios("\u{200e}Voice call. \u{200e}1 hr 5 min").form, call(Some(3900), None));
    assert_eq!(ios("\u{200e}Video call, \u{200e}38 sec").form, call(Some(38), None));
    assert_eq!(ios("\u{200e}语音通话，\u{200e}3分钟20秒").form, call(Some(200), None));
    assert_eq!(ios("\u{200e}Panggilan suara, \u{200e}2 menit").form, call(Some(120), None));
    assert_eq!(ios("\u{200e}Voice call, \u{200e}No answer").form, call(None, Some("no answer")));
    assert_eq!(ios("\u{200e}Video call").form, call(None, None));
    assert_eq!(android("Voice call (2 min)").form, call(Some(120), None));
    assert_eq!(android("Video call, no answer").form, call(None, Some("no answer")));
    for words in [
        "voice call",
        "call, me in 5 min please?",
        "Missed voice call me",
        "Missed call, sorry! I slept",
        "video call later",
        "video call, no answer from him since noon",
    ] {
        assert_eq!(android(words).text, words);
    }
    let (gathered, _) = testing::read(
        &IMPORTER,
        &[("WhatsApp Chat with Ben.txt", b"30/1/26, 10:00 - Missed voice call\n30/1/26, 10:01 - Mai: hi")],
    );
    assert_eq!(
        (gathered.only()[0].sender.key.as_str(), &gathered.only()[0].form),
        ("Ben", &call(None, Some("missed")))
    );
    let gathered = whole(&IMPORTER, b"30/1/26, 10:00 - Missed voice call\n30/1/26, 10:01 - Mai: hi");
    assert_eq!(gathered.reasons(), ["service line: a call of which the file does not say who called"]);
}

#[test]
fn deleted_and_edited_messages_are_told_apart() {
    for words in [
        "This message was deleted",
        "You deleted this message",
        "\u{200e}This message was deleted by admin Ben.",
        "Se eliminó este mensaje.",
        "Mensagem apagada",
        "Ce message a été supprimé",
        "Diese Nachricht wurde gelöscht.",
        "Questo messaggio è stato eliminato",
        "Dit bericht is verwijderd",
        "Данное сообщение удалено",
        "此消息已删除",
        "你已刪除此訊息",
        "このメッセージは削除されました",
        "삭제된 메시지입니다.",
        "Pesan ini telah dihapus",
        "Mesej ini telah dipadam",
        "Tin nhắn này đã bị xóa",
        "ข้อความนี้ถูกลบ",
        "यह मैसेज डिलीट कर दिया गया है.",
        "تم حذف هذه الرسالة",
        "Bu mesaj silindi",
    ] {
        let entry = android(words);
        assert_eq!((entry.revision, entry.text.as_str()), (Revision::Deleted, ""), "{words}");
        assert_eq!(entry.body(), "message deleted by its sender");
    }
    for tag in [
        "This message was edited",
        "Se editó este mensaje.",
        "Mensagem editada",
        "Ce message a été modifié",
        "Diese Nachricht wurde bearbeitet.",
        "Questo messaggio è stato modificato",
        "Данное сообщение изменено",
        "此消息已编辑",
        "此訊息已編輯",
        "Pesan ini diedit",
        "Tin nhắn này đã được chỉnh sửa",
        "ข้อความนี้ถูกแก้ไข",
        "تم تعديل هذه الرسالة",
        "Bu mesaj düzenlendi",
    ] {
        let entry = android(&format!("see you\nat 5 <{tag}>"));
        assert_eq!(
            (entry.revision, entry.text.as_str()),
            (Revision::Edited { at: None }, "see you\nat 5"),
            "{tag}"
        );
    }
    assert_eq!(android("they wrote that this message was deleted").revision, Revision::Original);
}

#[test]
fn polls_and_what_could_not_be_exported_are_described() {
    let poll = ios(
        "\u{200e}POLL:\nWhen do we go?\n\u{200e}OPTION: Tonight (\u{200e}2 votes)\n\u{200e}OPTION: Never: no (\u{200e}0 votes)",
    );
    assert_eq!(poll.text, "");
    assert_eq!(
        poll.described,
        ["poll: When do we go?", "option: Tonight (2 votes)", "option: Never: no (0 votes)"]
    );
    assert_eq!(android("ENCUESTA:\n¿Cuándo?\nOPCIÓN: hoy (1 voto)").described.len(), 2);
    assert_eq!(android("Poll:\nno answers here").text, "Poll:\nno answers here");
    assert!(android("Waiting for this message. This may take a while.").text.is_empty());
    assert!(android("null").described[0].contains("null"));
    assert_eq!(file(&ios("\u{200e}You received a view once message.")).what, "view-once message");
    assert_eq!(file(&android("<View once voice message omitted>")).what, "view-once message");
    assert_eq!(android("").body(), "message without text");
}

#[test]
fn service_lines_under_a_name_are_nobodys_words() {
    for line in [
        "[30/1/26, 10:00:00] Team: \u{200e}Messages and calls are end-to-end encrypted. Only people in this chat can read, listen to, or share them.",
        "[30/1/26, 10:00:00] Team: \u{200e}Ben created this group",
        "[30/1/26, 10:00:00] Team: \u{200e}\u{202a}+95 9 555 010\u{202c} joined using this group's invite link",
        "[30/1/26, 10:00:00] Mai: \u{200e}Your security code with Mai changed. \u{200e}Tap to learn more.",
        "30/1/26, 10:00 - Mai: Mai updated the message timer. New messages will disappear from this chat 24 hours after they're sent, except when kept. Tap to change.",
        "30/1/26, 10:00 - 消息和通话已进行端到端加密。对话之外的任何人，甚至包含 WhatsApp，都无法读取或收听。",
        "30/1/26, 10:00 - Mai đã thêm Ben",
        "[30/1/26, 10:00:00] Team: \u{200e}Bạn đã thay đổi ảnh nhóm",
    ] {
        let gathered = whole(&IMPORTER, line.as_bytes());
        assert!(gathered.chats.is_empty(), "{line}");
        assert!(gathered.reasons()[0].starts_with("service line: "), "{line}");
    }
    assert_eq!(android("Ben left, I was added").text, "Ben left, I was added");
    assert_eq!(ios("\u{200e}How is it?").text, "How is it?");
    let group = "[30/1/26, 09:00:00] Team: \u{200e}Messages and calls are end-to-end encrypted. Only people in this chat can read them.\n\
        [30/1/26, 10:00:00] Team: \u{200e}Ben created this group\n[30/1/26, 10:00:01] Team: \u{200e}Ben aliondoka kabisa\n\
        [30/1/26, 10:00:02] Ben: hi\n";
    let gathered = whole(&IMPORTER, group.as_bytes());
    assert_eq!(texts(&gathered), [("Ben", "hi")]);
    assert_eq!(gathered.reasons()[2], "service line: under the name of the group");
    assert_eq!(gathered.chats[0].title.as_deref(), Some("Team"));
    assert_eq!(android("version v1.2 (attached)").text, "version v1.2 (attached)");
}

#[test]
fn no_table_holds_an_empty_word() {
    let tables = [
        &words::MEDIA,
        &words::OMITTED,
        &words::ATTACHED,
        &words::DELETED,
        &words::EDITED,
        &words::LOCATION,
        &words::LIVE,
        &words::SHARED,
        &words::POLL,
        &words::WAITING,
        &words::ONCE,
    ];
    let kinds = words::KINDS.iter().map(|(_, stems)| stems);
    let all = tables.into_iter().chain(kinds).chain(calls::TABLES).chain(service::tables());
    for word in all.flat_map(words::Table::words) {
        assert!(!word.trim().is_empty() && *word == word.to_lowercase() && !word.contains('\n'), "{word:?}");
    }
}
