//! Whatever JSON comes: it is refused, or it is a statement that stays what it is.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{ClueData, ClueKind};

const WHERE: [f64; 3] = [0.0, -0.000_000_001, 16.690_123_456_789];

fn again(kind: ClueKind, data: &ClueData) -> ClueData {
    let text = serde_json::to_string(data).unwrap();
    ClueData::parse(kind, serde_json::from_str(&text).unwrap()).unwrap()
}

/// Any JSON, with the words and numbers that the shapes know in it more often than chance would put them there.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-200.0..400.0).prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        proptest::sample::select(vec![
            "MM",
            "in",
            "near",
            "road",
            "sunset",
            "18:07",
            "24:00",
            "2026-04-06",
            "pin"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((any_field(), inner), 0..7)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn any_field() -> impl Strategy<Value = String> {
    let known = [
        "lat",
        "lon",
        "accuracy_m",
        "datum",
        "via",
        "name",
        "relation",
        "candidates",
        "kind",
        "country",
        "weight",
        "site_id",
        "from",
        "km",
        "sigma_km",
        "hours",
        "mode",
        "border_crossed",
        "event",
        "date",
        "local_time",
        "utc_offset_minutes",
        "within_km",
        "degrees",
        "sigma_degrees",
        "mcc",
        "mnc",
        "lac",
        "cid",
        "radius_km",
        "polygon",
        "type",
        "coordinates",
        "probability_of_detection",
    ];
    prop_oneof![9 => proptest::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,8}"]
}

fn latitude() -> impl Strategy<Value = f64> {
    prop_oneof![-90.0..=90.0, proptest::sample::select(WHERE.to_vec())]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[^\\pC\\pZ]{1,20}", Just("妙瓦底".to_owned())]
}

fn from() -> impl Strategy<Value = Value> {
    prop_oneof![
        (latitude(), -180.0..=180.0).prop_map(|(lat, lon)| json!({"lat": lat, "lon": lon})),
        name().prop_map(|name| json!({"name": name})),
    ]
}

/// A field that may be missing, and an object with some of them.
fn maybe<T: Into<Value> + std::fmt::Debug>(
    name: &'static str,
    value: impl Strategy<Value = T>,
) -> impl Strategy<Value = Option<(&'static str, Value)>> {
    proptest::option::of(value.prop_map(move |value| (name, value.into())))
}

fn with(mut object: Value, optional: impl IntoIterator<Item = Option<(&'static str, Value)>>) -> Value {
    for (name, value) in optional.into_iter().flatten() {
        object[name] = value;
    }
    object
}

/// Data that the contract allows, of every kind.
fn allowed() -> impl Strategy<Value = (ClueKind, Value)> {
    let position = || (latitude(), -180.0..=180.0);
    let km = || 0.001..=20_050.0;
    let words = |words: &[&'static str]| proptest::sample::select(words.to_vec());
    let candidate = (name(), position(), 0.001..=1_000_000.0).prop_map(|(name, (lat, lon), weight)| {
        json!({"name": name, "lat": lat, "lon": lon, "kind": "town", "country": "MM", "weight": weight})
    });
    let site = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}"
        .prop_map(|id| json!({"site_id": id}));
    prop_oneof![
        (
            position(),
            maybe("accuracy_m", 0.001..=1_000_000.0),
            maybe("datum", words(&["wgs84", "gcj02", "bd09", "unknown"])),
            maybe("via", words(&["pin", "viewport", "exif", "plus_code", "mgrs", "text"])),
        )
            .prop_map(|((lat, lon), accuracy, datum, via)| {
                (ClueKind::Point, with(json!({"lat": lat, "lon": lon}), [accuracy, datum, via]))
            }),
        (
            name(),
            words(&["in", "near", "opposite"]),
            maybe("candidates", proptest::collection::vec(candidate, 0..5)),
        )
            .prop_map(|(name, relation, candidates)| {
                (ClueKind::Place, with(json!({"name": name, "relation": relation}), [candidates]))
            }),
        site.clone().prop_map(|site| (ClueKind::Site, site)),
        (from(), km(), maybe("sigma_km", km())).prop_map(|(from, km, sigma)| {
            (ClueKind::DistanceFrom, with(json!({"from": from, "km": km}), [sigma]))
        }),
        (
            from(),
            0.001..=1_440.0,
            words(&["road", "boat", "foot", "unknown"]),
            maybe("border_crossed", any::<bool>()),
        )
            .prop_map(|(from, hours, mode, crossed)| {
                (ClueKind::TravelTime, with(json!({"from": from, "hours": hours, "mode": mode}), [crossed]))
            }),
        (words(&["sunrise", "sunset"]), 0_u8..24, 0_u8..60, maybe("utc_offset_minutes", -720..=840),)
            .prop_map(|(event, hour, minute, offset)| {
                let time = format!("{hour:02}:{minute:02}");
                let sun = json!({"event": event, "date": "2026-02-28", "local_time": time});
                (ClueKind::Sun, with(sun, [offset]))
            }),
        ("[A-Z]{2}", maybe("within_km", km()))
            .prop_map(|(country, within)| (ClueKind::Border, with(json!({"country": country}), [within]))),
        "[A-Z]{2}".prop_map(|country| (ClueKind::Country, json!({"country": country}))),
        (from(), 0.0..359.9, maybe("sigma_degrees", 0.001..=180.0)).prop_map(|(from, degrees, sigma)| {
            (ClueKind::Bearing, with(json!({"from": from, "degrees": degrees}), [sigma]))
        }),
        (position(), km(), maybe("name", name())).prop_map(|((lat, lon), km, name)| {
            (ClueKind::Landmark, with(json!({"lat": lat, "lon": lon, "within_km": km}), [name]))
        }),
        (
            200..=799,
            maybe("mnc", 0..=999),
            maybe("lac", 0..=16_777_215),
            maybe("cid", 0..=68_719_476_735_i64),
        )
            .prop_map(|(mcc, mnc, lac, cid)| (ClueKind::Cell, with(json!({"mcc": mcc}), [mnc, lac, cid]))),
        (position(), km(), 0.0..=1.0).prop_map(|((lat, lon), km, p)| {
            (
                ClueKind::Absence,
                json!({"lat": lat, "lon": lon, "radius_km": km, "probability_of_detection": p}),
            )
        }),
        (-80.0..=80.0, -170.0..=170.0, 0.001..=0.2, 0.0..=1.0).prop_map(|(lat, lon, size, p)| {
            let ring = json!([[lon, lat], [lon + size, lat], [lon, lat + size], [lon, lat]]);
            let polygon = json!({"type": "Polygon", "coordinates": [ring]});
            (ClueKind::Absence, json!({"polygon": polygon, "probability_of_detection": p}))
        }),
        (site, 0.0..=1.0).prop_map(|(site, p)| {
            (ClueKind::Absence, with(site, [Some(("probability_of_detection", Value::from(p)))]))
        }),
    ]
}

proptest! {
    #[test]
    fn no_json_of_any_kind_panics_and_what_is_accepted_stays(
        kind in proptest::sample::select(ClueKind::ALL),
        value in any_json(),
    ) {
        if let Ok(data) = ClueData::parse(kind, value) {
            prop_assert_eq!(data.kind(), kind);
            prop_assert_eq!(again(kind, &data), data);
        }
    }

    #[test]
    fn all_that_the_contract_allows_is_accepted_and_stays((kind, value) in allowed()) {
        let data = ClueData::parse(kind, value.clone());
        prop_assert!(data.is_ok(), "{} {}", kind, value);
        let data = data.unwrap();
        prop_assert_eq!(data.kind(), kind);
        prop_assert_eq!(again(kind, &data), data.clone());
        // The same fields come out as went in.
        let out = serde_json::to_value(&data).unwrap();
        let (sent, shown) = (value.as_object().unwrap(), out.as_object().unwrap());
        prop_assert_eq!(sent.keys().collect::<Vec<_>>(), shown.keys().collect::<Vec<_>>());
    }

    #[test]
    fn a_field_too_many_is_refused((kind, value) in allowed()) {
        let one_more = with(value, [Some(("altitude", Value::from(1)))]);
        prop_assert!(ClueData::parse(kind, one_more).is_err());
    }
}
