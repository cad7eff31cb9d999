//! The tags of a backup, as the XML parser finds them.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use quick_xml::Error;
use quick_xml::escape::unescape;
use quick_xml::events::Event;
use quick_xml::events::attributes::Attribute;
use quick_xml::reader::Reader;

use super::super::reading::Halt;
use super::bounded::Bounded;

/// Attributes of a tag.
const MOST_ATTRIBUTES: usize = 128;

/// What comes next in a file. The parser is a new one each time: it would remember every tag that is never closed.
pub(super) fn next<'b>(text: &mut Bounded<'_>, buffer: &'b mut Vec<u8>) -> Result<Event<'b>, Halt> {
    buffer.clear();
    let mut xml = Reader::from_reader(&mut *text);
    xml.config_mut().allow_unmatched_ends = true;
    xml.read_event_into(buffer).map_err(|error| match error {
        Error::Io(error) => {
            Arc::try_unwrap(error).unwrap_or_else(|error| io::Error::from(error.kind())).into()
        }
        _ => Halt::cut_short(text.line),
    })
}

/// A tag, such as `<sms .../>`.
pub(super) struct Tag<'a> {
    /// The line on which it starts.
    pub(super) line: u32,
    /// What it is called.
    pub(super) name: &'a str,
    /// Whether it ends an element, `</mms>`.
    pub(super) is_end: bool,
    /// Whether it is an element of its own, `<sms/>`.
    pub(super) is_empty: bool,
    /// Whether the next tag starts before this one ends.
    pub(super) is_broken: bool,
    attributes: Vec<Attribute<'a>>,
    cut: &'a [String],
}

impl<'a> Tag<'a> {
    /// The tag that was just read from a text, if it was one.
    pub(super) fn new(event: &'a Event<'_>, text: &'a Bounded<'_>) -> Option<Self> {
        let (written, attributes) = match event {
            Event::Start(tag) | Event::Empty(tag) => {
                let mut attributes = tag.html_attributes();
                (tag.name().0, attributes.with_checks(false).flatten().take(MOST_ATTRIBUTES).collect())
            }
            Event::End(tag) => (tag.name().0, Vec::new()),
            _ => return None,
        };
        let is_end = matches!(event, Event::End(_));
        // An end that holds more than its name swallowed what came after.
        let ends_name = |c: char| is_end && (c.is_ascii_whitespace() || c == '"');
        let name = written.split(ends_name).next().unwrap_or_default();
        Some(Self {
            line: text.tag.line,
            name,
            is_end,
            is_empty: matches!(event, Event::Empty(_)),
            is_broken: text.tag.is_broken || name != written,
            attributes,
            cut: &text.tag.cut,
        })
    }

    /// The value of an attribute; none where it is empty, or the word `null`, which stands for none.
    pub(super) fn value(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut named = self.attributes.iter().filter(|attribute| attribute.key.as_ref() == name);
        let found = named.find(|attribute| !attribute.value.is_empty())?;
        let value = unescape(&found.value).unwrap_or(Cow::Borrowed(&found.value));
        Some(value).filter(|value| value != "null")
    }

    /// The same to keep.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.value(name).map(Cow::into_owned)
    }

    /// A whole number.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.value(name)?.trim().parse().ok()
    }

    /// Whether the end of an attribute was left out.
    pub(super) fn is_cut(&self, name: &str) -> bool {
        self.cut.iter().any(|cut| cut == name)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::super::super::reading::HEAD;
    use super::super::super::text::LONGEST_LINE;
    use super::*;

    type Found = (String, u32, bool);

    fn each(text: &str, buffer: usize, mut take: impl FnMut(&Tag<'_>)) -> Vec<u32> {
        // What is read ahead to find the encoding comes in one piece.
        let text = " ".repeat(HEAD) + text;
        let mut reader = BufReader::with_capacity(buffer, text.as_bytes());
        let mut text = Bounded::new(&mut reader).unwrap();
        let (mut buffer, mut loose) = (Vec::new(), Vec::new());
        loop {
            match next(&mut text, &mut buffer).unwrap() {
                Event::Eof => return loose,
                Event::PI(_) => loose.push(text.tag.line),
                event => drop(Tag::new(&event, &text).map(|tag| take(&tag))),
            }
        }
    }

    fn names(text: &str, buffer: usize) -> (Vec<Found>, Vec<u32>) {
        let mut all = Vec::new();
        let loose = each(text, buffer, |tag| {
            all.push((tag.get("b").unwrap_or(tag.name.to_owned()), tag.line, tag.is_broken));
        });
        (all, loose)
    }

    fn values(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        each(text, HEAD, |tag| all.extend(tag.get("b")));
        all
    }

    #[test]
    fn tags_are_found_whatever_surrounds_them() {
        let text = "<?xml version='1.0'?>\n<!DOCTYPE x><!-- <sms b='no'/> -->\n<smses a=1>stray\ntext\n<sms b = 'x > y' c/>\n<sms b=\"<sms > it's <call me\"/></smses>";
        for buffer in 1..30 {
            let (found, loose) = names(text, buffer);
            let shown: Vec<_> = found.iter().map(|(name, line, _)| (name.as_str(), *line)).collect();
            let expected = [("smses", 3), ("x > y", 5), ("<sms > it's <call me", 6), ("smses", 6)];
            assert_eq!((shown.as_slice(), loose.as_slice()), (&expected[..], &[3][..]));
        }
    }

    #[test]
    fn a_missing_quote_costs_one_message() {
        let text = "<sms a=\"1 b=\"2\"/>\n<sms b=\"lost />\n<sms address=\"5\" b=\"next\"/>\n<sms b=\"x\" <sms b=\"y\"/>";
        let (found, _) = names(text, 7);
        let sound: Vec<_> =
            found.iter().filter(|tag| !tag.2).map(|(name, line, _)| (name.as_str(), *line)).collect();
        assert_eq!(sound, [("sms", 1), ("next", 3), ("y", 4)]);
        assert_eq!(found.len(), 5);
    }

    #[test]
    fn what_is_missing_of_an_attribute_costs_no_other() {
        for text in ["b=y", "a= b='y'", "a b='y'", "b b='y'", "a=1 ' b='y'", "a='x'b='y' c"] {
            assert_eq!(values(&format!("<sms {text}/>")), ["y"], "{text}");
        }
        assert!(names("</mms\" b='y'>", 7).0[0].2);
    }

    #[test]
    fn a_value_is_kept_up_to_its_bound() {
        for (value, kept) in [
            ("x".repeat(LONGEST_LINE + 5), LONGEST_LINE),
            ("é".repeat(LONGEST_LINE) + "x", LONGEST_LINE),
            ("x".repeat(LONGEST_LINE - 1) + "é&#55357;&#56841;y", LONGEST_LINE - 1),
            ("x".repeat(LONGEST_LINE - 8) + "&#55357;&#56841;y", LONGEST_LINE - 8),
        ] {
            let mut cut = Vec::new();
            each(&format!("<sms b=\"{value}\" c=\"d\"/>"), 997, |tag| {
                cut.push((tag.is_cut("b"), tag.is_cut("c"), tag.get("c")));
                assert_eq!(tag.get("b").map(|value| value.len()), Some(kept));
            });
            assert_eq!(cut, [(true, false, Some("d".to_owned()))]);
        }
    }

    #[test]
    fn a_tag_is_bounded_whatever_it_is_made_of() {
        for inside in ["a ", "a=\"\"", "=", "'", " "] {
            let text = format!("<sms {}/><sms b='y'/>", inside.repeat(LONGEST_LINE));
            let (found, loose) = names(&text, 997);
            assert_eq!(found, [("sms".to_owned(), 1, true), ("y".to_owned(), 1, false)], "{inside}");
            assert_eq!(loose, [1]);
        }
    }

    #[test]
    fn what_breaks_off_many_times_takes_no_longer_for_it() {
        for piece in ["<", "&", "<sms ", "<sms a", "&#55357;", "&#", "=", "<!", "'"] {
            let text = format!("<sms b=\"{}\"/>", piece.repeat((1 << 18) / piece.len()));
            assert_eq!(values(&text).len(), 1, "{piece}");
        }
    }

    #[test]
    fn references_are_resolved_also_in_halves() {
        for (value, expected) in [
            ("&#55357;&#56841; &lt;&amp;&quot;&#10;&#X1F62D;", "😉 <&\"\n😭"),
            ("a&#55357;b&#56841;", "a\u{fffd}b\u{fffd}"),
            ("&#55357;&#55357;&#xDE09;", "\u{fffd}😉"),
            ("R&D & co &nbsp; &#; &#99999999999; &", "R&D & co &nbsp; &#; &#99999999999; &"),
            ("ស្រី&#0;&#8;\n\t&#9;&apos;", "ស្រី\u{fffd}\u{fffd}\n\t\t'"),
        ] {
            assert_eq!(values(&format!("<sms b=\"{value}\"/>")), [expected]);
        }
    }
}
