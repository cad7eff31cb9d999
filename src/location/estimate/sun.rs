//! What a sunrise or sunset on somebody's clock says of where they are.

use super::places::{Countries, Places};
use crate::location::borders::Country;
use crate::location::geo::Point;

/// Bins around the clock, a third of a minute each. A power of two, so that a day later is the same bin.
const BINS: usize = 4_096;
const BINS_A_MINUTE: f64 = BINS as f64 / 1_440.0;
/// Tenths of a degree from pole to pole, filled up to a power of two.
const LATITUDES: usize = 2_048;
/// Added to a number from 0 to 4 million, it leaves the nearest whole number in the last bits: a conversion that also
/// looks for what is out of range takes three times as long.
const TO_WHOLE: f32 = 8_388_608.0;

/// Clocks that phones in the region show besides the legal one, in minutes ahead of UTC, with how often. Our choice:
/// phones keep the time of home, of the boss or of the mast across the river.
const OTHER_CLOCKS: [(f64, f64); 6] =
    [(420.0, 0.11), (480.0, 0.11), (390.0, 0.04), (330.0, 0.01), (540.0, 0.005), (345.0, 0.005)];
/// How often a phone shows the legal time of where it is.
const LEGAL: f64 = 0.72;
/// How often a clock is as somebody says it is.
const TOLD: f64 = 0.85;

/// The legal times of the region, in minutes ahead of UTC.
const LEGAL_TIMES: [f64; 3] = [420.0, 390.0, 480.0];

/// Which of them holds in a country.
fn legal_time(country: Option<Country>) -> u8 {
    match country {
        Some(Country::MM) => 1,
        Some(Country::PH | Country::CN) => 2,
        _ => 0,
    }
}

/// The likelihood of a time of the sun, by latitude, longitude and country.
pub(super) struct SunTimes {
    /// Minutes from UTC midnight to noon at longitude 0.
    noon: f64,
    /// Half the day in minutes, negative for a sunrise; by latitude.
    half_day: Box<[f32; LATITUDES]>,
    told: f64,
    /// By legal time: density of (clock minus UTC of the event).
    clocks: [Box<[f32; BINS]>; LEGAL_TIMES.len()],
    /// Which of them holds, by number of the country.
    legal: [u8; 256],
}

/// Declination in radians and the equation of time in minutes (the Astronomical Almanac's low-precision formulae:
/// 0.01 degrees until 2050).
fn sun_on(day: f64) -> (f64, f64) {
    // At noon of the region, 05:00 UTC; counted from noon of 2000-01-01.
    let n = day + 5.0 / 24.0 - 10_957.5;
    let mean = (280.460 + 0.985_647_4 * n).rem_euclid(360.0);
    let anomaly = (357.528 + 0.985_600_3 * n).to_radians();
    let longitude = (mean + 1.915 * anomaly.sin() + 0.020 * (2.0 * anomaly).sin()).to_radians();
    let tilt = (23.439 - 4e-7 * n).to_radians();
    let ascension = (tilt.cos() * longitude.sin()).atan2(longitude.cos()).to_degrees();
    let ahead = (mean - ascension + 180.0).rem_euclid(360.0) - 180.0;
    ((tilt.sin() * longitude.sin()).asin(), 4.0 * ahead)
}

/// Half of the day in minutes, from the upper edge of the sun at the horizon with refraction.
fn half_day(lat: f64, declination: f64) -> f64 {
    let lat = lat.to_radians();
    let horizon = (-0.833_f64).to_radians().sin();
    let cosine = (horizon - lat.sin() * declination.sin()) / (lat.cos() * declination.cos()).max(1e-9);
    4.0 * cosine.clamp(-1.0, 1.0).acos().to_degrees()
}

/// How likely a time is told that is so many minutes late. A ridge hides the sun: seen early in the evening, late in
/// the morning, by up to an hour.
fn told_late(minutes: f64, sigma: f64, rises: bool) -> f64 {
    let hidden = if rises { minutes } else { -minutes };
    let near = (-(minutes / sigma).powi(2) / 2.0).exp() / (sigma * 2.507);
    let ridge = if hidden > 0.0 { (-hidden / 20.0).exp() } else { (hidden / 4.0).exp() } / 24.0;
    0.72 * near + 0.26 * ridge + 0.02 / 1_440.0
}

fn wrap(minutes: f64) -> f64 {
    (minutes + 720.0).rem_euclid(1_440.0) - 720.0
}

/// People round: who says a full hour means it to ten minutes or so.
fn sigma(told: f64) -> f64 {
    let multiple = |of: f64| (told / of - (told / of).round()).abs() < 1e-6;
    if multiple(30.0) {
        12.0
    } else if multiple(5.0) {
        7.0
    } else {
        5.0
    }
}

/// The density of (clock minus UTC of the event) where the legal time is so far ahead: clocks that may be meant,
/// each with how often, and `late` from [`told_late`] around each.
fn clock(legal: f64, offset: Option<f64>, late: &[f64]) -> Box<[f32; BINS]> {
    let trust = if offset.is_some() { TOLD } else { 0.0 };
    let others = [(legal, LEGAL)].into_iter().chain(OTHER_CLOCKS);
    let others = others.map(|(minutes, weight)| (minutes, weight * (1.0 - trust)));
    let mut sums = [0.0; BINS];
    for (minutes, weight) in others.chain(offset.map(|minutes| (minutes, trust))) {
        let shift = (minutes.rem_euclid(1_440.0) * BINS_A_MINUTE).round() as usize % BINS;
        let (wrapped, later) = sums.split_at_mut(shift);
        for (sum, late) in later.iter_mut().chain(wrapped).zip(late) {
            *sum += weight * late;
        }
    }
    let mut bins = Box::new([0.0; BINS]);
    for (bin, sum) in bins.iter_mut().zip(sums) {
        *bin = sum as f32;
    }
    bins
}

/// When the sun sets at a place, in minutes of UTC+7.
pub(super) fn sunset(day: f64, at: Point) -> f64 {
    let day = day.clamp(-200_000.0, 200_000.0);
    let (declination, ahead) = sun_on(day.floor());
    720.0 - ahead - 4.0 * at.lon + half_day(at.lat, declination) + 420.0
}

impl SunTimes {
    pub(super) fn new(countries: &Countries, rises: bool, day: f64, told: f64, offset: Option<f64>) -> Self {
        let (declination, ahead) = sun_on(day);
        let sign = if rises { -1.0 } else { 1.0 };
        let mut half = Box::new([0.0; LATITUDES]);
        for (tenth, value) in (0_u32..).zip(half.iter_mut()) {
            *value = (sign * half_day((f64::from(tenth) / 10.0 - 90.0).min(90.0), declination)) as f32;
        }
        let sigma = sigma(told);
        let late: Vec<f64> =
            (0..BINS).map(|bin| told_late(wrap(bin as f64 / BINS_A_MINUTE), sigma, rises)).collect();
        let mut legal = [0; 256];
        for (number, index) in (0..=u8::MAX).zip(&mut legal) {
            *index = legal_time(countries.get(number));
        }
        let clocks = LEGAL_TIMES.map(|minutes| clock(minutes, offset, &late));
        Self { noon: 720.0 - ahead, half_day: half, told, clocks, legal }
    }

    /// The likelihood at some of the places, in their order.
    pub(super) fn fill(&self, places: &Places, from: usize, out: &mut [f32]) {
        let columns = places.lat.iter().zip(&places.lon).zip(&places.country).skip(from);
        // Positive for any longitude.
        let ahead = (self.told - self.noon + 2.0 * 1_440.0) as f32;
        for (((lat, lon), country), out) in columns.zip(out) {
            let tenth = ((lat + 90.0) * 10.0 + TO_WHOLE).to_bits() as usize;
            let minutes = ahead + 4.0 * lon - self.half_day[tenth % LATITUDES];
            let bin = (minutes * BINS_A_MINUTE as f32 + TO_WHOLE).to_bits() as usize;
            let legal = usize::from(self.legal[usize::from(*country)]);
            *out = self.clocks[legal % LEGAL_TIMES.len()][bin % BINS];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64, country: u8) -> Places {
        let mut places = Places::default();
        places.push(Point { lat, lon }, country, 0);
        places
    }

    fn likelihood(sun: &SunTimes, places: &Places) -> f32 {
        let mut out = [0.0];
        sun.fill(places, 0, &mut out);
        out[0]
    }

    #[test]
    fn the_sun_sets_when_almanacs_say() {
        // Bangkok, 21 June 2024 (day 19,895): sunset 18:47 and sunrise 05:51, UTC+7.
        let (declination, ahead) = sun_on(19_895.0);
        let noon = 720.0 - ahead - 4.0 * 100.5 + 420.0;
        let half = half_day(13.75, declination);
        assert!((noon + half - (18.0 * 60.0 + 47.0)).abs() < 1.5, "{}", noon + half);
        assert!((noon - half - (5.0 * 60.0 + 51.0)).abs() < 1.5, "{}", noon - half);
    }

    #[test]
    fn a_sunset_prefers_where_it_sets_then_and_knows_other_clocks() {
        let mut countries = Countries::default();
        let thailand = countries.number(Some(Country::TH));
        let myanmar = countries.number(Some(Country::MM));
        let sun = SunTimes::new(&countries, false, 19_895.0, 18.0 * 60.0 + 47.0, None);
        let bangkok = likelihood(&sun, &at(13.75, 100.5, thailand));
        assert!(bangkok > 3.0 * likelihood(&sun, &at(15.0, 105.5, thailand)));
        // On a Thai clock it is the same in Myanmar; on the legal one there it would be 7.5 degrees away.
        let near = likelihood(&sun, &at(13.75, 100.5, myanmar));
        assert!(near < bangkok / 3.0 && near > bangkok / 20.0);
        // A ridge makes sunsets early: 20 minutes early is likelier than 20 minutes late.
        let early = SunTimes::new(&countries, false, 19_895.0, 18.0 * 60.0 + 27.0, None);
        let late = SunTimes::new(&countries, false, 19_895.0, 19.0 * 60.0 + 7.0, None);
        let place = at(13.75, 100.5, thailand);
        assert!(likelihood(&early, &place) > 2.0 * likelihood(&late, &place));
    }

    #[test]
    fn nothing_on_a_clock_breaks_it() {
        let countries = Countries::default();
        for (day, told, offset) in
            [(0.0, 0.0, None), (-7e5, 1_439.0, Some(-720.0)), (4e6, 720.0, Some(840.0))]
        {
            let sun = SunTimes::new(&countries, true, day, told, offset);
            for (lat, lon) in [(90.0, 180.0), (-90.0, -180.0), (0.0, 0.0)] {
                let value = likelihood(&sun, &at(lat, lon, 7));
                assert!(value.is_finite() && value > 0.0);
            }
        }
    }
}
