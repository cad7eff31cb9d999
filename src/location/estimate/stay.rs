//! One way in which it may have been: a person came to where they are in some gap between the clues, and left, if at
//! all, in another.

use super::timeline::{Spot, Timeline};

/// A value for each area, and beside it values for a few sites: those to which people were taken.
#[derive(Clone)]
pub(super) struct Reached {
    pub(super) areas: Vec<f32>,
    pub(super) sites: Vec<(usize, f32)>,
}

impl Reached {
    fn area(&self, area: usize) -> f64 {
        self.areas.get(area).map_or(0.0, |value| f64::from(*value))
    }

    fn site(&self, site: Option<usize>) -> f64 {
        let found = self.sites.iter().find(|(known, _)| Some(*known) == site);
        found.map_or(0.0, |(_, value)| f64::from(*value))
    }
}

/// A stay around the day asked for.
pub(super) struct Stay {
    /// The first and the last group of clues that fall into it.
    pub(super) first: usize,
    pub(super) last: usize,
    /// Logarithm of what all states share.
    pub(super) ln: f64,
    /// Relative to the prior: how likely they came there; what a site has of its own comes on top of its area. Nothing for
    /// who has been there from the start.
    pub(super) came: Option<Reached>,
    /// How likely what was heard after they left is: by area, for who goes anywhere, and for who was taken to a site.
    /// Nothing if they have not left.
    pub(super) left: Option<Reached>,
    /// By source: logarithm of the likelihood of what it says if it is about a decoy.
    pub(super) ln_decoys: Vec<f64>,
}

/// Values by area and site and the logarithm of their common factor; none where they are all 1.
pub(super) type Bound = Option<(Reached, f64)>;

/// Values by area and by site, with a logarithm of their own, added up; and the logarithm of what the sums share.
pub(super) fn summed(
    parts: &[(Vec<f64>, Vec<f64>, f64)],
    areas: usize,
    sites: usize,
) -> (Vec<f64>, Vec<f64>, f64) {
    let top = parts.iter().map(|(_, _, ln)| *ln).fold(f64::NEG_INFINITY, f64::max);
    let (mut by_area, mut by_site) = (vec![0.0; areas], vec![0.0; sites]);
    for (areas, sites, ln) in parts {
        let scale = (ln - top).exp();
        let all = by_area.iter_mut().zip(areas).chain(by_site.iter_mut().zip(sites));
        all.for_each(|(sum, part)| *sum += part * scale);
    }
    (by_area, by_site, top)
}

pub(super) fn scaled(areas: &[f64], sites: &[(usize, f64)], ln: f64) -> Bound {
    let all = areas.iter().copied().chain(sites.iter().map(|(_, value)| *value));
    let most = all.fold(1e-300, f64::max);
    let reached = Reached {
        areas: areas.iter().map(|value| (value / most) as f32).collect(),
        sites: sites.iter().map(|(site, value)| (*site, (value / most) as f32)).collect(),
    };
    Some((reached, ln + most.ln()))
}

impl Stay {
    /// From one group of clues to another, by what came before it and what after.
    pub(super) fn new(
        timeline: &Timeline,
        first: usize,
        last: usize,
        (start, end): (Bound, Bound),
        ln_decoys: Vec<f64>,
    ) -> Self {
        let ln = |bound: &Bound| bound.as_ref().map_or(0.0, |(_, ln)| *ln);
        Self {
            first,
            last,
            ln: ln(&start) + ln(&end) - timeline.calm_over(first, last),
            came: start.map(|(reached, _)| reached),
            left: end.map(|(reached, _)| reached),
            ln_decoys,
        }
    }

    /// What is particular to a state, beside its prior and the clues.
    pub(super) fn factor(&self, timeline: &Timeline, spot: Spot) -> f64 {
        let mut factor = self.came.as_ref().map_or(1.0, |came| came.area(spot.area) + came.site(spot.site));
        if !timeline.raised.is_empty() {
            let raised = timeline.raised.iter().map(|raised| {
                let over = raised.over(self.first, self.last);
                if over > 0.0 { over * raised.nearness(spot) } else { 0.0 }
            });
            factor *= (-raised.sum::<f64>()).exp();
        }
        if let Some(left) = &self.left {
            factor *= self.leaving(timeline, left, spot);
        }
        factor
    }

    /// The chance of a move in the gap after the stay, times the likelihood of what follows.
    fn leaving(&self, timeline: &Timeline, left: &Reached, spot: Spot) -> f64 {
        let mut anywhere = timeline.calm_over(self.last, self.last + 1);
        let (mut taken, mut follows) = (0.0, 0.0);
        for raised in &timeline.raised {
            let over = raised.over(self.last, self.last + 1);
            if over <= 0.0 {
                continue;
            }
            let moves = over * raised.nearness(spot);
            match raised.to {
                None => anywhere += moves,
                Some(site) => {
                    taken += moves;
                    follows += moves * left.site(Some(site));
                }
            }
        }
        let moves = anywhere + taken;
        let chance = 1.0 - (-moves).exp();
        if taken > 0.0 {
            // Which of two moves came first goes by how many of each are expected.
            chance * (anywhere * left.area(spot.area) + follows) / moves
        } else {
            chance * left.area(spot.area)
        }
    }

    /// Whether all states have the factor 1.
    pub(super) fn is_plain(&self, timeline: &Timeline) -> bool {
        let raised = timeline.raised.iter().any(|raised| raised.over(self.first, self.last) > 0.0);
        self.came.is_none() && self.left.is_none() && !raised
    }
}
