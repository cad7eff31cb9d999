//! The fields of one object, taken apart one level at a time: one that cannot be read costs itself, and none can fill
//! the memory.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// No object of the format has half as many.
const MOST: usize = 64;

/// The members of an object.
pub(super) struct Fields<'a>(pub(super) Vec<(String, &'a RawValue)>);

impl<'a> Fields<'a> {
    /// Of a text that is an object.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// A member that says something, as it is written.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        let raw = self.0.iter().find(|(known, _)| known == name)?.1.get();
        (raw != "null").then_some(raw)
    }

    /// Whether there are others than these.
    pub(super) fn has_others(&self, known: &[&str]) -> bool {
        self.0.iter().any(|(name, raw)| !known.contains(&name.as_str()) && raw.get() != "null")
    }

    /// A member as text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).and_then(text)
    }
}

/// A string that is not blank, or a number as it is written.
pub(super) fn text(raw: &str) -> Option<String> {
    if raw.starts_with('"') {
        return serde_json::from_str::<String>(raw).ok().filter(|text| !text.trim().is_empty());
    }
    serde_json::from_str::<serde_json::Number>(raw).ok().map(|number| number.to_string())
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    if fields.len() >= MOST {
                        return Err(A::Error::custom("too many fields"));
                    }
                    fields.push(field);
                }
                Ok(fields)
            }
        }

        deserializer.deserialize_map(Object).map(Fields)
    }
}
