//! Shares that wait for the next.

use serde::Serialize;
use utoipa::ToSchema;

use crate::crypto::Secret;
use crate::crypto::shares::{Collected, Share, ShareError};
use crate::db::types::Time;
use crate::error::{Error, Result};

/// Seconds after which shares are forgotten when no other of their set has come.
const KEPT_SECONDS: i64 = 600;
/// Sets that are gathered beside each other: whoever sends one that was made up keeps nobody from opening.
const SETS: usize = 8;

/// Whether the service is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct SealView {
    /// Whether it is: then there is no key in its memory, and nothing can be read or written.
    pub sealed: bool,
    /// How many shares it takes; null before the first was given, and where it is not opened by shares.
    #[schema(required = true)]
    pub threshold: Option<u8>,
    /// How many different ones of that set were given.
    pub given: usize,
    /// How many shares of other sets were given besides. They open nothing together with these.
    pub of_other_sets: usize,
}

impl SealView {
    /// Open.
    pub const OPEN: Self = Self { sealed: false, threshold: None, given: 0, of_other_sets: 0 };
}

/// The shares that were given to this node, by set.
#[derive(Default)]
pub struct Waiting(Vec<(Collected, Time)>);

/// What a share has led to.
pub enum Given {
    /// Others are needed.
    More(SealView),
    /// There are enough; whether it is the right key is for the database to say.
    Enough(Secret),
}

impl Waiting {
    /// Takes a share.
    ///
    /// # Errors
    /// 422 when it is none, or contradicts another one of its set.
    pub fn give(&mut self, text: &str, now: Time) -> Result<Given> {
        self.forget_old(now);
        let share = Share::read(text).map_err(refusal)?;
        let set = share.set;
        let place = match self.0.iter().position(|(known, _)| known.set() == Some(set)) {
            Some(place) => place,
            None => {
                if self.0.len() >= SETS
                    && let Some(least) =
                        (0..self.0.len()).min_by_key(|at| (self.0[*at].0.given(), self.0[*at].1))
                {
                    self.0.remove(least);
                }
                self.0.push((Collected::default(), now));
                self.0.len() - 1
            }
        };
        let Some((collected, last)) = self.0.get_mut(place) else { return Err(Error::sealed()) };
        collected.add(share).map_err(refusal)?;
        *last = now;
        match collected.join() {
            Some(root) => Ok(Given::Enough(root)),
            None => Ok(Given::More(self.view_of(place))),
        }
    }

    /// Forgets every set that is whole: it was tried.
    pub fn forget_whole(&mut self) {
        self.0.retain(|(collected, _)| collected.join().is_none());
    }

    /// Forgets what has waited for too long. Says whether nothing is left of what there was.
    pub fn forget_old(&mut self, now: Time) -> bool {
        let some = !self.0.is_empty();
        self.0.retain(|(_, last)| *last > now.plus_seconds(-KEPT_SECONDS));
        some && self.0.is_empty()
    }

    /// Forgets all of it. Says whether there was anything.
    pub fn forget(&mut self) -> bool {
        let some = !self.0.is_empty();
        self.0.clear();
        some
    }

    /// How far the set is of which most were given.
    pub fn view(&self) -> SealView {
        let fullest = (0..self.0.len()).max_by_key(|at| (self.0[*at].0.given(), self.0[*at].1));
        fullest.map_or(SealView { sealed: true, ..SealView::OPEN }, |at| self.view_of(at))
    }

    fn view_of(&self, place: usize) -> SealView {
        let all: usize = self.0.iter().map(|(collected, _)| collected.given()).sum();
        let (threshold, given) =
            self.0.get(place).map_or((None, 0), |(collected, _)| (collected.threshold(), collected.given()));
        SealView { sealed: true, threshold, given, of_other_sets: all - given }
    }
}

fn refusal(error: ShareError) -> Error {
    let code = match error {
        ShareError::OtherSet => "share-of-another-set",
        _ => "share-unreadable",
    };
    Error::unprocessable(code, format!("{error}."))
}
