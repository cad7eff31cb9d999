//! `/v1/cases/{id}/location`, `/v1/cases/{id}/related`, `/v1/sites/{id}/evidence` and `/v1/location`

mod access;
mod alerts;
mod answer;
mod extraction;
mod maps;
mod odd;
mod reading;
mod reasons;
mod related;
mod time;

use farlight::estimates::watch;

use crate::support::{Actor, TestApp, Value, id, json};

const DAY: i64 = 86_400;
/// Two invented sites in Myanmar, 110 km apart and far from every compound that was publicly reported.
const UPPER: (f64, f64) = (17.25, 98.05);
const LOWER: (f64, f64) = (16.25, 97.95);

/// Adds a site that is confirmed and active.
async fn site(actor: &Actor, name: &str, (lat, lon): (f64, f64)) -> String {
    let body = json!({
        "name": name, "lat": lat, "lon": lon, "sigma_m": 1_000, "country": "MM", "verification": "confirmed",
        "activity": "active", "provenance": "invented",
    });
    id(&actor.post("/v1/sites", body).await.ok())
}

/// So many days ago, RFC 3339.
fn ago(app: &TestApp, days: i64) -> String {
    app.clock.now().plus_seconds(-days * DAY).to_string()
}

/// A confirmed clue of a page that nobody else quotes, seen `days` ago.
fn said(app: &TestApp, days: i64, kind: &str, data: &Value) -> Value {
    json!({
        "kind": kind, "data": data, "observed_at": ago(app, days), "status": "confirmed",
        "source": {"kind": "open_source", "label": "an invented page"}, "reliability": "B", "credibility": 2,
    })
}

fn pin(app: &TestApp, days: i64, (lat, lon): (f64, f64)) -> Value {
    said(app, days, "point", &json!({"lat": lat, "lon": lon, "accuracy_m": 50, "via": "pin"}))
}

#[expect(clippy::needless_pass_by_value, reason = "members are written in place")]
fn with(mut body: Value, members: Value) -> Value {
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    body
}

/// Adds a clue to a case; gives its id.
async fn add(app: &TestApp, case: &str, clue: Value) -> String {
    id(&app.coordinator.post(&format!("/v1/cases/{case}/clues"), clue).await.ok())
}

async fn decide(app: &TestApp, clue: &str, status: &str) {
    let body = json!({"status": status, "reason": "An invented reason."});
    let path = format!("/v1/clues/{clue}");
    app.coordinator.patch(&path, "\"v1\"", body).await.ok();
}

async fn estimate(app: &TestApp, case: &str, query: &str) -> Value {
    app.coordinator.get(&format!("/v1/cases/{case}/location{query}")).await.ok()
}

/// Looks at all cases that changed, as the job does.
async fn look(app: &TestApp) {
    watch::run_once(&app.services).await.unwrap();
}

fn list<'a>(value: &'a Value, member: &str) -> &'a [Value] {
    value[member].as_array().unwrap_or_else(|| panic!("no list {member} in {value}"))
}

fn number(value: &Value, member: &str) -> f64 {
    value[member].as_f64().unwrap_or_else(|| panic!("no number {member} in {value}"))
}

/// How probable one of the organisation's own sites is.
fn of(estimate: &Value, site: &str) -> f64 {
    let found = list(estimate, "candidates").iter().find(|candidate| candidate["site_id"] == site);
    found.map_or(0.0, |candidate| number(candidate, "probability"))
}

/// Square kilometres of a region: 0 for 50%, 1 for 80%, 2 for 95%.
fn area(estimate: &Value, level: usize) -> f64 {
    number(&estimate["regions"][level], "area_km2")
}

fn km_between((lat, lon): (f64, f64), at: &Value) -> f64 {
    let (north, east) = (number(at, "lat") - lat, number(at, "lon") - lon);
    111.2 * north.hypot(east * lat.to_radians().cos())
}
