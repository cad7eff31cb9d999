//! What several shapes share, and what serde's attributes cannot say.

use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::ToSchema;

use super::{AbsenceAtSite, AbsenceData, AbsenceInCircle, AbsenceInPolygon, SearchedPolygon};
use crate::db::types::Id;
use crate::http::number::{Kilometres, Latitude, Longitude, Probability, Weight};
use crate::http::text::{Country, Line};

/// The most places of one name that a clue may carry.
const MAX_CANDIDATES: usize = 200;

/// Coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CluePosition)]
pub struct Position {
    /// Degrees north.
    pub lat: Latitude,
    /// Degrees east.
    pub lon: Longitude,
}

/// A name whose place is not known yet.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ClueNamedOrigin)]
pub struct NamedOrigin {
    /// The name as it was said.
    pub name: Line<200>,
}

/// From where a distance, a time or a direction counts: `{lat,lon}` or `{name}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged, try_from = "OriginWire")]
#[schema(as = ClueOrigin)]
pub enum Origin {
    /// From a position.
    Position(Position),
    /// From a place of this name.
    Named(NamedOrigin),
}

/// Read as a whole and then sorted, because serde's own `untagged` would not say which field is wrong.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OriginWire {
    #[serde(default)]
    lat: Option<Latitude>,
    #[serde(default)]
    lon: Option<Longitude>,
    #[serde(default)]
    name: Option<Line<200>>,
}

impl TryFrom<OriginWire> for Origin {
    type Error = &'static str;

    fn try_from(wire: OriginWire) -> Result<Self, Self::Error> {
        match wire {
            OriginWire { lat: Some(lat), lon: Some(lon), name: None } => {
                Ok(Self::Position(Position { lat, lon }))
            }
            OriginWire { lat: None, lon: None, name: Some(name) } => Ok(Self::Named(NamedOrigin { name })),
            _ => Err("must have either `lat` and `lon` or `name`"),
        }
    }
}

/// As [`OriginWire`], for an absence.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AbsenceWire {
    #[serde(default)]
    lat: Option<Latitude>,
    #[serde(default)]
    lon: Option<Longitude>,
    #[serde(default)]
    radius_km: Option<Kilometres>,
    #[serde(default)]
    polygon: Option<SearchedPolygon>,
    #[serde(default)]
    site_id: Option<Id>,
    probability_of_detection: Probability,
}

impl TryFrom<AbsenceWire> for AbsenceData {
    type Error = &'static str;

    fn try_from(wire: AbsenceWire) -> Result<Self, Self::Error> {
        let AbsenceWire { lat, lon, radius_km, polygon, site_id, probability_of_detection } = wire;
        match (lat, lon, radius_km, polygon, site_id) {
            (Some(lat), Some(lon), Some(radius_km), None, None) => {
                Ok(Self::Circle(AbsenceInCircle { lat, lon, radius_km, probability_of_detection }))
            }
            (None, None, None, Some(polygon), None) => {
                Ok(Self::Polygon(AbsenceInPolygon { polygon, probability_of_detection }))
            }
            (None, None, None, None, Some(site_id)) => {
                Ok(Self::Site(AbsenceAtSite { site_id, probability_of_detection }))
            }
            _ => Err("must have either `lat`, `lon` and `radius_km`, or `polygon`, or `site_id`"),
        }
    }
}

/// One of the places that a name may mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PlaceCandidate)]
pub struct Candidate {
    /// What it is called.
    pub name: Line<200>,
    /// Degrees north.
    pub lat: Latitude,
    /// Degrees east.
    pub lon: Longitude,
    /// What it is: a town, a village, a district.
    pub kind: Line<60>,
    /// In which country.
    pub country: Country,
    /// How much it counts among the others.
    pub weight: Weight,
}

/// The places of one name, as [`super::PlaceData`] bounds them.
pub(super) fn candidates<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<Candidate>>, D::Error> {
    let Some(candidates) = Option::<Vec<Candidate>>::deserialize(deserializer)? else {
        return Ok(None);
    };
    if candidates.len() > MAX_CANDIDATES {
        return Err(de::Error::custom(format!("must have at most {MAX_CANDIDATES} entries")));
    }
    // Without any weight there would be nothing to share out among them.
    if !candidates.is_empty() && candidates.iter().all(|candidate| candidate.weight.get() == 0.0) {
        return Err(de::Error::custom("must have one entry at least whose weight is not 0"));
    }
    Ok(Some(candidates))
}
