//! Finding agreed words in what somebody wrote, however they wrote it: duress words and forbidden words.
//!
//! Both sides are taken apart into *signs*: a letter or digit with the marks on it. Invisible characters, case,
//! full-width and other compatibility forms do not count; all else (spaces, punctuation, line breaks) only separates.
//! Two signs are the same when
//! - the letters are, or look alike (Cyrillic `а` for Latin `a`), and
//! - the marks are. In scripts where people leave marks out (Latin, Greek, Cyrillic, Arabic, Hebrew) those of one side
//!   may be missing: `ca phe` is `cà phê`, `cá` is not `cà`. Elsewhere, as in Burmese or Thai, marks are letters.
//!
//! Where a word may begin and end depends on its length in letters, so that short words do not turn up inside of others:
//!
//! | word | is found |
//! |---|---|
//! | of a script without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese), and Korean, which adds particles | anywhere |
//! | up to 3 letters | as a whole word |
//! | 4 or 5 letters | at the beginning of a word, for its endings; in Arabic and Hebrew, which add to the front, anywhere |
//! | 6 letters or more | anywhere in a word |
//! | a number | as a whole number |
//!
//! What is broken up is found as a whole: letter by letter (`s o s`) at any length, in pieces (`umb-rella`) from 5
//! letters on. So `to get her` is `together`: a false alarm costs a look, a missed word may cost more. A word of
//! several words is found with any separators between them, or none. A word with a picture in it is found with that
//! picture; one of nothing but punctuation is looked for as it stands.
//!
//! Digits that stand for letters (`h3lp`) are not seen through.

use std::collections::HashMap;

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup, Script};

use super::lookalikes::{lookalike, plain_digit, without_stroke};
use crate::text::compatible;

/// Up to so many letters a word is found only as a whole.
const WHOLE: usize = 3;
/// From so many letters on a word is found when it is broken into pieces.
const PIECES: usize = 5;
/// From so many letters on a word is found inside of others.
const INSIDE: usize = 6;

/// What of a text is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Keep {
    /// Letters and digits.
    Letters,
    /// Pictures too.
    Symbols,
    /// All that is visible.
    Everything,
}

/// How a script writes words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writing {
    /// With spaces between words.
    Spaced,
    /// The same, with prepositions and articles written onto the front of words.
    Prefixed,
    /// Without spaces.
    Unspaced,
}

/// A letter or digit with its marks.
#[derive(Debug)]
struct Sign {
    letter: char,
    /// What it may be mistaken for; often itself.
    look: char,
    marks: String,
    /// Whether people leave the marks out.
    loose: bool,
    digit: bool,
    writing: Writing,
    /// Whether something stands between the sign before and this one.
    apart: bool,
}

impl Sign {
    fn is(&self, other: &Self) -> bool {
        let letter = self.letter == other.letter || self.look == other.look;
        let missing = self.loose && other.loose && (self.marks.is_empty() || other.marks.is_empty());
        letter && (missing || self.marks == other.marks)
    }

    fn is_unspaced(&self) -> bool {
        self.writing == Writing::Unspaced
    }
}

/// Marks for typesetting, fillers and the stroke that stretches Arabic words.
fn is_ignored(c: char, category: GeneralCategory) -> bool {
    category == GeneralCategory::Format
        || matches!(
            c,
            '\u{34f}' | '\u{640}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0100}'..='\u{e01ef}'
        )
}

fn leaves_marks_out(script: Script) -> bool {
    [Script::Latin, Script::Greek, Script::Cyrillic, Script::Arabic, Script::Hebrew].contains(&script)
}

fn writing(script: Script) -> Writing {
    const UNSPACED: [Script; 16] = [
        Script::Han,
        Script::Hiragana,
        Script::Katakana,
        Script::Bopomofo,
        Script::Hangul,
        Script::Thai,
        Script::Lao,
        Script::Khmer,
        Script::Myanmar,
        Script::Tibetan,
        Script::TaiLe,
        Script::NewTaiLue,
        Script::TaiTham,
        Script::TaiViet,
        Script::Javanese,
        Script::Balinese,
    ];
    if UNSPACED.contains(&script) {
        Writing::Unspaced
    } else if script == Script::Arabic || script == Script::Hebrew {
        Writing::Prefixed
    } else {
        Writing::Spaced
    }
}

/// Takes a text apart.
struct Signs {
    signs: Vec<Sign>,
    apart: bool,
}

impl Signs {
    fn of(text: &str, keep: Keep) -> Vec<Sign> {
        let mut signs = Self { signs: Vec::new(), apart: false };
        for c in compatible(text).chars() {
            let category = CodePointMapData::<GeneralCategory>::new().get(c);
            if is_ignored(c, category) {
                continue;
            }
            let script = CodePointMapData::<Script>::new().get(c);
            if GeneralCategoryGroup::Letter.contains(category) {
                signs.letter(c, script);
            } else if GeneralCategoryGroup::Number.contains(category) {
                signs.push(plain_digit(c), plain_digit(c), script, true);
            } else if GeneralCategoryGroup::Mark.contains(category) {
                signs.mark(c, script);
            } else if lookalike(c).is_some() {
                // Letters in boxes and discs are pictures to Unicode.
                signs.letter(c, Script::Latin);
            } else if keep == Keep::Everything && !c.is_whitespace() && !c.is_control()
                || keep == Keep::Symbols && category == GeneralCategory::OtherSymbol
            {
                signs.push(c, c, Script::Han, false);
            } else {
                signs.apart = true;
            }
        }
        signs.signs
    }

    fn letter(&mut self, c: char, script: Script) {
        if !leaves_marks_out(script) {
            let lower = c.to_lowercase().next().unwrap_or(c);
            let look = lookalike(c).unwrap_or(lower);
            self.push(lower, look, script, false);
            return;
        }
        let mut buffer = [0; 4];
        for part in DecomposingNormalizerBorrowed::new_nfd().normalize(c.encode_utf8(&mut buffer)).chars() {
            let look = lookalike(part);
            for lower in part.to_lowercase() {
                let (letter, stroke) = without_stroke(lower);
                if is_mark(letter) {
                    self.mark(letter, Script::Inherited);
                    continue;
                }
                let (letter, times) = if letter == 'ß' { ('s', 2) } else { (letter, 1) };
                for _ in 0..times {
                    self.push(letter, look.unwrap_or(letter), script, false);
                }
                if let Some(stroke) = stroke {
                    self.mark(stroke, Script::Inherited);
                }
            }
        }
    }

    fn push(&mut self, letter: char, look: char, script: Script, digit: bool) {
        let shared = script == Script::Common || script == Script::Inherited;
        // The sign that lengthens a Japanese vowel belongs to no script: it goes with what it stands after.
        let writing = match self.signs.last() {
            Some(last) if shared && !digit && !self.apart => last.writing,
            _ => writing(script),
        };
        let loose = digit || leaves_marks_out(script);
        let apart = std::mem::take(&mut self.apart);
        self.signs.push(Sign { letter, look, marks: String::new(), loose, digit, writing, apart });
    }

    fn mark(&mut self, mark: char, script: Script) {
        let of_a_script = script != Script::Inherited && script != Script::Common;
        match self.signs.last_mut() {
            Some(last) if !self.apart => last.marks.push(mark),
            _ if of_a_script => self.push(mark, mark, script, false),
            // A mark of no script that stands on nothing is the ghost of a lone accent.
            _ => {}
        }
    }
}

fn is_mark(c: char) -> bool {
    GeneralCategoryGroup::Mark.contains(CodePointMapData::<GeneralCategory>::new().get(c))
}

/// Signs of a word that are looked for: one that is longer is found by its beginning.
const MOST: usize = u128::BITS as usize;

/// A text, read once for many words.
struct Text {
    signs: Vec<Sign>,
    /// For each sign the number of the first that is written just so: what it is to a word need be asked once.
    same: Vec<usize>,
}

impl Text {
    fn new(signs: Vec<Sign>) -> Self {
        let mut first = HashMap::new();
        let same = signs.iter().enumerate().map(|(at, sign)| {
            *first.entry((sign.letter, sign.look, sign.marks.as_str(), sign.loose)).or_insert(at)
        });
        let same = same.collect();
        Self { signs, same }
    }
}

/// A word to look for. Has no `Debug`: it may be what somebody's life hangs on.
struct Word {
    signs: Vec<Sign>,
    keep: Keep,
    /// Its length, in letters that matter for where it is found.
    length: usize,
}

impl Word {
    fn new(word: &str) -> Option<Self> {
        let all = Signs::of(word, Keep::Symbols);
        let letters = Signs::of(word, Keep::Letters);
        let (signs, keep) = if all.is_empty() {
            (Signs::of(word, Keep::Everything), Keep::Everything)
        } else if all.len() > letters.len() {
            (all, Keep::Symbols)
        } else {
            (letters, Keep::Letters)
        };
        let mut signs = signs;
        signs.truncate(MOST);
        let length =
            signs.iter().map(|sign| if sign.loose { 1 } else { 1 + sign.marks.chars().count() }).sum();
        (!signs.is_empty()).then_some(Self { signs, keep, length })
    }

    /// Goes through the text once, however often what stands there begins like the word: bit `n` of `begun` says that
    /// the signs up to here are the first `n + 1` of it.
    fn is_in(&self, text: &Text) -> bool {
        let whole = 1_u128 << (self.signs.len() - 1);
        let (mut begun, mut known) = (0_u128, HashMap::new());
        for (end, (sign, same)) in text.signs.iter().zip(&text.same).enumerate() {
            let wanted = begun << 1 | 1;
            // Few are quicker compared than remembered.
            begun = if wanted.count_ones() <= 4 {
                self.fitting(wanted, sign)
            } else {
                wanted & *known.entry(*same).or_insert_with(|| self.fitting(u128::MAX, sign))
            };
            if begun & whole != 0 {
                let at = end + 1 - self.signs.len();
                if self.is_at(&text.signs, at, &text.signs[at..=end]) {
                    return true;
                }
            }
        }
        false
    }

    /// Those of the places in `wanted` at which the word has this sign.
    fn fitting(&self, wanted: u128, sign: &Sign) -> u128 {
        let (mut left, mut fitting) = (wanted, 0);
        while left != 0 {
            let place = left.trailing_zeros() as usize;
            match self.signs.get(place) {
                None => break,
                Some(own) if sign.is(own) => fitting |= 1 << place,
                Some(_) => {}
            }
            left &= left - 1;
        }
        fitting
    }

    /// Whether the word, whose signs stand there, may begin and end there.
    fn is_at(&self, text: &[Sign], at: usize, part: &[Sign]) -> bool {
        let end = at + part.len();
        let (Some(first), Some(last)) = (part.first(), part.last()) else { return false };
        let (begins, ends) = (is_border(text, at), is_border(text, end));
        let splits_number = |place: usize| {
            place > 0
                && text
                    .get(place - 1)
                    .zip(text.get(place))
                    .is_some_and(|(a, b)| a.digit && b.digit && !b.apart)
        };
        if splits_number(at) || splits_number(end) {
            return false;
        }
        let broken = part.windows(2).zip(self.signs.windows(2)).any(|(there, here)| {
            there[1].apart && !here[1].apart && !(there[0].is_unspaced() && there[1].is_unspaced())
        });
        if broken {
            let letter_by_letter = part[1..].iter().all(|sign| sign.apart);
            let whole = (begins || first.is_unspaced()) && (ends || last.is_unspaced());
            return whole && (letter_by_letter || self.length >= PIECES);
        }
        let inside = if first.writing == Writing::Prefixed { WHOLE + 1 } else { INSIDE };
        (begins || first.is_unspaced() || self.length >= inside)
            && (ends || last.is_unspaced() || self.length > WHOLE)
    }
}

/// Whether a word may end before `place` and another begin there.
fn is_border(text: &[Sign], place: usize) -> bool {
    match (place.checked_sub(1).and_then(|before| text.get(before)), text.get(place)) {
        (Some(before), Some(after)) => after.apart || before.is_unspaced() != after.is_unspaced(),
        _ => true,
    }
}

/// Words to look for, read once for many texts.
pub struct Words(Vec<Word>);

impl Words {
    /// Reads them; one with nothing visible in it is never found.
    pub fn new(words: &[String]) -> Self {
        Self(words.iter().filter_map(|word| Word::new(word)).collect())
    }

    /// Whether any of them is in any of these texts.
    pub fn any_in(&self, texts: &[&str]) -> bool {
        [Keep::Letters, Keep::Symbols, Keep::Everything].into_iter().any(|keep| {
            let words: Vec<&Word> = self.0.iter().filter(|word| word.keep == keep).collect();
            !words.is_empty()
                && texts.iter().any(|text| {
                    let text = Text::new(Signs::of(text, keep));
                    words.iter().any(|word| word.is_in(&text))
                })
        })
    }
}

#[cfg(test)]
mod tests;
