use super::*;

fn found(text: &str) -> Vec<(String, &'static str, f64)> {
    let chars: Vec<char> = text.chars().collect();
    let mentions = Gazetteer::embedded().find(text);
    mentions
        .into_iter()
        .map(|m| (chars[m.start..m.end].iter().collect(), m.candidates[0].place.name, m.confidence))
        .collect()
}

fn names(text: &str) -> Vec<&'static str> {
    found(text).into_iter().map(|(_, name, _)| name).collect()
}

#[test]
fn towns_are_found_where_they_stand() {
    let text = "they took us from Siem Reap to poipet, then";
    let found: Vec<(String, &str)> = found(text).into_iter().map(|(words, name, _)| (words, name)).collect();
    assert_eq!(found, [("Siem Reap".into(), "Siem Reap"), ("poipet".into(), "Poipet")]);
}

#[test]
fn names_are_found_in_the_scripts_people_write() {
    for (text, wanted) in [
        ("我在妙瓦底的kk园区，对面是湄索", vec!["Myawaddy", "KK Park", "Mae Sot"]),
        ("人在西港，下周转去波贝", vec!["Sihanoukville", "Poipet"]),
        ("他们把我卖到大其力了", vec!["Tachileik"]),
        ("在金三角特區，叫金木棉", vec!["Golden Triangle SEZ", "Golden Triangle SEZ"]),
        ("ကျွန်တော် မြဝတီမှာပါ မဲဆောက်နဲ့နီးတယ်", vec!["Myawaddy", "Mae Sot"]),
        ("ขับรถจากแม่สอดไปเมียวดีสองชั่วโมง", vec!["Mae Sot", "Myawaddy"]),
        ("ตอนนี้อยู่ปอยเปตครับ", vec!["Poipet"]),
        ("ខ្ញុំនៅក្រុងព្រះសីហនុ មិនមែនភ្នំពេញទេ", vec!["Sihanoukville", "Phnom Penh"]),
        ("em đang ở Bavet gần cửa khẩu Mộc Bài", vec!["Bavet", "Moc Bai"]),
        ("em o tam giac vang, ben Lao", vec!["Golden Triangle", "Laos"]),
        ("we are in Shwe-Kokko near mae sod", vec!["Shwe Kokko", "Mae Sot"]),
    ] {
        assert_eq!(names(text), wanted, "{text}");
    }
}

#[test]
fn slips_of_the_finger_are_seen_through() {
    for (text, wanted) in [
        ("i am in Mywaddy now", "Myawaddy"),
        ("Sihanuokvile port side", "Sihanoukville"),
        ("near popiet", "Poipet"),
        ("in Siem Raep city", "Siem Reap"),
        ("to Tachiliek by car", "Tachileik"),
    ] {
        assert_eq!(found(text).first().map(|found| (found.1, found.2 < 0.7)), Some((wanted, true)), "{text}");
    }
}

/// Each of these holds the letters of a name and names no place.
#[test]
fn words_are_no_places() {
    for text in [
        "We may eat rice at noon, the boss said to me: man, do not leave",
        "The guard hit a man with a bat. He was in pain and could not walk.",
        "I am at the end of the long hall near the bay window with a van outside",
        "老街坊都知道，大理石桌子，戴金边眼镜，包罗万象",
        "跨国公司的人骑着白马，排水沟旁边",
        "ผมไม่ได้กินข้าวเลย ตากแดดทั้งวัน เชื้อโรคแพร่ระบาด สองคนหนีไปแล้ว",
        "នៅកណ្តាលយប់ យើងត្រូវធ្វើការ ភ្នំមួយនៅខាងក្រោយអគារ",
        "em bi nhot o tang 5, khong co tien chuoc, xung quanh la nui",
        "Họ đánh em mỗi ngày, không cho ăn, hoà bình, bình an, yên bình",
        "ဖုန်းသိမ်းထားတယ် ညတိုင်း အလုပ်လုပ်ရတယ် ပိုက်ဆံ မရှိဘူး",
        "gusto ko na umuwi, tulungan ninyo ako, binubugbog kami dito araw araw",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn doubtful_names_want_a_word_beside_them() {
    let confidence = |text: &str| found(text).first().map_or(0.0, |found| found.2);
    assert!(confidence("我家门口有老街") < confidence("我在老街"));
    assert!(confidence("我在老街") < confidence("我在老街市"));
    assert!(confidence("ไม่กินเลย") < confidence("อยู่จังหวัดเลย"));
    assert!(confidence("she is my muse") < confidence("they moved us to Muse"));
}

#[test]
fn homonyms_are_all_kept() {
    let candidates = Gazetteer::embedded().lookup("老街");
    let names: Vec<&str> = candidates.iter().map(|candidate| candidate.place.name).collect();
    assert_eq!(names[0], "Laukkai");
    assert!(names.contains(&"Lao Cai"), "{names:?}");
    let total: f64 = candidates.iter().map(|candidate| candidate.weight).sum();
    assert!((total - 1.0).abs() < 1e-9 && candidates.is_sorted_by(|a, b| a.weight >= b.weight));
    assert!(Gazetteer::embedded().lookup("San Jose").len() > 3);
}

#[test]
fn accents_tell_words_apart() {
    assert_eq!(names("em ở Hà Tiên"), ["Ha Tien"]);
    assert!(Gazetteer::embedded().lookup("Hà Tiên")[0].exact);
    assert!(!Gazetteer::embedded().lookup("Phnom Pènh")[0].exact);
    assert_eq!(names("đồ hạ tiện"), Vec::<&str>::new());
}

/// Every name of the hand-written files leads to its place.
#[test]
fn handwritten_names_are_found() {
    let gazetteer = Gazetteer::embedded();
    for file in [include_str!("../../../assets/places.csv"), include_str!("../../../assets/compounds.csv")] {
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(file.as_bytes());
        let header = reader.headers().unwrap().clone();
        let column = |name: &str| header.iter().position(|column| column == name).unwrap();
        let (name, names) = (column("name"), column("names"));
        for row in reader.records().map(Result::unwrap) {
            for written in
                [&row[name]].into_iter().chain(row[names].split('|')).filter(|written| !written.is_empty())
            {
                let plain = written.trim_start_matches('~');
                let candidates = gazetteer.lookup(plain);
                assert!(
                    candidates.iter().any(|c| c.place.name == &row[name]),
                    "{plain} does not lead to {}",
                    &row[name]
                );
                let doubtful = written != plain
                    || row[names]
                        .split('|')
                        .any(|other| other.trim_start_matches('~') == plain && other != plain);
                let mentions = gazetteer.find(plain);
                let is_found =
                    mentions.iter().any(|m| m.candidates.iter().any(|c| c.place.name == &row[name]));
                assert!(doubtful || is_found || plain.len() <= 3, "{plain} is not found");
            }
        }
    }
}

#[test]
fn points_are_named_by_the_nearest_town() {
    let (place, metres) = Gazetteer::embedded().nearest(Point::new(16.70, 98.50).unwrap()).unwrap();
    assert_eq!((place.name, place.province), ("Myawaddy", Some("Kayin")));
    assert!(metres < 3_000.0, "{metres}");
    assert!(Gazetteer::embedded().nearest(Point::new(10.0, 87.0).unwrap()).is_none());
}

#[test]
fn compounds_lie_in_their_country_at_town_precision() {
    let borders = crate::location::borders::Borders::embedded();
    let compounds: Vec<Compound<'_>> = Gazetteer::embedded().compounds().collect();
    assert!(compounds.len() > 30);
    for compound in compounds {
        let place = compound.place;
        assert!(place.sigma_m >= 3_000.0, "{}", place.name);
        assert!(!compound.reported.is_empty() && !place.source.is_empty(), "{}", place.name);
        assert_eq!(borders.country(place.point), Some(place.country), "{}", place.name);
    }
}

#[test]
fn networks_tell_the_country() {
    let gazetteer = Gazetteer::embedded();
    let mentions = gazetteer.find_networks("ใช้ซิมเอไอเอส แต่เห็น Mytel");
    let found: Vec<(&str, Country)> =
        mentions.iter().map(|mention| (mention.name, mention.country)).collect();
    assert_eq!(found, [("AIS", Country::TH), ("Mytel", Country::MM)]);
    let smart = gazetteer.find_networks("be smart");
    assert!(smart.iter().all(|mention| mention.confidence < 1.0));
}

#[test]
fn additions_are_found_beside_the_rest() {
    let file = "name,names,kind,country,lat,lon,weight\nBlue Dragon Park,蓝龙园区,compound,MM,16.6,98.6,10\n";
    let additions = additions::read(file, None, "our team").unwrap();
    let gazetteer = Gazetteer::with(&additions.places);
    let text = "从妙瓦底到蓝龙園區";
    let named: Vec<&str> =
        gazetteer.find(text).iter().map(|mention| mention.candidates[0].place.name).collect();
    assert_eq!(named, ["Myawaddy", "Blue Dragon Park"]);
    assert_eq!(gazetteer.find(text)[1].candidates[0].place.source, "our team");
    assert_eq!(names(text), ["Myawaddy"]);
}

proptest::proptest! {
    #[test]
    fn mentions_lie_in_the_text_and_in_order(text in "(?s).{0,60}|[妙瓦底老街เแม่สอดKk ်ြမဝတ។-]{0,40}") {
        let length = text.chars().count();
        let mut last = 0;
        for mention in Gazetteer::embedded().find(&text) {
            proptest::prop_assert!(last <= mention.start && mention.start < mention.end && mention.end <= length);
            proptest::prop_assert!(mention.confidence > 0.0 && mention.confidence <= 1.0);
            last = mention.end;
        }
    }
}

#[test]
fn well_known_places_are_found_as_people_spell_them_by_ear() {
    for (text, wanted) in [
        ("อยู่เล้าก่ายค่ะ", "Laukkai"),
        ("ตอนนี้อยู่เมียววะดี", "Myawaddy"),
        ("อยู่โอเสม๊ดครับ", "O'Smach"),
        ("ខ្ញុំនៅប៉ោយបែត", "Poipet"),
        ("အခု မဲစောက်မှာ", "Mae Sot"),
    ] {
        assert_eq!(names(text), [wanted], "{text}");
    }
}
