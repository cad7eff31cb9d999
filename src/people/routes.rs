//! `/v1/cases/{id}/people` and `/v1/people/{id}`

use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{
    self, DOCUMENTS, Document, NAMES, Name, NewPerson, PARTICULARS, PersonRole, PersonView, RECOGNITION, Sex,
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
use crate::http::text::{self, Country, Day, Language, Line, Prose, Script};
use crate::{cases, watch};

/// `GET /v1/cases/{id}/people`
pub async fn list(
    auth: Authorized<may::PersonList>,
    id: PathId,
    query: Query<PageQuery>,
) -> Result<Page<PersonView>> {
    auth.read(move |tx| {
        let case = cases::model::open(tx, id.0)?;
        let keyset = Keyset::plain(tx, format!("person.list {}", id.0), &query)?;
        let rows = store::list(&tx.scope, tx.conn, id.0, &keyset)?;
        keyset.page(tx, rows, |row| (row.created_at, row.id), |tx, row| model::show(tx, &case.access, &row))
    })
    .await
}

/// One name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PersonNameIn)]
pub struct NameIn {
    /// The whole name, as it is written.
    full: Line<200>,
    /// In which script it is written.
    #[serde(default)]
    script: Option<Script>,
    /// What kind of name it is: `legal`, `given`, `nickname`, `alias`, or another word.
    kind: Line<40>,
}

/// One paper.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PersonDocumentIn)]
pub struct DocumentIn {
    /// What it is, such as `passport` or `national_id`.
    kind: Line<60>,
    /// Its number, as printed.
    number: Line<60>,
    /// Who issued it.
    #[serde(default)]
    country: Option<Country>,
    /// The last day of its validity.
    #[serde(default)]
    expires_on: Option<Day>,
}

/// What `POST /v1/cases/{id}/people` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonIn {
    /// A UUIDv7 made by the client, for work that began offline.
    #[serde(default)]
    id: Option<ClientId>,
    /// What they are on the case.
    role: PersonRole,
    /// Every name they go by, the one to show first; none if nobody knows one.
    #[serde(default)]
    #[schema(max_items = 20)]
    names: Vec<NameIn>,
    /// Year of birth.
    #[serde(default)]
    #[schema(minimum = 1900, maximum = 2200)]
    birth_year: Option<i16>,
    /// Sex.
    #[serde(default)]
    sex: Option<Sex>,
    /// Nationalities.
    #[serde(default)]
    #[schema(max_items = 10)]
    nationalities: Vec<Country>,
    /// What they speak.
    #[serde(default)]
    #[schema(max_items = 20)]
    languages: Vec<Language>,
    /// Their papers.
    #[serde(default)]
    #[schema(max_items = 20)]
    documents: Vec<DocumentIn>,
    /// What a stranger would recognise them by.
    #[serde(default)]
    description: Option<Prose<5_000>>,
    /// What they need from whoever meets them.
    #[serde(default)]
    needs: Option<Prose<5_000>>,
}

fn names(list: Vec<NameIn>) -> Result<Vec<Name>> {
    text::list("/names", list, 20, |NameIn { full, script, kind }| Name {
        full: full.into_inner(),
        script: script.map(Script::into_inner),
        kind: kind.into_inner(),
    })
}

fn documents(list: Vec<DocumentIn>) -> Result<Vec<Document>> {
    text::list("/documents", list, 20, |DocumentIn { kind, number, country, expires_on }| Document {
        kind: kind.into_inner(),
        number: number.into_inner(),
        country: country.map(Country::into_inner),
        expires_on: expires_on.map(Day::into_inner),
    })
}

fn nationalities(list: Vec<Country>) -> Result<Vec<String>> {
    text::list("/nationalities", list, 10, Country::into_inner)
}

fn languages(list: Vec<Language>) -> Result<Vec<String>> {
    text::list("/languages", list, 20, Language::into_inner)
}

/// `POST /v1/cases/{id}/people`
pub async fn create(
    auth: Authorized<may::PersonCreate>,
    case_id: PathId,
    body: Valid<PersonIn>,
) -> Result<Creation<PersonView>> {
    let (body, digest) = body.into_parts();
    auth.create(digest, move |tx| {
        let case = cases::model::open(tx, case_id.0)?;
        let id = ClientId::or_new(body.id, tx.now());
        tx.about(id);
        let person = NewPerson {
            id,
            role: body.role,
            names: names(body.names)?,
            birth_year: body.birth_year,
            sex: body.sex,
            nationalities: nationalities(body.nationalities)?,
            languages: languages(body.languages)?,
            documents: documents(body.documents)?,
            description: body.description.map(Prose::into_inner),
            needs: body.needs.map(Prose::into_inner),
        };
        let row = model::add(tx, &case, person)?;
        Ok(Created {
            location: Some(format!("/v1/people/{id}")),
            version: Some(row.version),
            view: model::show(tx, &case.access, &row)?,
        })
    })
    .await
}

/// `GET /v1/people/{id}`
pub async fn show(auth: Authorized<may::PersonShow>, id: PathId) -> Result<Versioned<PersonView>> {
    auth.read(move |tx| {
        tx.about(id.0);
        let (case, row) = model::open(tx, id.0)?;
        Ok(Versioned { version: row.version, view: model::show(tx, &case.access, &row)? })
    })
    .await
}

/// What `PATCH /v1/people/{id}` takes: absent leaves, null clears; a list is replaced as a whole.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonPatch {
    /// What they are on the case.
    #[serde(default)]
    role: Option<PersonRole>,
    /// Every name they go by, the one to show first.
    #[serde(default)]
    #[schema(max_items = 20)]
    names: Option<Vec<NameIn>>,
    /// Year of birth.
    #[serde(default)]
    #[schema(value_type = Option<i16>, minimum = 1900, maximum = 2200)]
    birth_year: Patch<i16>,
    /// Sex.
    #[serde(default)]
    #[schema(value_type = Option<Sex>)]
    sex: Patch<Sex>,
    /// Nationalities.
    #[serde(default)]
    #[schema(max_items = 10)]
    nationalities: Option<Vec<Country>>,
    /// What they speak.
    #[serde(default)]
    #[schema(max_items = 20)]
    languages: Option<Vec<Language>>,
    /// Their papers.
    #[serde(default)]
    #[schema(max_items = 20)]
    documents: Option<Vec<DocumentIn>>,
    /// What a stranger would recognise them by.
    #[serde(default)]
    #[schema(value_type = Option<Prose<5_000>>)]
    description: Patch<Prose<5_000>>,
    /// What they need from whoever meets them.
    #[serde(default)]
    #[schema(value_type = Option<Prose<5_000>>)]
    needs: Patch<Prose<5_000>>,
}

/// `PATCH /v1/people/{id}`
pub async fn update(
    auth: Authorized<may::PersonUpdate>,
    id: PathId,
    if_match: IfMatch,
    body: Valid<PersonPatch>,
) -> Result<Versioned<PersonView>> {
    let body = body.into_inner();
    auth.write(move |tx| {
        tx.about(id.0);
        let (case, mut row) = model::open(tx, id.0)?;
        if_match.check(row.version)?;
        // The case before what hangs on it: see `cases::model::open_alone`.
        cases::store::touch(&tx.scope, tx.conn, row.case_id)?;
        let access = &case.access;
        // Nobody rewrites what they may not read.
        let mut particulars =
            access.open(&PARTICULARS, row.id, &row.particulars)?.ok_or_else(Error::forbidden)?;
        let mut card = access.open(&RECOGNITION, row.id, &row.recognition)?.ok_or_else(Error::forbidden)?;

        let changes_role = body.role.is_some_and(|role| role != row.role);
        row.role = body.role.unwrap_or(row.role);
        if let Some(list) = body.names {
            row.names = access.seal(&NAMES, row.id, &names(list)?)?;
        }
        if let Some(list) = body.documents {
            row.documents = access.seal(&DOCUMENTS, row.id, &documents(list)?)?;
        }
        particulars.birth_year = body.birth_year.apply(particulars.birth_year);
        model::check_birth_year(particulars.birth_year, tx.now())?;
        if let Some(list) = body.nationalities {
            particulars.nationalities = nationalities(list)?;
        }
        card.birth_year = particulars.birth_year;
        card.sex = body.sex.apply(card.sex);
        if let Some(list) = body.languages {
            card.languages = languages(list)?;
        }
        card.description = prose(body.description).apply(card.description);
        card.needs = prose(body.needs).apply(card.needs);
        row.particulars = access.seal(&PARTICULARS, row.id, &particulars)?;
        row.recognition = access.seal(&RECOGNITION, row.id, &card)?;

        store::update(&tx.scope, tx.conn, &row)?;
        if changes_role {
            // Whose messages are signs of life has changed.
            watch::model::refresh(tx.conn, tx.scope.organisation_id, row.case_id, tx.scope.now)?;
        }
        let (case, row) = model::open(tx, id.0)?;
        Ok(Versioned { version: row.version, view: model::show(tx, &case.access, &row)? })
    })
    .await
}

fn prose(patch: Patch<Prose<5_000>>) -> Patch<String> {
    match patch {
        Patch::Leave => Patch::Leave,
        Patch::Clear => Patch::Clear,
        Patch::Set(text) => Patch::Set(text.into_inner()),
    }
}
