//! What a referral is, how it moves, and what it opens.

use serde::{Deserialize, Serialize};

use super::sharing::{self, SharedClass, join_classes, split_classes};
use super::store::{self, ReferralRow};
use crate::authz::policy::Role;
use crate::authz::{Class, Grants, Tx};
use crate::cases::model::OpenCase;
use crate::crypto::{Access, Field, Sealed};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::estimates::audience::Precision;
use crate::{cases, do_not_share, users, view};

/// What was said when the case was offered and when it was given back.
pub const WORDS: Field<Words> = Field::new("referrals.note", Class::Content);

/// Longest time that consent is taken for granted.
pub const MAX_DAYS: i64 = 366;

/// What is opened of a referral itself: the words that go with it. Of the case they open nothing.
const OWN: Grants = Grants::of(&[Class::Outline, Class::Content]);

crate::words! {
    /// Where a referral stands.
    pub enum ReferralStatus {
        /// Waits for the partner.
        Offered = "offered",
        /// The partner has the case in reach.
        Accepted = "accepted",
        /// The partner gave it back, or declined.
        Returned = "returned",
        /// The organisation took it back.
        Withdrawn = "withdrawn",
    }
}

/// What was said, sealed in the column `note`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// With the offer, to the partner.
    pub note: Option<String>,
    /// On return or withdrawal.
    pub reason: Option<String>,
}

/// What somebody does with a referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The partner takes the case on.
    Accept,
    /// The partner declines it or gives it back.
    Return,
    /// The organisation takes it back.
    Withdraw,
}

/// Where a referral stands after `act`. `expired` is whether its end has passed: what has expired opens
/// nothing and can no longer be accepted, but can still be put away.
///
/// # Errors
/// 409 `invalid-transition`.
pub fn next(from: ReferralStatus, act: Act, expired: bool) -> Result<ReferralStatus> {
    use ReferralStatus::{Accepted, Offered, Returned, Withdrawn};
    match (from, act) {
        (Offered, Act::Accept) if expired => {
            Err(Error::conflict("invalid-transition", "This referral has expired. Ask for a new one."))
        }
        (Offered, Act::Accept) => Ok(Accepted),
        (Offered | Accepted, Act::Return) => Ok(Returned),
        (Offered | Accepted, Act::Withdraw) => Ok(Withdrawn),
        (Accepted | Returned | Withdrawn, Act::Accept)
        | (Returned | Withdrawn, Act::Return | Act::Withdraw) => {
            let act = match act {
                Act::Accept => "accepted",
                Act::Return => "returned",
                Act::Withdraw => "withdrawn",
            };
            Err(Error::conflict("invalid-transition", format!("A referral that is {from} cannot be {act}.")))
        }
    }
}

/// Whether a referral may last until then.
///
/// # Errors
/// 422 on `/expires_at`.
pub fn check_expiry(expires_at: Time, now: Time) -> Result<()> {
    if expires_at <= now {
        return Err(Error::invalid("/expires_at", "must be in the future"));
    }
    if expires_at > now.plus_seconds(MAX_DAYS * 86_400) {
        return Err(Error::invalid("/expires_at", format!("must be at most {MAX_DAYS} days from now")));
    }
    Ok(())
}

/// A case to offer.
pub struct NewReferral {
    /// The id.
    pub id: Id,
    /// To whom.
    pub user_id: Id,
    /// What consent covers.
    pub classes: Vec<SharedClass>,
    /// How finely it tells where somebody is.
    pub precision: Option<Precision>,
    /// Until when (UTC).
    pub expires_at: Time,
    /// What to tell the partner.
    pub note: Option<String>,
}

/// Offers a case, which was opened alone, to a partner of the organisation.
///
/// # Errors
/// 409 `id-taken`; 409 `do-not-share` and `affiliation-needed` for whom the case is not to be shared with; 422 when the
/// user is no active partner, when the precision does not go with the classes, or the end is too near or too far.
pub fn offer(tx: &mut Tx<'_, '_>, case: &OpenCase, referral: NewReferral) -> Result<ReferralRow> {
    let NewReferral { id, user_id, classes, precision, expires_at, note } = referral;
    let role = users::store::active_role(&tx.scope, tx.conn, user_id, "/user_id")?;
    if role != Role::Partner {
        return Err(Error::invalid("/user_id", format!("is a {role}; cases are referred to partners")));
    }
    check_expiry(expires_at, tx.now())?;
    let precision = sharing::precision(&classes, precision)?;
    do_not_share::model::check_offer(tx, case.row.id, user_id)?;
    let row = ReferralRow {
        organisation_id: tx.scope.organisation_id,
        id,
        case_id: case.row.id,
        user_id,
        classes: join_classes(classes),
        status: ReferralStatus::Offered,
        note: case.access.seal(&WORDS, id, &Words { note, reason: None })?,
        created_by: tx.scope.user_id,
        created_at: tx.now(),
        updated_at: tx.now(),
        expires_at,
        version: 1,
        precision,
    };
    store::insert(tx.conn, &row)?;
    Ok(row)
}

/// Moves a referral on behalf of the caller: the partner it was offered to, or a coordinator. Gives its new
/// state.
///
/// # Errors
/// 404 when it is not theirs; 409 `invalid-transition`.
pub fn act(tx: &mut Tx<'_, '_>, id: Id, act: Act, reason: Option<String>) -> Result<ReferralRow> {
    let mut row = match act {
        // A partner who has not accepted has no reach on the case: what they reach is their own offer.
        Act::Accept | Act::Return => store::find_mine(&tx.scope, tx.conn, id)?,
        Act::Withdraw => {
            let row = store::find(&tx.scope, tx.conn, id)?;
            cases::model::open(tx, row.case_id)?;
            row
        }
    };
    tx.about_case(row.case_id);
    // Whoever changes with whom the case is shared waits here for the other.
    cases::store::touch(&tx.scope, tx.conn, row.case_id)?;
    row = store::find(&tx.scope, tx.conn, row.id)?;
    let from = row.status;
    row.status = next(from, act, row.expires_at <= tx.now())?;
    if act == Act::Accept && do_not_share::model::is_named(tx, row.case_id, row.user_id)? {
        // Why is not for the partner to know.
        return Err(Error::conflict("invalid-transition", "This referral is no longer open."));
    }
    if reason.is_some() {
        let access = words_access(tx, &row)?;
        let words = access.open(&WORDS, row.id, &row.note)?.unwrap_or_default();
        row.note = access.seal(&WORDS, row.id, &Words { reason, ..words })?;
    }
    tx.note(format!("{from} to {}", row.status));
    if !store::update(&tx.scope, tx.conn, &row)? {
        return Err(Error::conflict("invalid-transition", "Somebody else has just moved this referral."));
    }
    store::find(&tx.scope, tx.conn, row.id)
}

/// Takes a live referral back on behalf of the organisation; false when it was over already.
///
/// # Errors
/// Of the database.
pub fn end(tx: &mut Tx<'_, '_>, row: &ReferralRow, reason: &str) -> Result<bool> {
    let access = words_access(tx, row)?;
    let words = access.open(&WORDS, row.id, &row.note)?.unwrap_or_default();
    let note = access.seal(&WORDS, row.id, &Words { reason: Some(reason.to_owned()), ..words })?;
    store::withdraw(&tx.scope, tx.conn, row.id, &note)
}

/// Opens the words of a referral that the caller may read by itself, whatever they may see of its case.
///
/// # Errors
/// `internal` when the case has no key.
pub fn words_access(tx: &mut Tx<'_, '_>, row: &ReferralRow) -> Result<Access> {
    tx.vault_of(row.case_id, OWN)
}

view! {
    /// A case offered to a partner.
    pub struct ReferralView from ReferralFields {
        /// The id.
        outline id: Id,
        /// Which case.
        outline case_id: Id,
        /// To whom.
        outline user_id: Id,
        /// Their name.
        outline user_name: String,
        /// What of the case it opens beside the outline.
        outline classes: Vec<SharedClass>,
        /// How finely it tells where somebody is; absent where it tells nothing of that.
        outline_maybe precision: Precision,
        /// Where it stands.
        outline status: ReferralStatus,
        /// What the partner was told with the offer.
        content note: String,
        /// Why it was returned or withdrawn.
        content reason: String,
        /// Who offered it.
        outline created_by: Id,
        /// When it was offered (UTC).
        outline created_at: Time,
        /// When it last moved (UTC).
        outline updated_at: Time,
        /// When it ends by itself, whatever its status says (UTC).
        outline expires_at: Time,
        /// Counts changes; also in the ETag.
        outline version: i64,
    }
}

/// A referral as its partner and the workers on its case see it; `name` is the partner's.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(
    tx: &mut Tx<'_, '_>,
    access: &Access,
    row: &ReferralRow,
    name: &Sealed<String>,
) -> Result<ReferralView> {
    let Words { note, reason } = access.open(&WORDS, row.id, &row.note)?.unwrap_or_default();
    let staff = tx.organisation_access(Grants::of(&[Class::Outline]))?;
    let fields = ReferralFields {
        id: row.id,
        case_id: row.case_id,
        user_id: row.user_id,
        user_name: staff.open(&users::model::NAME, row.user_id, name)?.unwrap_or_default(),
        classes: split_classes(&row.classes)?,
        precision: row.precision,
        status: row.status,
        note,
        reason,
        created_by: row.created_by,
        created_at: row.created_at,
        updated_at: row.updated_at,
        expires_at: row.expires_at,
        version: row.version,
    };
    Ok(fields.redact(access.grants()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_act() -> impl Strategy<Value = Act> {
        proptest::sample::select(&[Act::Accept, Act::Return, Act::Withdraw][..])
    }

    proptest! {
        #[test]
        fn any_walk_opens_the_case_only_between_acceptance_and_its_end(
            steps in proptest::collection::vec((any_act(), any::<bool>()), 0..20),
        ) {
            let mut status = ReferralStatus::Offered;
            let mut ended = false;
            let mut accepted = false;
            for (act, expired) in steps {
                let Ok(after) = next(status, act, expired) else { continue };
                prop_assert!(!ended, "{status} is an end, but {act:?} led to {after}");
                prop_assert_ne!(after, status);
                accepted |= act == Act::Accept;
                prop_assert!(!(act == Act::Accept && expired));
                ended = matches!(after, ReferralStatus::Returned | ReferralStatus::Withdrawn);
                prop_assert_eq!(after == ReferralStatus::Accepted, accepted && !ended);
                status = after;
            }
        }

        #[test]
        fn whatever_lives_can_be_ended_by_either_side(expired in any::<bool>(), accepted in any::<bool>()) {
            let from = if accepted { ReferralStatus::Accepted } else { ReferralStatus::Offered };
            prop_assert_eq!(next(from, Act::Return, expired).unwrap(), ReferralStatus::Returned);
            prop_assert_eq!(next(from, Act::Withdraw, expired).unwrap(), ReferralStatus::Withdrawn);
        }

        #[test]
        fn an_end_is_within_the_year_to_come(seconds in -40_000_000_i64..40_000_000) {
            let now: Time = "2026-04-06T00:00:00Z".parse().unwrap();
            let allowed = (1..=MAX_DAYS * 86_400).contains(&seconds);
            prop_assert_eq!(check_expiry(now.plus_seconds(seconds), now).is_ok(), allowed);
        }
    }
}
