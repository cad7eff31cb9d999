//! Text in the one form in which names are compared: no case, no accents, no spaces, simplified Chinese, plain digits.
//! Every character still knows where it stood and what was folded away.

use std::collections::HashMap;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup, Script};

/// What stood between two characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// Nothing.
    None,
    /// What people put into names or leave out: a space, a hyphen, an apostrophe.
    Soft,
    /// What ends a name.
    Hard,
}

/// A character of a folded text.
#[derive(Clone, Copy)]
pub(super) struct Letter {
    /// As it is compared.
    pub(super) folded: char,
    /// Where its cluster stood in the text as given, in characters.
    pub(super) start: usize,
    /// The first character after that.
    pub(super) end: usize,
    /// What stood before it.
    pub(super) gap: Gap,
    /// Whether a cluster begins with it: a letter with the marks on it, of which none is compared without the others.
    pub(super) begins: bool,
    /// What was written, accents included, as a number.
    pub(super) written: u32,
    /// Whether accents were folded away.
    pub(super) accented: bool,
    /// Whether it was a capital.
    pub(super) capital: bool,
}

/// Simplified characters by traditional ones.
pub(super) type Simplified = HashMap<char, char>;

/// Folds a text.
pub(super) fn fold(text: &str, simplified: &Simplified) -> Vec<Letter> {
    let mut folder = Folder { letters: Vec::with_capacity(text.len()), simplified, gap: Gap::None };
    let mut cluster = String::new();
    let (mut start, mut end) = (0, 0);
    let mut after_point = false;
    for (index, c) in text.chars().enumerate() {
        if is_invisible(c) {
            continue;
        }
        if is_mark(c) && !cluster.is_empty() && cluster.len() < MOST_CLUSTER {
            cluster.push(c);
            end = index + 1;
            continue;
        }
        if !cluster.is_empty() {
            folder.push(&cluster, start, end);
            cluster.clear();
        }
        if c.is_alphanumeric() || is_mark(c) {
            cluster.push(c);
            (start, end, after_point) = (index, index + 1, false);
        } else {
            // A point within a name is one of an abbreviation; with a space after it, only one like `K. K.` or `TP. Vinh`.
            let ends = c.is_whitespace() && after_point && !folder.is_abbreviated();
            folder.gap = folder.gap.max(if ends { Gap::Hard } else { gap(c) });
            after_point = c == '.' || (after_point && c.is_whitespace());
        }
    }
    if !cluster.is_empty() {
        folder.push(&cluster, start, end);
    }
    folder.letters
}

/// Bytes of a cluster, so that a text of nothing but marks is cut into pieces.
const MOST_CLUSTER: usize = 64;

struct Folder<'a> {
    letters: Vec<Letter>,
    simplified: &'a Simplified,
    gap: Gap,
}

impl Folder<'_> {
    /// Whether the last word is one letter, or two capitals.
    fn is_abbreviated(&self) -> bool {
        let mut back = self.letters.iter().rev();
        match (back.next(), back.next()) {
            (Some(last), _) if last.gap != Gap::None => true,
            (Some(last), Some(first)) => {
                last.capital && first.capital && (first.gap != Gap::None || self.letters.len() == 2)
            }
            (one, _) => one.is_some(),
        }
    }

    /// Adds a letter with its marks.
    fn push(&mut self, cluster: &str, start: usize, end: usize) {
        let gap = std::mem::replace(&mut self.gap, Gap::None);
        if gap == Gap::None && self.joins(cluster, end) {
            return;
        }
        let first = self.letters.len();
        let letter = Letter {
            folded: ' ',
            start,
            end,
            gap,
            begins: true,
            written: 0,
            accented: false,
            capital: false,
        };
        let mut chars = cluster.chars();
        match (chars.next().filter(|c| is_plain(*c)), chars.next()) {
            (Some(c), None) => self.push_plain(c, letter),
            _ => self.push_marked(cluster, letter),
        }
        self.settle(first);
    }

    fn push_plain(&mut self, c: char, letter: Letter) {
        let lower = c.to_ascii_lowercase();
        let folded = if c.is_ascii() { lower } else { fold_char(c, self.simplified) };
        self.letters.push(Letter {
            folded,
            written: mix(SEED, u32::from(lower)),
            capital: lower != c,
            ..letter
        });
    }

    fn push_marked(&mut self, cluster: &str, letter: Letter) {
        let composed = ComposingNormalizerBorrowed::new_nfkc().normalize(cluster);
        let capital = composed.chars().next().is_some_and(char::is_uppercase);
        let lower: String = composed.chars().flat_map(char::to_lowercase).collect();
        let folded = fold_cluster(&lower, self.simplified);
        let written = lower.chars().map(u32::from).fold(SEED, mix);
        let accented = folded.chars().ne(lower.chars()) && lower.chars().next().is_some_and(is_latin);
        let letter = Letter { written, accented, capital, ..letter };
        for (index, folded) in folded.chars().enumerate() {
            let gap = if index == 0 { letter.gap } else { Gap::None };
            self.letters.push(Letter { folded, gap, begins: index == 0, ..letter });
        }
    }

    /// Below another letter the Khmer ដ and ត look the same, and one is typed for the other.
    fn settle(&mut self, first: usize) {
        let below = first
            .checked_sub(1)
            .and_then(|last| self.letters.get(last))
            .is_some_and(|last| last.folded == '\u{17d2}');
        if let Some(letter) = self.letters.get_mut(first).filter(|letter| below && letter.folded == 'ដ') {
            letter.folded = 'ត';
        }
    }
}

impl Folder<'_> {
    /// Two letters that are typed for one: the Thai and Lao vowel `แ` as twice the half of it.
    fn joins(&mut self, cluster: &str, end: usize) -> bool {
        let whole = match cluster {
            "เ" => 'แ',
            "ເ" => 'ແ',
            _ => return false,
        };
        let Some(last) = self.letters.last_mut().filter(|last| cluster.contains(last.folded)) else {
            return false;
        };
        (last.folded, last.end, last.written) = (whole, end, mix(SEED, u32::from(whole)));
        true
    }
}

/// Whether a letter without marks is in its one form but for its case: most are, and need no tables.
fn is_plain(c: char) -> bool {
    c.is_ascii()
        || is_han(c)
        || matches!(c, '\u{e01}'..='\u{e32}' | '\u{e40}'..='\u{e59}' | '\u{1000}'..='\u{1049}' | '\u{1780}'..='\u{17e9}')
}

/// What [`mix`] begins with.
pub(super) const SEED: u32 = 0x811c_9dc5;

/// Adds a number to another so that their order matters.
pub(super) fn mix(hash: u32, value: u32) -> u32 {
    (hash ^ value).wrapping_mul(0x0100_0193).rotate_left(5)
}

fn fold_cluster(lower: &str, simplified: &Simplified) -> String {
    if !lower.chars().next().is_some_and(is_latin) {
        return lower.chars().map(|c| fold_char(c, simplified)).collect();
    }
    let apart = DecomposingNormalizerBorrowed::new_nfkd().normalize(lower);
    apart.chars().filter(|c| !is_mark(*c)).map(without_stroke).collect()
}

fn fold_char(c: char, simplified: &Simplified) -> char {
    simplified.get(&c).copied().unwrap_or_else(|| plain_digit(c))
}

fn without_stroke(c: char) -> char {
    match c {
        'đ' | 'ð' => 'd',
        'ł' => 'l',
        'ø' | 'œ' => 'o',
        'ı' => 'i',
        'æ' => 'a',
        _ => c,
    }
}

/// An ASCII digit for one of the scripts of the region. Burmese 0 and 7 are typed for the letters that look alike.
fn plain_digit(c: char) -> char {
    match c {
        '\u{1040}' => return '\u{101d}',
        '\u{1047}' => return '\u{101b}',
        _ => {}
    }
    const ZEROS: [u32; 5] = [0xe50, 0xed0, 0x17e0, 0x1040, 0x1090];
    let value = ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(*zero).filter(|value| *value < 10));
    value.and_then(|value| char::from_digit(value, 10)).unwrap_or(c)
}

/// Marks that phones and exports put into texts, and that nobody sees.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

fn is_mark(c: char) -> bool {
    !c.is_ascii() && GeneralCategoryGroup::Mark.contains(CodePointMapData::<GeneralCategory>::new().get(c))
}

/// Whether a letter is Latin, which has words with spaces between them.
pub(super) fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || (!c.is_ascii() && CodePointMapData::<Script>::new().get(c) == Script::Latin)
}

/// Whether a character is Chinese.
pub(super) fn is_han(c: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&c)
}

/// What a character that is no letter does to a name.
fn gap(c: char) -> Gap {
    match c {
        '\n' | '\r' => Gap::Hard,
        '-' | '\u{2010}' | '\u{2011}' | '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '·' | '•' | '・' | '_' | '.' => {
            Gap::Soft
        }
        _ if c.is_whitespace() => Gap::Soft,
        _ => Gap::Hard,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        let simplified = [('國', '国'), ('園', '园'), ('區', '区')].into();
        fold(text, &simplified).iter().map(|letter| letter.folded).collect()
    }

    #[test]
    fn spellings_fall_together() {
        for (one, other) in [
            ("Mae Sot", "maesot"),
            ("O’Smach", "o'smach"),
            ("Mộc Bài", "moc bai"),
            ("Đồng Đăng", "DONG DANG"),
            ("ＫＫ園區", "KK园区"),
            ("K.K. Park", "kk park"),
            ("Phnum Pénh", "phnumpenh"),
            ("ปอยเปต\u{200b}", "ปอยเปต"),
            ("សែន១២", "សែន12"),
            ("မြ၀တီ", "မြဝတီ"),
            ("កណ្ដាល", "កណ្តាល"),
            ("เเม่สอด", "แม่สอด"),
        ] {
            assert_eq!(folded(one), folded(other));
        }
    }

    #[test]
    fn letters_know_where_they_stood() {
        let letters = fold("Ở Mộ\u{323}c", &Simplified::new());
        let spans: Vec<(usize, usize)> = letters.iter().map(|letter| (letter.start, letter.end)).collect();
        assert_eq!(spans, [(0, 1), (2, 3), (3, 5), (5, 6)]);
        assert_eq!(letters[1].gap, Gap::Soft);
        assert!(letters[0].accented && letters[0].capital && !letters[3].accented);
    }

    #[test]
    fn marks_without_end_are_cut() {
        let letters = fold(&"\u{300}".repeat(10_000), &Simplified::new());
        assert!(letters.len() <= 10_000);
        assert_eq!(letters.last().map(|letter| letter.end), Some(10_000));
    }

    #[test]
    fn sentences_are_kept_apart() {
        let letters = fold("We left Mae. Sot is far", &Simplified::new());
        let sot = letters.iter().find(|letter| letter.start == 13).unwrap();
        assert_eq!(sot.gap, Gap::Hard);
        assert_eq!(fold("K.K", &Simplified::new())[1].gap, Gap::Soft);
    }
}
