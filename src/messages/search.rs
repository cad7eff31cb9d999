//! Search in sealed text: the messages of one case are opened, inside the caller's scope, and looked through.

use super::model::{self, CONTENT, CORRECTION, Corrections};
use super::store::{self, CorrectionRow, MessageRow};
use crate::authz::{Class, Tx};
use crate::cases::model::OpenCase;
use crate::crypto::Access;
use crate::db::types::{Id, Time};
use crate::db::window::Window;
use crate::error::{Error, Result};
use crate::text::normalise;

/// Messages that are open at the same time.
const BATCH: i64 = 500;
/// Messages that one request looks through; a longer log is searched over several pages.
const MOST: usize = 20_000;

/// The words that must all occur in a message. Has no `Debug`: what is searched for may be a name.
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
pub struct Found {
    /// The messages that hold all words, in the order of the list.
    pub messages: Vec<MessageRow>,
    /// Their corrections.
    pub corrections: Corrections,
    /// The last message that was looked at, when the search gave up before the end of the log.
    pub stopped_at: Option<(Time, Id)>,
}

/// Looks for the messages of a window. Nothing is found where content is not granted.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn search(
    tx: &mut Tx<'_, '_>,
    case: &OpenCase,
    channel_id: Option<Id>,
    words: &Words,
    window: Window,
) -> Result<Found> {
    let wanted = usize::try_from(window.limit).unwrap_or(usize::MAX);
    let mut batches = Window { limit: BATCH, ..window };
    let mut found = Found { messages: Vec::new(), corrections: Corrections::new(), stopped_at: None };
    if !case.access.grants().has(Class::Content) {
        return Ok(found);
    }
    let mut looked_at = 0;
    loop {
        let batch = store::list(&tx.scope, tx.conn, case.row.id, channel_id, batches)?;
        looked_at += batch.len();
        batches.after = batch.last().map(MessageRow::place);
        let mut corrections = model::corrections(tx, &batch)?;
        let is_last = i64::try_from(batch.len()).is_ok_and(|length| length < BATCH);
        for row in batch {
            let of_this = corrections.remove(&row.id).unwrap_or_default();
            if holds(&case.access, &row, &of_this, words)? {
                found.corrections.insert(row.id, of_this);
                found.messages.push(row);
                if found.messages.len() == wanted {
                    return Ok(found);
                }
            }
        }
        if is_last {
            return Ok(found);
        }
        if looked_at >= MOST {
            found.stopped_at = batches.after;
            return Ok(found);
        }
    }
}

fn holds(access: &Access, row: &MessageRow, corrections: &[CorrectionRow], words: &Words) -> Result<bool> {
    let Some(content) = access.open(&CONTENT, row.id, &row.content)? else {
        return Ok(false);
    };
    let mut corrected = Vec::new();
    for row in corrections {
        corrected.extend(access.open(&CORRECTION, row.id, &row.content)?);
    }
    let corrected =
        corrected.iter().flat_map(|correction| [correction.body.as_ref(), correction.translation.as_ref()]);
    let texts = [Some(&content.body), content.translation.as_ref()].into_iter().chain(corrected);
    let texts: Vec<&str> = texts.flatten().map(String::as_str).collect();
    Ok(words.all_in(&texts))
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
