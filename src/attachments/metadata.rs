//! Where and when a photo or a video was made, as far as it says so itself.
//!
//! Only position and time are taken, and what is needed to show a working copy upright. A file that says nonsense
//! says nothing: nothing here can fail an upload.

use std::io::{Read, Seek};

use nom_exif::{
    EntryValue, Exif, ExifTag, GPSInfo, IfdIndex, IfdKind, MediaKind, MediaParser, MediaSource, TrackInfo,
    TrackInfoTag, URational,
};

use crate::db::types::Time;

/// Bytes that may be fetched to find the metadata of one file.
pub const BUDGET: u64 = 32 * 1024 * 1024;

/// What a file says of itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Metadata {
    /// Where it was made.
    pub position: Option<Position>,
    /// When it was made.
    pub taken: Option<Taken>,
    /// What made it.
    pub camera: Option<String>,
    /// How a picture must be turned to stand upright: EXIF's 2 to 8.
    pub orientation: Option<u16>,
}

/// WGS-84 degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// North is positive.
    pub lat: f64,
    /// East is positive.
    pub lon: f64,
    /// How far off it may be, in metres, where the device says.
    pub accuracy_m: Option<f64>,
}

/// When it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// The moment is known: the clock said its zone, or it was that of the satellites.
    At(Time),
    /// What the camera's clock showed, in a zone that nobody knows.
    Local(String),
}

/// Reads what `source` says.
pub fn read<R: Read + Seek>(source: R) -> Metadata {
    let Ok(source) = MediaSource::seekable(source) else { return Metadata::default() };
    let mut parser = MediaParser::new();
    match source.kind() {
        MediaKind::Image => parser.parse_exif(source).map(|found| picture(&Exif::from(found))),
        MediaKind::Track => parser.parse_track(source).map(|found| track(&found)),
    }
    .unwrap_or_default()
}

fn picture(exif: &Exif) -> Metadata {
    let gps = |code| exif.get_by_code_in(IfdIndex::MAIN, IfdKind::Gps, code);
    let degrees = |value: Option<&EntryValue>| {
        let parts = value?.as_urational_slice()?;
        let part = |n: usize| parts.get(n).map_or(Some(0.0), URational::to_f64);
        if parts.is_empty() { None } else { Some(part(0)? + part(1)? / 60.0 + part(2)? / 3_600.0) }
    };
    let signed = |value: Option<f64>, side: Option<&EntryValue>, plus: char, minus: char| {
        let (value, side) = (value?, side.and_then(letter)?);
        if side == plus { Some(value) } else { Some(-value).filter(|_| side == minus) }
    };
    let accuracy = gps(0x1f).and_then(EntryValue::as_urational).and_then(|value| value.to_f64());
    Metadata {
        position: position(
            signed(degrees(gps(2)), gps(1), 'N', 'S'),
            signed(degrees(gps(4)), gps(3), 'E', 'W'),
            accuracy,
        ),
        taken: taken(exif.get(ExifTag::DateTimeOriginal))
            .into_iter()
            .chain(satellites(gps(0x1d), gps(7)))
            .min_by_key(|taken| matches!(taken, Taken::Local(_))),
        camera: camera(exif.get(ExifTag::Make), exif.get(ExifTag::Model)),
        orientation: exif
            .get(ExifTag::Orientation)
            .and_then(EntryValue::as_u16)
            .filter(|turn| (2..=8).contains(turn)),
    }
}

fn track(info: &TrackInfo) -> Metadata {
    let gps = info.gps_info();
    Metadata {
        position: position(
            gps.and_then(GPSInfo::latitude_decimal),
            gps.and_then(GPSInfo::longitude_decimal),
            None,
        ),
        taken: taken(info.get(TrackInfoTag::CreateDate)),
        camera: camera(info.get(TrackInfoTag::Make), info.get(TrackInfoTag::Model)),
        orientation: None,
    }
}

fn letter(value: &EntryValue) -> Option<char> {
    value.as_str()?.trim_matches(['\0', ' ']).chars().next().map(|letter| letter.to_ascii_uppercase())
}

/// A place on Earth that a device can have meant: "no fix" is often written as zero and zero.
fn position(lat: Option<f64>, lon: Option<f64>, accuracy_m: Option<f64>) -> Option<Position> {
    let (lat, lon) = (lat?, lon?);
    let there = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon) && (lat, lon) != (0.0, 0.0);
    let accuracy_m = accuracy_m.filter(|metres| (0.001..=1_000_000.0).contains(metres));
    there.then_some(Position { lat, lon, accuracy_m })
}

fn taken(value: Option<&EntryValue>) -> Option<Taken> {
    let said = value?.as_datetime()?;
    match said.aware() {
        Some(moment) => plausible(Time::from_micros(moment.timestamp_micros())),
        None => Some(Taken::Local(said.into_naive().to_string().chars().take(19).collect())),
    }
}

/// `GPSDateStamp` and `GPSTimeStamp`, which are UTC by the standard.
fn satellites(date: Option<&EntryValue>, time: Option<&EntryValue>) -> Option<Taken> {
    let date = date?.as_str()?.trim_matches(['\0', ' ']).replace(':', "-");
    let date: jiff::civil::Date = date.parse().ok()?;
    let parts: Option<Vec<f64>> = time?.as_urational_slice()?.iter().map(URational::to_f64).collect();
    let [hours, minutes, seconds] = parts?.try_into().ok()?;
    let seconds = hours * 3_600.0 + minutes * 60.0 + seconds;
    if !(0.0..86_401.0).contains(&seconds) {
        return None;
    }
    let midnight: Time = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().into();
    // Checked above: within a day.
    plausible(midnight.plus_seconds(seconds as i64))
}

/// A clock that was never set begins in 1904, 1970 or 1980.
fn plausible(moment: Time) -> Option<Taken> {
    const YEAR_1990: i64 = 631_152_000;
    (moment.as_seconds() > YEAR_1990).then_some(Taken::At(moment))
}

fn camera(make: Option<&EntryValue>, model: Option<&EntryValue>) -> Option<String> {
    let words: Vec<&str> = [make, model].into_iter().flatten().filter_map(EntryValue::as_str).collect();
    let camera: String = words.join(" ").chars().filter(|c| !c.is_control()).take(100).collect();
    (!camera.trim().is_empty()).then(|| camera.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn only_places_on_earth_are_positions(lat in any::<f64>(), lon in any::<f64>(), accuracy in any::<f64>()) {
            if let Some(found) = position(Some(lat), Some(lon), Some(accuracy)) {
                prop_assert!(found.lat.abs() <= 90.0 && found.lon.abs() <= 180.0);
                prop_assert!(found.accuracy_m.is_none_or(|metres| metres > 0.0 && metres <= 1_000_000.0));
            }
        }

        #[test]
        fn any_bytes_can_be_read(
            start in prop::sample::select(vec![
                &b"\xff\xd8\xff\xe1\x00\x40Exif\0\0II*\0\x08\0\0\0"[..], b"\x89PNG\r\n\x1a\n", b"RIFF\x40\0\0\0WEBP",
                b"\0\0\0\x18ftypheic\0\0\0\0heicmif1", b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", b"II*\0", b"",
            ]),
            rest in proptest::collection::vec(any::<u8>(), 0..600),
        ) {
            read(Cursor::new([start, &rest].concat()));
        }
    }

    #[test]
    fn zero_and_zero_is_no_place_and_half_a_place_is_none() {
        assert_eq!(position(Some(0.0), Some(0.0), None), None);
        assert_eq!(position(Some(f64::NAN), Some(1.0), None), None);
        assert_eq!(position(None, Some(1.0), None), None);
        assert!(position(Some(0.0), Some(98.5), None).is_some(), "the equator is one");
    }
}
