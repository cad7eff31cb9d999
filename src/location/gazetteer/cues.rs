//! Words beside a name that tell that it is one: `city`, `จังหวัด`, `镇`, and, less so, `in` or `ที่`.

use super::fold::{Gap, Letter, is_latin};

/// How far the words around a name speak for a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cue {
    /// Not at all.
    None,
    /// Something is said to be at or near it.
    Somewhere,
    /// It is called a town, a province or the like.
    Place,
}

/// Before a name: this is a place. Folded, as all that is compared here.
const PLACE_BEFORE: &[&str] = &[
    "จังหวัด",
    "จ",
    "อำเภอ",
    "อ",
    "ตำบล",
    "ต",
    "บ้าน",
    "เมือง",
    "ด่าน",
    "สนามบิน",
    "ชายแดน",
    "แขวง",
    "ເມືອງ",
    "ແຂວງ",
    "ບ້ານ",
    "ខេត្ត",
    "ស្រុក",
    "ក្រុង",
    "ភូមិ",
    "ឃុំ",
    "សង្កាត់",
    "ខណ្ឌ",
    "ច្រក",
    "tinh",
    "huyen",
    "thanhpho",
    "tp",
    "thixa",
    "xa",
    "phuong",
    "cuakhau",
    "sanbay",
    "cityof",
    "townof",
    "villageof",
    "provinceof",
    "districtof",
    "barangay",
    "brgy",
    "lungsodng",
];

/// After a name: this is a place.
const PLACE_AFTER: &[&str] = &[
    "市",
    "县",
    "省",
    "镇",
    "府",
    "村",
    "区",
    "园区",
    "口岸",
    "机场",
    "特区",
    "边境",
    "မြို့",
    "ရွာ",
    "ကျေးရွာ",
    "ခရိုင်",
    "ပြည်နယ်",
    "တိုင်း",
    "နယ်စပ်",
    "city",
    "town",
    "township",
    "village",
    "province",
    "district",
    "state",
    "airport",
    "border",
    "casino",
    "compound",
    "park",
];

/// Before a name: something is there.
const SOMEWHERE_BEFORE: &[&str] = &[
    "在",
    "到",
    "去",
    "从",
    "离",
    "近",
    "至",
    "往",
    "来",
    "คือ",
    "ที่",
    "อยู่",
    "ไป",
    "จาก",
    "ใกล้",
    "ถึง",
    "ใน",
    "นៅ",
    "នៅ",
    "ទៅ",
    "ពី",
    "ជិត",
    "ដល់",
    "in",
    "at",
    "near",
    "to",
    "from",
    "toward",
    "towards",
    "around",
    "inside",
    "outside",
    "via",
    "o",
    "tai",
    "gan",
    "den",
    "tu",
    "ve",
    "qua",
    "sang",
    "sa",
    "mula",
    "papunta",
    "malapitsa",
];

/// After a name: something is there.
const SOMEWHERE_AFTER: &[&str] =
    &["那边", "这边", "附近", "对面", "这里", "那里", "မှာ", "မှ", "ကို", "က", "နား", "ဘက်", "အနီး", "ဘက်မှာ"];

/// What stands around letters `at` to `end`.
pub(super) fn around(letters: &[Letter], at: usize, end: usize) -> Cue {
    let (before, after) = (letters.get(..at).unwrap_or_default(), letters.get(at..).unwrap_or_default());
    let opens = after.first().is_none_or(|letter| letter.gap != Gap::Hard);
    let after = after.get(end - at..).unwrap_or_default();
    if (opens && ends_with(before, after_gap(letters, at), PLACE_BEFORE)) || begins_with(after, PLACE_AFTER) {
        Cue::Place
    } else if (opens && ends_with(before, after_gap(letters, at), SOMEWHERE_BEFORE))
        || begins_with(after, SOMEWHERE_AFTER)
    {
        Cue::Somewhere
    } else {
        Cue::None
    }
}

/// Whether a space stands before a letter.
fn after_gap(letters: &[Letter], at: usize) -> bool {
    letters.get(at).is_some_and(|letter| letter.gap != Gap::None)
}

/// Whether letters end with one of some words; a Latin word must be a whole one.
fn ends_with(letters: &[Letter], gap_after: bool, words: &[&str]) -> bool {
    words.iter().any(|word| {
        let length = word.chars().count();
        let Some(start) = letters.len().checked_sub(length) else { return false };
        let tail = letters.get(start..).unwrap_or_default();
        let same = tail.iter().map(|letter| letter.folded).eq(word.chars());
        let whole = start == 0 || tail.first().is_some_and(|letter| letter.gap != Gap::None);
        same && (!needs_gaps(word) || (whole && gap_after))
    })
}

/// Whether letters begin with one of some words; a Latin word must be a whole one.
fn begins_with(letters: &[Letter], words: &[&str]) -> bool {
    words.iter().any(|word| {
        let length = word.chars().count();
        let same = letters
            .get(..length)
            .is_some_and(|head| head.iter().map(|letter| letter.folded).eq(word.chars()));
        let near = letters.first().is_some_and(|letter| letter.gap != Gap::Hard);
        let whole =
            letters.get(length).is_none_or(|letter| letter.gap != Gap::None || !is_latin(letter.folded));
        same && near && (!needs_gaps(word) || whole)
    })
}

/// Whether a word is only one between spaces: Latin ones, and the single letters of Thai abbreviations.
fn needs_gaps(word: &str) -> bool {
    word.chars().next().is_some_and(is_latin) || matches!(word, "จ" | "อ" | "ต")
}

#[cfg(test)]
mod tests {
    use super::super::fold::{Simplified, fold};
    use super::*;

    fn cue(before: &str, name: &str, after: &str) -> Cue {
        let letters = fold(&format!("{before}{name}{after}"), &Simplified::new());
        let at = fold(before, &Simplified::new()).len();
        around(&letters, at, at + fold(name, &Simplified::new()).len())
    }

    #[test]
    fn words_beside_a_name_count() {
        assert_eq!(cue("จังหวัด", "เลย", ""), Cue::Place);
        assert_eq!(cue("", "Bay", " City, then"), Cue::Place);
        assert_eq!(cue("在", "老街", "市"), Cue::Place);
        assert_eq!(cue("在", "老街", ""), Cue::Somewhere);
        assert_eq!(cue("we went to ", "Muse", " and"), Cue::Somewhere);
        assert_eq!(cue("", "ကလော", "မှာ"), Cue::Somewhere);
        assert_eq!(cue("Tomato ", "Muse", ""), Cue::None);
        assert_eq!(cue("we go to. ", "Muse", ""), Cue::None);
        assert_eq!(cue("ไม่ได้", "เลย", "ครับ"), Cue::None);
    }
}
