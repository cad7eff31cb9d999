//! GeoJSON (RFC 7946), for QGIS and other programs.

use ::geojson::{Feature, FeatureCollection, Geometry, GeometryValue, JsonObject, Position};
use serde_json::{Value, json};

use super::mark::{Mark, Shape};
use super::outline::{faces, solid};
use super::{Drawing, NOTE, on_earth, words};
use crate::location::estimate::Region;
use crate::location::geo::Point;

/// Corners of a circle.
const CORNERS: u32 = 72;

/// The estimate as a collection of features. Each has a property `feature`: `region`, `best`, `candidate` or `clue`.
#[must_use]
pub fn geojson(drawing: &Drawing<'_>) -> String {
    let mut features: Vec<Feature> = drawing.estimate.regions.iter().rev().filter_map(region).collect();
    features.extend(best(drawing));
    features.extend(candidates(drawing));
    features.extend(drawing.marks().map(clue));
    let members = object(json!({
        "title": drawing.title(),
        "as_of": words::clean(drawing.as_of, 60),
        "unlisted": number(drawing.estimate.unlisted),
        "outside": number(drawing.estimate.outside),
        "note": NOTE,
    }));
    FeatureCollection { bbox: None, features, foreign_members: members }.to_string()
}

fn object(value: Value) -> Option<JsonObject> {
    match value {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

/// Six digits: a ten-thousandth of a percent, a tenth of a metre.
fn number(value: f64) -> Value {
    json!((value * 1e6).round() / 1e6)
}

fn position(at: &Point) -> Position {
    let rounded = |degrees: f64| (degrees * 1e6).round() / 1e6;
    Position::from([rounded(at.lon), rounded(at.lat)])
}

fn positions(points: &[Point]) -> Vec<Position> {
    points.iter().map(position).collect()
}

fn polygon(rings: &[Vec<Point>]) -> Vec<Vec<Position>> {
    rings.iter().map(|ring| positions(ring)).collect()
}

fn feature(geometry: Option<GeometryValue>, properties: Value) -> Feature {
    let geometry = geometry.map(Geometry::new);
    Feature { bbox: None, geometry, id: None, properties: object(properties), foreign_members: None }
}

fn point(at: Point) -> Option<GeometryValue> {
    Some(GeometryValue::Point { coordinates: position(&at) })
}

fn areas(faces: &[Vec<Vec<Point>>]) -> Option<GeometryValue> {
    let coordinates: Vec<Vec<Vec<Position>>> = faces.iter().map(|rings| polygon(rings)).collect();
    (!coordinates.is_empty()).then_some(GeometryValue::MultiPolygon { coordinates })
}

fn region(region: &Region) -> Option<Feature> {
    let geometry = areas(&solid(&region.polygons))?;
    let properties =
        json!({ "feature": "region", "level": region.level, "area_km2": number(region.area_km2) });
    Some(feature(Some(geometry), properties))
}

fn best(drawing: &Drawing<'_>) -> Option<Feature> {
    let error_km = number(drawing.estimate.expected_error_km);
    let properties = json!({ "feature": "best", "expected_error_km": error_km });
    Some(feature(point(drawing.best()?), properties))
}

fn candidates(drawing: &Drawing<'_>) -> Vec<Feature> {
    let one = |candidate: super::Numbered| {
        let properties = json!({
            "feature": "candidate",
            "rank": candidate.number,
            "site_id": candidate.site.map(site_id),
            "name": candidate.name,
            "probability": number(candidate.probability),
        });
        feature(point(candidate.at), properties)
    };
    drawing.candidates().into_iter().map(one).collect()
}

/// An id as the rest of the interface writes it.
fn site_id(id: u128) -> String {
    let mut text = format!("{id:032x}");
    for at in [20, 16, 12, 8] {
        text.insert(at, '-');
    }
    text
}

fn clue(mark: &Mark) -> Feature {
    let mut properties = json!({
        "feature": "clue",
        "kind": mark.kind.word(),
        "label": mark.name(),
        "status": mark.status(),
    });
    if let Some(properties) = properties.as_object_mut() {
        properties.extend(object(measures(&mark.shape)).unwrap_or_default());
    }
    feature(geometry(&mark.shape), properties)
}

fn geometry(shape: &Shape) -> Option<GeometryValue> {
    match shape {
        Shape::Spots(spots) => {
            let all: Vec<Point> = spots.iter().filter_map(|spot| on_earth(spot.at)).collect();
            match all.as_slice() {
                [] => None,
                [only] => point(*only),
                _ => Some(GeometryValue::MultiPoint { coordinates: positions(&all) }),
            }
        }
        Shape::Band { lines, .. } => {
            let usable = |line: &Vec<Point>| {
                let line: Vec<Point> = line.iter().copied().filter_map(on_earth).collect();
                (line.len() >= 2).then(|| positions(&line))
            };
            let coordinates: Vec<Vec<Position>> = lines.iter().filter_map(usable).collect();
            (!coordinates.is_empty()).then_some(GeometryValue::MultiLineString { coordinates })
        }
        shape => areas(&faces(shape, CORNERS)),
    }
}

/// The numbers of a shape that its geometry does not tell.
fn measures(shape: &Shape) -> Value {
    match shape {
        Shape::Spots(spots) => {
            json!({ "accuracy_m": spots.iter().map(|spot| number(spot.accuracy_m)).collect::<Vec<_>>() })
        }
        Shape::Ring { km, between_km: (least, most), .. } => {
            json!({ "km": number(*km), "least_km": number(*least), "most_km": number(*most) })
        }
        Shape::Disc { radius_km, .. } => json!({ "radius_km": number(*radius_km) }),
        Shape::Sector { degrees, sigma_degrees, .. } => {
            json!({ "degrees": number(*degrees), "sigma_degrees": number(*sigma_degrees) })
        }
        Shape::Band { sigma_km, .. } => json!({ "sigma_km": number(*sigma_km) }),
        Shape::Country { country, within_km } => {
            json!({ "country": country.code(), "within_km": within_km.map(number) })
        }
        Shape::Area(_) | Shape::Nowhere => json!({}),
    }
}
