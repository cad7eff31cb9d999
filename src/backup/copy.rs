//! Lines in the text format of PostgreSQL's `COPY`, so that `psql` reads them too.

/// Adds a line of columns, of which `None` is null.
pub(super) fn encode(columns: &[Option<String>], out: &mut Vec<u8>) {
    for (place, column) in columns.iter().enumerate() {
        if place > 0 {
            out.push(b'\t');
        }
        match column {
            None => out.extend_from_slice(b"\\N"),
            Some(text) => {
                for byte in text.bytes() {
                    match byte {
                        b'\\' => out.extend_from_slice(b"\\\\"),
                        b'\t' => out.extend_from_slice(b"\\t"),
                        b'\n' => out.extend_from_slice(b"\\n"),
                        b'\r' => out.extend_from_slice(b"\\r"),
                        byte => out.push(byte),
                    }
                }
            }
        }
    }
    out.push(b'\n');
}

/// Reads a line, without its end, of so many columns; `None` when it is not one that [`encode`] writes.
pub(super) fn decode(line: &str, columns: usize) -> Option<Vec<Option<String>>> {
    let found: Option<Vec<_>> = line.split('\t').map(column).collect();
    found.filter(|found| found.len() == columns)
}

/// The outer `None` is for what cannot be read, the inner one is null.
#[expect(clippy::option_option, reason = "null is a value here")]
fn column(text: &str) -> Option<Option<String>> {
    if text == "\\N" {
        return Some(None);
    }
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        out.push(match character {
            '\\' => match characters.next()? {
                '\\' => '\\',
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                _ => return None,
            },
            character => character,
        });
    }
    Some(Some(out))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_are_what_psql_reads() {
        let mut out = Vec::new();
        encode(
            &[Some("\\x00ff".to_owned()), None, Some(String::new()), Some("a\tb\n\\N".to_owned())],
            &mut out,
        );
        assert_eq!(out, b"\\\\x00ff\t\\N\t\ta\\tb\\n\\\\N\n");
    }

    proptest! {
        #[test]
        fn every_line_comes_back(columns in proptest::collection::vec(proptest::option::of("\\PC*|[\\\\\t\r\nNx]{0,6}"), 1..6)) {
            let mut out = Vec::new();
            encode(&columns, &mut out);
            let line = String::from_utf8(out).unwrap();
            let line = line.strip_suffix('\n').unwrap();
            prop_assert!(!line.contains('\n'));
            prop_assert_eq!(decode(line, columns.len()), Some(columns.clone()));
            prop_assert_eq!(decode(line, columns.len() + 1), None);
        }
    }
}
