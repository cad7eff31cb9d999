//! What is in a pack. [`take`] is the one place where the plan comes in, as it is shown to whoever asks.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::model;
use super::phrases::{self, PhraseList};
use crate::authz::{Class, Grants, Tx};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::location::borders::Borders;
use crate::location::gazetteer::Gazetteer;
use crate::location::geo::Point;
use crate::location::map::{self, Route, Stop, StopKind};
use crate::location::notation;
use crate::operations::approval;
use crate::operations::model::{LIVE, OpenOperation, OperationKind, OperationStatus};
use crate::operations::plan::{ChecklistItem, Plan, Target};
use crate::operations::view::{self, OperationSite, OperationView, RecognitionCard};
use crate::view as declare;

/// What was read of an operation for a pack.
pub struct Taken {
    /// What is put on record.
    pub stamp: Stamp,
    /// The operation as it is shown to whoever asks, without what has no use on the way.
    operation: Map<String, Value>,
    /// The same, for the pages.
    shown: Shown,
}

/// Which pack, of which plan.
#[derive(Clone)]
pub struct Stamp {
    /// The id of the pack.
    pub id: Id,
    /// Of which operation.
    pub operation_id: Id,
    /// When it is made (UTC).
    pub made_at: Time,
    /// Until when it may be kept (UTC).
    pub expires_at: Time,
    /// The version of the operation.
    pub plan_version: i64,
    /// Keyed hash of the plan.
    pub plan_hash: Vec<u8>,
}

/// What the pages show of an operation.
#[derive(Deserialize)]
pub struct Shown {
    /// What the team calls it.
    pub title: String,
    /// What kind of act it is.
    pub kind: OperationKind,
    /// Where it stands.
    pub status: OperationStatus,
    /// When it is to begin (UTC).
    pub starts_at: Time,
    /// When it is to end (UTC).
    pub ends_at: Time,
    /// How it is meant to go.
    pub plan: Plan,
    /// What must be ready.
    pub checklist: Vec<ChecklistItem>,
    /// Where it goes to.
    pub target: Option<Target>,
    /// The site that it goes to.
    pub site: Option<OperationSite>,
    /// Its people, as they are recognised.
    #[serde(rename = "recognition_cards")]
    pub cards: Vec<RecognitionCard>,
}

/// Reads what a pack is made of.
///
/// # Errors
/// 404 for whoever does not see the plan; 409 `operation-over`; of the database.
pub fn take(tx: &mut Tx<'_, '_>, operation: &OpenOperation) -> Result<Taken> {
    model::check_not_over(operation.row.status)?;
    if !operation.access.grants().has(Class::Plan) {
        return Err(Error::not_found());
    }
    let unreadable = |_| Error::internal("an operation as it is shown cannot be read back");
    let as_shown = serde_json::to_value(view::shown(tx, operation, None)?).map_err(unreadable)?;
    let shown = Shown::deserialize(&as_shown).map_err(unreadable)?;
    let Value::Object(mut as_shown) = as_shown else {
        return Err(Error::internal("an operation is shown as something else than an object"));
    };
    // Told by themselves.
    as_shown.remove("site");
    as_shown.remove("recognition_cards");
    // A phone that is taken must not tell who works here, nor what was said among coordinators.
    as_shown.remove("history");
    as_shown.remove("compromised");
    as_shown.remove("conflicts");
    for member in as_shown.get_mut("members").and_then(Value::as_array_mut).into_iter().flatten() {
        member.as_object_mut().map(|member| member.remove("name"));
    }
    let stamp = Stamp {
        id: Id::at(tx.now()),
        operation_id: operation.row.id,
        made_at: tx.now(),
        expires_at: model::expires_at(operation.row.ends_at, tx.now()),
        plan_version: operation.row.version,
        plan_hash: approval::plan_hash(tx, operation)?,
    };
    Ok(Taken { stamp, operation: as_shown, shown })
}

/// A pack before it is put into a form.
pub struct Contents {
    id: Id,
    made_at: Time,
    plan_version: i64,
    operation: Map<String, Value>,
    /// Until when it may be kept (UTC).
    pub expires_at: Time,
    /// The operation, for the pages.
    pub shown: Shown,
    /// What to say, in the languages of its people.
    pub phrases: Vec<PhraseList>,
    /// The map: SVG.
    pub map: String,
    /// Target, site and what the plan names in numbers: GPX.
    pub route: String,
}

/// Draws and gathers what the operation itself does not hold. Takes a while.
pub fn draw(taken: Taken) -> Contents {
    let Taken { stamp, operation, shown } = taken;
    let (stops, towns) = (stops(&shown), Gazetteer::active().places().collect::<Vec<_>>());
    let note = model::notice(stamp.expires_at);
    let route = Route {
        title: &shown.title,
        note: &note,
        stops: &stops,
        towns: &towns,
        borders: Borders::embedded(),
    };
    let (map, route) = (map::route_svg(&route), map::route_gpx(&route));
    let languages = shown.cards.iter().flat_map(|card| card.languages.iter().map(String::as_str));
    Contents {
        id: stamp.id,
        made_at: stamp.made_at,
        plan_version: stamp.plan_version,
        operation,
        expires_at: stamp.expires_at,
        phrases: phrases::for_languages(languages),
        shown,
        map,
        route,
    }
}

/// What the pin of a target may be off by.
const PIN_M: f64 = 10.0;
/// Nearer than this, two stops are one.
const SAME_M: f64 = 20.0;
/// How much of what stands before a position names it.
const NAME_CHARS: usize = 40;

/// Where the plan leads to: the target, the site, and the positions that its words hold.
fn stops(shown: &Shown) -> Vec<Stop> {
    let target = shown.target.and_then(|target| {
        let at = Point::new(target.lat.get(), target.lon.get())?;
        Some(Stop { kind: StopKind::Target, name: "Target".to_owned(), at, within_m: PIN_M })
    });
    let site = shown.site.as_ref().and_then(|site| {
        let at = Point::new(site.lat.get(), site.lon.get())?;
        Some(Stop { kind: StopKind::Site, name: site.name.clone(), at, within_m: site.sigma_m.get() })
    });
    let Plan { objective, approach, routes, communications, abort_criteria, .. } = &shown.plan;
    let texts = [
        ("Approach", approach),
        ("Routes", routes),
        ("Communications", communications),
        ("Objective", objective),
        ("When to stop", abort_criteria),
    ];
    let named = texts.into_iter().flat_map(|(part, text)| waypoints(part, text));
    let mut stops: Vec<Stop> = Vec::new();
    for stop in target.into_iter().chain(site).chain(named) {
        let is_known = stops.iter().any(|other| other.at.distance_m(stop.at) < SAME_M);
        if !is_known || stop.kind == StopKind::Site {
            stops.push(stop);
        }
    }
    stops
}

fn waypoints(part: &str, text: &str) -> Vec<Stop> {
    let borders = Borders::embedded();
    let mut begin = 0;
    let stop = |found: notation::Found| {
        let position = found.position()?;
        let before: Vec<char> = text.chars().take(found.start).skip(begin).collect();
        begin = found.end;
        let name = name_before(&before).unwrap_or_else(|| part.to_owned());
        Some(Stop { kind: StopKind::Waypoint, name, at: position.point, within_m: position.accuracy_m })
    };
    notation::find(text, &|at| borders.in_china(at)).into_iter().filter_map(stop).collect()
}

/// The end of the sentence that leads to a position.
fn name_before(before: &[char]) -> Option<String> {
    let sentence = before.rsplit(|c| matches!(c, '.' | ';' | '\n' | '!' | '?')).next()?;
    let name: String = sentence.iter().skip(sentence.len().saturating_sub(NAME_CHARS)).collect();
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    (!name.is_empty()).then(|| name.to_owned())
}

/// The operation of a pack: as it is shown to whoever took it, without site, cards, names of staff and history.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(value_type = OperationView)]
pub struct PackOperation(Map<String, Value>);

declare! {
    /// What a member needs where there is no network.
    pub struct PackView from PackFields {
        /// The id under which the copy is on record.
        outline id: Id,
        /// When it was made (UTC).
        outline made_at: Time,
        /// Until when it may be kept (UTC).
        outline expires_at: Time,
        /// The same for people, to be shown on top.
        outline notice: String,
        /// The version of the operation.
        outline plan_version: i64,
        /// The operation as it is shown to whoever took the pack.
        plan operation: PackOperation,
        /// The site that it goes to.
        location_precise site: OperationSite,
        /// Its people, as they are recognised.
        recognition cards: Vec<RecognitionCard>,
        /// What to say to them, in their languages.
        recognition phrases: Vec<PhraseList>,
        /// The map: SVG.
        location_precise map: String,
        /// Target, site and the positions that the plan names: GPX.
        location_precise route: String,
    }
}

/// What whoever sees a plan sees of its pack.
const GRANTS: Grants = Grants::of(&[Class::Outline, Class::Plan, Class::LocationPrecise, Class::Recognition]);

impl Contents {
    /// As JSON, whole.
    pub fn view(&self) -> PackView {
        let fields = PackFields {
            cards: Some(self.shown.cards.clone()),
            phrases: Some(self.phrases.clone()),
            map: Some(self.map.clone()),
            route: Some(self.route.clone()),
            ..self.fields()
        };
        fields.redact(GRANTS)
    }

    /// As JSON, without what has a file of its own beside it.
    pub fn plan(&self) -> PackView {
        self.fields().redact(GRANTS)
    }

    /// A sentence for a plan that nobody may act on yet.
    pub fn warning(&self) -> Option<String> {
        let status = self.shown.status;
        (!LIVE.contains(&status)).then(|| format!("NOT APPROVED. This plan is {status}: nobody acts on it."))
    }

    /// When it was made, for people, and of which version.
    pub fn made(&self) -> String {
        format!("Made {}, of version {} of the operation.", model::written(self.made_at), self.plan_version)
    }

    fn fields(&self) -> PackFields {
        PackFields {
            id: self.id,
            made_at: self.made_at,
            expires_at: self.expires_at,
            notice: model::notice(self.expires_at),
            plan_version: self.plan_version,
            operation: Some(PackOperation(self.operation.clone())),
            site: self.shown.site.clone(),
            cards: None,
            phrases: None,
            map: None,
            route: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_in_the_words_of_a_plan_are_named_by_what_leads_to_them() {
        let text = "Go slowly. Meet at the petrol station (16.7012, 98.5034). Wait there; turn back at 16.7120, \
                    98.5100 if lights are on. Pay 300 baht at kilometre 12.";
        let found = waypoints("Routes", text);
        let names: Vec<_> = found.iter().map(|stop| stop.name.as_str()).collect();
        assert_eq!(names, ["Meet at the petrol station", "turn back at"]);
        assert!((found[0].at.lat - 16.7012).abs() < 1e-6 && (found[1].at.lon - 98.51).abs() < 1e-6);
        assert_eq!(waypoints("Routes", "16.7012, 98.5034")[0].name, "Routes");
        assert!(waypoints("Routes", "The farm road, both ways.").is_empty());
    }
}
