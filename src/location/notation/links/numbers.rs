//! The numbers in a piece of a link.

use super::super::super::geo::Point;
use super::screen_m;

/// In which order two numbers stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Latitude first.
    LatLon,
    /// Longitude first.
    LonLat,
}

/// Two numbers as they were written.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    /// The point that they say, if they are in their ranges.
    pub point: Option<Point>,
    /// What the last digit of the rougher one counts, in degrees.
    pub step: f64,
    /// Half of what the screen shows, in metres, if the link says how far it was zoomed.
    pub screen_m: Option<f64>,
}

/// The numbers at the beginning of a text, with one of the usual separators between them.
pub fn pair(text: &str, order: Order) -> Option<Written> {
    let text = text.trim().trim_start_matches("loc:").trim_start_matches("ll.").trim_start_matches("coord:");
    let (first, rest) = number(text.trim_start_matches(['(', '[', ' ']))?;
    let separated = rest.trim_start_matches([',', ';', '~', '_', ' ', '/', '|']);
    if separated.len() == rest.len() {
        return None;
    }
    written(first, number(separated)?.0, order)
}

/// Two numbers that stand apart.
pub fn both(lat: &str, lon: &str) -> Option<Written> {
    written(number(lat.trim())?.0, number(lon.trim())?.0, Order::LatLon)
}

fn written(first: (f64, usize), second: (f64, usize), order: Order) -> Option<Written> {
    let (lat, lon) = match order {
        Order::LatLon => (first, second),
        Order::LonLat => (second, first),
    };
    // Somebody who makes a link by hand may confuse the order; where only one fits the earth there is no doubt.
    let point = Point::new(lat.0, lon.0).or_else(|| Point::new(lon.0, lat.0))?;
    let nowhere = point.lat == 0.0 && point.lon == 0.0;
    let decimals = i32::try_from(lat.1.min(lon.1)).ok()?;
    (!nowhere).then_some(Written { point: Some(point), step: 10_f64.powi(-decimals), screen_m: None })
}

/// `map=zoom/lat/lon` and its kin.
pub fn zoomed(zoom: &str, lat: &str, lon: &str) -> Option<Written> {
    let (zoom, _) = number(zoom.trim())?.0;
    both(lat, lon).map(|written| with_zoom(written, zoom))
}

/// The same with the screen that a zoom level shows.
pub fn with_zoom(written: Written, zoom: f64) -> Written {
    let screen_m = written.point.map(|point| screen_m(zoom, point.lat));
    Written { screen_m, ..written }
}

/// A decimal number at the beginning of a text, its digits after the point, and what follows.
pub fn number(text: &str) -> Option<((f64, usize), &str)> {
    let sign = usize::from(text.starts_with(['-', '+']));
    let digits =
        |from: usize| text.get(from..).map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    let whole = digits(sign);
    let point = sign + whole;
    let decimals =
        if text.get(point..).is_some_and(|rest| rest.starts_with('.')) { digits(point + 1) } else { 0 };
    let end = if decimals > 0 { point + 1 + decimals } else { point };
    let (number, rest) = text.split_at_checked(end)?;
    if whole == 0 || whole > 9 {
        return None;
    }
    number.parse().ok().map(|value| ((value, decimals), rest))
}
