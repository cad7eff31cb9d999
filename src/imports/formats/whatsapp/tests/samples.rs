//! Real exports, where they are at hand; the figures were counted by eye.

use super::*;

#[test]
fn real_exports_come_in_whole() {
    let Some(folder) = testing::samples() else { return };
    for (file, messages, skipped, order) in [
        ("authored/whatsapp_km_en_ios.txt", 6, 1, Some(DateOrder::Ambiguous)),
        ("authored/whatsapp_zhCN_android_ampm.txt", 7, 1, None),
        ("whatsapp/chatminer_test_[mmddyy]_24hrs.txt", 7, 2, Some(DateOrder::Mdy)),
        ("whatsapp/chatminer_test_mmddyy_24hrs.txt", 7, 2, Some(DateOrder::Mdy)),
        ("whatsapp/chatminer_test_ddmmyy_24hrs.txt", 7, 2, Some(DateOrder::Dmy)),
        ("whatsapp/frozenspider_WhatsApp Chat with +123 45 6789.txt", 10, 3, Some(DateOrder::Mdy)),
        ("whatsapp/chatanalytics_2A_5M.txt", 5, 0, Some(DateOrder::Dmy)),
        ("whatsapp/whatsr_germanios24h.txt", 42, 8, Some(DateOrder::Dmy)),
        ("whatsapp/whatsr_germanandroid24h.txt", 42, 8, Some(DateOrder::Dmy)),
        ("whatsapp/whatsr_englishandroid24h.txt", 42, 8, Some(DateOrder::Mdy)),
        ("whatsapp/whatsr_englishiosampm.txt", 42, 8, Some(DateOrder::Mdy)),
        ("whatsapp/whats_json/languages/deutch_android_media.txt", 40, 1, Some(DateOrder::Dmy)),
        (
            "whatsapp/whats_json/android/WhatsApp Chat with Dmitry S EN+Media Android.txt",
            59,
            1,
            Some(DateOrder::Dmy),
        ),
        ("whatsapp/whats_json/ios/iOS Hindi.txt", 25, 3, Some(DateOrder::Mdy)),
        ("whatsapp/whats_json/ios/WhatsApp Chat - Elon Musk (EN).txt", 22, 3, Some(DateOrder::Mdy)),
        ("whatsapp/whats_json/ios/WhatsApp Chat - Elon Musk (EN+Media).txt", 22, 3, Some(DateOrder::Mdy)),
        ("whatsapp/whats_json/ios/WhatsApp Chat - Elon Musk (FR).txt", 22, 3, Some(DateOrder::Mdy)),
        ("whatsapp/whats_json/ios/WhatsApp Chat - Elon Musk (German).txt", 22, 3, Some(DateOrder::Mdy)),
        ("whatsapp/whats_json/ios/WhatsApp Chat - Elon Musk (IT).txt", 22, 3, Some(DateOrder::Mdy)),
        ("whatsapp/whats_json/ios/WhatsApp Chat - Elon Musk (Portugal).txt", 22, 3, Some(DateOrder::Mdy)),
        ("whatsapp/whats_json/ios/WhatsApp Chat - Elon Musk (RU).txt", 22, 3, Some(DateOrder::Mdy)),
        ("whatsapp/whats_json/ios/WhatsApp Chat - Elon Musk (Spanish).txt", 22, 3, Some(DateOrder::Mdy)),
    ] {
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let gathered = whole(&IMPORTER, &bytes);
        assert_eq!((gathered.only().len(), gathered.skipped.len()), (messages, skipped), "{file}");
        assert!(gathered.reasons().iter().all(|reason| reason.starts_with("service line: ")), "{file}");
        let mut orders = Orders::default();
        for entry in gathered.only() {
            if let Moment::Written(written) = &entry.at {
                orders.add(written);
            }
        }
        assert_eq!(orders.all().first().map(|found| found.order), order, "{file}");
        let known = u32::try_from(messages + skipped).unwrap();
        assert_eq!(recognised(&IMPORTER, "x", &bytes), known, "{file}");
    }
}

/// The same chat, exported on phones of eight languages: what was sent is the same in all.
#[test]
fn languages_say_the_same() {
    let Some(folder) = testing::samples() else { return };
    let read = |language: &str| {
        let file = folder.join(format!("whatsapp/whats_json/ios/WhatsApp Chat - Elon Musk ({language}).txt"));
        let gathered = whole(&IMPORTER, &std::fs::read(file).unwrap());
        let shown =
            |entry: &Entry| (entry.text.clone(), entry.body(), entry.revision, entry.attachments.clone());
        gathered.only().iter().map(shown).collect::<Vec<_>>()
    };
    let english = read("EN");
    let deleted = english.iter().filter(|(_, _, revision, _)| *revision == Revision::Deleted).count();
    let files = english.iter().filter(|(_, _, _, files)| !files.is_empty()).count();
    let words = english.iter().filter(|(text, ..)| !text.is_empty()).count();
    assert_eq!((deleted, files, words), (2, 14, 4));
    for language in ["FR", "German", "IT", "Portugal", "RU", "Spanish"] {
        assert_eq!(read(language), english, "{language}");
    }
}

#[test]
fn no_other_sample_is_taken_for_this_format() {
    let Some(folder) = testing::samples() else { return };
    for kind in ["line", "wechat", "messenger", "instagram", "sms", "email", "telegram", "telegram_html"] {
        for file in std::fs::read_dir(folder.join(kind)).unwrap() {
            let path = file.unwrap().path();
            if path.is_file() {
                let bytes = std::fs::read(&path).unwrap();
                assert_eq!(recognised(&IMPORTER, "x", &bytes), 0, "{}", path.display());
            }
        }
    }
}
