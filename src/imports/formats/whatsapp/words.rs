//! What the app writes where something else than words was sent, in its many languages. Stems where the languages bend
//! their words.

use std::sync::OnceLock;

use super::super::dates::{is_blank, is_mark};

/// In small letters, blanks alike, without marks and without the points at the end.
pub(super) fn plain(text: &str) -> String {
    let clean = text.chars().filter(|c| !is_mark(*c)).map(|c| if is_blank(c) { ' ' } else { c });
    let mut small = String::with_capacity(text.len());
    for c in clean.flat_map(char::to_lowercase) {
        // Hindi and Bengali letters with a dot below come in one piece or in two.
        let base = match c {
            '\u{958}' => 'क',
            '\u{959}' => 'ख',
            '\u{95a}' => 'ग',
            '\u{95b}' => 'ज',
            '\u{95c}' => 'ड',
            '\u{95d}' => 'ढ',
            '\u{95e}' => 'फ',
            '\u{95f}' => 'य',
            '\u{9dc}' => 'ড',
            '\u{9dd}' => 'ঢ',
            '\u{9df}' => 'য',
            _ => {
                small.push(c);
                continue;
            }
        };
        small.push(base);
        small.push(if c < '\u{980}' { '\u{93c}' } else { '\u{9bc}' });
    }
    small.trim().trim_end_matches(['.', '。', '।', '۔', '!', '។', '።']).trim_end().to_owned()
}

/// Words to look for, parted by `|`. They are in order once they are first needed, so that a text meets only those
/// that begin as it does.
pub(super) struct Table {
    words: &'static str,
    sorted: OnceLock<Vec<&'static str>>,
}

impl Table {
    pub(super) const fn new(words: &'static str) -> Self {
        Self { words, sorted: OnceLock::new() }
    }

    /// All words.
    pub(super) fn words(&self) -> &[&'static str] {
        self.sorted.get_or_init(|| {
            let mut words: Vec<&str> = self.words.split('|').collect();
            words.sort_unstable();
            words
        })
    }

    /// Those that begin with the same character as a text.
    fn like<'a>(&'a self, text: &str) -> &'a [&'static str] {
        let words = self.words();
        let Some(first) = text.chars().next() else { return &[] };
        let from = words.partition_point(|word| word.chars().next() < Some(first));
        let to = words.partition_point(|word| word.chars().next() <= Some(first));
        words.get(from..to).unwrap_or_default()
    }

    /// Whether one of the words is in a text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        text.char_indices().any(|(at, _)| text.get(at..).is_some_and(|rest| self.begins(rest)))
    }

    fn begins(&self, text: &str) -> bool {
        self.like(text).iter().any(|word| text.starts_with(word))
    }

    /// Whether a text is one of the words.
    pub(super) fn is(&self, text: &str) -> bool {
        self.words().binary_search(&text).is_ok()
    }

    /// What follows the longest word that a text begins with.
    pub(super) fn after<'a>(&self, text: &'a str) -> Option<&'a str> {
        self.like(text).iter().filter_map(|word| text.strip_prefix(word)).min_by_key(|rest| rest.len())
    }
}

/// Media in `<Media omitted>`.
pub(super) static MEDIA: Table = Table::new(
    "media|medien|mediefil|multimed|médi|medij|medya|mediu|mídia|meedia|multivid|медиа|медіа|медиј|мултимед|\
    мультимед|媒体|媒體|影音|媒體檔|メディア|미디어|الوسائط|وسائط|رسانه|میڈیا|ميديا|मीडिया|मिडिया|মিডিয়া|মিডিয়া|\
    மீடியா|ஊடக|మీడియా|ಮಾಧ್ಯಮ|ಮೀಡಿಯಾ|മീഡിയ|મીડિયા|ਮੀਡੀਆ|මාධ්‍ය|มีเดีย|สื่อ|ສື່|ມີເດຍ|មេឌៀ|មេឌា|មីឌា|ប្រព័ន្ធផ្សព្វផ្សាយ|\
    မီဒီယာ|မီဒီယာဖိုင်|המדיה|מדיה|πολυμέσ|მედია|մեդիա|phương tiện|tệp|archivo omitido|arquivo oculto|ficheiro|fichier|\
    fișier|soubor|súbor|fájl|fail |fayl|datoteka|bestand|ሚዲያ|midia|meán|cyfryng|файл|dosya|attached omitted|adjunto omitido",
);

/// The kinds of things that were sent, the most telling words first.
pub(super) static KINDS: [(&str, Table); 8] = [
    (
        "contact card",
        Table::new(
            "contact|contato|contatto|kontak|контакт|联系人|聯絡人|聯絡資訊|名片|連絡先|연락처|liên hệ|danh bạ|ผู้ติดต่อ|kenalan|\
         कॉन्टैक्ट|संपर्क|جهة|مخاطب|رابطہ|kişi kart|yhteystie|επαφ|איש קשר|ទំនាក់ទំនង|အဆက်အသွယ်|যোগাযোগ|.vcf",
        ),
    ),
    (
        "sticker",
        Table::new(
            "sticker|стикер|стікер|налепница|贴图|貼圖|表情|スタンプ|ステッカー|스티커|nhãn dán|สติกเกอร์|สติ๊กเกอร์|स्टिकर|ملصق|استیکر|اسٹیکر|çıkartma|\
         naklejk|adesivo|figurinha|pegatina|tarra|stiker|matrica|αυτοκόλλητ|מדבקה|ស្ទីគ័រ|စတစ်ကာ|pelekat|স্টিকার|samolepka|nálepka|klistermærke|klistremerke",
        ),
    ),
    ("GIF", Table::new("gif|जीआईएफ़")),
    (
        "document",
        Table::new(
            "document|dokument|documento|документ|文档|文檔|文件|ドキュメント|書類|문서|tài liệu|เอกสาร|dokumen|डॉक्यूमेंट|डॉक्युमेंट|दस्तावेज़|\
         مستند|سند|دستاویز|belge|asiakirja|έγγραφ|מסמך|ឯកសារ|စာရွက်စာတမ်း|নথি|ডকুমেন্ট",
        ),
    ),
    (
        "video",
        Table::new(
            "video|vídeo|vidéo|видео|відео|视频|視訊|影片|動画|ビデオ|동영상|비디오|영상|วิดีโอ|วีดีโอ|वीडियो|विडियो|فيديو|ویدیو|ویڈیو|wideo|βίντεο|\
         וידאו|סרטון|វីដេអូ|ဗီဒီယို|ভিডিও|வீடியோ",
        ),
    ),
    (
        "voice message",
        Table::new(
            "voice message|sprachnachricht|mensaje de voz|nota de voz|mensagem de voz|message vocal|messaggio vocale|\
         spraakbericht|голосовое|语音消息|語音訊息|ボイスメッセージ|음성 메시지|tin nhắn thoại|ข้อความเสียง|pesan suara|sesli mesaj",
        ),
    ),
    (
        "audio",
        Table::new(
            "audio|áudio|аудио|аудіо|音频|音訊|语音|語音|オーディオ|音声|오디오|음성|âm thanh|เสียง|ऑडियो|الصوت|صوت|آڈیو|sesli|ses dosyası|ses atlandı|\
         dźwięk|ääni|hangfájl|ήχο|אודיו|សំឡេង|អូឌីយ៉ូ|အသံ|অডিও|ljud|lydfil|lyd ",
        ),
    ),
    (
        "photo",
        Table::new(
            "image|imagen|imagem|immagine|imagine|bild|afbeelding|foto|photo|фото|изображ|зображ|图片|圖片|图像|圖像|照片|画像|写真|이미지|사진|ảnh|hình|\
         รูป|ภาพ|gambar|imej|फ़ोटो|फोटो|इमेज|चित्र|صورة|صوره|الصورة|عکس|تصویر|resim|görüntü|zdjęci|obraz|obráz|kuva|kép|εικόν|φωτο|\
         រូប|ပုံ|larawan|slik|billede|bilde|תמונה|ছবি|படம்",
        ),
    ),
];

/// That something is not in the export, as iOS says it of each kind.
pub(super) static OMITTED: Table = Table::new(
    "omit|omes|omis|weggel|ausgel|ausgesch|absent|manquant|retiré|non inclus|esclus|revelad|ocult|отсутств|\
    не добав|пропущ|без |छोड़|हटाई|हटाया|शामिल नहीं|省略|忽略|略去|未包含|含まれ|생략|제외|không|bỏ qua|đã bị ẩn|ẩn|ไม่รวม|ละเว้น|ถูกละ|ลบออก|\
    tidak disertakan|dihilangkan|disingkirkan|dikecualikan|diabaikan|استبعاد|محذوف|حذف|غير مدرج|غير مضمن|شامل نہیں|atlandı|dahil edil|\
    pomini|vynech|utelä|utela|udelad|jätettiin|puuttuu|kihagy|hiány|παραλ|לא נכלל|הושמט|លុប|មិនបាន|ဖယ်|inalis|tinanggal|изпусн|\
    пропусн|izostav|izpušč|বাদ|excluded|not included|missing|imeachwa|weggelaat",
);

/// What stands before or behind the name of a file that came with the export: `(file attached)`, `<attached: ...>`.
pub(super) static ATTACHED: Table = Table::new(
    "attach|adjunt|angehängt|anhang|joint|joined|allegat|anexad|anexo|em anexo|bijgevoegd|bijlage|прикреп|вложен|\
    додан|прикачен|приложен|附件|附加|附檔|添付|첨부|مرفق|إرفاق|ارفاق|ارفق|پیوست|ضمیمه|منسلک|संलग्न|अटैच|সংযুক্ত|இணைக்க|జోడించ|terlampir|\
    lampiran|dilampirkan|disertakan|dilampir|đính kèm|แนบ|แนบไฟล์|ekli|eklendi|eklenmiş|dosya|załącz|dołącz|přilož|priložen|priložen|\
    bifog|vedhæft|vedlagt|lagt ved|liite|liitetty|mellékel|csatol|ataşat|atașat|συνημμέν|επισυν|מצורף|צורף|ភ្ជាប់|ပူးတွဲ|\
    nakalakip|imeambatishwa|aangeheg|prilož",
);

/// A message that its sender took back.
pub(super) static DELETED: Table = Table::new(
    "this message was deleted|you deleted this message|message deleted|this message has been deleted|\
    se eliminó este mensaje|este mensaje fue eliminado|eliminaste este mensaje|este mensaje se eliminó|\
    esta mensagem foi apagada|mensagem apagada|você apagou esta mensagem|apagou esta mensagem|apagaste esta mensagem|esta mensagem foi eliminada|eliminou esta mensagem|\
    ce message a été supprimé|message supprimé|vous avez supprimé ce message|\
    diese nachricht wurde gelöscht|du hast diese nachricht gelöscht|nachricht gelöscht|\
    questo messaggio è stato eliminato|hai eliminato questo messaggio|\
    dit bericht is verwijderd|u hebt dit bericht verwijderd|je hebt dit bericht verwijderd|u heeft dit bericht verwijderd|\
    данное сообщение удалено|сообщение удалено|вы удалили данное сообщение|вы удалили это сообщение|это сообщение удалено|это сообщение было удалено|\
    це повідомлення видалено|ви видалили це повідомлення|повідомлення видалено|\
    此消息已删除|这条消息已删除|该消息已删除|您删除了此消息|您已删除此消息|您已删除这条消息|您删除了这条消息|你删除了此消息|你删除了这条消息|你已删除此消息|消息已删除|此消息已被删除|\
    這則訊息已刪除|此訊息已刪除|這則訊息已被刪除|您已刪除這則訊息|您已刪除此訊息|你已刪除這則訊息|你已刪除此訊息|您刪除了這則訊息|你刪除了此訊息|此訊息已被刪除|訊息已刪除|已刪除這則訊息|已刪除此訊息|\
    このメッセージは削除されました|メッセージは削除されました|あなたはこのメッセージを削除しました|このメッセージを削除しました|\
    삭제된 메시지입니다|이 메시지는 삭제되었습니다|메시지를 삭제했습니다|이 메시지를 삭제했습니다|회원님이 이 메시지를 삭제했습니다|\
    pesan ini telah dihapus|pesan ini dihapus|anda telah menghapus pesan ini|anda menghapus pesan ini|kamu menghapus pesan ini|\
    mesej ini telah dipadam|mesej ini telah dipadamkan|mesej ini dipadamkan|anda memadamkan mesej ini|anda telah memadamkan mesej ini|\
    tin nhắn này đã bị xóa|tin nhắn này đã được xóa|tin nhắn đã bị xóa|bạn đã xóa tin nhắn này|tin nhắn này đã bị xoá|bạn đã xoá tin nhắn này|tin nhắn đã xóa|\
    ข้อความนี้ถูกลบ|ข้อความนี้ถูกลบแล้ว|ข้อความนี้ถูกลบไปแล้ว|คุณลบข้อความนี้|คุณลบข้อความนี้แล้ว|คุณได้ลบข้อความนี้|คุณได้ลบข้อความนี้แล้ว|ข้อความถูกลบ|\
    यह मैसेज डिलीट कर दिया गया है|यह मैसेज डिलीट किया गया|आपने यह मैसेज डिलीट किया|आपने यह मैसेज डिलीट कर दिया|यह संदेश हटा दिया गया है|यह संदेश मिटा दिया गया|यह संदेश हटा दिया गया था|आपने यह संदेश हटा दिया|आपने इस संदेश को हटा दिया|\
    تم حذف هذه الرسالة|لقد حذفت هذه الرسالة|حذفت هذه الرسالة|تم حذف الرسالة|قمت بحذف هذه الرسالة|\
    این پیام حذف شد|این پیام حذف شده است|شما این پیام را حذف کردید|یہ پیغام حذف کر دیا گیا|یہ پیغام حذف کر دیا گیا تھا|آپ نے یہ پیغام حذف کر دیا|\
    bu mesaj silindi|bu mesajı sildiniz|bu mesajı sildin|\
    ta wiadomość została usunięta|usunięto tę wiadomość|usunąłeś tę wiadomość|ta wiadomość została skasowana|wiadomość została usunięta|\
    tato zpráva byla odstraněna|tato zpráva byla smazána|ez az üzenet törölve lett|ezt az üzenetet törölték|acest mesaj a fost șters|ați șters acest mesaj|\
    det här meddelandet togs bort|du tog bort det här meddelandet|denne besked blev slettet|du slettede denne besked|denne meldingen ble slettet|du slettet denne meldingen|tämä viesti poistettiin|poistit tämän viestin|\
    αυτό το μήνυμα διαγράφηκε|το μήνυμα διαγράφηκε|διαγράψατε αυτό το μήνυμα|הודעה זו נמחקה|מחקת הודעה זו|ההודעה נמחקה|\
    এই মেসেজটি মুছে ফেলা হয়েছে|এই মেসেজ মোছা হয়েছে|আপনি এই মেসেজটি মুছে দিয়েছেন|এই বার্তাটি মুছে ফেলা হয়েছে|এই মেসেজটি মুছে দেওয়া হয়েছে|\
    សារនេះត្រូវបានលុប|សារនេះត្រូវបានលុបចោល|អ្នកបានលុបសារនេះ|ဤမက်ဆေ့ချ်ကို ဖျက်ခဲ့သည်|ဤမက်ဆေ့ဂျ်ကို ဖျက်လိုက်သည်|ဤမက်ဆေ့ချ်ကို ဖျက်လိုက်ပါပြီ|ဤစာကို ဖျက်ခဲ့သည်|သင် ဤမက်ဆေ့ချ်ကို ဖျက်ခဲ့သည်|\
    binura ang mensaheng ito|binura mo ang mensaheng ito|dinelete ang mensaheng ito|na-delete ang mensaheng ito|dinelete mo ang mensaheng ito|\
    ujumbe huu ulifutwa|umefuta ujumbe huu|hierdie boodskap is geskrap|jy het hierdie boodskap geskrap|ຂໍ້ຄວາມນີ້ຖືກລຶບ",
);

/// What stands in `<This message was edited>`.
pub(super) static EDITED: Table = Table::new(
    "edited|editad|editó|editat|modifié|modificat|bearbeitet|изменен|отредакт|відредаг|змінен|已编辑|已編輯|编辑|編輯|\
    編集|수정|편집|diedit|disunting|chỉnh sửa|sửa|แก้ไข|एडिट|संपादित|تعديل|ویرایش|ترمیم|düzenle|bewerkt|edytow|zmienion|redig|\
    muokattu|נערכ|সম্পাদ|এডিট|uprav|szerkeszt|επεξεργ|កែ|ပြင်|na-edit|gewysig",
);

/// `location:` before a link to a map.
pub(super) static LOCATION: Table = Table::new(
    "location|ubicación|localização|localisation|position|standort|posizione|locatie|местоположение|\
    геопозиция|місцезнаходження|位置|位置信息|位置情報|所在位置|地点|地點|위치|lokasi|vị trí|ตำแหน่ง|ตำแหน่งที่ตั้ง|ที่ตั้ง|लोकेशन|स्थान|\
    الموقع|موقع|مکان|موقعیت|konum|lokalizacja|poloha|hely|locație|plats|placering|posisjon|sijainti|τοποθεσία|מיקום|অবস্থান|\
    ទីតាំង|တည်နေရာ|lokasyon|mahali|ligging|live location|ສະຖານທີ່",
);

/// A live location, of which exports have no coordinates.
pub(super) static LIVE: Table = Table::new(
    "live location|live-standort|livestandort|ubicación en tiempo real|localização em tempo real|localização atual|\
    position en direct|localisation en direct|localisation instantanée|posizione attuale|posizione in tempo reale|live-locatie|livelocatie|\
    live locatie|геоданн|实时位置|即時位置|實時位置|lokasi terkini|lokasi langsung|vị trí trực tiếp|ตำแหน่งปัจจุบัน|ตำแหน่งสด|ตำแหน่งที่ตั้งสด|\
    ที่ตั้งปัจจุบัน|लाइव लोकेशन|الموقع المباشر|موقع مباشر|موقعیت زنده|canlı konum|ライブ位置|ライブロケ|リアルタイムの位置|실시간 위치|lokalizacj|na żywo|liveplats|\
    livelokation|live-placering|direkteposisjon|ទីតាំងផ្ទាល់|ទីតាំងបន្តផ្ទាល់|တိုက်ရိုက်တည်နေရာ|မှတ်တမ်းတင်တည်နေရာ|লাইভ লোকেশন",
);

/// That it was shared.
pub(super) static SHARED: Table = Table::new(
    "shared|geteilt|compart|partag|partilh|condivi|gedeeld|分享|共享|dibagi|kongsi|chia sẻ|แชร์|शेयर|साझा|مشارك|\
    اشتراک|paylaş|共有|공유|udostępn|транс|поделил|ចែករំលែក|မျှဝေ|delades|delt|শেয়ার|ended|beendet|finaliz|terminé",
);

/// The head of a poll.
pub(super) static POLL: Table = Table::new(
    "poll|umfrage|encuesta|enquete|sondage|sondaggio|опрос|опитування|投票|アンケート|투표|설문조사|jajak pendapat|polling|undian|\
    tinjauan pendapat|cuộc thăm dò ý kiến|thăm dò ý kiến|cuộc thăm dò|bình chọn|cuộc bình chọn|โพล|แบบสำรวจ|पोल|استطلاع|تصويت|استطلاع رأي|نظرسنجی|\
    anket|peiling|ankieta|votação|sondagem|omröstning|afstemning|avstemning|kysely|anketa|szavazás|sondaj|δημοσκόπηση|ψηφοφορία|סקר|পোল|ការស្ទង់មតិ|စစ်တမ်း",
);

/// A message that had not come to this phone yet.
pub(super) static WAITING: Table = Table::new(
    "waiting for this message|esperando este mensaje|esperando el mensaje|aguardando mensagem|a aguardar esta mensagem|\
    aguardando esta mensagem|en attente de ce message|en attente du message|warte auf diese nachricht|auf diese nachricht warten|in attesa del messaggio|in attesa di questo messaggio|wachten op dit bericht|\
    ожидание сообщения|ожидание этого сообщения|正在等待此消息|正在等候此訊息|正在等待此訊息|このメッセージを待っています|메시지 기다리는 중|menunggu pesan ini|menunggu mesej ini|\
    đang chờ tin nhắn này|กำลังรอข้อความนี้|इस मैसेज का इंतज़ार|في انتظار هذه الرسالة|bu mesaj bekleniyor|oczekiwanie na tę wiadomość",
);

/// What can be looked at but once, and is in no export.
pub(super) static ONCE: Table = Table::new(
    "view once|view-once|ver una vez|una sola vez|visualización única|visualização única|vue unique|einmal ansehen|\
    einmalansicht|einmalig|visualizza una volta|visualizzabile una volta|eenmalig|однократн|一次性|阅后即焚|檢視一次|查看一次|1回限り|한 번 보기|sekali lihat|lihat sekali|\
    xem một lần|ดูครั้งเดียว|ดูได้ครั้งเดียว|एक बार देख|العرض لمرة واحدة|مرة واحدة|tek seferlik|tek sefer",
);
