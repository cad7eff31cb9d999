//! The file inside: a zip, which every phone opens.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::contents::Contents;
use super::{model, page};
use crate::error::{Error, Result};

/// The files of a pack in one. The first is for people and holds everything; the others are for programs.
///
/// # Errors
/// Never in practice.
pub fn zip(contents: &Contents) -> Result<Vec<u8>> {
    let json = |value: serde_json::Result<Vec<u8>>| {
        value.map_err(|_| Error::internal("a pack cannot be serialised"))
    };
    let files = [
        ("plan.html", page::html(contents).into_bytes()),
        ("expires.txt", format!("{}\n", model::notice(contents.expires_at)).into_bytes()),
        ("map.svg", contents.map.clone().into_bytes()),
        ("route.gpx", contents.route.clone().into_bytes()),
        ("plan.json", json(serde_json::to_vec_pretty(&contents.plan()))?),
        ("cards.json", json(serde_json::to_vec_pretty(&contents.shown.cards))?),
        ("phrases.json", json(serde_json::to_vec_pretty(&contents.phrases))?),
    ];
    self::files(files)
}

/// Files in one, by name.
///
/// # Errors
/// Never in practice.
pub fn files<const N: usize>(files: [(&str, Vec<u8>); N]) -> Result<Vec<u8>> {
    let failed = |_| Error::internal("files cannot be put into one");
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        // No times of files: they would tell when a phone was with whom, also in a zip that is found unopened.
        zip.start_file(name, SimpleFileOptions::default()).map_err(failed)?;
        zip.write_all(&bytes).map_err(|_| Error::internal("a file cannot be written"))?;
    }
    zip.finish().map(Cursor::into_inner).map_err(failed)
}
