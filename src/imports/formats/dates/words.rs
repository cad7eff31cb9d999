//! The words for halves of the day and for days of the week, in the languages that phones are set to.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil::Weekday;

use super::is_mark;

/// A half, or another part, of the day that an hour of twelve is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// Midnight to noon.
    Am,
    /// Noon to midnight.
    Pm,
    /// Chinese 中午, from eleven to one.
    Midday,
    /// Chinese 晚上: the evening, in which twelve is midnight.
    Evening,
    /// Chinese 深夜, Vietnamese đêm: the night, from before midnight to after it.
    Night,
}

/// The words for them, in small letters and without points.
const HALVES: &[(Half, &str)] = &[
    (
        Half::Am,
        "am vorm vm fm ap de dop wb to öö gh sa sáng pg 凌晨 清晨 早上 上午 午前 오전 새벽 아침 \
         ก่อนเที่ยง ກ່ອນທ່ຽງ ព្រឹក នំព្រឹក နံနက် မနက် पूर्वाह्न मपू सुबह পূর্বাহ্ণ পূর্বাহ্ন முற்பகல் ಪೂರ್ವಾಹ್ನ \
         ਪੂਦੁ පෙව ص صباحا صباحًا قظ صبح غم πμ прдоп пробед проб дп үө ጥዋት ጠዋት asubuhi לפנהצ לפנה״צ לפנה\"צ",
    ),
    (
        Half::Pm,
        "pm nachm nm em ip du odp pop wd tk ös gd ch chiều ptg 下午 午後 傍晚 오후 저녁 \
         หลังเที่ยง ຫຼັງທ່ຽງ ຫລັງທ່ຽງ ល្ងាច រសៀល ညနေ မွန်းလွဲ अपराह्न मउ शाम অপরাহ্ণ অপরাহ্ন பிற்பகல் ಅಪರಾಹ್ನ \
         ਬਾਦੁ පව م مساء مساءً بظ عصر غو μμ слоб пп үх ከሰዓት mchana jioni אחהצ אחה״צ אחה\"צ",
    ),
    (Half::Midday, "中午 trưa"),
    (Half::Evening, "晚上 tối"),
    (Half::Night, "半夜 午夜 深夜 đêm 밤 ည"),
];

/// Those of more than one word.
const LONG_HALVES: &[(&str, Half)] = &[
    ("e paradites", Half::Am),
    ("e pasdites", Half::Pm),
    ("пре подне", Half::Am),
    ("по подне", Half::Pm),
    ("du matin", Half::Am),
    ("de l’après-midi", Half::Pm),
];

/// The days of the week from Monday on, each in many languages, in small letters and without points.
const DAYS: [(Weekday, &str); 7] = [
    (
        Weekday::Monday,
        "monday mon montag mo lundi lun lunes segunda-feira segunda seg lunedì lunedi понедельник пн senin sen isnin \
         isn maandag ma pazartesi pzt poniedziałek pon måndag mån mandag man luni понеділок t2 \
         วันจันทร์ จันทร์ จ ច័ន្ទ ចន្ទ ថ្ងៃចន្ទ ថ្ងៃច័ន្ទ 月曜日 月曜 月 一 周一 週一 星期一 礼拜一 禮拜一 월요일 월 \
         الاثنين الإثنين सोमवार सोम တနင်္လာ",
    ),
    (
        Weekday::Tuesday,
        "tuesday tue tues dienstag di mardi mar martes terça-feira terça ter martedì martedi вторник вт selasa sel \
         sls dinsdag salı sal wtorek wt tisdag tis tirsdag tir marți вівторок t3 \
         วันอังคาร อังคาร อ អង្គារ ថ្ងៃអង្គារ 火曜日 火曜 火 二 周二 週二 星期二 礼拜二 禮拜二 화요일 화 \
         الثلاثاء मंगलवार मंगल အင်္ဂါ",
    ),
    (
        Weekday::Wednesday,
        "wednesday wed mittwoch mi mercredi mer miércoles miercoles mié mie quarta-feira quarta qua mercoledì \
         mercoledi среда ср rabu rab woensdag wo çarşamba çar środa śr onsdag ons miercuri середа t4 \
         วันพุธ พุธ พ ពុធ ថ្ងៃពុធ 水曜日 水曜 水 三 周三 週三 星期三 礼拜三 禮拜三 수요일 수 \
         الأربعاء बुधवार बुध ဗုဒ္ဓဟူး",
    ),
    (
        Weekday::Thursday,
        "thursday thu thur thurs donnerstag do jeudi jeu jueves jue quinta-feira quinta qui giovedì giovedi gio \
         четверг чт kamis kam khamis kha donderdag perşembe per czwartek czw torsdag tors tor joi четвер t5 \
         วันพฤหัสบดี พฤหัสบดี พฤหัส พฤ ព្រហស្បតិ៍ ព្រហស្បតិ៏ ថ្ងៃព្រហស្បតិ៍ 木曜日 木曜 木 四 周四 週四 星期四 礼拜四 禮拜四 \
         목요일 목 الخميس गुरुवार गुरु ကြာသပတေး",
    ),
    (
        Weekday::Friday,
        "friday fri freitag fr vendredi ven viernes vie sexta-feira sexta sex venerdì venerdi пятница пт jumat jum \
         jum'at jumaat vrijdag vr cuma cum piątek pt fredag fre vineri п'ятниця t6 \
         วันศุกร์ ศุกร์ ศ សុក្រ ថ្ងៃសុក្រ 金曜日 金曜 金 五 周五 週五 星期五 礼拜五 禮拜五 금요일 금 \
         الجمعة शुक्रवार शुक्र သောကြာ",
    ),
    (
        Weekday::Saturday,
        "saturday sat samstag sonnabend sa samedi sam sábado sabado sáb sab sabato суббота сб sabtu zaterdag za \
         cumartesi cmt sobota sob lördag lör lørdag lør sâmbătă субота t7 \
         วันเสาร์ เสาร์ ส សៅរ៍ ថ្ងៃសៅរ៍ 土曜日 土曜 土 六 周六 週六 星期六 礼拜六 禮拜六 토요일 토 \
         السبت शनिवार शनि စနေ",
    ),
    (
        Weekday::Sunday,
        "sunday sun sonntag so dimanche dim domingo dom domenica воскресенье вс minggu min ahad ahd zondag zo pazar \
         paz niedziela niedz söndag sön søndag søn duminică неділя cn \
         วันอาทิตย์ อาทิตย์ อา អាទិត្យ ថ្ងៃអាទិត្យ 日曜日 日曜 日 天 周日 週日 星期日 星期天 礼拜天 禮拜天 일요일 일 \
         الأحد रविवार रवि တနင်္ဂနွေ",
    ),
];

/// Vietnamese days of two words.
const LONG_DAYS: &[(&str, Weekday)] = &[
    ("thứ hai", Weekday::Monday),
    ("thứ ba", Weekday::Tuesday),
    ("thứ tư", Weekday::Wednesday),
    ("thứ năm", Weekday::Thursday),
    ("thứ sáu", Weekday::Friday),
    ("thứ bảy", Weekday::Saturday),
    ("chủ nhật", Weekday::Sunday),
    ("th 2", Weekday::Monday),
    ("th 3", Weekday::Tuesday),
    ("th 4", Weekday::Wednesday),
    ("th 5", Weekday::Thursday),
    ("th 6", Weekday::Friday),
    ("th 7", Weekday::Saturday),
];

/// The half of the day that a word means, such as `PM`, `p. m.` or `下午`.
#[must_use]
pub fn half(word: &str) -> Option<Half> {
    known_half(&bare(word))
}

/// The day of the week that a word means, such as `Fri`, `周五` or `วันศุกร์`.
#[must_use]
pub fn weekday(word: &str) -> Option<Weekday> {
    known_day(&bare(word))
}

fn known_half(bare: &str) -> Option<Half> {
    static KNOWN: LazyLock<HashMap<&str, Half>> = LazyLock::new(|| {
        let short =
            HALVES.iter().flat_map(|(half, words)| words.split_whitespace().map(|word| (word, *half)));
        short.chain(LONG_HALVES.iter().copied()).collect()
    });
    KNOWN.get(bare).copied()
}

fn known_day(bare: &str) -> Option<Weekday> {
    static KNOWN: LazyLock<HashMap<&str, Weekday>> = LazyLock::new(|| {
        let short = DAYS.iter().flat_map(|(day, words)| words.split_whitespace().map(|word| (word, *day)));
        short.chain(LONG_DAYS.iter().copied()).collect()
    });
    KNOWN.get(bare).copied()
}

/// A word in small letters, without marks, points and the blanks that follow points: `p. m.` is one word, and
/// `e pasdites` is two.
#[derive(Default)]
struct Bare {
    word: String,
    after_point: bool,
}

impl Bare {
    fn push(&mut self, c: char) {
        if c == '.' {
            self.after_point = true;
        } else if is_blank(c) {
            if !self.after_point && !self.word.is_empty() && !self.word.ends_with(' ') {
                self.word.push(' ');
            }
        } else if !is_mark(c) {
            self.after_point = false;
            self.word.extend(c.to_lowercase());
        }
    }
}

fn bare(word: &str) -> String {
    let mut bare = Bare::default();
    word.chars().for_each(|c| bare.push(c));
    bare.word.trim_end().to_owned()
}

/// A blank within a line, of any width, but no tab: that one parts columns.
#[must_use]
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\t' | '\n' | '\r')
}

/// Characters in which the longest of all these words is written.
const LONGEST: usize = 24;

/// The longest word at the start of a text that `known` knows, and what follows it.
fn longest<T>(text: &str, known: fn(&str) -> Option<T>) -> Option<(T, &str)> {
    let (mut seen, mut found) = (Bare::default(), None);
    for (at, c) in text.char_indices().take(LONGEST) {
        if matches!(c, '\t' | '\n' | '\r') {
            break;
        }
        seen.push(c);
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        // A blank behind belongs to what follows; a letter behind makes it another word.
        if is_blank(c) || is_mark(c) || (is_joined(c) && rest.chars().next().is_some_and(is_joined)) {
            continue;
        }
        if let Some(meaning) = known(&seen.word) {
            found = Some((meaning, rest));
        }
    }
    found
}

/// Whether a character makes one word with such a character beside it. Chinese, Japanese, Korean and the scripts of
/// South-East Asia write words without blanks between.
fn is_joined(c: char) -> bool {
    let unspaced = matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}');
    !unspaced
        && (c.is_alphanumeric()
            || matches!(c, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{652}' | '\u{900}'..='\u{dff}'))
}

/// A half of the day at the start of a text, and what follows it.
#[must_use]
pub fn half_at(text: &str) -> Option<(Half, &str)> {
    let (half, rest) = longest(text, known_half)?;
    let is_known = ["am", "pm", "sa", "ch"].contains(&bare(before(text, rest)).as_str());
    (is_known || !is_loose(text, rest)).then_some((half, rest))
}

fn before<'a>(text: &'a str, rest: &str) -> &'a str {
    text.get(..text.len() - rest.len()).unwrap_or_default()
}

/// Whether a few Latin letters stand before another word, where they may as well be the beginning of a name: `Em Ly`,
/// `Do Nam`.
fn is_loose(text: &str, rest: &str) -> bool {
    let word = before(text, rest);
    let follows = rest.trim_start_matches(is_blank);
    word.is_ascii()
        && word.len() <= 3
        && follows.len() < rest.len()
        && follows.starts_with(char::is_alphabetic)
}

/// A day of the week at the start of a text, in brackets or not, and what follows it. Without brackets a single
/// character is none: too much else begins with it.
#[must_use]
pub fn weekday_at(text: &str) -> Option<(Weekday, &str)> {
    if let Some(inside) = text.strip_prefix(['(', '（', '[']) {
        let end = inside.find([')', '）', ']'])?;
        let after = inside.get(end..)?.chars().next().map_or(end, |c| end + c.len_utf8());
        return Some((weekday(inside.get(..end)?)?, inside.get(after..)?));
    }
    let (day, rest) = longest(text, known_day)?;
    let is_one = before(text, rest).chars().nth(1).is_none();
    (!is_one && !is_loose(text, rest)).then_some((day, rest))
}
