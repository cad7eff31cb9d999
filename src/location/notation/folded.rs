//! A text in one form, of which every character still knows where it stood.

use icu_normalizer::ComposingNormalizerBorrowed;

/// A text without invisible characters, composed, with plain digits, spaces, quotes and dashes.
pub struct Folded {
    chars: Vec<char>,
    /// From where to where each of them stood in the text as given.
    spans: Vec<(usize, usize)>,
}

impl Folded {
    /// Folds a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut folded =
            Self { chars: Vec::with_capacity(text.len()), spans: Vec::with_capacity(text.len()) };
        let mut cluster = String::new();
        let mut span = (0, 0);
        for (index, c) in text.chars().enumerate() {
            if is_invisible(c) {
                continue;
            }
            if !is_combining(c) {
                folded.push_cluster(&cluster, span);
                cluster.clear();
                span.0 = index;
            }
            cluster.push(c);
            span.1 = index + 1;
        }
        folded.push_cluster(&cluster, span);
        folded
    }

    /// Adds a letter with the accents that follow it.
    fn push_cluster(&mut self, cluster: &str, span: (usize, usize)) {
        let alone = cluster.chars().nth(1).is_none();
        if alone {
            self.push(cluster.chars(), span);
        } else {
            self.push(ComposingNormalizerBorrowed::new_nfc().normalize(cluster).chars(), span);
        }
    }

    fn push(&mut self, chars: impl Iterator<Item = char>, span: (usize, usize)) {
        for c in chars {
            self.chars.push(plain(c));
            self.spans.push(span);
        }
    }

    /// How many characters there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.chars.len()
    }

    /// The character at an index.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<char> {
        self.chars.get(index).copied()
    }

    /// The character before an index.
    #[must_use]
    pub fn before(&self, index: usize) -> Option<char> {
        index.checked_sub(1).and_then(|index| self.get(index))
    }

    /// The characters from an index on.
    #[must_use]
    pub fn from(&self, start: usize) -> &[char] {
        self.chars.get(start..).unwrap_or_default()
    }

    /// The characters of a range.
    #[must_use]
    pub fn slice(&self, start: usize, end: usize) -> &[char] {
        self.chars.get(start..end).unwrap_or_default()
    }

    /// A range as a string.
    #[must_use]
    pub fn string(&self, start: usize, end: usize) -> String {
        self.slice(start, end).iter().collect()
    }

    /// The first index from `start` on at which `holds` no longer does, at most `most` characters away.
    #[must_use]
    pub fn run(&self, start: usize, most: usize, holds: impl Fn(char) -> bool) -> usize {
        start + self.from(start).iter().take(most).take_while(|c| holds(**c)).count()
    }

    /// A range as one of the text as given.
    #[must_use]
    pub fn span(&self, start: usize, end: usize) -> (usize, usize) {
        let first = self.spans.get(start).or(self.spans.last()).map_or(0, |span| span.0);
        let last = end.checked_sub(1).and_then(|last| self.spans.get(last)).map_or(first, |span| span.1);
        (first, last.max(first))
    }
}

/// Marks that phones and exports put into texts, and that nobody sees.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

/// Accents of Latin letters. Those of other scripts stay where they are: none of them is compared in part.
fn is_combining(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// The zeros of the digits that people here write with.
const ZEROS: [char; 9] = ['๐', '໐', '០', '၀', '႐', '٠', '۰', '०', '০'];

/// The plain form of one character.
fn plain(c: char) -> char {
    match c {
        '`' => '\'',
        ' '..='~' | '\n' => c,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '−' | '–' | '—' | '‐' | '‑' | '‒' | '﹣' => '-',
        '’' | '‘' | '′' | 'ʹ' | 'ʼ' | '´' | '‛' => '\'',
        '“' | '”' | '″' | '˝' | 'ʺ' | '〃' | '‟' => '"',
        'º' | '˚' | 'ᵒ' | '∘' | '⁰' | '°' => '°',
        '、' | '﹐' | '၊' => ',',
        '∶' => ':',
        '٫' => '.',
        '\r' | '\t' => ' ',
        _ if c.is_whitespace() => ' ',
        _ => ZEROS.iter().find_map(|zero| digit(c, *zero)).unwrap_or(c),
    }
}

fn digit(c: char, zero: char) -> Option<char> {
    char::from_digit(u32::from(c).checked_sub(u32::from(zero))?, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_know_where_they_stood() {
        let text = "a\u{200b}ế e\u{302}\u{301}x ๑๖．៦";
        let folded = Folded::new(text);
        assert_eq!(folded.string(0, folded.len()), "aế ếx 16.6");
        let all: Vec<char> = text.chars().collect();
        let (start, end) = folded.span(3, 4);
        assert_eq!(all[start..end].iter().collect::<String>(), "e\u{302}\u{301}");
        let (start, end) = folded.span(4, 5);
        assert_eq!(all[start..end].iter().collect::<String>(), "x");
        assert_eq!(folded.span(0, 1), (0, 1));
        assert_eq!(folded.span(0, folded.len()), (0, all.len()));
    }
}
