//! The estimate as a map: `GET /v1/cases/{id}/location.svg`, `.geojson`, `.gpx`, `.kml`.

use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, Responder};

use super::engine::When;
use super::inputs::Inputs;
use super::model;
use super::routes::{LocationQuery, Precise, Ready, ready};
use super::watch::hour;
use crate::authz::action::may;
use crate::authz::{Authorized, Permission};
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::http::heavy::heavy;
use crate::http::params::{PathId, Query};
use crate::location::borders::Borders;
use crate::location::estimate::{Earth, Estimate};
use crate::location::gazetteer::Gazetteer;
use crate::location::map::{self, Drawing, Mark};

/// A map file: drawn for people, or for programs that draw.
pub struct MapFile {
    media_type: &'static str,
    extension: &'static str,
    text: String,
}

impl MapFile {
    /// What it may be.
    pub const MEDIA_TYPES: [&'static str; 4] = [
        "image/svg+xml",
        "application/geo+json",
        "application/gpx+xml",
        "application/vnd.google-earth.kml+xml",
    ];
}

impl Responder for MapFile {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        // No name of a case or place: it ends up in lists of downloads.
        let name = format!("attachment; filename=\"location.{}\"", self.extension);
        HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, self.media_type))
            .insert_header((CONTENT_DISPOSITION, name))
            .insert_header(("x-content-type-options", "nosniff"))
            .insert_header(("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'"))
            .body(self.text)
    }
}

type Draw = fn(&Drawing<'_>) -> String;

async fn draw<A: Permission>(
    auth: Authorized<A>,
    id: Id,
    query: LocationQuery,
    (media_type, extension, with): (&'static str, &'static str, Draw),
) -> Result<MapFile> {
    let engine = Arc::clone(&auth.services().estimates);
    let text = match ready(auth, id, query).await? {
        Ready::Precise(Precise { inputs, as_of, code_name, .. }) => {
            let when = When { hour: hour(as_of), explain: false };
            let answer = engine.answer(Arc::clone(&inputs), when).await?;
            heavy(move || Ok(drawn(Some(&inputs), &answer, (&code_name, as_of), with))).await?
        }
        Ready::Coarse(coarse) => {
            let answer = coarse.drawn();
            heavy(move || Ok(drawn(None, &answer, (&coarse.code_name, coarse.as_of), with))).await?
        }
    };
    Ok(MapFile { media_type, extension, text })
}

/// Without inputs neither clues nor sites are drawn.
fn drawn(inputs: Option<&Inputs>, answer: &Estimate, (title, as_of): (&str, Time), with: Draw) -> String {
    let earth = Earth::active();
    let sites = inputs.map(|inputs| inputs.sites.as_slice()).unwrap_or_default();
    let marks: Vec<Mark> = inputs
        .into_iter()
        .flat_map(|inputs| inputs.clues.iter().map(|clue| (clue, !inputs.proposed.contains(&clue.id))))
        .filter(|(clue, _)| answer.clues_used.contains(&clue.id))
        .filter_map(|(clue, confirmed)| {
            Mark::of(&clue.statement, day_of(clue.from_day), confirmed, &earth, sites)
        })
        .collect();
    let towns: Vec<_> = Gazetteer::active().places().collect();
    with(&Drawing {
        title,
        as_of: &written(as_of),
        estimate: answer,
        clues: &marks,
        sites,
        towns: &towns,
        borders: Borders::embedded(),
    })
}

/// `12 May 2026`.
fn day_of(day: f64) -> String {
    model::time(day).timestamp().strftime("%-d %B %Y").to_string()
}

/// `12 May 2026, 09:00 UTC`.
fn written(at: Time) -> String {
    at.timestamp().strftime("%-d %B %Y, %H:%M UTC").to_string()
}

/// `GET /v1/cases/{id}/location.svg`
pub async fn svg(
    auth: Authorized<may::LocationMap>,
    id: PathId,
    query: Query<LocationQuery>,
) -> Result<MapFile> {
    draw(auth, id.0, query.0, ("image/svg+xml", "svg", map::svg)).await
}

/// `GET /v1/cases/{id}/location.geojson`
pub async fn geojson(
    auth: Authorized<may::LocationMap>,
    id: PathId,
    query: Query<LocationQuery>,
) -> Result<MapFile> {
    draw(auth, id.0, query.0, ("application/geo+json", "geojson", map::geojson)).await
}

/// `GET /v1/cases/{id}/location.gpx`
pub async fn gpx(
    auth: Authorized<may::LocationMap>,
    id: PathId,
    query: Query<LocationQuery>,
) -> Result<MapFile> {
    draw(auth, id.0, query.0, ("application/gpx+xml", "gpx", map::gpx)).await
}

/// `GET /v1/cases/{id}/location.kml`
pub async fn kml(
    auth: Authorized<may::LocationMap>,
    id: PathId,
    query: Query<LocationQuery>,
) -> Result<MapFile> {
    draw(auth, id.0, query.0, ("application/vnd.google-earth.kml+xml", "kml", map::kml)).await
}
