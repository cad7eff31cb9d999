//! `/v1/cases/{id}/messages` and `/v1/messages`

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::intake;
use super::model::{self, Authenticity, CONTENT, Content, Correction, Direction, MessageForm, MessageView};
use super::search;
use super::store::{self, MessageRow};
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::channels::advice::judge_message;
use crate::clues::extraction;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::body::Valid;
use crate::http::idempotency::{Created, Creation};
use crate::http::page::{Keyset, Limit, Page};
use crate::http::params::{ClientId, PathId, Query};
use crate::http::text::{Language, Line, Prose};
use crate::location::extraction::Proposal;
use crate::search::{Found, Words};
use crate::{attachments, cases};

/// The query of `GET /v1/cases/{id}/messages`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MessageQuery {
    /// Words that must all occur in a message: in its text, its translation, or what either was before a correction.
    #[param(value_type = Option<String>, min_length = 1, max_length = 200)]
    q: Option<Line<200>>,
    /// Only this channel.
    channel_id: Option<Id>,
    /// `sent_at`, or `-sent_at` for newest first. `sent_at` if not said.
    sort: Option<String>,
    /// Items per page, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before. A page of a search may be short, even empty, and still have one.
    cursor: Option<String>,
}

/// `GET /v1/cases/{id}/messages`
pub async fn list(
    auth: Authorized<may::MessageList>,
    id: PathId,
    query: Query<MessageQuery>,
) -> Result<Page<MessageView>> {
    let Query(MessageQuery { q, channel_id, sort, limit, cursor }) = query;
    auth.read(move |tx| {
        let case = cases::model::open(tx, id.0)?;
        let descending = match sort.as_deref() {
            None | Some("sent_at") => false,
            Some("-sent_at") => true,
            Some(_) => return Err(Error::invalid("sort", "must be sent_at or -sent_at")),
        };
        // The words are part of what the cursor is bound to; they are hashed there and go nowhere else.
        let text = q.as_ref().map_or("", Line::as_str);
        let context = format!("message.list {} {channel_id:?} {descending} {text}", id.0);
        let keyset = Keyset::new(tx, context, limit, cursor.as_deref())?;
        let window = keyset.window(descending);
        let found = if let Some(q) = &q {
            tx.note("search");
            search::search(tx, &case, channel_id, &Words::parse(q.as_str())?, window)?
        } else {
            Found::all(search::list(tx, &case, channel_id, window)?)
        };
        keyset.found(
            tx,
            found,
            |(row, _)| row.place(),
            |_, (row, corrections)| model::show(&case.access, &row, &corrections),
        )
    })
    .await
}

/// What `POST /v1/cases/{id}/messages` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageIn {
    /// A UUIDv7 made by the client, for work that began offline.
    #[serde(default)]
    id: Option<ClientId>,
    /// On which channel of the case.
    channel_id: Id,
    /// Which way it went.
    direction: Direction,
    /// When it was sent; not in the future.
    sent_at: Time,
    /// What was written or said.
    body: Prose<20_000>,
    /// Its language.
    #[serde(default)]
    language: Option<Language>,
    /// The same in a language of the staff.
    #[serde(default)]
    translation: Option<Prose<20_000>>,
    /// Whether it comes from whom it seems to come from; `unverified` if not said.
    #[serde(default)]
    authenticity: Option<Authenticity>,
    /// Attachments of the case that were sent with it.
    #[serde(default)]
    #[schema(max_items = 100)]
    attachments: Vec<Id>,
}

/// `POST /v1/cases/{id}/messages`
pub async fn create(
    auth: Authorized<may::MessageCreate>,
    id: PathId,
    body: Valid<MessageIn>,
) -> Result<Creation<MessageView>> {
    let (body, digest) = body.into_parts();
    // Read before anybody waits for it; whoever may not log here is refused below.
    let proposals = match body.direction {
        Direction::Inbound => found(body.body.as_str(), body.sent_at).await,
        // What our side wrote says where somebody else is.
        Direction::Outbound => Vec::new(),
    };
    auth.create(digest, move |tx| {
        let case = cases::model::open(tx, id.0)?;
        let MessageIn {
            id,
            channel_id,
            direction,
            sent_at,
            body,
            language,
            translation,
            authenticity,
            attachments: files,
        } = body;
        model::check_sent_at(tx, sent_at)?;
        // First, so that whoever destroys the case is done or waits.
        cases::store::touch(&tx.scope, tx.conn, case.row.id)?;
        let channel = model::channel_of(tx, case.row.id, channel_id)?;
        let id = ClientId::or_new(id, tx.now());
        tx.about(id);
        let content = Content {
            body: body.into_inner(),
            language: language.map(Language::into_inner),
            translation: translation.map(Prose::into_inner),
            duration_seconds: None,
            edited_at: None,
            attachments: attachments::model::notes(tx, &case, &files)?,
        };
        let verdict = judge_message(tx, &case.access, &channel, direction, &content.texts(), sent_at)?;
        let authenticity = authenticity.unwrap_or(Authenticity::Unverified);
        let row = MessageRow {
            organisation_id: tx.scope.organisation_id,
            id,
            case_id: case.row.id,
            channel_id: channel.id,
            direction,
            form: MessageForm::Text,
            sent_at,
            recorded_at: tx.now(),
            author_id: tx.scope.user_id,
            authenticity,
            ordinal: None,
            import_id: None,
            dedupe_key: None,
            slot_key: None,
            content: case.access.seal(&CONTENT, id, &content)?,
            sender: None,
            placed_at: sent_at,
            judged: if verdict.duress { Authenticity::Suspect } else { authenticity },
            flags: model::seal_flags(&case.access, id, &verdict.flags)?,
        };
        store::insert(tx.conn, &row)?;
        attachments::model::link(tx, case.row.id, id, &files)?;
        if !proposals.is_empty() {
            let known = extraction::Known::rejected(tx, &case)?;
            extraction::add(tx, &case, &row, &proposals, &known)?;
            tx.about(id);
        }
        intake::alert(tx, &row, &verdict.flags)?;
        intake::settle_one(tx, &channel, &row)?;
        Ok(Created { location: None, version: None, view: model::show(&case.access, &row, &[])? })
    })
    .await
}

/// The clues in a text. A message is logged even when there is no time to look for them now: the extractor can be run
/// again.
async fn found(text: &str, sent_at: Time) -> Vec<Proposal> {
    extraction::read(text.to_owned(), sent_at, None).await.unwrap_or_else(|error| {
        tracing::warn!(?error, "a message was logged without looking for clues in it");
        Vec::new()
    })
}

/// What `POST /v1/messages/{id}/corrections` takes: what is in it replaces what was there.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectionIn {
    /// What was written, rightly.
    #[serde(default)]
    body: Option<Prose<20_000>>,
    /// The translation, rightly.
    #[serde(default)]
    translation: Option<Prose<20_000>>,
    /// When it was sent, rightly.
    #[serde(default)]
    sent_at: Option<Time>,
    /// What it is found to be: `verified` after the challenge was answered, `suspect` when somebody else wrote.
    #[serde(default)]
    authenticity: Option<Authenticity>,
    /// Why.
    reason: Prose<2_000>,
}

/// `POST /v1/messages/{id}/corrections`
pub async fn correct(
    auth: Authorized<may::MessageCorrect>,
    id: PathId,
    body: Valid<CorrectionIn>,
) -> Result<Creation<MessageView>> {
    let (CorrectionIn { body, translation, sent_at, authenticity, reason }, digest) = body.into_parts();
    auth.create(digest, move |tx| {
        let (case, row) = model::open(tx, id.0)?;
        if body.is_none() && translation.is_none() && sent_at.is_none() && authenticity.is_none() {
            let detail = "needs at least one of body, translation, sent_at and authenticity";
            return Err(Error::invalid("", detail));
        }
        if let Some(sent_at) = sent_at {
            model::check_sent_at(tx, sent_at)?;
        }
        let correction = Correction {
            reason: reason.into_inner(),
            body: body.map(Prose::into_inner),
            translation: translation.map(Prose::into_inner),
            attachments: Vec::new(),
        };
        model::correct(tx, &case, row.id, (sent_at, authenticity), &correction)?;
        let row = store::find(&tx.scope, tx.conn, id.0)?;
        let corrections = store::corrections_of(&tx.scope, tx.conn, &[row.id])?;
        Ok(Created { location: None, version: None, view: model::show(&case.access, &row, &corrections)? })
    })
    .await
}
