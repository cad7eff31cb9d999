//! Which vendor a link belongs to, and where its links keep a position.

use super::super::{Datum, PlusCode, Via};
use super::numbers::{Order, Written, both, number, pair, with_zoom, zoomed};
use super::url::Url;
use super::{Holds, Vendor, coded};

/// Hosts, and those below them, by vendor.
const HOSTS: &[(&str, Vendor)] = &[
    ("maps.app.goo.gl", Vendor::Google),
    ("plus.codes", Vendor::Google),
    ("maps.apple.com", Vendor::Apple),
    ("maps.apple", Vendor::Apple),
    ("openstreetmap.org", Vendor::OpenStreetMap),
    ("osm.org", Vendor::OpenStreetMap),
    ("waze.com", Vendor::Waze),
    ("waze.to", Vendor::Waze),
    ("here.com", Vendor::Here),
    ("her.is", Vendor::Here),
    ("amap.com", Vendor::Amap),
    ("gaode.com", Vendor::Amap),
    ("autonavi.com", Vendor::Amap),
    ("map.qq.com", Vendor::Tencent),
    ("map.baidu.com", Vendor::Baidu),
    ("map.kakao.com", Vendor::Kakao),
    ("kko.to", Vendor::Kakao),
    ("osmand.net", Vendor::OsmAnd),
    ("omaps.app", Vendor::OrganicMaps),
    ("ge0.me", Vendor::OrganicMaps),
    ("maps.me", Vendor::OrganicMaps),
    ("wikimapia.org", Vendor::Wikimapia),
    ("grab.com", Vendor::Grab),
    ("grb.to", Vendor::Grab),
    ("w3w.co", Vendor::What3Words),
    ("what3words.com", Vendor::What3Words),
    ("foursquare.com", Vendor::Other),
];

/// Schemes of apps by vendor.
const SCHEMES: &[(&str, Vendor)] = &[
    ("geo", Vendor::Other),
    ("google.navigation", Vendor::Google),
    ("comgooglemaps", Vendor::Google),
    ("maps", Vendor::Apple),
    ("waze", Vendor::Waze),
    ("yandexmaps", Vendor::Yandex),
    ("androidamap", Vendor::Amap),
    ("iosamap", Vendor::Amap),
    ("amapuri", Vendor::Amap),
    ("qqmap", Vendor::Tencent),
    ("baidumap", Vendor::Baidu),
    ("bdapp", Vendor::Baidu),
];

/// Whose link it is.
pub fn vendor(url: &Url) -> Option<Vendor> {
    let by_scheme = SCHEMES.iter().find(|known| known.0 == url.scheme);
    let by_host = || HOSTS.iter().find(|known| url.is_at(known.0));
    let known = by_scheme.or_else(by_host).map(|known| known.1);
    known.or_else(|| by_path(url))
}

/// Vendors with a host in every country, on which they run more than a map.
fn by_path(url: &Url) -> Option<Vendor> {
    let first = url.pieces().next().unwrap_or_default();
    let is_map = first == "maps" || url.host.starts_with("maps.") || url.host.starts_with("ditu.");
    let has = |name: &str| url.host.split('.').any(|part| part == name);
    if has("google") && (is_map || url.host.starts_with("earth.")) || url.host == "goo.gl" && is_map {
        return Some(Vendor::Google);
    }
    match url.host.as_str() {
        "g.co" if is_map => Some(Vendor::Google),
        "bing.com" if is_map => Some(Vendor::Bing),
        "binged.it" => Some(Vendor::Bing),
        "2gis.com" | "2gis.ru" | "go.2gis.com" => Some(Vendor::TwoGis),
        "" if url.scheme.is_empty() => is_three_words(url).then_some(Vendor::What3Words),
        _ if has("yandex") && is_map => Some(Vendor::Yandex),
        host if url.scheme.is_empty() && !host.contains('/') => {
            is_three_words(url).then_some(Vendor::What3Words)
        }
        _ => None,
    }
}

/// `filled.count.soap`: what is left of three slashes and three words looks like a host without a path.
fn is_three_words(url: &Url) -> bool {
    url.path.is_empty()
        && url.host.split('.').filter(|word| word.chars().all(char::is_alphabetic)).count() == 3
}

/// The datum that a link of a Chinese map names.
pub fn datum_of(url: &Url) -> Option<Datum> {
    let google_in_china = url.host.ends_with("google.cn") && url.host != "earth.google.cn";
    if google_in_china {
        return Some(Datum::Gcj02);
    }
    let named = ["coord_type", "coordinate", "coordtype"].iter().find_map(|name| url.parameter(name));
    match named.map(str::to_ascii_lowercase).as_deref() {
        Some("wgs84" | "wgs84ll" | "gps") => Some(Datum::Wgs84),
        Some("gcj02" | "gcj02ll" | "gaode") => Some(Datum::Gcj02),
        Some("bd09" | "bd09ll") => Some(Datum::Bd09),
        // Amap's apps are told to shift what is not shifted yet.
        _ if url.scheme.contains("amap") && url.parameter("dev") == Some("1") => Some(Datum::Wgs84),
        _ => None,
    }
}

/// The position in a link, with the parameters of its vendor, pins before screens.
pub fn holds(vendor: Vendor, url: &Url) -> Option<Holds> {
    match vendor {
        Vendor::Google => google(url),
        Vendor::Apple => pins(url, &["ll", "coordinate", "q", "daddr", "address", "sll"], Order::LatLon)
            .or_else(|| screens(url, &["center"], Order::LatLon)),
        Vendor::OpenStreetMap => openstreetmap(url),
        Vendor::Bing => bing(url),
        Vendor::Waze => waze(url),
        Vendor::Here => here(url),
        Vendor::Yandex => pins(url, &["pt", "whatshere[point]", "poi[point]"], Order::LonLat)
            .or_else(|| pins(url, &["text", "rtext"], Order::LatLon))
            .or_else(|| screens(url, &["ll"], Order::LonLat)),
        Vendor::Amap => amap(url),
        Vendor::Tencent => tencent(url),
        Vendor::Baidu => baidu(url),
        Vendor::TwoGis => in_path(url, Order::LonLat).map(pin),
        Vendor::Kakao => in_path(url, Order::LatLon).map(pin),
        Vendor::OsmAnd => pins(url, &["pin"], Order::LatLon).or_else(|| named(url, "lat", "lon", Via::Pin)),
        Vendor::OrganicMaps => pins(url, &["ll"], Order::LatLon),
        Vendor::Wikimapia => wikimapia(url),
        Vendor::Grab | Vendor::What3Words => None,
        Vendor::Other => geo(url),
    }
}

fn pin(written: Written) -> Holds {
    Holds::Numbers(written, Via::Pin)
}

fn screen(written: Written) -> Holds {
    Holds::Numbers(written, Via::Viewport)
}

/// The first of the parameters that holds two numbers.
fn pins(url: &Url, names: &[&str], order: Order) -> Option<Holds> {
    names.iter().find_map(|name| pair(url.parameter(name)?, order)).map(pin)
}

fn screens(url: &Url, names: &[&str], order: Order) -> Option<Holds> {
    let written = names.iter().find_map(|name| pair(url.parameter(name)?, order))?;
    let zoom = ["z", "zoom", "lvl"].iter().find_map(|name| number(url.parameter(name)?));
    Some(screen(zoom.map_or(written, |((zoom, _), _)| with_zoom(written, zoom))))
}

fn named(url: &Url, lat: &str, lon: &str, via: Via) -> Option<Holds> {
    both(url.parameter(lat)?, url.parameter(lon)?).map(|written| Holds::Numbers(written, via))
}

/// Two numbers in one piece of the path, or in a part of it behind a comma.
fn in_path(url: &Url, order: Order) -> Option<Written> {
    url.pieces().find_map(|piece| {
        let after_name = || piece.split_once(',').and_then(|(_, rest)| pair(rest, order));
        pair(piece, order).or_else(after_name)
    })
}

fn geo(url: &Url) -> Option<Holds> {
    // `geo:0,0?q=` puts the point into the query.
    pins(url, &["q"], Order::LatLon).or_else(|| pair(&url.host, Order::LatLon).map(pin))
}

fn google(url: &Url) -> Option<Holds> {
    if url.scheme == "google.navigation" {
        let place = url.host.strip_prefix("q=").unwrap_or(&url.host);
        return pair(place, Order::LatLon).map(pin);
    }
    let names = ["q", "query", "destination", "daddr", "ll", "cbll", "sll", "markers"];
    google_data(url)
        .or_else(|| pins(url, &names, Order::LatLon))
        .or_else(|| google_place(url))
        .or_else(|| google_code(url))
        .or_else(|| google_screen(url))
        .or_else(|| screens(url, &["center", "viewpoint", "near"], Order::LatLon))
}

/// `!3d` and `!4d` in the data part are the pin, the last ones of several; `!2d` and `!3d` in what is embedded.
fn google_data(url: &Url) -> Option<Holds> {
    let embedded = url.parameter("pb");
    let data = embedded.unwrap_or(&url.path);
    let value = |mark: &str| data.rsplit('!').find_map(|part| part.strip_prefix(mark));
    let lon = value(if embedded.is_some() { "2d" } else { "4d" })?;
    both(value("3d")?, lon).map(pin)
}

/// Pieces of the path behind `place`, `search` or `dir`: decimal degrees, or the signs for minutes and seconds.
fn google_place(url: &Url) -> Option<Holds> {
    let mut pieces: Vec<&str> = url.pieces().take_while(|piece| !piece.starts_with('@')).collect();
    // The last one is where a route ends.
    pieces.reverse();
    let written = pieces.iter().find_map(|piece| {
        let piece = piece.replace('+', " ");
        pair(&piece, Order::LatLon).or_else(|| in_degrees(&piece))
    });
    written.map(pin)
}

/// `16°41'24.0"N 98°31'12.0"E`, read as in a text.
fn in_degrees(piece: &str) -> Option<Written> {
    let text = super::super::Folded::new(piece);
    let taken = super::super::Taken(vec![false; text.len()]);
    let found = super::super::degrees::find(&text, &taken);
    let position = found.first()?.position()?;
    let step = position.accuracy_m * 2.0 / super::super::DEGREE_M;
    Some(Written { point: Some(position.point), step, screen_m: None })
}

/// A plus code as a path, a place or a query: `MG52+2X Myawaddy`.
fn google_code(url: &Url) -> Option<Holds> {
    let queries = ["q", "query", "daddr", "destination"].iter().filter_map(|name| url.parameter(name));
    let mut words = url.pieces().chain(queries).flat_map(|piece| piece.split([' ', ',']));
    words.find_map(|word| {
        // In a path a second plus stands for a space, and in a query the one of the code may have become one.
        let signs = word.char_indices().filter(|(_, c)| *c == '+').nth(1).map_or(word.len(), |(at, _)| at);
        PlusCode::parse(word.get(..signs)?).filter(|_| word.len() >= 7).map(Holds::Code)
    })
}

/// `@lat,lon,17z` is a screen; with `3a,75y` somebody stood there; `1500m` is a height, from which one sees as far.
fn google_screen(url: &Url) -> Option<Holds> {
    let piece = url.pieces().find_map(|piece| piece.strip_prefix('@'))?;
    let written = pair(piece, Order::LatLon)?;
    let mut views = piece.split(',').skip(2);
    let view = views.next().unwrap_or_default();
    let scale = number(view).map(|((value, _), rest)| (value, rest));
    Some(match scale {
        Some((zoom, "z")) => screen(with_zoom(written, zoom)),
        Some((height, "m")) => screen(Written { screen_m: Some(height / 2.0), ..written }),
        Some((_, "a")) if views.any(|view| view.ends_with('t')) && !url.host.starts_with("earth.") => {
            pin(written)
        }
        Some((height, "a")) if url.host.starts_with("earth.") => {
            screen(Written { screen_m: Some(height.max(1_000.0)), ..written })
        }
        _ => screen(written),
    })
}

fn openstreetmap(url: &Url) -> Option<Holds> {
    named(url, "mlat", "mlon", Via::Pin)
        .or_else(|| coded::openstreetmap(url).map(screen))
        .or_else(|| {
            let map = url.fragment.split('&').find_map(|part| part.strip_prefix("map="))?;
            let mut parts = map.split('/');
            zoomed(parts.next()?, parts.next()?, parts.next()?).map(screen)
        })
        .or_else(|| pins(url, &["query"], Order::LatLon))
        .or_else(|| named(url, "lat", "lon", Via::Viewport))
}

fn bing(url: &Url) -> Option<Holds> {
    let point = url.parameter("sp").and_then(|value| value.strip_prefix("point."));
    point
        .and_then(|value| pair(value, Order::LatLon))
        .map(pin)
        .or_else(|| pins(url, &["where1", "q", "rtp"], Order::LatLon))
        .or_else(|| screens(url, &["cp"], Order::LatLon))
}

fn waze(url: &Url) -> Option<Holds> {
    let latlng = url.parameter("latlng").and_then(|value| pair(value, Order::LatLon));
    pins(url, &["ll", "to"], Order::LatLon)
        .or_else(|| latlng.map(pin))
        .or_else(|| url.pieces().find_map(|piece| coded::geohash(piece.strip_prefix('h')?)).map(pin))
}

fn here(url: &Url) -> Option<Holds> {
    let shown = url.parameter("map").and_then(|value| {
        let mut parts = value.split(',');
        let (lat, lon) = (parts.next()?, parts.next()?);
        zoomed(parts.next().unwrap_or("15"), lat, lon)
    });
    in_path(url, Order::LatLon).map(pin).or_else(|| shown.map(screen))
}

fn amap(url: &Url) -> Option<Holds> {
    // A place of theirs stands before the numbers: `B0FFG,16.69,98.51,name`.
    let place = || {
        let (_, rest) = url.parameter("p")?.split_once(',')?;
        pair(rest, Order::LatLon)
    };
    pins(url, &["position", "dest", "to", "center", "lnglat"], Order::LonLat)
        .or_else(|| pins(url, &["q"], Order::LatLon))
        .or_else(|| place().map(pin))
        .or_else(|| named(url, "lat", "lng", Via::Pin))
        .or_else(|| named(url, "lat", "lon", Via::Pin))
        .or_else(|| named(url, "dlat", "dlon", Via::Pin))
}

fn tencent(url: &Url) -> Option<Holds> {
    pins(url, &["marker", "coord", "tocoord", "center", "location"], Order::LatLon)
        .or_else(|| named(url, "pointy", "pointx", Via::Pin))
        .or_else(|| named(url, "lat", "lng", Via::Pin))
}

fn baidu(url: &Url) -> Option<Holds> {
    // Numbers of millions are metres of Baidu's own projection.
    let metres = |text: &str| {
        let (east, rest) = number(text)?;
        let (north, _) = number(rest.trim_start_matches([',', '%', ' ']))?;
        (east.0.abs() > 1_000.0).then_some((east.0, north.0))
    };
    pins(url, &["location", "latlng", "destination", "center"], Order::LatLon).or_else(|| {
        let piece = url.pieces().find_map(|piece| piece.strip_prefix('@'));
        let (east, north) = piece.or_else(|| url.parameter("c")).and_then(metres)?;
        Some(Holds::BaiduMetres(east, north, Via::Viewport))
    })
}

fn wikimapia(url: &Url) -> Option<Holds> {
    let value = |name: &str| url.fragment.split('&').find_map(|part| part.strip_prefix(name));
    zoomed(value("z=").unwrap_or("15"), value("lat=")?, value("lon=")?).map(screen)
}
