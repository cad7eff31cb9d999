//! Proofs that this node has seen, for as long as they would be good otherwise.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result};

/// Seconds whose proofs are forgotten together.
const TOGETHER: i64 = 60;
/// Proofs that are remembered at the most, of about 20 bytes each: more than 4000 a second, where clocks are right.
const MOST: usize = 1 << 19;

/// See the module.
#[derive(Default)]
pub struct Seen(Mutex<Held>);

#[derive(Default)]
struct Held {
    /// By the end of their time, which follows from a proof alone: a proof can be in one of them only.
    by_end: BTreeMap<i64, HashSet<[u8; 16]>>,
    count: usize,
}

impl Seen {
    /// Remembers a proof; `false` if it is here already. `until` and `now` are in seconds since 1970.
    ///
    /// # Errors
    /// 503 `busy` when no more can be remembered: what is not remembered could be used twice.
    pub fn remember(&self, id: &[u8; 32], until: i64, now: i64) -> Result<bool> {
        self.remember_among(MOST, id, until, now)
    }

    fn remember_among(&self, most: usize, id: &[u8; 32], until: i64, now: i64) -> Result<bool> {
        let mut short = [0; 16];
        short.copy_from_slice(&id[..16]);
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (ends, past) = (until.div_euclid(TOGETHER), now.div_euclid(TOGETHER));
        while let Some(oldest) = held.by_end.first_entry().filter(|entry| *entry.key() < past) {
            let forgotten = oldest.remove().len();
            held.count -= forgotten;
        }
        if held.by_end.get(&ends).is_some_and(|ids| ids.contains(&short)) {
            return Ok(false);
        }
        if held.count >= most {
            return Err(Error::busy("no more proofs of possession can be remembered"));
        }
        held.by_end.entry(ends).or_default().insert(short);
        held.count += 1;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_full_refuses_and_forgets_only_what_has_lost_its_worth() {
        let seen = Seen::default();
        let id = |n: u8| [n; 32];
        assert!(seen.remember_among(2, &id(1), 100, 0).unwrap());
        assert!(seen.remember_among(2, &id(2), 200, 0).unwrap());
        assert!(!seen.remember_among(2, &id(1), 100, 99).unwrap());
        assert!(seen.remember_among(2, &id(3), 200, 0).is_err());
        // The first has lost its worth with the minute in which its time ended.
        assert!(seen.remember_among(2, &id(3), 200, 120).unwrap());
        assert!(!seen.remember_among(2, &id(2), 200, 120).unwrap());
        assert!(seen.remember_among(2, &id(4), 200, 179).is_err());
    }
}
