//! Where somebody is, from weak, wrong and lying evidence: a probability for every place, and why.
//!
//! A person is at a known site, at an unlisted place in some cell of the map, or outside the region ([`Space`]). Each
//! clue says how likely it is at each of these ([`Layers`] keep that). A clue may be wrong although its source is
//! sound, and a source may lie as a whole, then about one other place: the two levels of doubt without which ten
//! messages of one liar would be ten proofs. People are moved now and then, more often after raids, so that a clue
//! says less of a time that is far from its own. [`estimate`] puts it together; [`Estimate`] is the answer.
//!
//! Pure: the same input gives the same answer, on any machine with the same floating-point numbers.

mod answer;
mod baseline;
mod change;
mod evidence;
mod explain;
mod fuse;
mod grid;
mod kernel;
mod layer;
mod likelihood;
mod outline;
mod places;
mod problem;
mod product;
mod questions;
mod regions;
mod related;
mod relocation;
mod sketch;
mod space;
mod stay;
mod sun;
#[cfg(test)]
mod tests;
mod timed;
mod timeline;
mod world;

pub use self::answer::{Asked, Candidate, Estimate, LEVELS, Leader, Map, Moment, estimate, mapped};
pub use self::baseline::{Baseline, Belief, baseline};
pub use self::change::{Change, Summary, material};
pub use self::evidence::{
    Evidence, Meant, Mode, Origin, Relation, Reliability, Searched, Statement, unsound, wrong,
};
pub use self::explain::{Contribution, Part};
pub use self::grid::{Extent, Grid};
pub use self::layer::Layers;
pub use self::outline::{Polygon, Ring, within};
pub use self::problem::MAX_CLUES;
pub use self::questions::Question;
pub use self::regions::Region;
pub use self::related::{Held, HeldCount, List, Overlap, Recapture, held_count, overlap, recapture};
pub use self::space::{Site, Space};
pub use self::timed::{Timed, timed};
pub use self::timeline::{Happening, SiteEvent};
pub use self::world::{Earth, World};
