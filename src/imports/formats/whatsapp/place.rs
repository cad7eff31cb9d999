//! Places: pins, live locations and venues.

use super::super::dates::is_mark;
use super::super::shape::Place;
use super::body::Found;
use super::words::{self, plain};

/// A pin, a live location or a venue.
pub(super) fn place(text: &str, found: &mut Found) -> bool {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    if let Some(place) = pin(line, found.is_marked) {
        found.place = Some(place);
        found.text = rest.trim().to_owned();
        return true;
    }
    if let Some((place, link)) = venue(text) {
        found.place = Some(place);
        found.described.push(link);
        return true;
    }
    let line = plain(line);
    let words =
        line.chars().count() <= 60 && line.split_whitespace().count() <= 8 && !line.contains(['?', ':']);
    if words && words::LIVE.is_in(&line) && (found.is_marked || (rest.is_empty() && is_shared(&line))) {
        found.described.push("live location, no coordinates".to_owned());
        found.text = rest.trim().to_owned();
        return true;
    }
    false
}

/// Whether a line without the mark is what the app writes and not what somebody says of a live location.
fn is_shared(line: &str) -> bool {
    match line.strip_prefix("live location") {
        Some(rest) => matches!(rest, " shared" | " ended"),
        None => words::SHARED.is_in(line) && line.split_whitespace().count() <= 7,
    }
}

/// `location: https://maps.google.com/?q=10.627543,103.522141`.
fn pin(line: &str, is_marked: bool) -> Option<Place> {
    let at = line.find("https://maps.google.com/?q=").or_else(|| line.find("http://maps.google.com/?q="))?;
    let (before, link) = (line.get(..at)?, line.get(at..)?);
    let (_, query) = link.split_once("?q=")?;
    let query = query.trim_end_matches(|c: char| c.is_whitespace() || is_mark(c));
    let query = query.split('&').next().unwrap_or_default();
    let (lat, lon) = query.split_once(',').or_else(|| query.split_once("%2C"))?;
    let place = Place::at(lat.trim().parse().ok()?, lon.trim().parse().ok()?)?;
    let word =
        before.trim_end_matches(|c: char| c.is_whitespace() || is_mark(c)).strip_suffix([':', '：'])?;
    let word = word.trim_matches(|c: char| c.is_whitespace() || is_mark(c));
    let known = words::LOCATION.is(&plain(word));
    let single = word.chars().count() <= 20 && !word.contains(char::is_whitespace) && lon.contains('.');
    if known || single {
        return Some(place);
    }
    // A pin with a name: `The Pier (12 Ocean Road): https://maps...`.
    let (name, address) = named(word);
    is_marked.then_some(Place { name, address, ..place })
}

/// `Name (address)`.
fn named(text: &str) -> (Option<String>, Option<String>) {
    let parts = text.strip_suffix(')').and_then(|text| text.split_once(" ("));
    let (name, address) = parts.map_or((text, None), |(name, address)| (name, Some(address)));
    (Some(name.trim().to_owned()).filter(|name| !name.is_empty()), address.map(str::to_owned))
}

/// A venue: a name, an address and a link to Foursquare, which has no coordinates.
fn venue(text: &str) -> Option<(Place, String)> {
    const LINK: &str = "https://foursquare.com/v/";
    let (before, id) = text.rsplit_once(LINK)?;
    let id = id.trim();
    if id.is_empty() || id.contains(char::is_whitespace) || before.trim().is_empty() {
        return None;
    }
    let (name, address) = if let Some(lines) = before.strip_suffix('\n') {
        let (name, address) = lines.split_once('\n').unwrap_or((lines, ""));
        (
            Some(name.trim().to_owned()),
            Some(address.trim().replace('\n', ", ")).filter(|address| !address.is_empty()),
        )
    } else {
        let line = before.trim_end().strip_suffix(':')?;
        if line.contains('\n') {
            return None;
        }
        named(line)
    };
    let long = |part: &Option<String>| part.as_ref().is_some_and(|part| part.chars().count() > 200);
    if long(&name) || long(&address) {
        return None;
    }
    Some((Place { name, address, ..Place::default() }, format!("{LINK}{id}")))
}
