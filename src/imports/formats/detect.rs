//! Finds out which chat format the files of an export are in, by asking every reader how much it knows of each.
//!
//! What is in a file decides; its name is only a hint.

mod order;
#[cfg(test)]
mod tests;

use super::reading::{HEAD, Head, Importer};
use super::shape::Format;
use super::{
    email, farlight, instagram, line, messenger, signal, sms, telegram_html, telegram_json, text, wechat,
    whatsapp,
};

pub use self::order::natural;

/// Every reader. Where two know as much of a file as each other the earlier one reads it: first those with a frame that
/// nothing else has, then those that know a file by its lines, and e-mail last, whose headers occur in much else.
pub const IMPORTERS: [&Importer; 11] = [
    &farlight::IMPORTER,
    &telegram_json::IMPORTER,
    &telegram_html::IMPORTER,
    &messenger::IMPORTER,
    &instagram::IMPORTER,
    &sms::IMPORTER,
    &signal::IMPORTER,
    &wechat::IMPORTER,
    &whatsapp::IMPORTER,
    &line::IMPORTER,
    &email::IMPORTER,
];

/// Pairs that one export holds the same chats in: where the first is there, the second adds nothing.
const SAME_CHATS: [(Format, Format); 1] = [(Format::TelegramJson, Format::TelegramHtml)];

/// How many things of a file's beginning each of [`IMPORTERS`] knows.
pub type Scores = [u32; IMPORTERS.len()];

/// All that is looked for, for the words of a refusal.
#[must_use]
pub fn looked_for() -> String {
    IMPORTERS.map(|importer| importer.looked_for).join("; ")
}

/// Whether a file that begins like this is no text: a picture, a sound, a program.
#[must_use]
pub fn is_binary(head: &[u8]) -> bool {
    let encoding = text::encoding(head);
    if encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE {
        return false;
    }
    let control = |byte: &&u8| matches!(**byte, 0..=8 | 14..=26 | 28..=31 | 127);
    head.iter().filter(control).count() * 50 > head.len()
}

/// How much of a file each reader knows, by its first bytes.
#[must_use]
pub fn recognise(name: &str, bytes: &[u8], is_whole: bool) -> Scores {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    if is_binary(head) {
        return [0; _];
    }
    let text = text::head(head);
    let head = Head { name, text: &text, is_whole: is_whole && head.len() == bytes.len() };
    IMPORTERS.map(|importer| (importer.recognise)(&head))
}

/// The beginning of one file of an export.
#[derive(Clone, Copy)]
pub struct Beginning<'a> {
    /// What the file is called, folders included.
    pub name: &'a str,
    /// Its first bytes, up to [`HEAD`].
    pub bytes: &'a [u8],
    /// Whether that is all of it.
    pub is_whole: bool,
}

/// Which reader an export is for.
pub struct Choice {
    /// The reader.
    pub importer: &'static Importer,
    /// The numbers of the files that it reads, in the order in which they were looked at; to be read in this order:
    /// names in their natural order.
    pub members: Vec<usize>,
    /// What is in the export besides and will not be read. No file names.
    pub told: Vec<String>,
}

/// Chooses the reader for an export whose files begin like this; none if no file is a chat.
pub fn choose<'a>(files: impl IntoIterator<Item = Beginning<'a>>) -> Option<Choice> {
    let mut chooser = Chooser::default();
    for (number, file) in files.into_iter().enumerate() {
        chooser.look(number, file);
    }
    chooser.choice()
}

/// Looks at the files of an export one after the other.
#[derive(Default)]
pub struct Chooser {
    known: Vec<Known>,
}

/// A file that a reader knows.
struct Known {
    number: usize,
    name: String,
    importer: usize,
    score: u64,
}

impl Known {
    /// How much it says of the export. Letters lie among the files that were sent in a chat, and are long.
    fn weight(&self) -> u64 {
        if format_of(self.importer) == Some(Format::Email) { 1 } else { self.score }
    }
}

impl Chooser {
    /// Looks at a file; `number` is what the choice will call it.
    pub fn look(&mut self, number: usize, file: Beginning<'_>) {
        let scores = recognise(file.name, file.bytes, file.is_whole);
        if let Some((importer, score)) = best(scores.into_iter().map(u64::from)) {
            self.known.push(Known { number, name: file.name.to_owned(), importer, score });
        }
    }

    /// The reader that knows most of all files together.
    #[must_use]
    pub fn choice(self) -> Option<Choice> {
        let mut totals = [0_u64; IMPORTERS.len()];
        for known in &self.known {
            if let Some(total) = totals.get_mut(known.importer) {
                *total += known.weight();
            }
        }
        let (most, _) = best(totals.into_iter())?;
        let has = |format: Format| self.known.iter().find(|known| format_of(known.importer) == Some(format));
        let better = SAME_CHATS.iter().filter(|(_, same)| format_of(most) == Some(*same));
        let chosen =
            better.filter_map(|(better, _)| has(*better)).map(|known| known.importer).next().unwrap_or(most);

        let (mut read, others): (Vec<_>, Vec<_>) =
            self.known.into_iter().partition(|known| known.importer == chosen);
        read.sort_by(|a, b| natural(&a.name, &b.name).then(a.number.cmp(&b.number)));
        Some(Choice {
            importer: IMPORTERS.get(chosen)?,
            members: read.into_iter().map(|known| known.number).collect(),
            told: told(chosen, &others),
        })
    }
}

/// The greatest of some numbers and its place, the first of equals; none where all are 0.
fn best(numbers: impl Iterator<Item = u64>) -> Option<(usize, u64)> {
    let first = |best: Option<(usize, u64)>, next: (usize, u64)| {
        if next.1 > best.map_or(0, |(_, most)| most) { Some(next) } else { best }
    };
    numbers.enumerate().fold(None, first)
}

fn format_of(importer: usize) -> Option<Format> {
    IMPORTERS.get(importer).map(|importer| importer.format)
}

fn told(chosen: usize, others: &[Known]) -> Vec<String> {
    let of = |(place, importer): (usize, &&Importer)| {
        let count = others.iter().filter(|known| known.importer == place).count();
        let format = importer.format.as_str();
        let same =
            SAME_CHATS.iter().any(|pair| Some(pair.0) == format_of(chosen) && pair.1 == importer.format);
        match count {
            0 => None,
            _ if same => {
                Some(format!("{count} x {format} not read: the export holds its chats in two formats"))
            }
            _ => Some(format!("{count} x {format} not read: another format; upload it on its own")),
        }
    };
    IMPORTERS.iter().enumerate().filter_map(of).collect()
}
