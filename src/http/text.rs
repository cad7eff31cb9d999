//! Text that has been checked: what a field accepts is its type.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::error::Error;

/// Declares a string newtype that is checked when it is read.
macro_rules! text {
    ($(#[$meta:meta])* $name:ident $(<const $max:ident: usize>)?, $schema:expr, $check:expr) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name $(<const $max: usize>)? (String);

        impl $(<const $max: usize>)? $name $(<$max>)? {
            /// Checks `text`.
            ///
            /// # Errors
            /// What would have been accepted.
            pub fn parse(text: &str) -> Result<Self, String> {
                let check: fn(&str) -> Result<String, String> = $check;
                check(text).map(Self)
            }

            /// The checked text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The checked text, owned.
            pub fn into_inner(self) -> String {
                self.0
            }
        }

        impl $(<const $max: usize>)? fmt::Debug for $name $(<$max>)? {
            /// Without the text: a body that is logged by mistake must not tell anything.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({} bytes)"), self.0.len())
            }
        }

        impl<'de $(, const $max: usize)?> Deserialize<'de> for $name $(<$max>)? {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Self::parse(&text).map_err(de::Error::custom)
            }
        }

        impl $(<const $max: usize>)? PartialSchema for $name $(<$max>)? {
            fn schema() -> RefOr<Schema> {
                let build: fn() -> ObjectBuilder = $schema;
                build().into()
            }
        }

        impl $(<const $max: usize>)? ToSchema for $name $(<$max>)? {
            fn name() -> std::borrow::Cow<'static, str> {
                let suffix: &[usize] = &[$($max)?];
                suffix.iter().fold(stringify!($name).into(), |name, max| format!("{name}{max}").into())
            }
        }
    };
}

fn string() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String))
}

fn bounded(text: &str, max: usize) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("must not be empty".to_owned());
    }
    if text.chars().count() > max {
        return Err(format!("must have at most {max} characters"));
    }
    if text.contains('\0') {
        // PostgreSQL cannot store it; refused on both engines alike.
        return Err("must not contain the NUL character".to_owned());
    }
    Ok(text.to_owned())
}

text! {
    /// One line of 1 to `MAX` characters; surrounding white space is dropped.
    Line<const MAX: usize>,
    || string().min_length(Some(1)).max_length(Some(MAX)).pattern(Some(r"\S")),
    |text| {
        let text = bounded(text, MAX)?;
        if text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
            return Err("must be one line without control characters".to_owned());
        }
        Ok(text)
    }
}

text! {
    /// Text of 1 to `MAX` characters, line breaks included.
    Prose<const MAX: usize>,
    || string().min_length(Some(1)).max_length(Some(MAX)).pattern(Some(r"\S")),
    |text| bounded(text, MAX)
}

text! {
    /// Lines of at most `MAX` characters, or none at all; surrounding white space is dropped.
    #[derive(Default)]
    Notes<const MAX: usize>,
    || string().max_length(Some(MAX)),
    |text| if text.trim().is_empty() { Ok(String::new()) } else { bounded(text, MAX) }
}

text! {
    /// 1 to `MAX` characters exactly as they stand in another text, white space at the ends included.
    Excerpt<const MAX: usize>,
    || string().min_length(Some(1)).max_length(Some(MAX)),
    |text| {
        if text.is_empty() {
            return Err("must not be empty".to_owned());
        }
        if text.chars().count() > MAX {
            return Err(format!("must have at most {MAX} characters"));
        }
        Ok(text.to_owned())
    }
}

text! {
    /// An e-mail address: something, `@`, a domain with a dot.
    Email,
    || string().format(Some(utoipa::openapi::SchemaFormat::Custom("email".to_owned()))).max_length(Some(254)),
    |text| {
        let text = bounded(text, 254)?;
        let plausible = text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && domain.contains('.')
                && !domain.contains('@')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
        }) && !text.chars().any(|c| c.is_whitespace() || c.is_control());
        if plausible { Ok(text.to_lowercase()) } else { Err("is not an e-mail address".to_owned()) }
    }
}

text! {
    /// A country: ISO 3166-1 alpha-2, upper case.
    Country,
    || string().pattern(Some("^[A-Z]{2}$")),
    |text| {
        if text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()) {
            Ok(text.to_owned())
        } else {
            Err("must be an ISO 3166-1 code of two capital letters, such as MM or KH".to_owned())
        }
    }
}

text! {
    /// A language: BCP 47 such as `my`, `zh-Hans`.
    Language,
    || string().pattern(Some("^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")).max_length(Some(35)),
    |text| {
        let mut parts = text.split('-');
        let primary = parts.next().unwrap_or_default();
        let sound = (2..=3).contains(&primary.len())
            && primary.bytes().all(|b| b.is_ascii_lowercase())
            && text.len() <= 35
            && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
        if sound { Ok(text.to_owned()) } else { Err("must be a language code such as my, km or zh-Hans".to_owned()) }
    }
}

text! {
    /// A script: ISO 15924, such as `Latn` or `Mymr`.
    Script,
    || string().pattern(Some("^[A-Z][a-z]{3}$")),
    |text| {
        let sound = text.len() == 4
            && text.bytes().enumerate().all(|(at, b)| {
                if at == 0 { b.is_ascii_uppercase() } else { b.is_ascii_lowercase() }
            });
        if sound { Ok(text.to_owned()) } else { Err("must be an ISO 15924 code such as Latn or Mymr".to_owned()) }
    }
}

text! {
    /// A day of the calendar, `YYYY-MM-DD`.
    Day,
    || string().format(Some(utoipa::openapi::SchemaFormat::KnownFormat(utoipa::openapi::KnownFormat::Date))),
    |text| {
        let sound = text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok();
        if sound { Ok(text.to_owned()) } else { Err("must be a day such as 2026-04-06".to_owned()) }
    }
}

text! {
    /// A time on a clock, `HH:MM`, from `00:00` to `23:59`.
    ClockTime,
    || string().pattern(Some("^([01][0-9]|2[0-3]):[0-5][0-9]$")),
    |text| {
        let sound = match text.as_bytes() {
            [h1, h2, b':', m1, m2] => {
                matches!((h1, h2), (b'0' | b'1', b'0'..=b'9') | (b'2', b'0'..=b'3'))
                    && matches!((m1, m2), (b'0'..=b'5', b'0'..=b'9'))
            }
            _ => false,
        };
        if sound { Ok(text.to_owned()) } else { Err("must be a time from 00:00 to 23:59".to_owned()) }
    }
}

text! {
    /// A time zone by its IANA name, such as `Asia/Yangon`.
    ZoneName,
    || string().min_length(Some(1)).max_length(Some(64)),
    |text| {
        let unknown = || "must be an IANA time zone such as Asia/Yangon".to_owned();
        if text.len() > 64 || !text.is_ascii() {
            return Err(unknown());
        }
        // Files that lie beside the zones on some machines, and mean another zone on each, or count leap seconds.
        let begins = text.to_ascii_lowercase();
        if ["posix", "right/", "localtime", "factory"].iter().any(|other| begins.starts_with(other)) {
            return Err(unknown());
        }
        let zone = jiff::tz::db().get(text).map_err(|_| unknown())?;
        // The database answers whatever the case of the letters; one zone is kept under one name.
        zone.iana_name().filter(|_| !zone.is_unknown()).map(str::to_owned).ok_or_else(unknown)
    }
}

/// A list of checked items as the model holds them.
///
/// # Errors
/// 422 on `pointer` when there are more than `max`.
pub fn list<T, U>(pointer: &str, items: Vec<T>, max: usize, make: impl Fn(T) -> U) -> Result<Vec<U>, Error> {
    if items.len() > max {
        return Err(Error::invalid(pointer, format!("must have at most {max} entries")));
    }
    Ok(items.into_iter().map(make).collect())
}

impl Day {
    /// Days since 1970-01-01.
    pub fn days_since_epoch(&self) -> i64 {
        let date = self.as_str().parse().unwrap_or(jiff::civil::Date::ZERO);
        let since = date.since(jiff::civil::date(1970, 1, 1)).map(|span| span.get_days());
        i64::from(since.unwrap_or_default())
    }
}

impl ClockTime {
    /// Minutes since midnight.
    pub fn minutes(&self) -> f64 {
        let number = |part: &str| part.parse::<f64>().unwrap_or_default();
        self.as_str().split_once(':').map_or(0.0, |(hours, minutes)| number(hours) * 60.0 + number(minutes))
    }
}
