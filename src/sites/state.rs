//! The state of a site, worked out from what was seen of it.
//!
//! Pure. Observations are heard in the order in which things were seen. Each is believed as far as its grades go: it takes
//! that share of all that was believed before and gives it to what it says, so that a newer word weighs more than an older
//! one of the same grade, and an older one fades by half in `HALF_LIFE_DAYS` until the next is heard. What is believed
//! most holds. Time alone changes nothing: a state stays until something is seen. `docs/sites.md` tells it with examples;
//! all numbers here are our choice.

use super::model::{Activity, Verification};
use crate::db::types::{Id, Time};
use crate::http::number::Capacity;
use crate::http::patch::Patch;
use crate::observations::data::{LightState, ObservationData, PowerState};
use crate::observations::scale::{heads, share_gone};
use crate::observations::seen::{Seen, When, counted, weight};

/// In so many days what was believed of the activity of a site fades to a half.
const HALF_LIFE_DAYS: f64 = 30.0;
/// A word that is worth less says nothing: E5 does not, D5 does.
const LEAST: f64 = 0.1;
/// A judgement that is worth as much is more probably right than wrong, and settles what it judges.
const SETTLES: f64 = 0.5;
/// A suspected site is confirmed when voices who saw people held there are worth as much together: two of B2, not two
/// of C3, and never one alone.
const CONFIRMS: f64 = 1.2;

/// What a site was said to be before anything was seen of it.
#[derive(Clone, Copy)]
#[cfg_attr(test, derive(Debug))]
pub struct Base {
    /// What was believed of it.
    pub verification: Verification,
    /// What went on there.
    pub activity: Activity,
    /// How many people it may hold.
    pub capacity: Option<Capacity>,
    /// Since when it was known.
    pub since: Time,
}

/// What a site is, by what was seen.
#[derive(Clone, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub struct State {
    /// What is believed of it.
    pub verification: Verification,
    /// What goes on there.
    pub activity: Activity,
    /// How many people it may hold.
    pub capacity: Option<Capacity>,
    /// How far the activity is believed, from 0 to 1, at the time of the last word on it.
    pub weight: f64,
    /// What makes it so, the weightiest first; nothing if the state is that of the beginning.
    pub because: Vec<Id>,
}

impl State {
    fn same(&self, other: &Self) -> bool {
        (self.verification, self.activity, self.capacity)
            == (other.verification, other.activity, other.capacity)
    }
}

/// A state and since when it holds.
#[derive(Clone)]
#[cfg_attr(test, derive(Debug))]
pub struct Change {
    /// Since when.
    pub at: Time,
    /// What it is since then.
    pub state: State,
}

/// The state of a site at a time, by what was known at another.
pub fn derive(base: &Base, seen: &[Seen], when: When) -> State {
    let mut ledger = Ledger::new(base);
    for seen in counted(seen, when) {
        ledger.hear(seen);
    }
    ledger.state()
}

/// Every change of a site's state, oldest first; the first is what it began with.
pub fn history(base: &Base, seen: &[Seen], when: When) -> Vec<Change> {
    let mut ledger = Ledger::new(base);
    let heard = counted(seen, when);
    let begin = heard.first().map_or(base.since, |first| first.at.min(base.since));
    let mut changes = vec![Change { at: begin, state: ledger.state() }];
    for seen in heard {
        ledger.hear(seen);
        let state = ledger.state();
        if changes.last().is_none_or(|last| !last.state.same(&state)) {
            changes.push(Change { at: seen.at, state });
        }
    }
    changes
}

/// What an observation says of the activity of a site.
#[derive(Clone, Copy, PartialEq)]
enum Sign {
    /// This is what goes on.
    Word(Activity),
    /// Nothing goes on: of an evacuated site that says nothing new, of another that it is dormant.
    Still,
}

/// What an observation says, and how much of its own weight that has: lights may be anybody's, a judgement is one.
fn sign(data: &ObservationData, held: Option<f64>) -> Option<(Sign, f64)> {
    use Sign::{Still, Word};
    let counted = |count: crate::observations::data::Count, some: f64, none: Option<f64>| {
        if count.is_some() {
            Some((Word(Activity::Active), some))
        } else {
            none.filter(|_| count.is_none()).map(|none| (Still, none))
        }
    };
    match data {
        ObservationData::PeopleSeen(people) => counted(people.count, 1.0, Some(0.6)),
        ObservationData::Guards(guards) => counted(guards.count, 0.6, Some(0.4)),
        ObservationData::Vehicles(vehicles) => counted(vehicles.count, 0.4, None),
        ObservationData::Dishes(dishes) => counted(dishes.count, 0.4, None),
        ObservationData::Lights(lights) => Some(match lights.state {
            LightState::On => (Word(Activity::Active), 0.5),
            LightState::Partly => (Word(Activity::Active), 0.3),
            LightState::Off => (Still, 0.3),
        }),
        ObservationData::Power(power) => Some(match power.state {
            PowerState::On => (Word(Activity::Active), 0.3),
            PowerState::Generator => (Word(Activity::Active), 0.5),
            PowerState::Off => (Still, 0.3),
        }),
        ObservationData::Evacuated(_) | ObservationData::MovedTo(_) => {
            Some((Word(Activity::Evacuated), share_gone(data, held)?))
        }
        ObservationData::Assessment(assessment) => Some((Word(assessment.activity?), 1.0)),
        ObservationData::Buildings(_) | ObservationData::AccessRoad(_) | ObservationData::Raid(_) => None,
    }
}

/// Whether an observation says that people were held there.
fn shows_captives(data: &ObservationData) -> bool {
    match data {
        ObservationData::PeopleSeen(people) => people.under_guard == Some(true) && people.count.is_some(),
        ObservationData::Evacuated(_) | ObservationData::MovedTo(_) => true,
        _ => false,
    }
}

/// A judgement that settled something.
#[derive(Clone, Copy)]
struct Verdict<T> {
    says: T,
    by: Id,
    at: Time,
    recorded_at: Time,
}

/// Somebody who saw people held there.
struct Eyewitness {
    voice: String,
    weight: f64,
    by: Id,
    at: Time,
    recorded_at: Time,
}

/// A part of what is believed of the activity.
struct Belief {
    says: Activity,
    voice: String,
    by: Option<Id>,
    share: f64,
    /// The place of its last word among all words.
    heard: usize,
}

/// What was heard so far.
struct Ledger {
    base: Base,
    beliefs: Vec<Belief>,
    /// When the last word on the activity was seen.
    last_at: Time,
    /// How many words there were.
    words: usize,
    /// What the last of them says, and from which on they all say it.
    run: (Activity, usize),
    /// The last head-count.
    held: Option<f64>,
    verification: Option<Verdict<Verification>>,
    capacity: Option<Verdict<Option<Capacity>>>,
    eyewitnesses: Vec<Eyewitness>,
}

impl Ledger {
    fn new(base: &Base) -> Self {
        let mut ledger = Self {
            base: *base,
            beliefs: Vec::new(),
            last_at: base.since,
            words: 0,
            run: (base.activity, 0),
            held: None,
            verification: None,
            capacity: None,
            eyewitnesses: Vec::new(),
        };
        // Not to know is no belief: the first word on it is heard as if nothing had been said.
        if base.activity != Activity::Unknown {
            let staff = weight(crate::clues::model::Reliability::B, 2);
            ledger.believe(base.activity, staff, "", None, base.since);
        }
        ledger
    }

    fn hear(&mut self, seen: &Seen) {
        let graded = seen.weight();
        if let Some((sign, share)) = sign(&seen.data, self.held)
            && graded * share >= LEAST
        {
            let says = match sign {
                Sign::Word(word) => word,
                Sign::Still if self.leader().0 == Activity::Evacuated => Activity::Evacuated,
                Sign::Still => Activity::Dormant,
            };
            self.believe(says, graded * share, &seen.voice, Some(seen.id), seen.at);
        }
        self.held = heads(seen).or(self.held);
        if shows_captives(&seen.data) && graded >= LEAST {
            self.eyewitnesses.push(Eyewitness {
                voice: seen.voice.clone(),
                weight: graded,
                by: seen.id,
                at: seen.at,
                recorded_at: seen.recorded_at,
            });
        }
        if let ObservationData::Assessment(assessment) = &seen.data
            && graded >= SETTLES
        {
            if let Some(says) = assessment.verification {
                self.verification = Some(verdict(says, seen));
            }
            match assessment.capacity {
                Patch::Leave => {}
                Patch::Clear => self.capacity = Some(verdict(None, seen)),
                Patch::Set(capacity) => self.capacity = Some(verdict(Some(capacity), seen)),
            }
        }
    }

    /// Takes `share` of what was believed and gives it to `says`.
    fn believe(&mut self, says: Activity, share: f64, voice: &str, by: Option<Id>, at: Time) {
        let days = (at.as_seconds() - self.last_at.as_seconds()).max(0) as f64 / 86_400.0;
        let fade = 0.5_f64.powf(days / HALF_LIFE_DAYS);
        for belief in &mut self.beliefs {
            belief.share *= fade;
        }
        self.last_at = self.last_at.max(at);
        if self.run.0 != says {
            self.run = (says, self.words);
        }
        let (since, heard) = (self.run.1, self.words);
        self.words += 1;
        let again = self.beliefs.iter().position(|belief| {
            belief.says == says && belief.voice == voice && belief.heard >= since && !voice.is_empty()
        });
        // Who says the same again, and nobody has contradicted since, is heard once: as fresh as their last word, no louder.
        if let Some(mut belief) = again.map(|place| self.beliefs.remove(place)) {
            let others: f64 = self.beliefs.iter().map(|belief| belief.share).sum();
            belief.share = belief.share.max(share.min(1.0 - others));
            (belief.by, belief.heard) = (by, heard);
            self.beliefs.push(belief);
            return;
        }
        for belief in &mut self.beliefs {
            belief.share *= 1.0 - share;
        }
        self.beliefs.retain(|belief| belief.share > 1e-6);
        self.beliefs.push(Belief { says, voice: voice.to_owned(), by, share, heard });
    }

    /// What is believed most, and how much: of equals what was said last.
    fn leader(&self) -> (Activity, f64) {
        let of = |word: Activity| {
            let parts = self.beliefs.iter().filter(|belief| belief.says == word);
            parts.fold((0.0, 0), |(sum, last), belief| (sum + belief.share, last.max(belief.heard)))
        };
        let words = Activity::ALL.iter().map(|word| (*word, of(*word)));
        let most = words.max_by(|(_, a), (_, b)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        match most {
            Some((word, (share, _))) if share > 0.0 => (word, share),
            _ => (self.base.activity, 0.0),
        }
    }

    /// Those who saw people held there, each voice once, with what they are worth together. What was before whoever
    /// judged the site to be suspected is not counted against them.
    fn captives(&self) -> (f64, Vec<Id>) {
        let mut voices: Vec<&Eyewitness> = Vec::new();
        for seen in &self.eyewitnesses {
            let known = self
                .verification
                .is_some_and(|verdict| seen.at <= verdict.at && seen.recorded_at <= verdict.recorded_at);
            if known {
                continue;
            }
            match voices.iter_mut().find(|other| other.voice == seen.voice) {
                Some(other) if other.weight < seen.weight => *other = seen,
                Some(_) => {}
                None => voices.push(seen),
            }
        }
        (voices.iter().map(|seen| seen.weight).sum(), voices.iter().map(|seen| seen.by).collect())
    }

    fn state(&self) -> State {
        let (activity, weight) = self.leader();
        let mut believed: Vec<&Belief> =
            self.beliefs.iter().filter(|belief| belief.says == activity && belief.share >= 0.05).collect();
        believed.sort_by(|a, b| b.share.total_cmp(&a.share).then(b.heard.cmp(&a.heard)));
        let mut because: Vec<Id> = believed.iter().filter_map(|belief| belief.by).collect();
        let mut verification = self.verification.map_or(self.base.verification, |verdict| verdict.says);
        because.extend(self.verification.map(|verdict| verdict.by));
        if verification == Verification::Suspected {
            let (together, by) = self.captives();
            if together >= CONFIRMS {
                verification = Verification::Confirmed;
                because.extend(by);
            }
        }
        because.extend(self.capacity.map(|verdict| verdict.by));
        let mut once = std::collections::HashSet::new();
        because.retain(|id| once.insert(*id));
        let capacity = self.capacity.map_or(self.base.capacity, |verdict| verdict.says);
        State { verification, activity, capacity, weight, because }
    }
}

fn verdict<T>(says: T, seen: &Seen) -> Verdict<T> {
    Verdict { says, by: seen.id, at: seen.at, recorded_at: seen.recorded_at }
}

#[cfg(test)]
mod tests;
