//! What a calendar address is, and what is in a feed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use icalendar::{Calendar, Component, Event, Property};

use super::store;
use crate::app::Services;
use crate::authz::policy::{case_grants, decide};
use crate::authz::{Action, Class, Decision, Scope};
use crate::channels::advice;
use crate::channels::model::SAFETY;
use crate::channels::windows::Schedule;
use crate::crypto::Secret;
use crate::crypto::secret::{hex, random_bytes, sha256};
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::watch;

/// How far a feed looks ahead, in days.
const DAYS_AHEAD: i64 = 14;
/// How far it looks back, in days: an event keeps its name while it lasts, and its name hangs on its beginning.
const DAYS_BACK: i64 = 8;
/// The most windows of one channel.
const MOST_WINDOWS: usize = 200;
/// How long a due date is shown, in seconds.
const DUE_SECONDS: i64 = 30 * 60;

const ID_BYTES: usize = 16;
const SECRET_BYTES: usize = 32;

/// A new address, and under what it is kept.
///
/// # Errors
/// `internal` when the system gives no randomness.
pub fn new_token(organisation_id: Id) -> Result<(String, [u8; 32])> {
    let secret: [u8; SECRET_BYTES] = random_bytes()?;
    let bytes = [organisation_id.as_bytes().as_slice(), &secret].concat();
    Ok((URL_SAFE_NO_PAD.encode(&bytes), sha256(&bytes)))
}

/// Where an address is looked up.
///
/// # Errors
/// 404 for what cannot be one.
fn read_token(token: &str) -> Result<(Id, [u8; 32])> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok().filter(|bytes| bytes.len() == ID_BYTES + SECRET_BYTES);
    let bytes = bytes.ok_or_else(Error::not_found)?;
    let organisation_id = Id::from_slice(&bytes[..ID_BYTES]).ok_or_else(Error::not_found)?;
    Ok((organisation_id, sha256(&bytes)))
}

/// The feed behind an address, and whose it is.
///
/// # Errors
/// 404 for an address that is not, or not any more, that of somebody who works on cases.
pub fn feed(services: &Services, conn: &mut Conn<'_>, token: &str, now: Time) -> Result<(Scope, String)> {
    let (organisation_id, hash) = read_token(token)?;
    let (user_id, role) = store::owner(conn, organisation_id, &hash)?;
    if decide(role, Action::CalendarCreate) != Decision::Allow {
        return Err(Error::not_found());
    }
    let scope =
        Scope { organisation_id, user_id, role, session_id: None, now, coerced_at_home: None, glass: None };
    let calendar = calendar(services, conn, &scope)?;
    Ok((scope, calendar.to_string()))
}

fn calendar(services: &Services, conn: &mut Conn<'_>, scope: &Scope) -> Result<Calendar> {
    let mut calendar = Calendar {
        properties: Property::from_array([
            ("VERSION", "2.0"),
            ("PRODID", "-//Farlight//Contact//EN"),
            ("CALSCALE", "GREGORIAN"),
            ("METHOD", "PUBLISH"),
            ("X-WR-CALNAME", "Contact"),
        ]),
        components: Vec::new(),
    };
    let names = services.keyring.lookup(scope.organisation_id, "calendar.uid")?;
    let keys = services.keyring.organisation(conn, scope.organisation_id)?;
    let grants = case_grants(scope.role);
    let until = scope.now.plus_seconds(DAYS_AHEAD * 86_400);
    let cases = store::my_cases(scope, conn)?;
    let case_ids: Vec<Id> = cases.iter().map(|key| key.id).collect();
    for row in store::channels_of_victims(scope, conn, &case_ids)? {
        let Some(key) = cases.iter().find(|key| key.id == row.case_id) else { continue };
        let safety = keys.open_key(key)?.granted(grants).open(&SAFETY, row.id, &row.safety)?;
        let Some(rules) = safety.and_then(|safety| safety.rules) else { continue };
        // Any time is no event.
        if rules.windows.is_empty() {
            continue;
        }
        let situation = advice::situation(scope, conn, &row, scope.now)?;
        if situation.doubted {
            continue;
        }
        let from = scope.now.plus_seconds(-DAYS_BACK * 86_400);
        for span in Schedule::new(&rules, &situation.pauses).between(from, until, MOST_WINDOWS) {
            let Some(to) = span.to.filter(|to| *to > scope.now) else { continue };
            let uid = uid(&names, &[b"window", row.id.as_bytes(), &span.from.as_micros().to_be_bytes()]);
            calendar.push(event("Contact window", uid, (span.from, to), scope.now));
        }
    }
    if grants.has(Class::Content) {
        for row in watch::store::of_cases(scope, conn, &case_ids)? {
            if row.stopped_at.is_none() && row.due_at < until {
                let uid = uid(&names, &[b"due", row.case_id.as_bytes()]);
                let span = (row.due_at, row.due_at.plus_seconds(DUE_SECONDS));
                calendar.push(event("Contact expected by", uid, span, scope.now));
            }
        }
    }
    Ok(calendar)
}

/// The same for the same event, and nothing of ours in it.
fn uid(names: &Secret, parts: &[&[u8]]) -> String {
    format!("{}@farlight", hex(&names.mac(parts)))
}

fn event(summary: &str, uid: String, (from, to): (Time, Time), now: Time) -> Event {
    let moment = |at: Time| at.timestamp().strftime("%Y%m%dT%H%M%SZ").to_string();
    let mut event = Event::new();
    for (name, value) in [
        ("UID", uid),
        ("DTSTAMP", moment(now)),
        ("DTSTART", moment(from)),
        ("DTEND", moment(to)),
        ("SUMMARY", summary.to_owned()),
        ("CLASS", "PRIVATE".to_owned()),
        ("TRANSP", "TRANSPARENT".to_owned()),
    ] {
        event.append_property(Property::new(name, value));
    }
    event.done()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_address_leads_to_its_hash_and_nothing_else_leads_anywhere(bytes in any::<[u8; 16]>(), text in "\\PC{0,80}") {
            let organisation = Id::from_slice(&bytes).unwrap();
            let (token, hash) = new_token(organisation).unwrap();
            prop_assert_eq!(token.len(), 64);
            prop_assert!(read_token(&token).is_ok_and(|read| read == (organisation, hash)));
            prop_assert!(read_token(&text).is_err() || text.len() == 64);
            prop_assert_ne!(new_token(organisation).unwrap().1, hash);
        }
    }

    #[test]
    fn long_lines_are_folded() {
        let uid = uid(&Secret::from_slice(&[7; 32]).unwrap(), &[b"due", &[0; 16]]);
        let now = Time::from_micros(0);
        let text = Calendar::from([event("Contact expected by", uid.clone(), (now, now), now)]).to_string();
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert!(text.replace("\r\n ", "").contains(&format!("UID:{uid}\r\n")), "{text}");
        assert!(text.contains("DTSTART:19700101T000000Z\r\n"), "{text}");
    }
}
