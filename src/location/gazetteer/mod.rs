//! Places by name, in the scripts in which people write of them.
//!
//! Half of all village names are shared, so a name is never one place: every reader here returns all of them, with
//! weights.

pub mod additions;

mod cues;
mod find;
mod fold;
mod layer;
mod names;
mod near;
mod skeleton;
#[cfg(test)]
mod tests;
mod typos;

use std::sync::{LazyLock, OnceLock};

use self::additions::Addition;
use self::layer::Layer;
use self::near::Towns;
use super::borders::Country;
use super::geo::Point;

/// What kind of place it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum PlaceKind {
    /// A whole country.
    Country,
    /// A part of a country that has no sharp edge: a border region, the Golden Triangle.
    Area,
    /// A state or province.
    Province,
    /// A district or township.
    District,
    /// A commune, subdistrict or village tract.
    Commune,
    /// A city or town.
    Town,
    /// A village, or a quarter of a town.
    Village,
    /// A closed site where people are held, as publicly reported.
    Compound,
    /// A casino or hotel that is known by name.
    Casino,
    /// A border gate.
    Crossing,
    /// A bridge.
    Bridge,
    /// A river or stream: its place is where the name is most likely meant, with a wide sigma.
    River,
    /// An island.
    Island,
    /// A mountain or a range.
    Mountain,
    /// An airport.
    Airport,
    /// A bus or railway station, or a pier.
    Station,
    /// Another thing that one can see or name.
    Landmark,
}

impl PlaceKind {
    /// All kinds, in the order in which the asset counts them.
    pub const ALL: [Self; 17] = [
        Self::Country,
        Self::Area,
        Self::Province,
        Self::District,
        Self::Commune,
        Self::Town,
        Self::Village,
        Self::Compound,
        Self::Casino,
        Self::Crossing,
        Self::Bridge,
        Self::River,
        Self::Island,
        Self::Mountain,
        Self::Airport,
        Self::Station,
        Self::Landmark,
    ];

    fn from_index(index: u32) -> Option<Self> {
        Self::ALL.get(usize::try_from(index).ok()?).copied()
    }

    /// The word for it in data and files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Area => "area",
            Self::Province => "province",
            Self::District => "district",
            Self::Commune => "commune",
            Self::Town => "town",
            Self::Village => "village",
            Self::Compound => "compound",
            Self::Casino => "casino",
            Self::Crossing => "crossing",
            Self::Bridge => "bridge",
            Self::River => "river",
            Self::Island => "island",
            Self::Mountain => "mountain",
            Self::Airport => "airport",
            Self::Station => "station",
            Self::Landmark => "landmark",
        }
    }
}

/// A place, borrowed from the gazetteer.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The name to show.
    pub name: &'a str,
    /// What it is.
    pub kind: PlaceKind,
    /// In which country.
    pub country: Country,
    /// Its middle.
    pub point: Point,
    /// How far from there a person "in" it may be, error of the entry included: one standard deviation in metres.
    pub sigma_m: f64,
    /// Inhabitants; 0 when not known.
    pub population: u32,
    /// The state or province.
    pub province: Option<&'a str>,
    /// Where the entry comes from.
    pub source: &'a str,
}

/// One place that a name may mean.
#[derive(Clone, Copy)]
pub struct Candidate<'a> {
    /// The place.
    pub place: Place<'a>,
    /// How likely it is meant among those with this name, before anything else is known. They sum to 1.
    pub weight: f64,
    /// Whether the spelling is the one of the gazetteer, tone marks and accents included.
    pub exact: bool,
}

/// A name found in a text.
pub struct Mention<'a> {
    /// Where it begins, in Unicode scalar values of the text as given.
    pub start: usize,
    /// Where it ends, the first one after it.
    pub end: usize,
    /// What it may mean, the likeliest first; never empty.
    pub candidates: Vec<Candidate<'a>>,
    /// How sure one can be that these letters name a place at all: 1 for `妙瓦底`, little for a common word.
    pub confidence: f64,
}

/// A compound that was publicly reported, to begin an organisation's list of sites with. Its place is that of the town
/// it was reported in.
pub struct Compound<'a> {
    /// Where and what.
    pub place: Place<'a>,
    /// What else it is called, in other scripts too.
    pub names: Vec<&'a str>,
    /// When it was reported, as year or year and month.
    pub reported: &'a str,
}

/// A telephone network named in a text.
pub struct NetworkMention<'a> {
    /// Where its name begins, in Unicode scalar values of the text as given.
    pub start: usize,
    /// Where it ends, the first one after it.
    pub end: usize,
    /// Its name.
    pub name: &'a str,
    /// Its country.
    pub country: Country,
    /// Its mobile country code.
    pub mcc: u16,
    /// Its mobile network codes.
    pub mncs: &'a [u16],
    /// How sure one can be that a network is meant: some have names of other things.
    pub confidence: f64,
}

/// All places.
pub struct Gazetteer {
    /// What is compiled in.
    base: &'static Layer,
    /// What an organisation added.
    added: Option<Layer>,
    towns: Towns,
}

impl Gazetteer {
    /// The places that are compiled in; the first call unpacks and sorts them, which takes some 50 ms.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Gazetteer> = LazyLock::new(|| Gazetteer::of(None));
        &EMBEDDED
    }

    /// Those that are compiled in and, once [`Self::use_additions`] has been called, the operator's own.
    pub fn active() -> &'static Self {
        ACTIVE.get().unwrap_or_else(Self::embedded)
    }

    /// Makes [`Self::active`] know these places too. Only the first call counts, and one with no place is none; it belongs
    /// before the first question, since answers are kept.
    pub fn use_additions(additions: &[Addition]) {
        if !additions.is_empty() {
            ACTIVE.get_or_init(|| Self::with(additions));
        }
    }

    /// These and others.
    #[must_use]
    pub fn with(additions: &[Addition]) -> Self {
        Self::of(Some(Layer::of(additions, &base().simplified)))
    }

    fn of(added: Option<Layer>) -> Self {
        let base = base();
        let towns = Towns::new([base].into_iter().chain(&added));
        Self { base, added, towns }
    }

    fn layers(&self) -> impl Iterator<Item = &Layer> {
        [self.base].into_iter().chain(&self.added)
    }

    /// The names in a text, in order, none inside another.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Mention<'_>> {
        find::places(&self.layers().collect::<Vec<_>>(), text)
    }

    /// The networks named in a text, in order.
    #[must_use]
    pub fn find_networks(&self, text: &str) -> Vec<NetworkMention<'_>> {
        find::networks(self.base, text)
    }

    /// The places with exactly this name, the likeliest first.
    #[must_use]
    pub fn lookup(&self, name: &str) -> Vec<Candidate<'_>> {
        find::lookup(&self.layers().collect::<Vec<_>>(), name)
    }

    /// The nearest town or village within 60 km, to name a point for a reader, and the metres to it.
    #[must_use]
    pub fn nearest(&self, point: Point) -> Option<(Place<'_>, f64)> {
        let ((layer, item), metres) = self.towns.nearest(point)?;
        Some((self.layers().nth(layer)?.place(item)?, metres))
    }

    /// All places, in no order that means anything.
    pub fn places(&self) -> impl Iterator<Item = Place<'_>> {
        self.layers().flat_map(Layer::places)
    }

    /// The compounds that were publicly reported.
    pub fn compounds(&self) -> impl Iterator<Item = Compound<'_>> {
        self.layers().flat_map(Layer::compounds)
    }
}

/// The gazetteer with the operator's own places.
static ACTIVE: OnceLock<Gazetteer> = OnceLock::new();

fn base() -> &'static Layer {
    static BASE: LazyLock<Layer> = LazyLock::new(|| {
        let places = include_bytes!("../../../assets/places.bin");
        // What is compiled in is whole: a test reads it.
        Layer::read(places, include_str!("../../../assets/words.txt")).unwrap_or_default()
    });
    &BASE
}
