//! Where a clue comes from, and the words that it rests on.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::Reliability;
use super::store;
use crate::authz::{Class, Tx};
use crate::cases::model::OpenCase;
use crate::crypto::Field;
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::http::number::TextOffset;
use crate::http::text::Excerpt;
use crate::messages::model::{Authenticity, CONTENT, CORRECTION};
use crate::{attachments, messages};

/// Words on where a clue comes from.
pub const SOURCE_LABEL: Field<String> = Field::new("clues.source_label", Class::Source);
/// The words that a clue rests on.
pub const QUOTE: Field<Quote> = Field::new("clues.quote", Class::Content);

crate::words! {
    /// What kind of thing a clue comes from.
    pub enum SourceKind {
        /// A message of the case.
        Message = "message",
        /// A file of the case.
        Attachment = "attachment",
        /// A report from the field.
        FieldReport = "field_report",
        /// A person of the case, outside of the contact log, or somebody whom the label describes.
        Person = "person",
        /// Something public.
        OpenSource = "open_source",
    }
}

/// The words that a clue rests on, and where they stand.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Quote {
    /// The words, exactly as they stand there.
    pub text: Excerpt<4_000>,
    /// Where they begin in the text of the source, in Unicode scalar values from 0.
    pub start: TextOffset,
    /// Where they end: the place after the last one.
    pub end: TextOffset,
}

impl Quote {
    /// These words where they first stand in a text; none if they do not, or are too long to be quoted.
    pub fn of(text: &str, words: &str) -> Option<Self> {
        let at = text.find(words)?;
        let start = text.get(..at)?.chars().count();
        Self::span(text, start, start + words.chars().count())
    }

    /// Words whose place is known.
    pub fn new(words: &str, start: usize, end: usize) -> Option<Self> {
        let offset = |place: usize| TextOffset::new(i32::try_from(place).ok()?).ok();
        Some(Self { text: Excerpt::parse(words).ok()?, start: offset(start)?, end: offset(end)? })
    }

    /// The words of a text between two places, in Unicode scalar values; none if there are none, or too many.
    pub fn span(text: &str, start: usize, end: usize) -> Option<Self> {
        let words: String = text.chars().skip(start).take(end.checked_sub(start)?).collect();
        Self::new(&words, start, end)
    }
}

/// Where a clue comes from.
#[derive(Clone)]
pub struct ClueSource {
    /// What kind of thing.
    pub kind: SourceKind,
    /// The message, report or person.
    pub reference: Option<Id>,
    /// Words on it.
    pub label: Option<String>,
}

impl ClueSource {
    /// A message of the case.
    pub fn message(id: Id) -> Self {
        Self { kind: SourceKind::Message, reference: Some(id), label: None }
    }

    /// A file of the case.
    pub fn attachment(id: Id) -> Self {
        Self { kind: SourceKind::Attachment, reference: Some(id), label: None }
    }

    /// A report on an operation for the case.
    pub fn report(id: Id) -> Self {
        Self { kind: SourceKind::FieldReport, reference: Some(id), label: None }
    }
}

/// Where a clue comes from, as it is shown.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClueSourceView {
    /// What kind of thing.
    kind: SourceKind,
    /// The message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    message_id: Option<Id>,
    /// The file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    attachment_id: Option<Id>,
    /// The report.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    report_id: Option<Id>,
    /// The person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    person_id: Option<Id>,
    /// Words on it, for who may know where knowledge comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    label: Option<String>,
    /// Whether it is a message that somebody else may have written; absent otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    suspect: bool,
}

impl ClueSourceView {
    /// `label` only for who may see it.
    pub(super) fn new(kind: SourceKind, reference: Option<Id>, label: Option<String>, suspect: bool) -> Self {
        let of = |wanted: SourceKind| reference.filter(|_| kind == wanted);
        Self {
            suspect,
            kind,
            message_id: of(SourceKind::Message),
            attachment_id: of(SourceKind::Attachment),
            report_id: of(SourceKind::FieldReport),
            person_id: of(SourceKind::Person),
            label,
        }
    }
}

/// Checks that a source exists on this case, and gives the grade that a clue from it begins with.
pub(super) fn check_source(
    tx: &mut Tx<'_, '_>,
    case: &OpenCase,
    source: &ClueSource,
    reliability: Reliability,
) -> Result<Reliability> {
    let case_id = case.row.id;
    let absent = |pointer, what| Err(Error::invalid(pointer, format!("is no {what} of this case")));
    match (source.kind, source.reference) {
        (SourceKind::Message, Some(id)) => {
            match store::message_authenticity(&tx.scope, tx.conn, case_id, id)? {
                None => absent("/source/message_id", "message"),
                // Who holds the phone may be one of those who hold the person. F stays: it claims nothing.
                Some(Authenticity::Suspect) => Ok(reliability.max(Reliability::E)),
                Some(Authenticity::Verified | Authenticity::Unverified) => Ok(reliability),
            }
        }
        (SourceKind::Message, None) => {
            Err(Error::invalid("/source/message_id", "is needed for a source of this kind"))
        }
        (SourceKind::Attachment, None) => {
            Err(Error::invalid("/source/attachment_id", "is needed for a source of this kind"))
        }
        (SourceKind::Attachment, Some(id))
            if !attachments::store::exists(&tx.scope, tx.conn, case_id, id)? =>
        {
            absent("/source/attachment_id", "attachment")
        }
        (SourceKind::FieldReport, Some(id)) if !store::has_report(&tx.scope, tx.conn, case_id, id)? => {
            absent("/source/report_id", "report")
        }
        (SourceKind::Person, Some(id)) if !store::has_person(&tx.scope, tx.conn, case_id, id)? => {
            absent("/source/person_id", "person")
        }
        (
            SourceKind::Attachment | SourceKind::FieldReport | SourceKind::Person | SourceKind::OpenSource,
            _,
        ) => Ok(reliability),
    }
}

/// Checks that a quote stands where it says, if its source is a message of the case.
///
/// # Errors
/// 422 below `/quote`.
pub(super) fn check_quote(
    tx: &mut Tx<'_, '_>,
    case: &OpenCase,
    source: &ClueSource,
    quote: &Quote,
) -> Result<()> {
    if quote.end < quote.start {
        return Err(Error::invalid("/quote/end", "must not be before start"));
    }
    let (SourceKind::Message, Some(message_id)) = (source.kind, source.reference) else {
        return Ok(());
    };
    if !messages::store::exists(&tx.scope, tx.conn, case.row.id, message_id)? {
        return Err(Error::invalid("/source/message_id", "is no message of this case"));
    }
    let (_, message) = messages::model::open(tx, message_id)?;
    let Some(content) = case.access.open(&CONTENT, message.id, &message.content)? else {
        return Ok(());
    };
    // A correction is what the staff now reads, and the original what was read before: either may be quoted.
    let mut bodies = vec![content.body];
    for row in messages::store::corrections_of(&tx.scope, tx.conn, &[message.id])? {
        bodies.extend(
            case.access.open(&CORRECTION, row.id, &row.content)?.and_then(|correction| correction.body),
        );
    }
    if bodies.iter().any(|body| stands_in(quote, body)) {
        Ok(())
    } else {
        Err(Error::invalid("/quote/text", "is not what stands in the message from start to end"))
    }
}

fn stands_in(quote: &Quote, body: &str) -> bool {
    let place = |offset: TextOffset| usize::try_from(offset.get()).unwrap_or(usize::MAX);
    let (start, end) = (place(quote.start), place(quote.end));
    let length = end.saturating_sub(start);
    let slice: String = body.chars().skip(start).take(length).collect();
    // A body that ends before `end` gives a shorter slice.
    slice == quote.text.as_str() && slice.chars().count() == length
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn quote(text: &str, start: i32, end: i32) -> Quote {
        Quote {
            text: Excerpt::parse(text).unwrap(),
            start: TextOffset::new(start).unwrap(),
            end: TextOffset::new(end).unwrap(),
        }
    }

    #[test]
    fn offsets_count_scalar_values() {
        assert!(stands_in(&quote("妙瓦底", 2, 5), "我在妙瓦底的园区"));
        assert!(stands_in(&quote("🌅 at", 1, 5), "a🌅 at six"));
        assert!(!stands_in(&quote("妙瓦底", 3, 6), "我在妙瓦底的园区"));
        assert!(!stands_in(&quote("six", 7, 11), "a🌅 at six"), "beyond the end");
    }

    proptest! {
        #[test]
        fn every_slice_of_a_text_stands_in_it(
            chars in proptest::collection::vec(any::<char>().prop_filter("no NUL", |c| *c != '\0'), 1..40),
            a in 0_usize..40,
            b in 0_usize..40,
        ) {
            let (start, end) = (a.min(b).min(chars.len() - 1), a.max(b).min(chars.len()));
            prop_assume!(start < end);
            let body: String = chars.iter().collect();
            let slice: String = chars[start..end].iter().collect();
            let quote = quote(&slice, i32::try_from(start).unwrap(), i32::try_from(end).unwrap());
            prop_assert!(stands_in(&quote, &body));
        }
    }
}
