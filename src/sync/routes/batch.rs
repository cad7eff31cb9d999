//! `/v1/batch`: what was done without a link, item by item.
//!
//! An item goes through the handler of its endpoint: the same body, the same gates, the same rules, the same audit row,
//! in a transaction of its own. What is added here is only that it is done once for ever, and that whoever meets a
//! conflict sees what stands there now.

use std::collections::HashSet;
use std::future::Future;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::authz::action::may;
use crate::authz::{Authorized, Permission, Tx};
use crate::db::types::Id;
use crate::error::{Error, Problem, Result};
use crate::http::answer::{IfMatch, Json, Versioned};
use crate::http::body::{Valid, parse_value};
use crate::http::idempotency::Creation;
use crate::http::idempotency::once::{self, Once};
use crate::http::own_task;
use crate::http::params::{ClientId, PathId, Prefer};
use crate::{alerts, check_ins, clues, messages, operations, reports, tasks};

/// Items of one batch at most.
const MOST: usize = 100;

crate::words! {
    /// What an item does: the `operationId` of the endpoint that it goes to.
    pub enum BatchOp {
        /// `POST /v1/cases/{on}/messages`
        MessageCreate = "message.create",
        /// `POST /v1/cases/{on}/clues`
        ClueCreate = "clue.create",
        /// `PATCH /v1/tasks/{on}`; needs `if_match`
        TaskUpdate = "task.update",
        /// `POST /v1/operations/{on}/checklist`
        OperationChecklist = "operation.checklist",
        /// `POST /v1/operations/{on}/check-ins`
        CheckInCreate = "check_in.create",
        /// `POST /v1/operations/{on}/reports`
        ReportCreate = "report.create",
        /// `POST /v1/alerts/{on}/acknowledge`
        AlertAcknowledge = "alert.acknowledge",
    }
}

impl BatchOp {
    /// Whether the item makes a record, whose id is then the item's.
    const fn creates(self) -> bool {
        matches!(self, Self::MessageCreate | Self::ClueCreate | Self::CheckInCreate | Self::ReportCreate)
    }
}

/// One item of a batch.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchItemIn {
    /// A UUIDv7 made by the client: an item that comes again is done once. Of what is created it is the id.
    id: ClientId,
    /// What to do.
    op: BatchOp,
    /// The id in the path of the endpoint: of the case, operation, task or alert.
    on: Id,
    /// The `version` that was read; for what changes a record.
    #[serde(default)]
    if_match: Option<i64>,
    /// Items, of this batch before this one or of an earlier batch, without which this is not to be done.
    #[serde(default)]
    #[schema(max_items = 100)]
    depends_on: Vec<Id>,
    /// The body of the endpoint.
    #[serde(default)]
    #[schema(value_type = Object)]
    body: Map<String, Value>,
}

/// What `POST /v1/batch` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchIn {
    /// What to do, in order, at most 100 items. An item that cannot be read is refused by itself.
    #[schema(value_type = Vec<BatchItemIn>, max_items = 100)]
    items: Vec<Value>,
}

/// What came of one item.
#[derive(Serialize, ToSchema)]
pub struct BatchOutcome {
    /// The item; absent if it had no id that could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    id: Option<Id>,
    /// The status that the endpoint would have answered with.
    status: u16,
    /// Whether it had been done before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    replayed: bool,
    /// The version of the record as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    version: Option<i64>,
    /// The record as it is now: after a success, unless less was preferred, and after a conflict. Absent also if it was
    /// done before and is out of reach now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    body: Option<Box<RawValue>>,
    /// Why it was not done. Its pointers lead into the item.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    problem: Option<Problem>,
}

/// What came of a batch.
#[derive(Serialize, ToSchema)]
pub struct BatchView {
    /// What came of each item, in order.
    items: Vec<BatchOutcome>,
}

/// `POST /v1/batch`
pub async fn carry_out(
    auth: Authorized<may::SyncBatch>,
    prefer: Prefer,
    body: Valid<BatchIn>,
) -> Result<Json<BatchView>> {
    let BatchIn { items } = body.into_inner();
    let count = items.len();
    auth.again()
        .read(move |tx| {
            if count > MOST {
                return Err(Error::invalid("/items", format!("must have at most {MOST} entries")));
            }
            tx.note(format!("{count} items"));
            Ok(())
        })
        .await?;
    auth.services().limits.admit_more(auth.claims().user_id, count.saturating_sub(1))?;
    // Whoever loses the link while it is carried out has said all the same that it is to be done.
    own_task(async move {
        let mut batch = Batch { auth, done: HashSet::new() };
        let mut outcomes = Vec::new();
        for item in items {
            let mut outcome = batch.item(item).await;
            if prefer.return_minimal && outcome.problem.is_none() {
                outcome.body = None;
            }
            outcomes.push(outcome);
        }
        Ok(Json(BatchView { items: outcomes }))
    })
    .await
}

/// A record as it is now.
struct Record {
    version: Option<i64>,
    body: Box<RawValue>,
}

/// The success of a handler, as an item tells it.
trait Told {
    fn told(self) -> Result<Record>;
}

fn raw(view: &impl Serialize) -> Result<Box<RawValue>> {
    serde_json::value::to_raw_value(view)
        .map_err(|error| Error::internal(format!("an answer cannot be serialised: {error}")))
}

impl<V: Serialize> Told for Json<V> {
    fn told(self) -> Result<Record> {
        Ok(Record { version: None, body: raw(&self.0)? })
    }
}

impl<V: Serialize> Told for Versioned<V> {
    fn told(self) -> Result<Record> {
        Ok(Record { version: Some(self.version), body: raw(&self.view)? })
    }
}

impl<V> Told for Creation<V> {
    fn told(self) -> Result<Record> {
        let (version, body) = self.into_parts();
        let body = RawValue::from_string(body)
            .map_err(|error| Error::internal(format!("an answer is not JSON: {error}")))?;
        Ok(Record { version, body })
    }
}

/// What came of an item, before it is told.
enum Outcome {
    Done { record: Option<Record>, replayed: bool },
    Refused { error: Error, now: Option<Record> },
}

impl From<Error> for Outcome {
    fn from(error: Error) -> Self {
        Self::Refused { error, now: None }
    }
}

struct Batch {
    auth: Authorized<may::SyncBatch>,
    /// Items of this batch that were done.
    done: HashSet<Id>,
}

impl Batch {
    async fn item(&mut self, item: Value) -> BatchOutcome {
        let id = item.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok());
        let (status, outcome) = match parse_value::<BatchItemIn>(item, "") {
            Ok(item) => {
                let success = if item.op.creates() { 201 } else { 200 };
                (success, self.try_item(item).await.unwrap_or_else(Outcome::from))
            }
            Err(error) => (0, error.into()),
        };
        let told = |record: Option<Record>| {
            record.map_or((None, None), |Record { version, body }| (version, Some(body)))
        };
        match outcome {
            Outcome::Done { record, replayed } => {
                self.done.extend(id);
                let (version, body) = told(record);
                BatchOutcome { id, status, replayed, version, body, problem: None }
            }
            Outcome::Refused { error, now } => {
                let (version, body) = told(now);
                let (status, problem) = (error.status(), Some(error.problem()));
                BatchOutcome { id, status, replayed: false, version, body, problem }
            }
        }
    }

    async fn try_item(&self, item: BatchItemIn) -> Result<Outcome> {
        if item.depends_on.len() > MOST {
            return Err(Error::invalid("/depends_on", format!("must have at most {MOST} entries")));
        }
        for needed in &item.depends_on {
            if !self.is_done(*needed).await? {
                return Err(Error::dependency_failed());
            }
        }
        let BatchItemIn { id, op, on, if_match, body, .. } = item;
        let id = id.get();
        let content = format!("{op} {on} {}", Value::Object(body.clone())).into_bytes();
        let turn = Turn { auth: &self.auth, once: Once { id, content }, if_match };
        let body = if op.creates() { with_id(body, id)? } else { body };
        let path = PathId(on);
        Ok(match op {
            BatchOp::MessageCreate => {
                let look = turn
                    .look::<may::MessageList, _>(move |tx| messages::model::recorded(tx, on, id).map(Json));
                settle(messages::routes::create(turn.act()?, path, read(body)?), look).await
            }
            BatchOp::ClueCreate => {
                let look = turn.look::<may::ClueList, _>(move |tx| {
                    let (version, view) = clues::model::recorded(tx, on, id)?;
                    Ok(Versioned { version, view })
                });
                settle(clues::routes::create(turn.act()?, path, read(body)?), look).await
            }
            BatchOp::CheckInCreate => {
                let look = turn
                    .look::<may::CheckInList, _>(move |tx| check_ins::model::recorded(tx, on, id).map(Json));
                settle(check_ins::routes::create(turn.act()?, path, read(body)?), look).await
            }
            BatchOp::ReportCreate => {
                let look =
                    turn.look::<may::ReportList, _>(move |tx| reports::model::recorded(tx, on, id).map(Json));
                settle(reports::routes::create(turn.act()?, path, read(body)?), look).await
            }
            BatchOp::TaskUpdate => {
                let version = turn.version()?;
                let look = tasks::routes::show(self.auth.about_to(None), path);
                settle(tasks::routes::update(turn.act_on_a_version(), path, version, read(body)?), look).await
            }
            BatchOp::OperationChecklist => {
                let look = operations::routes::show(self.auth.about_to(None), path);
                settle(operations::routes::checklist::tick(turn.act()?, path, read(body)?), look).await
            }
            BatchOp::AlertAcknowledge => {
                read::<Nothing>(body)?;
                let look = turn.look::<may::AlertList, _>(move |tx| alerts::model::one(tx, on).map(Json));
                settle(alerts::routes::acknowledge(turn.act()?, path), look).await
            }
        })
    }

    async fn is_done(&self, id: Id) -> Result<bool> {
        Ok(self.done.contains(&id) || self.auth.prepare(move |tx| once::is_done(tx, id)).await?)
    }
}

/// The body of what needs none.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

fn read<T: DeserializeOwned>(body: Map<String, Value>) -> Result<Valid<T>> {
    Valid::inner(body).map_err(|error| error.below("/body"))
}

/// The body of what creates, with the id of its item.
fn with_id(mut body: Map<String, Value>, id: Id) -> Result<Map<String, Value>> {
    let id = Value::String(id.to_string());
    match body.insert("id".to_owned(), id.clone()) {
        Some(other) if other != id => Err(Error::invalid("/body/id", "is not the id of the item")),
        _ => Ok(body),
    }
}

/// What one item needs to go to an endpoint.
struct Turn<'a> {
    auth: &'a Authorized<may::SyncBatch>,
    once: Once,
    if_match: Option<i64>,
}

impl Turn<'_> {
    fn act_on_a_version<A: Permission>(&self) -> Authorized<A> {
        self.auth.about_to(Some(self.once.clone()))
    }

    fn act<A: Permission>(&self) -> Result<Authorized<A>> {
        match self.if_match {
            Some(_) => Err(Error::invalid("/if_match", "does not go with what asks for no version")),
            None => Ok(self.act_on_a_version()),
        }
    }

    fn version(&self) -> Result<IfMatch> {
        self.if_match.map(IfMatch::version).ok_or_else(Error::precondition_required)
    }

    /// Reads what the item made or changed, where no endpoint shows it by itself.
    async fn look<A: Permission, T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_, '_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.auth.about_to::<A>(None).read(work).await
    }
}

/// Carries an item out; `look` is only taken when it turns out to have been done before, or meets a conflict.
async fn settle<T: Told, N: Told>(
    act: impl Future<Output = Result<T>>,
    look: impl Future<Output = Result<N>>,
) -> Outcome {
    let error = match act.await {
        Ok(done) => {
            return match done.told() {
                Ok(record) => Outcome::Done { record: Some(record), replayed: false },
                Err(error) => error.into(),
            };
        }
        Err(error) => error.below("/body"),
    };
    if !error.is_conflict() {
        return error.into();
    }
    let now = match look.await.and_then(Told::told) {
        Ok(now) => Some(now),
        // It is a failure of ours to show it, not the caller's to have done it.
        Err(failure) if failure.status() >= 500 => return failure.into(),
        Err(_) => None,
    };
    // What is recorded under this id by the same person in the same place is what this item would have made.
    let done_before = once::is_done_before(&error) || (error.code() == "id-taken" && now.is_some());
    if done_before { Outcome::Done { record: now, replayed: true } } else { Outcome::Refused { error, now } }
}
