//! Products of many likelihoods in 32-bit numbers: values with a common factor apart, so that neither ten agreeing
//! pins nor ten contradicting ones leave the range.

/// Nothing is less likely than this against the likeliest of its block: what fell to zero could never come back.
const LEAST: f32 = 1e-34;
/// A value times this many more stays in range.
const BEFORE_RESCALE: u32 = 4;

/// Values for a block of states.
pub(super) enum Values<'a> {
    /// The same for all.
    Flat(f32),
    /// One for each.
    Each(&'a [f32]),
}

/// A running product over a block.
pub(super) struct Running {
    values: Vec<f32>,
    /// Whether all values are 1 still: a block in which nothing differs costs nothing.
    even: bool,
    ln: f64,
    since_rescale: u32,
    /// The largest value, if it was looked for since the last change.
    peak: Option<f32>,
}

/// The largest value. In eight lanes, which the compiler keeps in one register; NaN is never the largest.
fn largest(values: &[f32]) -> f32 {
    let (eights, rest) = values.as_chunks::<8>();
    let mut lanes = [0.0_f32; 8];
    for eight in eights {
        for (lane, value) in lanes.iter_mut().zip(eight) {
            *lane = if *value > *lane { *value } else { *lane };
        }
    }
    lanes.iter().chain(rest).fold(0.0, |most, value| if *value > most { *value } else { most })
}

impl Running {
    pub(super) fn new(length: usize) -> Self {
        Self { values: vec![1.0; length], even: true, ln: 0.0, since_rescale: 0, peak: None }
    }

    /// All ones again.
    pub(super) fn reset(&mut self) {
        self.even = true;
        self.ln = 0.0;
        self.since_rescale = 0;
        self.peak = None;
    }

    /// Values and the logarithm of their common factor; no values when all are alike.
    pub(super) fn get(&self) -> (Option<&[f32]>, f64) {
        ((!self.even).then_some(&self.values[..]), self.ln)
    }

    fn rescale(&mut self) {
        self.since_rescale = 0;
        let most = largest(&self.values);
        self.peak = Some(1.0);
        if most > 0.0 && most.is_finite() {
            let factor = 1.0 / most;
            for value in &mut self.values {
                let scaled = *value * factor;
                *value = if scaled > LEAST { scaled } else { LEAST };
            }
            self.ln += f64::from(most).ln();
        } else {
            // Unreachable with finite values; if ever, say nothing rather than something wrong.
            self.even = true;
        }
    }

    /// Multiplies by `scale * value + floor`.
    fn times(&mut self, by: &[f32], scale: f32, floor: f32) {
        if self.even {
            self.even = false;
            for (value, by) in self.values.iter_mut().zip(by) {
                *value = scale * by + floor;
            }
        } else {
            for (value, by) in self.values.iter_mut().zip(by) {
                *value *= scale * by + floor;
            }
        }
        self.peak = None;
        self.since_rescale += 1;
        if self.since_rescale >= BEFORE_RESCALE {
            self.rescale();
        }
    }

    /// Multiplies by what a clue says that is wrong so often.
    pub(super) fn clue(&mut self, values: &Values<'_>, wrong: f32) {
        match values {
            Values::Flat(value) => self.ln += f64::from((1.0 - wrong) * value + wrong).max(1e-30).ln(),
            Values::Each(values) => self.times(values, 1.0 - wrong, wrong),
        }
    }

    /// The logarithm of the largest value.
    pub(super) fn ln_peak(&mut self) -> f64 {
        if self.even {
            return self.ln;
        }
        let peak = *self.peak.get_or_insert_with(|| largest(&self.values));
        self.ln + f64::from(peak).max(1e-300).ln()
    }

    /// Multiplies by what a source says that is unsound so often, and would say what it says with the likelihood
    /// `ln_decoy` if it were.
    pub(super) fn source(&mut self, said: &mut Self, unsound: f64, ln_decoy: f64) {
        let scale = said.ln_peak().max(ln_decoy);
        let (sound, decoy) = ((1.0 - unsound) * (said.ln - scale).exp(), unsound * (ln_decoy - scale).exp());
        self.ln += scale;
        if said.even {
            self.ln += (sound + decoy).max(1e-300).ln();
        } else {
            self.times(&said.values, sound.min(1e30) as f32, decoy as f32);
        }
    }
}

/// The logarithm of the most that a source can add anywhere in a block.
pub(super) fn ln_most(said: &mut Running, unsound: f64, ln_decoy: f64) -> f64 {
    let peak = said.ln_peak();
    let scale = peak.max(ln_decoy);
    scale + ((1.0 - unsound) * (peak - scale).exp() + unsound * (ln_decoy - scale).exp()).max(1e-300).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logs(product: &Running) -> Vec<f64> {
        let (values, ln) = product.get();
        values.map_or(vec![ln], |values| values.iter().map(|value| f64::from(*value).ln() + ln).collect())
    }

    #[test]
    fn a_thousand_clues_stay_in_range_and_in_proportion() {
        let mut product = Running::new(3);
        for turn in 0..1_000 {
            let values = if turn % 2 == 0 { [1e6, 0.0, 0.1] } else { [0.0, 1e6, 0.1] };
            product.clue(&Values::Each(&values), 0.2);
        }
        product.clue(&Values::Flat(0.5), 0.2);
        let logs = logs(&product);
        let expected = 500.0 * (f64::ln(0.8e6 + 0.2) + f64::ln(0.2)) + f64::ln(0.6);
        assert!((logs[0] - expected).abs() < 1.0, "{logs:?} {expected}");
        assert!((logs[0] - logs[1]).abs() < 1e-3);
        assert!(logs[2] < logs[0] - 70.0);
    }

    #[test]
    fn an_unsound_source_bounds_what_it_can_do() {
        let mut said = Running::new(2);
        for _ in 0..20 {
            said.clue(&Values::Each(&[1e5, 0.0]), 0.1);
        }
        let mut product = Running::new(2);
        // A decoy of which it would have said the same is a hundred times less likely at any one place.
        let ln_decoy = 20.0 * f64::ln(0.9e5) - f64::ln(100.0);
        product.source(&mut said, 0.5, ln_decoy);
        let logs = logs(&product);
        assert!((logs[0] - logs[1] - f64::ln(101.0)).abs() < 1e-3, "{logs:?}");
    }
}
