//! What a clue says, by kind: the twelve shapes of the contract and nothing beside them.
//!
//! Pure: no database, no request. Each shape is checked while it is read, so that a [`ClueData`] that exists is
//! one that can be reckoned with: finite numbers in their ranges, texts and lists of bounded length.

mod parts;
mod polygon;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::parts::{Candidate, NamedOrigin, Origin, Position};
pub use self::polygon::SearchedPolygon;
use crate::db::types::Id;
use crate::http::number::{
    Accuracy, Bearing, BearingSigma, Cid, Hours, Kilometres, Lac, Latitude, Longitude, Mcc, Mnc, Probability,
    UtcOffset,
};
use crate::http::text::{ClockTime, Country, Day, Line};

crate::kinds! {
    /// What kind of statement a clue makes.
    pub enum ClueKind;
    /// What a clue says. Its JSON is that of the kind alone; the kind stands beside it.
    pub enum ClueData {
        /// They were at this position.
        Point = "point" => PointData,
        /// They were at a place of this name.
        Place = "place" => PlaceData,
        /// They were at this known site.
        Site = "site" => SiteData,
        /// They were so far from somewhere.
        DistanceFrom = "distance_from" => DistanceData,
        /// It took so long to get there from somewhere.
        TravelTime = "travel_time" => TravelData,
        /// The sun rose or set there at this time of theirs.
        Sun = "sun" => SunData,
        /// They were at the border with a country.
        Border = "border" => BorderData,
        /// They were in a country.
        Country = "country" => CountryData,
        /// They were in a direction from somewhere.
        Bearing = "bearing" => BearingData,
        /// They were near something that was seen or heard.
        Landmark = "landmark" => LandmarkData,
        /// Their phone was in a network, or in a cell of it.
        Cell = "cell" => CellData,
        /// Somebody looked, and they were not there.
        Absence = "absence" => AbsenceData,
    }
}

impl ClueData {
    /// The known site that the statement is about, if it is about one.
    pub fn site_id(&self) -> Option<Id> {
        match self {
            Self::Site(SiteData { site_id })
            | Self::Absence(AbsenceData::Site(AbsenceAtSite { site_id, .. })) => Some(*site_id),
            _ => None,
        }
    }
}

crate::words! {
    /// On which datum coordinates were given.
    pub enum Datum {
        /// That of GPS.
        Wgs84 = "wgs84",
        /// The shifted one of Chinese maps.
        Gcj02 = "gcj02",
        /// The shifted one of Baidu.
        Bd09 = "bd09",
        /// Not known.
        Unknown = "unknown",
    }
}

crate::words! {
    /// How coordinates came to us.
    pub enum Via {
        /// A pin that somebody set or shared.
        Pin = "pin",
        /// The centre of a map on somebody's screen.
        Viewport = "viewport",
        /// The metadata of a picture.
        Exif = "exif",
        /// A plus code.
        PlusCode = "plus_code",
        /// A military grid reference.
        Mgrs = "mgrs",
        /// Written out.
        Text = "text",
    }
}

/// A position.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PointData {
    /// Degrees north.
    pub lat: Latitude,
    /// Degrees east.
    pub lon: Longitude,
    /// How far off it may be, in metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<Accuracy>,
    /// On which datum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub datum: Option<Datum>,
    /// How it came to us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Via>,
}

crate::words! {
    /// How somebody was to a named place.
    #[schema(as = PlaceRelation)]
    pub enum Relation {
        /// In it.
        In = "in",
        /// Near it.
        Near = "near",
        /// On the other side of a river, a road or a border from it.
        Opposite = "opposite",
    }
}

/// A named place: a name may belong to many.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceData {
    /// The name as it was said.
    pub name: Line<200>,
    /// How they were to it.
    pub relation: Relation,
    /// The places of that name, at most 200. If there are any, one at least has a weight.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "parts::candidates")]
    #[schema(max_items = 200)]
    pub candidates: Option<Vec<Candidate>>,
}

/// A known site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteData {
    /// Which.
    pub site_id: Id,
}

/// So far from somewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DistanceData {
    /// From where.
    pub from: Origin,
    /// How far, in kilometres.
    pub km: Kilometres,
    /// How far off that may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sigma_km: Option<Kilometres>,
}

crate::words! {
    /// How somebody travelled.
    pub enum TravelMode {
        /// By road.
        Road = "road",
        /// By boat.
        Boat = "boat",
        /// On foot.
        Foot = "foot",
        /// Not known.
        Unknown = "unknown",
    }
}

/// So long a way from somewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TravelData {
    /// From where.
    pub from: Origin,
    /// How long, in hours.
    pub hours: Hours,
    /// How.
    pub mode: TravelMode,
    /// Whether a border was crossed on the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub border_crossed: Option<bool>,
}

crate::words! {
    /// What the sun did.
    pub enum SunEvent {
        /// It rose.
        Sunrise = "sunrise",
        /// It set.
        Sunset = "sunset",
    }
}

/// When the sun rose or set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SunData {
    /// What it did.
    pub event: SunEvent,
    /// On which day of theirs.
    pub date: Day,
    /// At what time of theirs.
    pub local_time: ClockTime,
    /// How far their clock was ahead of UTC, in minutes, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utc_offset_minutes: Option<UtcOffset>,
}

/// At a border.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BorderData {
    /// The country on the other side.
    pub country: Country,
    /// At most so far from it, in kilometres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_km: Option<Kilometres>,
}

/// In a country.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CountryData {
    /// Which.
    pub country: Country,
}

/// In a direction from somewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BearingData {
    /// From where.
    pub from: Origin,
    /// In which direction, clockwise from north.
    pub degrees: Bearing,
    /// How far off that may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sigma_degrees: Option<BearingSigma>,
}

/// Near something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LandmarkData {
    /// Degrees north of the thing.
    pub lat: Latitude,
    /// Degrees east of the thing.
    pub lon: Longitude,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Line<200>>,
    /// At most so far from it, in kilometres.
    pub within_km: Kilometres,
}

/// In a network, or in a cell of it. Masts serve phones across borders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CellData {
    /// The country of the network.
    pub mcc: Mcc,
    /// The network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mnc: Option<Mnc>,
    /// The area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lac: Option<Lac>,
    /// The cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cid: Option<Cid>,
}

/// Not there: a circle that was searched, a polygon, or a site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged, try_from = "parts::AbsenceWire")]
pub enum AbsenceData {
    /// Around a position.
    Circle(AbsenceInCircle),
    /// Within an area.
    Polygon(AbsenceInPolygon),
    /// At a known site.
    Site(AbsenceAtSite),
}

impl AbsenceData {
    /// How probably they would have been found, had they been there.
    pub const fn probability_of_detection(&self) -> Probability {
        match self {
            Self::Circle(circle) => circle.probability_of_detection,
            Self::Polygon(area) => area.probability_of_detection,
            Self::Site(site) => site.probability_of_detection,
        }
    }
}

/// A circle that was searched.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AbsenceInCircle {
    /// Degrees north of its centre.
    pub lat: Latitude,
    /// Degrees east of its centre.
    pub lon: Longitude,
    /// Its radius.
    pub radius_km: Kilometres,
    /// How probably they would have been found, had they been there.
    pub probability_of_detection: Probability,
}

/// An area that was searched.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AbsenceInPolygon {
    /// Which.
    pub polygon: SearchedPolygon,
    /// How probably they would have been found, had they been there.
    pub probability_of_detection: Probability,
}

/// A site that was searched.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AbsenceAtSite {
    /// Which.
    pub site_id: Id,
    /// How probably they would have been found, had they been there.
    pub probability_of_detection: Probability,
}
