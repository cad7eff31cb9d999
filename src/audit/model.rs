//! What an audit row is.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::tree::Hash;
use crate::authz::fields::Class;
use crate::authz::{Action, Scope};
use crate::crypto::secret::sha256;
use crate::crypto::{Field, Sealed};
use crate::db::types::{Id, Time};

crate::words! {
    /// How it ended.
    pub enum Outcome {
        /// It was done.
        Done = "done",
        /// It was refused: the role, the reach or the state did not allow it.
        Refused = "refused",
    }
}

/// What is told beside the row's own columns; sealed under the organisation.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct Detail {
    /// The `X-Request-Id` of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The stable code of a refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// A few words on what was done, never content of a case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The accesses in an emergency without which it would not have been in the caller's reach, or may not have been.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub break_glass: Vec<Id>,
}

/// The sealed column.
pub const DETAIL: Field<Detail> = Field::new("audit_events.detail", Class::Source);

/// One row, not yet ordered.
#[derive(Debug, Clone)]
pub struct AuditEvent {
    /// Its id.
    pub id: Id,
    /// Whose log.
    pub organisation_id: Id,
    /// When.
    pub at: Time,
    /// By whom; `None` for a failed sign-in.
    pub actor_id: Option<Id>,
    /// In which session.
    pub session_id: Option<Id>,
    /// What.
    pub action: Action,
    /// How it ended.
    pub outcome: Outcome,
    /// To which row.
    pub object_id: Option<Id>,
    /// Of which case.
    pub case_id: Option<Id>,
    /// Sealed detail.
    pub detail: Option<Sealed<Detail>>,
}

impl AuditEvent {
    /// A row for something that the caller in `scope` did.
    pub fn new(scope: &Scope, action: Action, outcome: Outcome) -> Self {
        Self {
            id: Id::at(scope.now),
            organisation_id: scope.home(),
            at: scope.now,
            actor_id: Some(scope.user_id),
            session_id: scope.session_id,
            action,
            outcome,
            object_id: None,
            case_id: None,
            detail: None,
        }
    }

    /// A row for something that was done to the whole installation, by somebody of another organisation, on the host, or by
    /// whoever keeps its key.
    pub fn of_installation(organisation_id: Id, action: Action, now: Time) -> Self {
        Self {
            id: Id::at(now),
            organisation_id,
            at: now,
            actor_id: None,
            session_id: None,
            action,
            outcome: Outcome::Done,
            object_id: None,
            case_id: None,
            detail: None,
        }
    }

    /// A row for something done to an account from outside of any session: by its user, or by nobody known.
    pub fn on_account(
        organisation_id: Id,
        user_id: Id,
        actor_id: Option<Id>,
        action: Action,
        now: Time,
    ) -> Self {
        Self {
            id: Id::at(now),
            organisation_id,
            at: now,
            actor_id,
            session_id: None,
            action,
            outcome: if actor_id.is_some() { Outcome::Done } else { Outcome::Refused },
            object_id: Some(user_id),
            case_id: None,
            detail: None,
        }
    }

    /// The hash of this row in the tree.
    pub fn leaf_hash(&self) -> Hash {
        Leaf {
            organisation_id: self.organisation_id,
            id: self.id,
            at: self.at,
            actor_id: self.actor_id,
            session_id: self.session_id,
            action: self.action.as_str(),
            outcome: self.outcome.as_str(),
            object_id: self.object_id,
            case_id: self.case_id,
            detail: self.detail.as_ref().map(Sealed::ciphertext),
        }
        .hash()
    }
}

/// What is hashed of a row: every column but its place and the hash itself, as they lie in the database.
#[derive(Debug)]
#[allow(missing_docs, reason = "the columns, as AuditEvent explains them")]
pub struct Leaf<'a> {
    pub organisation_id: Id,
    pub id: Id,
    pub at: Time,
    pub actor_id: Option<Id>,
    pub session_id: Option<Id>,
    pub action: &'a str,
    pub outcome: &'a str,
    pub object_id: Option<Id>,
    pub case_id: Option<Id>,
    pub detail: Option<&'a [u8]>,
}

impl Leaf<'_> {
    /// RFC 6962 leaf hash: SHA-256 of a zero byte and the columns in this order, each preceded by its length.
    pub fn hash(&self) -> Hash {
        let mut leaf = vec![0_u8];
        let mut put = |part: Option<&[u8]>| {
            // A length of all ones stands for null, which no real part can have.
            let length = part.map_or(u64::MAX, |part| part.len() as u64);
            leaf.extend_from_slice(&length.to_be_bytes());
            leaf.extend_from_slice(part.unwrap_or_default());
        };
        put(Some(self.organisation_id.as_bytes()));
        put(Some(self.id.as_bytes()));
        put(Some(&self.at.as_micros().to_be_bytes()));
        put(self.actor_id.as_ref().map(|id| id.as_bytes().as_slice()));
        put(self.session_id.as_ref().map(|id| id.as_bytes().as_slice()));
        put(Some(self.action.as_bytes()));
        put(Some(self.outcome.as_bytes()));
        put(self.object_id.as_ref().map(|id| id.as_bytes().as_slice()));
        put(self.case_id.as_ref().map(|id| id.as_bytes().as_slice()));
        put(self.detail);
        sha256(&leaf)
    }
}
