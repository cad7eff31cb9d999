use jiff::civil::{Weekday, date};
use proptest::prelude::*;

use super::*;

/// A date as it was read: in the first order that fits, the day of the week, and what follows.
fn read(text: &str) -> Option<(String, Option<Weekday>, &str)> {
    let at = date_at(text)?;
    assert!(at.style < STYLES);
    let written = at.with(Time::midnight());
    Some((written.read(DateOrder::Ambiguous)?.date().to_string(), at.weekday, at.rest))
}

fn clock(text: &str) -> Option<(String, &str)> {
    clock_at(text).map(|at| (at.time.to_string(), at.rest))
}

#[test]
fn dates_of_many_regions_are_read() {
    for (text, expected, rest) in [
        ("31/1/26, 10:00", "2026-01-31", ", 10:00"),
        ("1/31/2026 x", "2026-01-31", " x"),
        ("31.01.26, ", "2026-01-31", ", "),
        ("31-01-2026 ", "2026-01-31", " "),
        ("2026-01-31 ", "2026-01-31", " "),
        ("2026/1/31(土)", "2026-01-31", ""),
        ("2026. 1. 31. 오후", "2026-01-31", " 오후"),
        ("31. 01. 2026. 14:56", "2026-01-31", " 14:56"),
        ("2026年1月31日 10:00", "2026-01-31", " 10:00"),
        ("2026년 1월 31일 토요일", "2026-01-31", ""),
        ("令和8年1月31日", "2026-01-31", ""),
        ("令和元年5月31日", "2019-05-31", ""),
        ("R8/01/31(土)", "2026-01-31", ""),
        ("H31/4/30", "2019-04-30", ""),
        ("民國115/1/31", "2026-01-31", ""),
        ("31/1/2569 BE, 10", "2026-01-31", ", 10"),
        ("31/1/2569", "2026-01-31", ""),
        ("31/1/พ.ศ. 2569 10", "2026-01-31", " 10"),
        ("31/1/69 ", "2026-01-31", " "),
        ("31.1.26 г., 14:56", "2026-01-31", ", 14:56"),
        ("\u{200f}٣١\u{200f}/١\u{200f}/٢٠٢٦، ", "2026-01-31", "، "),
        ("३१/१/२६, ", "2026-01-31", ", "),
        ("၃၁-၁-၂၆ ", "2026-01-31", " "),
        ("۱۴۰۴/۱۱/۱۱،", "2026-01-31", "،"),
        ("1404/12/29", "2026-03-20", ""),
        ("1405/1/1", "2026-03-21", ""),
        ("1403/12/30", "2025-03-20", ""),
        ("1403/1/1", "2024-03-20", ""),
        ("1391/1/1", "2012-03-20", ""),
        ("31 01 2026 x", "2026-01-31", " x"),
        ("Sat, 1/31/2026", "2026-01-31", ""),
        ("2026.01.31 Saturday", "2026-01-31", ""),
        ("2026/1/31周六", "2026-01-31", ""),
        ("thứ bảy, 31/1/2026", "2026-01-31", ""),
        ("วันเสาร์ 31/1/2569", "2026-01-31", ""),
    ] {
        let found = read(text);
        assert_eq!(
            found.as_ref().map(|(date, _, rest)| (date.as_str(), *rest)),
            Some((expected, rest)),
            "{text}"
        );
    }
    assert_eq!(read("2026/1/31 Do Nam").unwrap().1, None);
    assert_eq!(read("2026/1/31(土)").unwrap().1, Some(Weekday::Saturday));
    assert_eq!(read("Sat, 1/31/2026").unwrap().1, Some(Weekday::Saturday));
}

#[test]
fn a_date_must_be_one_of_its_calendar() {
    for text in ["31/2/2026", "1404/12/30", "1404/7/31", "1447/1/1", "2026/13/1", "0/1/2026"] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn other_numbers_are_no_dates() {
    for text in [
        "",
        "1/2",
        "1/2/",
        "10:00",
        "1/2-26",
        "1 2 3",
        "192.168.10.12",
        "12345/1/2",
        "1/2/3/4",
        "1/2026/3",
        "2026/1/2026",
        "v1.2.3.4",
        "hello",
        "+95 9 123 456",
        "1/2/20261",
        "(Mon)",
    ] {
        assert!(date_at(text).is_none(), "{text}");
    }
}

#[test]
fn times_of_many_languages_are_read() {
    for (text, expected, rest) in [
        ("14:56 - x", "14:56:00", " - x"),
        ("14:56:01]", "14:56:01", "]"),
        ("14.56.01]", "14:56:01", "]"),
        ("2:56:01\u{202f}PM]", "14:56:01", "]"),
        ("2:56 pm - ", "14:56:00", " - "),
        ("2:56:01\u{a0}p.\u{a0}m.] x", "14:56:01", "] x"),
        ("12:05 a. m. x", "00:05:00", " x"),
        ("下午1:54 - ", "13:54:00", " - "),
        ("凌晨12:05", "00:05:00", ""),
        ("中午12:05", "12:05:00", ""),
        ("晚上11:05", "23:05:00", ""),
        ("午後2:56", "14:56:00", ""),
        ("오후 2:56", "14:56:00", ""),
        ("2:56 CH]", "14:56:00", "]"),
        ("2:56 SA]", "02:56:00", "]"),
        ("2:56 chiều", "14:56:00", ""),
        ("2:56 หลังเที่ยง", "14:56:00", ""),
        ("2:56 ល្ងាច", "14:56:00", ""),
        ("2:56 ညနေ", "14:56:00", ""),
        ("2:56 अपराह्न", "14:56:00", ""),
        ("٢:٥٦:٠١ م]", "14:56:01", "]"),
        ("٢:٥٦ ص - ", "02:56:00", " - "),
        ("2:56 μ.μ. - ", "14:56:00", " - "),
        ("2:56 e pasdites", "14:56:00", ""),
        ("14時56分", "14:56:00", ""),
        ("14 h 56 min 12 s]", "14:56:12", "]"),
        ("00:04:03 AM", "00:04:03", ""),
        ("24:10", "00:10:00", ""),
        ("10:00\tam\tx", "10:00:00", "\tam\tx"),
        ("10:00 amount", "10:00:00", " amount"),
        ("10:00 Em Ly", "10:00:00", " Em Ly"),
        ("2:56 em - ", "14:56:00", " - "),
    ] {
        assert_eq!(clock(text), Some((expected.to_owned(), rest)), "{text}");
    }
    for text in ["", "1", "1:2", "25:00", "10:60", "123:00", "10:000", "10 . 30", "am", "10-30"] {
        assert_eq!(clock(text), None, "{text}");
    }
}

#[test]
fn days_of_the_week_are_known_in_many_languages() {
    for (word, expected) in [
        ("Friday", Weekday::Friday),
        ("Fr.", Weekday::Friday),
        ("ven.", Weekday::Friday),
        ("viernes", Weekday::Friday),
        ("sexta-feira", Weekday::Friday),
        ("пт", Weekday::Friday),
        ("Jumat", Weekday::Friday),
        ("Thứ Sáu", Weekday::Friday),
        ("ศ.", Weekday::Friday),
        ("ថ្ងៃសុក្រ", Weekday::Friday),
        ("Jumaat", Weekday::Friday),
        ("金", Weekday::Friday),
        ("週五", Weekday::Friday),
        ("금요일", Weekday::Friday),
        ("CN", Weekday::Sunday),
    ] {
        assert_eq!(weekday(word), Some(expected), "{word}");
    }
    assert_eq!(weekday("today"), None);
}

fn orders(dates: &[&str]) -> Vec<Order> {
    let mut orders = Orders::default();
    for text in dates {
        orders.add(&date_at(text).unwrap().with(Time::midnight()));
    }
    orders.all()
}

fn only(dates: &[&str]) -> (DateOrder, Basis) {
    let all = orders(dates);
    assert_eq!(all.len(), 1);
    (all[0].order, all[0].basis)
}

#[test]
fn the_whole_file_tells_the_order() {
    assert_eq!(only(&["1/2/2026", "2/2/2026", "13/2/2026"]), (DateOrder::Dmy, Basis::Dates));
    assert_eq!(only(&["1/2/26", "1/13/26"]), (DateOrder::Mdy, Basis::Dates));
    assert_eq!(only(&["1/2/2026", "2/2/2026"]), (DateOrder::Ambiguous, Basis::Nothing));
    assert_eq!(only(&["2/2/2026", "3/3/2026"]), (DateOrder::Dmy, Basis::Same));
    assert_eq!(only(&["Fri, 1/2/2026"]), (DateOrder::Mdy, Basis::Dates));
    assert_eq!(only(&["26/1/30", "26/1/31", "26/2/1", "26/2/2"]), (DateOrder::Ymd, Basis::Year));
    assert_eq!(only(&["1/12/25", "1/1/26"]), (DateOrder::Ambiguous, Basis::Nothing));
    assert_eq!(only(&["30.1.26", "31.1.26", "1.2.26"]), (DateOrder::Dmy, Basis::Year));
    assert_eq!(only(&["1.2.2026"]), (DateOrder::Dmy, Basis::Custom));
    let all = orders(&["1/31/26", "31/1/2026"]);
    assert_eq!(all.iter().map(|order| order.order).collect::<Vec<_>>(), [DateOrder::Mdy, DateOrder::Dmy]);
}

#[test]
fn jumping_in_time_rules_an_order_out_only_if_the_file_does_it_again_and_again() {
    let mut days: Vec<String> = Vec::new();
    for month in 1..=6 {
        days.extend((1..=12).map(|day| format!("{day}/{month}/2026")));
    }
    let days: Vec<&str> = days.iter().map(String::as_str).collect();
    assert_eq!(only(&days), (DateOrder::Dmy, Basis::Sequence));
    let backwards: Vec<&str> = days.iter().rev().copied().collect();
    assert_eq!(only(&backwards), (DateOrder::Dmy, Basis::Sequence));
    assert_eq!(only(&days[..26]), (DateOrder::Ambiguous, Basis::Nothing));
}

#[test]
fn a_few_false_lines_do_not_outvote_a_file() {
    let mut days: Vec<String> = (13..=31).chain(13..=31).map(|day| format!("1/{day}/2026")).collect();
    days.push("31/1/2026".to_owned());
    let days: Vec<&str> = days.iter().map(String::as_str).collect();
    let all = orders(&days);
    assert_eq!((all[0].order, all[0].against), (DateOrder::Mdy, 1));
    assert_eq!(only(&["1/13/2026", "13/1/2026"]).0, DateOrder::Ambiguous);
}

#[test]
fn dates_with_another_clock_are_read_alike() {
    let mut orders = Orders::default();
    orders.add(&date_at("1/31/26").unwrap().with(Time::midnight()));
    let mut other = date_at("1/2/26").unwrap().with(Time::midnight());
    other.style |= STYLES;
    orders.add(&other);
    assert_eq!(orders.of(other.style), DateOrder::Mdy);
    assert_eq!(orders.all()[1].basis, Basis::Alike);
    assert_eq!(other.read(orders.of(other.style)).unwrap().date(), date(2026, 1, 2));
}

proptest! {
    #[test]
    fn any_text_is_read_or_not(text in "[0-9٣२/.:年月日 apmAPM\u{200f}\u{202f}下午สA-Za-z()]{0,40}") {
        if let Some(at) = date_at(&text) {
            prop_assert!(text.ends_with(at.rest) && at.style < STYLES);
        }
        if let Some(at) = clock_at(&text) {
            prop_assert!(text.ends_with(at.rest));
        }
    }
}
