//! Invented cases: a person, moves, sources of whom some lie, clues of which some are wrong.

use super::random::Random;
use super::universe::{Universe, anywhere, around};
use crate::location::borders::Country;
use crate::location::estimate::{
    Evidence, Extent, Mode, Origin, Relation, Reliability, Searched, Statement, World,
};
use crate::location::geo::Point;

/// What goes wrong, and how often.
#[derive(Debug, Clone, Copy)]
pub struct Trouble {
    /// Clues that are wrong although their source is sound.
    pub wrong: f64,
    /// Sources that lie as a whole.
    pub lying: f64,
    /// People who are moved while they are written about.
    pub moved: f64,
    /// Phones whose clock is not that of where they are.
    pub wrong_clock: f64,
    /// People who are held where no site is known to be by anybody.
    pub elsewhere: f64,
    /// What everything is graded, if grades say nothing.
    pub graded: Option<(Reliability, u8)>,
}

impl Trouble {
    /// As bad as is thought.
    pub const USUAL: Self =
        Self { wrong: 0.3, lying: 0.2, moved: 0.35, wrong_clock: 0.25, elsewhere: 0.08, graded: None };
    /// Everything is believed to be good.
    pub const OVERRATED: Self = Self { graded: Some((Reliability::B, 2)), ..Self::USUAL };
    /// Nothing is graded.
    pub const UNGRADED: Self = Self { graded: Some((Reliability::F, 6)), ..Self::USUAL };
    /// Twice as many clues are wrong.
    pub const TWICE_AS_WRONG: Self = Self { wrong: 0.6, ..Self::USUAL };
    /// Nobody tells the truth.
    pub const ALL_LYING: Self = Self { lying: 1.0, ..Self::USUAL };
}

/// A person, and what was said of where they are.
pub struct Case {
    /// What was said.
    pub clues: Vec<Evidence>,
    /// The day asked for.
    pub day: f64,
    /// Where they are on that day.
    pub at: Point,
    /// The listed site at which they are then, if they are at one.
    pub site: Option<u128>,
}

/// Somewhere that somebody is, or is said to be.
#[derive(Clone, Copy)]
struct Spot {
    at: Point,
    country: Country,
    site: Option<u128>,
}

/// Days from 1970-01-01 to 2024-03-01.
const FIRST_DAY: f64 = 19_783.0;

struct Maker<'a> {
    random: &'a mut Random,
    world: &'a dyn World,
    extent: &'a Extent,
    universe: &'a Universe,
    trouble: Trouble,
}

impl Maker<'_> {
    fn site_spot(&mut self, site: usize) -> Option<Spot> {
        let site = self.universe.sites.get(site)?;
        // Somewhere on its grounds.
        let (at, country) = around(self.random, self.world, self.extent, site.at, 150.0)?;
        Some(Spot { at, country, site: site.listed })
    }

    fn spot(&mut self) -> Option<Spot> {
        if self.random.chance(self.trouble.elsewhere) {
            let (at, country) = anywhere(self.random, self.world, self.extent)?;
            return Some(Spot { at, country, site: None });
        }
        let site = self.universe.site(self.random)?;
        self.site_spot(site)
    }

    /// Where somebody is moved to: half of the time to another site not far off.
    fn next_spot(&mut self, from: Spot) -> Option<Spot> {
        if self.random.chance(0.5) {
            let near: Vec<usize> = (0..self.universe.sites.len())
                .filter(|site| {
                    let at = self.universe.sites.get(*site).map(|site| site.at.distance_m(from.at));
                    at.is_some_and(|metres| (500.0..120_000.0).contains(&metres))
                })
                .collect();
            if let Some(site) = self.random.one(&near).copied() {
                return self.site_spot(site);
            }
        }
        self.spot()
    }

    fn origin(&mut self, town: &super::universe::Town) -> Origin {
        if self.random.chance(0.5) { Origin::At(town.at) } else { Origin::Named(town.name.clone()) }
    }

    /// A statement about a spot, with the errors of honest people.
    fn says(&mut self, spot: Spot, day: f64) -> Option<Statement> {
        let weights = [12.0, 24.0, 8.0, 7.0, 12.0, 10.0, 8.0, 9.0, 4.0, 3.0, 6.0, 4.0];
        match self.random.weighted(&weights) {
            0 => {
                let accuracy_m = *self.random.one(&[10.0, 30.0, 100.0, 500.0])?;
                let off = self.random.off(accuracy_m)
                    + if self.random.chance(0.15) { self.random.between(0.0, 2_500.0) } else { 0.0 };
                let turn = self.random.between(0.0, 360.0);
                Some(Statement::Point { at: spot.at.towards(turn, off), accuracy_m, viewport: false })
            }
            1 => {
                let town = self.universe.town_near(self.random, spot.at)?;
                let far = spot.at.distance_m(town.at) > 8_000.0;
                let relation = if far || self.random.chance(0.2) { Relation::Near } else { Relation::In };
                let candidates = self.universe.meant(&town.name);
                Some(Statement::Place { name: town.name.clone(), relation, candidates })
            }
            2 => spot.site.map(Statement::Site),
            3 => {
                let aside = spot.at.towards(self.random.between(0.0, 360.0), 40_000.0);
                let town = self.universe.town_near(self.random, aside)?;
                let km = town.at.distance_m(spot.at) / 1_000.0 * self.random.between(0.75, 1.4);
                let from = self.origin(town);
                Some(Statement::DistanceFrom { from, km: (km / 5.0).round().max(1.0) * 5.0, sigma_km: None })
            }
            4 => {
                let town = self.random.one(&self.universe.towns)?;
                let km = town.at.distance_m(spot.at) / 1_000.0;
                if km > 600.0 {
                    return None;
                }
                let speed = self.random.between(25.0, 70.0);
                let hours = self.random.between(1.15, 1.7) * km / speed + self.random.between(0.0, 1.5);
                let crossed = (town.country != spot.country, self.random.chance(0.6));
                let from = self.origin(town);
                Some(Statement::TravelTime {
                    from,
                    hours: (hours * 2.0).round().max(1.0) / 2.0,
                    mode: if self.random.chance(0.7) { Mode::Road } else { Mode::Unknown },
                    border_crossed: crossed.1.then_some(crossed.0),
                })
            }
            5 => Some(self.sun(spot, day)),
            6 => {
                let across =
                    self.universe.countries.iter().copied().filter(|country| *country != spot.country);
                let near: Vec<(f64, Country)> = across
                    .filter_map(|country| Some((self.world.distance_m(spot.at, country)?, country)))
                    .collect();
                let (metres, country) = near.into_iter().min_by(|a, b| a.0.total_cmp(&b.0))?;
                let within = self.random.chance(0.3).then(|| (metres / 1_000.0 * 1.3).ceil().max(1.0));
                (metres < 20_000.0).then_some(Statement::Border { country, within_km: within })
            }
            7 => Some(Statement::Country(spot.country)),
            8 => {
                let other = self.random.one(&self.universe.countries).copied()?;
                let near = self.world.distance_m(spot.at, other).is_some_and(|metres| metres < 8_000.0);
                Some(Statement::Network(if near { other } else { spot.country }))
            }
            9 => {
                let town = self.universe.town_near(self.random, spot.at)?;
                let degrees = town.at.bearing_to(spot.at) + self.random.between(-40.0, 40.0);
                let from = self.origin(town);
                Some(Statement::Bearing { from, degrees: degrees.rem_euclid(360.0), sigma_degrees: None })
            }
            10 => {
                let metres = self.random.off(1_500.0);
                let within_km = (metres / 1_000.0 * self.random.between(0.8, 3.0)).max(0.5);
                let turn = self.random.between(0.0, 360.0);
                Some(Statement::Landmark { at: spot.at.towards(turn, metres), within_km })
            }
            _ => {
                let other = self.universe.list.get(self.random.below(self.universe.list.len()))?;
                let detection = self.random.between(0.4, 0.95);
                (spot.site != Some(other.id))
                    .then_some(Statement::Absence { searched: Searched::Site(other.id), detection })
            }
        }
    }

    fn sun(&mut self, spot: Spot, day: f64) -> Statement {
        let own = match spot.country {
            Country::MM => 390.0,
            Country::PH => 480.0,
            _ => 420.0,
        };
        let clock = if self.random.chance(self.trouble.wrong_clock) {
            *self.random.one(&[420.0, 480.0, 390.0, 540.0]).unwrap_or(&420.0)
        } else {
            own
        };
        let rises = self.random.chance(0.35);
        // Spencer's series, not the almanac's: the test must not share the formula.
        let turn = std::f64::consts::TAU * ((day - FIRST_DAY + 60.0) / 365.25);
        let declination = 0.006_918 - 0.399_912 * turn.cos() + 0.070_257 * turn.sin()
            - 0.006_758 * (2.0 * turn).cos()
            + 0.000_907 * (2.0 * turn).sin();
        let ahead = 229.18
            * (0.000_075 + 0.001_868 * turn.cos()
                - 0.032_077 * turn.sin()
                - 0.014_615 * (2.0 * turn).cos()
                - 0.040_849 * (2.0 * turn).sin());
        let lat = spot.at.lat.to_radians();
        let cosine = (-0.014_538 - lat.sin() * declination.sin()) / (lat.cos() * declination.cos());
        let half = 4.0 * cosine.clamp(-1.0, 1.0).acos().to_degrees();
        let hidden = if self.random.chance(0.4) { self.random.between(0.0, 25.0) } else { 0.0 };
        let off = self.random.between(-6.0, 6.0) + if rises { hidden - half } else { half - hidden };
        let round = *self.random.one(&[1.0, 5.0, 5.0, 10.0]).unwrap_or(&5.0);
        let minutes = (720.0 - ahead - 4.0 * spot.at.lon + clock + off) / round;
        let told = self.random.chance(0.2).then_some(own);
        Statement::Sun {
            rises,
            day: day.floor() as i64,
            minutes: (minutes.round() * round).rem_euclid(1_440.0),
            utc_offset_minutes: told,
        }
    }
}

/// Makes a case.
#[must_use]
pub fn case(
    random: &mut Random,
    world: &dyn World,
    extent: &Extent,
    universe: &Universe,
    trouble: Trouble,
) -> Option<Case> {
    let mut maker = Maker { random, world, extent, universe, trouble };
    let length = maker.random.between(20.0, 180.0);
    let first = maker.spot()?;
    let moved = maker.random.chance(trouble.moved);
    let (moves_at, second) = if moved {
        (maker.random.between(0.2, 0.95) * length, maker.next_spot(first)?)
    } else {
        (f64::MAX, first)
    };
    let asked = if maker.random.chance(0.8) { length } else { maker.random.between(0.3, 1.0) * length };
    let truth = if asked < moves_at { first } else { second };
    let sources: Vec<Option<Spot>> = (0..1 + maker.random.below(5))
        .map(|_| if maker.random.chance(trouble.lying) { maker.spot() } else { None })
        .collect();
    let letters: Vec<Reliability> = sources.iter().map(|lies| letter(maker.random, lies.is_some())).collect();
    let mut clues = Vec::new();
    let wanted = 2 + maker.random.below(19);
    for _ in 0..wanted * 4 {
        if clues.len() >= wanted {
            break;
        }
        let day = maker.random.between(0.0, length);
        let source = maker.random.below(sources.len());
        let here = if day < moves_at { first } else { second };
        let lies = sources.get(source).copied().flatten();
        // A liar sticks to one story more often than not.
        let (spot, wrong) = match lies {
            Some(decoy) if maker.random.chance(0.7) => (decoy, false),
            Some(_) => (maker.spot()?, true),
            None if maker.random.chance(trouble.wrong) => {
                // Where they were before, or a mistake.
                let stale = moved && day >= moves_at && maker.random.chance(0.4);
                (if stale { first } else { maker.spot()? }, true)
            }
            None => (here, false),
        };
        let Some(statement) = maker.says(spot, FIRST_DAY + day) else { continue };
        let own = (letters.get(source).copied().unwrap_or(Reliability::F), digit(maker.random, wrong));
        let (reliability, credibility) = trouble.graded.unwrap_or(own);
        clues.push(Evidence {
            id: clues.len() as u128 + 1,
            statement,
            from_day: FIRST_DAY + day,
            until_day: FIRST_DAY + day,
            source: format!("source {source}"),
            reliability,
            credibility,
            suspect: lies.is_some() && maker.random.chance(0.1),
            original: None,
        });
    }
    Some(Case { clues, day: FIRST_DAY + asked, at: truth.at, site: truth.site })
}

/// What an analyst makes of a source, who cannot look into it.
fn letter(random: &mut Random, lies: bool) -> Reliability {
    use Reliability::{A, B, C, D, E, F};
    let weights = if lies { [0.02, 0.13, 0.25, 0.2, 0.1, 0.3] } else { [0.1, 0.3, 0.25, 0.05, 0.0, 0.3] };
    [A, B, C, D, E, F].get(random.weighted(&weights)).copied().unwrap_or(F)
}

/// And of a clue.
fn digit(random: &mut Random, wrong: bool) -> u8 {
    let weights =
        if wrong { [0.03, 0.22, 0.3, 0.15, 0.05, 0.25] } else { [0.1, 0.35, 0.25, 0.05, 0.0, 0.25] };
    [1, 2, 3, 4, 5, 6].get(random.weighted(&weights)).copied().unwrap_or(6)
}
