//! A unit of work, and what it may reach.

use std::sync::Arc;

use super::policy::Reach;
use super::{Grants, Scope};
use crate::app::Services;
use crate::audit::{self, AuditEvent};
use crate::break_glass;
use crate::crypto::{Access, OrganisationKeys, WrappedKey};
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::Result;

/// A unit of work on behalf of an authorised caller.
pub struct Tx<'a, 'c> {
    /// Who asks: pass it to every store function.
    pub scope: Scope,
    /// The connection: pass it to every store function.
    pub conn: &'a mut Conn<'c>,
    /// Keys, hashing, settings.
    pub services: &'a Services,
    pub(super) event: AuditEvent,
    pub(super) detail: audit::Detail,
}

impl Tx<'_, '_> {
    /// The moment of the request.
    pub fn now(&self) -> Time {
        self.scope.now
    }

    /// Names the row that this is about in the audit log.
    pub fn about(&mut self, object: Id) {
        self.event.object_id = Some(object);
    }

    /// Names the case that this is about in the audit log.
    pub fn about_case(&mut self, case: Id) {
        self.event.case_id = Some(case);
    }

    /// The case that this is about, or if none is named the record.
    pub(crate) fn owner(&self) -> Option<Id> {
        self.event.case_id.or(self.event.object_id)
    }

    /// Adds a few words to the audit row; never content of a case.
    pub fn note(&mut self, note: impl Into<String>) {
        self.detail.note = Some(note.into());
    }

    /// Puts down by which access in an emergency this was in reach. A list of several cases names all that are open.
    pub(super) fn mark_break_glass(&mut self) -> Result<()> {
        if self.scope.glass.is_some() && self.scope.reach() == Reach::Assigned {
            let case = self.event.case_id;
            let mut open = break_glass::store::open_now(&self.scope, self.conn)?;
            open.retain(|(_, opened)| case.is_none_or(|case| case == *opened));
            self.detail.break_glass = open.into_iter().map(|(id, _)| id).collect();
        }
        Ok(())
    }

    /// The keys of the caller's organisation.
    ///
    /// # Errors
    /// `internal` when the root key does not fit.
    pub fn organisation_keys(&mut self) -> Result<Arc<OrganisationKeys>> {
        self.services.keyring.organisation(self.conn, self.scope.home())
    }

    /// The organisation's own vault, opened for `grants`: names of staff, sites.
    ///
    /// # Errors
    /// `internal` when the root key does not fit.
    pub fn organisation_access(&mut self, grants: Grants) -> Result<Access> {
        Ok(self.organisation_keys()?.vault().granted(grants))
    }

    /// Makes and stores the key of a new case or operation.
    ///
    /// # Errors
    /// Of the database.
    pub fn new_vault(&mut self, owner: Id, grants: Grants) -> Result<Access> {
        let (key, vault) = self.organisation_keys()?.new_key(owner)?;
        crate::crypto::store::insert_data_key(self.conn, self.scope.organisation_id, &key, self.scope.now)?;
        Ok(vault.granted(grants))
    }

    /// Opens the vault of a case or operation with a key that was loaded already.
    ///
    /// # Errors
    /// `internal` when the key was changed or moved.
    pub fn vault(&mut self, key: &WrappedKey, grants: Grants) -> Result<Access> {
        let organisation = self.scope.organisation_id;
        let keys = self.services.keyring.organisation_with(self.conn, organisation, key.wrapped_by)?;
        Ok(keys.open_key(key)?.granted(grants))
    }

    /// Loads and opens the vault of a case or operation.
    ///
    /// # Errors
    /// `internal` when there is no such key.
    pub fn vault_of(&mut self, owner: Id, grants: Grants) -> Result<Access> {
        let key = crate::crypto::store::data_key(self.conn, self.scope.organisation_id, owner)?;
        self.vault(&key, grants)
    }
}
