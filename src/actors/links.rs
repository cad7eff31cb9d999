//! What an actor is to a site.

use super::model::{ActorKind, NAMES};
use super::store::Linked;
use crate::authz::Class;
use crate::clues::model::Reliability;
use crate::crypto::{Access, Field};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::observations::witness::{Witness, WitnessView};
use crate::sites;
use crate::view;

/// Words on whose word it is.
pub const SOURCE_LABEL: Field<String> = Field::new("site_actors.source_label", Class::Source);
/// A remark of the staff's.
pub const NOTE: Field<String> = Field::new("site_actors.note", Class::Identity);
/// Why it was retracted.
pub const RETRACTION: Field<String> = Field::new("site_actors.retraction", Class::Identity);

crate::words! {
    /// What an actor is to a site.
    pub enum Relation {
        /// Runs what is done there.
        Operates = "operates",
        /// Owns the place.
        Owns = "owns",
        /// Guards it.
        Guards = "guards",
        /// Keeps the law away from it.
        Protects = "protects",
        /// Pays for it, or moves its money.
        Finances = "finances",
        /// Brings people there.
        RecruitsFor = "recruits_for",
        /// Lets the place to those who run it.
        LeasesTo = "leases_to",
    }
}

view! {
    /// What an actor is to a site.
    pub struct LinkView from LinkFields {
        /// The id.
        outline id: Id,
        /// The site.
        outline site_id: Id,
        /// The actor.
        outline actor_id: Id,
        /// What kind of actor it is.
        outline actor_kind: ActorKind,
        /// What it is to the site.
        outline relation: Relation,
        /// Since when, UTC; absent if nobody knows.
        outline_maybe from: Time,
        /// Until when, UTC; absent if it still is.
        outline_maybe until: Time,
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
        /// What the actor is called.
        identity actor_name: String,
        /// A remark of the staff's.
        identity note: String,
        /// Why it was retracted.
        identity retraction: String,
        /// What the site is called.
        location_precise site_name: String,
        /// Whose word it is.
        source source: WitnessView,
    }
}

/// Checks that a link does not end before it begins.
///
/// # Errors
/// 422 on `/until`.
pub fn check_span(from: Option<Time>, until: Option<Time>) -> Result<()> {
    match (from, until) {
        (Some(from), Some(until)) if until < from => {
            Err(Error::invalid("/until", "must not be before `from`"))
        }
        _ => Ok(()),
    }
}

/// Whose word a link is.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn witness(access: &Access, (link, _, _): &Linked) -> Result<Witness> {
    let label = access.open_opt(&SOURCE_LABEL, link.id, link.source_label.as_ref())?;
    Ok(Witness { kind: link.source_kind, report_id: link.source_ref, label })
}

/// What the caller may see of a link.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(access: &Access, linked: &Linked) -> Result<LinkView> {
    let (link, actor, site_names) = linked;
    let names = access.open(&NAMES, actor.id, &actor.names)?;
    let site = access.open(&sites::model::NAMES, link.site_id, site_names)?;
    let fields = LinkFields {
        id: link.id,
        site_id: link.site_id,
        actor_id: link.actor_id,
        actor_kind: actor.kind,
        relation: link.relation,
        from: link.from_at,
        until: link.until_at,
        recorded_at: link.recorded_at,
        author_id: link.author_id,
        reliability: link.reliability,
        credibility: link.credibility,
        retracted_at: link.retracted_at,
        retracted_by: link.retracted_by,
        actor_name: names.and_then(|names| names.into_iter().next()),
        note: access.open_opt(&NOTE, link.id, link.note.as_ref())?,
        retraction: access.open_opt(&RETRACTION, link.id, link.retraction.as_ref())?,
        site_name: site.map(|site| site.name),
        source: Some(witness(access, linked)?.into()),
    };
    Ok(fields.redact(access.grants()))
}
