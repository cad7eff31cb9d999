//! Search in sealed text: rows are opened, inside the caller's scope, and looked through. Nothing of it is indexed.

use crate::authz::Tx;
use crate::db::types::{Id, Time};
use crate::db::window::Window;
use crate::error::{Error, Result};
use crate::text::normalise;

/// Rows that are open at the same time.
const BATCH: i64 = 500;
/// Rows that one request looks through; a longer list is searched over several pages.
const MOST: usize = 20_000;

/// The words that must all occur in what is searched for. Has no `Debug`: what is searched for may be a name.
pub struct Words(Vec<String>);

impl Words {
    /// Splits a query at white space.
    ///
    /// # Errors
    /// 422 on `q` when there is no word in it.
    pub fn parse(query: &str) -> Result<Self> {
        let words: Vec<String> = normalise(query).split_whitespace().map(str::to_owned).collect();
        if words.is_empty() {
            Err(Error::invalid("q", "must hold a word to search for"))
        } else {
            Ok(Self(words))
        }
    }

    /// Whether all of them occur somewhere in these texts, inside of longer words too: not every script puts a
    /// space between words.
    pub fn all_in(&self, texts: &[&str]) -> bool {
        let texts: Vec<String> = texts.iter().map(|text| normalise(text)).collect();
        self.0.iter().all(|word| texts.iter().any(|text| text.contains(word)))
    }
}

/// What a search found.
pub struct Found<R> {
    /// The rows that hold all words, in the order of the list.
    pub rows: Vec<R>,
    /// The last row that was looked at, when the search gave up before the end of the list.
    pub stopped_at: Option<(Time, Id)>,
}

impl<R> Found<R> {
    /// Rows that nothing was searched for in.
    pub const fn all(rows: Vec<R>) -> Self {
        Self { rows, stopped_at: None }
    }
}

/// Looks through a list, batch by batch, until the window is full: `load` gives the rows of a window, `place` where one
/// stands in the list, `holds` whether it is one of those that are sought.
///
/// # Errors
/// What `load` and `holds` say.
pub fn look_through<R>(
    tx: &mut Tx<'_, '_>,
    window: Window,
    load: impl FnMut(&mut Tx<'_, '_>, Window) -> Result<Vec<R>>,
    place: impl Fn(&R) -> (Time, Id),
    holds: impl FnMut(&R) -> Result<bool>,
) -> Result<Found<R>> {
    look_through_some(tx, window, MOST, load, place, holds)
}

/// As [`look_through`], but at `most` rows: for a filter that no index has.
///
/// # Errors
/// What `load` and `holds` say.
pub fn look_through_some<R>(
    tx: &mut Tx<'_, '_>,
    window: Window,
    most: usize,
    mut load: impl FnMut(&mut Tx<'_, '_>, Window) -> Result<Vec<R>>,
    place: impl Fn(&R) -> (Time, Id),
    mut holds: impl FnMut(&R) -> Result<bool>,
) -> Result<Found<R>> {
    let wanted = usize::try_from(window.limit).unwrap_or(usize::MAX);
    let mut batches = Window { limit: BATCH, ..window };
    let mut found = Found::all(Vec::new());
    let mut looked_at = 0;
    loop {
        let batch = load(tx, batches)?;
        looked_at += batch.len();
        batches.after = batch.last().map(&place);
        let is_last = i64::try_from(batch.len()).is_ok_and(|length| length < BATCH);
        for row in batch {
            if holds(&row)? {
                found.rows.push(row);
                if found.rows.len() == wanted {
                    return Ok(found);
                }
            }
        }
        if is_last {
            return Ok(found);
        }
        if looked_at >= most {
            found.stopped_at = batches.after;
            return Ok(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(query: &str, text: &str) -> bool {
        Words::parse(query).unwrap().all_in(&[text])
    }

    #[test]
    fn form_case_and_width_of_letters_do_not_matter() {
        assert!(found("NGUYE\u{302}\u{303}N", "anh nguyễn ơi"));
        assert!(found("ｋｋ園区", "KK園区"));
        assert!(found("ﬁfty", "FIFTY days"));
        assert!(found("ខ្ញុំនៅ", "ខ្ញុំ\u{200b}នៅ"));
        assert!(!found("nguyen", "nguyễn"));
    }

    #[test]
    fn every_word_must_occur_and_may_stand_inside_another() {
        assert!(found("gate red", "the redwood, by the gates"));
        assert!(!found("gate blue", "the redwood, by the gates"));
        assert!(found("妙瓦底", "我在妙瓦底的园区"));
        assert!(Words::parse("one two").unwrap().all_in(&["two", "one"]));
    }

    #[test]
    fn nothing_visible_is_no_query() {
        assert!(Words::parse("\u{200b} \u{feff}").is_err());
    }

    proptest! {
        #[test]
        fn a_text_is_found_by_each_of_its_words(text in "\\PC{0,60}") {
            for word in text.split_whitespace() {
                if let Ok(words) = Words::parse(word) {
                    prop_assert!(words.all_in(&[&text]), "{word:?}");
                }
            }
        }
    }
}
