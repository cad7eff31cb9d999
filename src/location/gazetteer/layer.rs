//! One set of places with its names: the one that is compiled in, or an operator's own.

use std::collections::HashMap;

use super::additions::Addition;
use super::fold::{Letter, Simplified, fold, is_han, is_latin};
use super::names::{Collector, Names};
use super::skeleton::Skeletons;
use super::typos::Guesses;
use super::{Compound, Country, Place, PlaceKind, Point};
use crate::location::packed::{Reader, unpack};

/// The name also means something else.
pub(super) const AMBIGUOUS: u8 = 1;
/// The name is a word of everyday language.
pub(super) const COMMON: u8 = 2;
/// No place: a word that begins with a name.
pub(super) const NO_PLACE: u32 = u32::MAX;

/// What is kept of a place.
pub(super) struct Entry {
    /// Its names, the one to show first.
    pub(super) names: Vec<Box<str>>,
    /// What it is.
    pub(super) kind: PlaceKind,
    /// In which country.
    pub(super) country: Country,
    /// Its middle.
    pub(super) point: Point,
    /// One standard deviation of the distance to there.
    pub(super) sigma_m: f32,
    /// Inhabitants.
    pub(super) population: u32,
    /// How likely it is meant, against another with the same name.
    pub(super) weight: f32,
    /// Index of its province.
    pub(super) province: Option<usize>,
    /// Index of its source.
    pub(super) source: usize,
    /// When a compound was reported.
    pub(super) date: Box<str>,
}

/// What is kept of a telephone network.
pub(super) struct NetworkEntry {
    /// Its name.
    pub(super) name: Box<str>,
    /// Whose it is.
    pub(super) country: Country,
    /// Mobile country code.
    pub(super) mcc: u16,
    /// Mobile network codes.
    pub(super) mncs: Vec<u16>,
}

/// Places and their names.
#[derive(Default)]
pub(super) struct Layer {
    pub(super) entries: Vec<Entry>,
    pub(super) provinces: Vec<Box<str>>,
    pub(super) sources: Vec<Box<str>>,
    pub(super) names: Names,
    pub(super) guesses: Guesses,
    pub(super) skeletons: Skeletons,
    pub(super) networks: Vec<NetworkEntry>,
    pub(super) network_names: Names,
    pub(super) simplified: Simplified,
}

impl Layer {
    /// Reads the asset; nothing when it is broken.
    pub(super) fn read(data: &[u8], words: &str) -> Option<Self> {
        let bytes = unpack(data, b"FLPLACES1")?;
        let mut reader = Reader::new(&bytes);
        let mut layer = Self {
            sources: read_texts(&mut reader)?,
            provinces: read_texts(&mut reader)?,
            ..Self::default()
        };
        let mut names = Vec::new();
        let (mut lat, mut lon) = (0, 0);
        for item in 0..u32::try_from(reader.count()?).ok()? {
            layer.entries.push(read_entry(&mut reader, item, (&mut lat, &mut lon), &mut names)?);
        }
        let mut network_names = Vec::new();
        for item in 0..u32::try_from(reader.count()?).ok()? {
            layer.networks.push(read_network(&mut reader, item, &mut network_names)?);
        }
        for _ in 0..reader.count()? {
            let mut pair = reader.text()?.chars();
            layer.simplified.insert(pair.next()?, pair.next()?);
        }
        names.extend(words.lines().filter(|line| !line.starts_with('#')).map(|line| (NO_PLACE, 0, line)));
        let sure = names.iter().filter(|(_, flags, _)| *flags == 0);
        let known = sure.filter_map(|(item, _, name)| {
            Some((*item, *name, layer.entries.get(usize::try_from(*item).ok()?)?))
        });
        let known: Vec<(u32, &str, &Entry)> = known.collect();
        let guesses = Guesses::new(known.iter().copied(), &layer.simplified);
        let skeletons = Skeletons::new(known.into_iter(), &layer.simplified);
        (layer.guesses, layer.skeletons) = (guesses, skeletons);
        layer.names = collect(&names, &layer.simplified);
        layer.network_names = collect(&network_names, &layer.simplified);
        reader.is_done().then_some(layer)
    }

    /// An organisation's own places.
    pub(super) fn of(additions: &[Addition], simplified: &Simplified) -> Self {
        let mut layer = Self::default();
        let mut names = Collector::default();
        let (mut provinces, mut sources) = (Index::default(), Index::default());
        for (item, addition) in (0..).zip(additions) {
            let all = [&addition.name].into_iter().chain(&addition.names);
            for name in all.clone() {
                let letters = fold(name, simplified);
                names.add(&letters, item, usual_flags(addition.kind, &letters));
            }
            layer.entries.push(Entry {
                names: all.map(|name| Box::from(name.as_str())).collect(),
                kind: addition.kind,
                country: addition.country,
                point: addition.point,
                sigma_m: addition.sigma_m as f32,
                population: addition.population,
                weight: (addition.weight * (f64::from(addition.population) + 500.0).sqrt() / 10.0) as f32,
                province: addition.province.as_ref().map(|province| provinces.of(province)),
                source: sources.of(&addition.source),
                date: Box::default(),
            });
        }
        layer.names = names.finish();
        (layer.provinces, layer.sources) = (provinces.texts, sources.texts);
        layer
    }

    /// A place for the reader.
    pub(super) fn place(&self, item: u32) -> Option<Place<'_>> {
        let entry = self.entries.get(usize::try_from(item).ok()?)?;
        Some(Place {
            name: entry.names.first()?,
            kind: entry.kind,
            country: entry.country,
            point: entry.point,
            sigma_m: f64::from(entry.sigma_m),
            population: entry.population,
            province: entry.province.and_then(|index| self.provinces.get(index)).map(|name| &**name),
            source: self.sources.get(entry.source).map(|source| &**source).unwrap_or_default(),
        })
    }
}

impl Layer {
    /// The compounds.
    pub(super) fn places(&self) -> impl Iterator<Item = Place<'_>> {
        (0..).zip(&self.entries).filter_map(|(item, _)| self.place(item))
    }

    pub(super) fn compounds(&self) -> impl Iterator<Item = Compound<'_>> {
        (0..).zip(&self.entries).filter(|(_, entry)| entry.kind == PlaceKind::Compound).filter_map(
            |(item, entry)| {
                let names = entry.names.iter().skip(1).map(|name| &**name).collect();
                Some(Compound { place: self.place(item)?, names, reported: &entry.date })
            },
        )
    }
}

/// Texts, each kept once.
#[derive(Default)]
struct Index {
    texts: Vec<Box<str>>,
    known: HashMap<Box<str>, usize>,
}

impl Index {
    fn of(&mut self, text: &str) -> usize {
        if let Some(index) = self.known.get(text) {
            return *index;
        }
        let index = self.texts.len();
        self.texts.push(text.into());
        self.known.insert(text.into(), index);
        index
    }
}

/// What the names of an organisation's places are like: of a list with every village, many are words as well.
fn usual_flags(kind: PlaceKind, name: &[Letter]) -> u8 {
    let first = name.first().map_or(' ', |letter| letter.folded);
    let small = matches!(kind, PlaceKind::Village | PlaceKind::Commune);
    // Letters without the marks on them; a Chinese one is a syllable.
    let length = name.iter().filter(|letter| letter.begins).count();
    let short = length <= if is_han(first) { 1 } else { 3 };
    if (is_latin(first) && small) || short { COMMON } else { 0 }
}

/// A name with its flags, and whose it is.
pub(super) type Named<'a> = (u32, u8, &'a str);

/// Sorts names.
pub(super) fn collect(names: &[Named<'_>], simplified: &Simplified) -> Names {
    let mut collector = Collector::default();
    for (item, flags, name) in names {
        collector.add(&fold(name, simplified), *item, *flags);
    }
    collector.finish()
}

fn read_texts(reader: &mut Reader<'_>) -> Option<Vec<Box<str>>> {
    (0..reader.count()?).map(|_| reader.text().map(Box::from)).collect()
}

fn read_names<'a>(reader: &mut Reader<'a>, item: u32, names: &mut Vec<Named<'a>>) -> Option<Vec<Box<str>>> {
    (0..reader.count()?)
        .map(|_| {
            let flags = u8::try_from(reader.number()?).ok()?;
            let name = reader.text()?;
            names.push((item, flags, name));
            Some(Box::from(name))
        })
        .collect()
}

fn read_country(reader: &mut Reader<'_>) -> Option<Country> {
    Country::new(str::from_utf8(reader.raw(2)?).ok()?)
}

fn read_entry<'a>(
    reader: &mut Reader<'a>,
    item: u32,
    (lat, lon): (&mut i32, &mut i32),
    names: &mut Vec<Named<'a>>,
) -> Option<Entry> {
    let country = read_country(reader)?;
    let kind = PlaceKind::from_index(reader.number()?)?;
    *lat = lat.checked_add(reader.signed()?)?;
    *lon = lon.checked_add(reader.signed()?)?;
    Some(Entry {
        country,
        kind,
        point: Point::new(f64::from(*lat) / 1e5, f64::from(*lon) / 1e5)?,
        sigma_m: reader.number()? as f32,
        population: reader.number()?,
        weight: reader.number()? as f32 / 10.0,
        province: usize::try_from(reader.number()?).ok()?.checked_sub(1),
        source: usize::try_from(reader.number()?).ok()?,
        date: reader.text()?.into(),
        names: read_names(reader, item, names)?,
    })
}

fn read_network<'a>(reader: &mut Reader<'a>, item: u32, names: &mut Vec<Named<'a>>) -> Option<NetworkEntry> {
    let country = read_country(reader)?;
    let mcc = u16::try_from(reader.number()?).ok()?;
    let mncs = (0..reader.count()?).map(|_| u16::try_from(reader.number()?).ok()).collect::<Option<_>>()?;
    let name = read_names(reader, item, names)?.into_iter().next()?;
    Some(NetworkEntry { name, country, mcc, mncs })
}
