//! Positions in links to maps. No link is ever followed.

use super::super::geo::Point;
use super::datum::{baidu_metres, to_wgs84};
use super::{DEGREE_M, Datum, Folded, Found, PHONE_M, Says, Via, plus_code, rounding_m};

mod coded;
mod numbers;
mod rules;
#[cfg(test)]
mod tests;
mod url;

use self::numbers::Written;
use self::url::Url;

/// Who runs a map or a place finder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vendor {
    /// Google Maps; WhatsApp, Signal and LINE write its links.
    Google,
    /// Apple Maps.
    Apple,
    /// OpenStreetMap.
    OpenStreetMap,
    /// Bing Maps.
    Bing,
    /// Waze.
    Waze,
    /// HERE.
    Here,
    /// Yandex Maps.
    Yandex,
    /// Amap, also called Gaode.
    Amap,
    /// Tencent Maps.
    Tencent,
    /// Baidu Maps.
    Baidu,
    /// 2GIS.
    TwoGis,
    /// Kakao Map.
    Kakao,
    /// OsmAnd.
    OsmAnd,
    /// Organic Maps and Maps.me.
    OrganicMaps,
    /// Wikimapia.
    Wikimapia,
    /// Grab: its links hold no position.
    Grab,
    /// what3words: its words hold no position without its table.
    What3Words,
    /// Foursquare, Zalo and others whose links hold no position; and `geo:` links, which are nobody's.
    Other,
}

impl Vendor {
    /// The name to show.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Google => "Google Maps",
            Self::Apple => "Apple Maps",
            Self::OpenStreetMap => "OpenStreetMap",
            Self::Bing => "Bing Maps",
            Self::Waze => "Waze",
            Self::Here => "HERE",
            Self::Yandex => "Yandex Maps",
            Self::Amap => "Amap",
            Self::Tencent => "Tencent Maps",
            Self::Baidu => "Baidu Maps",
            Self::TwoGis => "2GIS",
            Self::Kakao => "Kakao Map",
            Self::OsmAnd => "OsmAnd",
            Self::OrganicMaps => "Organic Maps",
            Self::Wikimapia => "Wikimapia",
            Self::Grab => "Grab",
            Self::What3Words => "what3words",
            Self::Other => "another map",
        }
    }

    /// The datum of its positions where a link says nothing else.
    const fn datum(self) -> Datum {
        match self {
            Self::Amap | Self::Tencent => Datum::Gcj02,
            Self::Baidu => Datum::Bd09,
            _ => Datum::Wgs84,
        }
    }
}

/// What a link holds, before its datum is known.
enum Holds {
    /// Two numbers.
    Numbers(Written, Via),
    /// Metres of Baidu's projection.
    BaiduMetres(f64, f64, Via),
    /// A plus code.
    Code(super::PlusCode),
}

/// A link within links within links is as far as one looks: search engines and networks wrap what they pass on.
const DEPTH: usize = 3;

/// The map links of a text, and where all its links stand.
pub fn find(text: &Folded, in_china: &dyn Fn(Point) -> bool) -> (Vec<Found>, Vec<(usize, usize)>) {
    let urls = url::find(text);
    let found = urls.iter().filter_map(|(start, end)| {
        let written = text.string(*start, *end);
        let (vendor, says, via) = read(&written, in_china, DEPTH)?;
        Some(Found { start: *start, end: *end, says, via, vendor: Some(vendor) })
    });
    (found.collect(), urls.clone())
}

/// Whose link it is, and what it says.
fn read(written: &str, in_china: &dyn Fn(Point) -> bool, depth: usize) -> Option<(Vendor, Says, Via)> {
    let url = Url::parse(written)?;
    if let Some(inner) = wrapped(&url)
        && depth > 0
        && let Some(read) = read(inner, in_china, depth - 1)
    {
        return Some(read);
    }
    let vendor = rules::vendor(&url)?;
    let datum = rules::datum_of(&url).unwrap_or(vendor.datum());
    let hidden = (vendor, Says::Hidden, Via::Pin);
    Some(match rules::holds(vendor, &url) {
        Some(Holds::Code(code)) => (vendor, plus_code::says(code), Via::PlusCode),
        Some(Holds::Numbers(written, via)) => {
            let accuracy = accuracy_m(&written, via);
            written.point.map_or(hidden, |point| {
                (vendor, Says::Position(to_wgs84(point, accuracy, datum, in_china)), via)
            })
        }
        Some(Holds::BaiduMetres(east, north, via)) => baidu_metres(east, north).map_or(hidden, |point| {
            let position = to_wgs84(point, PHONE_M, Datum::Bd09, in_china);
            (vendor, Says::Position(position), via)
        }),
        None => hidden,
    })
}

/// A link that another link carries.
fn wrapped(url: &Url) -> Option<&str> {
    let carriers = ["link", "u", "url", "q", "continue", "target", "deep_link_value", "to"];
    let values = carriers.iter().filter_map(|name| url.parameter(name));
    values.into_iter().find(|value| value.starts_with("http://") || value.starts_with("https://"))
}

/// What a pin leaves out by its digits, or what a screen shows of the world.
fn accuracy_m(written: &Written, via: Via) -> f64 {
    let digits = rounding_m(written.step);
    let screen = match via {
        Via::Viewport => written.screen_m.unwrap_or(1_000.0),
        _ => 0.0,
    };
    digits.max(screen)
}

/// Half of what a phone shows of the world at a zoom level, in metres.
fn screen_m(zoom: f64, lat: f64) -> f64 {
    // The world is 256 pixels wide at zoom 0, a phone about 400.
    let pixel = 360.0 * DEGREE_M / 256.0 / 2_f64.powf(zoom.clamp(0.0, 22.0));
    200.0 * pixel * lat.to_radians().cos().abs()
}
