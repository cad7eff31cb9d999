//! What LINE writes itself, in the languages that it is set to.

use super::super::dates::is_mark;

/// The name in the first line of an export; none if it is no such line.
pub(super) fn title(line: &str) -> Option<String> {
    let line = line.trim_matches(|c: char| c.is_whitespace() || is_mark(c));
    let words = line.strip_prefix("[LINE]")?.trim();
    let name = TITLES.iter().find_map(|(before, behind)| {
        let name = words.strip_prefix(before)?.strip_suffix(behind)?.trim();
        (!name.is_empty()).then_some(name)
    });
    let name = name.unwrap_or(words).trim_matches(['"', '「', '」', '“', '”']);
    // An empty name still tells that this is a title.
    Some(name.to_owned())
}

/// What stands before and behind the name in a title. The longer of those that begin or end alike come first.
const TITLES: &[(&str, &str)] = &[
    ("Chat history with ", ""),
    ("Chat history in ", ""),
    ("Chat history of ", ""),
    ("Chat with ", ""),
    ("Chat in ", ""),
    ("", "とのトーク履歴"),
    ("", "のトーク履歴"),
    ("", "とのトーク"),
    ("", "のトーク"),
    ("與", "的聊天記錄"),
    ("與", "的聊天紀錄"),
    ("和", "的聊天記錄"),
    ("", "的聊天記錄"),
    ("", "的聊天紀錄"),
    ("與", "的聊天"),
    ("与", "的聊天记录"),
    ("和", "的聊天记录"),
    ("", "的聊天记录"),
    ("与", "的聊天"),
    ("ประวัติการแชทกับ", ""),
    ("ประวัติการแชทใน", ""),
    ("ประวัติการสนทนากับ", ""),
    ("ประวัติการสนทนาใน", ""),
    ("ประวัติแชทกับ", ""),
    ("การแชทกับ", ""),
    ("แชทกับ", ""),
    ("แชทใน", ""),
    ("Riwayat chat dengan ", ""),
    ("Riwayat Chat dengan ", ""),
    ("Riwayat chat di ", ""),
    ("Riwayat obrolan dengan ", ""),
    ("Riwayat Obrolan dengan ", ""),
    ("Chat dengan ", ""),
    ("Sejarah sembang dengan ", ""),
    ("", "님과의 대화 내용"),
    ("", "님과의 대화"),
    ("", "님과 나눈 대화"),
    ("", "과의 대화"),
    ("", "와의 대화"),
    ("", " 대화 내용"),
    ("", "의 대화"),
    ("Lịch sử trò chuyện với ", ""),
    ("Lịch sử trò chuyện trong ", ""),
    ("Trò chuyện với ", ""),
    ("Historial del chat con ", ""),
    ("Historial de chat con ", ""),
    ("Chat con ", ""),
    ("Histórico de conversa com ", ""),
    ("Histórico da conversa com ", ""),
    ("Historique de la discussion avec ", ""),
    ("Historique des discussions avec ", ""),
    ("Chatverlauf mit ", ""),
    ("Cronologia chat con ", ""),
    ("История чата с ", ""),
    ("История переписки с ", ""),
];

/// What was sent instead of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// A file, in words of the log.
    File(&'static str),
    /// A place.
    Place,
    /// Something that is no file.
    Other(&'static str),
}

/// What a word in square brackets stands for.
pub(super) fn sent(word: &str) -> Option<Sent> {
    let word = word.trim().to_lowercase();
    SENT.iter().find(|(_, words)| words.split(", ").any(|known| known == word)).map(|(sent, _)| *sent)
}

/// The words, in small letters.
const SENT: &[(Sent, &str)] = &[
    (
        Sent::File("photo"),
        "photo, photos, image, 写真, 画像, 照片, 圖片, 图片, 相片, รูป, รูปภาพ, รูปถ่าย, foto, gambar, 사진, ảnh, hình ảnh, \
         imagen, imagem, bild, photographie, фото, фотография, fotografía, fotografia, រូបថត, រូបភាព, ဓာတ်ပုံ",
    ),
    (
        Sent::File("video"),
        "video, videos, 動画, ビデオ, 影片, 視頻, 视频, วิดีโอ, วีดีโอ, 동영상, 비디오, vídeo, vidéo, видео, វីដេអូ, ဗီဒီယို",
    ),
    (
        Sent::File("voice message"),
        "voice message, voice messages, audio, audio message, ボイスメッセージ, 音声, 語音訊息, 語音, 语音, 语音消息, 语音信息, \
         ข้อความเสียง, เสียง, pesan suara, suara, mesej suara, 음성메시지, 음성 메시지, tin nhắn thoại, âm thanh, \
         mensaje de voz, mensagem de voz, message vocal, sprachnachricht, голосовое сообщение, សារជាសំឡេង",
    ),
    (
        Sent::File("file"),
        "file, files, ファイル, 檔案, 文件, ไฟล์, berkas, fail, 파일, tập tin, tệp, archivo, arquivo, ficheiro, fichier, datei, \
         файл, ឯកសារ, ဖိုင်",
    ),
    (
        Sent::Place,
        "location, 位置情報, 位置資訊, 位置訊息, 位置, 位置信息, ตำแหน่ง, ตำแหน่งที่ตั้ง, ที่ตั้ง, สถานที่, โลเคชั่น, lokasi, 위치, 위치정보, 위치 정보, \
         vị trí, địa điểm, ubicación, localização, lieu, position, standort, местоположение, геопозиция, ទីតាំង, တည်နေရာ",
    ),
    (
        Sent::Other("sticker"),
        "sticker, stickers, スタンプ, 貼圖, 贴图, 表情贴图, สติกเกอร์, สติ๊กเกอร์, stiker, pelekat, 스티커, nhãn dán, hình dán, \
         pegatina, figurinha, autocollant, adesivo, стикер, ស្ទីគ័រ, စတစ်ကာ",
    ),
    (
        Sent::Other("contact card"),
        "contact, contacts, 連絡先, 聯絡資訊, 聯絡人, 联系信息, 联系人, ผู้ติดต่อ, รายชื่อ, รายชื่อผู้ติดต่อ, kontak, kenalan, 연락처, \
         liên hệ, danh bạ, contacto, contato, kontakt, контакт",
    ),
    (Sent::Other("album"), "album, albums, アルバム, 相簿, 相册, อัลบั้ม, อัลบัม, 앨범, álbum, альбом"),
    (
        Sent::Other("note"),
        "note, notes, ノート, 記事本, 记事本, โน้ต, โน๊ต, catatan, nota, 노트, ghi chú, notiz, заметка",
    ),
    (
        Sent::Other("poll"),
        "poll, 投票, アンケート, โพล, โหวต, polling, jajak pendapat, 투표, bình chọn, encuesta, enquete, опрос",
    ),
    (
        Sent::Other("gift"),
        "gift, プレゼント, ギフト, 禮物, 礼物, ของขวัญ, hadiah, 선물, quà, quà tặng, regalo, presente",
    ),
    (Sent::Other("music"), "music, bgm, 音楽, 音樂, 音乐, เพลง, musik, muzik, 음악, nhạc, música"),
    (Sent::Other("link"), "link, リンク, 連結, 链接, ลิงก์, tautan, 링크, liên kết"),
    (Sent::Other("emoji"), "emoji, 絵文字, 表情貼, อิโมจิ, 이모티콘"),
];

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    /// It was taken; the time that it took follows the words.
    Taken,
    /// It was not, in a word.
    Not(&'static str),
}

/// The call that words behind a ☎ tell of.
pub(super) fn call(words: &str) -> Option<Call> {
    let words = words.trim().trim_end_matches(['.', '。']).to_lowercase();
    let known = |(_, all): &&(Call, &str)| all.split(", ").any(|known| known == words);
    CALLS.iter().find(known).map(|(call, _)| *call)
}

/// The words, in small letters.
const CALLS: &[(Call, &str)] = &[
    (
        Call::Taken,
        "call time, call duration, voice call, video call, group call, group call started, 通話時間, 通话时间, 通話時長, 通话时长, \
         音声通話, ビデオ通話, 語音通話, 視訊通話, 语音通话, 视频通话, เวลาโทร, เวลาการโทร, เวลาที่โทร, ระยะเวลาการโทร, เวลาในการโทร, \
         ใช้เวลาโทร, เวลาสนทนา, โทรด้วยเสียง, วิดีโอคอล, durasi panggilan, waktu panggilan, lama panggilan, waktu telepon, \
         panggilan suara, panggilan video, masa panggilan, 통화시간, 통화 시간, 음성통화, 영상통화, 음성 통화, 영상 통화, thời gian gọi, thời lượng cuộc gọi, \
         thời gian cuộc gọi, cuộc gọi thoại, cuộc gọi video, duración de la llamada, tiempo de llamada, \
         duração da chamada, durée de l'appel, anrufdauer, gesprächsdauer, продолжительность звонка, длительность звонка",
    ),
    (
        Call::Not("missed"),
        "missed call, missed voice call, missed video call, 不在着信, 未接來電, 未接来电, 未接, 未接電話, 未接电话, สายที่ไม่ได้รับ, \
         ไม่ได้รับสาย, สายที่ไม่รับ, ไม่รับสาย, สายไม่ได้รับ, panggilan tak terjawab, panggilan tidak terjawab, panggilan terlewat, \
         panggilan tidak dijawab, 부재중 전화, 부재중전화, 부재중 통화, 부재중, cuộc gọi nhỡ, cuộc gọi lỡ, llamada perdida, \
         chamada perdida, appel manqué, verpasster anruf, entgangener anruf, пропущенный звонок, пропущенный вызов",
    ),
    (
        Call::Not("cancelled"),
        "canceled call, cancelled call, call canceled, call cancelled, canceled, cancelled, \
         キャンセル, 通話をキャンセルしました, 通話キャンセル, キャンセルした通話, 發信取消, 发信取消, 已取消通話, 您已取消通話, 通話已取消, 取消通話, 取消, \
         已取消, 已取消通话, 您已取消通话, 通话已取消, 取消通话, ยกเลิกการโทร, ยกเลิกสาย, สายที่ยกเลิก, การโทรถูกยกเลิก, ยกเลิก, \
         panggilan dibatalkan, dibatalkan, membatalkan panggilan, batalkan panggilan, 취소된 통화, 통화 취소, 취소한 통화, \
         통화를 취소했습니다, 취소, 취소됨, đã hủy cuộc gọi, đã huỷ cuộc gọi, cuộc gọi đã hủy, cuộc gọi bị hủy, hủy cuộc gọi, \
         llamada cancelada, chamada cancelada, appel annulé, anruf abgebrochen, звонок отменен, вызов отменен",
    ),
    (
        Call::Not("no answer"),
        "no answer, unanswered call, call not answered, 応答なし, 通話に応答がありませんでした, 応答がありません, 無應答, 无应答, \
         無人接聽, 无人接听, 對方無應答, 无人应答, 沒有回應, ไม่มีการตอบรับ, ไม่มีผู้รับสาย, ไม่มีคนรับสาย, ไม่ตอบรับ, ไม่มีการรับสาย, \
         tidak ada jawaban, tidak dijawab, tak ada jawaban, 응답 없음, 응답없음, 받지 않음, không trả lời, không có trả lời, \
         không có câu trả lời, sin respuesta, sem resposta, pas de réponse, keine antwort, нет ответа",
    ),
    (
        Call::Not("declined"),
        "declined call, call declined, declined, rejected call, 拒否した通話, 通話を拒否しました, 拒否, 已拒接, 拒絕接聽, 已拒絕, 拒接, \
         已拒绝, 拒绝接听, ปฏิเสธสาย, ปฏิเสธการโทร, สายที่ปฏิเสธ, panggilan ditolak, ditolak, 거절된 통화, 통화 거절, 거절, \
         đã từ chối cuộc gọi, cuộc gọi bị từ chối, từ chối cuộc gọi, llamada rechazada, chamada recusada, appel refusé, \
         anruf abgelehnt, звонок отклонен, вызов отклонен",
    ),
    (
        Call::Not("busy"),
        "busy, line busy, the line is busy, 通話中, 話し中, 對方忙線中, 忙線中, 忙線, 对方忙线中, 忙线, 忙, สายไม่ว่าง, sibuk, \
         saluran sibuk, 통화 중, 통화중, máy bận, bận, ocupado, occupé, besetzt, занято",
    ),
];

/// Who took a message back, by the words of the app.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unsent<'a> {
    /// Somebody with this name.
    By(&'a str),
    /// The one who exported, or whoever the line is from.
    BySelf,
}

/// Whether words say that a message was taken back.
pub(super) fn unsent(words: &str) -> Option<Unsent<'_>> {
    let words = words.trim_matches(|c: char| c.is_whitespace() || is_mark(c)).trim_end_matches(['.', '。']);
    let name = UNSENT.iter().find_map(|end| words.strip_suffix(end))?.trim();
    let is_self = name.is_empty() || SELF.iter().any(|known| name.eq_ignore_ascii_case(known));
    Some(if is_self { Unsent::BySelf } else { Unsent::By(name) })
}

/// What follows the name. The longer of those that end alike come first.
const UNSENT: &[&str] = &[
    " has unsent a message",
    " unsent a message",
    "unsent a message",
    "がメッセージの送信を取り消しました",
    "メッセージの送信を取り消しました",
    "已收回訊息",
    "收回了訊息",
    "已收回一則訊息",
    "已收回了一則訊息",
    "已撤回消息",
    "已收回消息",
    "撤回了一条消息",
    "撤回了消息",
    "ได้ยกเลิกการส่งข้อความ",
    "ยกเลิกการส่งข้อความ",
    "ได้ยกเลิกข้อความ",
    "ยกเลิกข้อความแล้ว",
    "ยกเลิกข้อความ",
    " telah membatalkan pengiriman pesan",
    " membatalkan pengiriman pesan",
    "membatalkan pengiriman pesan",
    " telah membatalkan pesan",
    " membatalkan pesan",
    " membatalkan penghantaran mesej",
    "님이 메시지 전송을 취소했습니다",
    "님이 메시지를 보내기 취소했습니다",
    "님이 메시지를 취소했습니다",
    "님이 메시지를 삭제했습니다",
    "메시지 전송을 취소했습니다",
    "메시지를 삭제했습니다",
    " đã thu hồi một tin nhắn",
    " đã thu hồi tin nhắn",
    " đã hủy gửi tin nhắn",
    " đã huỷ gửi tin nhắn",
    " đã gỡ tin nhắn",
    " canceló el envío de un mensaje",
    " anuló el envío de un mensaje",
    " cancelou o envio de uma mensagem",
    " a annulé l'envoi d'un message",
    " hat eine nachricht zurückgenommen",
    " отменил отправку сообщения",
    " отменил(-а) отправку сообщения",
];

/// What the app calls the one who exported.
const SELF: &[&str] = &[
    "You",
    "您",
    "你",
    "あなた",
    "คุณ",
    "Anda",
    "Kamu",
    "Bạn",
    "나",
    "회원님",
    "당신",
    "Tú",
    "Você",
    "Vous",
    "Du",
    "Вы",
];

/// Whether words, with a name before them or not, are the app's own, such as of somebody who joined. Only where no column tells.
pub(super) fn is_service(words: &str) -> bool {
    let words = words.trim_end().trim_end_matches(['.', '。']);
    let ends = |known: &str| words == known.trim_start() || words.ends_with(known);
    SERVICE.iter().any(|known| ends(known))
}

const SERVICE: &[&str] = &[
    " joined the group",
    " joined the chat",
    " left the group",
    " left the chat",
    "がグループに参加しました",
    "がグループを退会しました",
    "がトークに参加しました",
    "が退出しました",
    "加入群組",
    "加入聊天",
    "已加入群組",
    "退出群組",
    "已退出群組",
    "已退出聊天",
    "เข้าร่วมกลุ่ม",
    "ออกจากกลุ่ม",
    " bergabung ke grup",
    " keluar dari grup",
];
