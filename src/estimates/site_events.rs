//! What happened at sites so that people were moved, out of what was seen of them.

use std::collections::HashMap;

use super::inputs::{day, number};
use crate::db::types::{Id, Time};
use crate::location::estimate::{Happening, SiteEvent};
use crate::location::geo::Point;
use crate::observations::data::{ObservationData, ObservationKind};
use crate::observations::scale::{heads, share_gone};
use crate::observations::seen::{Seen, When, counted};
use crate::sites::model::Activity;

/// What tells that people were moved, and how many there were.
pub const TELLING: &[ObservationKind] = &[
    ObservationKind::PeopleSeen,
    ObservationKind::Raid,
    ObservationKind::Evacuated,
    ObservationKind::MovedTo,
    ObservationKind::Assessment,
];

/// What is seen within so long of each other is one event. Our choice.
const ONE_EVENT_SECONDS: i64 = 3 * 86_400;
/// An event that moves fewer is not reckoned with.
const LEAST: f64 = 0.02;

/// One event, by all who told of it.
struct Event {
    what: Happening,
    /// The last time it was seen.
    until: Time,
    /// Each voice once, with what its word is worth.
    voices: Vec<(String, f64)>,
    /// What the best word on it says: when, and the share of people it is about.
    best: (f64, Time, f64),
}

impl Event {
    /// How probably it reached somebody who was there.
    fn reach(&self) -> f64 {
        let wrong: f64 = self.voices.iter().map(|(_, weight)| 1.0 - weight).product();
        (1.0 - wrong) * self.best.2
    }

    fn near(&self, other: &Self) -> bool {
        let apart = self.best.1.as_seconds().abs_diff(other.best.1.as_seconds());
        i64::try_from(apart).is_ok_and(|apart| apart <= ONE_EVENT_SECONDS)
    }
}

/// A site as it was before anything was seen of it.
#[derive(Clone, Copy)]
pub struct Known {
    /// Where it is.
    pub at: Point,
    /// What went on there.
    pub before: Activity,
}

/// What happened at sites, by what was known at some time.
pub fn events(known: &HashMap<Id, Known>, seen: &[Seen], known_at: Option<Time>) -> Vec<SiteEvent> {
    let mut by_site: HashMap<Id, Vec<&Seen>> = HashMap::new();
    for seen in counted(seen, When { at: None, known_at }) {
        by_site.entry(seen.site_id).or_default().push(seen);
    }
    let mut sites: Vec<(Id, Vec<&Seen>)> = by_site.into_iter().collect();
    sites.sort_by_key(|(site, _)| *site);
    let mut all = Vec::new();
    for (site, seen) in sites {
        let Some(Known { at, before }) = known.get(&site) else { continue };
        let events = told(*before, &seen);
        for event in &events {
            let weight = weight(event, &events);
            if weight >= LEAST {
                let (what, site) = (event.what, Some(number(site)));
                all.push(SiteEvent { at: *at, day: day(event.best.1), what, site, weight });
            }
        }
    }
    all
}

/// What an event moves beside what others do: to be emptied and to be taken elsewhere is one thing, told twice.
fn weight(event: &Event, all: &[Event]) -> f64 {
    let reach = event.reach();
    if event.what != Happening::Evacuation {
        return reach;
    }
    let taken = all.iter().filter(|other| matches!(other.what, Happening::MovedTo(_)) && event.near(other));
    let taken: f64 = taken.map(Event::reach).sum();
    if taken < 1.0 { ((reach - taken) / (1.0 - taken)).max(0.0) } else { 0.0 }
}

/// The events of one site, from what was seen of it in order.
fn told(before: Activity, seen: &[&Seen]) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    let mut held = None;
    // To judge that a site is empty tells of an evacuation if it was not so before: said again, or of a site of which
    // nothing was known, it tells of none.
    let mut empty = matches!(before, Activity::Evacuated | Activity::Unknown);
    for seen in seen {
        let what = match &seen.data {
            ObservationData::Raid(_) => Some((Happening::Raid, 1.0)),
            ObservationData::MovedTo(moved) => {
                share_gone(&seen.data, held).map(|share| (Happening::MovedTo(number(moved.site_id)), share))
            }
            ObservationData::Assessment(judged) => {
                let emptied = judged.activity == Some(Activity::Evacuated) && !empty;
                emptied.then_some((Happening::Evacuation, 1.0))
            }
            data => share_gone(data, held).map(|share| (Happening::Evacuation, share)),
        };
        empty = match &seen.data {
            ObservationData::Evacuated(_) | ObservationData::MovedTo(_) => true,
            ObservationData::Assessment(judged) => {
                judged.activity.map_or(empty, |activity| activity == Activity::Evacuated)
            }
            ObservationData::PeopleSeen(people) => empty && !people.count.is_some(),
            _ => empty,
        };
        let weight = seen.weight();
        if let Some((what, share)) = what {
            let same = events.iter_mut().rev().find(|event| {
                event.what == what && seen.at.as_seconds() - event.until.as_seconds() <= ONE_EVENT_SECONDS
            });
            match same {
                Some(event) => {
                    event.until = seen.at;
                    match event.voices.iter_mut().find(|(voice, _)| *voice == seen.voice) {
                        Some((_, known)) => *known = known.max(weight),
                        None => event.voices.push((seen.voice.clone(), weight)),
                    }
                    if weight > event.best.0 {
                        event.best = (weight, seen.at, share);
                    }
                }
                None => events.push(Event {
                    what,
                    until: seen.at,
                    voices: vec![(seen.voice.clone(), weight)],
                    best: (weight, seen.at, share),
                }),
            }
        }
        // Of the people who were there before, not of those who stayed behind.
        if matches!(seen.data, ObservationData::PeopleSeen(_)) {
            held = heads(seen).or(held);
        }
    }
    events
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::clues::model::Reliability;

    const DAY: i64 = 86_400;
    const KNOWN: Known = Known { at: Point { lat: 16.7, lon: 98.5 }, before: Activity::Unknown };

    fn seen(site: Id, hours: i64, credibility: i32, voice: &str, kind: &str, data: Value) -> Seen {
        let at = Time::constant(1_760_000_000).plus_seconds(hours * 3_600);
        Seen {
            id: Id::at(at),
            site_id: site,
            at,
            recorded_at: at,
            retracted_at: None,
            voice: voice.to_owned(),
            reliability: Reliability::B,
            credibility,
            data: ObservationData::parse(kind.parse().unwrap(), data).unwrap(),
        }
    }

    fn site() -> Id {
        "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()
    }

    fn of(seen: &[Seen]) -> Vec<(Happening, f64)> {
        let known = HashMap::from([(site(), KNOWN)]);
        events(&known, seen, None).iter().map(|event| (event.what, event.weight)).collect()
    }

    #[test]
    fn several_who_tell_of_one_evacuation_make_one_that_is_surer() {
        let gone = |hours, voice| seen(site(), hours, 2, voice, "evacuated", json!({}));
        let one = of(&[gone(0, "a")]);
        assert_eq!(one.len(), 1);
        assert!((one[0].1 - 0.85 * 0.82).abs() < 1e-9, "{one:?}");
        assert_eq!(of(&[gone(0, "a"), gone(5, "a")]), one, "one voice");
        let two = of(&[gone(0, "a"), gone(5, "b")]);
        assert!(two.len() == 1 && two[0].1 > 0.9, "{two:?}");
        assert_eq!(of(&[gone(0, "a"), gone(24 * 30, "b")]).len(), 2, "a month later it is another");
    }

    #[test]
    fn to_be_emptied_and_taken_elsewhere_is_one_event() {
        let elsewhere = Id::at(Time::constant(1_700_000_001));
        let gone = seen(site(), 0, 2, "a", "evacuated", json!({}));
        let taken = seen(site(), 8, 3, "b", "moved_to", json!({"site_id": elsewhere.to_string()}));
        let both = of(&[gone.clone(), taken.clone()]);
        let (emptied, moved) = (of(&[gone])[0].1, of(&[taken])[0].1);
        assert_eq!(both.len(), 2);
        assert_eq!(both[1], (Happening::MovedTo(number(elsewhere)), moved));
        // Together they move as many as the surer of the two alone would.
        assert!((1.0 - (1.0 - both[0].1) * (1.0 - moved) - emptied).abs() < 1e-9, "{both:?} {emptied}");
    }

    #[test]
    fn to_judge_a_site_empty_tells_of_an_evacuation_if_it_was_not_so_before() {
        let judged = |hours, word: &str| seen(site(), hours, 2, "a", "assessment", json!({"activity": word}));
        assert_eq!(of(&[judged(0, "evacuated")]), [], "nobody knows that anybody was there");
        let gone = of(&[judged(0, "active"), judged(50, "evacuated"), judged(900, "evacuated")]);
        assert_eq!(gone.len(), 1, "{gone:?}");
        let people = seen(site(), 600, 2, "b", "people_seen", json!({"count": 9}));
        let again = of(&[judged(0, "active"), judged(50, "evacuated"), people, judged(900, "evacuated")]);
        assert_eq!(again.len(), 2, "{again:?}");
        let active = HashMap::from([(site(), Known { before: Activity::Active, ..KNOWN })]);
        assert_eq!(events(&active, &[judged(0, "evacuated")], None).len(), 1);
    }

    #[test]
    fn a_part_that_was_moved_is_a_part_of_those_who_were_seen() {
        let people = seen(site(), -24, 2, "a", "people_seen", json!({"count": 400}));
        let part = seen(site(), 0, 2, "a", "evacuated", json!({"people_left": 300}));
        let found = of(&[people, part]);
        assert!((found[0].1 - 0.25 * 0.85 * 0.82).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn what_is_retracted_or_not_yet_known_did_not_happen() {
        let raid = seen(site(), 0, 2, "a", "raid", json!({}));
        let retracted = Seen { retracted_at: Some(raid.at.plus_seconds(DAY)), ..raid.clone() };
        assert_eq!(of(std::slice::from_ref(&retracted)), []);
        let sites = HashMap::from([(site(), KNOWN)]);
        let known = |at| events(&sites, std::slice::from_ref(&retracted), Some(at)).len();
        assert_eq!(
            (known(raid.at.plus_seconds(-1)), known(raid.at), known(raid.at.plus_seconds(DAY))),
            (0, 1, 0)
        );
        assert_eq!(events(&HashMap::new(), &[raid], None).len(), 0, "a site that is not to be seen");
    }
}
