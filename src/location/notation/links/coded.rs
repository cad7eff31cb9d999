//! Links that write a position in letters.

use super::super::super::geo::Point;
use super::numbers::{Written, with_zoom};
use super::url::Url;

/// `osm.org/go/...`: three bits of each angle to a letter, longitude first.
pub fn openstreetmap(url: &Url) -> Option<Written> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_~";
    let code = url.path.strip_prefix("go/")?.split(['/', '?']).next()?;
    // An at sign is how the tilde was written first.
    let code = code.replace('@', "~");
    let letters = code.trim_end_matches('-');
    let (mut x, mut y, mut bits) = (0_u64, 0_u64, 0_u32);
    for letter in letters.chars().take(10) {
        let value = LETTERS.find(letter)?;
        for bit in (0..3).rev() {
            x = x << 1 | u64::from(value >> (bit * 2 + 1) & 1 == 1);
            y = y << 1 | u64::from(value >> (bit * 2) & 1 == 1);
        }
        bits += 3;
    }
    let zoom = f64::from(bits) - 8.0 - (code.len() - letters.len()) as f64;
    written(y, x, bits, bits).map(|found| with_zoom(found, zoom))
}

/// The public geohash, as Waze writes it: five bits to a letter, by turns for longitude and latitude.
pub fn geohash(code: &str) -> Option<Written> {
    const LETTERS: &str = "0123456789bcdefghjkmnpqrstuvwxyz";
    if !(5..=12).contains(&code.len()) {
        return None;
    }
    let (mut angles, mut bits, mut turn) = ([0_u64; 2], [0_u32; 2], 0);
    for letter in code.chars() {
        let value = LETTERS.find(letter.to_ascii_lowercase())?;
        for bit in (0..5).rev() {
            let (angle, count) = (angles.get_mut(turn)?, bits.get_mut(turn)?);
            *angle = *angle << 1 | u64::from(value >> bit & 1 == 1);
            *count += 1;
            turn = 1 - turn;
        }
    }
    let ([lon, lat], [lon_bits, lat_bits]) = (angles, bits);
    written(lat, lon, lat_bits, lon_bits)
}

/// The middle of the cell that so many bits leave.
fn written(lat: u64, lon: u64, lat_bits: u32, lon_bits: u32) -> Option<Written> {
    let part =
        |value: u64, bits: u32, whole: f64| (value as f64 + 0.5) * whole / 2_f64.powi(bits.cast_signed());
    let point = Point::new(part(lat, lat_bits, 180.0) - 90.0, part(lon, lon_bits, 360.0) - 180.0)?;
    let step = 360.0 / 2_f64.powi(lon_bits.cast_signed());
    (lat_bits >= 12).then_some(Written { point: Some(point), step, screen_m: None })
}
