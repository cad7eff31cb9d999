//! What must not come to life again with an old state of the database.
//!
//! A restored database knows nothing of what was revoked, used up or sent after the backup. Whoever stole a token that
//! was revoked since would be let in again; an invitation would work twice; a message would go out twice. So all of
//! that ends with the restoration, and staff sign in anew. Kept are the keys of idempotent requests and the items of
//! offline batches: a phone that sends once more what it sent before the backup must not do it twice.

use super::store;
use crate::db::Conn;
use crate::db::types::Time;
use crate::error::Result;
use crate::files::Name;

/// More than any row's version grows between a backup and its restoration: an ETag of the time that was lost fits no
/// state that comes after it.
const VERSION_LEAP: u32 = 1_000_000;

/// What was ended.
#[derive(Debug, Default)]
pub struct Ended {
    /// Sessions, each with a row in the audit log.
    pub sessions: usize,
    /// Refresh tokens.
    pub refresh_tokens: usize,
    /// Invitations and set-up links.
    pub links: usize,
    /// Addresses of calendars.
    pub calendar_feeds: usize,
    /// Devices that were known.
    pub devices: usize,
    /// Accesses in an emergency.
    pub break_glass: usize,
    /// Announcements to webhooks and mailboxes.
    pub deliveries: usize,
    /// Uploads under way whose pieces are not in the backup.
    pub uploads: usize,
}

/// Ends it, in the transaction of the restoration. `unfinished` are pieces of uploads that did not come along.
pub(super) fn end(conn: &mut Conn<'_>, unfinished: &[String], now: Time) -> Result<Ended> {
    let ended = Ended {
        sessions: store::end_sessions(conn, now)?,
        refresh_tokens: store::forget_refresh_tokens(conn)?,
        links: store::use_up_links(conn, now)?,
        calendar_feeds: store::end_calendar_feeds(conn)?,
        devices: store::forget_devices(conn)?,
        break_glass: store::end_break_glass(conn, now)?,
        deliveries: store::abandon_deliveries(conn, now)?,
        uploads: close_uploads(conn, unfinished, now)?,
    };
    store::raise_versions(conn, VERSION_LEAP)?;
    Ok(ended)
}

fn close_uploads(conn: &mut Conn<'_>, unfinished: &[String], now: Time) -> Result<usize> {
    let mut owners: Vec<_> =
        unfinished.iter().filter_map(|name| Name::parse(name)?.part_of_upload()).collect();
    owners.dedup();
    let mut closed = 0;
    for (organisation, upload) in owners {
        closed += store::close_upload(conn, organisation, upload, now)?;
    }
    Ok(closed)
}

impl Ended {
    /// A line for each, for whoever runs the restoration.
    pub(super) fn tell(&self, say: &impl Fn(&str)) {
        let Self {
            sessions,
            refresh_tokens,
            links,
            calendar_feeds,
            devices,
            break_glass,
            deliveries,
            uploads,
        } = self;
        say(&format!(
            "ended: {sessions} sessions, {refresh_tokens} refresh tokens. Everybody signs in again"
        ));
        say(&format!("used up: {links} invitations and set-up links. Invite again whoever had not come yet"));
        say(&format!("ended: {calendar_feeds} addresses of calendars. Who wants one makes a new one"));
        say(&format!("forgotten: {devices} known devices. ended: {break_glass} accesses in an emergency"));
        say(&format!(
            "given up: {deliveries} announcements that waited for webhooks and mailboxes. The alerts themselves are there"
        ));
        say(&format!("given up: {uploads} uploads under way. Their senders begin again"));
        say("kept: idempotency keys and items of offline batches. What is sent again is not done again");
        say(
            "look at: whoever was suspended, lost a role, changed a password, used a recovery code or lost a phone \
             after the backup, and which cases were destroyed. This database does not know of it: do it again before you \
             let anybody in",
        );
    }
}
