use proptest::prelude::*;

use super::*;

fn found(word: &str, text: &str) -> bool {
    Words::new(&[word.to_owned()]).any_in(&[text])
}

/// Each word, the texts in which it is, and those in which it is not.
const ROWS: &[(&str, &[&str], &[&str])] = &[
    (
        "umbrella",
        &[
            "did you take the umbrella?",
            "UMBRELLA",
            "my umbrellas are wet",
            "ｕｍｂｒｅｌｌａ",
            "u m b r e l l a",
            "u-m-b-r-e-l-l-a",
            "u.m.b.r.e.l.l.a",
            "umb\nrella",
            "um brella",
            "um\u{200b}brel\u{ad}la",
            "u\u{2060}mbrella\u{fe0f}",
            "umbrellа with a Cyrillic letter",
            "υmbrεlla umbrella",
            "UМВRELLA",
            "ᴜᴍʙʀᴇʟʟᴀ",
            "𝓾𝓶𝓫𝓻𝓮𝓵𝓵𝓪",
            "ⓤⓜⓑⓡⓔⓛⓛⓐ",
            "🅤🅜🅑🅡🅔🅛🅛🅐",
            "u̶m̶b̶r̶e̶l̶l̶a̶",
            "ümbrella",
            "带umbrella了吗",
            "_umbrella_",
            "theumbrella",
        ],
        &["umbra", "um", "umbrela", "a llerbmu", ""],
    ),
    (
        "sos",
        &["sos", "SOS!", "s o s", "S.O.S.", "ok,sos", "请sos吧", "s\u{200b}os", "ЅОЅ", "sos🙏", "ＳＯＳ"],
        &["sosage", "isos", "so s", "s os", "this ostrich", "so so"],
    ),
    ("ok", &["ok", "OK.", "o k", "ok-ok"], &["book", "okay", "o kay", "token", "lo k"]),
    ("rain", &["it rains", "raining", "r a i n", "RAIN"], &["train", "brain", "ra in", "the rai nothing"]),
    ("other", &["others", "ot her", "other-wise"], &["to the rain", "another", "mother"]),
    ("together", &["to get her", "together", "altogether"], &["to get hers", "into get her"]),
    (
        "old friend",
        &["my old friend", "old  friend", "OldFriend", "old-friends", "old\nfriend"],
        &["old my friend"],
    ),
    ("is ok", &["it is ok", "is okay", "isok"], &["this ok", "iso k"]),
    ("don't", &["don't", "dont", "don’t", "DON'T!"], &["do not", "don"]),
    ("1234", &["call 1234", "no.1234!", "١٢٣٤", "၁၂၃၄", "1 2 3 4", "用1234开"], &["12345", "01234", "91234"]),
    ("cà phê", &["uống cà phê", "ca phe", "CA PHE", "càphê", "ca\u{300} phe\u{302}"], &["cá phê", "ca phở"]),
    ("ca phe", &["cà phê", "ca phe"], &["ca ph"]),
    ("đi chợ", &["di cho", "đi chợ", "ĐI CHỢ"], &["đi chờ x"]),
    ("straße", &["STRASSE", "strasse", "Straße"], &["strase"]),
    ("łódka", &["lodka", "ŁÓDKA"], &["lopka"]),
    ("ΟΔΟΣ", &["οδός", "οδος", "ΟΔΌΣ"], &["οδη"]),
    ("зонтик", &["мой зонтик", "ЗОНТИК", "зонтики", "з о н т и к", "зoнтик"], &["зонт"]),
    ("ёлка", &["елка", "Ёлка"], &["палка"]),
    ("شرطة", &["الشرطة", "شرطة", "شُرْطَة", "شـــرطة", "ش ر ط ة"], &["شرط"]),
    ("یک", &["يك", "یک"], &["یکی"]),
    ("שלום", &["שָׁלוֹם", "השלום"], &["שלו"]),
    ("छाता", &["मेरा छाता", "छाता।"], &["छत", "छात"]),
    ("雨伞", &["我带了雨伞吗", "雨 伞", "雨\u{200b}伞", "雨\n伞", "雨，伞"], &["雨和伞", "伞雨"]),
    ("跑", &["快跑吧"], &["袍"]),
    ("かさ", &["あかさたな", "か さ"], &["がさ", "かざ", "カサ"]),
    ("カード", &["カードを", "ｶｰﾄﾞ"], &["カド"]),
    ("우산", &["우산을 가져와", "내우산", "우 산"], &["우선"]),
    ("ร่ม", &["เอาร่มมา", "ร่ ม"], &["รม", "ร้ม"]),
    ("น้ำ", &["ดื่มน้ำมาก", "น้\u{e4d}\u{e32}"], &["นำ"]),
    ("ຄັນຮົ່ມ", &["ເອົາຄັນຮົ່ມມາ"], &["ຄັນ"]),
    ("ឆ័ត្រ", &["យកឆ័ត្រមក", "ឆ័\u{200b}ត្រ", "ឆ័ ត្រ"], &["ឆ័ត"]),
    ("ထီး", &["ကျွန်တော့်ထီးယူပါ", "ထီ\u{200b}း"], &["ထီ", "ထိုး"]),
    ("က", &["က ခ"], &["ကု", "ကာ"]),
    ("🌂", &["bring the 🌂!", "🌂🌂", "a🌂b"], &["☂", "umbrella"]),
    ("ok 🌂", &["OK🌂", "ok, 🌂"], &["ok", "🌂 ok"]),
    ("❤️", &["❤", "❤️"], &["💔"]),
    ("👍🏽", &["👍", "👍🏽"], &["👎"]),
    ("...", &["well...", ". . ."], &["well.."]),
    ("\u{200b}", &[], &["", "\u{200b}", "anything"]),
];

#[test]
fn each_word_is_where_it_is_and_nowhere_else() {
    let mut wrong = Vec::new();
    for (word, there, not_there) in ROWS {
        wrong.extend(
            there.iter().filter(|text| !found(word, text)).map(|text| format!("{word} not in {text}")),
        );
        wrong.extend(
            not_there.iter().filter(|text| found(word, text)).map(|text| format!("{word} in {text}")),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn any_word_in_any_text_is_enough() {
    let words = Words::new(&["rain".to_owned(), "🌂".to_owned()]);
    assert!(words.any_in(&["no", "it rains"]) && words.any_in(&["🌂"]));
    assert!(!words.any_in(&["no", "train"]) && !words.any_in(&[]));
    assert!(!Words::new(&[]).any_in(&["anything"]));
}

proptest! {
    #[test]
    fn a_word_is_found_in_any_text_that_holds_it_as_a_word(
        word in "\\PC{1,20}", before in "\\PC{0,20}", after in "\\PC{0,20}",
    ) {
        prop_assume!(Word::new(&word).is_some());
        let text = format!("{before} {word} {after}");
        prop_assert!(found(&word, &text), "{word:?} in {text:?}");
    }

    #[test]
    fn letters_apart_are_still_the_word(word in "[a-zäöüçéà]{1,20}", between in "[ .,\\-_*\u{200b}\n]{1,3}") {
        let mut apart = String::new();
        for letter in word.chars() {
            apart.push(letter);
            apart.push_str(&between);
        }
        let text = format!("well, {apart} fine");
        prop_assert!(found(&word, &text));
        prop_assert!(found(&word.to_uppercase(), &apart));
    }

    #[test]
    fn spaces_do_not_hide_a_word_of_a_script_without_them(
        word in "[ก-ฮက-အក-ឩ一-龥]{1,8}", around in "[ก-ฮက-အ一-龥]{0,8}", between in "[ \u{200b}\n]{0,2}",
    ) {
        let apart: String = word.chars().flat_map(|c| [c.to_string(), between.clone()]).collect();
        prop_assert!(found(&word, &(around.clone() + &apart + &around)));
    }

    #[test]
    fn short_words_are_never_inside_of_others(word in "[a-z]{1,3}", before in "[a-z]{0,5}", after in "[a-z]{0,5}") {
        prop_assume!(!before.is_empty() || !after.is_empty());
        let text = before + &word + &after;
        prop_assert!(!found(&word, &text));
    }

    #[test]
    fn anything_is_taken(word in any::<String>(), text in any::<String>()) {
        found(&word, &text);
    }
}

#[test]
fn a_text_that_begins_like_a_word_everywhere_is_gone_through_once() {
    let word = format!("{}b", "a".repeat(99));
    let words: Vec<String> = (0..100).map(|n| format!("{word}{}", "c".repeat(n % 3))).collect();
    let words = Words::new(&words);
    let mut text = "a".repeat(20_000);
    assert!(!words.any_in(&[&text]));
    text.push('b');
    assert!(words.any_in(&[&text]));
    // A word without end is found by its beginning.
    let long = "xy".repeat(MOST);
    assert!(found(&long, &format!("so {long}")));
    assert!(found(&long, &"xy".repeat(MOST / 2)));
    assert!(!found(&long, &"xy".repeat(MOST / 2 - 1)));
}
