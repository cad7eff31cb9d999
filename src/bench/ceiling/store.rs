//! The statements that a request cannot do without, and nothing else.

use diesel::prelude::*;

use crate::alerts::model::{AlertKind, NewAlert};
use crate::audit::{self, Outcome};
use crate::authz::Action;
use crate::cases::store::CaseRow;
use crate::db::types::{Id, Time};
use crate::db::{Conn, kept_update};
use crate::error::Result;
use crate::messages::store::MessageRow;
use crate::on;
use crate::schema::{alerts, audit_events, cases, idempotency_keys, messages, watches};

/// In seconds: what will be raised is never raised while somebody measures.
const YEAR: i64 = 365 * 86_400;

/// One case by its key.
pub(super) fn case(conn: &mut Conn<'_>, organisation: Id, id: Id) -> Result<CaseRow> {
    Ok(on!(conn, c => cases::table.find((organisation, id)).select(CaseRow::as_select()).first(c))?)
}

/// The newest messages of a case.
pub(super) fn messages(
    conn: &mut Conn<'_>,
    organisation: Id,
    case: Id,
    limit: i64,
) -> Result<Vec<MessageRow>> {
    Ok(on!(conn, c => messages::table
        .filter(messages::organisation_id.eq(organisation))
        .filter(messages::case_id.eq(case))
        .order((messages::placed_at.desc(), messages::id.desc()))
        .limit(limit)
        .select(MessageRow::as_select())
        .load(c))?)
}

/// What a logged message leaves behind at the least: its row, its audit row, the answer under its idempotency key, the
/// time of the last activity of the case, and where somebody watches the case, the new moments of the watch and the two
/// alerts that will be raised at them. `bytes` stands for what is sealed and hashed there.
pub(super) fn log(conn: &mut Conn<'_>, row: &MessageRow, user: Id, now: Time, bytes: &[u8]) -> Result<()> {
    let hash = bytes.get(..32).unwrap_or(bytes);
    let seq = audit::store::place(conn, row.organisation_id)?;
    on!(conn, c => {
        diesel::insert_into(messages::table).values(row).execute(c)?;
        diesel::insert_into(idempotency_keys::table)
            .values((
                idempotency_keys::organisation_id.eq(row.organisation_id),
                idempotency_keys::user_id.eq(user),
                idempotency_keys::key_hash.eq([row.id.as_bytes().as_slice(), &hash[..16]].concat()),
                idempotency_keys::request_hash.eq(hash),
                idempotency_keys::status.eq(201),
                idempotency_keys::response.eq(bytes),
                idempotency_keys::created_at.eq(now),
            ))
            .execute(c)?;
        diesel::insert_into(audit_events::table)
            .values((
                audit_events::organisation_id.eq(row.organisation_id),
                audit_events::id.eq(row.id),
                audit_events::seq.eq(seq),
                audit_events::at.eq(now),
                audit_events::actor_id.eq(Some(user)),
                audit_events::session_id.eq(Some(user)),
                audit_events::action.eq(Action::MessageCreate),
                audit_events::outcome.eq(Outcome::Done),
                audit_events::object_id.eq(Some(row.id)),
                audit_events::case_id.eq(Some(row.case_id)),
                audit_events::detail.eq(bytes.get(..160).unwrap_or(bytes)),
                audit_events::leaf_hash.eq(hash),
            ))
            .execute(c)?;
        let this = cases::organisation_id.eq(row.organisation_id).and(cases::id.eq(row.case_id));
        kept_update(cases::table, this, cases::updated_at.eq(now)).execute(c)
    })?;
    watch(conn, row, now)
}

fn watch(conn: &mut Conn<'_>, row: &MessageRow, now: Time) -> Result<()> {
    let later = now.plus_seconds(YEAR);
    let this = watches::organisation_id.eq(row.organisation_id).and(watches::case_id.eq(row.case_id));
    let moments = (
        watches::last_sign_of_life_at.eq(Some(now)),
        watches::due_at.eq(later),
        watches::overdue_at.eq(later),
        watches::silent_at.eq(later),
        watches::updated_at.eq(now),
    );
    let watched = on!(conn, c => kept_update(watches::table, this, moments).execute(c))?;
    let kinds: &[AlertKind] = if watched == 1 { &[AlertKind::Overdue, AlertKind::Silent] } else { &[] };
    for kind in kinds {
        let alert = NewAlert {
            kind: *kind,
            case_id: Some(row.case_id),
            operation_id: None,
            subject_id: None,
            since: later,
            open_until: later,
        };
        let alert = alert.row(row.organisation_id, now);
        on!(conn, c => diesel::insert_into(alerts::table).values(&alert).execute(c))?;
    }
    Ok(())
}
