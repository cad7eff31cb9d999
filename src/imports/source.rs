//! Where the bytes of an import lie, and how its readers get at them.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::formats::archive::{Limits, Refusal, Upload};
use super::formats::detect::Choice;
use super::formats::reading::{Halt, Sink};
use super::model::FILE_NAME;
use super::store::ImportRow;
use super::survey::REST;
use crate::app::Services;
use crate::attachments;
use crate::authz::Author;
use crate::authz::action::may;
use crate::authz::guard::prepare_on_behalf;
use crate::crypto::Access;
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::files::{Kind, Name, Reader, Seeking};
use crate::{cases, files};

/// Bytes that one reading may fetch: the file once for its beginning and once for its chats, and its media.
const BUDGET_TIMES: u64 = 4;
const BUDGET_LEAST: u64 = 64 << 20;

/// The file of an import, before it is opened.
#[derive(Clone)]
pub struct Source {
    reader: Reader,
    name: String,
}

/// The file of an import, and what its author may open with it.
pub struct Found {
    /// The file.
    pub source: Source,
    /// The keys of its case.
    pub access: Access,
}

/// The name of the object that holds the file of an import.
pub fn object(row: &ImportRow) -> Result<Name> {
    let object = row.object_id.ok_or_else(|| Error::internal("an import has no file"))?;
    Ok(match row.attachment_id {
        Some(attachment) => Name::new(Kind::Original, row.organisation_id, attachment, object),
        None => Name::new(Kind::Import, row.organisation_id, row.id, object),
    })
}

impl Source {
    /// Finds the file of an import, with the keys of its case as far as its author may use them now.
    ///
    /// # Errors
    /// 401, 403, 404 when they may not any more; `internal` when it is not there or was changed.
    pub async fn find(services: &Arc<Services>, author: Author, row: &ImportRow) -> Result<Found> {
        let (case_id, id, sealed) = (row.case_id, row.id, row.file_name.clone());
        let (keys, access, name) =
            prepare_on_behalf::<may::ImportCommit, _, _>(services, author, move |tx| {
                let case = cases::model::open(tx, case_id)?;
                let name = case.access.open(&FILE_NAME, id, &sealed)?.flatten();
                Ok((attachments::model::keys(&case)?, case.access, name.unwrap_or_default()))
            })
            .await?;
        let size = u64::try_from(row.size).map_err(Error::internal)?;
        let reader = services.files.read(&keys, &object(row)?, size).await?;
        Ok(Found { source: Self { reader, name }, access })
    }

    /// Opens the file. Blocks while it reads, as all that is done with it does.
    ///
    /// # Errors
    /// 415, 422: see [`refused`].
    pub fn open(&self, runtime: Handle) -> Result<Upload<Seeking>> {
        let budget = self.reader.length().saturating_mul(BUDGET_TIMES).saturating_add(BUDGET_LEAST);
        let seeking = self.reader.clone().seeking(runtime, budget);
        Upload::open(&self.name, seeking, Limits::default()).map_err(|refusal| refused(&refusal))
    }
}

/// What came of reading the chats of a file.
pub enum Outcome {
    /// They were read, to the end or to where the file is broken.
    Read,
    /// It is no longer wanted.
    Stopped,
}

/// Reads the chats of a file into a sink. A file that is broken somewhere is read up to there, which the sink is told
/// like anything else that does not come in.
///
/// # Errors
/// `internal` when the bytes cannot be got at.
pub fn read(
    upload: &mut Upload<Seeking>,
    choice: &Choice,
    watch: &mut dyn FnMut(u64) -> bool,
    sink: &mut dyn Sink,
) -> Result<Outcome> {
    let mut gone_on = true;
    let mut watch = |bytes: u64| {
        gone_on = watch(bytes);
        gone_on
    };
    let read = (choice.importer.read)(&mut upload.parts(&choice.members, &mut watch), sink);
    let halt = match read {
        Ok(()) => return Ok(Outcome::Read),
        Err(halt) => halt,
    };
    if !gone_on {
        return Ok(Outcome::Stopped);
    }
    match halt {
        Halt::Stopped => return Ok(Outcome::Stopped),
        Halt::Malformed { line, detail } => sink.skip(line, &format!("{REST}{detail}")),
        Halt::Unreadable(error) => match Refusal::of(&error) {
            Some(Refusal::Stopped) => return Ok(Outcome::Stopped),
            Some(refusal) => sink.skip(1, &format!("{REST}{refusal}")),
            None => return Err(Error::internal(format!("the file of an import cannot be read: {error}"))),
        },
    }
    Ok(Outcome::Read)
}

/// The answer for a file that is not read.
pub fn refused(refusal: &Refusal) -> Error {
    match refusal {
        Refusal::NoChat { .. } | Refusal::OtherArchive(_) => {
            Error::unsupported_media(format!("This is no chat export that can be read here: {refusal}."))
        }
        Refusal::Unreadable(error) => {
            Error::internal(format!("the file of an import cannot be read: {error}"))
        }
        Refusal::Stopped => Error::conflict("import-cancelled", "The import was given up."),
        other => Error::unprocessable("malformed-file", format!("{other}.")),
    }
}

/// Removes the file of an import from the store, where it is the import's own.
///
/// # Errors
/// Of the store.
pub async fn remove(files: &files::Files, organisation: Id, import: Id) -> Result<()> {
    files.clear(Kind::Import, organisation, import, None).await
}
