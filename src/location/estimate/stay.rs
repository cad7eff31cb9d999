//! One way in which it may have been: a person came to where they are in some gap between the clues, and left, if at
//! all, in another.

use super::timeline::Timeline;

/// A stay around the day asked for.
pub(super) struct Stay {
    /// The first and the last group of clues that fall into it.
    pub(super) first: usize,
    pub(super) last: usize,
    /// Logarithm of what all states share.
    pub(super) ln: f64,
    /// By area, relative to the prior: how likely they came there. Nothing for who has been there from the start.
    pub(super) came: Option<Vec<f32>>,
    /// By area: how likely what was heard after they left is. Nothing if they have not left.
    pub(super) left: Option<Vec<f32>>,
    /// By source: logarithm of the likelihood of what it says if it is about a decoy.
    pub(super) ln_decoys: Vec<f64>,
}

impl Stay {
    /// What is particular to a state, beside its prior and the clues.
    pub(super) fn factor(&self, timeline: &Timeline, area: usize, at: Option<[f32; 3]>) -> f64 {
        let of = |by_area: &Option<Vec<f32>>| {
            by_area.as_ref().map_or(1.0, |by_area| by_area.get(area).map_or(0.0, |value| f64::from(*value)))
        };
        let near = |after: usize, until: usize| -> f64 {
            let Some([x, y, z]) = at else { return 0.0 };
            let one = |raised: &super::timeline::Raised| {
                let over = raised.over(after, until);
                if over > 0.0 { over * raised.nearness(x, y, z) } else { 0.0 }
            };
            timeline.raised.iter().map(one).sum()
        };
        let mut factor = of(&self.came) * of(&self.left);
        if !timeline.raised.is_empty() {
            factor *= (-near(self.first, self.last)).exp();
        }
        if self.left.is_some() {
            let moves = timeline.calm_over(self.last, self.last + 1) + near(self.last, self.last + 1);
            factor *= 1.0 - (-moves).exp();
        }
        factor
    }

    /// Whether all states have the factor 1.
    pub(super) fn is_plain(&self, timeline: &Timeline) -> bool {
        let raised = timeline.raised.iter().any(|raised| raised.over(self.first, self.last) > 0.0);
        self.came.is_none() && self.left.is_none() && !raised
    }
}
