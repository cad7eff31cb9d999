//! Opened keys of organisations, for a few seconds and for so many of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::organisation::OrganisationKeys;
use crate::db::types::Id;

/// How long an organisation's keys are remembered: a new key is known everywhere after that.
pub(super) const KEPT_FOR: Duration = Duration::from_secs(5);
/// Of how many organisations.
const MOST: usize = 256;

#[derive(Default)]
pub(super) struct Cache(Mutex<HashMap<Id, (Instant, Arc<OrganisationKeys>)>>);

impl Cache {
    pub(super) fn get(&self, organisation: Id) -> Option<Arc<OrganisationKeys>> {
        let kept = self.lock();
        let (since, keys) = kept.get(&organisation)?;
        (since.elapsed() < KEPT_FOR).then(|| Arc::clone(keys))
    }

    /// Keeps these keys, and wipes what has been kept for too long.
    pub(super) fn put(&self, organisation: Id, keys: &Arc<OrganisationKeys>) {
        let mut kept = self.lock();
        kept.retain(|_, (since, _)| since.elapsed() < KEPT_FOR);
        if kept.len() >= MOST
            && let Some(oldest) = kept.iter().min_by_key(|(_, (since, _))| *since).map(|(id, _)| *id)
        {
            kept.remove(&oldest);
        }
        kept.insert(organisation, (Instant::now(), Arc::clone(keys)));
    }

    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Id, (Instant, Arc<OrganisationKeys>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Secret;

    #[test]
    fn it_keeps_no_more_than_it_may_and_nothing_after_it_was_cleared() {
        let cache = Cache::default();
        let id = |n: u16| Id::from_slice(&[&n.to_be_bytes()[..], &[0; 14]].concat()).unwrap();
        let keys = Arc::new(OrganisationKeys::of(id(0), Secret::from_slice(&[1; 32]).unwrap()));
        for n in 0..400 {
            cache.put(id(n), &keys);
        }
        assert_eq!(cache.lock().len(), MOST);
        assert!(cache.get(id(399)).is_some());
        assert!(cache.get(id(0)).is_none());
        cache.clear();
        assert!(cache.get(id(399)).is_none());
        assert_eq!(Arc::strong_count(&keys), 1);
    }
}
