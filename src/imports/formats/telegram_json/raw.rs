//! A message taken apart one level at a time: a field that cannot be read costs that field, never its neighbours.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// More parts than this in one array or object are no message but an attempt to fill the memory.
const MOST_PARTS: usize = 100_000;

/// The members of an object in the order of the file. A name may occur more than once, as it does in real
/// exports: the text of a gift is written twice, the second time empty.
pub(super) struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Fields<'a> {
    /// The members of this value, if it is an object.
    pub(super) fn of(raw: &'a RawValue) -> Option<Self> {
        serde_json::from_str(raw.get()).ok()
    }

    /// Every member of this name.
    pub(super) fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a RawValue> + 's {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, raw)| *raw)
    }

    /// Whether there is a member of this name, `null` included.
    pub(super) fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// Whether a member of this name says anything.
    pub(super) fn says(&self, name: &str) -> bool {
        self.telling(name).is_some()
    }

    /// The first member of this name that says anything.
    fn telling(&self, name: &str) -> Option<&'a RawValue> {
        self.all(name).find(|raw| !matches!(raw.get(), "null" | "\"\"" | "[]" | "{}"))
    }

    /// The member as a value; an error where there is one that cannot be read.
    pub(super) fn value(&self, name: &str) -> Result<Option<Value>, serde_json::Error> {
        let Some(raw) = self.telling(name) else {
            return Ok(None);
        };
        serde_json::from_str(raw.get()).map(Some)
    }

    /// The member as text: a string that is not blank, or a number as it is written.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        text_of(&self.value(name).ok()??)
    }

    /// The member as a whole number, which may stand in quotes.
    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        self.text(name)?.trim().parse().ok()
    }

    /// The member as a duration or a count that fits.
    pub(super) fn count(&self, name: &str) -> Option<u32> {
        u32::try_from(self.integer(name)?).ok()
    }

    /// The member as an object.
    pub(super) fn object(&self, name: &str) -> Option<Self> {
        Self::of(self.telling(name)?)
    }
}

/// A string that is not blank, or a number as it is written.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
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
                    refuse_flood(fields.len())?;
                    fields.push(field);
                }
                Ok(fields)
            }
        }

        deserializer.deserialize_map(Object).map(Fields)
    }
}

/// The elements of an array.
pub(super) struct Items<'a>(pub(super) Vec<&'a RawValue>);

impl<'a> Items<'a> {
    /// The elements of this value; an error where it is no array or holds too many.
    pub(super) fn of(raw: &'a RawValue) -> Result<Self, serde_json::Error> {
        serde_json::from_str(raw.get())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Items<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Array;

        impl<'de> Visitor<'de> for Array {
            type Value = Vec<&'de RawValue>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = array.next_element()? {
                    refuse_flood(items.len())?;
                    items.push(item);
                }
                Ok(items)
            }
        }

        deserializer.deserialize_seq(Array).map(Items)
    }
}

fn refuse_flood<E: Error>(parts: usize) -> Result<(), E> {
    if parts < MOST_PARTS { Ok(()) } else { Err(E::custom(format_args!("more than {MOST_PARTS} parts"))) }
}
