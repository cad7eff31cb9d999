//! Where a team goes to, without anything of what is known of anybody.

use super::words;
use crate::location::borders::Borders;
use crate::location::gazetteer::Place;
use crate::location::geo::Point;

/// More stops than these nobody can tell apart.
const MOST_STOPS: usize = 40;

/// What a place on the way is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopKind {
    /// Where the team goes to.
    Target,
    /// The site that it is about.
    Site,
    /// A place that the plan names in numbers: to meet, to turn, to wait.
    Waypoint,
}

impl StopKind {
    /// The word for it in files.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Site => "site",
            Self::Waypoint => "waypoint",
        }
    }
}

/// A place on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    /// What it is.
    pub kind: StopKind,
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub at: Point,
    /// How far off it may be, in metres.
    pub within_m: f64,
}

/// Everything that is drawn.
#[derive(Clone, Copy)]
pub struct Route<'a> {
    /// What stands above it.
    pub title: &'a str,
    /// What a reader must know first: until when it may be kept.
    pub note: &'a str,
    /// Where to; the target first.
    pub stops: &'a [Stop],
    /// Places to find one's way by, in any order.
    pub towns: &'a [Place<'a>],
    /// Where countries end.
    pub borders: &'a Borders,
}

impl Route<'_> {
    pub(super) fn title(&self) -> String {
        words::clean(self.title, 80)
    }

    pub(super) fn note(&self) -> String {
        words::clean(self.note, 200)
    }

    /// The stops that can be drawn, with their names fit to be shown.
    pub(super) fn shown(&self) -> Vec<Stop> {
        let on_earth = |stop: &Stop| {
            let name = words::clean(&stop.name, 60);
            Some(Stop { name, at: super::on_earth(stop.at)?, ..stop.clone() })
        };
        self.stops.iter().filter_map(on_earth).take(MOST_STOPS).collect()
    }
}
