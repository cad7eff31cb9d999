//! The poller: one per node, for all of its streams.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Weak};
use std::time::Duration;

use actix_web::web::Bytes;
use tokio::time::Instant;

use super::hub::{Found, Hub, Listener};
use super::model;
use super::store::{self, EventRow, Live};
use crate::alerts;
use crate::app::Services;
use crate::authz::policy::decide;
use crate::authz::{Action, Decision, Reach, Role, Scope};
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::Result;

/// How often new events are looked for while somebody listens.
const INTERVAL: Duration = Duration::from_millis(250);
/// How often everybody is looked at again, events or not: well within a second.
const CHECK: Duration = Duration::from_millis(500);
/// Events that one look reads for one place in the order: fewer than a stream's queue holds.
const BATCH: i64 = 100;

/// Starts polling; ends with the services.
pub fn start(services: &Arc<Services>) {
    let (bell, services) = (services.events.bell(), Arc::downgrade(services));
    tokio::spawn(async move {
        let mut checked = None;
        while let Some(more) = round(&services, &mut checked).await {
            if more {
                continue;
            }
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                () = bell.notified() => {}
            }
        }
    });
}

/// One look; says whether there is more to read at once, `None` when the services are gone.
async fn round(services: &Weak<Services>, checked: &mut Option<Instant>) -> Option<bool> {
    let services = services.upgrade().filter(|services| !services.is_sealed())?;
    let hub = Arc::clone(&services.events);
    let listeners = hub.listeners();
    if listeners.is_empty() {
        return Some(false);
    }
    let check = checked.is_none_or(|at| at.elapsed() >= CHECK);
    let now = services.clock.now();
    match services.db.read(move |conn| look(conn, listeners, check, now)).await {
        Ok(seen) => {
            if seen.checked {
                *checked = Some(Instant::now());
            }
            let more = seen.more;
            // Without the second, one that is stuck far behind would keep this going without a pause.
            Some(apply(&hub, seen) && more)
        }
        Err(error) => {
            // Nobody is sent anything that could not be decided on.
            tracing::error!(?error, "events could not be read; they will be tried again");
            Some(false)
        }
    }
}

/// Says whether anybody got further.
fn apply(hub: &Hub, seen: Seen) -> bool {
    hub.cut(&seen.ended);
    let now = Instant::now();
    let moved = hub.deliver(seen.found, now);
    hub.tend(now);
    moved
}

struct Seen {
    ended: Vec<u64>,
    found: Vec<Found>,
    checked: bool,
    more: bool,
}

/// What one reader sees of a stretch of events. Readers who reach all of an organisation see the same by their role.
type Sight = (Id, i64, Role, Option<Id>);

fn look(conn: &mut Conn<'_>, listeners: Vec<Listener>, check: bool, now: Time) -> Result<Seen> {
    let organisations: Vec<Id> = listeners
        .iter()
        .map(|listener| listener.organisation_id)
        .collect::<HashSet<_>>()
        .into_iter()
        .collect();
    let heads = store::heads(conn, &organisations)?;
    let behind =
        |listener: &Listener| heads.get(&listener.organisation_id).is_some_and(|head| *head > listener.seq);
    // Events first, then who may see them: whoever lost their reach in between gets nothing.
    let mut stretches: BTreeMap<(Id, i64), Vec<EventRow>> = BTreeMap::new();
    for listener in listeners.iter().filter(|listener| behind(listener)) {
        let place = (listener.organisation_id, listener.seq);
        if let Entry::Vacant(stretch) = stretches.entry(place) {
            stretch.insert(store::after(conn, place.0, place.1, BATCH)?);
        }
    }
    // Of an alert everybody in a role hears the same, but for whom it is kept from.
    let mut spared: HashSet<Id> = HashSet::new();
    for ((organisation_id, _), events) in &stretches {
        let ids: Vec<Id> = events.iter().map(|event| event.alert_id).collect();
        spared.extend(alerts::store::coerced_among(conn, *organisation_id, &ids)?);
    }
    let mut seen = Seen { ended: Vec::new(), found: Vec::new(), checked: false, more: false };
    if !check && stretches.is_empty() {
        return Ok(seen);
    }
    let roles = roles(conn, &listeners, now)?;
    seen.checked = true;
    let mut sights: HashMap<Sight, Arc<[Bytes]>> = HashMap::new();
    for listener in listeners {
        let live = roles.get(&listener.session_id).copied().filter(|_| listener.until > now);
        let Some(Live { role, is_coerced, .. }) = live else {
            seen.ended.push(listener.key);
            continue;
        };
        let place = (listener.organisation_id, listener.seq);
        let Some((events, last)) = stretches.get(&place).and_then(|events| Some((events, events.last()?)))
        else {
            continue;
        };
        let scope = Scope {
            organisation_id: listener.organisation_id,
            user_id: listener.user_id,
            role,
            session_id: Some(listener.session_id),
            // An alert is visible from its time on. This clock may have been read before that, or be behind that of
            // the node that saw it come: what has happened is not ahead.
            now: events.iter().map(|event| event.at).fold(now, Time::max),
            coerced_at_home: None,
            glass: None,
        };
        let scope = scope.nowhere_if(is_coerced);
        let sees_by_themselves = scope.reach() != Reach::Organisation || spared.contains(&listener.user_id);
        let reader = Some(listener.user_id).filter(|_| sees_by_themselves);
        let sight = (scope.organisation_id, place.1, role, reader);
        let frames = match sights.get(&sight) {
            Some(frames) => Arc::clone(frames),
            None => {
                let frames = frames(conn, &scope, events)?;
                sights.insert(sight, Arc::clone(&frames));
                frames
            }
        };
        seen.more |= heads.get(&listener.organisation_id).is_some_and(|head| *head > last.seq);
        seen.found.push(Found { key: listener.key, from: listener.seq, frames, to: last.seq });
    }
    Ok(seen)
}

/// The present role of each session that may still listen; whoever is missing may not.
fn roles(conn: &mut Conn<'_>, listeners: &[Listener], now: Time) -> Result<HashMap<Id, Live>> {
    let mut sessions: HashMap<Id, HashMap<Id, Id>> = HashMap::new();
    for listener in listeners {
        sessions.entry(listener.organisation_id).or_default().insert(listener.session_id, listener.user_id);
    }
    let mut roles = HashMap::new();
    for (organisation_id, users) in sessions {
        let ids: Vec<Id> = users.keys().copied().collect();
        for (session_id, live) in store::live_sessions(conn, organisation_id, &ids, now)? {
            let is_theirs = users.get(&session_id) == Some(&live.user_id);
            if is_theirs && decide(live.role, Action::EventStream) == Decision::Allow {
                roles.insert(session_id, live);
            }
        }
    }
    Ok(roles)
}

/// What `scope` may see of these events now, as it is sent.
fn frames(conn: &mut Conn<'_>, scope: &Scope, events: &[EventRow]) -> Result<Arc<[Bytes]>> {
    let ids: Vec<Id> =
        events.iter().map(|event| event.alert_id).collect::<HashSet<_>>().into_iter().collect();
    let visible: HashMap<Id, _> =
        alerts::store::find_all(scope, conn, &ids)?.into_iter().map(|seen| (seen.row.id, seen)).collect();
    events
        .iter()
        .filter_map(|event| visible.get(&event.alert_id).map(|seen| (event, seen)))
        .map(|(event, seen)| model::frame(event, seen.row.kind, alerts::model::show(seen, scope.now)))
        .collect()
}
