//! Numbers that have been checked: what a field accepts is its type.
//!
//! Fractions are kept to nine decimals, a tenth of a millimetre of a degree. So they come back from JSON exactly
//! as they went in, and a value that is sealed and opened again is the same value.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Nothing above this may be declared: beyond it a double does not hold nine decimals.
const LARGEST: f64 = 1_000_000.0;

fn nine_decimals(value: f64) -> f64 {
    // Adding zero turns minus zero into zero.
    (value * 1e9).round() / 1e9 + 0.0
}

/// The parts that whole numbers and fractions share.
macro_rules! checked {
    ($name:ident, $inner:ty) => {
        impl $name {
            /// The checked number.
            pub const fn get(self) -> $inner {
                self.0
            }
        }

        impl fmt::Debug for $name {
            /// Without the number: a body that is logged by mistake must not tell a place.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <$inner>::deserialize(deserializer)
                    .and_then(|value| Self::new(value).map_err(de::Error::custom))
            }
        }

        impl ToSchema for $name {}
    };
}

macro_rules! fraction {
    ($(#[$meta:meta])* $name:ident, $min:literal..=$max:literal) => {
        fraction!(@declare [$(#[$meta])*] $name, $min, $max, $min..=$max, "to", maximum);
    };
    ($(#[$meta:meta])* $name:ident, $min:literal..$max:literal) => {
        fraction!(@declare [$(#[$meta])*] $name, $min, $max, $min..$max, "to less than", exclusive_maximum);
    };
    (@declare [$(#[$meta:meta])*] $name:ident, $min:literal, $max:literal, $range:expr, $to:literal, $maximum:ident) => {
        const _: () = assert!($max <= LARGEST && $min >= -LARGEST);

        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, PartialOrd, Serialize)]
        #[serde(transparent)]
        pub struct $name(f64);

        impl $name {
            /// Checks `value`, and rounds it to nine decimals.
            ///
            /// # Errors
            /// What would have been accepted.
            pub fn new(value: f64) -> Result<Self, String> {
                let value = nine_decimals(value);
                if ($range).contains(&value) {
                    Ok(Self(value))
                } else {
                    Err(format!("must be a number from {} {} {}", $min, $to, $max))
                }
            }
        }

        checked!($name, f64);

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let number = ObjectBuilder::new().schema_type(SchemaType::Type(Type::Number));
                number.minimum(Some($min)).$maximum(Some($max)).into()
            }
        }
    };
}

macro_rules! whole {
    ($(#[$meta:meta])* $name:ident($inner:ty), $min:literal..=$max:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name($inner);

        impl $name {
            /// Checks `value`.
            ///
            /// # Errors
            /// What would have been accepted.
            pub fn new(value: $inner) -> Result<Self, String> {
                const RANGE: std::ops::RangeInclusive<$inner> = $min..=$max;
                if RANGE.contains(&value) {
                    Ok(Self(value))
                } else {
                    Err(format!("must be a whole number from {} to {}", RANGE.start(), RANGE.end()))
                }
            }
        }

        checked!($name, $inner);

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let number = ObjectBuilder::new().schema_type(SchemaType::Type(Type::Integer));
                let (min, max): ($inner, $inner) = ($min, $max);
                number.minimum(Some(min)).maximum(Some(max)).into()
            }
        }
    };
}

fraction! {
    /// Degrees north of the equator, WGS-84.
    Latitude, -90.0..=90.0
}

fraction! {
    /// Degrees east of Greenwich, WGS-84.
    Longitude, -180.0..=180.0
}

fraction! {
    /// How far off a position may be, in metres: up to a thousand kilometres.
    Accuracy, 0.001..=1_000_000.0
}

fraction! {
    /// How far off a site's position may be, or how large it is, in metres: up to a hundred kilometres.
    SiteMetres, 0.001..=100_000.0
}

fraction! {
    /// A distance in kilometres: up to half around the Earth.
    Kilometres, 0.001..=20_050.0
}

fraction! {
    /// A length of time in hours: up to sixty days.
    Hours, 0.001..=1_440.0
}

fraction! {
    /// A direction in degrees clockwise from north.
    Bearing, 0.0..360.0
}

fraction! {
    /// How far off a direction may be, in degrees.
    BearingSigma, 0.001..=180.0
}

fraction! {
    /// A probability.
    Probability, 0.0..=1.0
}

fraction! {
    /// How much something counts among others; only the proportions matter.
    Weight, 0.0..=1_000_000.0
}

whole! {
    /// Minutes ahead of UTC, from -12:00 to +14:00.
    UtcOffset(i32), -720..=840
}

whole! {
    /// A mobile country code, E.212.
    Mcc(i32), 200..=799
}

whole! {
    /// A mobile network code, E.212.
    Mnc(i32), 0..=999
}

whole! {
    /// A location area (2G, 3G) or tracking area (4G: 16 bits, 5G: 24 bits).
    Lac(i64), 0..=16_777_215
}

whole! {
    /// A cell identity: up to the 36 bits of 5G.
    Cid(i64), 0..=68_719_476_735
}

whole! {
    /// The Admiralty grade of information: 1 confirmed, 2 probably true, 3 possibly true, 4 doubtful, 5 improbable,
    /// 6 cannot be judged.
    Credibility(i32), 1..=6
}

whole! {
    /// Hours between two signs of life: an hour to a year.
    IntervalHours(i32), 1..=8760
}

whole! {
    /// Hours of grace: none to a year.
    GraceHours(i32), 0..=8760
}

whole! {
    /// Minutes between two check-ins of a team: five minutes to a day.
    CheckInMinutes(i32), 5..=1440
}

whole! {
    /// Minutes of grace for a check-in: none to four hours.
    CheckInGrace(i32), 0..=240
}

whole! {
    /// How many people a site may hold.
    Capacity(i32), 0..=1_000_000
}

whole! {
    /// How many of something were seen: people, buildings, guards.
    Amount(i32), 0..=1_000_000
}

whole! {
    /// A place in a text, counted in Unicode scalar values.
    TextOffset(i32), 0..=1_000_000
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_fraction_comes_back_from_json_as_it_is(value in -90.0_f64..=90.0) {
            let latitude = Latitude::new(value).unwrap();
            prop_assert!((latitude.get() - value).abs() <= 1e-9);
            let text = serde_json::to_string(&latitude).unwrap();
            prop_assert_eq!(serde_json::from_str::<Latitude>(&text).unwrap(), latitude);
            let large = Weight::new((value + 90.0) * 5_555.0).unwrap();
            let text = serde_json::to_string(&large).unwrap();
            prop_assert_eq!(serde_json::from_str::<Weight>(&text).unwrap(), large);
        }

        #[test]
        fn what_is_accepted_lies_in_the_range(value in any::<f64>()) {
            if let Ok(bearing) = Bearing::new(value) {
                prop_assert!((0.0..360.0).contains(&bearing.get()));
            }
            if let Ok(km) = Kilometres::new(value) {
                prop_assert!(km.get() > 0.0 && km.get() <= 20_050.0);
            }
        }
    }

    #[test]
    fn no_number_is_no_latitude() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 90.000_001] {
            assert!(Latitude::new(value).is_err());
        }
    }

    #[test]
    fn a_full_turn_is_not_reached_by_rounding() {
        assert!(Bearing::new(359.999_999_999_9).is_err());
    }
}
