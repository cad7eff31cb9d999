//! `/v1/operations/{id}/submit` and the other steps; `/v1/operations/{id}/members/{user_id}`

use serde::Deserialize;
use utoipa::ToSchema;

use super::answer;
use crate::authz::action::may;
use crate::authz::{Authorized, Permission, Tx};
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::http::answer::{IfMatch, Versioned};
use crate::http::body::Given;
use crate::http::number::Probability;
use crate::http::params::{PathId, PathIds};
use crate::http::text::Prose;
use crate::operations::approval::{self, Words};
use crate::operations::model::{
    self, EventNote, OpenOperation, OperationEventKind, PersonOutcome, PersonResult, Step,
};
use crate::operations::store;
use crate::operations::view::OperationView;

const MAX_MEMBERS: usize = 50;

/// What `PUT /v1/operations/{id}/members/{user_id}` takes: nothing is said of a member, so no body is needed.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OperationMemberIn {}

/// `PUT /v1/operations/{id}/members/{user_id}`
pub async fn put_member(
    auth: Authorized<may::OperationMemberPut>,
    ids: PathIds,
    _: Given<OperationMemberIn>,
) -> Result<Versioned<OperationView>> {
    let PathIds(id, user_id) = ids;
    auth.write(move |tx| {
        let mut operation = model::open_to_change(tx, id)?;
        approval::check_member(tx, user_id, "/user_id")?;
        let before = approval::before(tx, &operation)?;
        if !store::insert_member(&tx.scope, tx.conn, id, user_id)? {
            return answer(tx, &operation, Some(false));
        }
        if store::member_ids(&tx.scope, tx.conn, id)?.len() > MAX_MEMBERS {
            return Err(Error::conflict(
                "team-full",
                format!("An operation has at most {MAX_MEMBERS} members."),
            ));
        }
        change_team(tx, &mut operation, &before, OperationEventKind::MemberAdded, user_id)
    })
    .await
}

/// `DELETE /v1/operations/{id}/members/{user_id}`
pub async fn end_member(
    auth: Authorized<may::OperationMemberEnd>,
    ids: PathIds,
) -> Result<Versioned<OperationView>> {
    let PathIds(id, user_id) = ids;
    auth.write(move |tx| {
        let mut operation = model::open_to_change(tx, id)?;
        if operation.row.lead_id == user_id {
            return Err(Error::conflict(
                "is-lead",
                "This member leads the operation. Name another lead first.",
            ));
        }
        let before = approval::before(tx, &operation)?;
        if !store::delete_member(&tx.scope, tx.conn, id, user_id)? {
            return Err(Error::not_found());
        }
        change_team(tx, &mut operation, &before, OperationEventKind::MemberRemoved, user_id)
    })
    .await
}

fn change_team(
    tx: &mut Tx<'_, '_>,
    operation: &mut OpenOperation,
    before: &approval::Before,
    kind: OperationEventKind,
    user_id: Id,
) -> Result<Versioned<OperationView>> {
    let note = EventNote { reason: None, user_id: Some(user_id) };
    let voided = approval::settle(tx, operation, before, Some((kind, note)))?;
    answer(tx, operation, Some(voided))
}

/// What a step takes; a step that needs nothing said needs no body.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepIn {
    /// Why; needed to reject and to abort.
    #[serde(default)]
    reason: Option<Prose<2_000>>,
    /// What came of it, in words: on completing or aborting.
    #[serde(default)]
    outcome: Option<Prose<20_000>>,
    /// What came of it for each person on the operation's cases: on completing or aborting.
    #[serde(default)]
    #[schema(max_items = 500)]
    people: Vec<PersonResultIn>,
    /// On completing or aborting: the site where those had been taken whose outcome is `moved`.
    #[serde(default)]
    moved_to_site_id: Option<Id>,
    /// On completing or aborting: how probably those whose outcome is `not_found` would have been found, had they been
    /// there; a setting if not said.
    #[serde(default)]
    probability_of_detection: Option<Probability>,
}

/// What came of an operation for one person, as it is sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonResultIn {
    /// Who: somebody on one of the operation's cases.
    person_id: Id,
    /// What came of it for them.
    outcome: PersonOutcome,
}

impl StepIn {
    fn words(self, step: Step) -> Result<Words> {
        let Self { reason, outcome, people, moved_to_site_id, probability_of_detection } = self;
        if !matches!(step, Step::Complete | Step::Abort) {
            // Silently dropped, it would be believed to be on record.
            let misplaced = [
                ("/outcome", outcome.is_some()),
                ("/people", !people.is_empty()),
                ("/moved_to_site_id", moved_to_site_id.is_some()),
                ("/probability_of_detection", probability_of_detection.is_some()),
            ];
            if let Some((pointer, _)) = misplaced.into_iter().find(|(_, sent)| *sent) {
                return Err(Error::invalid(pointer, "is told on completing or aborting"));
            }
        }
        let result = |PersonResultIn { person_id, outcome }| PersonResult { person_id, outcome };
        Ok(Words {
            reason: reason.map(Prose::into_inner),
            outcome: outcome.map(Prose::into_inner),
            people: people.into_iter().map(result).collect(),
            moved_to_site_id,
            probability_of_detection,
        })
    }
}

async fn take<A: Permission>(
    auth: Authorized<A>,
    id: PathId,
    step: Step,
    if_match: Option<IfMatch>,
    body: StepIn,
) -> Result<Versioned<OperationView>> {
    auth.write(move |tx| {
        let mut operation = model::open_to_change(tx, id.0)?;
        approval::advance(tx, &mut operation, step, if_match.as_ref(), body.words(step)?)?;
        answer(tx, &operation, None)
    })
    .await
}

/// `POST /v1/operations/{id}/approve`
pub async fn approve(
    auth: Authorized<may::OperationApprove>,
    id: PathId,
    if_match: Option<IfMatch>,
    body: Given<StepIn>,
) -> Result<Versioned<OperationView>> {
    take(auth, id, Step::Approve, if_match, body.0).await
}

macro_rules! steps {
    ($($(#[$meta:meta])* $name:ident = $action:ident, $step:ident;)+) => {
        $(
            $(#[$meta])*
            pub async fn $name(
                auth: Authorized<may::$action>,
                id: PathId,
                body: Given<StepIn>,
            ) -> Result<Versioned<OperationView>> {
                take(auth, id, Step::$step, None, body.0).await
            }
        )+
    };
}

steps! {
    /// `POST /v1/operations/{id}/submit`
    submit = OperationSubmit, Submit;
    /// `POST /v1/operations/{id}/reject`
    reject = OperationReject, Reject;
    /// `POST /v1/operations/{id}/start`
    start = OperationStart, Start;
    /// `POST /v1/operations/{id}/complete`
    complete = OperationComplete, Complete;
    /// `POST /v1/operations/{id}/abort`
    abort = OperationAbort, Abort;
}
