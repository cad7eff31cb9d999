//! The operator's own places: a CSV that a server reads when it starts, and that `farlight gazetteer import` writes.

use std::collections::HashMap;
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use crate::config::Settings;
use crate::db;
use crate::error::{Error, Result};
use crate::http::heavy::heavy;
use crate::location::borders::Country;
use crate::location::gazetteer::Gazetteer;
use crate::location::gazetteer::additions::{self, Addition, Additions, MOST_PLACES};
use crate::start::StartError;

/// Bytes of a file; GeoNames' largest country file has a third of it.
const MOST_BYTES: u64 = 512 << 20;

/// Where the places lie; none with PostgreSQL, unless the settings say where.
#[must_use]
pub fn path(settings: &Settings) -> Option<PathBuf> {
    if !settings.estimates.places.is_empty() {
        return Some(PathBuf::from(&settings.estimates.places));
    }
    match db::Location::parse(&settings.database.url) {
        Ok(db::Location::Sqlite(path)) => Some(path.with_file_name("places.csv")),
        _ => None,
    }
}

/// Makes the gazetteer know them.
///
/// # Errors
/// When the settings name a file that is not there, or the file cannot be read.
pub async fn load(settings: &Settings) -> Result<()> {
    let Some(file) = path(settings) else { return Ok(()) };
    if settings.estimates.places.is_empty() && !file.exists() {
        return Ok(());
    }
    heavy(move || {
        let kept = read(&file, None, "").map_err(Error::internal)?;
        if let Some(refusal) = kept.refusals.first() {
            let (refused, line, reason) = (kept.refused, refusal.line, refusal.reason);
            tracing::warn!(refused, line, reason, "lines of the operator's own places are left out");
        }
        tracing::info!(places = kept.places.len(), "the operator's own places are read");
        Gazetteer::use_additions(&kept.places);
        Ok(())
    })
    .await
}

/// What is to be imported.
pub struct Order {
    /// A GeoNames country file, or a CSV.
    pub file: PathBuf,
    /// The country of lines that name none.
    pub country: Option<Country>,
    /// Where lines come from that do not say it; the file's name, if not said.
    pub source: Option<String>,
}

/// Adds the places of a file to the operator's own, and tells what was taken and what not.
///
/// # Errors
/// [`StartError::Failed`] says which file cannot be used, and why.
pub fn import(settings: &Settings, order: Order, say: impl Fn(&str)) -> std::result::Result<(), StartError> {
    let own = path(settings).ok_or_else(|| {
        StartError::Failed(
            "say where your own places are kept: estimates.places (FARLIGHT__ESTIMATES__PLACES)".to_owned(),
        )
    })?;
    let Order { file, country, source } = order;
    let source =
        source.unwrap_or_else(|| file.file_name().unwrap_or_default().to_string_lossy().into_owned());
    let fresh = read(&file, country, &source).map_err(StartError::Failed)?;
    for refusal in &fresh.refusals {
        say(&format!("line {}: {}", refusal.line, refusal.reason));
    }
    if fresh.refused > fresh.refusals.len() {
        say(&format!("{} lines refused in all", fresh.refused));
    }
    if fresh.places.is_empty() {
        return Err(StartError::Failed(format!("{}: no line of it is a place", file.display())));
    }
    let kept = if own.exists() {
        let kept = read(&own, None, "").map_err(StartError::Failed)?;
        // What cannot be read would be gone after it was written again.
        if kept.refused > 0 {
            let line = kept.refusals.first().map_or(0, |refusal| refusal.line);
            return Err(StartError::Failed(format!("{}: line {line} cannot be read", own.display())));
        }
        kept.places
    } else {
        Vec::new()
    };
    let taken = fresh.places.len();
    let before = kept.len();
    let all = merged(kept, fresh.places);
    if all.len() > MOST_PLACES {
        return Err(StartError::Failed(format!("more than {MOST_PLACES} places in all")));
    }
    write(&own, &all)?;
    say(&format!(
        "{taken} places taken, {} of them new, {} lines refused; {} now holds {}. A server reads it when it starts",
        all.len().saturating_sub(before),
        fresh.refused,
        own.display(),
        all.len()
    ));
    Ok(())
}

/// A place that comes again, by name, kind and position, takes the stead of what was there.
fn merged(kept: Vec<Addition>, fresh: Vec<Addition>) -> Vec<Addition> {
    let micro = |degrees: f64| (degrees * 1e5).round() as i64;
    let mut known = HashMap::new();
    let mut all: Vec<Addition> = Vec::with_capacity(kept.len() + fresh.len());
    for place in kept.into_iter().chain(fresh) {
        let key = (place.name.clone(), place.kind, micro(place.point.lat), micro(place.point.lon));
        let index = *known.entry(key).or_insert(all.len());
        match all.get_mut(index) {
            Some(there) => *there = place,
            None => all.push(place),
        }
    }
    all
}

/// Reads a file; the error names it.
fn read(file: &Path, country: Option<Country>, source: &str) -> std::result::Result<Additions, String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let opened = File::open(file).map_err(|error| failed(&error))?;
    let mut bytes = Vec::new();
    opened.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(failed(&"larger than 512 MiB"));
    }
    let text = String::from_utf8(bytes).map_err(|_| failed(&"not UTF-8"))?;
    additions::read(&text, country, source).map_err(|error| failed(&error))
}

/// Beside it first: a server that starts meanwhile, or a power cut, finds the old file or the new one.
fn write(file: &Path, places: &[Addition]) -> std::result::Result<(), StartError> {
    let failed = |error: &dyn std::fmt::Display| StartError::Failed(format!("{}: {error}", file.display()));
    let bytes = additions::write(places).map_err(|error| failed(&error))?;
    let fresh = file.with_extension("csv.new");
    let written = File::create(&fresh).and_then(|mut to| {
        to.write_all(&bytes)?;
        to.sync_all()?;
        std::fs::rename(&fresh, file)
    });
    written.map_err(|error| match error.kind() {
        ErrorKind::NotFound => failed(&"its folder does not exist"),
        _ => failed(&error),
    })
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn settings(database: &str, places: &str) -> Settings {
        let mut settings = Settings::defaults().unwrap();
        settings.database.url = database.to_owned();
        settings.estimates.places = places.to_owned();
        settings
    }

    fn told(settings: &Settings, file: &Path) -> std::result::Result<Vec<String>, String> {
        let lines = RefCell::new(Vec::new());
        let order = Order { file: file.to_owned(), country: Some(Country::MM), source: None };
        import(settings, order, |line| lines.borrow_mut().push(line.to_owned()))
            .map_err(|error| error.to_string())?;
        Ok(lines.into_inner())
    }

    #[test]
    fn the_file_lies_beside_the_database_unless_said_otherwise() {
        let of = |database, places| path(&settings(database, places));
        assert_eq!(of("sqlite:/data/farlight.db", ""), Some(PathBuf::from("/data/places.csv")));
        assert_eq!(of("postgres://h/d", ""), None);
        assert_eq!(of("postgres://h/d", "/srv/p.csv"), Some(PathBuf::from("/srv/p.csv")));
    }

    #[test]
    fn a_second_import_adds_and_corrects() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(&format!("sqlite:{}/x.db", folder.path().display()), "");
        let file = folder.path().join("ours.csv");
        std::fs::write(&file, "name,lat,lon,sigma_m\nAusma,16.5,98.5,900\nBad,99,98,\nZelle,16.6,98.5,\n")
            .unwrap();
        let lines = told(&settings, &file).unwrap();
        assert_eq!(lines[0], "line 3: not a position");
        assert!(lines[1].starts_with("2 places taken, 2 of them new, 1 lines refused"), "{lines:?}");
        std::fs::write(&file, "name,lat,lon,sigma_m\nAusma,16.5,98.5,500\nOrla,16.7,98.5,\n").unwrap();
        let lines = told(&settings, &file).unwrap();
        assert!(lines[0].starts_with("2 places taken, 1 of them new, 0 lines refused"), "{lines:?}");
        let kept = read(&folder.path().join("places.csv"), None, "").unwrap().places;
        let names: Vec<&str> = kept.iter().map(|place| place.name.as_str()).collect();
        assert_eq!(names, ["Ausma", "Zelle", "Orla"]);
        assert_eq!((kept[0].sigma_m, kept[0].source.as_str()), (500.0, "ours.csv"));
    }

    #[test]
    fn what_cannot_be_used_is_said_and_nothing_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("mine.csv");
        let named = settings("postgres://h/d", &own.display().to_string());
        let file = folder.path().join("ours.csv");
        let with = |bytes: &[u8]| {
            std::fs::write(&file, bytes).unwrap();
            told(&named, &file).unwrap_err()
        };
        assert!(told(&named, Path::new("/no/such.csv")).unwrap_err().contains("/no/such.csv"));
        assert!(with(b"name,lat\nA,1\n").contains("neither a GeoNames file"));
        assert!(with(b"name,lat,lon\nA,99,1\n").contains("no line"));
        assert!(with(b"name,lat,lon\n\xff,9,1\n").contains("UTF-8"));
        assert!(!own.exists());
        std::fs::write(&own, "name,lat,lon\nA,99,1\n").unwrap();
        assert!(with(b"name,lat,lon\nA,9,1\n").contains("line 2 cannot be read"));
        assert_eq!(std::fs::read_to_string(&own).unwrap(), "name,lat,lon\nA,99,1\n");
        let nowhere = settings("postgres://h/d", "");
        assert!(told(&nowhere, &file).unwrap_err().contains("estimates.places"));
    }
}
