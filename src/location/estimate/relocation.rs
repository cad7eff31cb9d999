//! Where people are moved to: nearby more often than not, and where people are held.

use super::places::Direction;
use super::places::ground_m;
use crate::location::geo::Point;

/// Six in ten moves go by nearness, falling off with this distance; the others to anywhere.
const NEAR: f64 = 0.6;
const FALL_OFF_M: f64 = 100_000.0;

/// Moves between areas; the last area is everywhere else.
pub(super) struct Relocation {
    /// `exp(-d / fall-off)` of every pair, row by row.
    near: Vec<f32>,
    /// By area left: the prior of what is near, to share moves in proportion to it.
    near_prior: Vec<f64>,
    prior: Vec<f64>,
}

impl Relocation {
    pub(super) fn new(areas: &[Point], prior: Vec<f64>) -> Self {
        let count = prior.len();
        let middles: Vec<Direction> = areas.iter().map(|at| Direction::of(*at)).collect();
        let nearness = |from: usize, to: usize| match (middles.get(from), middles.get(to)) {
            (Some(a), Some(b)) => (-ground_m(f64::from(a.chord2(b.x, b.y, b.z))) / FALL_OFF_M).exp() as f32,
            _ if from == to => 1.0,
            _ => 0.0,
        };
        let near: Vec<f32> = (0..count)
            .flat_map(|from| (0..count).map(move |to| (from, to)))
            .map(|(a, b)| nearness(a, b))
            .collect();
        let near_prior = near
            .chunks(count.max(1))
            .map(|row| row.iter().zip(&prior).map(|(near, prior)| f64::from(*near) * prior).sum::<f64>())
            .collect();
        Self { near, near_prior, prior }
    }

    fn rows(&self) -> impl Iterator<Item = (&[f32], f64)> {
        self.near.chunks(self.prior.len().max(1)).zip(self.near_prior.iter().copied())
    }

    /// The density after a move, relative to the prior, given how much left each area.
    pub(super) fn arrive(&self, left: &[f64]) -> Vec<f64> {
        let anywhere = (1.0 - NEAR) * left.iter().sum::<f64>();
        let mut arrived = vec![anywhere; self.prior.len()];
        for ((row, near_prior), left) in self.rows().zip(left) {
            if *left <= 0.0 || near_prior <= 0.0 {
                continue;
            }
            let share = NEAR * left / near_prior;
            for (arrived, near) in arrived.iter_mut().zip(row) {
                *arrived += share * f64::from(*near);
            }
        }
        arrived
    }

    /// The likelihood of what comes after a move, by area left, given prior times likelihood by area reached.
    pub(super) fn leave(&self, reached: &[f64]) -> Vec<f64> {
        let anywhere = (1.0 - NEAR) * reached.iter().sum::<f64>();
        self.rows()
            .map(|(row, near_prior)| {
                let near: f64 =
                    row.iter().zip(reached).map(|(near, reached)| f64::from(*near) * reached).sum();
                anywhere + if near_prior > 0.0 { NEAR * near / near_prior } else { 0.0 }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_moved_arrives_somewhere_and_most_often_nearby() {
        let areas: Vec<Point> =
            (0..5).map(|step| Point { lat: 12.0 + f64::from(step), lon: 102.0 }).collect();
        let prior = vec![0.3, 0.1, 0.2, 0.2, 0.15, 0.05];
        let moves = Relocation::new(&areas, prior.clone());
        let arrived = moves.arrive(&[1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        let total: f64 = arrived.iter().zip(&prior).map(|(density, prior)| density * prior).sum();
        assert!((total - 1.0).abs() < 1e-6, "{total}");
        assert!(arrived[0] > 2.0 * arrived[4] && arrived[5] > 0.0);
        // Looking back is the transpose of looking on.
        let reached: Vec<f64> =
            prior.iter().enumerate().map(|(area, p)| if area == 4 { *p } else { 0.0 }).collect();
        assert!((moves.leave(&reached)[0] - arrived[4] * prior[4]).abs() < 1e-6);
    }
}
