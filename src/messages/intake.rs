//! What a contact changes around it: who waits for an answer, when the next sign of life is due, what is over.

use super::model::Authenticity;
use super::store;
use crate::alerts::model::AlertKind;
use crate::alerts::store::About;
use crate::authz::Tx;
use crate::db::types::Id;
use crate::error::Result;
use crate::{alerts, channels, watch};

/// Brings everything up to date that follows from the messages of a channel: after any were added, put elsewhere in
/// time, or judged anew.
///
/// # Errors
/// Of the database.
pub fn settle(tx: &mut Tx<'_, '_>, case_id: Id, channel_id: Id) -> Result<()> {
    let (organisation_id, now) = (tx.scope.organisation_id, tx.now());
    // First of all, since it locks the channel: of two contacts at once the second must see the first.
    channels::store::set_unanswered(&tx.scope, tx.conn, channel_id, None)?;
    if let Some(since) = store::unanswered_since(&tx.scope, tx.conn, channel_id)? {
        channels::store::set_unanswered(&tx.scope, tx.conn, channel_id, Some(since))?;
    }
    // Whoever has proved since then to be who they are has also shown that the duress is over.
    if let Some(proved_at) = store::last_judged(&tx.scope, tx.conn, channel_id, Authenticity::Verified)? {
        let subjects =
            alerts::store::open_subjects(tx.conn, organisation_id, AlertKind::Duress, case_id, now)?;
        for row in store::on_channel_until(&tx.scope, tx.conn, channel_id, &subjects, proved_at)? {
            alerts::model::resolve_about(tx, AlertKind::Duress, About::Message(row))?;
        }
    }
    watch::model::refresh(tx.conn, organisation_id, case_id, now)
}
