//! Who is behind a number, however it is written.

use std::collections::HashMap;

use super::super::dates::{ascii_digits, is_mark};

/// Digits by which two ways of writing a number may be known for the same; fewer are a service's short number.
const ENOUGH: usize = 8;
/// Numbers with the same last digits among which the one meant is looked for.
const MOST_ALIKE: usize = 64;
/// Bytes of a name that are believed: it stands again with every message.
const LONGEST_NAME: usize = 256;

/// All that a file has written or called.
#[derive(Default)]
pub(super) struct People {
    /// By what was written, the key.
    keys: HashMap<String, String>,
    /// By the last digits, the keys.
    tails: HashMap<String, Vec<String>>,
    /// By key, the name in the phone.
    names: HashMap<String, String>,
}

impl People {
    /// The key of whoever has this number, and notes what the phone calls them.
    ///
    /// The same number at home and from abroad, `012 345 678` and `+855 12 345 678`, is one person: at least eight
    /// digits are the same, what goes before them is no longer than a country's code, the phone does not give the two
    /// different names, and no other number of the file fits as well.
    pub(super) fn key(&mut self, number: &str, name: Option<&str>) -> String {
        let written = normal(number);
        let name = name.and_then(|name| name.get(..name.floor_char_boundary(LONGEST_NAME)));
        let key = match self.keys.get(&written) {
            Some(key) => key.clone(),
            None => self.new_key(&written, name),
        };
        if let Some(name) = name {
            self.names.entry(key.clone()).or_insert_with(|| name.to_owned());
        }
        key
    }

    /// What the phone calls them.
    pub(super) fn name(&self, key: &str) -> Option<String> {
        self.names.get(key).cloned()
    }

    fn new_key(&mut self, written: &str, name: Option<&str>) -> String {
        let Some(tail) = tail(written) else {
            self.keys.insert(written.to_owned(), written.to_owned());
            return written.to_owned();
        };
        let others = self.tails.entry(tail.to_owned()).or_default();
        let is_other = |key: &str| matches!((name, self.names.get(key)), (Some(a), Some(b)) if a != b);
        let mut alike = others.iter().filter(|key| are_same(key, written) && !is_other(key));
        let key = match (alike.next(), alike.next()) {
            (Some(only), None) => only.clone(),
            _ => {
                if others.len() < MOST_ALIKE {
                    others.push(written.to_owned());
                }
                written.to_owned()
            }
        };
        self.keys.insert(written.to_owned(), key.clone());
        key
    }
}

/// The last digits of a number that is long enough to be somebody's.
fn tail(number: &str) -> Option<&str> {
    let digits = number.strip_prefix('+').unwrap_or(number);
    if digits.len() < ENOUGH || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.get(digits.len() - ENOUGH..)
}

fn are_same(one: &str, other: &str) -> bool {
    let digits = |number: &str| number.trim_start_matches('+').to_owned();
    if digits(one) == digits(other) {
        return true;
    }
    let (abroad, home) = match (one.strip_prefix('+'), other.strip_prefix('+')) {
        (Some(abroad), None) => (abroad, other),
        (None, Some(abroad)) => (abroad, one),
        _ => return false,
    };
    let home = home.strip_prefix('0').unwrap_or(home);
    let code = abroad.strip_suffix(home).map(str::len);
    home.len() >= ENOUGH && code.is_some_and(|code| (1..=3).contains(&code))
}

/// A number without all that people put between its digits; an address of e-mail or the name of a service in small
/// letters.
pub(super) fn normal(number: &str) -> String {
    let number: String = number.chars().filter(|c| !is_mark(*c)).collect();
    let number = ascii_digits(number.trim()).into_owned();
    let is_number =
        |c: char| c.is_ascii_digit() || c.is_whitespace() || "+-().,/\u{2011}\u{2013}".contains(c);
    if number.is_empty()
        || !number.chars().all(is_number)
        || !number.bytes().any(|byte| byte.is_ascii_digit())
    {
        return number.to_lowercase();
    }
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("00") {
        Some(abroad) if abroad.len() > ENOUGH => format!("+{abroad}"),
        _ if number.starts_with('+') => format!("+{digits}"),
        _ => digits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_of_writing_a_number_are_one() {
        let numbers = [
            "+855 12 345 678",
            "+855-12-345-678",
            "0085512345678",
            "\u{202a}+85512345678\u{202c}",
            "+៨៥៥12345678",
        ];
        for number in numbers {
            assert_eq!(normal(number), "+85512345678", "{number}");
        }
        assert_eq!(
            (normal("ABA Bank"), normal("Lina@Example.org")),
            ("aba bank".into(), "lina@example.org".into())
        );
        assert_eq!(
            (normal("(012) 345.678"), normal(" "), normal("1155")),
            ("012345678".into(), "".into(), "1155".into())
        );
    }

    #[test]
    fn home_and_abroad_are_joined_only_where_that_is_safe() {
        let joined = |pairs: &[(&str, Option<&str>)]| {
            let mut people = People::default();
            let keys: Vec<String> = pairs.iter().map(|(number, name)| people.key(number, *name)).collect();
            keys.last() == keys.first()
        };
        assert!(joined(&[("+85512345678", None), ("012345678", None)]));
        assert!(joined(&[("012 345 678", Some("Dara")), ("+855 12 345 678", None)]));
        assert!(joined(&[("+15550001234", None), ("5550001234", None)]));
        assert!(joined(&[("85512345678", None), ("+85512345678", None)]));
        // Another name, another country's number as well, two numbers from abroad, too few digits, too long a code.
        assert!(!joined(&[("+85512345678", Some("Dara")), ("012345678", Some("Lina"))]));
        assert!(!joined(&[("+85512345678", None), ("+8412345678", None), ("012345678", None)]));
        assert!(!joined(&[("+85512345678", None), ("+6612345678", None)]));
        assert!(!joined(&[("+8551234567", None), ("01234567", None)]));
        assert!(!joined(&[("+855123412345678", None), ("012345678", None)]));
    }

    #[test]
    fn a_number_is_compared_with_few_and_a_name_is_bounded() {
        let mut people = People::default();
        let name = "ស".repeat(10_000);
        for number in 1..1000 {
            let written = format!("+{number}12345678");
            let key = people.key(&written, Some(&name));
            assert!(key == written && people.name(&key).is_some_and(|name| name.len() <= LONGEST_NAME));
        }
        assert!(people.tails.values().all(|alike| alike.len() <= MOST_ALIKE));
        assert_eq!(people.key("+999 1234 5678", Some(&name)), "+99912345678");
    }

    #[test]
    fn a_number_keeps_its_key_and_its_name() {
        let mut people = People::default();
        let first = people.key("012345678", Some("Dara"));
        people.key("+6612345678", None);
        assert_eq!(people.key("012 345 678", Some("Other")), first);
        assert_eq!(people.name(&first).as_deref(), Some("Dara"));
    }
}
