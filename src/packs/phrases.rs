//! What a team says to people who do not share a language with them: `assets/phrases`, one file per language.
//!
//! None of them was checked by somebody who grew up with the language; every list says so of itself.

use std::sync::LazyLock;

use serde::Serialize;
use utoipa::ToSchema;

/// English first: the others translate it, and it stands in for a language that is missing.
const FILES: [(&str, &str); 12] = [
    ("en", include_str!("../../assets/phrases/en.tsv")),
    ("am", include_str!("../../assets/phrases/am.tsv")),
    ("bn", include_str!("../../assets/phrases/bn.tsv")),
    ("fil", include_str!("../../assets/phrases/fil.tsv")),
    ("hi", include_str!("../../assets/phrases/hi.tsv")),
    ("id", include_str!("../../assets/phrases/id.tsv")),
    ("km", include_str!("../../assets/phrases/km.tsv")),
    ("my", include_str!("../../assets/phrases/my.tsv")),
    ("sw", include_str!("../../assets/phrases/sw.tsv")),
    ("th", include_str!("../../assets/phrases/th.tsv")),
    ("vi", include_str!("../../assets/phrases/vi.tsv")),
    ("zh", include_str!("../../assets/phrases/zh.tsv")),
];

/// One thing to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Phrase {
    /// What it is called in every language.
    pub key: String,
    /// What it means.
    pub english: String,
    /// What is said.
    pub text: String,
    /// How it sounds, roughly, in Latin letters; absent where it is written in them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reading: Option<String>,
}

/// What to say in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PhraseList {
    /// The language that was asked for: BCP 47.
    pub language: String,
    /// What it is called in English; the code where we do not know it.
    pub name: String,
    /// What it calls itself.
    pub own_name: String,
    /// The language is missing: these are English.
    pub is_fallback: bool,
    /// Whether somebody who grew up with it has checked it.
    pub checked_by_native: bool,
    /// What to say, in the order in which it is needed.
    pub phrases: Vec<Phrase>,
}

struct Translation {
    language: &'static str,
    name: &'static str,
    own_name: &'static str,
    /// Key, text, reading.
    lines: Vec<(&'static str, &'static str, Option<&'static str>)>,
}

static ALL: LazyLock<Vec<Translation>> = LazyLock::new(|| {
    let read = |(language, text): (&'static str, &'static str)| {
        let mut lines = text.lines();
        let (name, own_name) = lines.next()?.split_once('\t')?;
        let line = |line: &'static str| {
            let mut cells = line.split('\t');
            Some((cells.next()?, cells.next()?, cells.next()))
        };
        Some(Translation { language, name, own_name, lines: lines.filter_map(line).collect() })
    };
    FILES.into_iter().filter_map(read).collect()
});

/// What to say in each of these languages, and in English at the end.
pub fn for_languages<'a>(languages: impl IntoIterator<Item = &'a str>) -> Vec<PhraseList> {
    let mut wanted: Vec<&str> = Vec::new();
    for language in languages.into_iter().map(base).chain(["en"]) {
        if !wanted.contains(&language) {
            wanted.push(language);
        }
    }
    // English is for everybody who speaks none of the others, so it comes last.
    wanted.sort_by_key(|language| *language == "en");
    wanted.into_iter().filter_map(list).collect()
}

/// The language without script and region, by the name under which its phrases lie.
fn base(language: &str) -> &str {
    match language.split('-').next().unwrap_or(language) {
        "tl" => "fil",
        // Spoken Mandarin is what most readers of Chinese understand.
        "cmn" => "zh",
        other => other,
    }
}

fn list(language: &str) -> Option<PhraseList> {
    let english = ALL.first()?;
    let found = ALL.iter().find(|translation| translation.language == language);
    let shown = found.unwrap_or(english);
    let phrase = |(key, meaning, _): &(&str, &str, Option<&str>)| {
        let (_, text, reading) = shown.lines.iter().find(|(other, ..)| other == key)?;
        Some(Phrase {
            key: (*key).to_owned(),
            english: (*meaning).to_owned(),
            text: (*text).to_owned(),
            reading: reading.map(str::to_owned),
        })
    };
    Some(PhraseList {
        language: language.to_owned(),
        name: found.map_or(language, |found| found.name).to_owned(),
        own_name: found.map_or(language, |found| found.own_name).to_owned(),
        is_fallback: found.is_none(),
        checked_by_native: language == "en",
        phrases: english.lines.iter().filter_map(phrase).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_everything_once() {
        assert_eq!(ALL.len(), FILES.len());
        let keys =
            |translation: &Translation| translation.lines.iter().map(|(key, ..)| *key).collect::<Vec<_>>();
        for translation in ALL.iter() {
            assert_eq!(keys(translation), keys(&ALL[0]), "{}", translation.language);
            for (key, text, reading) in &translation.lines {
                assert!(!text.trim().is_empty() && text.trim() == *text, "{} {key}", translation.language);
                // Whoever cannot read a script still has to be able to say it.
                let is_latin = text
                    .chars()
                    .all(|c| c.is_ascii() || matches!(c, '\u{a0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}'));
                assert_eq!(reading.is_some(), !is_latin, "{} {key}", translation.language);
            }
        }
    }

    #[test]
    fn a_missing_language_says_that_it_is_english() {
        let lists = for_languages(["ur", "zh-Hans", "en-GB", "zh", "tl"]);
        let told: Vec<_> = lists.iter().map(|list| (list.language.as_str(), list.is_fallback)).collect();
        assert_eq!(told, [("ur", true), ("zh", false), ("fil", false), ("en", false)]);
        assert_eq!(lists[0].phrases, lists[3].phrases);
        assert_eq!(lists[1].phrases[0].text, "我是你家人的朋友。");
        assert_eq!(lists[1].phrases[0].english, "I am a friend of your family.");
        assert!(!lists[1].checked_by_native && lists[3].checked_by_native);
    }
}
