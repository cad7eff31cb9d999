//! JSON taken apart while it comes in: the frame of a file is walked, and what it holds is handed out part by part, so
//! that a file of gigabytes needs the memory of its longest message, a broken part costs that part, and of a file that
//! was cut short all is read that came before.
//!
//! Only where the parts end is found here; `serde_json` reads them.

mod nesting;

use std::io::BufRead;

use self::nesting::{Nesting, Step};
use super::reading::Halt;

/// Bytes of one part that are kept: what is longer is no message.
pub const LONGEST_PART: usize = 16 << 20;
/// Bytes of a name.
const LONGEST_NAME: usize = 1 << 12;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `{`
    Object,
    /// `[`
    Array,
    /// A string, a number, or a word.
    Scalar,
}

/// A cursor on a JSON text in UTF-8.
pub struct Json<'a> {
    text: &'a mut dyn BufRead,
    line: u32,
    part: Vec<u8>,
    /// How many blanks stand before the cursor on its line; none where anything else does.
    indent: Option<usize>,
}

/// One value as it stands in the file.
pub struct Raw<'a> {
    /// The line on which it starts, from 1.
    pub line: u32,
    /// Its text; none where it is longer than [`LONGEST_PART`].
    pub text: Option<&'a str>,
}

impl<'a> Json<'a> {
    /// At the beginning of a text.
    pub fn new(text: &'a mut dyn BufRead) -> Self {
        Self { text, line: 1, part: Vec::new(), indent: Some(0) }
    }

    /// The line that has been reached, from 1.
    #[must_use]
    pub const fn line(&self) -> u32 {
        self.line
    }

    /// What the next value is; none at the end of the text.
    ///
    /// # Errors
    /// [`Halt::Unreadable`].
    pub fn peek(&mut self) -> Result<Option<Kind>, Halt> {
        Ok(self.blank()?.map(|byte| match byte {
            b'{' => Kind::Object,
            b'[' => Kind::Array,
            _ => Kind::Scalar,
        }))
    }

    /// Goes into the object or array that comes next.
    ///
    /// # Errors
    /// [`Halt::Malformed`] at the end of the text.
    pub fn enter(&mut self) -> Result<(), Halt> {
        self.blank()?.ok_or_else(|| Halt::cut_short(self.line))?;
        self.pass();
        Ok(())
    }

    /// The name of the next member of the object, whose value comes next; none where the object ends, which is left.
    ///
    /// # Errors
    /// [`Halt::Malformed`] where there is no name, or the text ends.
    pub fn name(&mut self) -> Result<Option<String>, Halt> {
        match self.after_comma()? {
            b'}' => {
                self.pass();
                return Ok(None);
            }
            b'"' => {}
            _ => return Err(self.malformed("a name in quotes was expected here")),
        }
        self.scalar(LONGEST_NAME)?;
        let name = serde_json::from_slice(&self.part).unwrap_or_default();
        match self.blank()? {
            Some(b':') => self.pass(),
            Some(_) => return Err(self.malformed("a colon was expected here")),
            None => return Err(Halt::cut_short(self.line)),
        }
        Ok(Some(name))
    }

    /// Whether a further element of the array comes next; false where the array ends, which is left.
    ///
    /// # Errors
    /// [`Halt::Malformed`] where the text ends.
    pub fn item(&mut self) -> Result<bool, Halt> {
        let mut stray = false;
        loop {
            match self.after_comma()? {
                b']' => {
                    self.pass();
                    return Ok(false);
                }
                // What a broken element left behind. The next one or the end must follow, else the frame is broken.
                b'}' => stray = true,
                b'{' | b'[' => return Ok(true),
                _ if stray => {
                    return Err(self.malformed("an array that is still open ends here like an object"));
                }
                _ => return Ok(true),
            }
            self.pass();
        }
    }

    /// The next value.
    ///
    /// # Errors
    /// [`Halt::Malformed`] where the text ends within it.
    pub fn take(&mut self) -> Result<Raw<'_>, Halt> {
        let first = self.blank()?;
        let line = self.line;
        let whole = match first {
            Some(b'{' | b'[') => self.nested(LONGEST_PART)?,
            Some(_) => self.scalar(LONGEST_PART)?,
            None => return Err(Halt::cut_short(line)),
        };
        Ok(Raw { line, text: std::str::from_utf8(&self.part).ok().filter(|_| whole) })
    }

    /// Passes over the next value.
    ///
    /// # Errors
    /// As [`Self::take`].
    pub fn skip(&mut self) -> Result<(), Halt> {
        match self.blank()? {
            Some(b'{' | b'[') => self.nested(0).map(drop),
            Some(_) => self.scalar(0).map(drop),
            None => Err(Halt::cut_short(self.line)),
        }
    }

    /// Passes over the rest of the line, to find a place again from which on the text makes sense.
    ///
    /// # Errors
    /// [`Halt::Unreadable`].
    pub fn skip_line(&mut self) -> Result<(), Halt> {
        loop {
            let piece = self.text.fill_buf()?;
            let (end, length) = (memchr::memchr(b'\n', piece), piece.len());
            self.text.consume(end.unwrap_or(length));
            if end.is_some() || length == 0 {
                return Ok(());
            }
        }
    }

    /// Passes over a sign of the frame.
    fn pass(&mut self) {
        self.text.consume(1);
        self.indent = None;
    }

    fn malformed(&self, detail: &str) -> Halt {
        Halt::Malformed {
            line: self.line,
            detail: format!("this is not valid JSON: {detail}; export the chat again"),
        }
    }

    /// The next byte that is no blank.
    fn blank(&mut self) -> Result<Option<u8>, Halt> {
        loop {
            let piece = self.text.fill_buf()?;
            if piece.is_empty() {
                return Ok(None);
            }
            let blanks = piece.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
            let passed = piece.get(..blanks.unwrap_or(piece.len())).unwrap_or_default();
            self.line = self.line.saturating_add(breaks(passed));
            self.indent = match memchr::memrchr(b'\n', passed) {
                Some(at) => Some(passed.len() - at - 1),
                None => self.indent.map(|indent| indent.saturating_add(passed.len())),
            };
            let (found, count) = (blanks.and_then(|at| piece.get(at).copied()), passed.len());
            self.text.consume(count);
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    fn after_comma(&mut self) -> Result<u8, Halt> {
        loop {
            match self.blank()? {
                None => return Err(Halt::cut_short(self.line)),
                // One too many, before the end, is read over.
                Some(b',') => self.pass(),
                Some(byte) => return Ok(byte),
            }
        }
    }

    /// Keeps the next bytes, as many as `most` allows; false from where they do not fit.
    fn keep(&mut self, count: usize, most: usize) -> Result<bool, Halt> {
        let piece = self.text.fill_buf()?;
        let piece = piece.get(..count).unwrap_or(piece);
        self.line = self.line.saturating_add(breaks(piece));
        let fits = self.part.len() + piece.len() <= most;
        if fits {
            self.part.extend_from_slice(piece);
        }
        self.text.consume(count);
        self.indent = None;
        Ok(fits)
    }

    /// An object or array, from its bracket on.
    fn nested(&mut self, most: usize) -> Result<bool, Halt> {
        self.part.clear();
        let (mut nesting, mut fits) = (Nesting::new(self.indent), true);
        loop {
            let piece = self.text.fill_buf()?;
            if piece.is_empty() {
                return Err(Halt::cut_short(self.line));
            }
            let end = piece.iter().enumerate().find_map(|(at, byte)| match nesting.step(*byte) {
                Step::Inside => None,
                Step::Last => Some(at + 1),
                Step::Outside => Some(at),
            });
            let count = end.unwrap_or(piece.len());
            fits &= self.keep(count, most)?;
            if end.is_some() {
                return Ok(fits);
            }
        }
    }

    /// A string, a number or a word. What is none of these, such as a file name that lacks its quotes, ends with its
    /// line at the latest.
    fn scalar(&mut self, most: usize) -> Result<bool, Halt> {
        self.part.clear();
        let (mut fits, mut escaped, mut first) = (true, false, true);
        let mut string = false;
        loop {
            let piece = self.text.fill_buf()?;
            if piece.is_empty() {
                return if string || first { Err(Halt::cut_short(self.line)) } else { Ok(fits) };
            }
            let mut end = None;
            for (at, byte) in piece.iter().enumerate() {
                if std::mem::take(&mut first) {
                    string = *byte == b'"';
                    // What can begin no value must still be passed over.
                    continue;
                }
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if string => escaped = true,
                    b'"' if string => end = Some(at + 1),
                    b',' | b'}' | b']' | b':' | b'\n' if !string => end = Some(at),
                    _ => {}
                }
                if end.is_some() {
                    break;
                }
            }
            let count = end.unwrap_or(piece.len());
            fits &= self.keep(count, most)?;
            if end.is_some() {
                return Ok(fits);
            }
        }
    }
}

fn breaks(bytes: &[u8]) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', bytes).count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Walks a whole text one level deep, as a list of names and parts.
    fn walk(text: &str, buffer: usize) -> Result<Vec<(String, String, u32)>, Halt> {
        let mut reader = std::io::BufReader::with_capacity(buffer, text.as_bytes());
        let mut json = Json::new(&mut reader);
        let mut all = Vec::new();
        match json.peek()? {
            Some(Kind::Object) => {
                json.enter()?;
                while let Some(name) = json.name()? {
                    let raw = json.take()?;
                    all.push((name, raw.text.unwrap_or("too long").to_owned(), raw.line));
                }
            }
            Some(Kind::Array) => {
                json.enter()?;
                while json.item()? {
                    let raw = json.take()?;
                    all.push((String::new(), raw.text.unwrap_or("too long").to_owned(), raw.line));
                }
            }
            _ => {}
        }
        Ok(all)
    }

    #[test]
    fn parts_are_handed_out_whatever_the_buffer() {
        let text =
            "{\"a\": 1,\n \"b\\n\": [1, {\"x\": \"]}\\\"\"}],\n\n\"c\" : \"y, }\", \"d\": true, \"é\":{},}";
        for buffer in 1..40 {
            let found = walk(text, buffer).unwrap();
            let parts: Vec<_> =
                found.iter().map(|(name, raw, line)| (name.as_str(), raw.as_str(), *line)).collect();
            let expected = [
                ("a", "1", 1),
                ("b\n", "[1, {\"x\": \"]}\\\"\"}]", 2),
                ("c", "\"y, }\"", 4),
                ("d", "true", 4),
                ("é", "{}", 4),
            ];
            assert_eq!(parts, expected);
        }
    }

    #[test]
    fn a_broken_element_costs_its_neighbours_nothing() {
        let good = ["  {\n    \"a\": 1\n  }", "  {\n    \"z\": {\n      \"y\": []\n    }\n  }"];
        let broken = [
            "  {\n    \"a\": \"one \"quote too many\"\n  }",
            "  {\n    \"a\": \"no second quote,\n    \"b\": 2\n  }",
            "  {\n    \"a\": {\n      \"b\": 1\n  }",
            "  {\n    \"a\": [\n      1,\n    \"b\": {\n  }",
            "  {\n    \"a\": {",
            "  {\n    \"a\": 1\n    }\n  }",
        ];
        for part in broken {
            for buffer in [1, 7, 1000] {
                let text = format!("[\n{},\n{part},\n{}\n]", good[0], good[1]);
                let found = walk(&text, buffer).unwrap();
                let parts: Vec<_> = found.iter().map(|(_, raw, _)| raw.as_str()).collect();
                assert_eq!((parts.len(), parts[0], parts[2]), (3, good[0].trim(), good[1].trim()), "{part}");
                let last = format!("[\n{},\n{part}\n]", good[0]);
                assert_eq!(walk(&last, buffer).unwrap().len(), 2, "{part}");
            }
        }
    }

    #[test]
    fn indentation_means_nothing_where_it_tells_no_depth() {
        for (open, inner) in [("", ""), ("  ", "  "), ("  ", " "), (" ", "")] {
            let text = format!(
                "[\n{open}{{\n{inner}\"a\": [\n{inner}{{\n{inner}\"b\": 1\n{inner}}}\n{inner}]\n{inner}}},\n{open}{{}}\n]"
            );
            assert_eq!(walk(&text, 5).unwrap().len(), 2, "{text}");
        }
    }

    #[test]
    fn every_cut_is_told_and_none_loops() {
        let text = "{\"a\": [1, \"x\\\"\"], \"b\": {\"c\": nul}, \"d\": \"é\"}";
        for cut in (1..text.len()).filter(|at| text.is_char_boundary(*at)) {
            let error = walk(&text[..cut], 7).unwrap_err();
            assert!(error.to_string().contains("cut short"), "{cut}: {error}");
        }
        for text in
            ["[,,]", "[1 2]", "{\"a\" 1}", "{1: 2}", "[}", "{]", "[:", "{\"a\"::}", "]", "", "\"", "{\"a\":}"]
        {
            drop(walk(text, 3));
        }
    }
}
