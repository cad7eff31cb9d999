//! When people are moved: rarely, and after raids and evacuations often.

use super::evidence::finite;
use super::places::{Direction, ground_m};
use crate::location::geo::Point;

/// One move in half a year. Our choice, as all numbers here; closed cases should replace them.
const MOVES_PER_DAY: f64 = 1.0 / 182.0;
/// After a raid nearby people are moved ten times as often, for a month.
const RAID_FACTOR: f64 = 10.0;
const RAID_DAYS: f64 = 30.0;
const RAID_REACH_M: f64 = 15_000.0;
/// An evacuation moves four in five at once.
const EVACUATION_MOVES: f64 = 1.6;
const EVACUATION_REACH_M: f64 = 4_000.0;
/// So many groups of clues are told apart in time; the costs grow with the square.
const MAX_GROUPS: usize = 12;
/// So many events count, the latest.
const MAX_EVENTS: usize = 64;

/// What happened at a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// It was raided.
    Raid,
    /// Its people were taken or sent away.
    Evacuation,
}

/// Something that makes people be moved.
#[derive(Clone, Copy)]
#[cfg_attr(test, derive(Debug))]
pub struct SiteEvent {
    /// Where.
    pub at: Point,
    /// When, in days since 1970-01-01.
    pub day: f64,
    /// What.
    pub what: Happening,
}

/// Clues of about one time; between them and the next ones a person may have been moved.
#[derive(Clone)]
pub(super) struct Group {
    pub(super) first_day: f64,
    pub(super) last_day: f64,
    /// Numbers of the clues.
    pub(super) clues: Vec<usize>,
}

/// What an event adds to the chance of a move in each gap.
#[derive(Clone)]
pub(super) struct Raised {
    pub(super) at: Direction,
    pub(super) reach_m: f64,
    /// By gap: before group 1, before group 2, ...
    by_gap: Vec<f64>,
}

impl Raised {
    /// How much of it holds at a place.
    pub(super) fn nearness(&self, x: f32, y: f32, z: f32) -> f64 {
        (-ground_m(f64::from(self.at.chord2(x, y, z))) / self.reach_m).exp()
    }

    /// What it adds over the gaps before the groups `after + 1` to `until`.
    pub(super) fn over(&self, after: usize, until: usize) -> f64 {
        self.by_gap.iter().skip(after).take(until.saturating_sub(after)).sum()
    }
}

/// Groups in order, with the chance of a move between them.
#[derive(Clone)]
pub(super) struct Timeline {
    pub(super) groups: Vec<Group>,
    /// The group of the day that is asked for.
    pub(super) asked: usize,
    /// Expected moves before group 1, before group 2, ...
    pub(super) calm: Vec<f64>,
    pub(super) raised: Vec<Raised>,
}

impl Timeline {
    /// Puts clues in order by their days, around the day asked for.
    pub(super) fn new(days: &[f64], asked: f64, events: &[SiteEvent]) -> Self {
        let mut order: Vec<(f64, Option<usize>)> =
            days.iter().enumerate().map(|(clue, day)| (finite(*day), Some(clue))).collect();
        order.push((finite(asked), None));
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut groups: Vec<Group> = Vec::new();
        let mut asked = 0;
        for (day, clue) in order {
            match groups.last_mut() {
                Some(last) if day - last.first_day < 1.0 => {
                    last.last_day = day;
                    last.clues.extend(clue);
                }
                _ => groups.push(Group { first_day: day, last_day: day, clues: clue.into_iter().collect() }),
            }
            if clue.is_none() {
                asked = groups.len() - 1;
            }
        }
        let mut events: Vec<SiteEvent> =
            events.iter().filter(|event| Point::new(event.at.lat, event.at.lon).is_some()).copied().collect();
        events.sort_by(|a, b| b.day.total_cmp(&a.day));
        events.truncate(MAX_EVENTS);
        let mut timeline = Self { groups, asked, calm: Vec::new(), raised: Vec::new() };
        while timeline.groups.len() > MAX_GROUPS {
            timeline.join_nearest(&events);
        }
        timeline.calm = timeline.gaps().map(|(from, to)| (to - from) * MOVES_PER_DAY).collect();
        timeline.raised = events
            .iter()
            .map(|event| Raised {
                at: Direction::of(event.at),
                reach_m: reach_m(event.what),
                by_gap: timeline.gaps().map(|(from, to)| added(event, from, to)).collect(),
            })
            .filter(|raised| raised.by_gap.iter().any(|added| *added > 0.0))
            .collect();
        timeline
    }

    /// From the last day of a group to the first day of the next.
    fn gaps(&self) -> impl Iterator<Item = (f64, f64)> {
        let last = self.groups.iter().map(|group| group.last_day);
        last.zip(self.groups.iter().skip(1).map(|group| group.first_day))
    }

    /// Joins the two groups between which a move is least expected.
    fn join_nearest(&mut self, events: &[SiteEvent]) {
        let expected = |(from, to): (f64, f64)| {
            (to - from) * MOVES_PER_DAY + events.iter().map(|event| added(event, from, to)).sum::<f64>()
        };
        let least = self.gaps().map(expected).enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
        let Some((at, _)) = least else { return };
        let later = self.groups.remove(at + 1);
        if let Some(group) = self.groups.get_mut(at) {
            group.last_day = later.last_day;
            group.clues.extend(later.clues);
        }
        if self.asked > at {
            self.asked -= 1;
        }
    }

    /// Expected moves in calm times over the gaps before the groups `after + 1` to `until`.
    pub(super) fn calm_over(&self, after: usize, until: usize) -> f64 {
        self.calm.iter().skip(after).take(until.saturating_sub(after)).sum()
    }
}

fn reach_m(what: Happening) -> f64 {
    match what {
        Happening::Raid => RAID_REACH_M,
        Happening::Evacuation => EVACUATION_REACH_M,
    }
}

/// What an event adds to the expected moves of a span, right where it happened.
fn added(event: &SiteEvent, from: f64, to: f64) -> f64 {
    let day = finite(event.day);
    let after = (to.min(day + RAID_DAYS) - from.max(day)).max(0.0) * MOVES_PER_DAY * (RAID_FACTOR - 1.0);
    // A site is emptied over a day or two; the day after the last clue belongs to the gap.
    let at_once = if from <= day && day < to { EVACUATION_MOVES } else { 0.0 };
    match event.what {
        Happening::Raid => after,
        Happening::Evacuation => after + at_once,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const AT: Point = Point { lat: 16.7, lon: 98.5 };

    #[test]
    fn clues_of_a_day_are_one_group_and_the_day_asked_for_is_one() {
        let timeline = Timeline::new(&[100.2, 100.9, 160.0], 130.0, &[]);
        let groups: Vec<usize> = timeline.groups.iter().map(|group| group.clues.len()).collect();
        assert_eq!((groups, timeline.asked), (vec![2, 0, 1], 1));
        assert!((timeline.calm_over(0, 2) - 59.1 / 182.0).abs() < 1e-9);
    }

    #[test]
    fn a_raid_raises_the_chance_of_a_move_near_it_for_a_month() {
        let raid = SiteEvent { at: AT, day: 110.0, what: Happening::Raid };
        let timeline = Timeline::new(&[100.0, 120.0, 300.0], 400.0, &[raid]);
        let raised = &timeline.raised[0];
        let nine_times = |days: f64| days * 9.0 / 182.0;
        assert!((raised.over(0, 1) - nine_times(10.0)).abs() < 1e-9);
        assert!((raised.over(0, 3) - nine_times(30.0)).abs() < 1e-9);
        let far = Direction::of(AT.towards(90.0, 100_000.0));
        assert!(raised.nearness(far.x, far.y, far.z) < 0.01);
    }

    proptest! {
        #[test]
        fn many_days_make_few_groups_and_lose_no_clue(
            days in proptest::collection::vec(proptest::num::f64::ANY, 0..200), asked in proptest::num::f64::ANY,
        ) {
            let timeline = Timeline::new(&days, asked, &[]);
            prop_assert!(timeline.groups.len() <= MAX_GROUPS && timeline.asked < timeline.groups.len());
            let mut clues: Vec<usize> = timeline.groups.iter().flat_map(|group| group.clues.clone()).collect();
            clues.sort_unstable();
            prop_assert_eq!(clues, (0..days.len()).collect::<Vec<_>>());
            prop_assert!(timeline.calm.iter().all(|moves| moves.is_finite() && *moves >= 0.0));
        }
    }
}
