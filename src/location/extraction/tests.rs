use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::super::borders::Borders;
use super::super::gazetteer::Gazetteer;
use super::super::geo::Point;
use super::score::{CORPUS, messages, score};
use super::{Context, Mode, Proposal, Relation, Statement, SunEvent, extract};

fn with(text: &str, near: Vec<(Point, f64)>) -> Vec<Proposal> {
    let at = "2026-02-10T13:00:00Z".parse().ok();
    extract(text, &Context { at, near }, Gazetteer::embedded(), Borders::embedded())
}

fn proposals(text: &str) -> Vec<Proposal> {
    with(text, Vec::new())
}

/// The only proposal of a text.
fn one(text: &str) -> Proposal {
    let mut all = proposals(text);
    let kinds: Vec<&str> = all.iter().map(|proposal| proposal.says.kind()).collect();
    assert_eq!(all.len(), 1, "{text}: {kinds:?}");
    all.remove(0)
}

fn is_at(says: &Statement, lat: f64, lon: f64) -> bool {
    let point = Point::new(lat, lon).unwrap();
    says.point().is_some_and(|found| found.distance_m(point) < 6_000.0)
}

#[test]
fn places_keep_their_relation() {
    for (text, expected) in [
        ("we are in Myawaddy", Relation::In),
        ("我在妙瓦底附近", Relation::Near),
        ("ผมอยู่ใกล้เมียวดี", Relation::Near),
        ("em ở gần Myawaddy", Relation::Near),
        ("we are right opposite Myawaddy", Relation::Opposite),
        ("我在妙瓦底对面", Relation::Opposite),
        ("မြဝတီနဲ့ မျက်နှာချင်းဆိုင်မှာ", Relation::Opposite),
    ] {
        let proposal = one(text);
        let Statement::Place { relation, .. } = proposal.says else { panic!("{text}") };
        assert_eq!(relation, expected, "{text}");
        assert!(is_at(&proposal.says, 16.69, 98.51), "{text}");
    }
}

#[test]
fn ways_and_distances_count_from_where_they_begin() {
    for (text, hours, mode, crossed) in [
        ("2 hours by car from Mae Sot", 2.0, Mode::Road, None),
        ("two and a half hours by van from Mae Sot, then we crossed the river", 2.5, Mode::Road, Some(true)),
        ("from Mae Sot it took 40 minutes by boat", 0.67, Mode::Boat, None),
        ("从美索开车一个半小时", 1.5, Mode::Road, None),
        ("จากแม่สอดนั่งรถ 2 ชั่วโมงครึ่ง", 2.5, Mode::Road, None),
        ("từ Mae Sot đi xe 2 tiếng rưỡi", 2.5, Mode::Road, None),
        ("မဲဆောက်ကနေ ကားနဲ့ ၂ နာရီခွဲ", 2.5, Mode::Road, None),
        ("ជិះឡានពីប៉ោយប៉ែត ២ ម៉ោងកន្លះ", 2.5, Mode::Road, None),
    ] {
        let says = one(text).says;
        let Statement::TravelTime { from, hours: found, mode: how, border_crossed } = says else {
            panic!("{text}")
        };
        assert!((found - hours).abs() < 0.01, "{text} {found}");
        assert_eq!((how, border_crossed), (mode, crossed), "{text}");
        assert!(from.point().is_some(), "{text}");
    }
    let says = one("离妙瓦底大概20公里").says;
    let Statement::DistanceFrom { km, .. } = says else { panic!() };
    assert!((km - 20.0).abs() < 0.01);
    let kinds: Vec<&str> =
        proposals("10 km south of Myawaddy").iter().map(|proposal| proposal.says.kind()).collect();
    assert_eq!(kinds, ["bearing", "distance_from"]);
}

#[test]
fn the_sun_belongs_to_a_day() {
    let says = |text: &str| one(text).says;
    let date = |day: i8| jiff::civil::date(2026, 2, day);
    let expected = |event, day, hour, minute, utc_offset_minutes| Statement::Sun {
        event,
        date: date(day),
        local_time: jiff::civil::time(hour, minute, 0, 0),
        utc_offset_minutes,
    };
    assert!(says("sun went down 6:12pm") == expected(SunEvent::Set, 10, 18, 12, None));
    assert!(says("太阳6点12分下山") == expected(SunEvent::Set, 10, 18, 12, None));
    assert!(says("sunrise at 6.35 thai time") == expected(SunEvent::Rise, 10, 6, 35, Some(420)));
    // At eight in the evening nobody has seen it set at nine yet, and nowhere here does it.
    assert_eq!(proposals("sunset 9:30 pm").len(), 0);
    let morning = Context { at: "2026-02-10T02:00:00Z".parse().ok(), near: Vec::new() };
    let found = extract("sunset was 18:12", &morning, Gazetteer::embedded(), Borders::embedded());
    assert!(found[0].says == expected(SunEvent::Set, 9, 18, 12, None));
    let unknown =
        extract("sunset was 18:12", &Context::default(), Gazetteer::embedded(), Borders::embedded());
    assert_eq!(unknown.len(), 0);
}

#[test]
fn quotes_are_the_words_of_the_text() {
    for text in
        ["help 🙏\u{200b} we are in Myawaddy now", "ตอนนี้ ผมอยู่เมียวดี ครับ", "我现在在妙瓦底，16.6402, 98.5205"]
    {
        for proposal in proposals(text) {
            let quote = &proposal.quote;
            let words: String = text.chars().skip(quote.start).take(quote.end - quote.start).collect();
            assert_eq!(words, quote.text);
            assert!(!words.trim().is_empty());
        }
    }
}

#[test]
fn what_the_case_points_to_weighs_places_of_one_name() {
    let name = |candidates: &[super::Candidate]| candidates[0].point;
    let text = "we are near a village called Thmei";
    let near = Point::new(13.65, 102.58).unwrap();
    let all = with(text, vec![(near, 1.0)]);
    let Some(Statement::Place { candidates, .. }) = all.first().map(|first| &first.says) else { return };
    let with_context = name(candidates).distance_m(near);
    let all = proposals(text);
    let Some(Statement::Place { candidates, .. }) = all.first().map(|first| &first.says) else { panic!() };
    assert!(with_context <= name(candidates).distance_m(near));
}

#[test]
fn what_others_told_them_is_graded_lower() {
    let own = one("we are in Myawaddy");
    let told = one("the guard told us this is Myawaddy");
    assert_eq!((own.reliability, told.reliability), ('C', 'D'));
    assert!(told.credibility > own.credibility);
}

#[test]
fn short_codes_take_the_town_beside_them() {
    let proposal = one("JGRC+36 Myawaddy");
    assert_eq!(proposal.says.kind(), "point");
    assert!(is_at(&proposal.says, 16.640_2, 98.520_6));
}

/// The names of the places that are proposed.
fn places(text: &str) -> Vec<String> {
    let says = proposals(text).into_iter().map(|proposal| proposal.says);
    says.filter_map(|says| match says {
        Statement::Place { candidates, .. } => candidates.into_iter().next().map(|first| first.name),
        _ => None,
    })
    .collect()
}

#[test]
fn some_time_ago_they_were_there_or_came() {
    for text in
        ["last month I was working in Bavet", "上个月在西港", "เดือนที่แล้วอยู่ปอยเปต", "tháng trước em ở Bavet"]
    {
        assert_eq!(places(text), Vec::<String>::new(), "{text}");
    }
    for (text, place) in [
        ("last month they sold me to Bavet", "Bavet"),
        ("they sold me to Bavet last month", "Bavet"),
        ("不在西港了 上个月被卖到木牌这边", "Moc Bai"),
        ("เดือนที่แล้วเขาย้ายพวกเราไปปอยเปต", "Poipet"),
        ("escaped from Poipet and reached Pailin", "Pailin"),
    ] {
        assert_eq!(places(text), [place], "{text}");
    }
}

#[test]
fn what_those_who_hold_them_do_is_done_to_the_writer() {
    for (text, place) in
        [("เขาพาไปปอยเปต", "Poipet"), ("老板送到大其力", "Tachileik"), ("tụi nó chở lên Poipet", "Poipet")]
    {
        assert_eq!(places(text), [place], "{text}");
    }
    // What is done to another, and where another still is.
    for text in [
        "พวกมันพาเพื่อนหนูไปปอยเปต",
        "他们把我弟弟卖到老街",
        "nó bị bán qua Bavet",
        "my friend is now in Bavet",
        "เพื่อนหนูยังอยู่ที่ปอยเปต หนูกลับมาบ้านแล้ว",
        "朋友现在在妙瓦底",
    ] {
        assert_eq!(places(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn other_languages_are_read_in_latin_letters_too() {
    for (text, place) in [
        ("knhom nov poipet te bong", "Poipet"),
        ("kyaw shwe kokko mar pa, kal par", "Shwe Kokko"),
        ("phom yu tee poipet khrap", "Poipet"),
        ("em dang bi nhot o Bavet", "Bavet"),
        ("kami ditahan di Bavet", "Bavet"),
        ("nandito kami sa Porac", "Porac"),
        ("hum log Myawaddy mein phase hain", "Myawaddy"),
    ] {
        assert_eq!(places(text), [place], "{text}");
    }
    for text in [
        "pteah knhom nov battambang",
        "ayin ka muse mar nay khae",
        "quê em ở Tay Ninh",
        "rumah saya di Manila",
    ] {
        assert_eq!(places(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn the_town_across_says_nothing_new_of_a_town_that_is_named() {
    assert_eq!(places("we are in Myawaddy, opposite Mae Sot"), ["Myawaddy"]);
    assert_eq!(places("we are opposite Mae Sot"), ["Mae Sot"]);
}

#[test]
fn chinese_numbers_count() {
    let says = one("离妙瓦底大概三十五公里").says;
    assert!(matches!(says, Statement::DistanceFrom { km, .. } if (km - 35.0).abs() < 0.01));
    let says = one("从美索开车十八个小时").says;
    assert!(matches!(says, Statement::TravelTime { hours, .. } if (hours - 18.0).abs() < 0.01));
    let says = one("坐标 北纬十六度四十一分 东经九十八度三十分").says;
    assert!(is_at(&says, 16.6833, 98.5));
}

/// The corpus is of our own writing, so this says that nothing got worse, not how good it is.
#[test]
fn the_corpus_is_understood() {
    let messages = messages(CORPUS).unwrap();
    for score in score(&messages, Gazetteer::embedded(), Borders::embedded()) {
        let [_, five, far] = score.positions;
        assert!(five.precision() >= 0.85 && five.recall() >= 0.85, "{score}");
        assert!(far.precision() >= 0.9 && far.recall() >= 0.9, "{score}");
        assert!(score.others.precision() >= 0.9 && score.others.recall() >= 0.9, "{score}");
        let (silent, spoken) = score.silent;
        assert!(silent >= 15 && spoken * 20 <= silent, "{score}");
    }
}

/// Pieces of which texts are put together that look like something.
const PIECES: &[&str] = &[
    "Myawaddy",
    "妙瓦底",
    "เมียวดี",
    "ប៉ោយប៉ែត",
    "မြဝတီ",
    "Bavet",
    " ",
    ",",
    ".",
    "?",
    "\n",
    "2",
    "20",
    "hours",
    "km",
    "from",
    "near",
    "小时",
    "离",
    "对面",
    "之间",
    "和",
    "between",
    "and",
    "ไทย",
    "สัญญาณ",
    "AIS",
    "+855",
    "sim",
    "sunset",
    "6:12",
    "pm",
    "ម៉ោង",
    "နာရီ",
    "ခွဲ",
    "ရွှေ့",
    "border",
    "we are in",
    "my family",
    "before",
    "now",
    "16.6402, 98.5205",
    "JGRC+36",
    "\u{200b}",
    "🙏",
    "不在",
    "không",
];

fn assert_sound(text: &str) {
    let length = text.chars().count();
    for proposal in proposals(text) {
        let quote = &proposal.quote;
        assert!(quote.start < quote.end && quote.end <= length);
        assert_eq!(quote.text.chars().count(), quote.end - quote.start);
        assert!(('A'..='F').contains(&proposal.reliability) && (1..=6).contains(&proposal.credibility));
        if let Statement::Place { candidates, .. } = &proposal.says {
            let sum: f64 = candidates.iter().map(|candidate| candidate.weight).sum();
            assert!((sum - 1.0).abs() < 1e-6, "{sum}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        assert_sound(&text);
    }

    #[test]
    fn any_mixture_is_survived(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..30)) {
        assert_sound(&pieces.concat());
    }
}

/// A stranger may send anything: what takes a second for one text takes the service down with many.
#[test]
fn long_texts_take_no_longer_than_their_length() {
    for piece in PIECES {
        let text = piece.repeat(50_000 / piece.len());
        let start = Instant::now();
        assert_sound(&text);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(6), "{piece:?} {took:?}");
    }
}
