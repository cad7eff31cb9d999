//! Keys that wrap keys.
//!
//! The root key wraps the organisations' keys and the base key, and does nothing else, so that it can be changed. The base
//! key is what look-ups, cursors and the keys of access tokens are derived from: it stays the same for ever, since every
//! keyed hash in the database hangs on it.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use super::cache::Cache;
use super::organisation::OrganisationKeys;
use super::{Secret, WrappedKey, store};
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};

/// The root key and a cache of what it has unwrapped; nothing of either once it is sealed.
pub struct Keyring {
    opened: RwLock<Option<Opened>>,
    organisations: Cache,
}

/// On the heap, so that a move leaves no copy behind.
struct Opened {
    root: Box<Secret>,
    base: Box<Secret>,
    /// The base key as it lay in the database when it was opened: where it lies otherwise, the root key was changed.
    wrapped_base: Option<Vec<u8>>,
}

impl Opened {
    /// Opens the base key with this root key, or says that it does not fit.
    fn with(root: Box<Secret>, wrapped_base: &[u8]) -> Result<Option<Self>> {
        let Ok(base) = wrapping_base(&root)?.decrypt(BASE, wrapped_base) else { return Ok(None) };
        let base = Secret::from_slice(&base).ok_or_else(|| Error::internal("a key has a wrong length"))?;
        Ok(Some(Self { root, base: Box::new(base), wrapped_base: Some(wrapped_base.to_vec()) }))
    }
}

/// What the ciphertext of the base key is bound to.
const BASE: &[u8] = b"installation.base_key";
/// What the ciphertext of a new root key is bound to.
const HANDOVER: &[u8] = b"installation.handover";

impl Keyring {
    /// A ring around a root key. Until [`Self::fit`] it knows of no base key of its own and takes the root key for it,
    /// as it was before there was one.
    pub fn new(root: Secret) -> Self {
        let root = Box::new(root);
        let opened = Opened { base: root.clone(), root, wrapped_base: None };
        Self { opened: RwLock::new(Some(opened)), organisations: Cache::default() }
    }

    /// Whether this is the root key of this database; if so, it is ready to be used. A database that has no base key
    /// is given one.
    ///
    /// # Errors
    /// Of the database.
    pub fn fit(&self, conn: &mut Conn<'_>) -> Result<bool> {
        let root = Box::new(self.root()?);
        let mut keys = store::installation_keys(conn)?;
        if keys.base.is_none() {
            let Some(base) = first_base(conn, &root)? else { return Ok(false) };
            let wrapped = wrapping_base(&root)?.encrypt(BASE, base.expose())?;
            store::set_first_base(conn, &wrapped)?;
            // Another node may have been quicker.
            keys = store::installation_keys(conn)?;
        }
        let wrapped = keys.base.ok_or_else(|| Error::internal("there is no base key"))?;
        let mut opened = Opened::with(root.clone(), &wrapped)?;
        if let (None, Some(handover)) = (&opened, &keys.handover) {
            opened = handed_over(&root, handover)?
                .map_or(Ok(None), |root| Opened::with(Box::new(root), &wrapped))?;
        }
        let fits = opened.is_some();
        if fits {
            self.replace(opened);
        }
        Ok(fits)
    }

    /// As [`Self::fit`], for whoever cannot go on otherwise.
    ///
    /// # Errors
    /// `internal`, in words for the operator, when it is another root key.
    pub fn must_fit(&self, conn: &mut Conn<'_>) -> Result<()> {
        if self.fit(conn)? { Ok(()) } else { Err(does_not_open()) }
    }

    /// Takes over a new root key if there is one since this ring was opened.
    ///
    /// # Errors
    /// Of the database; `internal` when the root key was changed and not handed over.
    pub fn follow(&self, conn: &mut Conn<'_>) -> Result<()> {
        let known = self.opened()?.as_ref().and_then(|opened| opened.wrapped_base.clone());
        if known == store::installation_keys(conn)?.base { Ok(()) } else { self.must_fit(conn) }
    }

    /// Wipes every key. What is tried with it from now on is refused as `sealed`.
    pub fn seal(&self) {
        self.replace(None);
        self.organisations.clear();
    }

    /// Whether it was sealed.
    pub fn is_sealed(&self) -> bool {
        self.opened.read().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// A key for one purpose that belongs to the whole installation (cursors, e-mail look-up, signing keys).
    ///
    /// # Errors
    /// `sealed`.
    pub fn installation(&self, purpose: &str) -> Result<Secret> {
        self.base(&[b"farlight installation ", purpose.as_bytes()])
    }

    /// A look-up key for one column of one organisation.
    ///
    /// # Errors
    /// `sealed`.
    pub fn lookup(&self, organisation: Id, column: &str) -> Result<Secret> {
        self.base(&[b"farlight lookup ", organisation.as_bytes(), column.as_bytes()])
    }

    /// Makes the first key of a new organisation.
    ///
    /// # Errors
    /// Of the database; `sealed`.
    pub fn create_organisation(&self, conn: &mut Conn<'_>, organisation: Id, now: Time) -> Result<()> {
        self.new_epoch(conn, organisation, (1, now), Some(now)).map(drop)
    }

    /// Adds a key to an organisation, as its epoch `epoch`.
    pub(super) fn new_epoch(
        &self,
        conn: &mut Conn<'_>,
        organisation: Id,
        (epoch, now): (i32, Time),
        used_since: Option<Time>,
    ) -> Result<Id> {
        let id = Id::at(now);
        let wrapped = self.wrapping(organisation)?.encrypt(id.as_bytes(), Secret::random()?.expose())?;
        let key = WrappedKey { id, wrapped_by: id, wrapped };
        store::insert_organisation_key(conn, organisation, epoch, &key, now, used_since)?;
        Ok(id)
    }

    /// The keys of an organisation, unwrapped once and then remembered for a few seconds.
    ///
    /// # Errors
    /// `internal` when the root key is not the one that wrapped them; `sealed`.
    pub fn organisation(&self, conn: &mut Conn<'_>, organisation: Id) -> Result<Arc<OrganisationKeys>> {
        match self.organisations.get(organisation) {
            Some(keys) => Ok(keys),
            None => self.load(conn, organisation),
        }
    }

    /// As [`Self::organisation`], with a key that was perhaps made since.
    ///
    /// # Errors
    /// As [`Self::organisation`].
    pub fn organisation_with(
        &self,
        conn: &mut Conn<'_>,
        organisation: Id,
        epoch: Id,
    ) -> Result<Arc<OrganisationKeys>> {
        let keys = self.organisation(conn, organisation)?;
        if keys.holds(epoch) { Ok(keys) } else { self.load(conn, organisation) }
    }

    /// As [`Self::organisation`], without what is remembered.
    pub(super) fn load(&self, conn: &mut Conn<'_>, organisation: Id) -> Result<Arc<OrganisationKeys>> {
        let stored = store::organisation_keys(conn, organisation)?;
        let keys = match OrganisationKeys::unwrap(&self.wrapping(organisation)?, &stored) {
            Ok(keys) => keys,
            Err(_) => {
                // The root key may have been changed a moment ago.
                self.follow(conn)?;
                OrganisationKeys::unwrap(&self.wrapping(organisation)?, &stored)
                    .map_err(|_| does_not_open())?
            }
        };
        let keys = Arc::new(keys);
        self.organisations.put(organisation, &keys);
        // Sealed meanwhile: what was opened before that must not be kept after it.
        if self.is_sealed() {
            self.organisations.clear();
            return Err(Error::sealed());
        }
        Ok(keys)
    }

    /// What wraps the keys of an organisation.
    pub(super) fn wrapping(&self, organisation: Id) -> Result<Secret> {
        wrapping_organisation(&self.root()?, organisation)
    }

    /// Wraps what the root key wraps under another one. `hand_over` leaves the other one, under this one, for servers that
    /// are running.
    pub(super) fn rewrap_under(&self, conn: &mut Conn<'_>, root: &Secret, hand_over: bool) -> Result<usize> {
        let old = Box::new(self.root()?);
        let stored = store::all_organisation_keys(conn)?;
        if store::installation_keys(conn)?.base.is_none() {
            self.must_fit(conn)?;
        }
        // Only the root key of this moment, not one that is being replaced: of two that change it, one is told.
        let wrapped_base = store::installation_keys(conn)?.base.ok_or_else(does_not_open)?;
        let base = Opened::with(old.clone(), &wrapped_base)?.ok_or_else(does_not_open)?.base;
        let mut count = 0;
        for (organisation, key) in stored {
            let secret = wrapping_organisation(&old, organisation)?
                .decrypt(key.id.as_bytes(), &key.wrapped)
                .map_err(|_| does_not_open())?;
            let wrapped = wrapping_organisation(root, organisation)?.encrypt(key.id.as_bytes(), &secret)?;
            store::set_organisation_key(conn, organisation, key.id, &wrapped)?;
            count += 1;
        }
        let wrapped_base = wrapping_base(root)?.encrypt(BASE, base.expose())?;
        let handover = match hand_over {
            true => Some(wrapping_handover(&old)?.encrypt(HANDOVER, root.expose())?),
            false => None,
        };
        store::set_root(conn, &wrapped_base, handover.as_deref())?;
        Ok(count)
    }

    fn base(&self, purpose: &[&[u8]]) -> Result<Secret> {
        self.opened()?.as_ref().ok_or_else(Error::sealed)?.base.derive(purpose)
    }

    fn root(&self) -> Result<Secret> {
        Ok(self.opened()?.as_ref().ok_or_else(Error::sealed)?.root.as_ref().clone())
    }

    fn opened(&self) -> Result<RwLockReadGuard<'_, Option<Opened>>> {
        let opened = self.opened.read().unwrap_or_else(PoisonError::into_inner);
        if opened.is_some() { Ok(opened) } else { Err(Error::sealed()) }
    }

    /// Never opens again what was sealed in between.
    fn replace(&self, with: Option<Opened>) {
        let mut opened = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        if opened.is_some() {
            *opened = with;
        }
    }
}

/// The base key of a database that has none: the root key itself where there is something that was sealed before there
/// were base keys, a random one otherwise. `None` when it is another root key.
fn first_base(conn: &mut Conn<'_>, root: &Secret) -> Result<Option<Secret>> {
    match store::all_organisation_keys(conn)?.first() {
        None => Secret::random().map(Some),
        Some((organisation, key)) => {
            let opened = wrapping_organisation(root, *organisation)?.decrypt(key.id.as_bytes(), &key.wrapped);
            Ok(opened.is_ok().then(|| root.clone()))
        }
    }
}

fn handed_over(old: &Secret, handover: &[u8]) -> Result<Option<Secret>> {
    let opened = wrapping_handover(old)?.decrypt(HANDOVER, handover);
    Ok(opened.ok().and_then(|root| Secret::from_slice(&root)))
}

fn wrapping_organisation(root: &Secret, organisation: Id) -> Result<Secret> {
    root.derive(&[b"farlight wrap organisation ", organisation.as_bytes()])
}

fn wrapping_base(root: &Secret) -> Result<Secret> {
    root.derive(&[b"farlight wrap base"])
}

fn wrapping_handover(root: &Secret) -> Result<Secret> {
    root.derive(&[b"farlight wrap next root"])
}

fn does_not_open() -> Error {
    Error::internal("the root key does not open this database")
}
