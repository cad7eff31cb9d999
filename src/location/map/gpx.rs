//! GPX 1.1, for satellite navigators and field phones.

use super::mark::{Mark, Shape};
use super::outline::{region_for, solid};
use super::route::Route;
use super::xml::Xml;
use super::{Drawing, NOTE, on_earth, words};
use crate::location::geo::Point;

/// The estimate as waypoints, and the line around its 80% region as a track with one segment for each ring.
#[must_use]
pub fn gpx(drawing: &Drawing<'_>) -> String {
    let title = format!("{}, {}", drawing.title(), words::clean(drawing.as_of, 60));
    let mut xml = begin(&title, &format!("{NOTE} {}", drawing.elsewhere()));
    best(&mut xml, drawing);
    for candidate in drawing.candidates() {
        let percent = words::percent(candidate.probability);
        let name = format!("{} {} {percent}", candidate.number, candidate.name);
        waypoint(&mut xml, candidate.at, &name, &format!("probability {percent}"), "candidate");
    }
    drawing.marks().for_each(|mark| clue(&mut xml, mark));
    outline(&mut xml, drawing);
    xml.finish()
}

/// Where a team goes to, as waypoints.
#[must_use]
pub fn route_gpx(route: &Route<'_>) -> String {
    let mut xml = begin(&route.title(), &route.note());
    for stop in route.shown() {
        let about = format!("within {}", words::length(stop.within_m));
        waypoint(&mut xml, stop.at, &stop.name, &about, stop.kind.word());
    }
    xml.finish()
}

fn begin(title: &str, about: &str) -> Xml {
    let mut xml = Xml::new();
    xml.line();
    let attributes =
        [("version", "1.1"), ("creator", "Farlight"), ("xmlns", "http://www.topografix.com/GPX/1/1")];
    xml.open("gpx", &attributes);
    xml.line();
    xml.open("metadata", &[]);
    xml.text("name", &[], title);
    xml.text("desc", &[], about);
    xml.close();
    xml.line();
    xml
}

fn best(xml: &mut Xml, drawing: &Drawing<'_>) {
    let Some(at) = drawing.best() else { return };
    let error = drawing.error_m().map_or("?".to_owned(), words::length);
    waypoint(xml, at, "Best point", &format!("off by {error} on average"), "best");
}

fn clue(xml: &mut Xml, mark: &Mark) {
    let Shape::Spots(spots) = &mark.shape else { return };
    for spot in spots {
        let Some(at) = on_earth(spot.at) else { continue };
        let name = format!("{} {}", mark.kind.phrase(), mark.name());
        let about = format!("{}, within {}", mark.status(), words::length(spot.accuracy_m));
        waypoint(xml, at, name.trim_end(), &about, "clue");
    }
}

fn waypoint(xml: &mut Xml, at: Point, name: &str, about: &str, kind: &str) {
    open_point(xml, "wpt", at);
    xml.text("name", &[], name);
    xml.text("desc", &[], about);
    xml.text("type", &[], kind);
    xml.close();
    xml.line();
}

fn open_point(xml: &mut Xml, element: &'static str, at: Point) {
    let (lat, lon) = (format!("{:.6}", at.lat), format!("{:.6}", at.lon));
    xml.open(element, &[("lat", &lat), ("lon", &lon)]);
}

fn outline(xml: &mut Xml, drawing: &Drawing<'_>) {
    let Some(region) = region_for(drawing.estimate, 0.8) else { return };
    xml.open("trk", &[]);
    xml.text(
        "name",
        &[],
        &format!("{} region, {}", words::percent(region.level), words::area(region.area_km2)),
    );
    xml.text("type", &[], "region");
    xml.line();
    for ring in solid(&region.polygons).into_iter().flatten() {
        xml.open("trkseg", &[]);
        for at in ring {
            open_point(xml, "trkpt", at);
            xml.close();
        }
        xml.close();
        xml.line();
    }
    xml.close();
}
