//! Rows of a table that come in line by line: a quoted field may hold line ends. A reader of tables as such would take
//! the rest of the file into memory where one quotation mark is missing; here every line can be looked at on its own.

use super::super::text::LONGEST_LINE;

/// Where in a row the reading is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the beginning of a field.
    Start,
    /// In a field without quotation marks, or behind the last of them.
    Plain,
    Quoted,
    /// Behind a mark which ends the field, or is the first of two that stand for one.
    Mark,
}

/// A row, as far as it has come in.
pub(super) struct Record {
    delimiter: char,
    state: State,
    fields: Vec<String>,
    field: String,
    size: usize,
}

impl Record {
    /// A row that begins with this line.
    pub(super) fn of(line: &str, delimiter: char) -> Self {
        let mut record =
            Self { delimiter, state: State::Start, fields: Vec::new(), field: String::new(), size: 0 };
        record.feed(line);
        record
    }

    /// Adds a further line to a row that is open.
    pub(super) fn add(&mut self, line: &str) {
        self.field.push('\n');
        self.feed(line);
    }

    fn feed(&mut self, line: &str) {
        self.size += line.len() + 1;
        for c in line.chars() {
            self.state = match (self.state, c) {
                (State::Start, '"') => State::Quoted,
                (State::Quoted, '"') => State::Mark,
                (State::Mark, '"') => {
                    self.field.push(c);
                    State::Quoted
                }
                (State::Start | State::Plain | State::Mark, c) if c == self.delimiter => {
                    self.fields.push(std::mem::take(&mut self.field));
                    State::Start
                }
                (state, c) => {
                    self.field.push(c);
                    if state == State::Quoted { State::Quoted } else { State::Plain }
                }
            };
        }
    }

    /// Whether a quoted field goes on in the next line.
    pub(super) fn is_open(&self) -> bool {
        self.state == State::Quoted
    }

    /// Whether it is longer than any message.
    pub(super) const fn is_too_long(&self) -> bool {
        self.size > LONGEST_LINE
    }

    /// Its fields.
    pub(super) fn into_fields(mut self) -> Vec<String> {
        self.fields.push(self.field);
        self.fields
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    fn split(text: &str) -> Vec<String> {
        let mut lines = text.split('\n');
        let mut record = Record::of(lines.next().unwrap(), ',');
        lines.for_each(|line| record.add(line));
        record.into_fields()
    }

    #[test]
    fn fields_may_hold_what_parts_them() {
        assert_eq!(split("a,\"b, \"\"c\"\"\nd\",,e\"f"), ["a", "b, \"c\"\nd", "", "e\"f"]);
        assert!(Record::of("a,\"b", ',').is_open());
        assert!(!Record::of("a,\"b\"", ',').is_open());
        assert!(!Record::of("a,{\"b\": \"c", ',').is_open());
    }

    proptest! {
        #[test]
        fn rows_are_what_the_csv_crate_reads(text in "[ab]([ab,\"]|\"\n\"){0,20}") {
            let mut csv = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let expected: Option<Result<csv::StringRecord, _>> = csv.records().next();
            let expected: Vec<String> = expected.unwrap().unwrap().iter().map(str::to_owned).collect();
            let mut lines = text.split('\n');
            let mut record = Record::of(lines.next().unwrap(), ',');
            for line in lines {
                if !record.is_open() {
                    break;
                }
                record.add(line);
            }
            prop_assert_eq!(record.into_fields(), expected);
        }
    }
}
