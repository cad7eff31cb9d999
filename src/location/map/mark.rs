//! A clue as it is drawn.

use super::shape;
use super::words;
use crate::location::borders::Country;
use crate::location::estimate::{Site, Statement, World};
use crate::location::geo::Point;
use crate::location::ring::Ring;

/// What a clue tells, as far as its symbol goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A position.
    Point,
    /// A named place.
    Place,
    /// A known site.
    Site,
    /// A distance from somewhere.
    DistanceFrom,
    /// A time on the way from somewhere.
    TravelTime,
    /// A sunrise or sunset.
    Sun,
    /// Near a border.
    Border,
    /// In a country.
    Country,
    /// A direction from somewhere.
    Bearing,
    /// Near something that was seen.
    Landmark,
    /// A telephone network.
    Cell,
    /// A search in vain.
    Absence,
}

impl Kind {
    /// All of them, in the order of the legend.
    pub const ALL: [Self; 12] = [
        Self::Point,
        Self::Place,
        Self::Site,
        Self::DistanceFrom,
        Self::TravelTime,
        Self::Sun,
        Self::Border,
        Self::Country,
        Self::Bearing,
        Self::Landmark,
        Self::Cell,
        Self::Absence,
    ];

    /// The word for it in data and files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Place => "place",
            Self::Site => "site",
            Self::DistanceFrom => "distance_from",
            Self::TravelTime => "travel_time",
            Self::Sun => "sun",
            Self::Border => "border",
            Self::Country => "country",
            Self::Bearing => "bearing",
            Self::Landmark => "landmark",
            Self::Cell => "cell",
            Self::Absence => "absence",
        }
    }

    /// The kind with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// What a reader of the legend understands.
    pub(super) const fn phrase(self) -> &'static str {
        match self {
            Self::Point => "position",
            Self::Place => "place named",
            Self::Site => "known site named",
            Self::DistanceFrom => "distance told",
            Self::TravelTime => "travel time told",
            Self::Sun => "time of the sun",
            Self::Border => "near a border",
            Self::Country => "in a country",
            Self::Bearing => "direction told",
            Self::Landmark => "something seen",
            Self::Cell => "phone network",
            Self::Absence => "searched in vain",
        }
    }
}

/// One place that may be meant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Where it is.
    pub at: Point,
    /// How far off it may be, in metres.
    pub accuracy_m: f64,
}

/// Where on the map a clue is.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// At one of some places, the likeliest first.
    Spots(Vec<Spot>),
    /// So far from one of some places.
    Ring {
        /// From where.
        from: Vec<Point>,
        /// How far, in kilometres.
        km: f64,
        /// At least, and at most.
        between_km: (f64, f64),
    },
    /// Anywhere within a circle.
    Disc {
        /// Its middle.
        at: Point,
        /// Its radius in kilometres.
        radius_km: f64,
    },
    /// Anywhere within a ring.
    Area(Ring),
    /// In a direction from one of some places.
    Sector {
        /// From where.
        from: Vec<Point>,
        /// Clockwise from north.
        degrees: f64,
        /// How far off to either side.
        sigma_degrees: f64,
        /// How far it is drawn.
        reach_km: f64,
    },
    /// Along one of some lines.
    Band {
        /// The lines.
        lines: Vec<Vec<Point>>,
        /// How far to either side, in kilometres.
        sigma_km: f64,
    },
    /// In a country, or within so many kilometres of it.
    Country {
        /// Which.
        country: Country,
        /// How near to it, where it is the one across the border.
        within_km: Option<f64>,
    },
    /// Nowhere that could be drawn: only the legend tells of it.
    Nowhere,
}

/// A clue.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// What it tells.
    pub kind: Kind,
    /// A few words to tell it from others, such as its date; never words of a message.
    pub label: String,
    /// Whether somebody confirmed it; it is only proposed otherwise.
    pub confirmed: bool,
    /// Where it is.
    pub shape: Shape,
}

impl Mark {
    /// The drawing of a statement; nothing for one that says nothing of a place.
    #[must_use]
    pub fn of(
        statement: &Statement,
        label: String,
        confirmed: bool,
        world: &dyn World,
        sites: &[Site],
    ) -> Option<Self> {
        let (kind, shape) = shape::of(statement, world, sites)?;
        Some(Self { kind, label, confirmed, shape })
    }

    /// Its label, fit to be shown.
    pub(super) fn name(&self) -> String {
        words::clean(&self.label, 60)
    }

    /// The word for its status.
    pub(super) const fn status(&self) -> &'static str {
        if self.confirmed { "confirmed" } else { "proposed" }
    }

    /// Its places, or those from which it counts.
    pub(super) fn places(&self) -> Vec<Point> {
        let all: Vec<Point> = match &self.shape {
            Shape::Spots(spots) => spots.iter().map(|spot| spot.at).collect(),
            Shape::Ring { from, .. } | Shape::Sector { from, .. } => from.clone(),
            Shape::Disc { at, .. } => vec![*at],
            Shape::Area(ring) => vec![ring.middle()],
            Shape::Band { .. } | Shape::Country { .. } | Shape::Nowhere => Vec::new(),
        };
        all.into_iter().filter_map(super::on_earth).take(MOST_PLACES).collect()
    }
}

/// More homonyms than these say nothing to the eye.
pub(super) const MOST_PLACES: usize = 6;
