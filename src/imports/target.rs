//! Where the messages of an import go: which channel, of which person.

use super::formats::shape::Format;
use super::plan::Plan;
use crate::authz::Tx;
use crate::cases::model::OpenCase;
use crate::channels::model::Platform;
use crate::channels::store::ChannelRow;
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::messages::model::channel_of;
use crate::people::model::{Name, NewPerson, PersonRole};
use crate::people::store::PersonRow;
use crate::{channels, people};

/// Characters of a name that is taken over from a file.
const NAME_CHARS: usize = 200;

/// What a person said about where the messages go.
pub struct Target {
    /// Whose channel, if no channel is named.
    pub person_id: Option<Id>,
    /// The channel.
    pub channel_id: Option<Id>,
}

/// The channel that was named; else the channel with the chat's handle of the person who was named, or of the only
/// victim of the case, made where there is none.
///
/// # Errors
/// 422 on `/channel_id` or `/person_id` for what is not of the case, or does not belong together, or must be said.
pub fn channel(tx: &mut Tx<'_, '_>, case: &OpenCase, plan: &Plan, target: &Target) -> Result<ChannelRow> {
    let named = target.channel_id.map(|id| channel_of(tx, case.row.id, id)).transpose()?;
    let person = target.person_id.map(|id| person_of(tx, case.row.id, id)).transpose()?;
    if let Some(channel) = named {
        if person.is_some_and(|person| person.id != channel.person_id) {
            return Err(Error::invalid("/person_id", "is not whose channel this is; name one of the two"));
        }
        return Ok(channel);
    }
    let person = match person {
        Some(person) => person,
        None => only_victim(tx, case, plan)?,
    };
    channels::model::find_or_add(tx, case, &person, platform(plan.format), &handle(plan))
}

/// The channel that [`channel`] would find; none where it would make one, or where something must be said first.
///
/// # Errors
/// Of the database.
pub fn existing(tx: &mut Tx<'_, '_>, case: &OpenCase, plan: &Plan, target: &Target) -> Result<Option<Id>> {
    if let Some(channel) = target.channel_id {
        return channel_of(tx, case.row.id, channel).map(|row| Some(row.id));
    }
    if let Some(person) = target.person_id {
        person_of(tx, case.row.id, person)?;
    }
    let victims = people::store::of_cases(&tx.scope, tx.conn, &[case.row.id])?;
    let mut victims =
        victims.into_iter().filter(|person| person.role == PersonRole::Victim).map(|row| row.id);
    let only = victims.next().filter(|_| victims.next().is_none());
    let Some(person) = target.person_id.or(only) else { return Ok(None) };
    channels::model::find(tx, case, person, platform(plan.format), &handle(plan))
}

/// The handle of the other side, as a channel takes it.
fn handle(plan: &Plan) -> String {
    let handle = line(&plan.handle());
    // A deleted account in a chat without an id.
    if channels::handle::normalise(&handle).is_empty() { "unnamed".to_owned() } else { handle }
}

/// A name out of a file, as one line that can be stored and shown.
fn line(text: &str) -> String {
    let shown = text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}'));
    shown.take(NAME_CHARS).collect::<String>().trim().to_owned()
}

/// The platform that an export comes from.
const fn platform(format: Format) -> Platform {
    match format {
        Format::Whatsapp => Platform::Whatsapp,
        Format::TelegramJson | Format::TelegramHtml => Platform::Telegram,
        Format::Signal => Platform::Signal,
        Format::Line => Platform::Line,
        Format::Wechat => Platform::Wechat,
        Format::Messenger => Platform::Messenger,
        Format::Instagram => Platform::Instagram,
        Format::Sms => Platform::Sms,
        Format::Email => Platform::Email,
        Format::Farlight => Platform::Other,
    }
}

fn person_of(tx: &mut Tx<'_, '_>, case_id: Id, id: Id) -> Result<PersonRow> {
    let found = match people::model::open(tx, id) {
        Ok((_, row)) if row.case_id == case_id => Ok(row),
        Err(error) if error.code() != "not-found" => Err(error),
        _ => Err(Error::invalid("/person_id", "is no person of this case")),
    };
    // Opening a person names the case they are on; this is about the case of the import.
    tx.about_case(case_id);
    found
}

/// The victim of the case, made from the chat when there is none yet.
fn only_victim(tx: &mut Tx<'_, '_>, case: &OpenCase, plan: &Plan) -> Result<PersonRow> {
    let people = people::store::of_cases(&tx.scope, tx.conn, &[case.row.id])?;
    let mut victims = people.into_iter().filter(|person| person.role == PersonRole::Victim);
    match (victims.next(), victims.next()) {
        (Some(_), Some(_)) => Err(Error::invalid(
            "/person_id",
            "is needed: there are several victims on this case; say whose channel it is",
        )),
        (Some(person), None) => Ok(person),
        (None, _) => {
            let full = line(&plan.other_name());
            let person = NewPerson {
                id: Id::at(tx.now()),
                role: PersonRole::Victim,
                names: if full.is_empty() {
                    Vec::new()
                } else {
                    vec![Name { full, script: None, kind: "other".to_owned() }]
                },
                birth_year: None,
                sex: None,
                nationalities: Vec::new(),
                languages: Vec::new(),
                documents: Vec::new(),
                description: None,
                needs: None,
            };
            people::model::add(tx, case, person)
        }
    }
}
