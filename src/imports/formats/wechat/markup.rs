//! The XML in which WeChat keeps everything but words.

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// Elements that are kept: what a message says stands in the first dozens.
const MOST: usize = 2000;

/// The elements of a message, in their order.
pub(super) struct Markup(Vec<Element>);

struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
}

impl Markup {
    /// Takes XML apart as far as it is sound; none where there is none. In groups the sender stands before it.
    pub(super) fn of(content: &str) -> Option<Self> {
        let content = content.trim();
        let start = match content.split_once('\n') {
            Some((sender, rest)) if sender.trim_end().ends_with(':') && !sender.contains('<') => {
                rest.trim_start()
            }
            _ => content,
        };
        if !start.starts_with('<') {
            return None;
        }
        let mut reader = Reader::from_str(start);
        reader.config_mut().check_end_names = false;
        let (mut elements, mut open) = (Vec::new(), Vec::new());
        while elements.len() < MOST {
            match reader.read_event() {
                Ok(Event::Start(tag)) => {
                    open.push(elements.len());
                    elements.push(Element::of(&tag));
                }
                Ok(Event::Empty(tag)) => elements.push(Element::of(&tag)),
                Ok(Event::End(_)) => drop(open.pop()),
                Ok(Event::Text(text)) => add(&mut elements, &open, &text.xml10_content()),
                Ok(Event::CData(text)) => add(&mut elements, &open, &text.xml10_content()),
                Ok(Event::GeneralRef(name)) => {
                    let resolved = name.resolve_char_ref().ok().flatten().map(String::from);
                    let known = || resolve_predefined_entity(&name).map(str::to_owned);
                    add(&mut elements, &open, &resolved.or_else(known).unwrap_or_default());
                }
                Ok(Event::Eof) | Err(_) => break,
                Ok(_) => {}
            }
        }
        (!elements.is_empty()).then_some(Self(elements))
    }

    /// The text of the first element of this name that has one.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let mut texts =
            self.0.iter().filter(|element| element.name == name).map(|element| element.text.trim());
        texts.find(|text| !text.is_empty()).map(str::to_owned)
    }

    /// An attribute of the first element of this name that has it.
    pub(super) fn attribute(&self, element: &str, name: &str) -> Option<String> {
        let elements = self.0.iter().filter(|known| known.name == element);
        let mut values = elements.flat_map(|element| &element.attributes).filter(|(known, _)| known == name);
        values.find(|(_, value)| !value.trim().is_empty()).map(|(_, value)| value.trim().to_owned())
    }

    /// The first of some texts.
    pub(super) fn any_text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.text(name))
    }
}

impl Element {
    fn of(tag: &BytesStart<'_>) -> Self {
        let mut attributes = tag.attributes();
        let attributes = attributes.with_checks(false).flatten().filter_map(|attribute| {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
            Some((attribute.key.as_ref().to_owned(), value.into_owned()))
        });
        Self { name: tag.name().as_ref().to_owned(), attributes: attributes.collect(), text: String::new() }
    }
}

fn add(elements: &mut [Element], open: &[usize], text: &str) {
    if let Some(element) = open.last().and_then(|at| elements.get_mut(*at)) {
        element.text.push_str(text);
    }
}
