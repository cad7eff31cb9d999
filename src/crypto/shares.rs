//! A root key in parts that people keep: any `threshold` of them give it back, fewer tell nothing (Shamir, "How to Share a
//! Secret", 1979).
//!
//! A share is written in Bech32m (BIP 350): no letter that is taken for another, and a checksum that finds any four wrong
//! letters. It is written in groups of four, to be read over a telephone.

use bech32::{FromBase32, ToBase32, Variant};
use blahaj::{Share as Point, Sharks};
use zeroize::Zeroizing;

use super::Secret;
use super::secret::random_bytes;

/// What a written share begins with.
const PREFIX: &str = "farlight";
/// The form of what follows: set, threshold, number, 32 bytes.
const FORM: u8 = 1;
/// Letters in a group.
const GROUP: usize = 4;

/// Which shares belong together: random, made anew at each splitting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetId([u8; 4]);

impl std::fmt::Display for SetId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [a, b, c, d] = self.0;
        write!(f, "{a:02x}{b:02x}-{c:02x}{d:02x}")
    }
}

/// One part of a root key.
#[derive(Clone)]
pub struct Share {
    /// Which set it is of.
    pub set: SetId,
    /// How many of the set give the key back.
    pub threshold: u8,
    /// Which one of the set it is, from 1.
    pub number: u8,
    point: Secret,
}

/// Why shares are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// A letter is wrong, missing or too many.
    #[error(
        "this is not a share as it was printed: a letter is wrong, missing or too many. Compare it group by group; \
         letters b, i, o and digit 1 are only in the beginning `farlight1`"
    )]
    Mistyped,
    /// It is in order, and of a later form.
    #[error("this share was made by another version")]
    OtherForm,
    /// A share of another set, or another share under the same number.
    #[error("this share is of another set than those given before")]
    OtherSet,
    /// So many shares cannot be.
    #[error(
        "there must be 2 to 255 shares, and a threshold of at least 2 and at most as many as there are shares"
    )]
    Count,
    /// The system gave no randomness.
    #[error("the system gave no randomness")]
    NoRandomness,
}

/// Splits a root key into `count` shares of which any `threshold` give it back.
///
/// # Errors
/// [`ShareError`].
pub fn split(root: &Secret, count: u8, threshold: u8) -> Result<Vec<Share>, ShareError> {
    if threshold < 2 || count < threshold {
        return Err(ShareError::Count);
    }
    let set = SetId(random_bytes().map_err(|_| ShareError::NoRandomness)?);
    let points = Sharks(threshold).dealer(root.expose()).take(usize::from(count));
    points
        .map(|point| {
            let bytes = Zeroizing::new(Vec::from(&point));
            let (number, point) = bytes.split_first().ok_or(ShareError::Count)?;
            let point = Secret::from_slice(point).ok_or(ShareError::Count)?;
            Ok(Share { set, threshold, number: *number, point })
        })
        .collect()
}

impl Share {
    /// As it is printed.
    ///
    /// # Errors
    /// Never in practice.
    pub fn print(&self) -> Result<Zeroizing<String>, ShareError> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(39));
        bytes.push(FORM);
        bytes.extend_from_slice(&self.set.0);
        bytes.extend_from_slice(&[self.threshold, self.number]);
        bytes.extend_from_slice(self.point.expose());
        let letters = bech32::encode(PREFIX, bytes.to_base32(), Variant::Bech32m);
        let letters = Zeroizing::new(letters.map_err(|_| ShareError::Mistyped)?);
        let mut grouped = Zeroizing::new(String::with_capacity(letters.len() * 2));
        let (head, rest) = letters.split_at_checked(PREFIX.len() + 1).ok_or(ShareError::Mistyped)?;
        grouped.push_str(head);
        for (at, letter) in rest.chars().enumerate() {
            if at % GROUP == 0 {
                grouped.push(' ');
            }
            grouped.push(letter);
        }
        Ok(grouped)
    }

    /// Reads what was printed, however it is spaced, in capitals or not.
    ///
    /// # Errors
    /// [`ShareError`] says what is wrong with it; nothing is mended by guessing.
    pub fn read(text: &str) -> Result<Self, ShareError> {
        let letters = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
        let letters: Zeroizing<String> = Zeroizing::new(letters.flat_map(char::to_lowercase).collect());
        let (prefix, data, variant) = bech32::decode(&letters).map_err(|_| ShareError::Mistyped)?;
        if prefix != PREFIX || variant != Variant::Bech32m {
            return Err(ShareError::Mistyped);
        }
        let bytes = Zeroizing::new(Vec::from_base32(&data).map_err(|_| ShareError::Mistyped)?);
        match bytes.as_slice() {
            [FORM, a, b, c, d, threshold, number, point @ ..] if *threshold >= 2 && *number >= 1 => {
                let point = Secret::from_slice(point).ok_or(ShareError::Mistyped)?;
                Ok(Self { set: SetId([*a, *b, *c, *d]), threshold: *threshold, number: *number, point })
            }
            _ => Err(ShareError::OtherForm),
        }
    }
}

/// Shares that were given so far, of one set.
#[derive(Default)]
pub struct Collected(Vec<Share>);

impl Collected {
    /// Adds a share; one that is there already changes nothing.
    ///
    /// # Errors
    /// [`ShareError::OtherSet`], and what was there stays.
    pub fn add(&mut self, share: Share) -> Result<(), ShareError> {
        if let Some(first) = self.0.first()
            && (first.set, first.threshold) != (share.set, share.threshold)
        {
            return Err(ShareError::OtherSet);
        }
        match self.0.iter().find(|known| known.number == share.number) {
            Some(known) if known.point.expose() == share.point.expose() => {}
            Some(_) => return Err(ShareError::OtherSet),
            None => self.0.push(share),
        }
        Ok(())
    }

    /// How many there are.
    pub fn given(&self) -> usize {
        self.0.len()
    }

    /// Which set these are of; not known before the first.
    pub fn set(&self) -> Option<SetId> {
        self.0.first().map(|share| share.set)
    }

    /// How many it takes; not known before the first.
    pub fn threshold(&self) -> Option<u8> {
        self.0.first().map(|share| share.threshold)
    }

    /// The key, once there are enough. Whether it is the right one is for the database to say.
    pub fn join(&self) -> Option<Secret> {
        let threshold = self.threshold().filter(|threshold| self.given() >= usize::from(*threshold))?;
        let points = self.0.iter().map(|share| {
            let bytes = Zeroizing::new([&[share.number], share.point.expose().as_slice()].concat());
            Point::try_from(bytes.as_slice())
        });
        let points: Vec<Point> = points.collect::<Result<_, _>>().ok()?;
        let root = Zeroizing::new(Sharks(threshold).recover(&points).ok()?);
        Secret::from_slice(&root)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn root() -> Secret {
        Secret::from_slice(&std::array::from_fn::<u8, 32, _>(|n| n as u8 * 7)).unwrap()
    }

    fn joined(shares: &[Share]) -> Option<Secret> {
        let mut collected = Collected::default();
        for share in shares {
            collected.add(Share::read(&share.print().unwrap()).unwrap()).unwrap();
        }
        collected.join()
    }

    #[test]
    fn any_three_of_five_give_the_key_and_two_do_not() {
        let shares = split(&root(), 5, 3).unwrap();
        for leave in 0..5 {
            let some: Vec<_> = (0..5).filter(|n| *n != leave).take(3).map(|n| shares[n].clone()).collect();
            assert!(joined(&some).unwrap().expose() == root().expose());
        }
        assert!(joined(&shares[..2]).is_none());
        assert!(joined(&[shares[0].clone(), shares[0].clone(), shares[1].clone()]).is_none(), "one twice");
    }

    #[test]
    fn shares_of_two_sets_are_told_apart() {
        let (first, second) = (split(&root(), 3, 2).unwrap(), split(&root(), 3, 2).unwrap());
        let mut collected = Collected::default();
        collected.add(first[0].clone()).unwrap();
        assert_eq!(collected.add(second[1].clone()), Err(ShareError::OtherSet));
        let mut forged = first[0].clone();
        forged.point = second[0].point.clone();
        assert_eq!(collected.add(forged), Err(ShareError::OtherSet));
        assert_eq!(collected.given(), 1);
    }

    #[test]
    fn it_can_be_read_as_it_is_said() {
        let share = &split(&root(), 2, 2).unwrap()[0];
        let printed = share.print().unwrap();
        assert!(printed.starts_with("farlight1 "), "{}", *printed);
        assert!(printed.split(' ').skip(1).all(|group| group.len() <= GROUP));
        for said in [printed.to_uppercase(), printed.replace(' ', ""), printed.replace(' ', "\n - ")] {
            assert!(Share::read(&said).is_ok(), "{said}");
        }
        assert_eq!(split(&root(), 3, 1).err(), Some(ShareError::Count));
        assert_eq!(split(&root(), 3, 4).err(), Some(ShareError::Count));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_slip_of_the_tongue_is_told(
            places in prop::collection::btree_map(0_usize..69, 1_usize..32, 1..5), seed in any::<u8>()
        ) {
            const LETTERS: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
            let share = &split(&Secret::from_slice(&[seed; 32]).unwrap(), 2, 2).unwrap()[1];
            let mut letters = share.print().unwrap().replace(' ', "").into_bytes();
            for (place, by) in places {
                let place = 9 + place % (letters.len() - 9);
                let index = LETTERS.iter().position(|letter| *letter == letters[place]).unwrap();
                letters[place] = LETTERS[(index + by) % 32];
            }
            let wrong = String::from_utf8(letters).unwrap();
            let told = Share::read(&wrong);
            prop_assert!(told.is_err() || wrong == share.print().unwrap().replace(' ', ""));
        }
    }
}
