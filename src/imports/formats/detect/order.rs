//! The order in which people number files.

use std::cmp::Ordering;

/// Compares two names, folders included: numbers by their value, so that `messages2` comes before `messages10`, and a
/// name before the same name with more to it, so that `messages.html` comes before `messages2.html`.
#[must_use]
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut rest_a, mut rest_b) = (Signs::new(a), Signs::new(b));
    loop {
        match (rest_a.next(), rest_b.next()) {
            (None, None) => return a.cmp(b),
            (next_a, next_b) if next_a == next_b => {}
            (next_a, next_b) => return next_a.cmp(&next_b),
        }
    }
}

/// What a name is compared by, one after the other.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Sign<'a> {
    /// Ends the name of a folder.
    Folder,
    /// Comes before the ending of a file's name.
    Ending,
    /// How many digits, without the zeros before them, then those digits.
    Number(usize, &'a str),
    /// Anything else, in small letters.
    Letter(char),
}

struct Signs<'a> {
    rest: &'a str,
    /// Bytes that are left when the dot before the ending comes.
    ending: Option<usize>,
}

impl<'a> Signs<'a> {
    fn new(name: &'a str) -> Self {
        let from = name.rfind('/').map_or(0, |at| at + 1);
        // A dot at the beginning of a name begins no ending.
        let dot = name.rfind('.').filter(|at| *at > from);
        Self { rest: name, ending: dot.map(|at| name.len() - at) }
    }
}

impl<'a> Iterator for Signs<'a> {
    type Item = Sign<'a>;

    fn next(&mut self) -> Option<Sign<'a>> {
        let first = self.rest.chars().next()?;
        let digits = self.rest.len() - self.rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let ends = self.ending == Some(self.rest.len());
        let (here, rest) = self.rest.split_at_checked(digits.max(first.len_utf8()))?;
        self.rest = rest;
        Some(match first {
            '/' => Sign::Folder,
            '.' if ends => Sign::Ending,
            '0'..='9' => {
                let bare = here.trim_start_matches('0');
                Sign::Number(bare.len(), bare)
            }
            other => Sign::Letter(other.to_lowercase().next().unwrap_or(other)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::natural;

    #[test]
    fn names_sort_as_people_number_them() {
        let sorted = [
            "a/messages.html",
            "a/messages2.html",
            "a/messages10.html",
            "a/messages10b.html",
            "a b/messages.html",
            "chat_9/1",
            "chat_010/1",
            "chat_11/1",
            "Zoo.txt",
            "zoo 2.txt",
            "ข้อความ2",
            "ข้อความ10",
        ];
        for (place, name) in sorted.iter().enumerate() {
            for later in &sorted[place + 1..] {
                assert_eq!(natural(name, later), std::cmp::Ordering::Less, "{name} {later}");
                assert_eq!(natural(later, name), std::cmp::Ordering::Greater, "{later} {name}");
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn any_names_have_one_order(mut names in proptest::collection::vec("[aB./0-3é]{0,6}", 0..8)) {
            names.sort_by(|a, b| natural(a, b));
            for pair in names.windows(2) {
                proptest::prop_assert!(natural(&pair[0], &pair[1]).is_le());
                proptest::prop_assert_eq!(natural(&pair[0], &pair[1]).is_eq(), pair[0] == pair[1]);
            }
        }
    }
}
