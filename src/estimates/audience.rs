//! For whom an answer is: how finely it may tell the place, and what is handed on of it.
//!
//! A version to hand on is the same for whoever asks and however often: one cell of a fixed grid, settled and kept
//! (sealed) until another is clearly more probable, and looked at again at most once a day for somebody who may not
//! know more. So neither a thousand reads nor the differences between them tell where in the cell they are.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::engine::When;
use super::inputs::{self, Counted, Inputs};
use super::model::{CellView, ENGINE, EstimateFields, EstimateView, NearView, geometry};
use super::store;
use super::watch::{hour, opened};
use crate::app::Services;
use crate::authz::{Class, Grants, Role, Tx};
use crate::cases::model::OpenCase;
use crate::crypto::{Access, Field};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::heavy::heavy;
use crate::location::coarse::{self, Area, Cell, Grain};
use crate::location::estimate::Estimate;
use crate::referrals;

/// What was last told of a case, coarsely.
pub const SETTLED: Field<Settled> = Field::new("case_areas.settled", Class::LocationCoarse);

/// How finely a version to hand on may be opened.
const COARSE: Grants = Grants::of(&[Class::Outline, Class::LocationCoarse]);

const DAY: i64 = 86_400;

crate::words! {
    /// How finely a place is told, the coarsest first.
    pub enum Precision {
        /// Country and province, and a cell of some 12,000 square kilometres.
        Province = "province",
        /// A cell of some 250 square kilometres, and the country.
        Cell = "cell",
        /// As finely as it is known.
        Precise = "precise",
    }
}

crate::words! {
    /// How sure an answer is that they are in its cell.
    pub enum Confidence {
        /// At least 80%.
        Likely = "likely",
        /// At least 50%.
        Possible = "possible",
        /// More than for any other cell.
        Weak = "weak",
        /// Too little is known to name a cell.
        Unknown = "unknown",
    }
}

impl Confidence {
    fn of(probability: f64) -> Self {
        match probability {
            found if found >= 0.8 => Self::Likely,
            found if found >= 0.5 => Self::Possible,
            _ => Self::Weak,
        }
    }

    /// The probability that a drawing names, which is never more than what holds.
    const fn level(self) -> f64 {
        match self {
            Self::Likely => 0.8,
            Self::Possible => 0.5,
            Self::Weak | Self::Unknown => 0.2,
        }
    }
}

/// The coarse answers to a case: one for each precision, or none where too little is known.
#[derive(Default, Serialize, Deserialize)]
pub struct Settled {
    cell: Option<Part>,
    province: Option<Part>,
}

/// One coarse answer.
#[derive(Serialize, Deserialize)]
struct Part {
    cell: u64,
    confidence: Confidence,
    country: Option<String>,
    province: Option<String>,
    near: Option<NearView>,
}

/// How finely the caller may know where somebody is; `None` is not at all.
///
/// # Errors
/// Of the database.
pub fn own(tx: &mut Tx<'_, '_>, case: &OpenCase) -> Result<Option<Precision>> {
    let grants = case.access.grants();
    if grants.has(Class::LocationPrecise) {
        Ok(Some(Precision::Precise))
    } else if grants.has(Class::LocationCoarse) && tx.scope.role == Role::Partner {
        referrals::store::precision(&tx.scope, tx.conn, case.row.id)
    } else {
        Ok(None)
    }
}

/// How finely an answer is to be: as was asked, or as the caller may know it.
///
/// # Errors
/// 403 for what is finer than that.
pub fn resolve(tx: &mut Tx<'_, '_>, case: &OpenCase, asked: Option<Precision>) -> Result<Precision> {
    let own = own(tx, case)?.ok_or_else(Error::forbidden)?;
    let asked = asked.unwrap_or(own);
    if asked <= own { Ok(asked) } else { Err(Error::forbidden()) }
}

/// What was read to make a version to hand on.
pub(super) struct Begun {
    case: (Id, Id),
    code_name: String,
    precision: Precision,
    /// On behalf of nobody: what is told must not depend on what the caller may see.
    access: Access,
    before: Option<(Settled, Time)>,
    /// What to make it from, if it is to be made anew.
    inputs: Option<Arc<Inputs>>,
    now: Time,
}

/// A version to hand on.
pub(super) struct Coarse {
    pub(super) as_of: Time,
    pub(super) code_name: String,
    precision: Precision,
    part: Option<Part>,
}

/// Reads what a version to hand on is made from. It is made anew for whoever may know more, since they are about to
/// hand it on; for others once a day.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub(super) fn begin(tx: &mut Tx<'_, '_>, case: OpenCase, precision: Precision) -> Result<Begun> {
    let (organisation, case_id, now) = (tx.scope.organisation_id, case.row.id, tx.now());
    let (access, places) = opened(tx.services, tx.conn, organisation, case_id)?;
    let before = match store::settled(tx.conn, organisation, case_id)? {
        Some((sealed, at)) => access.open(&SETTLED, case_id, &sealed)?.map(|settled| (settled, at)),
        None => None,
    };
    let is_due = before.as_ref().is_none_or(|(_, at)| day(*at) != day(now))
        || case.access.grants().has(Class::LocationPrecise);
    let inputs = if is_due {
        let case = (organisation, case_id);
        Some(Arc::new(inputs::load(tx.conn, case, (&access, &places), Counted::default())?))
    } else {
        None
    };
    let code_name = case.row.code_name;
    Ok(Begun { case: (organisation, case_id), code_name, precision, access, before, inputs, now })
}

/// Makes the version to hand on.
///
/// # Errors
/// `busy` when too much is being reckoned; of the database.
pub(super) async fn finish(services: &Services, begun: Begun) -> Result<Coarse> {
    let Begun { case, code_name, precision, access, before, inputs, now } = begun;
    let (before, at) = before.unwrap_or_else(|| (Settled::default(), now));
    let (settled, at) = match inputs {
        None => (before, at),
        Some(inputs) => {
            let when = When { hour: hour(now), explain: false };
            let answer = services.estimates.answer(Arc::clone(&inputs), when).await?;
            let settled = heavy(move || Ok(settle(&answer, &inputs, &before))).await?;
            let sealed = access.seal(&SETTLED, case.1, &settled)?;
            services.db.write(move |conn| store::settle(conn, case, &sealed, now)).await?;
            (settled, now)
        }
    };
    let part = match precision {
        Precision::Province => settled.province,
        Precision::Cell | Precision::Precise => settled.cell,
    };
    let as_of = Time::from_micros(day(at).saturating_mul(DAY * 1_000_000));
    Ok(Coarse { as_of, code_name, precision, part })
}

fn day(at: Time) -> i64 {
    at.as_seconds().div_euclid(DAY)
}

fn settle(answer: &Estimate, inputs: &Inputs, before: &Settled) -> Settled {
    let part = |grain, before: Option<&Part>| {
        // Without a clue the map is that of everybody who was ever held: no answer about this person.
        let areas = if answer.clues_used.is_empty() { Vec::new() } else { coarse::areas(answer, grain) };
        let area = coarse::settle(&areas, before.and_then(|part| Cell::from_number(part.cell)))?;
        Some(worded(answer, inputs, &area))
    };
    Settled {
        cell: part(Grain::Township, before.cell.as_ref()),
        province: part(Grain::Province, before.province.as_ref()),
    }
}

fn worded(answer: &Estimate, inputs: &Inputs, area: &Area) -> Part {
    let words = coarse::words(coarse::place(answer, &inputs.sites, area));
    Part {
        cell: area.cell.number(),
        confidence: Confidence::of(area.probability),
        country: words.country.map(|country| country.to_string()),
        province: words.province,
        near: words.near.map(|(town, within_km)| NearView { town, within_km }),
    }
}

impl Coarse {
    fn cell(&self) -> Option<Cell> {
        Cell::from_number(self.part.as_ref()?.cell)
    }

    fn confidence(&self) -> Confidence {
        self.part.as_ref().map_or(Confidence::Unknown, |part| part.confidence)
    }

    /// As something that can be drawn.
    pub(super) fn drawn(&self) -> Estimate {
        coarse::drawn(inputs::day(self.as_of), self.cell().map(|cell| (cell, self.confidence().level())))
    }

    /// As it is told.
    pub(super) fn view(self) -> EstimateView {
        let (cell, confidence) = (self.cell(), self.confidence());
        let (country, province, near) = match self.part {
            Some(Part { country, province, near, .. }) => (country, province, near),
            None => (None, None, None),
        };
        // A township and its province together would be finer than either.
        let is_province = self.precision == Precision::Province;
        let fields = EstimateFields {
            as_of: self.as_of,
            audience: self.precision,
            clues_used: None,
            engine: ENGINE,
            confidence: Some(confidence),
            cell: cell.map(|cell| CellView {
                index: cell.to_string(),
                centre: cell.middle().into(),
                area_km2: cell.area_km2(),
                geometry: geometry(&[vec![cell.ring()]]),
            }),
            country,
            province: province.filter(|_| is_province),
            near: near.filter(|_| is_province),
            candidates: None,
            unlisted: None,
            outside: None,
            regions: None,
            expected_error_km: None,
            best: None,
            contributions: None,
            next_questions: None,
            history: None,
        };
        fields.redact(COARSE)
    }
}
