//! One form for texts that are compared: however a phone has written them.

use icu_normalizer::ComposingNormalizerBorrowed;

/// Marks that phones and exports put into texts, and that nobody types or sees.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

/// NFKC without what nobody sees: full-width and other compatibility forms become plain ones. Khmer and Burmese are
/// typed with and without invisible spaces.
pub fn compatible(text: &str) -> String {
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    ComposingNormalizerBorrowed::new_nfkc().normalize(&visible).into_owned()
}

/// As [`compatible`], in lower case.
pub fn normalise(text: &str) -> String {
    compatible(text).to_lowercase()
}

/// As [`normalise`], for names: those that differ by spaces and punctuation alone are the same.
pub fn name(text: &str) -> String {
    let apart = |c: char| {
        c.is_whitespace()
            || c.is_ascii_punctuation()
            || matches!(c, '\u{2010}'..='\u{2027}' | '\u{30fb}' | '\u{b7}')
    };
    normalise(text).split(apart).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_however_it_was_typed() {
        for way in ["Harbour-Light  Trust", "harbour light trust.", " Ｈａｒｂｏｕｒ\u{200b} Light, TRUST "]
        {
            assert_eq!(name(way), "harbour light trust", "{way:?}");
        }
        assert_ne!(name("Harbourlight Trust"), name("Harbour Light Trust"));
        assert_eq!(name(" .-"), "");
        assert_eq!(name("ကရင်ပြည်နယ် ရဲ"), "ကရင်ပြည်နယ် ရဲ");
    }
}
