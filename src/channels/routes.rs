//! `/v1/people/{id}/channels` and `/v1/channels/{id}`

pub mod advice;

use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{
    self, Challenge, ChannelView, HANDLE, NOT_KNOWN, NewChannel, Platform, Rules, SAFETY, Safety, Window,
};
use super::store;
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::error::{Error, Result};
use crate::http::answer::{IfMatch, Versioned};
use crate::http::body::Valid;
use crate::http::idempotency::{Created, Creation};
use crate::http::page::{Keyset, Page, PageQuery};
use crate::http::params::{ClientId, PathId, Query};
use crate::http::patch::Patch;
use crate::http::text::{self, ClockTime, Language, Line, Prose, ZoneName};
use crate::{cases, people};

/// `GET /v1/people/{id}/channels`
pub async fn list(
    auth: Authorized<may::ChannelList>,
    person_id: PathId,
    query: Query<PageQuery>,
) -> Result<Page<ChannelView>> {
    auth.read(move |tx| {
        tx.about(person_id.0);
        let (case, person) = people::model::open(tx, person_id.0)?;
        let keyset = Keyset::plain(tx, format!("channel.list {}", person.id), &query)?;
        let rows = store::list(&tx.scope, tx.conn, person.id, &keyset)?;
        keyset.page(tx, rows, |row| (row.created_at, row.id), |_, row| model::show(&case.access, &row, None))
    })
    .await
}

/// A time of the week at which the person may be written to, on the clock of the rules' time zone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChannelWindowIn)]
pub struct WindowIn {
    /// ISO days of the week on which it begins: 1 is Monday, 7 is Sunday; none twice.
    #[schema(min_items = 1, max_items = 7)]
    days: Vec<u8>,
    /// Its beginning.
    from: ClockTime,
    /// Its end; one before `from` is on the next day.
    to: ClockTime,
}

/// How the person may be written to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChannelRulesIn)]
pub struct RulesIn {
    /// The person's time zone.
    time_zone: ZoneName,
    /// When they may be written to; an empty list means any time.
    #[serde(default)]
    #[schema(max_items = 50)]
    windows: Vec<WindowIn>,
    /// Whether we may write first; no if not said.
    #[serde(default)]
    initiate: bool,
    /// In which languages.
    #[serde(default)]
    #[schema(max_items = 20)]
    languages: Vec<Language>,
    /// Who we say we are there.
    #[serde(default)]
    persona: Option<Prose<2_000>>,
    /// Words that must never be sent there.
    #[serde(default)]
    #[schema(max_items = 100)]
    forbidden_words: Vec<Line<100>>,
}

/// A question that only the person can answer: with its answer, or alone.
#[derive(Deserialize, ToSchema)]
#[serde(untagged, expecting = "a question, or an object with `question` and `answer`")]
#[schema(as = ChannelChallengeIn)]
pub enum ChallengeIn {
    /// The answer is not agreed on yet.
    Question(Line<500>),
    /// Both.
    Agreed(AgreedChallenge),
}

/// A question with what only the person would answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreedChallenge {
    /// What to ask.
    question: Line<500>,
    /// What only they would answer.
    answer: Line<500>,
}

fn window(index: usize, window: WindowIn) -> Result<Window> {
    let WindowIn { mut days, from, to } = window;
    let given = days.len();
    days.sort_unstable();
    days.dedup();
    if given == 0 || days.len() != given || !days.iter().all(|day| (1..=7).contains(day)) {
        let detail = "must have one or more days from 1 (Monday) to 7 (Sunday), none twice";
        return Err(Error::invalid(format!("/rules/windows/{index}/days"), detail));
    }
    if from == to {
        // Nothing, or the whole day: who writes at a wrong hour may have somebody beaten, so we do not guess.
        let detail = "must differ from `from`; a whole day is 00:00 to 23:59";
        return Err(Error::invalid(format!("/rules/windows/{index}/to"), detail));
    }
    Ok(Window { days, from: from.into_inner(), to: to.into_inner() })
}

fn rules(rules: RulesIn) -> Result<Rules> {
    let RulesIn { time_zone, windows, initiate, languages, persona, forbidden_words } = rules;
    let windows = text::list("/rules/windows", windows, 50, |window| window)?;
    Ok(Rules {
        time_zone: time_zone.into_inner(),
        windows: windows
            .into_iter()
            .enumerate()
            .map(|(index, one)| window(index, one))
            .collect::<Result<_>>()?,
        initiate,
        languages: text::list("/rules/languages", languages, 20, Language::into_inner)?,
        persona: persona.map(Prose::into_inner),
        forbidden_words: text::list("/rules/forbidden_words", forbidden_words, 100, Line::into_inner)?,
    })
}

fn duress_words(words: Vec<Line<100>>) -> Result<Vec<String>> {
    text::list("/duress_words", words, 100, Line::into_inner)
}

fn challenge(challenge: ChallengeIn) -> Challenge {
    match challenge {
        ChallengeIn::Question(question) => Challenge { question: question.into_inner(), answer: None },
        ChallengeIn::Agreed(AgreedChallenge { question, answer }) => {
            Challenge { question: question.into_inner(), answer: Some(answer.into_inner()) }
        }
    }
}

/// What `POST /v1/people/{id}/channels` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelIn {
    /// A UUIDv7 made by the client, for work that began offline.
    #[serde(default)]
    id: Option<ClientId>,
    /// Where.
    platform: Platform,
    /// The number, user name or address there, as it is written.
    handle: Line<200>,
    /// Whose device answers: `own`, `borrowed`, `shared`, `captor`, or in words. `unknown` if not said.
    #[serde(default)]
    device_owner: Option<Line<100>>,
    /// How the person may be written to; not settled if not said.
    #[serde(default)]
    rules: Option<RulesIn>,
    /// Words by which the person says that they are not free to write.
    #[serde(default)]
    #[schema(max_items = 100)]
    duress_words: Vec<Line<100>>,
    /// How to find out whether it is them.
    #[serde(default)]
    challenge: Option<ChallengeIn>,
}

/// `POST /v1/people/{id}/channels`
pub async fn create(
    auth: Authorized<may::ChannelCreate>,
    person_id: PathId,
    body: Valid<ChannelIn>,
) -> Result<Creation<ChannelView>> {
    let (body, digest) = body.into_parts();
    auth.create(digest, move |tx| {
        let (case, person) = people::model::open(tx, person_id.0)?;
        let id = ClientId::or_new(body.id, tx.now());
        tx.about(id);
        let handle = body.handle.into_inner();
        let safety = Safety {
            device_owner: body.device_owner.map_or_else(|| NOT_KNOWN.to_owned(), Line::into_inner),
            rules: body.rules.map(rules).transpose()?,
            duress_words: duress_words(body.duress_words)?,
            challenge: body.challenge.map(challenge),
        };
        let channel = NewChannel { id, platform: body.platform, handle: handle.clone(), safety };
        let row = model::add(tx, &case, &person, channel)?;
        let also = model::also_on_cases(tx, &row, &handle)?;
        Ok(Created {
            location: None,
            version: Some(row.version),
            view: model::show(&case.access, &row, Some(also))?,
        })
    })
    .await
}

/// What `PATCH /v1/channels/{id}` takes: absent leaves, null clears; the rules and each list are replaced as
/// a whole. Another platform is another channel.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelPatch {
    /// The number, user name or address, as it is written.
    #[serde(default)]
    handle: Option<Line<200>>,
    /// Whose device answers.
    #[serde(default)]
    device_owner: Option<Line<100>>,
    /// How the person may be written to.
    #[serde(default)]
    rules: Option<RulesIn>,
    /// Words by which the person says that they are not free to write.
    #[serde(default)]
    #[schema(max_items = 100)]
    duress_words: Option<Vec<Line<100>>>,
    /// How to find out whether it is them.
    #[serde(default)]
    #[schema(value_type = Option<ChallengeIn>)]
    challenge: Patch<ChallengeIn>,
}

/// `PATCH /v1/channels/{id}`
pub async fn update(
    auth: Authorized<may::ChannelUpdate>,
    id: PathId,
    if_match: IfMatch,
    body: Valid<ChannelPatch>,
) -> Result<Versioned<ChannelView>> {
    let body = body.into_inner();
    auth.write(move |tx| {
        tx.about(id.0);
        let (case, mut row) = model::open(tx, id.0)?;
        if_match.check(row.version)?;
        // The case before what hangs on it: see `cases::model::open_alone`.
        cases::store::touch(&tx.scope, tx.conn, row.case_id)?;
        let access = &case.access;
        // Nobody rewrites what they may not read.
        let old = access.open(&SAFETY, row.id, &row.safety)?.ok_or_else(Error::forbidden)?;
        let mut safety = old.clone();
        safety.device_owner = body.device_owner.map_or(safety.device_owner, Line::into_inner);
        if let Some(new) = body.rules {
            safety.rules = Some(rules(new)?);
        }
        if let Some(words) = body.duress_words {
            safety.duress_words = duress_words(words)?;
        }
        safety.challenge = match body.challenge {
            Patch::Leave => safety.challenge,
            Patch::Clear => None,
            Patch::Set(new) => Some(challenge(new)),
        };
        model::keep_history(tx, access, &row, &old, &safety)?;
        row.safety = access.seal(&SAFETY, row.id, &safety)?;
        let mut also = None;
        if let Some(handle) = body.handle.map(Line::into_inner) {
            row.handle_hash = model::handle_hash(tx, row.platform, &handle)?;
            row.handle = access.seal(&HANDLE, row.id, &handle)?;
            also = Some(model::also_on_cases(tx, &row, &handle)?);
        }
        store::update(&tx.scope, tx.conn, &row)?;
        let (case, row) = model::open(tx, id.0)?;
        Ok(Versioned { version: row.version, view: model::show(&case.access, &row, also)? })
    })
    .await
}
