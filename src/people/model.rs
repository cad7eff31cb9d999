//! What is known of a person, and who may know it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::pseudonym;
use super::store::{self, PersonRow};
use crate::authz::{Class, Tx};
use crate::cases::model::OpenCase;
use crate::crypto::{Access, Field};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::{cases, view};

/// Every name they go by.
pub const NAMES: Field<Vec<Name>> = Field::new("people.names", Class::Identity);
/// Their papers.
pub const DOCUMENTS: Field<Vec<Document>> = Field::new("people.documents", Class::Identity);
/// Birth and nationality.
pub const PARTICULARS: Field<Particulars> = Field::new("people.particulars", Class::Identity);
/// How to know and address them without their name.
pub const RECOGNITION: Field<Recognition> = Field::new("people.recognition", Class::Recognition);

/// The earliest year of birth that is accepted; one before it is a slip of the hand.
pub const FIRST_BIRTH_YEAR: i16 = 1900;

crate::words! {
    /// What somebody is on a case.
    pub enum PersonRole {
        /// Whom the case is to free.
        Victim = "victim",
        /// Belongs to a victim and speaks for them.
        Family = "family",
        /// Tells what they know.
        Informant = "informant",
        /// Is held, or travels, with a victim.
        Companion = "companion",
        /// May be one of those who hold them.
        Suspect = "suspect",
    }
}

crate::words! {
    /// Sex, as somebody who meets the person needs to know it.
    pub enum Sex {
        /// Female.
        Female = "female",
        /// Male.
        Male = "male",
        /// Neither.
        Other = "other",
        /// Not known.
        Unknown = "unknown",
    }
}

/// One name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PersonName)]
pub struct Name {
    /// The whole name, as it is written.
    pub full: String,
    /// In which script: ISO 15924, such as `Latn` or `Mymr`; absent if nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub script: Option<String>,
    /// What kind of name it is, in a word.
    pub kind: String,
}

/// One paper: a passport, an identity card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PersonDocument)]
pub struct Document {
    /// What it is, such as `passport`.
    pub kind: String,
    /// Its number, as printed.
    pub number: String,
    /// Who issued it: ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub country: Option<String>,
    /// The last day of its validity, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Date)]
    pub expires_on: Option<String>,
}

/// Birth and nationality.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Particulars {
    /// Year of birth.
    pub birth_year: Option<i16>,
    /// ISO 3166-1 alpha-2.
    pub nationalities: Vec<String>,
}

/// What somebody who meets the person in the field needs in order to know and address them. It holds no name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recognition {
    /// Sex.
    pub sex: Option<Sex>,
    /// Year of birth, once more: who opens this half may not open the other.
    pub birth_year: Option<i16>,
    /// What they speak: BCP 47.
    pub languages: Vec<String>,
    /// What a stranger would recognise them by.
    pub description: Option<String>,
    /// What they need from whoever meets them.
    pub needs: Option<String>,
}

/// Somebody to add to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    /// The id.
    pub id: Id,
    /// What they are on the case.
    pub role: PersonRole,
    /// Every name they go by, the one to show first; none if nobody knows one.
    pub names: Vec<Name>,
    /// Year of birth.
    pub birth_year: Option<i16>,
    /// Sex.
    pub sex: Option<Sex>,
    /// ISO 3166-1 alpha-2.
    pub nationalities: Vec<String>,
    /// BCP 47.
    pub languages: Vec<String>,
    /// Their papers.
    pub documents: Vec<Document>,
    /// What a stranger would recognise them by.
    pub description: Option<String>,
    /// What they need from whoever meets them.
    pub needs: Option<String>,
}

/// A person on a case in the caller's reach.
///
/// # Errors
/// 404 when there is none: the same whether it is missing, foreign, or its case is out of reach.
pub fn open(tx: &mut Tx<'_, '_>, id: Id) -> Result<(OpenCase, PersonRow)> {
    let row = store::find(&tx.scope, tx.conn, id)?;
    let case = cases::model::open(tx, row.case_id)?;
    Ok((case, row))
}

/// Adds a person to a case.
///
/// # Errors
/// 409 `id-taken`; 422 when the year of birth cannot be right.
pub fn add(tx: &mut Tx<'_, '_>, case: &OpenCase, person: NewPerson) -> Result<PersonRow> {
    let NewPerson {
        id,
        role,
        names,
        birth_year,
        sex,
        nationalities,
        languages,
        documents,
        description,
        needs,
    } = person;
    check_birth_year(birth_year, tx.now())?;
    let access = &case.access;
    let row = PersonRow {
        organisation_id: tx.scope.organisation_id,
        id,
        case_id: case.row.id,
        role,
        names: access.seal(&NAMES, id, &names)?,
        documents: access.seal(&DOCUMENTS, id, &documents)?,
        particulars: access.seal(&PARTICULARS, id, &Particulars { birth_year, nationalities })?,
        recognition: access.seal(
            &RECOGNITION,
            id,
            &Recognition { sex, birth_year, languages, description, needs },
        )?,
        created_at: tx.now(),
        updated_at: tx.now(),
        version: 1,
    };
    store::insert(tx.conn, &row)?;
    cases::store::touch(&tx.scope, tx.conn, case.row.id)?;
    Ok(row)
}

/// Whether somebody born in that year can be on a case now.
///
/// # Errors
/// 422 on `/birth_year`.
pub fn check_birth_year(year: Option<i16>, now: Time) -> Result<()> {
    let this_year = now.timestamp().to_zoned(jiff::tz::TimeZone::UTC).year();
    if year.is_none_or(|year| (FIRST_BIRTH_YEAR..=this_year).contains(&year)) {
        Ok(())
    } else {
        Err(Error::invalid("/birth_year", format!("must be a year from {FIRST_BIRTH_YEAR} to {this_year}")))
    }
}

/// The two plain words by which a person is spoken of where names are not seen.
///
/// # Errors
/// Never in practice.
pub fn pseudonym(tx: &Tx<'_, '_>, person_id: Id) -> Result<String> {
    pseudonym::of(&tx.services.keyring, tx.scope.organisation_id, person_id)
}

view! {
    /// A person on a case.
    pub struct PersonView from PersonFields {
        /// The id.
        outline id: Id,
        /// On which case.
        outline case_id: Id,
        /// As what.
        outline role: PersonRole,
        /// Two plain words to speak of the person without a name; always the same for the same person.
        outline pseudonym: String,
        /// Every name they go by, the one to show first.
        identity names: Vec<Name>,
        /// Their papers.
        identity documents: Vec<Document>,
        /// Year of birth.
        identity birth_year: i16,
        /// ISO 3166-1 alpha-2.
        identity nationalities: Vec<String>,
        /// Sex.
        recognition sex: Sex,
        /// What they speak: BCP 47.
        recognition languages: Vec<String>,
        /// What a stranger would recognise them by.
        recognition description: String,
        /// What they need from whoever meets them.
        recognition needs: String,
        /// When they were added (UTC).
        outline created_at: Time,
        /// When the record last changed (UTC).
        outline updated_at: Time,
        /// Counts changes; also in the ETag.
        outline version: i64,
    }
}

/// What the caller may see of a person.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(tx: &Tx<'_, '_>, access: &Access, row: &PersonRow) -> Result<PersonView> {
    let (birth_year, nationalities) = match access.open(&PARTICULARS, row.id, &row.particulars)? {
        Some(Particulars { birth_year, nationalities }) => (birth_year, Some(nationalities)),
        None => (None, None),
    };
    let (sex, languages, description, needs) = match access.open(&RECOGNITION, row.id, &row.recognition)? {
        Some(Recognition { sex, birth_year: _, languages, description, needs }) => {
            (sex, Some(languages), description, needs)
        }
        None => (None, None, None, None),
    };
    let fields = PersonFields {
        id: row.id,
        case_id: row.case_id,
        role: row.role,
        pseudonym: pseudonym(tx, row.id)?,
        names: access.open(&NAMES, row.id, &row.names)?,
        documents: access.open(&DOCUMENTS, row.id, &row.documents)?,
        birth_year,
        nationalities,
        sex,
        languages,
        description,
        needs,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
    };
    Ok(fields.redact(access.grants()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_of_birth_is_one_of_somebody_alive() {
        let now: Time = "2026-04-06T00:00:00Z".parse().unwrap();
        for year in [None, Some(1900), Some(2001), Some(2026)] {
            check_birth_year(year, now).unwrap();
        }
        for year in [1899, 2027, 0, -5, i16::MAX] {
            assert_eq!(check_birth_year(Some(year), now).unwrap_err().code(), "invalid", "{year}");
        }
    }
}
