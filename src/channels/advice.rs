//! Whether a person may be written to, and what to mind about what was written: by the rules of its time.
//!
//! Advice is given, never enforced: what has been sent is logged with its flags, since a log with holes helps nobody.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{self, Challenge, Rules, SAFETY, SAFETY_BEFORE, Safety};
use super::store::{self, ChannelRow};
use super::windows::{Schedule, Span};
use super::words::Words;
use crate::authz::{Scope, Tx};
use crate::crypto::Access;
use crate::db::Conn;
use crate::db::types::Time;
use crate::error::{Error, Result};
use crate::messages::model::{Authenticity, Direction, Flag};
use crate::view;

/// For so long after the person has written, writing to them is an answer, even where we may not write first.
const ANSWER_HOURS: i64 = 24;

crate::words! {
    /// Why a person should not be written to.
    pub enum Reason {
        /// It is outside of the times that are safe for them.
        UnsafeWindow = "unsafe_window",
        /// We may not write first there, and they have not written for a day.
        MayNotInitiate = "may_not_initiate",
        /// The contact watch of the case is paused: no contact is to be made.
        Paused = "paused",
        /// What came last was suspect, and nobody has proved since then who they are.
        AssumeSomeoneElseReads = "assume_someone_else_reads",
        /// Nobody has settled with them how they may be written to.
        RulesNotSettled = "rules_not_settled",
    }
}

impl Reason {
    /// One sentence for whoever is about to write.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::UnsafeWindow => "It is outside of the times at which this person may be written to.",
            Self::MayNotInitiate => {
                "We may not write first here, and the person has not written in the last 24 hours."
            }
            Self::Paused => "Contact on this case is paused.",
            Self::AssumeSomeoneElseReads => {
                "The last messages were suspect: assume that somebody else reads along until the person has \
                 proved who they are."
            }
            Self::RulesNotSettled => "Nobody has settled yet how this person may be written to.",
        }
    }
}

/// What had happened on a channel by a moment.
#[derive(Debug, Clone, Default)]
pub struct Situation {
    /// When no contact is to be made.
    pub pauses: Vec<Span>,
    /// When the latest message of the person had been sent (UTC).
    pub last_inbound_at: Option<Time>,
    /// Whether the latest suspect message came after the latest verified one, or with it.
    pub doubted: bool,
}

impl Situation {
    /// Whether a message of the person is as good as doubted: the latest suspect one against the latest verified.
    pub fn doubts(suspect_at: Option<Time>, verified_at: Option<Time>) -> bool {
        suspect_at.is_some_and(|suspect| verified_at.is_none_or(|verified| verified <= suspect))
    }
}

/// Whether a message to the person at `at` answers one of theirs.
fn is_answer(last_inbound_at: Option<Time>, at: Time) -> bool {
    last_inbound_at.is_some_and(|last| last <= at && at <= last.plus_seconds(ANSWER_HOURS * 3600))
}

/// Every reason not to write at `at`; none means that writing is allowed. `rules` are those that hold then.
pub fn judge(rules: Option<&Rules>, situation: &Situation, at: Time) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if let Some(rules) = rules {
        if !Schedule::new(rules, &[]).in_window(at) {
            reasons.push(Reason::UnsafeWindow);
        }
        if !rules.initiate && !is_answer(situation.last_inbound_at, at) {
            reasons.push(Reason::MayNotInitiate);
        }
    }
    if situation.pauses.iter().any(|pause| pause.holds(at)) {
        reasons.push(Reason::Paused);
    }
    if situation.doubted {
        reasons.push(Reason::AssumeSomeoneElseReads);
    }
    if rules.is_none() {
        reasons.push(Reason::RulesNotSettled);
    }
    reasons
}

/// The first stretch from `at` on in which windows and pauses allow writing; none while somebody else may read, or
/// nothing is settled.
pub fn next_window(rules: Option<&Rules>, situation: &Situation, at: Time) -> Option<Span> {
    let rules = rules.filter(|_| !situation.doubted)?;
    super::windows::next_window(rules, &situation.pauses, at)
}

/// The next stretch in which the person may be written to; null if there is none.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(transparent)]
pub struct NextWindow(Option<Span>);

view! {
    /// Whether a person may be written to on a channel.
    pub struct AdviceView from AdviceFields {
        /// The moment that was asked about (UTC).
        contact at: Time,
        /// Whether writing is advised: there is no reason against it.
        contact allowed: bool,
        /// Every reason against it.
        contact reasons: Vec<Reason>,
        /// The same in sentences.
        contact explanations: Vec<String>,
        /// When windows and pauses allow it, from that moment on; `to` is absent when nothing ends it. Null when
        /// no such time comes, somebody else may read, or nothing is settled.
        contact next_window: NextWindow,
        /// Whose device answers.
        contact device_owner: String,
        /// In which languages to write: BCP 47.
        contact languages: Vec<String>,
        /// Who we say we are there.
        contact persona: String,
        /// How to find out whether it is them.
        contact challenge: Challenge,
        /// Words that must never be sent there.
        contact forbidden_words: Vec<String>,
    }
}

/// What is known about a channel at `at`.
///
/// # Errors
/// Of the database.
pub fn situation(scope: &Scope, conn: &mut Conn<'_>, row: &ChannelRow, at: Time) -> Result<Situation> {
    let mut last = |judged| store::last_inbound(scope, conn, row.id, at, judged);
    let last_inbound_at = last(None)?;
    let doubted = Situation::doubts(last(Some(Authenticity::Suspect))?, last(Some(Authenticity::Verified))?);
    let pauses = store::pauses(scope, conn, row.case_id)?;
    Ok(Situation { pauses, last_inbound_at, doubted })
}

/// Whether the person may be written to at `at`, by the rules of that time.
///
/// # Errors
/// 403 where contact is not granted; `internal` when a column was changed or moved.
pub fn advise(tx: &mut Tx<'_, '_>, access: &Access, row: &ChannelRow, at: Time) -> Result<AdviceView> {
    let safety = model::safety_at(tx, access, row, at)?.ok_or_else(Error::forbidden)?;
    let situation = situation(&tx.scope, tx.conn, row, at)?;
    let Safety { device_owner, rules, duress_words: _, challenge } = safety;
    let reasons = judge(rules.as_ref(), &situation, at);
    let next_window = next_window(rules.as_ref(), &situation, at);
    let (languages, persona, forbidden_words) =
        rules.map(|rules| (rules.languages, rules.persona, rules.forbidden_words)).unwrap_or_default();
    let fields = AdviceFields {
        at: Some(at),
        allowed: Some(reasons.is_empty()),
        explanations: Some(reasons.iter().map(|reason| reason.explanation().to_owned()).collect()),
        reasons: Some(reasons),
        next_window: Some(NextWindow(next_window)),
        device_owner: Some(device_owner),
        languages: Some(languages),
        persona,
        challenge,
        forbidden_words: Some(forbidden_words),
    };
    Ok(fields.redact(access.grants()))
}

/// What to mind about a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// What to show beside it.
    pub flags: Vec<Flag>,
    /// Whether the person said that they are not free to write.
    pub duress: bool,
}

/// Rules that were read once for many messages.
struct Law {
    duress_words: Words,
    forbidden_words: Words,
    /// `None` while nothing was settled.
    windows: Option<Schedule>,
    initiate: bool,
}

impl Law {
    fn new(safety: &Safety) -> Self {
        let rules = safety.rules.as_ref();
        Self {
            duress_words: Words::new(&safety.duress_words),
            forbidden_words: Words::new(rules.map_or(&[], |rules| &rules.forbidden_words)),
            windows: rules.map(|rules| Schedule::new(rules, &[])),
            initiate: rules.is_none_or(|rules| rules.initiate),
        }
    }
}

/// Judges messages of one channel, each by the rules of its time: loaded once, then without a database.
pub struct Judge {
    /// What held until when, oldest first.
    before: Vec<(Time, Law)>,
    now: Law,
    pauses: Vec<Span>,
}

impl Judge {
    /// Of what held until each moment, oldest first, what holds now, and the pauses.
    pub fn new(before: &[(Time, Safety)], now: &Safety, pauses: Vec<Span>) -> Self {
        let before = before.iter().map(|(until, safety)| (*until, Law::new(safety))).collect();
        Self { before, now: Law::new(now), pauses }
    }

    /// Loads what judging the messages of a channel needs.
    ///
    /// # Errors
    /// 403 where contact is not granted; `internal` when a column was changed or moved.
    pub fn load(tx: &mut Tx<'_, '_>, access: &Access, row: &ChannelRow) -> Result<Self> {
        let now = access.open(&SAFETY, row.id, &row.safety)?.ok_or_else(Error::forbidden)?;
        let mut before = Vec::new();
        for change in store::changes_after(&tx.scope, tx.conn, row.id, None, i64::MAX)? {
            let safety = access.open(&SAFETY_BEFORE, change.id, &change.safety)?;
            before.push((change.until_at, safety.ok_or_else(Error::forbidden)?));
        }
        Ok(Self::new(&before, &now, store::pauses(&tx.scope, tx.conn, row.case_id)?))
    }

    /// Judges a message of `at` that says `texts`, its translation among them. `last_inbound_at` is when the latest
    /// message of the person had been sent by then; it matters only for what we wrote.
    pub fn verdict(
        &self,
        direction: Direction,
        texts: &[&str],
        at: Time,
        last_inbound_at: Option<Time>,
    ) -> Verdict {
        let law = self.before.iter().find(|(until, _)| at < *until).map_or(&self.now, |(_, law)| law);
        match direction {
            Direction::Inbound => {
                let duress = law.duress_words.any_in(texts);
                Verdict { flags: if duress { vec![Flag::Duress] } else { Vec::new() }, duress }
            }
            Direction::Outbound => {
                let flags = [
                    (Flag::UnsafeWindow, law.windows.as_ref().is_some_and(|windows| !windows.in_window(at))),
                    (Flag::ForbiddenWord, law.forbidden_words.any_in(texts)),
                    (Flag::MayNotInitiate, !law.initiate && !is_answer(last_inbound_at, at)),
                    (Flag::Paused, self.pauses.iter().any(|pause| pause.holds(at))),
                ];
                let flags = flags.into_iter().filter(|(_, is_so)| *is_so).map(|(flag, _)| flag).collect();
                Verdict { flags, duress: false }
            }
        }
    }
}

/// Judges one message of a channel; many are judged by one [`Judge`].
///
/// # Errors
/// As [`Judge::load`].
pub fn judge_message(
    tx: &mut Tx<'_, '_>,
    access: &Access,
    row: &ChannelRow,
    direction: Direction,
    texts: &[&str],
    at: Time,
) -> Result<Verdict> {
    // Only what held then: the whole history may be long.
    let safety = model::safety_at(tx, access, row, at)?.ok_or_else(Error::forbidden)?;
    // The person may write whenever they can.
    let (pauses, last_inbound_at) = match direction {
        Direction::Outbound => (
            store::pauses(&tx.scope, tx.conn, row.case_id)?,
            store::last_inbound(&tx.scope, tx.conn, row.id, at, None)?,
        ),
        Direction::Inbound => (Vec::new(), None),
    };
    let judge = Judge::new(&[], &safety, pauses);
    Ok(judge.verdict(direction, texts, at, last_inbound_at))
}

#[cfg(test)]
mod tests;
