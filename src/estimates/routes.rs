//! `/v1/cases/{id}/location`, `/v1/cases/{id}/related`, `/v1/sites/{id}/evidence` and `/v1/location`

use std::sync::Arc;

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::audience::{self, Begun, Coarse, Precision};
use super::engine::When;
use super::evidence::{self, EvidenceView};
use super::inputs::{Counted, Inputs};
use super::model::{self, EstimateView};
use super::related::{self, RelatedList};
use super::watch::{hour, inputs_of};
use crate::authz::action::may;
use crate::authz::{Authorized, Grants, Permission};
use crate::cases;
use crate::clues::extraction::{self, ProposalList, ProposalPlace};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::answer::Json;
use crate::http::body::Valid;
use crate::http::params::{PathId, Query};
use crate::http::text::{Language, Prose};

/// The query of `GET /v1/cases/{id}/location`.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LocationQuery {
    /// For which moment, to the hour; now if not said.
    at: Option<Time>,
    /// `proposed` to let clues count that nobody has decided on.
    include: Option<String>,
    /// Only what had been reported by then: what the answer was at the time. All that is known now if not said.
    known_at: Option<Time>,
    /// For whom it is: a version to hand on that tells the place no more finely than this. As finely as you may know it
    /// if not said. Whatever is coarser than `precise` is about now, and goes with no other parameter.
    audience: Option<Precision>,
}

impl LocationQuery {
    /// What is made coarse must not be asked for in several ways whose differences would tell more.
    fn check_plain(&self) -> Result<()> {
        let sent = [
            ("at", self.at.is_some()),
            ("include", self.include.is_some()),
            ("known_at", self.known_at.is_some()),
        ];
        match sent.into_iter().find(|(_, sent)| *sent) {
            Some((name, _)) => Err(Error::invalid(name, "goes with the audience precise alone")),
            None => Ok(()),
        }
    }

    fn includes_proposed(&self) -> Result<bool> {
        match self.include.as_deref() {
            None => Ok(false),
            Some("proposed") => Ok(true),
            Some(_) => Err(Error::invalid("include", "must be proposed")),
        }
    }
}

/// What was read for an answer.
pub(super) enum Ready {
    /// Everything that is known.
    Precise(Precise),
    /// What of it is handed on.
    Coarse(Coarse),
}

/// Inputs, the moment, the classes, and the name of the case.
pub(super) struct Precise {
    pub(super) inputs: Arc<Inputs>,
    pub(super) as_of: Time,
    pub(super) grants: Grants,
    pub(super) code_name: String,
}

/// What was read in the one unit of work.
enum Found {
    Precise(Precise),
    Begun(Box<Begun>),
}

pub(super) async fn ready<A: Permission>(auth: Authorized<A>, id: Id, query: LocationQuery) -> Result<Ready> {
    let services = Arc::clone(auth.services());
    let found = auth
        .read(move |tx| {
            let case = cases::model::open(tx, id)?;
            let precision = audience::resolve(tx, &case, query.audience)?;
            tx.note(format!("for the audience {precision}"));
            if precision != Precision::Precise {
                query.check_plain()?;
                return audience::begin(tx, case, precision).map(|begun| Found::Begun(Box::new(begun)));
            }
            let counted =
                Counted { proposed: query.includes_proposed()?, known_at: query.known_at, as_of: query.at };
            let inputs = Arc::new(inputs_of(tx, &case, counted)?);
            let as_of = query.at.unwrap_or(tx.now());
            let (grants, code_name) = (case.access.grants(), case.row.code_name.clone());
            Ok(Found::Precise(Precise { inputs, as_of, grants, code_name }))
        })
        .await?;
    match found {
        Found::Precise(precise) => Ok(Ready::Precise(precise)),
        Found::Begun(begun) => audience::finish(&services, *begun).await.map(Ready::Coarse),
    }
}

/// `GET /v1/cases/{id}/location`
pub async fn show(
    auth: Authorized<may::LocationShow>,
    id: PathId,
    query: Query<LocationQuery>,
) -> Result<Json<EstimateView>> {
    let engine = Arc::clone(&auth.services().estimates);
    let Precise { inputs, as_of, grants, .. } = match ready(auth, id.0, query.0).await? {
        Ready::Precise(precise) => precise,
        Ready::Coarse(coarse) => return Ok(Json(coarse.view())),
    };
    let when = When { hour: hour(as_of), explain: true };
    let answer = engine.answer(Arc::clone(&inputs), when).await?;
    Ok(Json(model::show(&answer, &inputs, as_of).redact(grants)))
}

/// `GET /v1/cases/{id}/related`
pub async fn related(auth: Authorized<may::LocationRelated>, id: PathId) -> Result<Json<RelatedList>> {
    related::of_case(auth, id.0).await.map(Json)
}

/// `GET /v1/sites/{id}/evidence`
pub async fn site_evidence(auth: Authorized<may::SiteEvidence>, id: PathId) -> Result<Json<EvidenceView>> {
    evidence::of_site(auth, id.0).await.map(Json)
}

/// What `POST /v1/location/extract` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtractIn {
    /// What somebody wrote.
    text: Prose<20_000>,
    /// Its language; nothing hangs on it so far, since a text may mix several.
    #[serde(default)]
    #[expect(dead_code, reason = "checked and not used: a text may mix languages")]
    language: Option<Language>,
    /// A place that the case points to already: it weighs places of the same name.
    #[serde(default)]
    near: Option<ProposalPlace>,
    /// When it was written; now if not said.
    #[serde(default)]
    at: Option<Time>,
}

/// `POST /v1/location/extract`
pub async fn extract(
    auth: Authorized<may::LocationExtract>,
    body: Valid<ExtractIn>,
) -> Result<Json<ProposalList>> {
    let ExtractIn { text, language: _, near, at } = body.into_inner();
    let now = auth.read(|tx| Ok(tx.now())).await?;
    extraction::extract(text.into_inner(), near, at.unwrap_or(now)).await.map(Json)
}
