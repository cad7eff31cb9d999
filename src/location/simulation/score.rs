//! How good answers are: what they cover, how much they bet on the truth, how often the first few hold it.

use std::fmt;

/// The levels of which coverage is told.
pub const LEVELS: [f64; 3] = [0.5, 0.8, 0.95];

/// One answer against the truth.
#[derive(Debug, Clone, Copy)]
pub struct Outcome {
    /// Whether the region of each level holds the truth.
    pub covered: [bool; 3],
    /// Its size.
    pub area_km2: [f64; 3],
    /// Probability density where the truth is, for a square kilometre.
    pub density: f64,
    /// Whether the first, the first three, the first five places hold the truth.
    pub top: [bool; 3],
    /// How far the best point is off.
    pub error_km: f64,
}

/// A share of so many with its 95% interval after Wilson.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// The share.
    pub share: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The share of so many, with its interval.
#[must_use]
pub fn wilson(hits: usize, of: usize) -> Share {
    if of == 0 {
        return Share { share: 0.0, low: 0.0, high: 1.0 };
    }
    let (n, z) = (of as f64, 1.959_964_f64);
    let share = hits as f64 / n;
    let middle = share + z * z / (2.0 * n);
    let half = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + z * z / n;
    Share { share, low: ((middle - half) / whole).max(0.0), high: ((middle + half) / whole).min(1.0) }
}

/// Many answers of one method.
#[derive(Debug, Clone)]
pub struct Score {
    /// The method.
    pub method: &'static str,
    /// How many cases.
    pub cases: usize,
    /// Coverage at each level.
    pub covered: [Share; 3],
    /// Mean natural logarithm of the density at the truth.
    pub log_score: f64,
    /// Truth among the first one, three, five.
    pub top: [Share; 3],
    /// Median sizes of the regions.
    pub area_km2: [f64; 3],
    /// Median error of the best point.
    pub error_km: f64,
}

/// A density below this is a bet that no honest method makes; it bounds what one case can cost.
const LEAST_DENSITY: f64 = 1e-12;

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

impl Score {
    /// Sums up.
    #[must_use]
    pub fn new(method: &'static str, outcomes: &[Outcome]) -> Self {
        let share = |hit: &dyn Fn(&Outcome) -> bool| {
            wilson(outcomes.iter().filter(|outcome| hit(outcome)).count(), outcomes.len())
        };
        let at = |level: usize| {
            (
                share(&|outcome| outcome.covered.get(level) == Some(&true)),
                share(&|outcome| outcome.top.get(level) == Some(&true)),
                median(outcomes.iter().filter_map(|outcome| outcome.area_km2.get(level).copied()).collect()),
            )
        };
        let three = [at(0), at(1), at(2)];
        let count = outcomes.len().max(1) as f64;
        Self {
            method,
            cases: outcomes.len(),
            covered: three.map(|(covered, ..)| covered),
            top: three.map(|(_, top, _)| top),
            area_km2: three.map(|(.., area)| area),
            log_score: outcomes.iter().map(|outcome| outcome.density.max(LEAST_DENSITY).ln()).sum::<f64>()
                / count,
            error_km: median(outcomes.iter().map(|outcome| outcome.error_km).collect()),
        }
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<14} {:>5} ", self.method, self.cases)?;
        for Share { share, low, high } in self.covered {
            write!(f, " {:>5.1} [{:>4.1} {:>5.1}]", share * 100.0, low * 100.0, high * 100.0)?;
        }
        write!(f, " {:>8.2} ", self.log_score)?;
        for top in self.top {
            write!(f, " {:>5.1}", top.share * 100.0)?;
        }
        write!(f, " ")?;
        for area in self.area_km2 {
            write!(f, " {area:>9.1}")?;
        }
        write!(f, " {:>8.1}", self.error_km)
    }
}

/// The head of the table of [`Score`]s.
pub const HEAD: &str = "method         cases  in 50% [95% int.]   in 80% [95% int.]   in 95% [95% int.]    ln dens.  top1  top3  top5     km2 50%   km2 80%   km2 95%   err km";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_is_that_of_the_textbook() {
        let share = wilson(40, 50);
        assert!((share.low - 0.669).abs() < 1e-3 && (share.high - 0.888).abs() < 1e-3, "{share:?}");
        assert_eq!(wilson(0, 0), Share { share: 0.0, low: 0.0, high: 1.0 });
        assert!(wilson(10, 10).low > 0.7);
    }

    #[test]
    fn one_absurd_bet_does_not_hide_the_others() {
        let outcome = Outcome {
            covered: [true, true, false],
            area_km2: [1.0, 2.0, 3.0],
            density: 0.0,
            top: [true; 3],
            error_km: 1.0,
        };
        let score = Score::new("test", &[outcome, Outcome { density: 1.0, ..outcome }]);
        assert!((score.log_score - LEAST_DENSITY.ln() / 2.0).abs() < 1e-9);
        assert!((score.covered[2].share, score.covered[0].share) == (0.0, 1.0));
    }
}
