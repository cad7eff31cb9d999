//! Whom an entry names, and what follows.

use serde::{Deserialize, Serialize};

use super::store::{self, EntryRow, Owner};
use crate::authz::{Class, Grants, Tx};
use crate::clues::data::ClueData;
use crate::clues::model::ClueStatus;
use crate::crypto::{Access, Field};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::referrals::store::{Live, ReferralRow};
use crate::{cases, clues, estimates, referrals, sites, text, users, view};

/// Who it is, and why.
pub const ENTRY: Field<Entry> = Field::new("do_not_share.entry", Class::Source);

/// The most entries that hold on one list.
const MOST: usize = 200;

/// What is opened of a list to keep it, on behalf of whoever shares.
const LIST: Grants = Grants::of(&[Class::Source]);

crate::words! {
    /// What kind of party it is.
    pub enum PartyKind {
        /// A company, a charity, a group.
        Organisation = "organisation",
        /// Somebody in particular.
        Person = "person",
        /// A state's office, a police, an official post.
        Authority = "authority",
    }
}

/// A sealed entry. Has no `Debug`.
#[derive(Clone, Serialize, Deserialize)]
pub struct Entry {
    /// What the party is called.
    pub party: String,
    /// What kind of party it is.
    pub kind: PartyKind,
    /// Why it must not know.
    pub reason: String,
    /// Why the entry was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removal: Option<String>,
}

view! {
    /// A party with whom nothing is shared.
    pub struct EntryView from EntryFields {
        /// The id.
        outline id: Id,
        /// What the party is called.
        source party: String,
        /// What kind of party it is.
        source kind: PartyKind,
        /// Why it must not know.
        source reason: String,
        /// Who made the entry.
        outline created_by: Id,
        /// When, UTC.
        outline created_at: Time,
        /// When it last changed, UTC.
        outline updated_at: Time,
        /// Who removed it; absent while it holds.
        outline_maybe removed_by: Id,
        /// When, UTC.
        outline_maybe removed_at: Time,
        /// Why it was removed.
        source removal_reason: String,
    }
}

/// What the caller may see of an entry.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(access: &Access, row: &EntryRow) -> Result<EntryView> {
    let (party, kind, reason, removal_reason) = match access.open(&ENTRY, row.id, &row.entry)? {
        Some(Entry { party, kind, reason, removal }) => (Some(party), Some(kind), Some(reason), removal),
        None => (None, None, None, None),
    };
    let fields = EntryFields {
        id: row.id,
        party,
        kind,
        reason,
        created_by: row.created_by,
        created_at: row.created_at,
        updated_at: row.updated_at,
        removed_by: row.removed_by,
        removed_at: row.removed_at,
        removal_reason,
    };
    Ok(fields.redact(access.grants()))
}

/// What an entry hangs on, with the keys of what the caller may see of it. What is opened to change it is the caller's
/// alone until the transaction ends.
///
/// # Errors
/// 404 when it is out of the caller's reach.
pub fn open(tx: &mut Tx<'_, '_>, owner: Owner, to_change: bool) -> Result<Access> {
    match owner {
        Owner::Case(id) if to_change => cases::model::open_alone(tx, id).map(|case| case.access),
        Owner::Case(id) => cases::model::open(tx, id).map(|case| case.access),
        Owner::Site(id) => {
            sites::store::find(&tx.scope, tx.conn, id)?;
            sites::model::access(tx)
        }
    }
}

/// Which referrals were affected by a new entry.
#[derive(Debug, Default)]
pub struct Ended {
    /// Those that were taken back.
    pub ended: Vec<Id>,
    /// Those to partners of whom nobody has said where they belong: the entry cannot be held against them.
    pub unchecked: Vec<Id>,
}

/// Makes an entry, or says anew what it says, and ends the live referrals to whom it names.
///
/// # Errors
/// 409 `id-taken` when the id is another list's, `entry-removed`, `list-full`.
pub fn put(
    tx: &mut Tx<'_, '_>,
    (owner, access): (Owner, &Access),
    id: Id,
    entry: &Entry,
) -> Result<(EntryRow, Ended)> {
    let sealed = access.seal(&ENTRY, id, entry)?;
    let (case_id, site_id) = owner.columns();
    match store::find(&tx.scope, tx.conn, id)? {
        Some(row) if (row.case_id, row.site_id) != (case_id, site_id) => return Err(Error::id_taken()),
        Some(row) if row.removed_at.is_some() => {
            return Err(Error::conflict("entry-removed", "This entry was removed. Make a new one."));
        }
        Some(row) => store::update(&tx.scope, tx.conn, &EntryRow { entry: sealed, ..row })?,
        None => {
            if store::live(&tx.scope, tx.conn, owner)?.len() >= MOST {
                return Err(Error::conflict("list-full", format!("A list has at most {MOST} entries.")));
            }
            let row = EntryRow {
                organisation_id: tx.scope.organisation_id,
                id,
                case_id,
                site_id,
                entry: sealed,
                created_by: tx.scope.user_id,
                created_at: tx.now(),
                updated_at: tx.now(),
                removed_by: None,
                removed_at: None,
            };
            store::insert(tx.conn, &row)?;
        }
    }
    let live = match owner {
        Owner::Case(case_id) => Live::OfCase(case_id),
        Owner::Site(_) => Live::All,
    };
    let ended = end_named(tx, live)?;
    if !ended.ended.is_empty() {
        tx.note(format!("{} referrals ended", ended.ended.len()));
    }
    let row = store::find(&tx.scope, tx.conn, id)?.ok_or_else(Error::not_found)?;
    Ok((row, ended))
}

/// Removes an entry; it stays on record with the reason.
///
/// # Errors
/// 404 when there is none that holds.
pub fn remove(tx: &mut Tx<'_, '_>, (owner, access): (Owner, &Access), id: Id, reason: String) -> Result<()> {
    let row = store::find(&tx.scope, tx.conn, id)?.ok_or_else(Error::not_found)?;
    if (row.case_id, row.site_id) != owner.columns() || row.removed_at.is_some() {
        return Err(Error::not_found());
    }
    let mut entry = access.open(&ENTRY, id, &row.entry)?.ok_or_else(Error::forbidden)?;
    entry.removal = Some(reason);
    let row = EntryRow {
        entry: access.seal(&ENTRY, id, &entry)?,
        removed_by: Some(tx.scope.user_id),
        removed_at: Some(tx.now()),
        ..row
    };
    store::update(&tx.scope, tx.conn, &row)
}

/// Who somebody is, as far as a list asks.
struct Partner {
    name: String,
    affiliation: Option<String>,
}

impl Partner {
    fn load(tx: &mut Tx<'_, '_>, user_id: Id) -> Result<Self> {
        let row = users::store::find(&tx.scope, tx.conn, user_id)?;
        let staff = tx.organisation_access(Grants::of(&[Class::Outline]))?;
        Ok(Self {
            name: staff.open(&users::model::NAME, row.id, &row.name)?.unwrap_or_default(),
            affiliation: staff.open_opt(&users::model::AFFILIATION, row.id, row.affiliation.as_ref())?,
        })
    }
}

/// What the lists say of a partner.
enum Verdict {
    /// Nothing.
    Clear,
    /// There are lists, and nobody has said where the partner belongs.
    Unknown,
    /// An entry names them.
    Named(Entry),
}

fn judge(entries: &[Entry], partner: &Partner) -> Verdict {
    let names: Vec<String> = [Some(&partner.name), partner.affiliation.as_ref()]
        .into_iter()
        .flatten()
        .map(|name| text::name(name))
        .collect();
    match entries.iter().find(|entry| names.contains(&text::name(&entry.party))) {
        Some(entry) => Verdict::Named(entry.clone()),
        None if partner.affiliation.is_none()
            && entries.iter().any(|entry| entry.kind != PartyKind::Person) =>
        {
            Verdict::Unknown
        }
        None => Verdict::Clear,
    }
}

/// Refuses to share a case with a partner whom a list names.
///
/// # Errors
/// 409 `do-not-share` with the reason; 409 `affiliation-needed` when there is a list and nobody has said where the
/// partner belongs.
pub fn check_offer(tx: &mut Tx<'_, '_>, case_id: Id, user_id: Id) -> Result<()> {
    let entries = entries(tx, case_id)?;
    if entries.is_empty() {
        return Ok(());
    }
    match judge(&entries, &Partner::load(tx, user_id)?) {
        Verdict::Clear => Ok(()),
        Verdict::Unknown => Err(Error::conflict(
            "affiliation-needed",
            "There are parties with whom this case must not be shared, and nobody has said where this partner belongs. \
             Ask an admin to enter their affiliation.",
        )),
        Verdict::Named(Entry { party, reason, .. }) => Err(Error::conflict(
            "do-not-share",
            format!(
                "This is not to be shared with {party}: {reason} Whoever knows better removes the entry, with a reason."
            ),
        )),
    }
}

/// Whether a list names a partner; for what must not say why.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn is_named(tx: &mut Tx<'_, '_>, case_id: Id, user_id: Id) -> Result<bool> {
    let entries = entries(tx, case_id)?;
    Ok(!entries.is_empty() && matches!(judge(&entries, &Partner::load(tx, user_id)?), Verdict::Named(_)))
}

/// Takes back those of some live referrals whose partner a list names.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn end_named(tx: &mut Tx<'_, '_>, live: Live) -> Result<Ended> {
    let mut found = Ended::default();
    let rows: Vec<ReferralRow> = referrals::store::live(&tx.scope, tx.conn, live)?;
    // They come by case, so that each list is opened once.
    let mut list: Option<(Id, Vec<Entry>)> = None;
    for row in rows {
        let entries = match list.take().filter(|(case_id, _)| *case_id == row.case_id) {
            Some((_, entries)) => entries,
            None => entries(tx, row.case_id)?,
        };
        let entries = &list.insert((row.case_id, entries)).1;
        if entries.is_empty() {
            continue;
        }
        match judge(entries, &Partner::load(tx, row.user_id)?) {
            Verdict::Clear => {}
            Verdict::Unknown => found.unchecked.push(row.id),
            Verdict::Named(_) => {
                // By the order of cases, as everywhere.
                cases::store::touch(&tx.scope, tx.conn, row.case_id)?;
                if referrals::model::end(tx, &row, "It is not to be shared with them.")? {
                    found.ended.push(row.id);
                }
            }
        }
    }
    Ok(found)
}

/// The entries that hold for a case: its own, and those of the sites that it points to.
fn entries(tx: &mut Tx<'_, '_>, case_id: Id) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let own = store::live(&tx.scope, tx.conn, Owner::Case(case_id))?;
    if !own.is_empty() {
        let access = tx.vault_of(case_id, LIST)?;
        for row in own {
            entries.extend(access.open(&ENTRY, row.id, &row.entry)?);
        }
    }
    let listed = store::listed_sites(&tx.scope, tx.conn)?;
    if listed.is_empty() {
        return Ok(entries);
    }
    let access = tx.organisation_access(LIST)?;
    let mut sites = sites_of(tx, case_id)?;
    sites.retain(|site| listed.contains(site));
    sites.sort_unstable();
    sites.dedup();
    for site in sites {
        for row in store::live(&tx.scope, tx.conn, Owner::Site(site))? {
            entries.extend(access.open(&ENTRY, row.id, &row.entry)?);
        }
    }
    Ok(entries)
}

/// The sites that a case points to: by a clue that was not rejected, by an operation, or by leading the estimate.
fn sites_of(tx: &mut Tx<'_, '_>, case_id: Id) -> Result<Vec<Id>> {
    let mut sites = store::sites_of_operations(&tx.scope, tx.conn, case_id)?;
    let access = tx.vault_of(case_id, Grants::of(&[Class::LocationPrecise]))?;
    let counted = [ClueStatus::Proposed, ClueStatus::Confirmed];
    for row in clues::store::of_case(tx.conn, tx.scope.organisation_id, case_id, &counted)? {
        if let Some(ClueData::Site(data)) = clues::model::data(&access, &row)? {
            sites.push(data.site_id);
        }
    }
    sites.extend(estimates::watch::leading_site(tx, case_id, &access)?);
    Ok(sites)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(party: &str, kind: PartyKind) -> Entry {
        Entry { party: party.to_owned(), kind, reason: "invented".to_owned(), removal: None }
    }

    fn verdict(entries: &[Entry], affiliation: Option<&str>) -> &'static str {
        let partner = Partner { name: "Ilse Brandt".to_owned(), affiliation: affiliation.map(str::to_owned) };
        match judge(entries, &partner) {
            Verdict::Clear => "clear",
            Verdict::Unknown => "unknown",
            Verdict::Named(_) => "named",
        }
    }

    #[test]
    fn a_partner_is_named_by_affiliation_or_by_name_however_typed() {
        use PartyKind::{Authority, Organisation, Person};
        let list = [entry("Harbour-Light Trust", Organisation), entry("River Police", Authority)];
        assert_eq!(verdict(&list, Some("harbour light  TRUST")), "named");
        assert_eq!(verdict(&list, Some("River Police.")), "named");
        assert_eq!(verdict(&list, Some("Hill House")), "clear");
        assert_eq!(verdict(&list, None), "unknown");
        assert_eq!(verdict(&[entry("ilse brandt", Person)], Some("Hill House")), "named");
        assert_eq!(verdict(&[entry("Per Holm", Person)], None), "clear");
        assert_eq!(verdict(&[], None), "clear");
    }
}
