//! KML 2.2, for Google Earth and field phones.

use std::fmt::Write;

use super::mark::{Mark, Shape};
use super::outline::{faces, solid};
use super::xml::Xml;
use super::{Drawing, NOTE, Numbered, on_earth, words};
use crate::location::geo::Point;

/// Corners of a circle.
const CORNERS: u32 = 72;

/// Name, colour of lines, colour of faces (alpha, blue, green, red), width of lines. Icons are the reader's own.
const STYLES: [(&str, &str, &str, &str); 7] = [
    ("region50", "ff7c4a12", "80b26f1f", "3"),
    ("region80", "ff7c4a12", "50b26f1f", "2"),
    ("region95", "ff7c4a12", "30b26f1f", "1"),
    ("best", "ff2000b0", "ff2000b0", "2"),
    ("candidate", "ff000000", "ff000000", "2"),
    ("confirmed", "ff9a1b6a", "309a1b6a", "2"),
    ("proposed", "ff9a7bba", "189a1b6a", "1"),
];

/// The estimate as folders of placemarks.
#[must_use]
pub fn kml(drawing: &Drawing<'_>) -> String {
    let mut xml = Xml::new();
    xml.line();
    xml.open("kml", &[("xmlns", "http://www.opengis.net/kml/2.2")]);
    xml.open("Document", &[]);
    xml.text("name", &[], &format!("{}, {}", drawing.title(), words::clean(drawing.as_of, 60)));
    xml.text("description", &[], &format!("{NOTE} {}", drawing.elsewhere()));
    xml.line();
    STYLES.iter().for_each(|style| write_style(&mut xml, style));
    folder(&mut xml, "Regions", |xml| regions(xml, drawing));
    folder(&mut xml, "Best point", |xml| best(xml, drawing));
    folder(&mut xml, "Candidates", |xml| drawing.candidates().iter().for_each(|found| candidate(xml, found)));
    folder(&mut xml, "Clues", |xml| drawing.marks().for_each(|mark| clue(xml, mark)));
    xml.finish()
}

fn write_style(xml: &mut Xml, (name, line, face, width): &(&'static str, &str, &str, &str)) {
    xml.open("Style", &[("id", name)]);
    xml.open("IconStyle", &[]);
    xml.text("color", &[], line);
    xml.close();
    xml.open("LineStyle", &[]);
    xml.text("color", &[], line);
    xml.text("width", &[], width);
    xml.close();
    xml.open("PolyStyle", &[]);
    xml.text("color", &[], face);
    xml.close();
    xml.close();
    xml.line();
}

fn folder(xml: &mut Xml, name: &str, fill: impl FnOnce(&mut Xml)) {
    xml.open("Folder", &[]);
    xml.text("name", &[], name);
    xml.line();
    fill(xml);
    xml.close();
    xml.line();
}

fn placemark(xml: &mut Xml, name: &str, about: &str, style: &str, geometry: impl FnOnce(&mut Xml)) {
    xml.open("Placemark", &[]);
    xml.text("name", &[], name);
    xml.text("description", &[], about);
    xml.text("styleUrl", &[], &format!("#{style}"));
    geometry(xml);
    xml.close();
    xml.line();
}

fn coordinates(points: &[Point]) -> String {
    let mut text = String::new();
    for (index, at) in points.iter().enumerate() {
        let gap = if index > 0 { " " } else { "" };
        // Writing to a string does not fail.
        write!(text, "{gap}{:.6},{:.6}", at.lon, at.lat).unwrap_or_default();
    }
    text
}

fn point(xml: &mut Xml, at: Point) {
    xml.open("Point", &[]);
    xml.text("coordinates", &[], &coordinates(&[at]));
    xml.close();
}

fn polygon(xml: &mut Xml, rings: &[Vec<Point>]) {
    xml.open("Polygon", &[]);
    for (index, ring) in rings.iter().enumerate() {
        xml.open(if index == 0 { "outerBoundaryIs" } else { "innerBoundaryIs" }, &[]);
        xml.open("LinearRing", &[]);
        xml.text("coordinates", &[], &coordinates(ring));
        xml.close();
        xml.close();
    }
    xml.close();
}

fn many(xml: &mut Xml, faces: &[Vec<Vec<Point>>]) {
    xml.open("MultiGeometry", &[]);
    faces.iter().for_each(|rings| polygon(xml, rings));
    xml.close();
}

fn regions(xml: &mut Xml, drawing: &Drawing<'_>) {
    // The largest first, so that the smallest lies on top.
    for region in drawing.estimate.regions.iter().rev() {
        let faces = solid(&region.polygons);
        let style = match region.level {
            level if level < 0.65 => "region50",
            level if level < 0.9 => "region80",
            _ => "region95",
        };
        let name = format!("{} region", words::percent(region.level));
        placemark(xml, &name, &words::area(region.area_km2), style, |xml| many(xml, &faces));
    }
}

fn best(xml: &mut Xml, drawing: &Drawing<'_>) {
    let Some(at) = drawing.best() else { return };
    let error = drawing.error_m().map_or("?".to_owned(), words::length);
    placemark(xml, "Best point", &format!("off by {error} on average"), "best", |xml| point(xml, at));
}

fn candidate(xml: &mut Xml, candidate: &Numbered) {
    let percent = words::percent(candidate.probability);
    let name = format!("{} {}", candidate.number, candidate.name);
    placemark(xml, &name, &format!("probability {percent}"), "candidate", |xml| point(xml, candidate.at));
}

fn clue(xml: &mut Xml, mark: &Mark) {
    let name = format!("{} {}", mark.kind.phrase(), mark.name());
    let (name, status) = (name.trim_end(), mark.status());
    match &mark.shape {
        Shape::Spots(spots) => {
            for spot in spots {
                let Some(at) = on_earth(spot.at) else { continue };
                let about = format!("{status}, within {}", words::length(spot.accuracy_m));
                placemark(xml, name, &about, status, |xml| point(xml, at));
            }
        }
        Shape::Band { lines, .. } => {
            for line in lines {
                let line: Vec<Point> = line.iter().copied().filter_map(on_earth).collect();
                if line.len() < 2 {
                    continue;
                }
                placemark(xml, name, status, status, |xml| {
                    xml.open("LineString", &[]);
                    xml.text("tessellate", &[], "1");
                    xml.text("coordinates", &[], &coordinates(&line));
                    xml.close();
                });
            }
        }
        shape => {
            let faces = faces(shape, CORNERS);
            if !faces.is_empty() {
                placemark(xml, name, status, status, |xml| many(xml, &faces));
            }
        }
    }
}
