//! Keeps the tokenizer of HTML from calling itself without end.
//!
//! It goes from one quoted attribute to the next by a call and comes back where the tag ends, so that a tag of some ten
//! thousand attributes takes all of the stack and ends the process. A slash between two attributes means nothing, and
//! makes it come back.

use html5gum::Reader;

/// Attributes after which it must come back; more than any sound tag has.
const DEEPEST: usize = 32;

/// Gives what another reader reads, but for a blank here and there between two attributes, which becomes a slash.
pub(super) struct Shallow<R> {
    reader: R,
    /// Quoted attributes since the last slash.
    depth: usize,
    after_quote: bool,
}

impl<R: Reader> Shallow<R> {
    pub(super) const fn new(reader: R) -> Self {
        Self { reader, depth: 0, after_quote: false }
    }
}

impl<R: Reader> Reader for Shallow<R> {
    type Error = R::Error;

    fn read_byte(&mut self) -> Result<Option<u8>, R::Error> {
        let byte = self.reader.read_byte()?;
        // Single bytes are asked for after a quote only where the value of an attribute ended.
        if !std::mem::take(&mut self.after_quote) {
            return Ok(byte);
        }
        self.depth += 1;
        if self.depth >= DEEPEST && byte.is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.depth = 0;
            return Ok(Some(b'/'));
        }
        Ok(byte)
    }

    fn try_read_string(&mut self, expected: &[u8], case_sensitive: bool) -> Result<bool, R::Error> {
        self.after_quote = false;
        self.reader.try_read_string(expected, case_sensitive)
    }

    fn read_until<'b>(
        &'b mut self,
        needle: &[u8],
        small: &'b mut [u8; 4],
    ) -> Result<Option<&'b [u8]>, R::Error> {
        let read = self.reader.read_until(needle, small)?;
        self.after_quote = read == Some(b"\"");
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use html5gum::{DefaultEmitter, Readable, Token, Tokenizer};

    use super::*;

    /// The start tags, and the texts between them.
    fn tokens<R: Reader<Error = std::convert::Infallible>>(reader: R) -> Vec<String> {
        let tokens = Tokenizer::new_with_emitter(reader, DefaultEmitter::<()>::default());
        let shown = |token: Token<()>| match token {
            Token::StartTag(tag) => {
                let pairs = tag.attributes.iter().map(|(name, value)| format!(" {name:?}={value:?}"));
                Some(format!("{:?}{}", tag.name, pairs.collect::<String>()))
            }
            Token::String(text) => Some(format!("{text:?}")),
            _ => None,
        };
        tokens.filter_map(|token| shown(token.unwrap())).collect()
    }

    #[test]
    fn a_tag_of_very_many_attributes_is_read_as_any_other() {
        for blank in [" ", "\n", "\r\n", "\t", " / ", ""] {
            let attributes: String =
                (0..100).map(|number| format!("a{number}=\"{number}\"{blank}")).collect();
            let page = format!("\"<div {attributes}>\" \" \"<p title='\"' class=\"x\" >\"</p><br id=\"1\"/>");
            assert_eq!(tokens(Shallow::new(page.as_str().to_reader())), tokens(page.as_str().to_reader()));
        }
        let page = format!("<div {}>x", "a=\"b\" ".repeat(300_000));
        assert_eq!(tokens(Shallow::new(page.as_str().to_reader())), tokens("<div a=\"b\">x".to_reader()));
    }
}
