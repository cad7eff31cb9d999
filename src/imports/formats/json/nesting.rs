//! Where an object or array ends, also if it is broken.

/// Finds the end of an object or array.
pub(super) struct Nesting {
    depth: u64,
    /// Whether it is an array.
    is_array: bool,
    string: bool,
    escaped: bool,
    /// How far its bracket is indented, where that is the first sign of a line.
    indent: Option<usize>,
    /// Whether what it holds is indented further, once that is known: a broken element then ends where the indentation
    /// says, and its neighbours are whole.
    pretty: Option<bool>,
    /// Whether a line ended within a string.
    broken: bool,
    /// How many blanks the line began with, as long as there was nothing else.
    blanks: Option<usize>,
}

/// Where a byte is.
pub(super) enum Step {
    /// It goes on after the byte.
    Inside,
    /// The byte ends it.
    Last,
    /// It ended before the byte.
    Outside,
}

impl Nesting {
    /// Before its bracket, which is indented so far if nothing else stands before it on its line.
    pub(super) const fn new(indent: Option<usize>) -> Self {
        Self {
            depth: 0,
            is_array: false,
            string: false,
            escaped: false,
            indent,
            pretty: None,
            broken: false,
            blanks: None,
        }
    }

    /// Takes the next byte.
    pub(super) fn step(&mut self, byte: u8) -> Step {
        if byte == b'\n' {
            // No string goes over a line end. One that seems to has a quote too many before it, or lacks one.
            self.broken |= self.string;
            (self.string, self.escaped, self.blanks) = (false, false, Some(0));
            return Step::Inside;
        }
        if let Some(blanks) = self.blanks {
            if matches!(byte, b' ' | b'\t' | b'\r') {
                self.blanks = Some(blanks.saturating_add(1));
                return Step::Inside;
            }
            self.blanks = None;
            if let Some(step) = self.by_indentation(blanks, byte) {
                return step;
            }
        }
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if self.string => self.escaped = true,
            b'"' => self.string = !self.string,
            _ if self.string => {}
            b'{' | b'[' => {
                self.is_array = if self.depth == 0 { byte == b'[' } else { self.is_array };
                self.depth += 1;
            }
            // One that cannot close it is one too many.
            b'}' | b']' if self.depth == 1 && (byte == b']') != self.is_array => {}
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    return Step::Last;
                }
            }
            _ => {}
        }
        Step::Inside
    }

    /// What the first sign of a line says by how far it is indented.
    fn by_indentation(&mut self, blanks: usize, byte: u8) -> Option<Step> {
        let indent = self.indent?;
        let pretty = *self.pretty.get_or_insert(indent > 0 && blanks > indent);
        match byte {
            _ if blanks > indent || !(pretty || self.broken) => None,
            b'{' => Some(Step::Outside),
            _ if !pretty => None,
            b'}' if blanks == indent => Some(Step::Last),
            b'[' | b']' => Some(Step::Outside),
            _ => None,
        }
    }
}
