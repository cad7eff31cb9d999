//! Finding names in a text.

use super::cues::{self, Cue};
use super::fold::{Gap, Letter, fold, is_han, is_latin};
use super::layer::{AMBIGUOUS, COMMON, Layer, NO_PLACE};
use super::names::{LONGEST, Posting, gaps, written};
use super::{Candidate, Country, Mention, NetworkMention};

/// Names of which one can be less sure are not mentioned at all.
const LEAST_CONFIDENCE: f64 = 0.2;

/// The places named in a text.
pub(super) fn places<'a>(layers: &[&'a Layer], text: &str) -> Vec<Mention<'a>> {
    let Some(base) = layers.first() else { return Vec::new() };
    let letters = fold(text, &base.simplified);
    let mut mentions = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        match longest(layers, &letters, at).or_else(|| guessed(base, &letters, at)) {
            Some((length, candidates)) => {
                mentions.extend(mention(&letters, at, length, candidates));
                at += length;
            }
            None => at += 1,
        }
    }
    mentions
}

/// The longest name that begins at a letter; with no candidates when it is a word that is no name.
fn longest<'a>(layers: &[&'a Layer], letters: &[Letter], at: usize) -> Option<(usize, Vec<Scored<'a>>)> {
    if !may_begin(letters, at) {
        return None;
    }
    let ahead = letters.get(at..letters.len().min(at + LONGEST + 1))?;
    let mut best: Option<(usize, Vec<Scored<'a>>)> = None;
    for layer in layers {
        for hit in layer.names.prefixes(ahead) {
            let end = at + hit.length;
            if best.as_ref().is_some_and(|best| best.0 > hit.length) || !may_end(letters, at, end) {
                continue;
            }
            let name = Name { letters, at, end };
            let mut scored: Vec<Scored<'a>> =
                hit.postings.iter().filter_map(|posting| name.score(layer, posting)).collect();
            let is_word = hit.postings.iter().any(|posting| posting.item == NO_PLACE);
            if scored.is_empty() && !is_word {
                continue;
            }
            match &mut best {
                Some(best) if best.0 == hit.length => best.1.append(&mut scored),
                _ => best = Some((hit.length, scored)),
            }
        }
    }
    best
}

/// The place whose name is meant by what is no name, but for a slip.
fn guessed<'a>(layer: &'a Layer, letters: &[Letter], at: usize) -> Option<(usize, Vec<Scored<'a>>)> {
    if !may_begin(letters, at) {
        return None;
    }
    let ahead = letters.get(at..letters.len().min(at + LONGEST))?;
    let by_ear = || layer.skeletons.guess(ahead).filter(|(length, _)| may_end(letters, at, at + length));
    let (length, items) = layer.guesses.guess(ahead).or_else(by_ear)?;
    let scored = items.into_iter().filter_map(|item| {
        let weight = f64::from(layer.entries.get(usize::try_from(item).ok()?)?.weight);
        let candidate = Candidate { place: layer.place(item)?, weight, exact: false };
        Some(Scored { candidate, confidence: GUESSED })
    });
    Some((length, scored.collect()))
}

/// How sure one can be of a name with a slip in it.
const GUESSED: f64 = 0.6;

/// A candidate before weights are shared out.
struct Scored<'a> {
    candidate: Candidate<'a>,
    confidence: f64,
}

/// A stretch of a text that may be a name.
struct Name<'a> {
    letters: &'a [Letter],
    at: usize,
    end: usize,
}

impl Name<'_> {
    fn own(&self) -> &[Letter] {
        self.letters.get(self.at..self.end).unwrap_or_default()
    }

    fn is_latin(&self) -> bool {
        self.own().iter().any(|letter| is_latin(letter.folded))
    }

    fn score<'a>(&self, layer: &'a Layer, posting: &Posting) -> Option<Scored<'a>> {
        let exact = posting.written == written(self.own());
        let place = layer.place(posting.item)?;
        if place.country == Country::VN && !exact && self.own().iter().any(|letter| letter.accented) {
            // With other tones it is another word.
            return None;
        }
        let confidence = self.confidence(posting, exact)?;
        let weight = f64::from(layer.entries.get(usize::try_from(posting.item).ok()?)?.weight) * confidence;
        Some(Scored { candidate: Candidate { place, weight, exact }, confidence })
    }

    /// How sure one can be that the name is meant; nothing when it cannot be.
    fn confidence(&self, posting: &Posting, exact: bool) -> Option<f64> {
        let accents = self.own().iter().any(|letter| letter.accented);
        if accents && posting.accented && !exact {
            // With other tones it is another word.
            return None;
        }
        let mut confidence = self.spacing(posting)?;
        match (posting.accented, accents) {
            // Typed without accents, as many do; it may be any of several words.
            (true, false) => confidence *= 0.7,
            // Accents where the name has none: of Vietnamese words, the shorter the likelier.
            (false, true) if self.end - self.at < 5 => return None,
            (false, true) => confidence *= 0.6,
            _ => {}
        }
        if posting.flags & COMMON != 0 {
            confidence *= self.common();
        } else if posting.flags & AMBIGUOUS != 0 {
            confidence *= self.likelier(0.5, 0.75, 0.9);
        }
        (confidence >= LEAST_CONFIDENCE).then_some(confidence)
    }

    /// What a word of everyday language is worth as a name.
    fn common(&self) -> f64 {
        if self.is_latin() {
            return match (self.is_proper(), self.end - self.at) {
                (false, _) => 0.1,
                (true, ..=3) => self.likelier(0.1, 0.1, 0.9),
                (true, _) => self.likelier(0.5, 0.7, 0.9),
            };
        }
        // Towns all over China share the names of small ones here.
        let named = if self.own().first().is_some_and(|letter| is_han(letter.folded)) { 0.5 } else { 0.9 };
        self.likelier(0.1, 0.1, named)
    }

    /// What a doubtful name is worth: alone, said to be where something is, or called a town.
    fn likelier(&self, alone: f64, somewhere: f64, place: f64) -> f64 {
        match cues::around(self.letters, self.at, self.end) {
            Cue::None => alone,
            Cue::Somewhere => somewhere,
            Cue::Place => place,
        }
    }

    /// People leave spaces out and put them in; in short names that makes other words.
    fn spacing(&self, posting: &Posting) -> Option<f64> {
        let gaps = gaps(self.own());
        if gaps == posting.gaps {
            return Some(1.0);
        }
        let least = match (self.is_latin(), gaps == 0) {
            (true, true) => 6,
            (true, false) => 8,
            (false, _) => 3,
        };
        (self.end - self.at >= least).then_some(0.9)
    }

    /// Whether each word of a Latin name is written with a capital, and not only for being the first of a sentence or
    /// among shouted ones.
    fn is_proper(&self) -> bool {
        let starts_sentence =
            self.at == 0 || self.own().first().is_some_and(|letter| letter.gap == Gap::Hard);
        let begins = |index: usize, letter: &Letter| index == 0 || letter.gap != Gap::None;
        let written_so = |(index, letter): (usize, &Letter)| letter.capital == begins(index, letter);
        !starts_sentence && self.own().iter().enumerate().all(written_so)
    }
}

fn mention<'a>(letters: &[Letter], at: usize, length: usize, scored: Vec<Scored<'a>>) -> Option<Mention<'a>> {
    let (start, end) = (letters.get(at)?.start, letters.get(at + length - 1)?.end);
    let confidence = scored.iter().map(|scored| scored.confidence).fold(0.0, f64::max);
    let candidates = shared_out(scored.into_iter().map(|scored| scored.candidate).collect());
    (!candidates.is_empty()).then_some(Mention { start, end, candidates, confidence })
}

/// Weights that sum to 1, the heaviest first.
fn shared_out(mut candidates: Vec<Candidate<'_>>) -> Vec<Candidate<'_>> {
    candidates.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let mut once: Vec<Candidate<'_>> = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        // A place that has the name in two spellings counts once.
        match once.iter_mut().find(|other| std::ptr::eq(other.place.name, candidate.place.name)) {
            Some(known) => known.exact |= candidate.exact,
            None => once.push(candidate),
        }
    }
    let total: f64 = once.iter().map(|candidate| candidate.weight).sum();
    for candidate in &mut once {
        candidate.weight /= total;
    }
    once
}

/// The places with a name.
pub(super) fn lookup<'a>(layers: &[&'a Layer], name: &str) -> Vec<Candidate<'a>> {
    let Some(base) = layers.first() else { return Vec::new() };
    let letters = fold(name, &base.simplified);
    let name = written(&letters);
    let found = layers.iter().flat_map(|layer| {
        layer.names.exactly(&letters).iter().filter_map(|posting| {
            let weight = layer.entries.get(usize::try_from(posting.item).ok()?)?.weight;
            Some(Candidate {
                place: layer.place(posting.item)?,
                weight: f64::from(weight),
                exact: posting.written == name,
            })
        })
    });
    shared_out(found.collect())
}

/// The networks named in a text.
pub(super) fn networks<'a>(layer: &'a Layer, text: &str) -> Vec<NetworkMention<'a>> {
    let letters = fold(text, &layer.simplified);
    let mut mentions = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let ahead = letters.get(at..letters.len().min(at + LONGEST + 1)).unwrap_or_default();
        let hits = layer.network_names.prefixes(ahead).filter(|hit| may_end(&letters, at, at + hit.length));
        let hit = hits.last().filter(|_| may_begin(&letters, at));
        let length = hit.as_ref().map_or(1, |hit| hit.length);
        let mut postings = hit.map(|hit| hit.postings.to_vec()).unwrap_or_default();
        // A network that has the name in two spellings counts once.
        postings.dedup_by_key(|posting| posting.item);
        mentions.extend(
            postings.into_iter().filter_map(|posting| network(layer, &letters, (at, at + length), posting)),
        );
        at += length;
    }
    mentions
}

fn network<'a>(
    layer: &'a Layer,
    letters: &[Letter],
    (at, end): (usize, usize),
    posting: Posting,
) -> Option<NetworkMention<'a>> {
    let entry = layer.networks.get(usize::try_from(posting.item).ok()?)?;
    Some(NetworkMention {
        start: letters.get(at)?.start,
        end: letters.get(end.checked_sub(1)?)?.end,
        name: &entry.name,
        country: entry.country,
        mcc: entry.mcc,
        mncs: &entry.mncs,
        confidence: if posting.flags & AMBIGUOUS == 0 { 1.0 } else { 0.5 },
    })
}

/// Whether a name may begin at a letter.
fn may_begin(letters: &[Letter], at: usize) -> bool {
    let Some(letter) = letters.get(at).filter(|letter| letter.begins) else { return false };
    let before = at.checked_sub(1).and_then(|before| letters.get(before));
    let Some(before) = before.filter(|_| letter.gap == Gap::None) else { return true };
    if is_word(before.folded) && is_word(letter.folded) {
        return false;
    }
    // A consonant under another, or after the vowel that is written before it, belongs to that syllable.
    let joins = matches!(before.folded, '\u{17d2}' | '\u{1039}' | 'เ'..='ไ' | 'ເ'..='ໄ');
    !joins
}

/// Whether a name may end before a letter.
fn may_end(letters: &[Letter], at: usize, end: usize) -> bool {
    let (Some(last), Some(after)) = (end.checked_sub(1).and_then(|last| letters.get(last)), letters.get(end))
    else {
        return end > at;
    };
    if !after.begins {
        return false;
    }
    if after.gap != Gap::None {
        return true;
    }
    if is_word(last.folded) && is_word(after.folded) {
        return false;
    }
    // A vowel that belongs to the last consonant, or a final consonant of the last syllable.
    let vowel = matches!(after.folded, 'ะ' | 'า' | 'ๅ' | 'ะ'..='ำ' | 'ະ' | 'າ' | 'ຳ');
    let is_final = ('\u{1000}'..='\u{1021}').contains(&after.folded)
        && letters
            .get(end + 1)
            .is_some_and(|next| !next.begins && matches!(next.folded, '\u{103a}' | '\u{1039}'));
    !vowel && !is_final
}

/// Whether a letter is part of words between spaces.
fn is_word(c: char) -> bool {
    is_latin(c) || c.is_ascii_digit()
}
