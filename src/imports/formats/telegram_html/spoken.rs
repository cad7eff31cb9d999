//! The words of an element, as they were before the exporter laid them out.

/// A text while its pieces come in.
///
/// A line end that somebody typed is a `<br>`. One that stands in the file, and the blanks after it, is the exporter's
/// layout around a text, or was put into one by another program that laid the page out anew: a blank at most.
#[derive(Default)]
pub(super) struct Spoken {
    text: String,
    /// Whether a line end of the file was passed, that counts if more follows.
    soft: bool,
    /// Whether the blanks after it may go on in the next piece.
    in_layout: bool,
    /// Whether the end was left out because there is too much.
    is_cut: bool,
}

impl Spoken {
    /// Adds a piece, as long as there are no more bytes than these.
    pub(super) fn push(&mut self, mut piece: &str, most: usize) {
        while !piece.is_empty() {
            if self.in_layout {
                piece = piece.trim_start_matches([' ', '\t', '\n']);
                self.in_layout = piece.is_empty();
                continue;
            }
            let (words, rest) =
                piece.split_at_checked(piece.find('\n').unwrap_or(piece.len())).unwrap_or((piece, ""));
            if !words.is_empty() {
                self.settle();
                self.add(words, most);
            }
            self.soft |= !rest.is_empty();
            self.in_layout = !rest.is_empty();
            piece = rest;
        }
    }

    /// Adds a line end.
    pub(super) fn line_break(&mut self, most: usize) {
        (self.soft, self.in_layout) = (false, false);
        self.add("\n", most);
    }

    /// Adds what somebody did not type as it stands.
    pub(super) fn add(&mut self, words: &str, most: usize) {
        if self.text.len() + words.len() > most {
            self.is_cut = true;
        } else if !self.is_cut {
            self.text.push_str(words);
        }
    }

    /// How much there is, before what comes next.
    pub(super) fn mark(&mut self) -> usize {
        self.settle();
        self.text.len()
    }

    /// What was added since then.
    pub(super) fn since(&self, mark: usize) -> &str {
        self.text.get(mark..).unwrap_or_default()
    }

    /// The whole text, and whether its end was left out.
    pub(super) fn end(self) -> (String, bool) {
        (self.text, self.is_cut)
    }

    fn settle(&mut self) {
        if std::mem::take(&mut self.soft) && !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push(' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(pieces: &[&str]) -> String {
        let mut spoken = Spoken::default();
        for piece in pieces {
            if *piece == "<br>" { spoken.line_break(100) } else { spoken.push(piece, 100) }
        }
        spoken.end().0
    }

    #[test]
    fn what_was_typed_is_told_from_the_layout() {
        assert_eq!(spoken(&["\nxin  chào\n      "]), "xin  chào");
        assert_eq!(spoken(&["\na", "<br>", "  b ", "<br>", "<br>", "c\n   "]), "a\n  b \n\nc");
        assert_eq!(spoken(&["\n   a\n   ", "b", "\n  ", "\n ", "c", "\n"]), "a b c");
        assert_eq!(spoken(&["\na", "<br>", "\n   b\n", "<br>", "\n"]), "a\nb\n");
        assert_eq!(spoken(&["", "\n  \n"]), "");
    }

    #[test]
    fn too_much_is_cut_once_and_said() {
        let mut spoken = Spoken::default();
        for piece in ["abc", "defg", "h"] {
            spoken.push(piece, 6);
        }
        assert_eq!(spoken.end(), ("abc".to_owned(), true));
    }
}
