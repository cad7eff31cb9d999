//! What a team tells of the places that it searched, and what follows from it for where somebody is.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::check_time;
use super::observed::Observed;
use crate::authz::{Class, Tx};
use crate::cases::model::OpenCase;
use crate::clues::data::{
    AbsenceAtSite, AbsenceData, AbsenceInCircle, AbsenceInPolygon, ClueData, PointData, SearchedPolygon,
    SiteData,
};
use crate::clues::model::{ClueSource, ClueStatus, NewClue, Reliability};
use crate::crypto::Field;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::number::{Accuracy, Credibility, Kilometres, Latitude, Longitude, Probability};
use crate::{cases, clues, estimates, operations, people, sites};

/// What a report says beside its words.
pub const FINDINGS: Field<Findings> = Field::new("reports.findings", Class::LocationPrecise);

/// The most places that one report may tell of.
pub const MAX_SEARCHED: usize = 50;
/// The most people that one of them may name.
const MAX_PEOPLE: usize = 500;
/// Nobody searches a larger circle, in kilometres: it is a slip, and would wipe out half a map.
const MAX_RADIUS_KM: f64 = 50.0;

/// The grades of what a team of ours saw with its own eyes: usually reliable, probably true.
pub const SEEN_BY_US: (Reliability, i32) = (Reliability::B, 2);

/// A circle that was searched.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchedCircle {
    /// Degrees north of its centre, WGS-84.
    pub lat: Latitude,
    /// Degrees east of its centre, WGS-84.
    pub lon: Longitude,
    /// Its radius in kilometres, 50 at most.
    pub radius_km: Kilometres,
}

/// A place that was searched: a site, a circle or an area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Searched {
    /// Which site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub site_id: Option<Id>,
    /// Or which circle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub circle: Option<SearchedCircle>,
    /// Or which area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub polygon: Option<SearchedPolygon>,
    /// How probably they would have been found, had they been there.
    pub probability_of_detection: Probability,
    /// Whether they were found.
    pub found: bool,
    /// Who was looked for; everybody on the operation's cases if nobody is named. Where somebody was found and the
    /// operation has several cases, who it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 500)]
    pub person_ids: Vec<Id>,
    /// From when on it was searched (UTC); at the moment of the report if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub from: Option<Time>,
    /// Until when (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub until: Option<Time>,
}

/// What a report says beside its words. Has no `Debug`.
#[derive(Default, Serialize, Deserialize)]
pub struct Findings {
    /// The places that were searched.
    pub searched: Vec<Searched>,
    /// The files that it names.
    pub attachments: Vec<Id>,
    /// What was seen of sites.
    #[serde(default)]
    pub observed: Vec<Observed>,
}

impl Findings {
    /// Whether there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        self.searched.is_empty() && self.attachments.is_empty() && self.observed.is_empty()
    }
}

enum Area {
    Site(Id),
    Circle(SearchedCircle),
    Polygon(SearchedPolygon),
}

impl Searched {
    fn area(&self, pointer: &str) -> Result<Area> {
        match (self.site_id, self.circle, &self.polygon) {
            (Some(site), None, None) => Ok(Area::Site(site)),
            (None, Some(circle), None) if circle.radius_km.get() > MAX_RADIUS_KM => {
                Err(Error::invalid(format!("{pointer}/circle/radius_km"), "must be at most 50"))
            }
            (None, Some(circle), None) => Ok(Area::Circle(circle)),
            (None, None, Some(polygon)) => Ok(Area::Polygon(polygon.clone())),
            _ => Err(Error::invalid(pointer, "must have one of `site_id`, `circle` and `polygon`")),
        }
    }

    /// From when to when, by our clock.
    fn times(&self, pointer: &str, at: Time, now: Time) -> Result<(Time, Option<Time>)> {
        let from = self.from.unwrap_or(at);
        let until = self.until.or_else(|| self.from.map(|_| at));
        check_time(from, now).map_err(|_| ahead(pointer, "from"))?;
        if let Some(until) = until {
            check_time(until, now).map_err(|_| ahead(pointer, "until"))?;
            if until < from {
                return Err(Error::invalid(format!("{pointer}/until"), "must not be before from"));
            }
        }
        Ok((from.min(now), until.map(|until| until.min(now))))
    }

    fn says(&self, area: Area) -> Result<ClueData> {
        let probability_of_detection = self.probability_of_detection;
        Ok(match (area, self.found) {
            (Area::Site(site_id), true) => ClueData::Site(SiteData { site_id }),
            (Area::Site(site_id), false) => {
                ClueData::Absence(AbsenceData::Site(AbsenceAtSite { site_id, probability_of_detection }))
            }
            (Area::Circle(SearchedCircle { lat, lon, radius_km }), true) => {
                somewhere(lat, lon, radius_km.get() * 1_000.0)?
            }
            (Area::Polygon(polygon), true) => {
                let (middle, ring) = (polygon.ring().middle(), polygon.ring());
                let lat = Latitude::new(middle.lat).map_err(Error::internal)?;
                let lon = Longitude::new(middle.lon).map_err(Error::internal)?;
                somewhere(lat, lon, ring.radius_m())?
            }
            (Area::Polygon(polygon), false) => {
                let area = AbsenceInPolygon { polygon, probability_of_detection };
                ClueData::Absence(AbsenceData::Polygon(area))
            }
            (Area::Circle(SearchedCircle { lat, lon, radius_km }), false) => {
                let circle = AbsenceInCircle { lat, lon, radius_km, probability_of_detection };
                ClueData::Absence(AbsenceData::Circle(circle))
            }
        })
    }
}

/// A position that is known as well as the place is small.
fn somewhere(lat: Latitude, lon: Longitude, within_m: f64) -> Result<ClueData> {
    let accuracy_m = Some(Accuracy::new(within_m.max(1.0)).map_err(Error::internal)?);
    Ok(ClueData::Point(PointData { lat, lon, accuracy_m, datum: None, via: None }))
}

fn ahead(pointer: &str, member: &str) -> Error {
    Error::invalid(format!("{pointer}/{member}"), "must not be in the future")
}

/// The cases of an operation, to write to on its behalf, with who is on them.
pub struct Concerned {
    cases: Vec<OpenCase>,
    people: Vec<(Id, Id)>,
}

impl Concerned {
    /// Opens the cases of an operation that was found in reach, and keeps others from changing them until the
    /// transaction ends.
    ///
    /// # Errors
    /// Of the database.
    pub fn open(tx: &mut Tx<'_, '_>, operation_id: Id) -> Result<Self> {
        operations::approval::touch_cases(tx, operation_id)?;
        let case_ids = operations::store::case_ids(&tx.scope, tx.conn, operation_id)?;
        let cases = cases::model::open_many(tx, &case_ids)?;
        let people = people::store::of_cases(&tx.scope, tx.conn, &case_ids)?;
        let people = people.into_iter().map(|row| (row.id, row.case_id)).collect();
        Ok(Self { cases, people })
    }

    /// The ids of the cases.
    pub fn case_ids(&self) -> Vec<Id> {
        self.cases.iter().map(|case| case.row.id).collect()
    }

    /// The cases that a search was about.
    fn of(&self, searched: &Searched, pointer: &str) -> Result<Vec<&OpenCase>> {
        if searched.person_ids.is_empty() {
            if searched.found && self.cases.len() > 1 {
                let detail = "is needed: this operation has several cases, and only somebody was found";
                return Err(Error::invalid(format!("{pointer}/person_ids"), detail));
            }
            return Ok(self.cases.iter().collect());
        }
        if searched.person_ids.len() > MAX_PEOPLE {
            let detail = format!("must have at most {MAX_PEOPLE} entries");
            return Err(Error::invalid(format!("{pointer}/person_ids"), detail));
        }
        let mut named = BTreeSet::new();
        for (index, person) in searched.person_ids.iter().enumerate() {
            let (_, case) = self.people.iter().find(|(id, _)| id == person).ok_or_else(|| {
                let detail = "is nobody on the cases of this operation";
                Error::invalid(format!("{pointer}/person_ids/{index}"), detail)
            })?;
            named.insert(*case);
        }
        Ok(self.cases.iter().filter(|case| named.contains(&case.row.id)).collect())
    }
}

/// Turns what a report says into clues of the cases it is about: a place searched in vain into an absence, one where
/// somebody was found into where they are. They count at once: the team was there.
///
/// # Errors
/// 422 below `/searched`.
pub fn conclude(
    tx: &mut Tx<'_, '_>,
    concerned: &Concerned,
    (report_id, at): (Id, Time),
    searched: &[Searched],
) -> Result<()> {
    if searched.len() > MAX_SEARCHED {
        return Err(Error::invalid("/searched", format!("must have at most {MAX_SEARCHED} entries")));
    }
    // All of them, in order, before any clue marks one: two reports must not wait for each other. And where nobody was
    // looked for, what was seen may still be read anew.
    for case in concerned.case_ids() {
        estimates::watch::mark(tx, case)?;
    }
    for (index, one) in searched.iter().enumerate() {
        let pointer = format!("/searched/{index}");
        let area = one.area(&pointer)?;
        if let Area::Site(site) = &area
            && !sites::store::exists(&tx.scope, tx.conn, *site)?
        {
            let pointer = format!("{pointer}/site_id");
            return Err(Error::invalid(pointer, "is no site of your organisation"));
        }
        let (observed_at, observed_until) = one.times(&pointer, at, tx.now())?;
        let data = one.says(area)?;
        for case in concerned.of(one, &pointer)? {
            let (from, until) = (observed_at, observed_until);
            let clue =
                from_the_field(tx, data.clone(), (from, until), SEEN_BY_US, ClueSource::report(report_id))?;
            clues::model::attest(tx, case, clue)?;
        }
    }
    Ok(())
}

/// A clue that a team in the field stands for.
///
/// # Errors
/// `internal` for a grade that is none.
pub fn from_the_field(
    tx: &Tx<'_, '_>,
    data: ClueData,
    (observed_at, observed_until): (Time, Option<Time>),
    (reliability, credibility): (Reliability, i32),
    source: ClueSource,
) -> Result<NewClue> {
    Ok(NewClue {
        id: Id::at(tx.now()),
        data,
        observed_at,
        observed_until,
        reported_at: tx.now(),
        source,
        reliability,
        credibility: Credibility::new(credibility).map_err(Error::internal)?,
        status: ClueStatus::Confirmed,
        quote: None,
        note: None,
    })
}
