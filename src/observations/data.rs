//! What an observation says, by kind.
//!
//! Pure, as [`crate::clues::data`]: an [`ObservationData`] that exists is one that can be reckoned with.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::ObjectBuilder;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::db::types::Id;
use crate::error::Result;
use crate::http::number::{Amount, Capacity};
use crate::http::patch::Patch;
use crate::http::text::Line;
use crate::sites::model::{Activity, Verification};

crate::kinds! {
    /// What kind of thing was seen.
    pub enum ObservationKind;
    /// What was seen. Its JSON is that of the kind alone; the kind stands beside it.
    pub enum ObservationData {
        /// Whether there was light at night.
        Lights = "lights" => LightsData,
        /// Buildings.
        Buildings = "buildings" => BuildingsData,
        /// The way in.
        AccessRoad = "access_road" => AccessRoadData,
        /// Guards.
        Guards = "guards" => GuardsData,
        /// People, beside guards.
        PeopleSeen = "people_seen" => PeopleSeenData,
        /// Where its power comes from.
        Power = "power" => PowerData,
        /// Vehicles.
        Vehicles = "vehicles" => VehiclesData,
        /// Dishes for the internet by satellite.
        Dishes = "dishes" => DishesData,
        /// It was raided.
        Raid = "raid" => RaidData,
        /// Its people were taken or sent away.
        Evacuated = "evacuated" => EvacuatedData,
        /// Its people were taken to another known site.
        MovedTo = "moved_to" => MovedToData,
        /// What somebody judges of the site from all they know.
        Assessment = "assessment" => AssessmentData,
    }
}

/// How many: a number, or one between two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// At least so many.
    pub low: Amount,
    /// At most so many.
    pub high: Amount,
}

impl Count {
    /// Whether there was anything at all.
    pub const fn is_some(self) -> bool {
        self.low.get() > 0
    }

    /// Whether there was certainly nothing.
    pub const fn is_none(self) -> bool {
        self.high.get() == 0
    }

    /// The number in the middle.
    pub fn middle(self) -> f64 {
        f64::midpoint(f64::from(self.low.get()), f64::from(self.high.get()))
    }
}

/// A count that is no single number.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Between {
    low: Amount,
    high: Amount,
}

impl Serialize for Count {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { low, high } = *self;
        if low == high { low.serialize(serializer) } else { Between { low, high }.serialize(serializer) }
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Count;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number, or an object with `low` and `high`")
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Count, E> {
                let exactly = Amount::new(i32::try_from(number).unwrap_or(i32::MAX)).map_err(E::custom)?;
                Ok(Count { low: exactly, high: exactly })
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Count, E> {
                // What is negative is as far out of range as what is too large.
                self.visit_u64(u64::try_from(number).unwrap_or(u64::MAX))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Count, A::Error> {
                let Between { low, high } = Between::deserialize(MapAccessDeserializer::new(map))?;
                if low > high {
                    return Err(de::Error::custom("`low` must not be above `high`"));
                }
                Ok(Count { low, high })
            }
        }
        deserializer.deserialize_any(Read)
    }
}

impl PartialSchema for Count {
    fn schema() -> RefOr<Schema> {
        let between = ObjectBuilder::new()
            .property("low", Amount::schema())
            .required("low")
            .property("high", Amount::schema())
            .required("high");
        utoipa::openapi::schema::OneOfBuilder::new()
            .description(Some("How many: a number, or one from `low` to `high`."))
            .item(Amount::schema())
            .item(between)
            .into()
    }
}

impl ToSchema for Count {}

crate::words! {
    /// How much light there was.
    pub enum LightState {
        /// As where people live and work.
        On = "on",
        /// In some buildings.
        Partly = "partly",
        /// None.
        Off = "off",
    }
}

/// Light at night.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LightsData {
    /// How much of it.
    pub state: LightState,
}

crate::words! {
    /// In which state buildings were.
    pub enum BuildingState {
        /// Fit to be used.
        Intact = "intact",
        /// Being built.
        UnderConstruction = "under_construction",
        /// Damaged.
        Damaged = "damaged",
        /// Torn down.
        Demolished = "demolished",
    }
}

/// Buildings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BuildingsData {
    /// How many.
    pub count: Count,
    /// In which state most of them were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<BuildingState>,
}

crate::words! {
    /// Whether a road could be used.
    pub enum RoadState {
        /// By anybody.
        Open = "open",
        /// Past somebody who looks at who comes.
        Checkpoint = "checkpoint",
        /// By nobody: it is closed.
        Blocked = "blocked",
        /// By nobody: mud, water, damage.
        Impassable = "impassable",
    }
}

/// The way in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessRoadData {
    /// Whether it could be used.
    pub state: RoadState,
}

/// Guards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GuardsData {
    /// How many.
    pub count: Count,
    /// Whether with firearms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub armed: Option<bool>,
}

/// People, beside guards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PeopleSeenData {
    /// How many.
    pub count: Count,
    /// Whether they were plainly kept from leaving.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under_guard: Option<bool>,
}

crate::words! {
    /// Where power came from.
    pub enum PowerState {
        /// There was power, from the grid or from where nobody knows.
        On = "on",
        /// From generators.
        Generator = "generator",
        /// There was none.
        Off = "off",
    }
}

/// Power.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PowerData {
    /// Where it came from.
    pub state: PowerState,
}

/// Vehicles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VehiclesData {
    /// How many.
    pub count: Count,
    /// What kind of vehicles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<Line<200>>,
}

/// Dishes for the internet by satellite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DishesData {
    /// How many.
    pub count: Count,
}

/// A raid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RaidData {
    /// Whose forces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Line<200>>,
    /// How many people came free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freed: Option<Count>,
    /// Whether those who run the site knew of it before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tipped_off: Option<bool>,
}

/// An evacuation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvacuatedData {
    /// How many people stayed behind; none if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people_left: Option<Count>,
    /// Whether those who run the site had been warned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tipped_off: Option<bool>,
}

/// A move to another known site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MovedToData {
    /// To which site.
    pub site_id: Id,
    /// How many people; all of them if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<Count>,
}

/// A judgement. One of the three at least.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "AssessmentWire")]
pub struct AssessmentData {
    /// What is believed of the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
    /// What is going on there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity: Option<Activity>,
    /// How many people it may hold; null for a number that holds no longer.
    #[serde(skip_serializing_if = "Patch::is_leave")]
    #[schema(value_type = Option<Capacity>)]
    pub capacity: Patch<Capacity>,
}

impl AssessmentData {
    /// Whether it judges anything.
    pub fn says_something(&self) -> bool {
        self.verification.is_some() || self.activity.is_some() || !self.capacity.is_leave()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AssessmentWire {
    #[serde(default)]
    verification: Option<Verification>,
    #[serde(default)]
    activity: Option<Activity>,
    #[serde(default)]
    capacity: Patch<Capacity>,
}

impl TryFrom<AssessmentWire> for AssessmentData {
    type Error = &'static str;

    fn try_from(wire: AssessmentWire) -> Result<Self, Self::Error> {
        let AssessmentWire { verification, activity, capacity } = wire;
        let data = Self { verification, activity, capacity };
        if data.says_something() {
            Ok(data)
        } else {
            Err("must have `verification`, `activity` or `capacity`")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_count_is_a_number_or_two_in_order_and_comes_back_as_it_was() {
        for (kind, data) in [
            (ObservationKind::PeopleSeen, json!({"count": 120, "under_guard": true})),
            (ObservationKind::Guards, json!({"count": {"low": 2, "high": 6}, "armed": false})),
            (ObservationKind::Evacuated, json!({})),
            (ObservationKind::Assessment, json!({"capacity": null})),
            (ObservationKind::Assessment, json!({"activity": "dormant", "capacity": 0})),
        ] {
            let read = ObservationData::parse(kind, data.clone()).unwrap();
            assert_eq!(serde_json::to_value(&read).unwrap(), data);
        }
        for (data, pointer) in [
            (json!({"count": {"low": 6, "high": 2}}), "/data/count"),
            (json!({"count": {"low": 6}}), "/data/count"),
            (json!({"count": -1}), "/data/count"),
            (json!({"count": 1.5}), "/data/count"),
            (json!({"count": [1, 2]}), "/data/count"),
            (json!({"count": 1_000_001}), "/data/count"),
            (json!({"counts": 1}), "/data/counts"),
            (json!([7]), "/data"),
        ] {
            let error = ObservationData::parse(ObservationKind::Guards, data.clone()).unwrap_err();
            assert_eq!(error.fields()[0].pointer, pointer, "{data}");
        }
        assert!(ObservationData::parse(ObservationKind::Assessment, json!({})).is_err(), "judges nothing");
    }
}
