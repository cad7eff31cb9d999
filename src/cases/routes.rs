//! `/v1/cases`

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::model::{self, COUNTRY, CaseStatus, CaseView, LANGUAGES, OpenCase, Risk, SUMMARY};
use super::store::{self, CaseEventKind, CaseEventRow, CaseRow, Filter, Listed, Sort};
use crate::assignments::store::caseload;
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::authz::policy::{Role, case_grants};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::answer::{IfMatch, Versioned};
use crate::http::body::Valid;
use crate::http::idempotency::{Created, Creation};
use crate::http::page::{Keyset, Limit, Page};
use crate::http::params::{ClientId, PathId, Query, word_list};
use crate::http::patch::Patch;
use crate::http::text::{Country, Language, Prose};
use crate::{assignments, do_not_share, shred};

/// The query of `GET /v1/cases`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CaseQuery {
    /// One or more statuses, separated by commas.
    status: Option<String>,
    /// One or more risks, separated by commas.
    risk: Option<String>,
    /// `me`, or the id of a user.
    assigned_to: Option<String>,
    /// Only cases with activity after this moment. In the order of opening a page may end before it is full; the next goes on.
    #[param(value_type = Option<String>, format = DateTime)]
    updated_after: Option<Time>,
    /// `updated_at` or `created_at`, with a leading `-` for newest first. `-updated_at` if not said.
    sort: Option<String>,
    /// Items per page, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

fn filter(query: &CaseQuery, me: Id) -> Result<Filter> {
    let sort = query.sort.as_deref().unwrap_or("-updated_at");
    let assigned_to = match query.assigned_to.as_deref() {
        None => None,
        Some("me") => Some(me),
        Some(id) => {
            Some(id.parse().map_err(|_| Error::invalid("assigned_to", "must be `me` or a user's id"))?)
        }
    };
    Ok(Filter {
        statuses: word_list("status", query.status.as_deref())?,
        risks: word_list("risk", query.risk.as_deref())?,
        assigned_to,
        updated_after: query.updated_after,
        sort: match sort.strip_prefix('-').unwrap_or(sort) {
            "updated_at" => Sort::Updated,
            "created_at" => Sort::Created,
            _ => {
                return Err(Error::invalid(
                    "sort",
                    "must be updated_at, -updated_at, created_at or -created_at",
                ));
            }
        },
        descending: sort.starts_with('-'),
    })
}

/// `GET /v1/cases`
pub async fn list(auth: Authorized<may::CaseList>, query: Query<CaseQuery>) -> Result<Page<CaseView>> {
    auth.read(move |tx| {
        let filter = filter(&query, tx.scope.user_id)?;
        let keyset = Keyset::new(tx, format!("case.list {filter:?}"), query.limit, query.cursor.as_deref())?;
        let found = model::list(tx, &filter, &keyset)?;
        let ids: Vec<Id> = found.rows.iter().map(|listed| listed.row.id).collect();
        let watches = model::standings(tx, &ids)?;
        let kept_from = do_not_share::store::counts(&tx.scope, tx.conn, &ids)?;
        keyset.found(
            tx,
            found,
            |listed| (listed.at, listed.row.id),
            |tx, Listed { row, key, .. }| {
                let access = model::unlock(tx, row.id, &key)?;
                let standing = watches.get(&row.id).cloned();
                let kept_from = kept_from.get(&row.id).copied().unwrap_or(0);
                model::show_with(&OpenCase { row, access }, standing, kept_from)
            },
        )
    })
    .await
}

/// What `POST /v1/cases` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseIn {
    /// A UUIDv7 made by the client, for work that began offline.
    #[serde(default)]
    id: Option<ClientId>,
    /// What it is about, in a few sentences.
    summary: Prose<20_000>,
    /// What it may cost if it goes wrong.
    risk: Risk,
    /// Where the person is believed to be.
    #[serde(default)]
    country: Option<Country>,
    /// Languages that are of use.
    #[serde(default)]
    #[schema(max_items = 20)]
    languages: Vec<Language>,
}

fn language_list(languages: Vec<Language>) -> Result<Vec<String>> {
    if languages.len() > 20 {
        return Err(Error::invalid("/languages", "must have at most 20 entries"));
    }
    Ok(languages.into_iter().map(Language::into_inner).collect())
}

/// `POST /v1/cases`
pub async fn create(auth: Authorized<may::CaseCreate>, body: Valid<CaseIn>) -> Result<Creation<CaseView>> {
    let (CaseIn { id, summary, risk, country, languages }, digest) = body.into_parts();
    auth.create(digest, move |tx| {
        let now = tx.now();
        let id = ClientId::or_new(id, now);
        tx.about(id);
        tx.about_case(id);
        if shred::store::was_destroyed(&tx.scope, tx.conn, id)? {
            return Err(Error::id_taken());
        }
        let access = tx.new_vault(id, case_grants(tx.scope.role))?;
        let row = CaseRow {
            organisation_id: tx.scope.organisation_id,
            id,
            code_name: model::new_code_name(tx)?,
            status: CaseStatus::Intake,
            risk,
            closing_reason: None,
            summary: access.seal(&SUMMARY, id, &summary.into_inner())?,
            country: access.seal_opt(&COUNTRY, id, country.map(Country::into_inner).as_ref())?,
            languages: access.seal(&LANGUAGES, id, &language_list(languages)?)?,
            created_by: tx.scope.user_id,
            created_at: now,
            updated_at: now,
            version: 1,
        };
        store::insert(tx.conn, &row)?;
        store::insert_event(tx.conn, &CaseEventRow::new(&tx.scope, id, CaseEventKind::Opened))?;
        if tx.scope.role == Role::Caseworker {
            // A caseworker reaches only what is assigned to them: without this they would lose what they opened.
            assignments::model::assign(tx, id, tx.scope.user_id, assignments::model::AssignmentRole::Lead)?;
        }
        Ok(Created {
            location: Some(format!("/v1/cases/{id}")),
            version: Some(row.version),
            view: model::show(tx, &OpenCase { row, access })?,
        })
    })
    .await
}

/// `GET /v1/cases/{id}`
pub async fn show(auth: Authorized<may::CaseShow>, id: PathId) -> Result<Versioned<CaseView>> {
    auth.read(move |tx| model::look_at(tx, id.0).map(|(version, view)| Versioned { version, view })).await
}

/// What `PATCH /v1/cases/{id}` takes: absent leaves, null clears.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CasePatch {
    /// What it is about.
    #[serde(default)]
    summary: Option<Prose<20_000>>,
    /// What it may cost if it goes wrong.
    #[serde(default)]
    risk: Option<Risk>,
    /// Where the person is believed to be.
    #[serde(default)]
    #[schema(value_type = Option<Country>)]
    country: Patch<Country>,
    /// Languages that are of use.
    #[serde(default)]
    #[schema(max_items = 20)]
    languages: Option<Vec<Language>>,
}

/// `PATCH /v1/cases/{id}`
pub async fn update(
    auth: Authorized<may::CaseUpdate>,
    id: PathId,
    if_match: IfMatch,
    body: Valid<CasePatch>,
) -> Result<Versioned<CaseView>> {
    let CasePatch { summary, risk, country, languages } = body.into_inner();
    auth.write(move |tx| {
        let OpenCase { mut row, access } = model::open(tx, id.0)?;
        if_match.check(row.version)?;
        if let Some(summary) = summary {
            row.summary = access.seal(&SUMMARY, row.id, &summary.into_inner())?;
        }
        let risk_before = row.risk;
        row.risk = risk.unwrap_or(risk_before);
        row.country = match country {
            Patch::Leave => row.country,
            Patch::Clear => None,
            Patch::Set(country) => Some(access.seal(&COUNTRY, row.id, &country.into_inner())?),
        };
        if let Some(languages) = languages {
            row.languages = access.seal(&LANGUAGES, row.id, &language_list(languages)?)?;
        }
        store::update(&tx.scope, tx.conn, &row)?;
        if row.risk != risk_before {
            caseload::recount_of_case(&tx.scope, tx.conn, row.id)?;
        }
        let case = model::open(tx, id.0)?;
        Ok(Versioned { version: case.row.version, view: model::show(tx, &case)? })
    })
    .await
}

/// What `POST /v1/cases/{id}/status` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatusIn {
    /// Where to.
    status: CaseStatus,
    /// A closing reason when closing; words when going back or reopening.
    #[serde(default)]
    reason: Option<Prose<2_000>>,
    /// When it happened, if not now.
    #[serde(default)]
    at: Option<Time>,
}

/// `POST /v1/cases/{id}/status`
pub async fn set_status(
    auth: Authorized<may::CaseStatus>,
    id: PathId,
    body: Valid<StatusIn>,
) -> Result<Versioned<CaseView>> {
    let StatusIn { status, reason, at } = body.into_inner();
    auth.write(move |tx| {
        let mut case = model::open(tx, id.0)?;
        if at.is_some_and(|at| at > tx.now()) {
            return Err(Error::invalid("/at", "must not be in the future"));
        }
        let step = model::go(tx, &mut case, status, reason.map(Prose::into_inner).as_ref(), at)?;
        tx.note(format!("{} to {}", step.from, step.to));
        let case = model::open(tx, id.0)?;
        Ok(Versioned { version: case.row.version, view: model::show(tx, &case)? })
    })
    .await
}
