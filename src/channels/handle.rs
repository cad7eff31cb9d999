//! When two handles are the same: what is hashed and compared is the normalised form, what is kept and shown
//! is what was written.

use crate::text;

/// A number this short is a service or a part of a name, and stays as it is.
const SHORTEST_NUMBER: usize = 5;

/// The form under which a handle is compared; empty when nothing of it is left.
///
/// Compatibility forms (full-width letters and digits) are folded, case and invisible marks dropped, and a
/// leading `@` with them. What looks like a telephone number keeps its digits and a leading `+`, which `00`
/// is taken for.
pub fn normalise(handle: &str) -> String {
    let visible = text::normalise(handle);
    let visible = visible.trim();
    if let Some(number) = number(visible) {
        return number;
    }
    visible.strip_prefix('@').unwrap_or(visible).trim().to_owned()
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '(' | ')' | '.' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn number(text: &str) -> Option<String> {
    let (plus, rest) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
    if !rest.chars().all(|c| c.is_ascii_digit() || is_separator(c)) {
        return None;
    }
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let (plus, digits) = match digits.strip_prefix("00") {
        Some(rest) if !plus => (true, rest),
        _ => (plus, digits.as_str()),
    };
    (digits.len() >= SHORTEST_NUMBER).then(|| format!("{}{digits}", if plus { "+" } else { "" }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ways_to_write_one_handle_are_one() {
        let same: &[(&str, &[&str])] = &[
            (
                "+66812345678",
                &[
                    "+66 81 234 5678",
                    " +66-81-234-5678",
                    "0066 81 234 5678",
                    "\u{202a}+66 81‑234‑5678\u{202c}",
                ],
            ),
            ("+66812345678", &["+66 (81) 234.5678", "＋６６８１２３４５６７８", "+66\u{a0}81\u{a0}2345678"]),
            ("0812345678", &["081-234-5678", "081 234 5678"]),
            ("mali_88", &["@mali_88", "Mali_88", "  @MALI_88 ", "@ mali_88", "\u{200e}mali_88"]),
            ("mali.r@example.org", &["Mali.R@Example.org"]),
            ("wxid-88-12", &["wxid-88-12", "WXID-88-12"]),
            ("12-34", &["12-34"]),
        ];
        for (normal, ways) in same {
            for way in *ways {
                assert_eq!(normalise(way), *normal, "{way:?}");
            }
        }
        for nothing in ["", "@", " \u{200b} ", "@ "] {
            assert_eq!(normalise(nothing), "", "{nothing:?}");
        }
    }

    proptest! {
        #[test]
        fn case_and_frame_never_matter(handle in "[a-z][a-z0-9._-]{0,30}") {
            let loud = format!(" @{} ", handle.to_uppercase());
            prop_assert_eq!(normalise(&loud), normalise(&handle));
        }

        #[test]
        fn separators_of_a_number_never_matter(digits in "[1-9][0-9]{4,14}", at in 1_usize..5) {
            let (head, tail) = digits.split_at(at);
            let spaced = format!("{head} {tail}");
            prop_assert_eq!(normalise(&spaced), digits);
        }

        #[test]
        fn anything_is_taken(handle in "\\PC{0,60}") {
            normalise(&handle);
        }
    }
}
