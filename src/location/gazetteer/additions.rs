//! An organisation's own places, from a file: of GeoNames, or a CSV with a header.
//!
//! GeoNames' country files are read as they come (19 columns between tabs, no header). A CSV needs the columns `name`,
//! `lat` and `lon`, and may have, in any order, `names` (others, between `|`), `kind` (a word of [`PlaceKind`]),
//! `country` (ISO 3166-1, two letters), `sigma_m`, `population`, `province`, `weight` (1 is plain; a place that is often
//! in reports weighs 10) and `source`. Columns with other names are passed over.

use super::{Country, PlaceKind, Point};

/// Places of one file; what is more is refused.
pub const MOST_PLACES: usize = 1_000_000;
/// Names of one place; others are left out.
const MOST_NAMES: usize = 60;
/// Bytes of a name; longer ones are left out.
const MOST_NAME: usize = 200;
/// Refusals that are listed one by one.
const MOST_REFUSALS: usize = 100;

/// A place to add.
#[derive(Clone, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub struct Addition {
    /// The name to show.
    pub name: String,
    /// What else it is called.
    pub names: Vec<String>,
    /// What it is.
    pub kind: PlaceKind,
    /// In which country.
    pub country: Country,
    /// Its middle.
    pub point: Point,
    /// How far from there a person "in" it may be: one standard deviation in metres.
    pub sigma_m: f64,
    /// Inhabitants; 0 when not known.
    pub population: u32,
    /// The state or province.
    pub province: Option<String>,
    /// How much likelier it is meant than a place of its size.
    pub weight: f64,
    /// Where the entry comes from.
    pub source: String,
}

/// A line that was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// Its number, from 1.
    pub line: u64,
    /// Why.
    pub reason: &'static str,
}

/// What a file holds.
#[derive(Default)]
#[cfg_attr(test, derive(Debug))]
pub struct Additions {
    /// The places.
    pub places: Vec<Addition>,
    /// The first lines that were left out.
    pub refusals: Vec<Refusal>,
    /// How many were.
    pub refused: usize,
}

impl Additions {
    fn add(&mut self, line: u64, place: Result<Addition, &'static str>) {
        match place {
            Ok(place) if self.places.len() < MOST_PLACES => self.places.push(place),
            Ok(_) => self.refuse(line, "more places than one file may hold"),
            Err(reason) => self.refuse(line, reason),
        }
    }

    fn refuse(&mut self, line: u64, reason: &'static str) {
        self.refused += 1;
        if self.refusals.len() < MOST_REFUSALS {
            self.refusals.push(Refusal { line, reason });
        }
    }
}

/// Why a file is none of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The header lacks a column that is needed.
    #[error(
        "neither a GeoNames file (19 columns between tabs) nor a CSV whose header names `name`, `lat` and `lon`"
    )]
    UnknownForm,
}

/// Reads a file.
///
/// `country` and `source` stand in where the file names none; without a country such a line is refused.
///
/// # Errors
/// When the file is of neither form. Single bad lines are refused and listed instead.
pub fn read(text: &str, country: Option<Country>, source: &str) -> Result<Additions, Unreadable> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = text.lines().next().unwrap_or_default();
    if first.split('\t').count() == GEONAMES_COLUMNS {
        return Ok(read_geonames(text));
    }
    read_csv(text, country, source)
}

/// Writes places as a CSV that [`read`] reads back.
///
/// # Errors
/// When there is no memory for it.
pub fn write(places: &[Addition]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for place in places {
        // The mark between names cannot be in one.
        let names: Vec<&str> =
            place.names.iter().map(String::as_str).filter(|name| !name.contains('|')).collect();
        writer.write_record([
            place.name.as_str(),
            &names.join("|"),
            place.kind.word(),
            place.country.code(),
            &place.point.lat.to_string(),
            &place.point.lon.to_string(),
            &place.sigma_m.to_string(),
            &place.population.to_string(),
            place.province.as_deref().unwrap_or_default(),
            &place.weight.to_string(),
            &place.source,
        ])?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

const COLUMNS: [&str; 11] = [
    "name",
    "names",
    "kind",
    "country",
    "lat",
    "lon",
    "sigma_m",
    "population",
    "province",
    "weight",
    "source",
];

/// Columns of a GeoNames country file.
const GEONAMES_COLUMNS: usize = 19;

fn read_geonames(text: &str) -> Additions {
    let mut additions = Additions::default();
    for (line, row) in (1..).zip(text.lines()) {
        let columns: Vec<&str> = row.split('\t').collect();
        if columns.len() != GEONAMES_COLUMNS {
            additions.refuse(line, "not 19 columns");
            continue;
        }
        let column = |index: usize| columns.get(index).copied().unwrap_or_default();
        // Reefs, ridges and shops are not where messages say that somebody is.
        let Some(kind) = geonames_kind(column(6), column(7), column(14)) else { continue };
        additions.add(line, geonames_place(column, kind));
    }
    additions
}

fn geonames_place<'a>(column: impl Fn(usize) -> &'a str, kind: PlaceKind) -> Result<Addition, &'static str> {
    let population = column(14).parse().unwrap_or(0);
    let name = good_name(column(1)).ok_or("no name")?;
    let mut names = good_names(column(3).split(','), &name);
    names.extend(good_name(column(2)).filter(|ascii| *ascii != name && !names.contains(ascii)));
    Ok(Addition {
        names,
        kind,
        country: Country::new(column(8)).ok_or("no country")?,
        point: point(column(4), column(5))?,
        sigma_m: usual_sigma(kind, population),
        population,
        province: None,
        weight: 1.0,
        source: "GeoNames".into(),
        name,
    })
}

/// What GeoNames' class and code of a feature are here.
fn geonames_kind(class: &str, code: &str, population: &str) -> Option<PlaceKind> {
    let kind = match (class, code) {
        ("P", "PPLH" | "PPLQ" | "PPLW") => return None,
        ("P", _) if code.starts_with("PPLA") || code == "PPLC" => PlaceKind::Town,
        ("P", _) if population.parse().is_ok_and(|people: u32| people >= 2_000) => PlaceKind::Town,
        ("P", _) => PlaceKind::Village,
        ("A", "PCLI") => PlaceKind::Country,
        ("A", "ADM1") => PlaceKind::Province,
        ("A", "ADM2") => PlaceKind::District,
        ("A", "ADM3" | "ADM4") => PlaceKind::Commune,
        ("H", _) if code.starts_with("STM") => PlaceKind::River,
        ("T", "ISL") => PlaceKind::Island,
        ("T", "MT" | "MTS" | "PK") => PlaceKind::Mountain,
        ("S", "AIRP" | "AIRF") => PlaceKind::Airport,
        ("S", "BDG") => PlaceKind::Bridge,
        ("S", "PSTB") => PlaceKind::Crossing,
        ("S", "BUSTN" | "RSTN" | "BUSTP") => PlaceKind::Station,
        ("S", "CSNO") => PlaceKind::Casino,
        ("S", "HTL" | "MKT" | "TMPL" | "HSP" | "PRT" | "MALL" | "UNIV") => PlaceKind::Landmark,
        _ => return None,
    };
    Some(kind)
}

fn read_csv(text: &str, country: Option<Country>, source: &str) -> Result<Additions, Unreadable> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|_| Unreadable::UnknownForm)?.clone();
    let index = |name: &str| header.iter().position(|column| column.trim().eq_ignore_ascii_case(name));
    if [index("name"), index("lat"), index("lon")].contains(&None) {
        return Err(Unreadable::UnknownForm);
    }
    let mut additions = Additions::default();
    for row in reader.records() {
        match row {
            Ok(row) => {
                let line = row.position().map_or(0, csv::Position::line);
                let column =
                    |name: &str| index(name).and_then(|index| row.get(index)).unwrap_or_default().trim();
                additions.add(line, csv_place(column, country, source));
            }
            Err(error) => additions.refuse(error.position().map_or(0, csv::Position::line), "not CSV"),
        }
    }
    Ok(additions)
}

fn csv_place<'a>(
    column: impl Fn(&str) -> &'a str,
    country: Option<Country>,
    source: &str,
) -> Result<Addition, &'static str> {
    let name = good_name(column("name")).ok_or("no name")?;
    let kind = match column("kind") {
        "" => PlaceKind::Village,
        word => PlaceKind::ALL.into_iter().find(|kind| kind.word() == word).ok_or("unknown kind")?,
    };
    let population = number(column("population"), 0.0)?.clamp(0.0, f64::from(u32::MAX)) as u32;
    let source = if column("source").is_empty() { source } else { column("source") };
    Ok(Addition {
        names: good_names(column("names").split('|'), &name),
        kind,
        country: Country::new(column("country")).or(country).ok_or("no country")?,
        point: point(column("lat"), column("lon"))?,
        sigma_m: number(column("sigma_m"), usual_sigma(kind, population))?.clamp(50.0, 1_000_000.0),
        population,
        province: good_name(column("province")),
        weight: number(column("weight"), 1.0)?.clamp(0.01, 100.0),
        source: source.into(),
        name,
    })
}

fn number(text: &str, missing: f64) -> Result<f64, &'static str> {
    if text.is_empty() {
        return Ok(missing);
    }
    text.parse().ok().filter(|number: &f64| number.is_finite()).ok_or("not a number")
}

fn point(lat: &str, lon: &str) -> Result<Point, &'static str> {
    let point = lat.parse().ok().zip(lon.parse().ok()).and_then(|(lat, lon)| Point::new(lat, lon));
    point.ok_or("not a position")
}

fn good_name(name: &str) -> Option<String> {
    let name = name.trim();
    (!name.is_empty() && name.len() <= MOST_NAME).then(|| name.into())
}

fn good_names<'a>(names: impl Iterator<Item = &'a str>, own: &str) -> Vec<String> {
    names.filter_map(good_name).filter(|name| name != own).take(MOST_NAMES).collect()
}

/// How far from its middle somebody in such a place is.
fn usual_sigma(kind: PlaceKind, population: u32) -> f64 {
    match kind {
        PlaceKind::Country => 200_000.0,
        PlaceKind::Area | PlaceKind::Province | PlaceKind::River => 40_000.0,
        PlaceKind::District | PlaceKind::Island => 10_000.0,
        PlaceKind::Commune | PlaceKind::Mountain => 5_000.0,
        PlaceKind::Town => (500.0 + 8.0 * f64::from(population).sqrt()).clamp(1_500.0, 15_000.0),
        PlaceKind::Village => 1_500.0,
        _ => 1_000.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn geonames_files_are_read_as_they_come() {
        let text = "7\tSòng\tSong\tSong,ស៊ង\t16.5\t98.25\tP\tPPL\tMM\t\t05\t\t\t\t900\t\t30\tAsia/Yangon\t2020-01-01\n\
                    8\tReef\tReef\t\t9.5\t98.25\tU\tRFU\tMM\t\t05\t\t\t\t0\t\t0\tAsia/Yangon\t2020-01-01\n\
                    9\tBad\tBad\t\t99\t98.25\tP\tPPL\tMM\t\t05\t\t\t\t0\t\t0\tAsia/Yangon\t2020-01-01\n\
                    cut\tshort\n";
        let additions = read(text, None, "").unwrap();
        assert_eq!(additions.places.len(), 1);
        let place = &additions.places[0];
        assert_eq!(
            (place.name.as_str(), place.kind, place.country),
            ("Sòng", PlaceKind::Village, Country::MM)
        );
        assert_eq!(place.names, ["Song", "ស៊ង"]);
        let refusals: Vec<u64> = additions.refusals.iter().map(|refusal| refusal.line).collect();
        assert_eq!(refusals, [3, 4]);
    }

    #[test]
    fn a_csv_needs_three_columns() {
        let text = "lat,lon,name,names,kind,weight,extra\n16.5,98.5,New Park,新园|NP2,compound,10,x\n1,2,,,,,\n\
                    16,98,A,,castle,,\n16,98,B,,,-,\n";
        let additions = read(text, Some(Country::MM), "our team").unwrap();
        assert_eq!(additions.places.len(), 1);
        let place = &additions.places[0];
        assert_eq!((place.kind, place.country, place.weight), (PlaceKind::Compound, Country::MM, 10.0));
        assert_eq!((place.source.as_str(), place.names.len()), ("our team", 2));
        let reasons: Vec<&str> = additions.refusals.iter().map(|refusal| refusal.reason).collect();
        assert_eq!(reasons, ["no name", "unknown kind", "not a number"]);
        assert_eq!(read("name,lat\nA,1\n", None, "").err(), Some(Unreadable::UnknownForm));
        assert_eq!(read("", None, "").err(), Some(Unreadable::UnknownForm));
        assert_eq!(read("name,lat,lon\nA,1,2\n", None, "").unwrap().refusals[0].reason, "no country");
    }

    #[test]
    fn what_is_written_is_read_back() {
        let text = "name,lat,lon,names,kind,country,sigma_m,population,province,weight,source\n\
                    \"New, \"\"Park\"\"\",16.123456,98.5,新园|NP2,compound,MM,750,12,Karen,10,us\nSòng,1,2,,,LA,,,,,\n";
        let places = read(text, None, "file").unwrap().places;
        let written = String::from_utf8(write(&places).unwrap()).unwrap();
        assert_eq!(read(&written, None, "").unwrap().places, places);
        assert_eq!(read(&String::from_utf8(write(&[]).unwrap()).unwrap(), None, "").unwrap().places, []);
        let odd = Addition { names: vec!["a|b".into(), "c".into()], ..places[0].clone() };
        let written = String::from_utf8(write(&[odd]).unwrap()).unwrap();
        assert_eq!(read(&written, None, "").unwrap().places[0].names, ["c"]);
    }
}
