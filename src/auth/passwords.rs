//! Which passwords are good enough. Length is the one rule of form; what is guessed first is refused, however long.
//!
//! NIST SP 800-63B-4 advises against rules of composition and for a list of what is common. A list helps little against
//! sentences of fifteen characters: the estimator knows lists of leaked passwords, names and words, and finds what is made
//! of them, of dates, keyboard walks and repetitions, and of what somebody's own account gives away.

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::authz::Tx;
use crate::crypto::Access;
use crate::error::{Error, Result};
use crate::text;
use crate::users;
use crate::users::store::UserRow;

/// Longest password accepted; beyond it hashing would only cost.
pub const MAX_CHARS: usize = 256;
/// Fewest guesses, as a power of ten, that whoever knows people and lists would need: the estimator's own mark for what is
/// very hard to guess. Months of a graphics card, for somebody who has also got the hashes open.
const MIN_GUESSES_LOG10: f64 = 10.0;

/// Words that an attacker would try first with one account.
#[derive(Debug, Clone, Default)]
pub struct Context(Vec<String>);

impl Context {
    /// From what is known of an account: names, addresses, what the organisation calls itself.
    pub fn of(known: &[&str]) -> Self {
        let mut words = vec!["farlight".to_owned(), "far light".to_owned()];
        for text in known {
            let whole = text::normalise(text);
            words.extend(
                whole
                    .split(|c: char| !c.is_alphanumeric())
                    .filter(|word| word.chars().count() > 2)
                    .map(str::to_owned),
            );
            words.push(whole);
        }
        Self(words)
    }
}

/// What is known of a user.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn context_of(tx: &mut Tx<'_, '_>, access: &Access, user: &UserRow) -> Result<Context> {
    let (name, email) = users::model::open(access, user)?;
    let organisation = users::store::organisation_name(&tx.scope, tx.conn, access)?;
    Ok(Context::of(&[&name, &email, &organisation]))
}

/// Refuses what is short, and what is guessed first.
///
/// # Errors
/// 422 on `pointer`.
pub fn check(pointer: &str, password: &SecretString, context: &Context, min_chars: usize) -> Result<()> {
    let refuse = |detail: String| Err(Error::invalid(pointer, detail));
    // Counted as it is hashed.
    let plain = Zeroizing::new(text::compatible(password.expose_secret()));
    let chars = plain.chars().count();
    if chars < min_chars {
        return refuse(format!(
            "must have at least {min_chars} characters; a sentence is easiest to remember"
        ));
    }
    if chars > MAX_CHARS {
        return refuse(format!("must have at most {MAX_CHARS} characters"));
    }
    let words: Vec<&str> = context.0.iter().map(String::as_str).collect();
    if zxcvbn::zxcvbn(&plain, &words).guesses_log10() < MIN_GUESSES_LOG10 {
        return refuse(
            "is made of what is guessed first: common words, names, dates, repetitions".to_owned(),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_good(password: &str) -> bool {
        let context =
            Context::of(&["Marguerite Okonkwo", "marguerite.okonkwo@lantern.example", "Lantern House"]);
        check("/password", &password.into(), &context, 15).is_ok()
    }

    #[test]
    fn what_is_guessed_first_is_refused() {
        for bad in [
            "short",
            "passwordpassword",
            "Password123456789",
            "P@ssw0rd!P@ssw0rd!",
            "123456789012345",
            "aaaaaaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabc",
            "qwertyuiopasdfgh",
            "1q2w3e4r5t6y7u8i9o0p",
            "iloveyouiloveyou",
            "letmeinletmeinletmein",
            "FarlightFarlight2026",
            "MargueriteOkonkwo1",
            "marguerite.okonkwo@lantern.example",
            "lantern house lantern house",
            "2026-01-01 2026",
        ] {
            assert!(!is_good(bad), "{bad}");
        }
    }

    #[test]
    fn sentences_of_any_script_and_sixty_four_characters_are_accepted() {
        for good in [
            "seven lanterns drift past the mill",
            "kettle orbit bramble",
            "河の向こうで犬が三度吠えた夜だった",
            "ลูกแมวสีเทาเดินข้ามสะพานเก่า",
            "tk9vqzm2xwhr7pjd",
            &"grey kitten crosses the old bridge at nine, and nobody looks up.".repeat(2),
        ] {
            assert!(is_good(good), "{good}");
        }
        assert!(!is_good(&"grey kitten crosses ".repeat(13)), "beyond 256");
    }
}
