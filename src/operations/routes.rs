//! `/v1/operations`; the steps and the team are in [`steps`], ticks in `checklist`.

pub mod canary;
pub mod checklist;
pub mod steps;

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::approval;
use super::model::{
    self, CHECKLIST, EventNote, OpenOperation, OperationEventKind, OperationKind, OperationStatus, PLAN,
    TARGET, TITLE,
};
use super::plan::{ChecklistItemIn, Plan, PlanIn, Target, checklist};
use super::reads;
use super::store::{self, Filter, OperationRow};
use super::view::{self, Around, OperationView};
use crate::authz::action::may;
use crate::authz::{Authorized, Tx};
use crate::cases;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::answer::{IfMatch, Versioned};
use crate::http::body::Valid;
use crate::http::idempotency::{Created, Creation};
use crate::http::page::{Keyset, Limit, Page};
use crate::http::params::{ClientId, PathId, Query, word_list};
use crate::http::patch::Patch;
use crate::http::text::Line;

const MAX_CASES: usize = 50;

/// The query of `GET /v1/operations`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OperationQuery {
    /// One or more statuses, separated by commas.
    status: Option<String>,
    /// Only operations about this case.
    #[param(value_type = Option<uuid::Uuid>)]
    case_id: Option<Id>,
    /// Items per page, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

fn filter(query: &OperationQuery) -> Result<Filter> {
    Ok(Filter { statuses: word_list("status", query.status.as_deref())?, case_id: query.case_id })
}

/// `GET /v1/operations`
pub async fn list(
    auth: Authorized<may::OperationList>,
    query: Query<OperationQuery>,
) -> Result<Page<OperationView>> {
    // A write: which plans are shown is counted.
    auth.write(move |tx| {
        let filter = filter(&query)?;
        let keyset =
            Keyset::new(tx, format!("operation.list {filter:?}"), query.limit, query.cursor.as_deref())?;
        // That an operation in reach is also about a case out of reach is not to be found out by asking.
        let asked: Vec<Id> = filter.case_id.into_iter().collect();
        let rows = if asked.is_empty() || !cases::store::in_reach(&tx.scope, tx.conn, &asked)?.is_empty() {
            store::list(&tx.scope, tx.conn, &filter, &keyset)?
        } else {
            Vec::new()
        };
        let mut around = Around::load(tx, rows.iter().map(|(row, _)| row))?;
        let mut shown = Vec::new();
        let page = keyset.page(
            tx,
            rows,
            |(row, _)| (row.updated_at, row.id),
            |tx, (row, key)| {
                shown.extend(view::shows_plan(tx, &row).then_some(row.id));
                let operation = model::unlock(tx, row, &key)?;
                around.in_list(tx, &operation)
            },
        )?;
        reads::admit(tx, &shown)?;
        Ok(page)
    })
    .await
}

/// What `POST /v1/operations` takes. A draft may be incomplete.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OperationIn {
    /// A UUIDv7 made by the client, for work that began offline.
    #[serde(default)]
    id: Option<ClientId>,
    /// What kind of act it is.
    kind: OperationKind,
    /// What the team calls it.
    title: Line<200>,
    /// At which site.
    #[serde(default)]
    site_id: Option<Id>,
    /// Where it goes to.
    #[serde(default)]
    target: Option<Target>,
    /// The cases it is about, at most 50.
    #[serde(default)]
    #[schema(max_items = 50)]
    case_ids: Vec<Id>,
    /// Who leads it: an active field officer or coordinator, who thereby is a member.
    lead_id: Id,
    /// When it is to begin (UTC).
    starts_at: Time,
    /// When it is to end (UTC), after it begins.
    ends_at: Time,
    /// How it is meant to go.
    #[serde(default)]
    plan: PlanIn,
    /// What must be ready, at most 100 items.
    #[serde(default)]
    #[schema(max_items = 100)]
    checklist: Vec<ChecklistItemIn>,
}

/// `POST /v1/operations`
pub async fn create(
    auth: Authorized<may::OperationCreate>,
    body: Valid<OperationIn>,
) -> Result<Creation<OperationView>> {
    let (body, digest) = body.into_parts();
    auth.create(digest, move |tx| {
        let now = tx.now();
        let id = ClientId::or_new(body.id, now);
        tx.about(id);
        check_times(body.starts_at, body.ends_at)?;
        approval::check_site(tx, body.site_id, "/site_id")?;
        approval::check_member(tx, body.lead_id, "/lead_id")?;
        let case_ids = check_cases(tx, &body.case_ids)?;
        let access = tx.new_vault(id, model::grants(tx.scope.role, OperationStatus::Draft))?;
        let plan = body.plan.apply(Plan::default())?;
        let row = OperationRow {
            organisation_id: tx.scope.organisation_id,
            id,
            kind: body.kind,
            status: OperationStatus::Draft,
            title: access.seal(&TITLE, id, &body.title.into_inner())?,
            plan: access.seal(&PLAN, id, &plan)?,
            checklist: access.seal(&CHECKLIST, id, &checklist(body.checklist)?)?,
            target: access.seal_opt(&TARGET, id, body.target.as_ref())?,
            site_id: body.site_id,
            lead_id: body.lead_id,
            starts_at: body.starts_at,
            ends_at: body.ends_at,
            plan_hash: None,
            created_by: tx.scope.user_id,
            submitted_by: None,
            submitted_at: None,
            approved_by: None,
            approved_at: None,
            outcome: None,
            created_at: now,
            updated_at: now,
            version: 1,
        };
        store::insert(tx.conn, &row)?;
        store::replace_cases(&tx.scope, tx.conn, id, &case_ids)?;
        approval::check_exit_documents(tx, id, &plan.exit_documents)?;
        store::insert_member(&tx.scope, tx.conn, id, row.lead_id)?;
        let operation = OpenOperation { row, access };
        approval::record(tx, &operation, OperationEventKind::Created, None)?;
        approval::touch_cases(tx, id)?;
        Ok(Created {
            location: Some(format!("/v1/operations/{id}")),
            version: Some(operation.row.version),
            view: view::show(tx, &operation, None)?,
        })
    })
    .await
}

fn check_times(starts_at: Time, ends_at: Time) -> Result<()> {
    if ends_at > starts_at { Ok(()) } else { Err(Error::invalid("/ends_at", "must be after starts_at")) }
}

/// The cases in order and once each.
fn check_cases(tx: &mut Tx<'_, '_>, case_ids: &[Id]) -> Result<Vec<Id>> {
    if case_ids.len() > MAX_CASES {
        return Err(Error::invalid("/case_ids", format!("must have at most {MAX_CASES} entries")));
    }
    let known = cases::store::in_reach(&tx.scope, tx.conn, case_ids)?;
    if let Some(index) = case_ids.iter().position(|case| !known.contains(case)) {
        return Err(Error::invalid(format!("/case_ids/{index}"), "is no case in your reach"));
    }
    Ok(known)
}

/// `GET /v1/operations/{id}`
pub async fn show(auth: Authorized<may::OperationShow>, id: PathId) -> Result<Versioned<OperationView>> {
    // A write: that the plan is shown is counted.
    auth.write(move |tx| {
        let operation = model::open(tx, id.0)?;
        Ok(Versioned { version: operation.row.version, view: view::read(tx, &operation)? })
    })
    .await
}

fn answer(
    tx: &mut Tx<'_, '_>,
    operation: &OpenOperation,
    voided: Option<bool>,
) -> Result<Versioned<OperationView>> {
    Ok(Versioned { version: operation.row.version, view: view::show(tx, operation, voided)? })
}

/// What `PATCH /v1/operations/{id}` takes: absent leaves, null clears. Whatever changes the plan makes it a draft
/// again; ticking items of the checklist does not.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OperationPatch {
    /// What kind of act it is.
    #[serde(default)]
    kind: Option<OperationKind>,
    /// What the team calls it.
    #[serde(default)]
    title: Option<Line<200>>,
    /// At which site.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    site_id: Patch<Id>,
    /// Where it goes to.
    #[serde(default)]
    #[schema(value_type = Option<Target>)]
    target: Patch<Target>,
    /// The cases it is about, at most 50.
    #[serde(default)]
    #[schema(max_items = 50)]
    case_ids: Option<Vec<Id>>,
    /// Who leads it; they become a member, and who led it stays one.
    #[serde(default)]
    lead_id: Option<Id>,
    /// When it is to begin (UTC).
    #[serde(default)]
    starts_at: Option<Time>,
    /// When it is to end (UTC), after it begins.
    #[serde(default)]
    ends_at: Option<Time>,
    /// How it is meant to go; parts that are absent stay as they are.
    #[serde(default)]
    plan: Option<PlanIn>,
    /// What must be ready: the whole list, at most 100 items.
    #[serde(default)]
    #[schema(max_items = 100)]
    checklist: Option<Vec<ChecklistItemIn>>,
}

/// `PATCH /v1/operations/{id}`
pub async fn update(
    auth: Authorized<may::OperationUpdate>,
    id: PathId,
    if_match: IfMatch,
    body: Valid<OperationPatch>,
) -> Result<Versioned<OperationView>> {
    let body = body.into_inner();
    auth.write(move |tx| {
        let mut operation = model::open_to_change(tx, id.0)?;
        if_match.check(operation.row.version)?;
        let before = approval::before(tx, &operation)?;
        let ticks = operation.access.open(&CHECKLIST, id.0, &operation.row.checklist)?;
        apply(tx, &mut operation, body)?;
        let kind = if approval::plan_hash(tx, &operation)? != before.hash {
            Some(OperationEventKind::Edited)
        } else {
            let ticked = operation.access.open(&CHECKLIST, id.0, &operation.row.checklist)? != ticks;
            ticked.then_some(OperationEventKind::Checked)
        };
        let told = kind.map(|kind| (kind, EventNote::default()));
        let voided = approval::settle(tx, &mut operation, &before, told)?;
        answer(tx, &operation, Some(voided))
    })
    .await
}

fn apply(tx: &mut Tx<'_, '_>, operation: &mut OpenOperation, body: OperationPatch) -> Result<()> {
    let OperationPatch {
        kind,
        title,
        site_id,
        target,
        case_ids,
        lead_id,
        starts_at,
        ends_at,
        plan,
        checklist: items,
    } = body;
    let OpenOperation { row, access } = operation;
    row.kind = kind.unwrap_or(row.kind);
    if let Some(title) = title {
        row.title = access.seal(&TITLE, row.id, &title.into_inner())?;
    }
    if site_id != Patch::Leave {
        row.site_id = site_id.apply(row.site_id);
        approval::check_site(tx, row.site_id, "/site_id")?;
    }
    row.target = match target {
        Patch::Leave => row.target.take(),
        Patch::Clear => None,
        Patch::Set(target) => Some(access.seal(&TARGET, row.id, &target)?),
    };
    if let Some(case_ids) = case_ids {
        let case_ids = check_cases(tx, &case_ids)?;
        store::replace_cases(&tx.scope, tx.conn, row.id, &case_ids)?;
    }
    if let Some(lead) = lead_id.filter(|lead| *lead != row.lead_id) {
        approval::check_member(tx, lead, "/lead_id")?;
        store::insert_member(&tx.scope, tx.conn, row.id, lead)?;
        row.lead_id = lead;
    }
    row.starts_at = starts_at.unwrap_or(row.starts_at);
    row.ends_at = ends_at.unwrap_or(row.ends_at);
    check_times(row.starts_at, row.ends_at)?;
    if let Some(plan) = plan {
        let before = access.open(&PLAN, row.id, &row.plan)?.unwrap_or_default();
        let documents = before.exit_documents.clone();
        let plan = plan.apply(before)?;
        // Only what is said now is checked: a case that was taken off may have left documents behind.
        if plan.exit_documents != documents {
            approval::check_exit_documents(tx, row.id, &plan.exit_documents)?;
        }
        row.plan = access.seal(&PLAN, row.id, &plan)?;
    }
    if let Some(items) = items {
        row.checklist = access.seal(&CHECKLIST, row.id, &checklist(items)?)?;
    }
    Ok(())
}
