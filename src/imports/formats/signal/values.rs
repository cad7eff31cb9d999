//! Fields of the JSON: numbers of 64 bits stand in quotes, and what has its default may be left out or `null`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// A string that says something, or a number as it is written.
pub(super) fn text(value: &Value, name: &str) -> Option<String> {
    match value.get(name)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A whole number over zero; zero is what stands for none.
pub(super) fn number(value: &Value, name: &str) -> Option<i64> {
    let number = match value.get(name)? {
        Value::String(text) => text.trim().parse().ok()?,
        Value::Number(number) => number.as_i64()?,
        _ => return None,
    };
    (number > 0).then_some(number)
}

/// Bytes, which stand there in base64.
pub(super) fn bytes(value: &Value, name: &str) -> Option<Vec<u8>> {
    let bytes = STANDARD.decode(value.get(name)?.as_str()?).ok()?;
    (!bytes.is_empty()).then_some(bytes)
}

/// The elements of an array; none where it is left out.
pub(super) fn items<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// One of the app's own words. Anything else is none, so that nothing that a person wrote passes for one.
pub(super) fn word(text: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (!text.is_empty() && text.len() <= 48 && text.bytes().all(plain)).then(|| text.to_lowercase())
}

/// The texts that are there, as one.
pub(super) fn joined<const N: usize>(parts: [Option<String>; N], by: &str) -> Option<String> {
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(by))
}
