//! Placeholders for dates and times of the sun, so that the same words are true on any day.

/// Replaces the placeholders of a text.
///
/// `<date>` becomes the day as `2025-11-03`; `<sunset LAT LON OFFSET>` and `<sunrise LAT LON OFFSET>` become
/// the local time of that event there and then, as `18:07`, on a clock that many minutes ahead of UTC. A
/// message is filled with the day it was sent; a clue and its quote with the same day as their message.
pub fn fill(text: &str, year: i16, month: i8, day: i8) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        filled.push_str(&rest[..start]);
        rest = &rest[start..];
        let found = rest.find('>').and_then(|end| Some((replacement(&rest[1..end], year, month, day)?, end)));
        match found {
            Some((value, end)) => {
                filled.push_str(&value);
                rest = &rest[end + 1..];
            }
            None => {
                filled.push('<');
                rest = &rest[1..];
            }
        }
    }
    filled.push_str(rest);
    filled
}

fn replacement(placeholder: &str, year: i16, month: i8, day: i8) -> Option<String> {
    if placeholder == "date" {
        return Some(format!("{year:04}-{month:02}-{day:02}"));
    }
    let mut words = placeholder.split(' ');
    let side = match words.next()? {
        "sunset" => 1.0,
        "sunrise" => -1.0,
        _ => return None,
    };
    let lat: f64 = words.next()?.parse().ok()?;
    let lon: f64 = words.next()?.parse().ok()?;
    let offset: f64 = words.next()?.parse().ok()?;
    let minutes = sun_utc_minutes(side, lat, lon, day_of_year(year, month, day)) + offset;
    let minutes = minutes.round().rem_euclid(1440.0) as u32;
    Some(format!("{:02}:{:02}", minutes / 60, minutes % 60))
}

fn day_of_year(year: i16, month: i8, day: i8) -> f64 {
    const BEFORE: [u16; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let index = usize::try_from(month - 1).unwrap_or(0).min(11);
    f64::from(BEFORE[index]) + f64::from(day) + if leap && month > 2 { 1.0 } else { 0.0 }
}

/// Sunset (`side` 1) or sunrise (`side` -1) in minutes of the UTC day, to about two minutes: the short series
/// of the NOAA solar calculator. Kept apart from the location engine so that the demo does not test it
/// against itself.
fn sun_utc_minutes(side: f64, lat: f64, lon: f64, day_of_year: f64) -> f64 {
    let year_angle = std::f64::consts::TAU / 365.0 * (day_of_year - 0.5);
    let (sin1, cos1) = year_angle.sin_cos();
    let (sin2, cos2) = (2.0 * year_angle).sin_cos();
    let (sin3, cos3) = (3.0 * year_angle).sin_cos();
    let equation_of_time =
        229.18 * (0.000_075 + 0.001_868 * cos1 - 0.032_077 * sin1 - 0.014_615 * cos2 - 0.040_849 * sin2);
    let declination = 0.006_918 - 0.399_912 * cos1 + 0.070_257 * sin1 - 0.006_758 * cos2 + 0.000_907 * sin2
        - 0.002_697 * cos3
        + 0.001_48 * sin3;
    let lat = lat.to_radians();
    let cos_hour_angle =
        90.833_f64.to_radians().cos() / (lat.cos() * declination.cos()) - lat.tan() * declination.tan();
    let hour_angle = cos_hour_angle.clamp(-1.0, 1.0).acos().to_degrees();
    720.0 - 4.0 * (lon - side * hour_angle) - equation_of_time
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn the_sun_sets_when_the_almanac_says() {
        // Bangkok, to two minutes: 18:28 at the March equinox, 17:55 at the December solstice.
        for (month, day, from, to) in [(3, 20, "18:26", "18:30"), (12, 21, "17:53", "17:58")] {
            let sunset = fill("<sunset 13.75 100.50 420>", 2025, month, day);
            assert!((from..=to).contains(&sunset.as_str()), "{sunset}");
        }
        assert_eq!(fill("a < b, <date>", 2025, 3, 20), "a < b, 2025-03-20");
    }
}
