//! Names in Thai, Khmer and Burmese as people spell them by ear: with another tone mark, a silent letter left out, a
//! long vowel for a short one. What remains of a name without all that is its skeleton; only well-known places are
//! found by it, and only where it is long.

use std::collections::HashMap;

use super::fold::{Gap, Letter, Simplified, fold};
use super::layer::Entry;
use super::typos::{distance, is_guessed};

/// Bones of the shortest skeleton that is compared, and of the shortest in which one may be wrong.
const SHORTEST: (usize, usize) = (5, 7);
/// Letters that are looked at for a name.
const REACH: usize = 32;

/// One sound of a name, and where it stands.
#[derive(Clone, Copy)]
struct Bone {
    sound: char,
    /// The index of its letter.
    at: usize,
}

/// A name that is looked for.
struct Guess {
    sounds: Box<[char]>,
    item: u32,
}

/// The skeletons of names, by their first two sounds: nobody mishears those.
#[derive(Default)]
pub(super) struct Skeletons(HashMap<(char, char), Vec<Guess>>);

impl Skeletons {
    /// Takes the names of well-known places that are long enough.
    pub(super) fn new<'a>(
        named: impl Iterator<Item = (u32, &'a str, &'a Entry)>,
        simplified: &Simplified,
    ) -> Self {
        let mut skeletons = Self::default();
        for (item, name, _) in named.filter(|(_, _, entry)| is_guessed(entry)) {
            let letters = fold(name, simplified);
            let bones = bones(&letters);
            let whole = letters.iter().all(|letter| !letter.begins || is_spelt_by_ear(letter.folded));
            if let [first, second, ..] = bones.as_slice()
                && whole
                && bones.len() >= SHORTEST.0
            {
                let sounds = bones.iter().map(|bone| bone.sound).collect();
                skeletons.0.entry((first.sound, second.sound)).or_default().push(Guess { sounds, item });
            }
        }
        skeletons
    }

    /// The places whose name these letters may begin with, and how many of them it takes.
    pub(super) fn guess(&self, letters: &[Letter]) -> Option<(usize, Vec<u32>)> {
        if !is_spelt_by_ear(letters.first()?.folded) {
            return None;
        }
        let bones = bones(letters.get(..REACH.min(letters.len()))?);
        let [first, second, ..] = bones.as_slice() else { return None };
        let names = self.0.get(&(first.sound, second.sound)).filter(|_| first.at == 0)?;
        let sounds: Vec<char> = bones.iter().map(|bone| bone.sound).collect();
        let same = |name: &&Guess| sounds.starts_with(&name.sounds);
        let longest = names.iter().filter(same).map(|name| name.sounds.len()).max();
        let taken = longest.or_else(|| names.iter().find_map(|name| slip(&name.sounds, &sounds)))?;
        let is_it = |name: &&Guess| match longest {
            Some(longest) => name.sounds.len() == longest && same(name),
            None => slip(&name.sounds, &sounds) == Some(taken),
        };
        let items = names.iter().filter(is_it).map(|name| name.item).collect();
        // Silent letters behind the last sound belong to it; those behind a space do not.
        let last = bones.get(taken.checked_sub(1)?)?.at + 1;
        let more = letters.iter().skip(last).take_while(|letter| !letter.begins).count();
        Some((last + more, items))
    }
}

/// How many sounds a name takes that is there but for one sound.
fn slip(name: &[char], sounds: &[char]) -> Option<usize> {
    let lengths = [name.len(), name.len().saturating_sub(1), name.len() + 1];
    let is_near = |length: &usize| {
        // The last sound is right: a word that only begins like the name is another.
        sounds.get(..*length).is_some_and(|part| part.last() == name.last() && distance(name, part) <= 1)
    };
    lengths.into_iter().find(|length| name.len() >= SHORTEST.1 && is_near(length))
}

/// The skeleton of some letters, up to the first space.
fn bones(letters: &[Letter]) -> Vec<Bone> {
    let mut bones: Vec<Bone> = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        let ends = at > 0 && letter.gap != Gap::None;
        if ends || letter.begins && !is_spelt_by_ear(letter.folded) {
            break;
        }
        if !is_silent(letters, at)
            && let Some(sound) = sound(letter.folded)
        {
            bones.push(Bone { sound, at });
        }
    }
    bones
}

/// Letters of the scripts that are spelt by ear.
fn is_spelt_by_ear(c: char) -> bool {
    matches!(c, '\u{e01}'..='\u{e4e}' | '\u{1000}'..='\u{103f}' | '\u{1780}'..='\u{17d3}')
}

/// Whether a Thai letter is written and not heard: one with the mark for that, or an `ห` that only sets the tone.
fn is_silent(letters: &[Letter], at: usize) -> bool {
    const MUTE: char = '\u{e4c}';
    let marks = letters.iter().skip(at + 1).take_while(|letter| !letter.begins);
    let muted = marks.into_iter().any(|mark| mark.folded == MUTE);
    let next = letters.get(at + 1).map(|letter| letter.folded);
    let leads = letters.get(at).is_some_and(|letter| letter.folded == 'ห');
    muted || leads && matches!(next, Some('ง' | 'ญ' | 'น' | 'ม' | 'ย' | 'ร' | 'ล' | 'ว'))
}

/// What a letter sounds like; nothing for one that is often left out or put in.
fn sound(letter: char) -> Option<char> {
    Some(match letter {
        // Thai: tones, and what only shortens a vowel.
        '\u{e47}'..='\u{e4e}' | 'ะ' | 'ั' => return None,
        'ี' => 'ิ',
        'ื' => 'ึ',
        'ู' => 'ุ',
        'ใ' => 'ไ',
        'ๅ' => 'า',
        'ด' | 'ท' | 'ธ' | 'ถ' | 'ฎ' | 'ฏ' | 'ฐ' | 'ฑ' | 'ฒ' => 'ต',
        'ศ' | 'ษ' | 'ซ' => 'ส',
        'ณ' => 'น',
        'ญ' => 'ย',
        'ผ' | 'ภ' => 'พ',
        'ฬ' => 'ล',
        'ข' | 'ฃ' | 'ฅ' | 'ฆ' => 'ค',
        'ฉ' | 'ฌ' => 'ช',
        'ฝ' => 'ฟ',
        // Khmer: signs, and the one that puts a letter below another.
        '\u{17c6}'..='\u{17d3}' => return None,
        'ី' | 'ឹ' | 'ឺ' => 'ិ',
        'ូ' | 'ួ' => 'ុ',
        'ែ' | 'ៃ' => 'េ',
        'ៅ' => 'ោ',
        'ដ' | 'ទ' | 'ធ' | 'ឋ' | 'ថ' | 'ឌ' | 'ឍ' => 'ត',
        'ព' | 'ផ' | 'ភ' => 'ប',
        'ណ' => 'ន',
        'ឡ' => 'ល',
        'ឃ' | 'គ' => 'ខ',
        'ឈ' | 'ឆ' => 'ជ',
        // Burmese: tones, the mark of a final letter, of stacked ones, and the breath.
        '\u{1037}' | '\u{1038}' | '\u{1039}' | '\u{103a}' | '\u{103e}' => return None,
        'ီ' => 'ိ',
        'ူ' => 'ု',
        'ါ' => 'ာ',
        'ျ' => 'ြ',
        'ဒ' | 'ဓ' | 'ထ' | 'ဋ' | 'ဌ' | 'ဍ' | 'ဎ' => 'တ',
        'ဖ' | 'ဗ' | 'ဘ' => 'ပ',
        'ဆ' | 'ဇ' | 'ဈ' => 'စ',
        'ဃ' | 'ခ' => 'ဂ',
        'ဏ' => 'န',
        'ဠ' => 'လ',
        c => c,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skeleton(text: &str) -> String {
        bones(&fold(text, &Simplified::new())).iter().map(|bone| bone.sound).collect()
    }

    #[test]
    fn spellings_by_ear_have_one_skeleton() {
        for (one, other) in [
            ("เล่าก์ก่าย", "เล้าก่าย"),
            ("โอร์เสม็ด", "โอเสม็ด"),
            ("เมียวดี", "เมียวะดี"),
            ("ปอยเปต", "ปอยเป็ท"),
            ("ชเวโก๊กโก่", "ชเวโก้กโก้"),
            ("បាវិត", "បាវឹត"),
            ("អូរស្មាច់", "អូរស្មាច"),
            ("မဲဆောက်", "မဲစောက်"),
            ("ရွှေကုက္ကို", "ရွေကုက္ကို"),
        ] {
            assert_eq!(skeleton(one), skeleton(other));
        }
        assert_ne!(skeleton("แม่สอด"), skeleton("แม่สาย"));
        assert_eq!(skeleton("Myawaddy"), "");
    }
}
