//! A small polygon as GeoJSON has it.

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::http::number::{Latitude, Longitude};
use crate::location::geo::Point;
use crate::location::ring::{NoRing, Ring};

/// The most positions of a ring, the last like the first: a phone's finger draws fewer.
const MOST: usize = 101;

/// One ring without holes: `{"type":"Polygon","coordinates":[[[lon,lat],...]]}`, its last position like its first.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct SearchedPolygon {
    positions: Vec<(Longitude, Latitude)>,
    ring: Ring,
}

/// As it is sent.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(rename = "type")]
    kind: String,
    coordinates: Vec<Vec<(Longitude, Latitude)>>,
}

impl SearchedPolygon {
    /// The ring on the ground.
    pub const fn ring(&self) -> &Ring {
        &self.ring
    }
}

impl std::fmt::Debug for SearchedPolygon {
    /// Without the numbers: a body that is logged by mistake must not tell a place.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SearchedPolygon(..)")
    }
}

impl TryFrom<Wire> for SearchedPolygon {
    type Error = &'static str;

    fn try_from(Wire { kind, coordinates }: Wire) -> Result<Self, Self::Error> {
        if kind != "Polygon" {
            return Err("must have the `type` \"Polygon\"");
        }
        let Ok([positions]) = <[_; 1]>::try_from(coordinates) else {
            return Err("must have one ring, without holes");
        };
        if !(4..=MOST).contains(&positions.len()) || positions.first() != positions.last() {
            return Err("must have a ring of 4 to 101 positions, the last like the first");
        }
        let points: Vec<Point> =
            positions.iter().map(|(lon, lat)| Point { lat: lat.get(), lon: lon.get() }).collect();
        match Ring::through(&points) {
            Ok(ring) => Ok(Self { positions, ring }),
            Err(NoRing::Flat) => Err("must have a ring with an area"),
            Err(NoRing::Crossed) => Err("must have a ring that does not cross itself"),
            Err(NoRing::Large) => Err("must reach at most 50 km from its middle"),
        }
    }
}

impl From<SearchedPolygon> for Wire {
    fn from(polygon: SearchedPolygon) -> Self {
        Self { kind: "Polygon".to_owned(), coordinates: vec![polygon.positions] }
    }
}

impl PartialSchema for SearchedPolygon {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(SchemaType::Type(Type::Number));
        let position = ArrayBuilder::new().items(number).min_items(Some(2)).max_items(Some(2));
        let ring = ArrayBuilder::new().items(position).min_items(Some(4)).max_items(Some(MOST));
        let coordinates = ArrayBuilder::new().items(ring).min_items(Some(1)).max_items(Some(1));
        let kind =
            ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).enum_values(Some(["Polygon"]));
        ObjectBuilder::new()
            .description(Some("GeoJSON: one ring without holes, at most 50 km from its middle to a corner."))
            .property("type", kind)
            .required("type")
            .property("coordinates", coordinates)
            .required("coordinates")
            .into()
    }
}

impl ToSchema for SearchedPolygon {}
