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
