//! What is kept of somebody, and what of it left, in the database.

use diesel::prelude::*;

use super::model::Particulars;
use crate::authz::Scope;
use crate::cases::model::CaseStatus;
use crate::channels::store::ChannelRow;
use crate::clues::store::ClueRow;
use crate::consents::store::ConsentRow;
use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::error::Result;
use crate::http::page::Keyset;
use crate::legal_bases::store::BasisRow;
use crate::messages::store::MessageRow;
use crate::on;
use crate::referrals::model::ReferralStatus;
use crate::schema::{
    case_events, channels as channel_rows, clues as clue_rows, consents as consent_rows, legal_bases,
    message_attachments, messages as message_rows, referrals as referral_rows, subject_accesses,
};

/// That somebody was given what is kept of them.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = subject_accesses, treat_none_as_default_value = false)]
pub struct AccessRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// On which case they are.
    pub case_id: Id,
    /// Who.
    pub person_id: Id,
    /// Sealed particulars.
    pub particulars: Sealed<Particulars>,
    /// Who made it.
    pub made_by: Id,
    /// When (UTC).
    pub made_at: Time,
}

pub(super) fn insert(conn: &mut Conn<'_>, row: &AccessRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(subject_accesses::table).values(row).execute(c))?;
    Ok(())
}

/// What was given to a person who was found in reach, oldest first.
pub(super) fn of_person(scope: &Scope, conn: &mut Conn<'_>, person_id: Id) -> Result<Vec<AccessRow>> {
    Ok(on!(conn, c => subject_accesses::table
        .filter(subject_accesses::organisation_id.eq(scope.organisation_id))
        .filter(subject_accesses::person_id.eq(person_id))
        .order((subject_accesses::made_at.asc(), subject_accesses::id.asc()))
        .select(AccessRow::as_select())
        .load(c))?)
}

/// The same, newest first and page by page.
pub(super) fn list(
    scope: &Scope,
    conn: &mut Conn<'_>,
    person_id: Id,
    keyset: &Keyset,
) -> Result<Vec<AccessRow>> {
    Ok(on!(conn, c => {
        let query = subject_accesses::table
            .filter(subject_accesses::organisation_id.eq(scope.organisation_id))
            .filter(subject_accesses::person_id.eq(person_id))
            .select(AccessRow::as_select())
            .into_boxed::<Backend>();
        within!(query, keyset.descending(), subject_accesses::made_at, subject_accesses::id).load(c)
    })?)
}

/// Their channels.
pub(super) fn channels(scope: &Scope, conn: &mut Conn<'_>, person_id: Id) -> Result<Vec<ChannelRow>> {
    Ok(on!(conn, c => channel_rows::table
        .filter(channel_rows::organisation_id.eq(scope.organisation_id))
        .filter(channel_rows::person_id.eq(person_id))
        .order((channel_rows::created_at.asc(), channel_rows::id.asc()))
        .select(ChannelRow::as_select())
        .load(c))?)
}

/// What was written on some channels, in order.
pub(super) fn messages(scope: &Scope, conn: &mut Conn<'_>, channels: &[Id]) -> Result<Vec<MessageRow>> {
    Ok(on!(conn, c => message_rows::table
        .filter(message_rows::organisation_id.eq(scope.organisation_id))
        .filter(message_rows::channel_id.eq_any(channels))
        .order((message_rows::placed_at.asc(), message_rows::id.asc()))
        .select(MessageRow::as_select())
        .load(c))?)
}

/// The files that came with some messages.
pub(super) fn files_of(scope: &Scope, conn: &mut Conn<'_>, messages: &[Id]) -> Result<Vec<Id>> {
    let mut files = Vec::new();
    for chunk in messages.chunks(1_000) {
        let found: Vec<Id> = on!(conn, c => message_attachments::table
            .filter(message_attachments::organisation_id.eq(scope.organisation_id))
            .filter(message_attachments::message_id.eq_any(chunk))
            .select(message_attachments::attachment_id)
            .load(c))?;
        files.extend(found);
    }
    Ok(files)
}

/// The clues of a case.
pub(super) fn clues(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<Vec<ClueRow>> {
    Ok(on!(conn, c => clue_rows::table
        .filter(clue_rows::organisation_id.eq(scope.organisation_id))
        .filter(clue_rows::case_id.eq(case_id))
        .order((clue_rows::observed_at.asc(), clue_rows::id.asc()))
        .select(ClueRow::as_select())
        .load(c))?)
}

/// What they agreed to.
pub(super) fn consents(scope: &Scope, conn: &mut Conn<'_>, person_id: Id) -> Result<Vec<ConsentRow>> {
    Ok(on!(conn, c => consent_rows::table
        .filter(consent_rows::organisation_id.eq(scope.organisation_id))
        .filter(consent_rows::person_id.eq(person_id))
        .order((consent_rows::given_at.asc(), consent_rows::id.asc()))
        .select(ConsentRow::as_select())
        .load(c))?)
}

/// On what ground their case is, and was, kept.
pub(super) fn bases(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<Vec<BasisRow>> {
    Ok(on!(conn, c => legal_bases::table
        .filter(legal_bases::organisation_id.eq(scope.organisation_id))
        .filter(legal_bases::case_id.eq(case_id))
        .order((legal_bases::recorded_at.asc(), legal_bases::id.asc()))
        .select(BasisRow::as_select())
        .load(c))?)
}

/// With whom their case was shared: where that stands, what it opens, since when and until when.
pub(super) fn referrals(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
) -> Result<Vec<(ReferralStatus, String, Time, Time)>> {
    Ok(on!(conn, c => referral_rows::table
        .filter(referral_rows::organisation_id.eq(scope.organisation_id))
        .filter(referral_rows::case_id.eq(case_id))
        .order((referral_rows::created_at.asc(), referral_rows::id.asc()))
        .select((
            referral_rows::status,
            referral_rows::classes,
            referral_rows::created_at,
            referral_rows::expires_at,
        ))
        .load(c))?)
}

/// When a case moved, from which status to which.
pub(super) type Move = (Time, Option<CaseStatus>, Option<CaseStatus>);

/// How their case moved: when, from where, to where.
pub(super) fn moves(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<Vec<Move>> {
    Ok(on!(conn, c => case_events::table
        .filter(case_events::organisation_id.eq(scope.organisation_id))
        .filter(case_events::case_id.eq(case_id))
        .filter(case_events::to_status.is_not_null())
        .order((case_events::at.asc(), case_events::id.asc()))
        .select((case_events::at, case_events::from_status, case_events::to_status))
        .load(c))?)
}
