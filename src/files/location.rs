//! From settings to a store.

use std::path::PathBuf;
use std::sync::Arc;

use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, path::Path};
use secrecy::ExposeSecret;

use crate::config::{FileSettings, Settings};
use crate::{db, durable};

/// Why the store cannot be opened, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// Neither `file:` nor `s3://`.
    #[error("files.url must be empty, file:FOLDER or s3://BUCKET/PREFIX")]
    Address,
    /// The folder cannot be made or used.
    #[error("the folder {0} of files.url cannot be used: {1}")]
    Folder(PathBuf, String),
    /// The client of the bucket cannot be made.
    #[error(
        "the bucket of files.url cannot be used, look at files.endpoint, files.region and files.access_key_id: {0}"
    )]
    Bucket(String),
}

/// A parsed `files.url`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A folder of this machine.
    Folder(PathBuf),
    /// A bucket, and the beginning of every name in it.
    Bucket(String, String),
}

impl Location {
    /// Where the settings say; when they say nothing, beside the SQLite database, and with PostgreSQL in the folder that
    /// the server was started in.
    ///
    /// # Errors
    /// [`FilesError::Address`].
    pub fn of(settings: &Settings) -> Result<Self, FilesError> {
        let url = settings.files.url.as_str();
        if url.is_empty() {
            return Ok(Self::Folder(match db::Location::parse(&settings.database.url) {
                Ok(db::Location::Sqlite(path)) => path.with_file_name("files"),
                _ => PathBuf::from("farlight-files"),
            }));
        }
        if let Some(rest) = url.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            if bucket.is_empty() {
                return Err(FilesError::Address);
            }
            return Ok(Self::Bucket(bucket.to_owned(), prefix.trim_matches('/').to_owned()));
        }
        match url.strip_prefix("file:").map(|path| path.strip_prefix("//").unwrap_or(path)) {
            Some(path) if !path.is_empty() => Ok(Self::Folder(PathBuf::from(path))),
            _ => Err(FilesError::Address),
        }
    }

    pub(super) fn open(self, settings: &FileSettings) -> Result<Opened, FilesError> {
        match self {
            Self::Folder(folder) => {
                let failed =
                    |error: &dyn std::fmt::Display| FilesError::Folder(folder.clone(), error.to_string());
                create_private(&folder).map_err(|error| failed(&error))?;
                // What was acknowledged survives a power cut, as in the database.
                let store = LocalFileSystem::new_with_prefix(&folder)
                    .map_err(|error| failed(&error))?
                    .with_fsync(true)
                    .with_automatic_cleanup(true);
                let folder = folder.canonicalize().map_err(|error| failed(&error))?;
                Ok(Opened { store: Arc::new(store), prefix: Path::default(), folder: Some(folder) })
            }
            Self::Bucket(bucket, prefix) => {
                let mut builder = AmazonS3Builder::new()
                    .with_bucket_name(bucket)
                    .with_region(settings.region.as_str())
                    .with_allow_http(settings.allow_http);
                if !settings.endpoint.is_empty() {
                    builder = builder.with_endpoint(settings.endpoint.as_str());
                }
                if !settings.access_key_id.is_empty() {
                    builder = builder
                        .with_access_key_id(settings.access_key_id.as_str())
                        .with_secret_access_key(settings.secret_access_key.expose_secret());
                }
                let store = builder.build().map_err(|error| FilesError::Bucket(error.to_string()))?;
                Ok(Opened { store: Arc::new(store), prefix: Path::from(prefix), folder: None })
            }
        }
    }
}

/// A store that was opened.
pub(super) struct Opened {
    pub(super) store: Arc<dyn ObjectStore>,
    /// The beginning of every name in it.
    pub(super) prefix: Path,
    /// Where it lies, if it is a folder.
    pub(super) folder: Option<PathBuf>,
}

/// For the server's user alone: what is sealed still tells how much there is.
fn create_private(folder: &std::path::Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    // Also where it was there already: whoever made it may have died before this.
    for above in folder.canonicalize()?.ancestors().skip(1) {
        match durable::sync_folder(above) {
            // Somebody else's folder, and not made here.
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => break,
            result => result?,
        }
    }
    Ok(())
}

/// S3 takes at most 10,000 pieces of an object, and none under 5 MiB but the last.
pub(super) fn piece(max_bytes: u64) -> usize {
    let least = 5 * 1024 * 1024;
    usize::try_from(max_bytes.div_ceil(9_000)).unwrap_or(usize::MAX).max(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(database: &str, files: &str) -> Result<Location, FilesError> {
        let mut settings = Settings::defaults().unwrap();
        settings.database.url = database.to_owned();
        settings.files.url = files.to_owned();
        Location::of(&settings)
    }

    #[test]
    fn files_lie_beside_the_database_unless_said_otherwise() {
        let folder = |path: &str| Location::Folder(PathBuf::from(path));
        let bucket = |prefix: &str| Location::Bucket("b".to_owned(), prefix.to_owned());
        assert_eq!(of("sqlite:/data/farlight.db", "").unwrap(), folder("/data/files"));
        assert_eq!(of("sqlite:farlight.db", "").unwrap(), folder("files"));
        assert_eq!(of("postgres://h/d", "").unwrap(), folder("farlight-files"));
        assert_eq!(of("postgres://h/d", "file:/srv/files").unwrap(), folder("/srv/files"));
        assert_eq!(of("postgres://h/d", "file:///srv/files").unwrap(), folder("/srv/files"));
        assert_eq!(of("postgres://h/d", "s3://b").unwrap(), bucket(""));
        assert_eq!(of("postgres://h/d", "s3://b/a/c/").unwrap(), bucket("a/c"));
        for wrong in ["/srv/files", "s3:///x", "file:", "ftp://h"] {
            assert!(of("sqlite:x.db", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_largest_file_fits_into_the_pieces_of_an_upload() {
        for max_bytes in [1, 2 << 30, 1 << 40] {
            assert!(piece(max_bytes) >= 5 << 20 && max_bytes.div_ceil(piece(max_bytes) as u64) < 10_000);
        }
    }
}
