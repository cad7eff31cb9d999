//! How likely a statement is at a distance from the place that it names.

use super::places::ground_m;

/// A function of the distance alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kernel {
    /// A position that is off by so much, with the tails of Student's t with 4 degrees of freedom: pins are either
    /// good or far off. Per square kilometre.
    Around {
        /// The squared scale along each axis.
        scale2_m2: f64,
    },
    /// Within a radius, with a soft edge. Per square kilometre.
    Within {
        /// The radius.
        radius_m: f64,
    },
    /// At a distance, with tails as above. Per kilometre.
    Ring {
        /// The distance.
        m: f64,
        /// How far off it may be.
        sigma_m: f64,
    },
    /// So long a way. Per unit of the logarithm of time.
    Way {
        /// How long, in hours.
        hours: f64,
        /// Speed along a straight line, in metres an hour.
        speed: f64,
        /// Of the logarithm.
        sigma: f64,
    },
    /// Not found by a search of a circle; a probability.
    Missed {
        /// The radius.
        radius_m: f64,
        /// How probably they would have been found within.
        detection: f64,
    },
}

/// What is below this part of a thousandth of the mean over the region is nothing: the floor for wrong clues is
/// many times higher.
const NOTHING_PER_KM2: f64 = 2e-10;

/// Times are told in half hours at best, and a way has stops.
const SHORTEST_WAY_H: f64 = 0.15;

impl Kernel {
    /// The value at a distance, for a place whose own area has this variance.
    pub(super) fn value(&self, metres: f64, spread_m2: f64) -> f64 {
        match *self {
            Self::Around { scale2_m2 } => {
                let variance = (scale2_m2 + spread_m2).max(1.0);
                let tail = 1.0 + metres * metres / (4.0 * variance);
                1e6 / (std::f64::consts::TAU * variance * tail.powi(3))
            }
            Self::Within { radius_m } => {
                let radius2 = (radius_m * radius_m + 2.0 * spread_m2).max(1.0);
                // 1.209 is the integral of the soft edge over that of a hard one.
                1e6 / (1.209 * std::f64::consts::PI * radius2 * (1.0 + (metres * metres / radius2).powi(3)))
            }
            Self::Ring { m, sigma_m } => {
                let sigma = (sigma_m * sigma_m + spread_m2).max(1.0).sqrt();
                let off = (metres - m) / sigma;
                375.0 / (sigma * (1.0 + off * off / 4.0).powf(2.5))
            }
            Self::Way { hours, speed, sigma } => {
                let expected = SHORTEST_WAY_H + metres / speed;
                let off = (hours / expected).ln() / sigma;
                (-off * off / 2.0).exp() / (sigma * 2.507) + 1e-4
            }
            Self::Missed { radius_m, detection } => {
                let radius2 = (radius_m * radius_m).max(1.0);
                // Of a cell that is larger than the circle only a part was searched.
                let whole = radius2 + 2.0 * spread_m2;
                let searched = radius2 / whole / (1.0 + (metres * metres / whole).powi(4));
                1.0 - detection * searched
            }
        }
    }

    /// One value for all between two distances, if they lie so far from the peak that it makes no difference.
    pub(super) fn level(&self, near_m: f64, far_m: f64) -> Option<f32> {
        let peak = match *self {
            Self::Ring { m, .. } => m,
            Self::Way { hours, speed, .. } => (hours - SHORTEST_WAY_H).max(0.0) * speed,
            _ => return None,
        };
        if near_m <= peak && peak <= far_m {
            return None;
        }
        let (a, b) = (self.value(near_m, 0.0), self.value(far_m, 0.0));
        (a.max(b) < 2e-3 * self.value(peak, 0.0)).then(|| f64::midpoint(a, b) as f32)
    }

    /// Beyond this it is nothing.
    pub(super) fn reach_m(&self, spread_m2: f64) -> f64 {
        let far = |square_km2: f64, factor: f64| {
            (factor * square_km2 * square_km2 / NOTHING_PER_KM2).powf(1.0 / 6.0) * 1_000.0
        };
        match *self {
            Self::Around { scale2_m2 } => far((scale2_m2 + spread_m2) / 1e6, 10.2),
            Self::Within { radius_m } => far((radius_m * radius_m + 2.0 * spread_m2) / 1e6, 0.27),
            Self::Missed { radius_m, .. } => 4.0 * (radius_m * radius_m + 2.0 * spread_m2).sqrt(),
            Self::Ring { .. } | Self::Way { .. } => f64::INFINITY,
        }
    }
}

/// Bins for each doubling of a squared distance: 0.4% of the distance.
const MANTISSA_BITS: u32 = 7;
/// The exponent of the square of 25 m in earth radii: nearer is no nearer.
const NEAREST: u32 = (127 - 36) << MANTISSA_BITS;
/// More than the other side of the earth needs, and a power of two: what is beyond wraps around, unchecked.
const BINS: usize = 8_192;

/// A kernel looked up by the bits of a squared distance: they grow with its logarithm.
pub(super) struct Table(Box<[f32; BINS]>);

impl Table {
    pub(super) fn new(kernel: &Kernel, spread_m2: f64, weight: f64) -> Self {
        let mut bins = Box::new([0.0; BINS]);
        let half = 1 << (22 - MANTISSA_BITS);
        for (bin, value) in (NEAREST..).zip(bins.iter_mut()) {
            let chord2 = f64::from(f32::from_bits((bin << (23 - MANTISSA_BITS)) + half));
            // Two radii lead to the other side.
            if chord2 > 4.1 {
                break;
            }
            *value = (weight * kernel.value(ground_m(chord2), spread_m2)) as f32;
        }
        Self(bins)
    }

    pub(super) fn at(&self, chord2: f32) -> f32 {
        let bin = (chord2.to_bits() >> (23 - MANTISSA_BITS)).saturating_sub(NEAREST) as usize;
        self.0[bin % BINS]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_table_tells_what_its_kernel_tells() {
        let kernels = [
            Kernel::Around { scale2_m2: 3e5 },
            Kernel::Within { radius_m: 3_000.0 },
            Kernel::Ring { m: 40_000.0, sigma_m: 8_000.0 },
            Kernel::Way { hours: 2.0, speed: 33_000.0, sigma: 0.4 },
            Kernel::Missed { radius_m: 4_000.0, detection: 0.9 },
        ];
        for kernel in kernels {
            let table = Table::new(&kernel, 4e5, 2.0);
            for metres in [90.0, 700.0, 3_000.0, 38_000.0, 250_000.0] {
                let chord = metres / crate::location::geo::EARTH_RADIUS_M;
                let (told, true_value) =
                    (f64::from(table.at((chord * chord) as f32)), 2.0 * kernel.value(metres, 4e5));
                assert!((told / true_value - 1.0).abs() < 0.05, "{kernel:?} {metres}: {told} {true_value}");
            }
        }
    }

    #[test]
    fn densities_sum_to_one() {
        for kernel in [Kernel::Around { scale2_m2: 1e6 }, Kernel::Within { radius_m: 2_000.0 }] {
            let rings = (0..2_000_000)
                .map(|step| f64::from(step) * 0.1 + 0.05)
                .map(|radius| kernel.value(radius, 0.0) / 1e6 * std::f64::consts::TAU * radius * 0.1);
            let sum: f64 = rings.sum();
            assert!((sum - 1.0).abs() < 0.01, "{sum}");
        }
    }

    #[test]
    fn what_is_out_of_reach_is_nothing() {
        for kernel in [Kernel::Around { scale2_m2: 2.5e7 }, Kernel::Within { radius_m: 5_000.0 }] {
            let reach = kernel.reach_m(4e5);
            assert!(kernel.value(reach, 4e5) < 1.5 * NOTHING_PER_KM2, "{kernel:?}");
            assert!(kernel.value(reach / 2.0, 4e5) > NOTHING_PER_KM2, "{kernel:?}");
        }
    }

    proptest! {
        #[test]
        fn no_distance_breaks_a_kernel(bits in any::<u32>(), metres in 0.0..3e7_f64, hours in 1e-3..2e3_f64) {
            let way = Kernel::Way { hours, speed: 33_000.0, sigma: 0.4 };
            prop_assert!(way.value(metres, 4e5).is_finite());
            let table = Table::new(&Kernel::Around { scale2_m2: 0.0 }, 0.0, 1.0);
            prop_assert!(table.at(f32::from_bits(bits)).is_finite());
        }
    }
}
