//! What is known of an actor, and who may know it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::store::{self, ActorRow};
use crate::authz::Class;
use crate::authz::Tx;
use crate::authz::policy::actor_grants;
use crate::crypto::{Access, Field};
use crate::db::types::{Id, Time};
use crate::db::window::Window;
use crate::error::Result;
use crate::http::text::{Country, Line};
use crate::search::{Found, Words, look_through};
use crate::view;

/// What it is called, the name to show first.
pub const NAMES: Field<Vec<String>> = Field::new("actors.names", Class::Identity);
/// By what it is known beside its names.
pub const IDENTIFIERS: Field<Vec<Identifier>> = Field::new("actors.identifiers", Class::Identity);
/// In which country it is at home.
pub const COUNTRY: Field<String> = Field::new("actors.country", Class::Identity);
/// A remark of the staff's.
pub const NOTE: Field<String> = Field::new("actors.note", Class::Identity);

crate::words! {
    /// What kind of actor it is.
    pub enum ActorKind {
        /// A person.
        Person = "person",
        /// A company.
        Company = "company",
        /// A group of people: a gang, a militia, a clan.
        Group = "group",
        /// Somebody who holds an office.
        Official = "official",
    }
}

/// A number, account or address by which an actor is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ActorIdentifier)]
pub struct Identifier {
    /// What it is, such as `registration`, `passport` or `wallet`.
    pub kind: Line<60>,
    /// The number or address.
    pub value: Line<200>,
    /// Who issued it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
}

view! {
    /// One actor.
    pub struct ActorView from ActorFields {
        /// The id.
        outline id: Id,
        /// What kind of actor it is.
        outline kind: ActorKind,
        /// Who added it.
        outline created_by: Id,
        /// When it was added, UTC.
        outline created_at: Time,
        /// When the record last changed, UTC.
        outline updated_at: Time,
        /// Counts changes; also in the ETag.
        outline version: i64,
        /// What it is called, the name to show first.
        identity names: Vec<String>,
        /// By what it is known beside its names.
        identity identifiers: Vec<Identifier>,
        /// In which country it is at home: ISO 3166-1 alpha-2.
        identity country: String,
        /// A remark of the staff's.
        identity note: String,
    }
}

/// The organisation's vault, for what the caller may see of actors.
///
/// # Errors
/// `internal` when the root key does not fit.
pub fn access(tx: &mut Tx<'_, '_>) -> Result<Access> {
    let grants = actor_grants(tx.scope.role);
    tx.organisation_access(grants)
}

/// What the caller may see of an actor.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(access: &Access, row: &ActorRow) -> Result<ActorView> {
    let fields = ActorFields {
        id: row.id,
        kind: row.kind,
        created_by: row.created_by,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
        names: access.open(&NAMES, row.id, &row.names)?,
        identifiers: access.open(&IDENTIFIERS, row.id, &row.identifiers)?,
        country: access.open_opt(&COUNTRY, row.id, row.country.as_ref())?,
        note: access.open_opt(&NOTE, row.id, row.note.as_ref())?,
    };
    Ok(fields.redact(access.grants()))
}

/// Looks for the actors of a window by their names and identifiers.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn search(
    tx: &mut Tx<'_, '_>,
    access: &Access,
    kinds: &[ActorKind],
    words: &Words,
    window: Window,
) -> Result<Found<ActorRow>> {
    look_through(
        tx,
        window,
        |tx, window| store::list(&tx.scope, tx.conn, kinds, window),
        ActorRow::place_in_list,
        |row| {
            let names = access.open(&NAMES, row.id, &row.names)?.unwrap_or_default();
            let identifiers = access.open(&IDENTIFIERS, row.id, &row.identifiers)?.unwrap_or_default();
            let values = identifiers.iter().map(|identifier| identifier.value.as_str());
            Ok(words.all_in(&names.iter().map(String::as_str).chain(values).collect::<Vec<_>>()))
        },
    )
}
