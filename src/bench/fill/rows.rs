//! What a made-up case and a made-up message are.

use std::ops::Range;
use std::sync::Arc;

use super::CASES_PER_CASEWORKER;
use super::store::{self, Rows};
use crate::app::Services;
use crate::assignments::model::AssignmentRole;
use crate::assignments::store::{AssignmentRow, caseload};
use crate::authz::Grants;
use crate::cases::code_name;
use crate::cases::model::{COUNTRY, CaseStatus, ClosingReason, LANGUAGES, Risk, SUMMARY};
use crate::cases::store::{CaseEventKind, CaseEventRow, CaseRow};
use crate::channels::model::{HANDLE, Platform, SAFETY, Safety};
use crate::channels::store::ChannelRow;
use crate::crypto::{Access, OrganisationKeys, WrappedKey, store::insert_data_key};
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::messages::model::{Authenticity, CONTENT, Content, Direction, MessageForm};
use crate::messages::store::MessageRow;
use crate::people::model::{
    DOCUMENTS, NAMES, Name, PARTICULARS, Particulars, PersonRole, RECOGNITION, Recognition,
};
use crate::people::store::PersonRow;
use crate::tasks::model::{TITLE, TaskKind, TaskStatus};
use crate::tasks::store::TaskRow;
use crate::watch::model::Terms;
use crate::watch::store::WatchRow;

/// Over how long it all happened: 300 days.
const SPAN_SECONDS: u64 = 300 * 86_400;

/// A case that messages can be written to.
pub(super) struct Place {
    pub(super) case_id: Id,
    pub(super) channel_id: Id,
    key: WrappedKey,
}

/// Makes rows for one organisation.
pub(super) struct Filler {
    organisation_id: Id,
    keys: Arc<OrganisationKeys>,
    coordinator: Id,
    caseworkers: Vec<Id>,
    /// When the first case was opened.
    begun: Time,
    now: Time,
}

impl Filler {
    /// `users` are a coordinator, an analyst, and caseworkers.
    pub(super) async fn new(services: &Arc<Services>, organisation_id: Id, users: Vec<Id>) -> Result<Self> {
        let keyring = Arc::clone(&services.keyring);
        let keys = services.db.read(move |conn| keyring.organisation(conn, organisation_id)).await?;
        let [coordinator, _, caseworkers @ ..] = users.as_slice() else {
            return Err(Error::internal("there are too few users"));
        };
        let now = services.clock.now();
        Ok(Self {
            organisation_id,
            keys,
            coordinator: *coordinator,
            caseworkers: caseworkers.to_vec(),
            begun: now.plus_seconds(-i64::try_from(SPAN_SECONDS).unwrap_or(0)),
            now,
        })
    }

    /// The moment at which the `n`th of `all` things happened that happened evenly.
    fn moment(&self, n: u64, all: u64) -> Time {
        let micros = u128::from(n) * u128::from(SPAN_SECONDS) * 1_000_000 / u128::from(all.max(1));
        Time::from_micros(self.begun.as_micros().saturating_add(i64::try_from(micros).unwrap_or(0)))
    }

    /// Counts the cases that everybody is on.
    pub(super) fn caseloads(&self, conn: &mut Conn<'_>) -> Result<()> {
        caseload::recount(conn, self.organisation_id, &self.caseworkers)?;
        caseload::recount(conn, self.organisation_id, &[self.coordinator])
    }

    /// Writes the cases of a range of numbers, of `all`.
    pub(super) fn cases(
        &self,
        conn: &mut Conn<'_>,
        numbers: Range<u64>,
        all: u64,
    ) -> Result<Vec<Arc<Place>>> {
        let mut rows = Rows::default();
        let mut places = Vec::new();
        for n in numbers {
            let at = self.moment(n, all);
            let (key, vault) = self.keys.new_key(Id::at(at))?;
            insert_data_key(conn, self.organisation_id, &key, at)?;
            let access = vault.granted(Grants::all());
            let channel_id = self.case(&mut rows, (n, all), at, key.id, &access)?;
            places.push(Arc::new(Place { case_id: key.id, channel_id, key }));
        }
        store::insert(conn, &rows)?;
        Ok(places)
    }

    /// Adds the rows of one case of `all`; gives its channel.
    fn case(
        &self,
        rows: &mut Rows,
        (n, all): (u64, u64),
        at: Time,
        case_id: Id,
        access: &Access,
    ) -> Result<Id> {
        let organisation_id = self.organisation_id;
        let dice = dice(n);
        let status = status(dice);
        let caseworker = self.caseworkers.get(turn(n, self.caseworkers.len(), all));
        let caseworker = caseworker.copied().unwrap_or(self.coordinator);
        rows.cases.push(CaseRow {
            organisation_id,
            id: case_id,
            code_name: code_name::numbered(n),
            status,
            risk: risk(dice),
            closing_reason: (status == CaseStatus::Closed).then_some(ClosingReason::RecoveredHome),
            summary: access.seal(
                &SUMMARY,
                case_id,
                &format!("Somebody writes from a tower, number {n}. {TEXT}"),
            )?,
            country: access.seal_opt(&COUNTRY, case_id, Some(&"MM".to_owned()))?,
            languages: access.seal(&LANGUAGES, case_id, &vec!["vi".to_owned(), "en".to_owned()])?,
            created_by: caseworker,
            created_at: at,
            // Spread over the time since: a list by activity then jumps about the table, as it does after years.
            updated_at: Time::from_micros(
                at.as_micros()
                    + i64::try_from(dice >> 16)
                        .unwrap_or(0)
                        .rem_euclid((self.now.as_micros() - at.as_micros()).max(1)),
            ),
            version: 1,
        });
        rows.events.push(CaseEventRow {
            organisation_id,
            id: Id::at(at),
            case_id,
            kind: CaseEventKind::Opened,
            at,
            recorded_at: at,
            actor_id: caseworker,
            from_status: None,
            to_status: None,
            subject_id: None,
            subject_role: None,
            reason: None,
        });
        rows.assignments.push(AssignmentRow {
            organisation_id,
            id: Id::at(at),
            case_id,
            user_id: caseworker,
            role: AssignmentRole::Lead,
            from_at: at,
            until_at: None,
        });
        let open = !matches!(status, CaseStatus::Closed | CaseStatus::InCare);
        if open && dice % 5 < 3 {
            rows.watches.push(self.watch(case_id, at, dice));
        }
        if open && dice.is_multiple_of(4) {
            rows.tasks.push(self.task(case_id, at, caseworker, access)?);
        }
        let person_id = self.person(rows, n, at, case_id, access)?;
        let channel_id = Id::at(at);
        rows.channels.push(ChannelRow {
            organisation_id,
            id: channel_id,
            case_id,
            person_id,
            platform: Platform::Telegram,
            handle: access.seal(&HANDLE, channel_id, &format!("@number{n}"))?,
            // Found by nobody: the look-up is not what is measured.
            handle_hash: self.keys_hash(n),
            safety: access.seal(&SAFETY, channel_id, &Safety::unsettled())?,
            created_at: at,
            updated_at: at,
            version: 1,
            unanswered_since: (open && dice.is_multiple_of(50)).then_some(at.plus_seconds(3_600)),
        });
        Ok(channel_id)
    }

    fn keys_hash(&self, n: u64) -> Vec<u8> {
        [dice(n).to_le_bytes(), dice(n + 1).to_le_bytes()].concat()
    }

    fn person(&self, rows: &mut Rows, n: u64, at: Time, case_id: Id, access: &Access) -> Result<Id> {
        let id = Id::at(at);
        let name = Name {
            full: format!("Number {n} Invented"),
            script: Some("Latn".to_owned()),
            kind: "legal".to_owned(),
        };
        let particulars = Particulars { birth_year: Some(1999), nationalities: vec!["VN".to_owned()] };
        let recognition = Recognition { description: Some(TEXT.to_owned()), ..Recognition::default() };
        rows.people.push(PersonRow {
            organisation_id: self.organisation_id,
            id,
            case_id,
            role: PersonRole::Victim,
            names: access.seal(&NAMES, id, &vec![name])?,
            documents: access.seal(&DOCUMENTS, id, &Vec::new())?,
            particulars: access.seal(&PARTICULARS, id, &particulars)?,
            recognition: access.seal(&RECOGNITION, id, &recognition)?,
            created_at: at,
            updated_at: at,
            version: 1,
        });
        Ok(id)
    }

    /// On time in thirteen cases of sixteen, else due, overdue or silent: so many that of 10,000 cases a list of any of them is
    /// as full as of 1,000,000. On terms of half a day to a week.
    fn watch(&self, case_id: Id, at: Time, dice: u64) -> WatchRow {
        let every = match (dice >> 24) % 8 {
            0 => 12,
            1 | 2 => 48,
            3 => 168,
            _ => 24,
        };
        let terms = Terms { expected_every_hours: every, grace_hours: every / 2 };
        let parts = |of_a_twelfth: i64| of_a_twelfth * i64::from(every) / 12;
        let late_hours = match (dice >> 8) % 16 {
            0 => parts(15),
            1 => parts(24),
            2 => parts(45),
            n => parts(i64::try_from(n % 10).unwrap_or(0)),
        };
        let last = self.now.plus_seconds(-late_hours * 3_600);
        let moments = terms.moments(last, None);
        WatchRow {
            organisation_id: self.organisation_id,
            case_id,
            expected_every_hours: terms.expected_every_hours,
            grace_hours: terms.grace_hours,
            started_at: at,
            last_sign_of_life_at: Some(last),
            due_at: moments.due_at,
            overdue_at: moments.overdue_at,
            silent_at: moments.silent_at,
            stopped_at: None,
            created_by: self.coordinator,
            created_at: at,
            updated_at: at,
            version: 1,
        }
    }

    fn task(&self, case_id: Id, at: Time, assignee_id: Id, access: &Access) -> Result<TaskRow> {
        let id = Id::at(at);
        Ok(TaskRow {
            organisation_id: self.organisation_id,
            id,
            case_id,
            kind: TaskKind::General,
            title: access.seal(&TITLE, id, &"Ask what the tower looks like by day".to_owned())?,
            note: None,
            due_at: self.now.plus_seconds(86_400),
            assignee_id,
            status: TaskStatus::Open,
            created_by: self.coordinator,
            created_at: at,
            ended_by: None,
            ended_at: None,
            updated_at: at,
            version: 1,
        })
    }

    /// Writes some messages, each given by its number and its case. The `n`th of `all` was sent when it was written
    /// down, so that later ones come later.
    pub(super) fn messages(
        &self,
        conn: &mut Conn<'_>,
        chunk: &[(u64, Arc<Place>)],
        cases: u64,
        all: u64,
    ) -> Result<()> {
        let mut rows = Vec::with_capacity(chunk.len());
        for (n, place) in chunk {
            let at = self.moment(*n, all);
            let id = Id::sequence(at, u32::try_from(n % (1 << 30)).unwrap_or(0));
            let access = self.keys.open_key(&place.key)?.granted(Grants::all());
            let round = n / cases.max(1);
            let inbound = !dice(*n).is_multiple_of(3);
            let content = Content {
                body: format!("{} Number {round}.", text(dice(*n))),
                language: None,
                translation: None,
                duration_seconds: None,
                edited_at: None,
                attachments: Vec::new(),
            };
            rows.push(MessageRow {
                organisation_id: self.organisation_id,
                id,
                case_id: place.case_id,
                channel_id: place.channel_id,
                direction: if inbound { Direction::Inbound } else { Direction::Outbound },
                form: MessageForm::Text,
                sent_at: at,
                recorded_at: at,
                author_id: self.coordinator,
                authenticity: Authenticity::Unverified,
                ordinal: None,
                import_id: None,
                dedupe_key: None,
                content: access.seal(&CONTENT, id, &content)?,
                sender: None,
                placed_at: at,
                judged: Authenticity::Unverified,
                flags: None,
                slot_key: None,
            });
        }
        store::insert_messages(conn, &rows)
    }
}

/// What a case usually has of text, about 300 characters.
const TEXT: &str = "He was promised a job in sales, was driven for two hours in the dark, and had to give up his phone \
    at a gate with two guards; from the window he sees a river, one road and lights on a hill. His family was asked for \
    money twice. He writes at night when the shift is over.";

/// Most messages say little.
fn text(dice: u64) -> &'static str {
    match dice % 8 {
        0 => "they took our phones again today and I had to wait until the night shift",
        1 => "I see lights on a hill and one road in",
        2 => "please keep quiet on the phone, I am listening, tell me when you can write again",
        3 => "not now",
        4 => "we were counted twice last night and a new guard came, nobody knows why",
        5 => "ok",
        6 => "the food is bad but I am well, tell my mother that I am well and that I will call",
        _ => "they say that we will be moved at the end of the month to another place by the river",
    }
}

fn status(dice: u64) -> CaseStatus {
    match dice % 100 {
        0..5 => CaseStatus::Intake,
        5..50 => CaseStatus::Active,
        50..58 => CaseStatus::Located,
        58..60 => CaseStatus::RescuePlanned,
        60..70 => CaseStatus::Recovered,
        70..80 => CaseStatus::InCare,
        _ => CaseStatus::Closed,
    }
}

fn risk(dice: u64) -> Risk {
    match (dice >> 32) % 100 {
        0..30 => Risk::Low,
        30..70 => Risk::Medium,
        70..95 => Risk::High,
        _ => Risk::Critical,
    }
}

/// A number that looks random and is the same every time (the finaliser of SplitMix64, Steele et al. 2014).
const fn dice(n: u64) -> u64 {
    let n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

/// Whose turn a case is. Where there are too few for all, the first half has [`CASES_PER_CASEWORKER`] all the same, and the
/// other half the rest: what somebody sees who has as many cases as people have is to be measured at every size.
fn turn(n: u64, caseworkers: usize, all: u64) -> usize {
    let (turns, half) = (all.div_ceil(CASES_PER_CASEWORKER), caseworkers / 2);
    let turn = index(n, usize::try_from(turns).unwrap_or(usize::MAX));
    if turn < half || turns <= caseworkers as u64 { turn } else { half + index(n, caseworkers - half) }
}

fn index(n: u64, len: usize) -> usize {
    usize::try_from(n % (len.max(1) as u64)).unwrap_or(0)
}
