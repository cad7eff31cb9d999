//! Sealed columns.

use std::cell::OnceCell;
use std::fmt;
use std::io::Write;
use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Binary;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::Secret;
use super::stream::{Chunks, Header};
use crate::authz::fields::{Class, Grants};
use crate::db::types::Id;
use crate::error::{Error, Result};

/// AES-256-GCM with a random nonce. A later algorithm gets the next number.
const ALGORITHM: u8 = 1;

/// A column that only exists as ciphertext: algorithm, key id, nonce, body, tag.
///
/// It has no `Serialize`; its `Debug`, which Diesel demands of every bound value, tells nothing.
#[derive(Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Binary)]
pub struct Sealed<T> {
    bytes: Vec<u8>,
    plain: PhantomData<fn() -> T>,
}

impl<T> Sealed<T> {
    /// The ciphertext, for hashing.
    pub fn ciphertext(&self) -> &[u8] {
        &self.bytes
    }
}

impl<T> fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed")
    }
}

impl<T, DB> ToSql<Binary, DB> for Sealed<T>
where
    DB: Backend,
    [u8]: ToSql<Binary, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.bytes.as_slice().to_sql(out)
    }
}

impl<T, DB> FromSql<Binary, DB> for Sealed<T>
where
    DB: Backend,
    Vec<u8>: FromSql<Binary, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self { bytes: Vec::from_sql(value)?, plain: PhantomData })
    }
}

/// One sealed column: its name, which is bound into the ciphertext, and the class that opens it.
///
/// Declared once beside the row it belongs to:
/// `pub const SUMMARY: Field<String> = Field::new("cases.summary", Class::Content);`
pub struct Field<T> {
    name: &'static str,
    class: Class,
    plain: PhantomData<fn() -> T>,
}

impl<T> Field<T> {
    /// Binds a column to its class.
    pub const fn new(name: &'static str, class: Class) -> Self {
        Self { name, class, plain: PhantomData }
    }
}

/// The keys of one owner (a case, an operation, an organisation): one to seal with, and every one that may be
/// needed to open.
pub struct Vault {
    current: Id,
    keys: Vec<(Id, Secret)>,
}

impl Vault {
    pub(super) fn new(current: Id, keys: Vec<(Id, Secret)>) -> Self {
        Self { current, keys }
    }

    fn class_key(&self, id: Id, class: Class) -> Result<Secret> {
        let (_, secret) = self
            .keys
            .iter()
            .find(|(key, _)| *key == id)
            .ok_or_else(|| Error::internal("a sealed value names a key that is not held"))?;
        secret.derive(&[b"farlight class ", class.as_str().as_bytes()])
    }

    /// These keys, held on behalf of somebody who was granted some classes.
    pub fn granted(self, grants: Grants) -> Access {
        Access { vault: self, grants, derived: std::array::from_fn(|_| OnceCell::new()) }
    }
}

/// A [`Vault`] in the hands of one actor: opens the classes that the actor was granted and no other.
pub struct Access {
    vault: Vault,
    grants: Grants,
    /// The current key by class, derived at first use.
    derived: [OnceCell<Secret>; Class::ALL.len()],
}

impl Access {
    /// The classes that may be opened.
    pub fn grants(&self) -> Grants {
        self.grants
    }

    /// Opens a column of row `row`, or says `None` when its class was not granted.
    ///
    /// # Errors
    /// `internal` when the ciphertext was changed or moved.
    pub fn open<T: DeserializeOwned>(
        &self,
        field: &Field<T>,
        row: Id,
        sealed: &Sealed<T>,
    ) -> Result<Option<T>> {
        let Some(plain) = self.open_bytes(field, row, sealed)? else {
            return Ok(None);
        };
        serde_json::from_slice(&plain)
            .map(Some)
            .map_err(|_| Error::internal(format!("column {} opened to something unreadable", field.name)))
    }

    /// As [`Self::open`] for a column that may be null.
    ///
    /// # Errors
    /// `internal` when the ciphertext was changed or moved.
    pub fn open_opt<T: DeserializeOwned>(
        &self,
        field: &Field<T>,
        row: Id,
        sealed: Option<&Sealed<T>>,
    ) -> Result<Option<T>> {
        sealed.map_or(Ok(None), |sealed| self.open(field, row, sealed))
    }

    /// Opens a column of raw bytes, such as a file.
    ///
    /// # Errors
    /// `internal` when the ciphertext was changed or moved.
    pub fn open_bytes<T>(
        &self,
        field: &Field<T>,
        row: Id,
        sealed: &Sealed<T>,
    ) -> Result<Option<Zeroizing<Vec<u8>>>> {
        if !self.grants.has(field.class) {
            return Ok(None);
        }
        let broken = || Error::internal(format!("column {} holds no sealed value", field.name));
        let (algorithm, rest) = sealed.bytes.split_first().ok_or_else(broken)?;
        let (key, body) = rest.split_at_checked(16).ok_or_else(broken)?;
        if *algorithm != ALGORITHM {
            return Err(broken());
        }
        let key = Id::from_slice(key).ok_or_else(broken)?;
        let associated = associated(field.name, row);
        let plain = if key == self.vault.current {
            self.current_key(field.class)?.decrypt(&associated, body)
        } else {
            self.vault.class_key(key, field.class)?.decrypt(&associated, body)
        };
        plain.map(Some)
    }

    /// Seals a value for row `row`. Sealing needs no grant: who writes may not be who reads.
    ///
    /// # Errors
    /// `internal` when the value cannot be serialised or there is no randomness.
    pub fn seal<T: Serialize>(&self, field: &Field<T>, row: Id, value: &T) -> Result<Sealed<T>> {
        let plain = serde_json::to_vec(value)
            .map(Zeroizing::new)
            .map_err(|_| Error::internal(format!("column {} cannot be serialised", field.name)))?;
        self.seal_bytes(field, row, &plain)
    }

    /// As [`Self::seal`] for a column that may be null.
    ///
    /// # Errors
    /// `internal` when the value cannot be serialised or there is no randomness.
    pub fn seal_opt<T: Serialize>(
        &self,
        field: &Field<T>,
        row: Id,
        value: Option<&T>,
    ) -> Result<Option<Sealed<T>>> {
        value.map(|value| self.seal(field, row, value)).transpose()
    }

    /// Seals raw bytes.
    ///
    /// # Errors
    /// `internal` when there is no randomness.
    pub fn seal_bytes<T>(&self, field: &Field<T>, row: Id, plain: &[u8]) -> Result<Sealed<T>> {
        let body = self.current_key(field.class)?.encrypt(&associated(field.name, row), plain)?;
        let mut bytes = Vec::with_capacity(17 + body.len());
        bytes.push(ALGORITHM);
        bytes.extend_from_slice(self.vault.current.as_bytes());
        bytes.extend_from_slice(&body);
        Ok(Sealed { bytes, plain: PhantomData })
    }

    /// What seals and opens files of one class, and nothing else; `None` when the class was not granted. It may
    /// outlive the transaction: a file takes longer than one.
    ///
    /// # Errors
    /// Never in practice.
    pub fn files(&self, class: Class) -> Result<Option<FileKeys>> {
        if !self.grants.has(class) {
            return Ok(None);
        }
        let mut keys = Vec::with_capacity(self.vault.keys.len());
        for (id, _) in &self.vault.keys {
            keys.push((*id, self.vault.class_key(*id, class)?.derive(&[b"farlight files"])?));
        }
        Ok(Some(FileKeys { current: self.vault.current, keys }))
    }

    fn current_key(&self, class: Class) -> Result<&Secret> {
        let cell = &self.derived[class as usize];
        if cell.get().is_none() {
            // Lost races are impossible: the cell is not shared between threads.
            drop(cell.set(self.vault.class_key(self.vault.current, class)?));
        }
        cell.get().ok_or_else(|| Error::internal("a class key was not derived"))
    }
}

/// Keys of files alone: no column can be opened with them.
#[derive(Clone)]
pub struct FileKeys {
    current: Id,
    keys: Vec<(Id, Secret)>,
}

impl FileKeys {
    /// For a new file of this name.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn begin(&self, name: &str) -> Result<(Header, Chunks)> {
        let header = Header::new(self.current)?;
        let chunks = self.chunks(&header, name)?;
        Ok((header, chunks))
    }

    /// For a file of this name that begins with `header`.
    ///
    /// # Errors
    /// `internal` when it is sealed under a key that is not held.
    pub fn chunks(&self, header: &Header, name: &str) -> Result<Chunks> {
        let key = header.key()?;
        let (_, secret) = self
            .keys
            .iter()
            .find(|(id, _)| *id == key)
            .ok_or_else(|| Error::internal("a stored file names a key that is not held"))?;
        Chunks::new(secret, header, name)
    }
}

/// Binds a ciphertext to its table, column and row, so that moving it anywhere else breaks it.
fn associated(name: &str, row: Id) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(name.len() + 17);
    // Writing to a Vec cannot fail.
    drop(write!(bytes, "{name}\0"));
    bytes.extend_from_slice(row.as_bytes());
    bytes
}
