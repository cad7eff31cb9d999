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
/// An evacuation moves four in five at once; where people were seen to be taken to a place that has a name, nineteen in
/// twenty.
const EVACUATION_MOVES: f64 = 1.6;
const TAKEN_MOVES: f64 = 3.0;
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
    /// Its people were taken to this known site. Whoever is moved by it is there; who is not stays, or is moved as
    /// people are at any time.
    MovedTo(u128),
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
    /// The known site that it is about: whoever is there is reached by it, others by how near they are.
    pub site: Option<u128>,
    /// How probably it reached somebody who was there, 0 to 1: how good the word on it is, times the share of the people
    /// that it is about.
    pub weight: f64,
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
    /// The number of the site that it is about.
    pub(super) site: Option<usize>,
    /// The number of the site where those are whom it moved.
    pub(super) to: Option<usize>,
    /// By gap: before group 1, before group 2, ...
    by_gap: Vec<f64>,
}

impl Raised {
    /// How much of it holds at a place.
    pub(super) fn nearness(&self, spot: Spot) -> f64 {
        match spot.at {
            _ if self.site.is_some() && self.site == spot.site => 1.0,
            Some([x, y, z]) => (-ground_m(f64::from(self.at.chord2(x, y, z))) / self.reach_m).exp(),
            None => 0.0,
        }
    }

    /// What it adds over the gaps before the groups `after + 1` to `until`.
    pub(super) fn over(&self, after: usize, until: usize) -> f64 {
        self.by_gap.iter().skip(after).take(until.saturating_sub(after)).sum()
    }
}

/// A state, as far as moves ask where it is.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    /// The area around it.
    pub(super) area: usize,
    /// Its direction; none for everywhere else.
    pub(super) at: Option<[f32; 3]>,
    /// The number of the known site that it stands for.
    pub(super) site: Option<usize>,
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
    /// Puts clues in order by their days, around the day asked for. `number` finds a site by its id.
    pub(super) fn new(
        days: &[f64],
        asked: f64,
        events: &[SiteEvent],
        number: &dyn Fn(u128) -> Option<usize>,
    ) -> Self {
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
                site: event.site.and_then(number),
                to: match event.what {
                    // To a site that is not reckoned with is to anywhere.
                    Happening::MovedTo(site) => number(site),
                    Happening::Raid | Happening::Evacuation => None,
                },
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

    /// The sites to which people were taken in the gap after a group.
    pub(super) fn destinations(&self, after: usize) -> Vec<usize> {
        let taken = self.raised.iter().filter(|raised| raised.over(after, after + 1) > 0.0);
        let mut sites: Vec<usize> = taken.filter_map(|raised| raised.to).collect();
        sites.sort_unstable();
        sites.dedup();
        sites
    }

    /// Expected moves in calm times over the gaps before the groups `after + 1` to `until`.
    pub(super) fn calm_over(&self, after: usize, until: usize) -> f64 {
        self.calm.iter().skip(after).take(until.saturating_sub(after)).sum()
    }
}

fn reach_m(what: Happening) -> f64 {
    match what {
        Happening::Raid => RAID_REACH_M,
        Happening::Evacuation | Happening::MovedTo(_) => EVACUATION_REACH_M,
    }
}

/// What an event adds to the expected moves of a span, right where it happened.
fn added(event: &SiteEvent, from: f64, to: f64) -> f64 {
    let day = finite(event.day);
    let weight = if event.weight.is_finite() { event.weight.clamp(0.0, 1.0) } else { 0.0 };
    let after = (to.min(day + RAID_DAYS) - from.max(day)).max(0.0) * MOVES_PER_DAY * (RAID_FACTOR - 1.0);
    // A site is emptied over a day or two; the day after the last clue belongs to the gap.
    let now = from <= day && day < to;
    // The chance of a move is what the weight is of, not the number of moves.
    let at_once = |moves: f64| if now { -(1.0 - weight * (1.0 - (-moves).exp())).ln() } else { 0.0 };
    match event.what {
        Happening::Raid => weight * after,
        Happening::Evacuation => weight * after + at_once(EVACUATION_MOVES),
        Happening::MovedTo(_) => at_once(TAKEN_MOVES),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const AT: Point = Point { lat: 16.7, lon: 98.5 };

    #[test]
    fn clues_of_a_day_are_one_group_and_the_day_asked_for_is_one() {
        let timeline = Timeline::new(&[100.2, 100.9, 160.0], 130.0, &[], &|_| None);
        let groups: Vec<usize> = timeline.groups.iter().map(|group| group.clues.len()).collect();
        assert_eq!((groups, timeline.asked), (vec![2, 0, 1], 1));
        assert!((timeline.calm_over(0, 2) - 59.1 / 182.0).abs() < 1e-9);
    }

    #[test]
    fn a_raid_raises_the_chance_of_a_move_near_it_for_a_month() {
        let raid = SiteEvent { at: AT, day: 110.0, what: Happening::Raid, site: None, weight: 1.0 };
        let timeline = Timeline::new(&[100.0, 120.0, 300.0], 400.0, &[raid], &|_| None);
        let raised = &timeline.raised[0];
        let nine_times = |days: f64| days * 9.0 / 182.0;
        assert!((raised.over(0, 1) - nine_times(10.0)).abs() < 1e-9);
        assert!((raised.over(0, 3) - nine_times(30.0)).abs() < 1e-9);
        let far = Direction::of(AT.towards(90.0, 100_000.0));
        let spot = Spot { area: 0, at: Some([far.x, far.y, far.z]), site: None };
        assert!(raised.nearness(spot) < 0.01);
    }

    #[test]
    fn a_doubtful_event_moves_fewer_and_who_is_taken_somewhere_is_there() {
        let moved = |what, weight| {
            let event = SiteEvent { at: AT, day: 110.0, what, site: Some(7), weight };
            let timeline = Timeline::new(&[100.0], 111.0, &[event], &|id| usize::try_from(id).ok());
            let expected = timeline.raised.iter().map(|raised| raised.over(0, 1)).sum::<f64>();
            (1.0 - (-expected).exp(), timeline.destinations(0))
        };
        let (all, half) = (moved(Happening::Evacuation, 1.0), moved(Happening::Evacuation, 0.5));
        assert!((all.0 - 0.8).abs() < 0.02 && (half.0 - 0.4).abs() < 0.03, "{all:?} {half:?}");
        assert_eq!(all.1, Vec::<usize>::new());
        let taken = moved(Happening::MovedTo(3), 0.6);
        assert!((taken.0 - 0.57).abs() < 0.01, "{taken:?}");
        assert_eq!(taken.1, [3]);
        assert_eq!(moved(Happening::Evacuation, f64::NAN).0, 0.0);
    }

    proptest! {
        #[test]
        fn many_days_make_few_groups_and_lose_no_clue(
            days in proptest::collection::vec(proptest::num::f64::ANY, 0..200), asked in proptest::num::f64::ANY,
        ) {
            let timeline = Timeline::new(&days, asked, &[], &|_| None);
            prop_assert!(timeline.groups.len() <= MAX_GROUPS && timeline.asked < timeline.groups.len());
            let mut clues: Vec<usize> = timeline.groups.iter().flat_map(|group| group.clues.clone()).collect();
            clues.sort_unstable();
            prop_assert_eq!(clues, (0..days.len()).collect::<Vec<_>>());
            prop_assert!(timeline.calm.iter().all(|moves| moves.is_finite() && *moves >= 0.0));
        }
    }
}
