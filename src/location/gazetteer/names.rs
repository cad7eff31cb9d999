//! All names in one sorted list, in which the longest one that a text goes on with is found letter by letter.
//!
//! An automaton would be as fast to search and far slower to build (1 s for 150,000 names); this is a sort.

use super::fold::{Gap, Letter, SEED, mix};

/// One name of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Posting {
    /// Whose name it is.
    pub(super) item: u32,
    /// What the name is like.
    pub(super) flags: u8,
    /// Where the name has a space or the like: bit n stands for the nth letter.
    pub(super) gaps: u64,
    /// The name as it is written, accents included, as a number.
    pub(super) written: u32,
    /// Whether it has accents.
    pub(super) accented: bool,
}

/// A name that a text goes on with.
pub(super) struct Hit<'a> {
    /// How many letters it has.
    pub(super) length: usize,
    /// Whose it is.
    pub(super) postings: &'a [Posting],
}

/// Letters of the longest name that is kept; no place needs more.
pub(super) const LONGEST: usize = 60;

/// Collects names.
#[derive(Default)]
pub(super) struct Collector(Vec<(Box<[char]>, Posting)>);

impl Collector {
    /// Adds a folded name. Too short or too long ones are left out.
    pub(super) fn add(&mut self, letters: &[Letter], item: u32, flags: u8) {
        if letters.is_empty() || letters.len() > LONGEST {
            return;
        }
        let key = letters.iter().map(|letter| letter.folded).collect();
        let posting = Posting {
            item,
            flags,
            gaps: gaps(letters),
            written: written(letters),
            accented: letters.iter().any(|letter| letter.accented),
        };
        self.0.push((key, posting));
    }

    /// Sorts them.
    pub(super) fn finish(mut self) -> Names {
        self.0.sort_by(|a, b| a.0.cmp(&b.0));
        let mut names = Names::default();
        for (key, posting) in self.0 {
            if names.key(names.starts.len().wrapping_sub(1)) != Some(&key) {
                names.starts.push((names.letters.len(), names.postings.len()));
                names.letters.extend(&key);
            }
            names.postings.push(posting);
        }
        names.first = names.index_first_letters();
        names
    }
}

/// The sorted names.
#[derive(Default)]
pub(super) struct Names {
    letters: Vec<char>,
    postings: Vec<Posting>,
    /// Where the letters and postings of each key begin.
    starts: Vec<(usize, usize)>,
    /// The keys that begin with each letter, sorted by it.
    first: Vec<(char, usize, usize)>,
}

impl Names {
    fn index_first_letters(&self) -> Vec<(char, usize, usize)> {
        let mut first: Vec<(char, usize, usize)> = Vec::new();
        for index in 0..self.starts.len() {
            let Some(letter) = self.letter(index, 0) else { continue };
            match first.last_mut() {
                Some(last) if last.0 == letter => last.2 = index + 1,
                _ => first.push((letter, index, index + 1)),
            }
        }
        first
    }

    fn key(&self, index: usize) -> Option<&[char]> {
        let start = self.starts.get(index)?.0;
        let end = self.starts.get(index + 1).map_or(self.letters.len(), |next| next.0);
        self.letters.get(start..end)
    }

    fn letter(&self, index: usize, at: usize) -> Option<char> {
        self.key(index)?.get(at).copied()
    }

    fn postings(&self, index: usize) -> &[Posting] {
        let Some(&(_, start)) = self.starts.get(index) else { return &[] };
        let end = self.starts.get(index + 1).map_or(self.postings.len(), |next| next.1);
        self.postings.get(start..end).unwrap_or_default()
    }

    /// The first key from `from` to `to` whose letter at a position is not below another.
    fn bound(&self, from: usize, to: usize, at: usize, below: impl Fn(Option<char>) -> bool) -> usize {
        let (mut from, mut to) = (from, to);
        while from < to {
            let middle = usize::midpoint(from, to);
            if below(self.letter(middle, at)) { from = middle + 1 } else { to = middle }
        }
        from
    }

    /// The names with which the letters begin, shortest first.
    pub(super) fn prefixes<'a>(&'a self, letters: &[Letter]) -> impl Iterator<Item = Hit<'a>> {
        let mut hits = Vec::new();
        let range = letters.first().and_then(|first| {
            let found = self.first.binary_search_by(|entry| entry.0.cmp(&first.folded)).ok()?;
            self.first.get(found).map(|entry| (entry.1, entry.2))
        });
        let (mut from, mut to) = range.unwrap_or((0, 0));
        for (at, letter) in letters.iter().enumerate() {
            if from >= to || (at > 0 && letter.gap == Gap::Hard) {
                break;
            }
            if at > 0 {
                from = self.bound(from, to, at, |other| other < Some(letter.folded));
                to = self.bound(from, to, at, |other| other <= Some(letter.folded));
            }
            // Sorted: the key that ends here comes before those that go on.
            if self.key(from).is_some_and(|key| key.len() == at + 1) && from < to {
                hits.push(Hit { length: at + 1, postings: self.postings(from) });
            }
        }
        hits.into_iter()
    }

    /// Who has exactly this name.
    pub(super) fn exactly(&self, letters: &[Letter]) -> &[Posting] {
        let hit = self.prefixes(letters).find(|hit| hit.length == letters.len());
        hit.map(|hit| hit.postings).unwrap_or_default()
    }
}

/// Where spaces and the like are.
pub(super) fn gaps(letters: &[Letter]) -> u64 {
    let inner = letters.iter().enumerate().skip(1).filter(|(_, letter)| letter.gap != Gap::None);
    inner
        .fold(0, |bits, (at, _)| bits | 1_u64.checked_shl(u32::try_from(at).unwrap_or(u32::MAX)).unwrap_or(0))
}

/// What was written, accents included, as a number.
pub(super) fn written(letters: &[Letter]) -> u32 {
    let clusters = letters.iter().filter(|letter| letter.begins);
    clusters.map(|letter| letter.written).fold(SEED, mix)
}

#[cfg(test)]
mod tests {
    use super::super::fold::{Simplified, fold};
    use super::*;

    fn names(all: &[&str]) -> Names {
        let mut collector = Collector::default();
        for (item, name) in (0..).zip(all) {
            collector.add(&fold(name, &Simplified::new()), item, 0);
        }
        collector.finish()
    }

    fn found(names: &Names, text: &str) -> Vec<(usize, Vec<u32>)> {
        let letters = fold(text, &Simplified::new());
        names
            .prefixes(&letters)
            .map(|hit| (hit.length, hit.postings.iter().map(|p| p.item).collect()))
            .collect()
    }

    #[test]
    fn every_name_at_a_place_is_found() {
        let names = names(&["Mae", "Mae Sot", "Maesot", "Mae Sai", "妙瓦底", "妙瓦", "Bavet"]);
        assert_eq!(found(&names, "mae sot today"), [(3, vec![0]), (6, vec![1, 2])]);
        assert_eq!(found(&names, "妙瓦底镇"), [(2, vec![5]), (3, vec![4])]);
        assert_eq!(found(&names, "ba"), []);
        assert_eq!(found(&names, "xyz"), []);
        assert_eq!(found(&names, ""), []);
        assert_eq!(found(&names, "mae, sot"), [(3, vec![0])]);
    }

    #[test]
    fn accents_and_spaces_are_remembered() {
        let names = names(&["Mộc Bài", "Moc Bai", "Mocbai"]);
        let letters = fold("Mộc Bài", &Simplified::new());
        let postings = names.exactly(&letters);
        assert_eq!(postings.len(), 3);
        assert_eq!(postings.iter().filter(|p| p.written == written(&letters)).count(), 1);
        assert_eq!(postings.iter().filter(|p| p.gaps == gaps(&letters)).count(), 2);
    }
}
