//! Everything that one answer is worked out from: what each clue says, whose word it is, when it was so.

use std::sync::Arc;

use super::evidence::{Evidence, once_each, unsound, wrong};
use super::layer::{Layers, Ready};
use super::space::Space;
use super::timeline::{SiteEvent, Timeline};
use super::world::World;

/// So many clues count in one answer; of more, those that are nearest in time and best graded.
pub const MAX_CLUES: usize = 400;

/// One clue that counts.
pub(super) struct Term {
    /// Its number among the clues given.
    pub(super) clue: usize,
    pub(super) ready: Arc<Ready>,
    /// The number of its source.
    pub(super) source: usize,
    /// How probably it is wrong although its source is sound: by its grade, and as it is taken.
    pub(super) graded: f32,
    pub(super) wrong: f32,
}

/// One source.
pub(super) struct Voice {
    pub(super) name: String,
    /// How probably it lies as a whole: by its grade, and as it is taken.
    pub(super) graded: f64,
    pub(super) unsound: f64,
}

/// How much worse than its grades all that is known of a case may be: factors on the odds of every doubt, with how
/// often. Our choice: grades are given by people who hope, and nobody has checked what they are worth.
pub(super) const DOUBTS: [(f64, f64); 2] = [(1.0, 0.6), (3.0, 0.4)];

/// A doubt with so many times the odds.
fn doubted(doubt: f64, odds: f64) -> f64 {
    doubt * odds / (1.0 - doubt + doubt * odds)
}

/// What one answer is worked out from.
pub(super) struct Problem<'a> {
    pub(super) space: &'a Space,
    pub(super) terms: Vec<Term>,
    pub(super) voices: Vec<Voice>,
    pub(super) timeline: Timeline,
}

/// The clues that count, in the order given.
fn chosen(clues: &[Evidence], day: f64) -> Vec<usize> {
    let mut kept = once_each(clues);
    if kept.len() > MAX_CLUES {
        let rank = |index: &usize| {
            clues.get(*index).map_or(f64::MAX, |clue| {
                let away = (clue.day_near(day) - day).abs();
                let doubt =
                    1.0 - (1.0 - wrong(clue.credibility)) * (1.0 - unsound(clue.reliability, clue.suspect));
                // Two months older is as bad as a tenth more doubt.
                away / 600.0 + doubt
            })
        };
        kept.sort_by(|a, b| rank(a).total_cmp(&rank(b)).then(a.cmp(b)));
        kept.truncate(MAX_CLUES);
        kept.sort_unstable();
    }
    kept
}

impl<'a> Problem<'a> {
    pub(super) fn new(
        world: &dyn World,
        space: &'a Space,
        layers: &Layers,
        clues: &[Evidence],
        events: &[SiteEvent],
        day: f64,
    ) -> Self {
        let mut voices: Vec<Voice> = Vec::new();
        let mut terms = Vec::new();
        let mut days = Vec::new();
        let mut numbers = std::collections::HashMap::new();
        for index in chosen(clues, day) {
            let Some(clue) = clues.get(index) else { continue };
            let source = *numbers.entry(clue.source.as_str()).or_insert_with(|| {
                voices.push(Voice { name: clue.source.clone(), graded: 0.0, unsound: 0.0 });
                voices.len() - 1
            });
            if let Some(voice) = voices.get_mut(source) {
                // The worst that is said of a source holds for all it says.
                voice.graded = voice.graded.max(unsound(clue.reliability, clue.suspect));
                voice.unsound = voice.graded;
            }
            let ready = layers.get(world, space, clue.id, &clue.statement);
            let graded = wrong(clue.credibility) as f32;
            terms.push(Term { clue: index, ready, source, graded, wrong: graded });
            days.push(clue.day_near(day));
        }
        Self { space, terms, voices, timeline: Timeline::new(&days, day, events, &|id| space.site(id)) }
    }

    /// Takes every doubt as the mean over some factors on its odds, given with how probable each is.
    pub(super) fn doubt(&mut self, odds: &[(f64, f64)]) {
        let mean = |graded: f64| odds.iter().map(|(odds, share)| share * doubted(graded, *odds)).sum::<f64>();
        for term in &mut self.terms {
            term.wrong = mean(f64::from(term.graded)) as f32;
        }
        for voice in &mut self.voices {
            voice.unsound = mean(voice.graded);
        }
    }

    /// The same problem with layers that have no flat part, for the cost table.
    pub(super) fn dense(&self) -> Self {
        let term = |term: &Term| Term {
            clue: term.clue,
            ready: Arc::new(term.ready.dense()),
            source: term.source,
            graded: term.graded,
            wrong: term.wrong,
        };
        let voice =
            |voice: &Voice| Voice { name: voice.name.clone(), graded: voice.graded, unsound: voice.unsound };
        Self {
            space: self.space,
            terms: self.terms.iter().map(term).collect(),
            voices: self.voices.iter().map(voice).collect(),
            timeline: self.timeline.clone(),
        }
    }
}
