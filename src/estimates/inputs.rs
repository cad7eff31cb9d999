//! What an estimate is made from, out of the database.

use std::collections::{HashMap, HashSet};

use super::site_events::{self, Known};
use super::store;
use crate::clues::data::{
    AbsenceData, ClueData, Datum, Origin as ClueOrigin, Relation as ClueRelation, SunEvent, TravelMode, Via,
};
use crate::clues::model::{ClueStatus, SourceKind, data};
use crate::clues::store::{ClueRow, of_case};
use crate::crypto::Access;
use crate::crypto::secret::Sha256;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::http::number::{Accuracy, BearingSigma, Kilometres, SiteMetres};
use crate::location::borders::{Borders, Country};
use crate::location::estimate::{
    Evidence, Happening, Meant, Mode, Origin, Relation, Searched, Site, SiteEvent, Statement,
};
use crate::location::gazetteer::Gazetteer;
use crate::location::geo::Point;
use crate::location::notation;
use crate::messages::model::Authenticity;
use crate::observations;
use crate::observations::data::ObservationKind;
use crate::observations::seen::{Seen, When};
use crate::sites::model::{Activity, COUNTRY, NAMES, PLACE, Verification};
use crate::sites::state::derive;

/// How far a candidate of a name may be off where nothing tells how large the place is, in metres.
const PLACE_SIGMA_M: f64 = 4_000.0;
/// What a pin is off by if it does not say.
const PIN_ACCURACY_M: f64 = 50.0;
/// A publicly reported compound that is as near as this to a site of the organisation's own is that site.
const SAME_M: f64 = 6_000.0;
/// How much a compound of public reporting alone counts, against a site that was confirmed.
const REPORTED: f64 = 0.6;

/// What an estimate is made from.
pub struct Inputs {
    /// The clues that count.
    pub clues: Vec<Evidence>,
    /// The known sites.
    pub sites: Vec<Site>,
    /// What happened at them.
    pub events: Vec<SiteEvent>,
    /// Which of the clues nobody has decided on.
    pub proposed: HashSet<u128>,
    /// The sites of the organisation's own, by their number in the estimate.
    pub own_sites: HashMap<u128, Id>,
    /// A digest of the sites and what happened at them: those of equal digests are equal.
    pub sites_digest: [u8; 32],
    /// A digest of all of it.
    pub digest: [u8; 32],
}

/// Which clues count; the confirmed ones if nothing is said.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counted {
    /// Those too that nobody has decided on.
    pub proposed: bool,
    /// Only what had been reported by then; all if not said.
    pub known_at: Option<Time>,
    /// With what sites were at this moment; what they are now if not said.
    pub as_of: Option<Time>,
}

/// Loads what the estimate of a case is made from.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn load(
    conn: &mut Conn<'_>,
    (organisation, case_id): (Id, Id),
    (case, places): (&Access, &Access),
    counted: Counted,
) -> Result<Inputs> {
    let statuses: &[ClueStatus] = if counted.proposed {
        &[ClueStatus::Confirmed, ClueStatus::Proposed]
    } else {
        &[ClueStatus::Confirmed]
    };
    let known = |at: Time| counted.known_at.is_none_or(|known_at| at <= known_at);
    let mut rows = of_case(conn, organisation, case_id, statuses)?;
    rows.retain(|row| known(row.reported_at));
    let mut hash = Sha256::default();
    let (sites, known_sites, seen) = known_sites(conn, organisation, places, counted, &mut hash)?;
    let sites_digest = hash.clone().finish();
    let own_sites = known_sites.keys().map(|id| (number(*id), *id)).collect();
    let events = site_events::events(&known_sites, &seen, counted.known_at);
    for event in &events {
        hash_event(event, &mut hash);
    }
    let clues = evidence(conn, organisation, case, &rows, &mut hash)?;
    let undecided = rows.iter().filter(|row| row.status == ClueStatus::Proposed);
    let proposed = undecided.map(|row| number(row.id)).collect();
    Ok(Inputs { clues, sites, events, proposed, own_sites, sites_digest, digest: hash.finish() })
}

/// The number of an id in an estimate.
pub fn number(id: Id) -> u128 {
    u128::from_be_bytes(*id.as_bytes())
}

/// The id behind a number of [`Evidence`] or [`Site`].
pub fn id_of(number: u128) -> Option<Id> {
    Id::from_slice(&number.to_be_bytes())
}

/// Days since 1970-01-01.
pub fn day(at: Time) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "to microseconds for a century")]
    let micros = at.as_micros() as f64;
    micros / 86_400e6
}

fn hash_event(event: &SiteEvent, hash: &mut Sha256) {
    let (kind, to) = match event.what {
        Happening::Raid => (0, 0),
        Happening::Evacuation => (1, 0),
        Happening::MovedTo(site) => (2, site),
    };
    hash.update(&[kind]);
    hash.update(&to.to_be_bytes());
    hash.update(&event.site.unwrap_or(0).to_be_bytes());
    for number in [event.day, event.weight] {
        hash.update(&number.to_bits().to_be_bytes());
    }
}

type Sites = (Vec<Site>, HashMap<Id, Known>, Vec<Seen>);

/// The sites of the organisation, and where it has none of its own the compounds that were publicly reported; with what was
/// seen of the former, as far as it is needed.
fn known_sites(
    conn: &mut Conn<'_>,
    organisation: Id,
    access: &Access,
    counted: Counted,
    hash: &mut Sha256,
) -> Result<Sites> {
    let when = When { at: counted.as_of, known_at: counted.known_at };
    // The rows know the state of now: of another time it is worked out, from all that was seen.
    let now = when.at.is_none() && when.known_at.is_none();
    let kinds = if now { site_events::TELLING } else { ObservationKind::ALL };
    let seen = observations::model::of_kinds(conn, organisation, access, kinds)?;
    let mut of_site: HashMap<Id, Vec<Seen>> = HashMap::new();
    if !now {
        for seen in &seen {
            of_site.entry(seen.site_id).or_default().push(seen.clone());
        }
    }
    let (mut sites, mut own) = (Vec::new(), HashMap::new());
    for row in crate::sites::store::all(conn, organisation)? {
        let (Some(names), Some(place)) =
            (access.open(&NAMES, row.id, &row.names)?, access.open(&PLACE, row.id, &row.place)?)
        else {
            continue;
        };
        let weight = if now {
            weight(row.verification, row.activity)
        } else {
            let seen = of_site.get(&row.id).map_or(&[][..], Vec::as_slice);
            let base = crate::sites::model::base(access, &row)?;
            // What is found out of a site later was so before; what goes on there was not.
            let found = derive(&base, seen, When { at: None, ..when });
            weight(found.verification, derive(&base, seen, when).activity)
        };
        hash.update(row.id.as_bytes());
        hash.update(&row.version.to_be_bytes());
        hash.update(&weight.to_bits().to_be_bytes());
        let country = access.open(&COUNTRY, row.id, &row.country)?;
        let at = Point { lat: place.lat.get(), lon: place.lon.get() };
        own.insert(row.id, Known { at, before: row.base_activity });
        sites.push(Site {
            id: number(row.id),
            name: names.name,
            at,
            sigma_m: place.sigma_m.get(),
            extent_m: place.extent_m.map_or(300.0, SiteMetres::get),
            country: country.as_deref().and_then(Country::new),
            weight,
        });
    }
    let own_count = sites.len();
    for (place, compound) in (1_u128..).zip(Gazetteer::active().compounds()) {
        let at = compound.place.point;
        let near = |site: &Site| site.at.distance_m(at) < SAME_M.max(compound.place.sigma_m + site.sigma_m);
        if sites.iter().take(own_count).any(near) {
            continue;
        }
        sites.push(Site {
            // No id of a row is as small.
            id: place,
            name: compound.place.name.to_owned(),
            at,
            sigma_m: compound.place.sigma_m,
            extent_m: 300.0,
            country: Some(compound.place.country),
            weight: REPORTED,
        });
    }
    Ok((sites, own, seen))
}

/// How probably somebody is at a site, against one that is confirmed and active. Our choice.
fn weight(verification: Verification, activity: Activity) -> f64 {
    let believed = match verification {
        Verification::Confirmed => 1.0,
        Verification::Suspected => 0.5,
        Verification::RuledOut => 0.02,
    };
    let going_on = match activity {
        Activity::Active => 1.0,
        Activity::Unknown => 0.7,
        Activity::Dormant => 0.15,
        Activity::Evacuated => 0.1,
    };
    believed * going_on
}

fn evidence(
    conn: &mut Conn<'_>,
    organisation: Id,
    access: &Access,
    rows: &[ClueRow],
    hash: &mut Sha256,
) -> Result<Vec<Evidence>> {
    let of_kind = |kind: SourceKind| -> Vec<Id> {
        rows.iter().filter(|row| row.source_kind == kind).filter_map(|row| row.source_ref).collect()
    };
    let writers = store::writers(conn, organisation, &of_kind(SourceKind::Message))?;
    let senders = store::senders(conn, organisation, &of_kind(SourceKind::Attachment))?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(data) = data(access, row)? else { continue };
        let person = row.source_ref.and_then(|id| writers.get(&id).or_else(|| senders.get(&id)));
        let suspect = person.is_some_and(|(_, judged)| *judged == Authenticity::Suspect);
        let source = source(row, person.map(|(person, _)| *person));
        for part in [
            row.id.as_bytes().as_slice(),
            &row.version.to_be_bytes(),
            source.as_bytes(),
            &[u8::from(suspect)],
        ] {
            hash.update(part);
        }
        let from = day(row.observed_at);
        all.push(Evidence {
            id: number(row.id),
            statement: statement(&data),
            from_day: from,
            until_day: row.observed_until.map_or(from, day),
            source,
            reliability: row.reliability.into(),
            credibility: u8::try_from(row.credibility).unwrap_or(6),
            suspect,
            original: None,
        });
    }
    Ok(all)
}

/// Whose word a clue is. What two clues of the same source say stands and falls together.
fn source(row: &ClueRow, person: Option<Id>) -> String {
    match (row.source_kind, person.or(row.source_ref)) {
        (SourceKind::Message | SourceKind::Attachment, Some(person)) => format!("person:{person}"),
        (SourceKind::Person, Some(person)) => format!("person:{person}"),
        // A team is not one voice for ever: each report speaks for itself.
        (SourceKind::FieldReport, Some(report)) => format!("field_report:{report}"),
        // Somebody whom words alone describe is somebody else each time.
        (kind, None | Some(_)) => format!("{kind}:{}", row.id),
    }
}

fn origin(origin: &ClueOrigin) -> Origin {
    match origin {
        ClueOrigin::Position(at) => Origin::At(Point { lat: at.lat.get(), lon: at.lon.get() }),
        ClueOrigin::Named(named) => Origin::Named(named.name.as_str().to_owned()),
    }
}

/// What a clue says, freed of the shapes of the contract.
pub fn statement(data: &ClueData) -> Statement {
    match data {
        ClueData::Point(point) => {
            let at = Point { lat: point.lat.get(), lon: point.lon.get() };
            let accuracy = point.accuracy_m.map_or(PIN_ACCURACY_M, Accuracy::get);
            let (at, accuracy_m) = from_datum(at, accuracy.max(1.0), point.datum);
            Statement::Point { at, accuracy_m, viewport: point.via == Some(Via::Viewport) }
        }
        ClueData::Place(place) => Statement::Place {
            name: place.name.as_str().to_owned(),
            relation: match place.relation {
                ClueRelation::In => Relation::In,
                ClueRelation::Near => Relation::Near,
                ClueRelation::Opposite => Relation::Opposite,
            },
            candidates: place.candidates.iter().flatten().map(meant).collect(),
        },
        ClueData::Site(site) => Statement::Site(number(site.site_id)),
        ClueData::DistanceFrom(distance) => Statement::DistanceFrom {
            from: origin(&distance.from),
            km: distance.km.get(),
            sigma_km: distance.sigma_km.map(Kilometres::get),
        },
        ClueData::TravelTime(travel) => Statement::TravelTime {
            from: origin(&travel.from),
            hours: travel.hours.get(),
            mode: match travel.mode {
                TravelMode::Road => Mode::Road,
                TravelMode::Boat => Mode::Boat,
                TravelMode::Foot => Mode::Foot,
                TravelMode::Unknown => Mode::Unknown,
            },
            border_crossed: travel.border_crossed,
        },
        ClueData::Sun(sun) => Statement::Sun {
            rises: sun.event == SunEvent::Sunrise,
            day: sun.date.days_since_epoch(),
            minutes: sun.local_time.minutes(),
            utc_offset_minutes: sun.utc_offset_minutes.map(|offset| f64::from(offset.get())),
        },
        ClueData::Border(border) => match Country::new(border.country.as_str()) {
            Some(country) => Statement::Border { country, within_km: border.within_km.map(Kilometres::get) },
            None => Statement::Nothing,
        },
        ClueData::Country(said) => {
            Country::new(said.country.as_str()).map_or(Statement::Nothing, Statement::Country)
        }
        ClueData::Bearing(bearing) => Statement::Bearing {
            from: origin(&bearing.from),
            degrees: bearing.degrees.get(),
            sigma_degrees: bearing.sigma_degrees.map(BearingSigma::get),
        },
        ClueData::Landmark(landmark) => Statement::Landmark {
            at: Point { lat: landmark.lat.get(), lon: landmark.lon.get() },
            within_km: landmark.within_km.get(),
        },
        ClueData::Cell(cell) => network(cell.mcc.get()).map_or(Statement::Nothing, Statement::Network),
        ClueData::Absence(absence) => Statement::Absence {
            searched: match absence {
                AbsenceData::Circle(circle) => Searched::Circle {
                    at: Point { lat: circle.lat.get(), lon: circle.lon.get() },
                    radius_km: circle.radius_km.get(),
                },
                AbsenceData::Polygon(area) => Searched::Area(area.polygon.ring().clone()),
                AbsenceData::Site(site) => Searched::Site(number(site.site_id)),
            },
            detection: absence.probability_of_detection().get(),
        },
    }
}

fn meant(candidate: &crate::clues::data::Candidate) -> Meant {
    Meant {
        at: Point { lat: candidate.lat.get(), lon: candidate.lon.get() },
        country: Country::new(candidate.country.as_str()),
        sigma_m: PLACE_SIGMA_M,
        weight: candidate.weight.get(),
    }
}

/// A position in WGS-84, and how far off it may be with what is not known of its datum.
fn from_datum(at: Point, accuracy_m: f64, datum: Option<Datum>) -> (Point, f64) {
    let datum = match datum {
        None | Some(Datum::Wgs84) => return (at, accuracy_m),
        Some(Datum::Gcj02) => notation::Datum::Gcj02,
        Some(Datum::Bd09) => notation::Datum::Bd09,
        Some(Datum::Unknown) => notation::Datum::Unknown,
    };
    let found = notation::to_wgs84(at, accuracy_m, datum, &|at| Borders::embedded().in_china(at));
    (found.point, found.accuracy_m)
}

/// The country of a mobile country code (ITU-T E.212).
fn network(mcc: i32) -> Option<Country> {
    let code = match mcc {
        414 => "MM",
        452 => "VN",
        456 => "KH",
        457 => "LA",
        460 | 461 => "CN",
        515 => "PH",
        520 => "TH",
        502 => "MY",
        510 => "ID",
        525 => "SG",
        404..=406 => "IN",
        470 => "BD",
        _ => return None,
    };
    Country::new(code)
}
