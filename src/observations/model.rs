//! What an observation is, and how one is recorded and retracted.

use serde_json::Value;

use super::data::{ObservationData, ObservationKind};
use super::seen::Seen;
use super::store::{self, ObservationRow};
use super::witness::{Witness, WitnessView};
use crate::authz::{Class, Role, Tx};
use crate::clues::model::Reliability;
use crate::crypto::{Access, Field};
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::number::Credibility;
use crate::{estimates, reports, sites, view};

/// What was seen, with its kind.
pub const DATA: Field<(ObservationKind, Value)> = Field::new("observations.data", Class::LocationPrecise);
/// A remark of the staff's.
pub const NOTE: Field<String> = Field::new("observations.note", Class::LocationPrecise);
/// Words on whose word it is.
pub const SOURCE_LABEL: Field<String> = Field::new("observations.source_label", Class::Source);
/// Why it was retracted.
pub const RETRACTION: Field<String> = Field::new("observations.retraction", Class::LocationPrecise);

/// An observation to record.
pub struct New {
    /// The id.
    pub id: Id,
    /// When it was seen (UTC).
    pub at: Time,
    /// What was seen.
    pub data: ObservationData,
    /// Whose word it is.
    pub source: Witness,
    /// The grade of the source.
    pub reliability: Reliability,
    /// The grade of the information.
    pub credibility: Credibility,
    /// A remark.
    pub note: Option<String>,
}

view! {
    /// One observation of a site.
    pub struct ObservationView from ObservationFields {
        /// The id.
        outline id: Id,
        /// Of which site.
        outline site_id: Id,
        /// What kind of thing was seen.
        outline kind: ObservationKind,
        /// When it was seen, UTC.
        outline at: Time,
        /// When it was written down here, UTC.
        outline recorded_at: Time,
        /// Who wrote it down.
        outline author_id: Id,
        /// The grade of the source, A to F.
        outline reliability: Reliability,
        /// The grade of the information, 1 to 6.
        outline credibility: i32,
        /// When it was retracted, UTC; absent if it stands.
        outline_maybe retracted_at: Time,
        /// Who retracted it.
        outline_maybe retracted_by: Id,
        /// What was seen, in the shape that belongs to `kind`.
        location_precise data: ObservationData,
        /// A remark of the staff's.
        location_precise note: String,
        /// Why it was retracted.
        location_precise retraction: String,
        /// Whose word it is.
        source source: WitnessView,
    }
}

/// What an observation says; none where precise location is not granted.
///
/// # Errors
/// `internal` when the row was changed or moved.
pub fn data(access: &Access, row: &ObservationRow) -> Result<Option<ObservationData>> {
    let Some((kind, value)) = access.open(&DATA, row.id, &row.data)? else {
        return Ok(None);
    };
    let broken = || Error::internal("observations.data does not fit its row");
    if kind != row.kind {
        return Err(broken());
    }
    ObservationData::parse(kind, value).map(Some).map_err(|_| broken())
}

/// Whose word an observation is.
///
/// # Errors
/// `internal` when the row was changed or moved.
pub fn witness(access: &Access, row: &ObservationRow) -> Result<Witness> {
    let label = access.open_opt(&SOURCE_LABEL, row.id, row.source_label.as_ref())?;
    Ok(Witness { kind: row.source_kind, report_id: row.source_ref, label })
}

/// What the caller may see of an observation.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(access: &Access, row: &ObservationRow) -> Result<ObservationView> {
    let fields = ObservationFields {
        id: row.id,
        site_id: row.site_id,
        kind: row.kind,
        at: row.at,
        recorded_at: row.recorded_at,
        author_id: row.author_id,
        reliability: row.reliability,
        credibility: row.credibility,
        retracted_at: row.retracted_at,
        retracted_by: row.retracted_by,
        data: data(access, row)?,
        note: access.open_opt(&NOTE, row.id, row.note.as_ref())?,
        retraction: access.open_opt(&RETRACTION, row.id, row.retraction.as_ref())?,
        source: Some(witness(access, row)?.into()),
    };
    Ok(fields.redact(access.grants()))
}

/// Opens rows for the rules. Those that `access` does not open are left out.
fn open(access: &Access, rows: &[ObservationRow]) -> Result<Vec<Seen>> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(data) = data(access, row)? else { continue };
        all.push(Seen {
            id: row.id,
            site_id: row.site_id,
            at: row.at,
            recorded_at: row.recorded_at,
            retracted_at: row.retracted_at,
            voice: witness(access, row)?.voice(row.id, row.author_id),
            reliability: row.reliability,
            credibility: row.credibility,
            data,
        });
    }
    Ok(all)
}

/// What was seen of a site, retracted or not, in no order.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn of_site(conn: &mut Conn<'_>, organisation: Id, access: &Access, site_id: Id) -> Result<Vec<Seen>> {
    open(access, &store::of_site(conn, organisation, site_id)?)
}

/// What was seen of all sites of an organisation, of some kinds, retracted or not, in no order.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn of_kinds(
    conn: &mut Conn<'_>,
    organisation: Id,
    access: &Access,
    kinds: &[ObservationKind],
) -> Result<Vec<Seen>> {
    open(access, &store::of_kinds(conn, organisation, kinds)?)
}

/// Records what was seen of a site, and works its state out anew. Whether the caller's role may is for the caller to ask;
/// nothing is opened on the caller's behalf, so that a field officer's report counts like anybody's.
///
/// # Errors
/// 404 for a site that is not there; 422 for a moment or a destination that cannot be; 409 `id-taken`.
pub fn record(tx: &mut Tx<'_, '_>, site_id: Id, new: New) -> Result<ObservationRow> {
    let mut site = sites::store::find_alone(&tx.scope, tx.conn, site_id)?;
    let row = add(tx, site_id, new)?;
    settle(tx, &mut site)?;
    Ok(row)
}

/// Writes an observation of a site that the caller holds alone, and leaves its state to them.
///
/// # Errors
/// As [`record`].
pub fn add(tx: &mut Tx<'_, '_>, site_id: Id, new: New) -> Result<ObservationRow> {
    let New { id, at, data, source, reliability, credibility, note } = new;
    // As far ahead as the clock of a team in the field, whose reports end up here, may be.
    reports::model::check_time(at, tx.now())?;
    if let ObservationData::MovedTo(moved) = &data {
        if moved.site_id == site_id {
            return Err(Error::invalid("/data/site_id", "is the site that they left"));
        }
        if !sites::store::exists(&tx.scope, tx.conn, moved.site_id)? {
            return Err(Error::invalid("/data/site_id", "is no site of your organisation"));
        }
    }
    let access = sites::model::unattended(tx)?;
    let value =
        serde_json::to_value(&data).map_err(|_| Error::internal("an observation cannot be serialised"))?;
    let row = ObservationRow {
        organisation_id: tx.scope.organisation_id,
        id,
        site_id,
        kind: data.kind(),
        at,
        recorded_at: tx.now(),
        author_id: tx.scope.user_id,
        source_kind: source.kind,
        source_ref: source.report_id,
        source_label: access.seal_opt(&SOURCE_LABEL, id, source.label.as_ref())?,
        reliability,
        credibility: credibility.get(),
        data: access.seal(&DATA, id, &(data.kind(), value))?,
        note: access.seal_opt(&NOTE, id, note.as_ref())?,
        retracted_at: None,
        retracted_by: None,
        retraction: None,
    };
    store::insert(tx.conn, &row)?;
    Ok(row)
}

/// Retracts an observation: it stays, with the reason, and counts no more.
///
/// # Errors
/// 404; 403 for a caseworker who did not record it; 409 `already-retracted`.
pub fn retract(tx: &mut Tx<'_, '_>, id: Id, reason: &String) -> Result<ObservationRow> {
    tx.about(id);
    let row = store::find(&tx.scope, tx.conn, id)?;
    if tx.scope.role == Role::Caseworker && row.author_id != tx.scope.user_id {
        return Err(Error::forbidden());
    }
    let mut site = sites::store::find_alone(&tx.scope, tx.conn, row.site_id)?;
    let sealed = sites::model::unattended(tx)?.seal(&RETRACTION, id, reason)?;
    if !store::retract(&tx.scope, tx.conn, id, &sealed)? {
        return Err(Error::conflict("already-retracted", "It was retracted before."));
    }
    settle(tx, &mut site)?;
    store::find(&tx.scope, tx.conn, id)
}

/// Works out what follows from a change to what was seen of a site.
fn settle(tx: &mut Tx<'_, '_>, site: &mut sites::store::SiteRow) -> Result<()> {
    if sites::model::refresh(tx, site)? {
        sites::store::update(&tx.scope, tx.conn, site)?;
    }
    estimates::watch::mark_all(tx)
}
