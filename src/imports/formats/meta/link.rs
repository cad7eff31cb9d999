//! Places in the links that are shared: Meta sends a position as a link to somebody's map.

use super::super::shape::Place;

/// Where a link to a map points; none for a link to anything else.
pub(super) fn place(link: &str) -> Option<Place> {
    let mut link = link.trim().to_owned();
    // A link that leaves Facebook goes through a page that wraps it, at times twice.
    for _ in 0..3 {
        match wrapped(&link) {
            Some(inner) => link = inner,
            None => break,
        }
    }
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"))?;
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    is_map(host, path).then_some(())?;
    let pairs: Vec<(String, String)> = query(&link);
    let value = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let named = ["where1", "q", "query", "ll", "cp", "center", "daddr", "destination", "sll", "pp"];
    let split = || Place::at(value("mlat")?.parse().ok()?, value("mlon")?.parse().ok()?);
    let found =
        named.iter().filter_map(|name| value(name)).find_map(point).or_else(split).or_else(|| in_path(path));
    let words = ["where1", "q", "query", "destination", "daddr"].iter().filter_map(|name| value(name));
    let address =
        words.map(str::trim).find(|text| !text.is_empty() && point(text).is_none()).map(str::to_owned);
    match (found, address) {
        (Some(found), address) => Some(Place { address, ..found }),
        (None, Some(address)) => Some(Place { address: Some(address), ..Place::default() }),
        (None, None) => None,
    }
}

fn query(link: &str) -> Vec<(String, String)> {
    let text = link.split_once('?').map_or("", |(_, query)| query);
    let text = text.split_once('#').map_or(text, |(query, _)| query);
    form_urlencoded::parse(text.as_bytes()).into_owned().take(64).collect()
}

fn wrapped(link: &str) -> Option<String> {
    let is_wrapper =
        ["l.facebook.com/l.php", "lm.facebook.com/l.php", "www.facebook.com/l.php", "l.instagram.com/"];
    is_wrapper.iter().any(|host| link.contains(host)).then_some(())?;
    query(link).into_iter().find(|(key, _)| key == "u").map(|(_, inner)| inner)
}

fn is_map(host: &str, path: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host.starts_with("maps.") || host.ends_with("openstreetmap.org") || path.starts_with("/maps")
}

/// `11.55,104.92`, also with a blank, as Bing writes `11.55~104.92`, or after `loc:`.
fn point(text: &str) -> Option<Place> {
    let text = text.trim().trim_start_matches("loc:");
    let mut numbers = text.split([',', '~', ' ', '+']).filter(|part| !part.is_empty());
    let (lat, lon) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    numbers.next().is_none().then_some(())?;
    Place::at(lat, lon)
}

/// `/maps/@11.55,104.92,17z` or `/maps/place/11.55,104.92`.
fn in_path(path: &str) -> Option<Place> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.split('/').find_map(|part| {
        let part = part.trim_start_matches('@').replace("%2C", ",");
        let mut numbers = part.split(',');
        let (lat, lon): (f64, f64) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
        Place::at(lat, lon)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_give_their_point() {
        for link in [
            "https://www.google.com/maps/search/?api=1&query=16.68231,98.50912",
            "https://maps.google.com/?q=16.68231,98.50912",
            "https://maps.apple.com/?ll=16.68231,98.50912&q=Dropped%20pin",
            "https://www.bing.com/maps/default.aspx?v=2&pc=FACEBK&mid=8100&where1=16.68231%2C+98.50912&FORM=X",
            "https://www.bing.com/maps?cp=16.68231~98.50912&lvl=16",
            "https://www.google.com/maps/@16.68231,98.50912,17z",
            "https://www.openstreetmap.org/?mlat=16.68231&mlon=98.50912#map=17",
            "https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.bing.com%2Fmaps%2Fdefault.aspx%3Fwhere1%3D16.68231%252C%2B98.50912&h=AT0",
        ] {
            assert_eq!(place(link).and_then(|place| place.point), Some((16.68231, 98.50912)), "{link}");
        }
    }

    #[test]
    fn an_address_is_a_place_too_and_other_links_are_none() {
        let found = place("https://www.bing.com/maps/default.aspx?where1=Gate%203%2C%20Riverside").unwrap();
        assert_eq!((found.point, found.address.as_deref()), (None, Some("Gate 3, Riverside")));
        let links = [
            "https://example.org/?q=1.5,2.5",
            "",
            "https://",
            "https://l.facebook.com/l.php?u=",
            "maps",
            "https://maps.example/",
        ];
        for link in links {
            assert_eq!(place(link), None, "{link}");
        }
        assert_eq!(place("https://maps.google.com/?q=916.6,98.5").and_then(|place| place.point), None);
    }
}
