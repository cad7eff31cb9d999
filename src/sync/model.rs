//! What a device was sent, and what is different now.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;

use super::{carried, store};
use crate::alerts::model::AlertView;
use crate::authz::policy::operation_grants;
use crate::authz::{Class, Tx};
use crate::cases::model::CaseView;
use crate::check_ins::model::CheckInView;
use crate::crypto::Secret;
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::operations;
use crate::operations::view::OperationView;
use crate::reports::model::ReportView;
use crate::tasks::model::TaskView;

/// Bytes of records after which an answer has no room for another: what a link of 16 kbit/s carries, compressed, between
/// two of its breaks.
const ROOM: usize = 32_768;
/// Bytes that a keyed hash is cut to.
const DIGEST: usize = 8;
/// Bytes of one record in a point: kind, id, digest.
const ENTRY: usize = 1 + 16 + DIGEST;

crate::words! {
    /// What kind of record a device holds. The most urgent comes first.
    pub enum RecordKind {
        /// Something that somebody should look at.
        Alert = "alert",
        /// An operation.
        Operation = "operation",
        /// How a team was.
        CheckIn = "check_in",
        /// A field report.
        Report = "report",
        /// A task.
        Task = "task",
        /// The outline of a case.
        Case = "case",
    }
}

/// A record that is to be deleted.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Gone {
    /// What kind of record.
    pub kind: RecordKind,
    /// Its id.
    pub id: Id,
}

/// One change: a record as it is now, as its own endpoint shows it, or one that is gone.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Not in reach any more, over, or behind too many newer ones: delete it.
    Gone(Gone),
    /// An alert that is not over.
    Alert(Box<AlertView>),
    /// An operation; for whoever is on it with plan and recognition cards.
    Operation(Box<OperationView>),
    /// A check-in on one of these operations.
    CheckIn(Box<CheckInView>),
    /// A report on one of these operations.
    Report(Box<ReportView>),
    /// An open task of yours.
    Task(Box<TaskView>),
    /// The outline of a case.
    Case(Box<CaseView>),
}

/// What has changed since the cursor.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangesView {
    /// What is different, in the order in which it matters: what is gone first, then the most urgent.
    pub items: Vec<Change>,
    /// Send it as `after` next time.
    pub cursor: String,
    /// Whether more has changed than is in this answer: ask again at once, with the new cursor.
    pub more: bool,
    /// Whether this begins anew: what is held of before counts no more.
    pub reset: bool,
}

type Key = (RecordKind, Id);
type Digest = [u8; DIGEST];

/// What a device has been sent and not been told to delete.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Point(BTreeMap<Key, Digest>);

impl Point {
    fn to_bytes(&self) -> Vec<u8> {
        let entry = |((kind, id), digest): (&Key, &Digest)| {
            let mut bytes = vec![*kind as u8];
            bytes.extend(id.as_bytes());
            bytes.extend(digest);
            bytes
        };
        self.0.iter().flat_map(entry).collect()
    }

    /// None for what another version of this program wrote and this one cannot read.
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if !bytes.len().is_multiple_of(ENTRY) {
            return None;
        }
        let entry = |bytes: &[u8]| {
            let (kind, rest) = bytes.split_first()?;
            let (id, digest) = rest.split_at_checked(16)?;
            let kind = RecordKind::ALL.get(usize::from(*kind))?;
            Some(((*kind, Id::from_slice(id)?), digest.try_into().ok()?))
        };
        bytes.chunks_exact(ENTRY).map(entry).collect::<Option<_>>().map(Self)
    }

    /// Names the point: whoever gets to the same point in the same session gets the same name.
    fn id(&self, key: &Secret, session: Id) -> Result<Id> {
        let tag = key.lookup(&[b"point", session.as_bytes(), &self.to_bytes()]);
        Id::from_slice(&tag).ok_or_else(|| Error::internal("a tag has a wrong length"))
    }
}

/// A record that the caller's device is to hold.
pub struct Record {
    /// What kind.
    pub kind: RecordKind,
    /// Its id.
    pub id: Id,
    /// What is sent.
    pub change: Change,
}

/// A record, and what tells this state of it from any other.
struct Held {
    record: Record,
    digest: Digest,
    bytes: usize,
}

/// The difference between what a device was sent and what it is to hold.
struct Difference {
    items: Vec<Change>,
    /// Of these, the operations.
    operations: Vec<Id>,
    after: Point,
    more: bool,
}

fn difference(before: &Point, held: Vec<Held>, limit: usize) -> Difference {
    let mut after = before.clone();
    let (mut items, mut operations) = (Vec::new(), Vec::new());
    let mut room = ROOM;
    let mut more = false;
    let present: std::collections::HashSet<Key> =
        held.iter().map(|held| (held.record.kind, held.record.id)).collect();
    for key in before.0.keys().filter(|key| !present.contains(key)) {
        if items.len() == limit {
            more = true;
            break;
        }
        after.0.remove(key);
        items.push(Change::Gone(Gone { kind: key.0, id: key.1 }));
    }
    for Held { record, digest, bytes } in held {
        let key = (record.kind, record.id);
        if before.0.get(&key) == Some(&digest) {
            continue;
        }
        // One always fits, or a record larger than the room would never come.
        if items.len() == limit || (bytes > room && !items.is_empty()) {
            more = true;
            break;
        }
        room = room.saturating_sub(bytes);
        after.0.insert(key, digest);
        operations.extend((record.kind == RecordKind::Operation).then_some(record.id));
        items.push(record.change);
    }
    Difference { items, operations, after, more }
}

/// An answer that has something to say.
pub struct Answer {
    /// What is sent.
    pub view: ChangesView,
    session: Id,
    asked_with: Option<Id>,
    operations: Vec<Id>,
    point: (Id, Vec<u8>),
}

/// What has changed for the caller's device since `after`; none if nothing has.
///
/// # Errors
/// Of the database.
pub fn changes(tx: &mut Tx<'_, '_>, after: Option<&str>, limit: usize) -> Result<Option<Answer>> {
    let session = tx.scope.session_id.ok_or_else(Error::unauthenticated)?;
    let key = tx.services.keyring.lookup(tx.scope.organisation_id, "sync_points")?;
    let asked_with = after.and_then(read_cursor);
    let sent = match asked_with {
        Some(point) => store::find(&tx.scope, tx.conn, session, point)?,
        None => None,
    };
    let known = sent.as_deref().and_then(Point::from_bytes);
    let reset = known.is_none();
    let held = carried::records(tx)?
        .into_iter()
        .map(|record| hold(&key, session, record))
        .collect::<Result<Vec<_>>>()?;
    let Difference { items, operations, after, more } = difference(&known.unwrap_or_default(), held, limit);
    if items.is_empty() && !reset {
        return Ok(None);
    }
    let point = (after.id(&key, session)?, after.to_bytes());
    let view = ChangesView { items, cursor: write_cursor(point.0), more, reset };
    Ok(Some(Answer { view, session, asked_with, operations, point }))
}

fn hold(key: &Secret, session: Id, record: Record) -> Result<Held> {
    let json = serde_json::to_vec(&record.change)
        .map_err(|error| Error::internal(format!("a record cannot be serialised: {error}")))?;
    let tag = key.mac(&[b"record", session.as_bytes(), record.id.as_bytes(), &json]);
    let mut digest = [0; DIGEST];
    digest.copy_from_slice(&tag[..DIGEST]);
    Ok(Held { record, digest, bytes: json.len() })
}

impl Answer {
    /// Remembers what is sent, so that the next answer goes on from there.
    ///
    /// # Errors
    /// Of the database.
    pub fn keep(&self, tx: &mut Tx<'_, '_>) -> Result<()> {
        let gone = self.view.items.iter().filter(|item| matches!(item, Change::Gone(_))).count();
        tx.note(format!("{} changed, {gone} gone", self.view.items.len() - gone));
        if operation_grants(tx.scope.role).has(Class::Plan) {
            operations::reads::admit(tx, &self.operations)?;
        }
        let (point, sent) = &self.point;
        store::keep(&tx.scope, tx.conn, self.session, (*point, sent), self.asked_with)
    }
}

fn write_cursor(point: Id) -> String {
    URL_SAFE_NO_PAD.encode(point.as_bytes())
}

fn read_cursor(text: &str) -> Option<Id> {
    URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| Id::from_slice(&bytes))
}

#[cfg(test)]
mod tests;
