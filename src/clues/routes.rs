//! `/v1/cases/{id}/clues` and `/v1/clues`

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::again::{self, ExtractedView};
use super::data::{ClueData, ClueKind};
use super::model::{
    self, ClueSource, ClueStatus, ClueView, NOTE, NewClue, Quote, REASON, Reliability, SourceKind,
};
use super::source::check_quote;
use super::store::{self, ClueRow, Filter, Sort};
use crate::authz::action::may;
use crate::authz::{Author, Authorized};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::answer::{IfMatch, Versioned};
use crate::http::body::Valid;
use crate::http::idempotency::{Created, Creation};
use crate::http::number::Credibility;
use crate::http::own_task;
use crate::http::page::{Keyset, Limit, Page};
use crate::http::params::{ClientId, PathId, Query, word_list};
use crate::http::patch::Patch;
use crate::http::text::{Line, Prose};
use crate::{cases, estimates};

/// The query of `GET /v1/cases/{id}/clues`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ClueQuery {
    /// One or more statuses, separated by commas.
    status: Option<String>,
    /// One or more kinds, separated by commas.
    kind: Option<String>,
    /// `observed_at` or `recorded_at`, with a leading `-` for newest first. `-observed_at` if not said.
    sort: Option<String>,
    /// Items per page, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

fn filter(query: &ClueQuery) -> Result<Filter> {
    let (sort, descending) = match query.sort.as_deref() {
        None | Some("-observed_at") => (Sort::Observed, true),
        Some("observed_at") => (Sort::Observed, false),
        Some("-recorded_at") => (Sort::Recorded, true),
        Some("recorded_at") => (Sort::Recorded, false),
        Some(_) => {
            let detail = "must be observed_at, -observed_at, recorded_at or -recorded_at";
            return Err(Error::invalid("sort", detail));
        }
    };
    let statuses = word_list("status", query.status.as_deref())?;
    let kinds = word_list("kind", query.kind.as_deref())?;
    Ok(Filter { statuses, kinds, sort, descending })
}

/// `GET /v1/cases/{id}/clues`
pub async fn list(
    auth: Authorized<may::ClueList>,
    id: PathId,
    query: Query<ClueQuery>,
) -> Result<Page<ClueView>> {
    auth.read(move |tx| {
        let case = cases::model::open(tx, id.0)?;
        let filter = filter(&query)?;
        let context = format!("clue.list {} {filter:?}", id.0);
        let keyset = Keyset::new(tx, context, query.limit, query.cursor.as_deref())?;
        let rows = store::list(&tx.scope, tx.conn, id.0, &filter, &keyset)?;
        let by = |row: &ClueRow| {
            if filter.sort == Sort::Observed { row.observed_at } else { row.recorded_at }
        };
        let doubts = model::doubts(tx, &rows)?;
        keyset.page(tx, rows, |row| (by(row), row.id), |_, row| model::show(&case.access, &row, &doubts))
    })
    .await
}

/// Where a clue comes from. Of the ids, only the one that belongs to `kind`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClueSourceIn {
    /// What kind of thing.
    kind: SourceKind,
    /// For `message`: which message of the case; needed.
    #[serde(default)]
    message_id: Option<Id>,
    /// For `attachment`: which file of the case; needed.
    #[serde(default)]
    attachment_id: Option<Id>,
    /// For `field_report`: which report on an operation for the case.
    #[serde(default)]
    report_id: Option<Id>,
    /// For `person`: which person of the case.
    #[serde(default)]
    person_id: Option<Id>,
    /// Words on it.
    #[serde(default)]
    label: Option<Line<500>>,
}

impl ClueSourceIn {
    fn into_source(self) -> Result<ClueSource> {
        let Self { kind, message_id, attachment_id, report_id, person_id, label } = self;
        let mut reference = None;
        for (belongs_to, name, id) in [
            (SourceKind::Message, "message_id", message_id),
            (SourceKind::Attachment, "attachment_id", attachment_id),
            (SourceKind::FieldReport, "report_id", report_id),
            (SourceKind::Person, "person_id", person_id),
        ] {
            if kind == belongs_to {
                reference = id;
            } else if id.is_some() {
                let detail = format!("does not go with a source of the kind {kind}");
                return Err(Error::invalid(format!("/source/{name}"), detail));
            }
        }
        Ok(ClueSource { kind, reference, label: label.map(Line::into_inner) })
    }
}

/// What `POST /v1/cases/{id}/clues` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClueIn {
    /// A UUIDv7 made by the client, for work that began offline.
    #[serde(default)]
    id: Option<ClientId>,
    /// The case of the path, if it is said at all.
    #[serde(default)]
    case_id: Option<Id>,
    /// What kind of statement it is.
    kind: ClueKind,
    /// What it says, in the shape that belongs to `kind`.
    #[schema(value_type = ClueData)]
    data: Value,
    /// When it held, or from when on; not in the future.
    observed_at: Time,
    /// Until when it held; not in the future.
    #[serde(default)]
    observed_until: Option<Time>,
    /// When it was told to us; now if not said.
    #[serde(default)]
    reported_at: Option<Time>,
    /// Where it comes from.
    source: ClueSourceIn,
    /// The grade of the source. A clue from a message that is `suspect` begins with E at the best.
    reliability: Reliability,
    /// The grade of the information.
    credibility: Credibility,
    /// `proposed` if not said; another only from those who may decide.
    #[serde(default)]
    status: Option<ClueStatus>,
    /// Why it is rejected, or confirmed.
    #[serde(default)]
    reason: Option<Prose<2_000>>,
    /// The words it rests on. If the source is a message, they must stand there.
    #[serde(default)]
    quote: Option<Quote>,
    /// A remark.
    #[serde(default)]
    note: Option<Prose<5_000>>,
}

/// `POST /v1/cases/{id}/clues`
pub async fn create(
    auth: Authorized<may::ClueCreate>,
    id: PathId,
    body: Valid<ClueIn>,
) -> Result<Creation<ClueView>> {
    let (body, digest) = body.into_parts();
    auth.create(digest, move |tx| {
        let case = cases::model::open(tx, id.0)?;
        let ClueIn {
            id,
            case_id,
            kind,
            data,
            observed_at,
            observed_until,
            reported_at,
            source,
            reliability,
            credibility,
            status,
            reason,
            quote,
            note,
        } = body;
        if case_id.is_some_and(|case_id| case_id != case.row.id) {
            return Err(Error::invalid("/case_id", "is not the case of the path"));
        }
        let data = ClueData::parse(kind, data)?;
        let source = source.into_source()?;
        if let Some(quote) = &quote {
            check_quote(tx, &case, &source, quote)?;
        }
        let now = tx.now();
        let id = ClientId::or_new(id, now);
        tx.about(id);
        let clue = NewClue {
            id,
            data,
            observed_at,
            observed_until,
            reported_at: reported_at.unwrap_or(now),
            source,
            reliability,
            credibility,
            status: status.unwrap_or(ClueStatus::Proposed),
            quote,
            note: note.map(Prose::into_inner),
        };
        let row = model::record(tx, &case, clue, reason.map(Prose::into_inner).as_ref())?;
        let doubts = model::doubts(tx, [&row])?;
        let view = model::show(&case.access, &row, &doubts)?;
        Ok(Created { location: None, version: Some(row.version), view })
    })
    .await
}

/// `POST /v1/cases/{id}/clues/extract`
pub async fn extract(auth: Authorized<may::ClueExtract>, id: PathId) -> Result<Creation<ExtractedView>> {
    own_task(async move {
        let services = Arc::clone(auth.services());
        let prepared = auth
            .prepare(move |tx| {
                cases::model::open(tx, id.0)?;
                Ok(Author { organisation_id: tx.scope.organisation_id, user_id: tx.scope.user_id })
            })
            .await;
        let found = match prepared {
            Ok(author) => again::read(&services, author, id.0).await,
            Err(error) => Err(error),
        };
        // There is no body to tell from another.
        auth.create([0; 32], move |tx| {
            cases::model::open(tx, id.0)?;
            let view = found?;
            tx.note(view.summary());
            Ok(Created { location: None, version: None, view })
        })
        .await
    })
    .await
}

/// What `PATCH /v1/clues/{id}` takes: absent leaves, null clears.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CluePatch {
    /// The grade of the source.
    #[serde(default)]
    reliability: Option<Reliability>,
    /// The grade of the information.
    #[serde(default)]
    credibility: Option<Credibility>,
    /// A decision; only from those who may decide.
    #[serde(default)]
    status: Option<ClueStatus>,
    /// Why; needed to reject, and to decide again.
    #[serde(default)]
    reason: Option<Prose<2_000>>,
    /// A remark.
    #[serde(default)]
    #[schema(value_type = Option<Prose<5_000>>)]
    note: Patch<Prose<5_000>>,
    /// When it held, or from when on; not in the future.
    #[serde(default)]
    observed_at: Option<Time>,
    /// Until when it held; not in the future.
    #[serde(default)]
    #[schema(value_type = Option<Time>)]
    observed_until: Patch<Time>,
}

impl CluePatch {
    /// Whether it changes what a decision was made on.
    fn touches_the_statement(&self) -> bool {
        let Self { reliability, credibility, status: _, reason: _, note: _, observed_at, observed_until } =
            self;
        reliability.is_some()
            || credibility.is_some()
            || observed_at.is_some()
            || *observed_until != Patch::Leave
    }
}

/// `PATCH /v1/clues/{id}`
pub async fn update(
    auth: Authorized<may::ClueUpdate>,
    id: PathId,
    if_match: IfMatch,
    body: Valid<CluePatch>,
) -> Result<Versioned<ClueView>> {
    let patch = body.into_inner();
    auth.write(move |tx| {
        let (case, mut row) = model::open(tx, id.0)?;
        if_match.check(row.version)?;
        model::check_regrading(tx.scope.role, row.status, patch.touches_the_statement())?;
        let CluePatch { reliability, credibility, status, reason, note, observed_at, observed_until } = patch;
        let reason = reason.map(Prose::into_inner);
        match (status, &reason) {
            (None, Some(_)) => return Err(Error::invalid("/reason", "goes with a status")),
            // Said again without a reason, the status that is there is no decision.
            (Some(to), reason) if to != row.status || reason.is_some() => {
                model::check_decision(tx.scope.role, row.status, to, reason.is_some())?;
                tx.note(format!("{} to {to}", row.status));
                row.status = to;
                row.decided_by = Some(tx.scope.user_id);
                row.decided_at = Some(tx.scope.now);
                row.reason = case.access.seal_opt(&REASON, row.id, reason.as_ref())?;
            }
            _ => {}
        }
        row.reliability = reliability.unwrap_or(row.reliability);
        row.credibility = credibility.map_or(row.credibility, Credibility::get);
        row.note = match note {
            Patch::Leave => row.note,
            Patch::Clear => None,
            Patch::Set(note) => Some(case.access.seal(&NOTE, row.id, &note.into_inner())?),
        };
        if observed_at.is_some() || observed_until != Patch::Leave {
            row.observed_at = observed_at.unwrap_or(row.observed_at);
            row.observed_until = observed_until.apply(row.observed_until);
            model::check_observed(tx, row.observed_at, row.observed_until)?;
        }
        // The case before what hangs on it: see `cases::model::open_alone`.
        cases::store::touch(&tx.scope, tx.conn, case.row.id)?;
        store::update(&tx.scope, tx.conn, &row)?;
        estimates::watch::mark(tx, case.row.id)?;
        let row = store::find(&tx.scope, tx.conn, row.id)?;
        let doubts = model::doubts(tx, [&row])?;
        Ok(Versioned { version: row.version, view: model::show(&case.access, &row, &doubts)? })
    })
    .await
}
