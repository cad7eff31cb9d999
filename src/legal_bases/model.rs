//! What a legal basis is, and how it is recorded.

use serde::{Deserialize, Serialize};

use super::store::{self, BasisRow};
use crate::authz::{Class, Tx};
use crate::cases::model::OpenCase;
use crate::crypto::{Access, Field};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::{cases, view};

/// Who decided on it, and what they said.
pub const TERMS: Field<Terms> = Field::new("legal_bases.terms", Class::Content);

crate::words! {
    /// On what ground personal data is kept: the words of most data protection laws.
    pub enum Basis {
        /// Those whom it is about agreed.
        Consent = "consent",
        /// Somebody's life or health depends on it.
        VitalInterests = "vital_interests",
        /// A task in the public interest.
        PublicInterest = "public_interest",
        /// An interest of ours or of others that weighs more.
        LegitimateInterest = "legitimate_interest",
        /// A law asks for it.
        LegalObligation = "legal_obligation",
        /// A contract with those whom it is about.
        Contract = "contract",
        /// To establish or to defend a claim.
        LegalClaims = "legal_claims",
    }
}

/// Who decided on it, and what they said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Who.
    pub decided_by: Option<String>,
    /// What they said.
    pub note: Option<String>,
}

/// Records the basis of a case in the caller's reach, from `from` on, which is now if not said.
///
/// # Errors
/// 404; 422 on `/from`.
pub fn record(
    tx: &mut Tx<'_, '_>,
    case_id: Id,
    basis: Basis,
    terms: &Terms,
    from: Option<Time>,
) -> Result<(OpenCase, BasisRow)> {
    let case = cases::model::open_alone(tx, case_id)?;
    if from.is_some_and(|from| from > tx.now().with_leeway()) {
        return Err(Error::invalid("/from", "must not be in the future"));
    }
    let id = Id::at(tx.now());
    tx.about(id);
    tx.note(basis.as_str());
    let row = BasisRow {
        organisation_id: tx.scope.organisation_id,
        id,
        case_id,
        basis,
        terms: case.access.seal(&TERMS, id, terms)?,
        from_at: from.unwrap_or(tx.scope.now),
        recorded_by: tx.scope.user_id,
        recorded_at: tx.now(),
    };
    store::insert(tx.conn, &row)?;
    Ok((case, row))
}

view! {
    /// On what ground a case is kept.
    pub struct BasisView from BasisFields {
        /// The id.
        outline id: Id,
        /// Which case.
        outline case_id: Id,
        /// The ground.
        outline basis: Basis,
        /// From when on, UTC.
        outline from: Time,
        /// Who decided on it.
        content decided_by: String,
        /// What they said.
        content note: String,
        /// Who recorded it.
        outline recorded_by: Id,
        /// When, UTC.
        outline recorded_at: Time,
    }
}

/// What the caller may see of it.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(access: &Access, row: &BasisRow) -> Result<BasisView> {
    let Terms { decided_by, note } = access.open(&TERMS, row.id, &row.terms)?.unwrap_or_default();
    let fields = BasisFields {
        id: row.id,
        case_id: row.case_id,
        basis: row.basis,
        from: row.from_at,
        decided_by,
        note,
        recorded_by: row.recorded_by,
        recorded_at: row.recorded_at,
    };
    Ok(fields.redact(access.grants()))
}
