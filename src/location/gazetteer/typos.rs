//! Names with a slip of the finger in them. Only of places that are often in reports, and only long names: of a short
//! one, another letter makes another word.

use std::collections::HashMap;

use super::Country;
use super::fold::{Gap, Letter, Simplified, fold, is_latin};
use super::layer::Entry;

/// Letters of the shortest name that is guessed at: of the name that is shown, and of any other.
const SHORTEST: (usize, usize) = (6, 8);
/// From so many letters on, two slips are one name still.
const LONG: usize = 11;
/// Weight of the least known place whose names are guessed at.
const LEAST_WEIGHT: f32 = 200.0;
/// Where such places are. In the languages of the other countries too many words are a slip away from a town.
const COUNTRIES: [Country; 4] = [Country::KH, Country::LA, Country::MM, Country::TH];

/// A name that is guessed at.
struct Guess {
    letters: Box<[char]>,
    words: usize,
    item: u32,
}

/// The names that are guessed at, by their first letter: nobody mistypes that one.
#[derive(Default)]
pub(super) struct Guesses(HashMap<char, Vec<Guess>>);

impl Guesses {
    /// Takes the long Latin names of well-known places.
    pub(super) fn new<'a>(
        named: impl Iterator<Item = (u32, &'a str, &'a Entry)>,
        simplified: &Simplified,
    ) -> Self {
        let mut guesses = Self::default();
        for (item, name, entry) in named {
            let shown = entry.names.first().is_some_and(|first| &**first == name);
            let least = if shown { SHORTEST.0 } else { SHORTEST.1 };
            if !is_guessed(entry) || name.len() < least {
                continue;
            }
            let folded = fold(name, simplified);
            let letters: Box<[char]> = folded.iter().map(|letter| letter.folded).collect();
            if letters.len() >= least && letters.iter().all(char::is_ascii_lowercase) {
                let words = folded
                    .iter()
                    .enumerate()
                    .filter(|(at, letter)| *at == 0 || letter.gap != Gap::None)
                    .count();
                let first = letters.first().copied().unwrap_or_default();
                guesses.0.entry(first).or_default().push(Guess { letters, words, item });
            }
        }
        guesses
    }

    /// The places whose name one or two words may be meant to be, and how many letters they have.
    pub(super) fn guess(&self, letters: &[Letter]) -> Option<(usize, Vec<u32>)> {
        let names = self.0.get(&letters.first()?.folded)?;
        let mut ends = words(letters);
        let (one, two) = (ends.next().map(|end| (1, end)), ends.next().map(|end| (2, end)));
        [two, one].into_iter().flatten().find_map(|(words, end)| {
            let word = letters.get(..end).filter(|word| word.len() >= SHORTEST.0)?;
            if word.iter().any(|letter| letter.accented) {
                return None;
            }
            let word: Vec<char> = word.iter().map(|letter| letter.folded).collect();
            let near = names.iter().filter(|name| name.words == words && is_slip(&name.letters, &word));
            let items: Vec<u32> = near.map(|name| name.item).collect();
            (!items.is_empty()).then_some((end, items))
        })
    }
}

/// Where the Latin words end with which some letters begin.
fn words(letters: &[Letter]) -> impl Iterator<Item = usize> {
    let is_word = |letter: &Letter| is_latin(letter.folded);
    let latin = letters.iter().take_while(|letter| is_word(letter)).count();
    let hard = letters.iter().skip(1).position(|letter| letter.gap == Gap::Hard).map_or(latin, |at| at + 1);
    let most = latin.min(hard);
    // A word that goes on with digits or another script is none.
    let whole = letters.get(most).is_none_or(|next| next.gap != Gap::None);
    let gaps = letters.iter().enumerate().take(most).skip(1).filter(|(_, letter)| letter.gap != Gap::None);
    gaps.map(|(at, _)| at).chain(whole.then_some(most))
}

/// Whether a word is a name but for one slip, or two in a long one: a letter too many, too few, wrong, or two swapped.
fn is_slip(name: &[char], word: &[char]) -> bool {
    let most = if name.len() >= LONG { 2 } else { 1 };
    name.len().abs_diff(word.len()) <= most && distance(name, word) <= most
}

/// Whether a place is known so well that its names are guessed at.
pub(super) fn is_guessed(entry: &Entry) -> bool {
    entry.weight >= LEAST_WEIGHT && COUNTRIES.contains(&entry.country)
}

/// How many slips lie between two words (optimal string alignment).
pub(super) fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut previous = None;
    for (row, x) in (1..).zip(a) {
        let mut current = vec![row];
        let mut left = None;
        for (column, y) in b.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX - 1);
            let same = usize::from(x != y);
            let mut best =
                (at(&last, column) + same).min(at(&last, column + 1) + 1).min(at(&current, column) + 1);
            if previous == Some(y) && left == Some(x) {
                best = best.min(column.checked_sub(1).map_or(usize::MAX, |column| at(&before, column) + 1));
            }
            current.push(best);
            left = Some(y);
        }
        before = std::mem::replace(&mut last, current);
        previous = Some(x);
    }
    last.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        let count =
            |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        for (a, b, slips) in [
            ("myawaddy", "myawaddy", 0),
            ("myawaddy", "mywaddy", 1),
            ("myawaddy", "myawwaddy", 1),
            ("poipet", "popiet", 1),
            ("sihanoukville", "sihanukvile", 2),
            ("", "abc", 3),
            ("abc", "", 3),
        ] {
            assert_eq!(count(a, b), slips, "{a} {b}");
        }
    }
}
