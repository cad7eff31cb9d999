//! What is sent besides words, in the languages of the app.

use super::super::super::shape::{Attachment, Bytes};
use super::*;

pub(super) fn ios(text: &str) -> Entry {
    one(&format!("[30/1/26, 10:00:00] Mai: {text}"))
}

pub(super) fn android(text: &str) -> Entry {
    one(&format!("30/1/26, 10:00 - Mai: {text}"))
}

pub(super) fn file(entry: &Entry) -> &Attachment {
    assert_eq!(entry.attachments.len(), 1, "{}", entry.text);
    &entry.attachments[0]
}

#[test]
fn media_that_were_left_out_are_known_in_every_language() {
    for words in [
        "Media omitted",
        "media omitted",
        "Multimedia omitido",
        "Archivo omitido",
        "Mídia oculta",
        "Ficheiro não revelado",
        "Médias omis",
        "Medien ausgeschlossen",
        "Media omessi",
        "Media weggelaten",
        "Без медиафайлов",
        "Медіафайл пропущено",
        "省略影音内容",
        "媒体文件已省略",
        "省略多媒體檔案",
        "メディアなし",
        "미디어 생략됨",
        "Media tidak disertakan",
        "Media disingkirkan",
        "Bỏ qua media",
        "Đã bỏ qua phương tiện",
        "ไม่รวมสื่อ",
        "मीडिया छोड़ा गया",
        "تم استبعاد الوسائط",
        "رسانه حذف شد",
        "میڈیا شامل نہیں",
        "Medya dahil edilmedi",
        "pominięto multimedia",
        "Média vynechány",
        "Médiá vynechané",
        "Hiányzó médiafájl",
        "Fișier media omis",
        "Media har utelämnats",
        "Mediefil udeladt",
        "Mediefil utelatt",
        "Media jätettiin pois",
        "Παραλείφθηκε πολυμέσο",
        "המדיה לא נכללה",
        "Medijski zapis izostavljen",
        "Medijska datoteka izpuščena",
        "Медиј изостављен",
        "Мултимедията е пропусната",
        "Meedia välja jäetud",
        "Multivide izlaista",
        "Medija praleista",
        "Media u hoq",
        "Media imeachwa",
        "Media weggelaat",
        "Inalis ang media",
        "មេឌៀត្រូវបានលុប",
        "မီဒီယာ ဖယ်ထားသည်",
        "মিডিয়া বাদ দেওয়া হয়েছে",
        "மீடியா தவிர்க்கப்பட்டது",
        "మీడియా విస్మరించబడింది",
        "ಮಾಧ್ಯಮ ಕೈಬಿಡಲಾಗಿದೆ",
        "മീഡിയ ഒഴിവാക്കി",
        "મીડિયા છોડી દેવાયું",
    ] {
        let entry = android(&format!("<{words}>\nmy words"));
        assert_eq!(file(&entry).bytes, Bytes::Missing, "{words}");
        assert_eq!(entry.text, "my words", "{words}");
    }
    for words in ["<3", "<grin>", "a <media omitted> b", "<https://example.org/media>"] {
        assert_eq!(android(words).text, words);
    }
}

#[test]
fn ios_says_what_was_left_out() {
    for (words, what) in [
        ("image omitted", "photo"),
        ("video omitted", "video"),
        ("audio omitted", "audio"),
        ("sticker omitted", "sticker"),
        ("GIF omitted", "GIF"),
        ("document omitted", "document"),
        ("Contact card omitted", "contact card"),
        ("imagen omitida", "photo"),
        ("imagem ocultada", "photo"),
        ("image absente", "photo"),
        ("Bild weggelassen", "photo"),
        ("afbeelding weggelaten", "photo"),
        ("изображение отсутствует", "photo"),
        ("图片已忽略", "photo"),
        ("圖片已略去", "photo"),
        ("画像が省略されました", "photo"),
        ("이미지 생략됨", "photo"),
        ("gambar tidak disertakan", "photo"),
        ("hình ảnh bị bỏ qua", "photo"),
        ("ภาพถูกละเว้น", "photo"),
        ("फ़ोटो हटाई गई", "photo"),
        ("तस्वीर वीडियो छोड़ा गया", "video"),
        ("تم حذف الصورة", "photo"),
        ("görüntü dahil edilmedi", "photo"),
        ("pominięto obraz", "photo"),
        ("រូបភាពត្រូវបានលុប", "photo"),
        ("imej diabaikan", "photo"),
    ] {
        let entry = ios(&format!("\u{200e}{words}"));
        assert_eq!((file(&entry).what.as_str(), &file(&entry).bytes), (what, &Bytes::Missing), "{words}");
        assert_eq!(entry.text, "", "{words}");
    }
    assert_eq!(ios("image omitted").text, "");
    assert_eq!(ios("the video was omitted from the report").text, "the video was omitted from the report");
    let named = ios("Plan.pdf • \u{200e}2 pages \u{200e}document omitted");
    assert_eq!((file(&named).file_name.as_deref(), named.text.as_str()), (Some("Plan.pdf"), ""));
    let caption = ios("the gate \u{200e}image omitted");
    assert_eq!((file(&caption).what.as_str(), caption.text.as_str()), ("photo", "the gate"));
}

#[test]
fn files_that_came_along_keep_their_names_and_words() {
    for words in [
        "file attached",
        "archivo adjunto",
        "arquivo anexado",
        "fichier joint",
        "Datei angehängt",
        "file allegato",
        "bestand bijgevoegd",
        "файл добавлен",
        "файл прикреплён",
        "文件附件",
        "檔案附件",
        "添付ファイル",
        "파일 첨부됨",
        "file terlampir",
        "tệp đính kèm",
        "ไฟล์ที่แนบ",
        "फ़ाइल संलग्न",
        "الملف مرفق",
        "dosya ekli",
        "załączono plik",
    ] {
        let entry = android(&format!("\u{200e}IMG-20260130-WA0002.jpg ({words})\nthe gate\nat night"));
        let expected = Bytes::Member("IMG-20260130-WA0002.jpg".to_owned());
        assert_eq!((&file(&entry).bytes, file(&entry).what.as_str()), (&expected, "photo"), "{words}");
        assert_eq!(entry.text, "the gate\nat night", "{words}");
    }
    let plan = android("The plan (v2).pdf (file attached)");
    assert_eq!(file(&plan).bytes, Bytes::Member("The plan (v2).pdf".to_owned()));
    assert_eq!(file(&android("DOC-20260130-WA0006. (bestand bijgevoegd)")).what, "file");
    assert_eq!(file(&android("Ben.vcf (file attached)")).what, "contact card");
    for word in [
        "attached",
        "adjunto",
        "anexado",
        "pièce jointe",
        "Anhang",
        "allegato",
        "bijgevoegd",
        "прикреплено",
        "附件",
        "添付ファイル",
        "xyz",
    ] {
        let entry = ios(&format!("\u{200e}<{word}: 00000035-PHOTO-2026-01-30-21-41-55.jpg>"));
        assert_eq!(
            file(&entry).file_name.as_deref(),
            Some("00000035-PHOTO-2026-01-30-21-41-55.jpg"),
            "{word}"
        );
        assert_eq!(entry.text, "", "{word}");
    }
    let entry = ios("Plan.pdf • \u{200e}2 pages \u{200e}<attached: 00000047-Plan.pdf>");
    assert_eq!((entry.text.as_str(), file(&entry).what.as_str()), ("", "document"));
    let entry = ios("the gate\nat night \u{200e}<attached: 00000047-PHOTO-2026-01-30-21-41-55.jpg>");
    assert_eq!(entry.text, "the gate\nat night");
    assert_eq!(android("see <note: a.b>").text, "see <note: a.b>");
    assert_eq!(android("dinner (at 8.30)").text, "dinner (at 8.30)");
}

#[test]
fn places_are_read_from_their_links() {
    for word in ["location", "位置", "Standort", "موقع", "ទីតាំង", "ตำแหน่งที่ตั้ง", "Vị trí", "neznámé"]
    {
        let entry = android(&format!("{word}: https://maps.google.com/?q=16.6851,-98.5179"));
        assert_eq!(entry.place.unwrap().point, Some((16.6851, -98.5179)), "{word}");
        assert_eq!(entry.text, "", "{word}");
    }
    let typed = "come to this place: https://maps.google.com/?q=16.6851,98.5179";
    assert_eq!(android(typed).text, typed);
    let link = "https://maps.google.com/?q=16.6851,98.5179";
    assert_eq!(android(link).text, link);
    assert!(android("location: https://maps.google.com/?q=0,0").place.is_none());
    let pier =
        ios("\u{200e}The Pier (12 Ocean Road): https://maps.google.com/?q=10.61,103.52").place.unwrap();
    assert_eq!((pier.name.as_deref(), pier.address.as_deref()), (Some("The Pier"), Some("12 Ocean Road")));
    let venue = android("The Pier\nOcean Road\nhttps://foursquare.com/v/abc");
    assert_eq!(venue.place.unwrap().name.as_deref(), Some("The Pier"));
    assert_eq!((venue.text.as_str(), venue.described), ("", vec!["https://foursquare.com/v/abc".to_owned()]));
    let venue = ios("The Pier (Ocean Road): https://foursquare.com/v/abc").place.unwrap();
    assert_eq!(venue.address.as_deref(), Some("Ocean Road"));
    for words in [
        "live location shared",
        "Live-Standort wird geteilt.",
        "Ubicación en tiempo real compartida",
        "localização em tempo real compartilhada",
        "已分享实时位置",
        "Lokasi terkini dibagikan",
        "Đã chia sẻ vị trí trực tiếp",
        "تمت مشاركة الموقع المباشر",
    ] {
        let entry = android(words);
        assert_eq!(
            (entry.text.as_str(), entry.described),
            ("", vec!["live location, no coordinates".to_owned()]),
            "{words}"
        );
    }
    assert_eq!(android("live location shared with you").text, "live location shared with you");
    assert_eq!(
        android("I shared my live location, did you see?").text,
        "I shared my live location, did you see?"
    );
}
