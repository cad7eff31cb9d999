//! Places for what is half done: for this user alone, one process at a time, gone afterwards.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::crypto::secret::{hex, random_bytes};
use crate::start::StartError;

/// Puts the path before what the system said.
pub(super) fn at(path: &Path) -> impl Fn(io::Error) -> StartError + use<> {
    let path = path.to_owned();
    move |error| {
        let hint = if error.kind() == io::ErrorKind::StorageFull { "; give it more room" } else { "" };
        StartError::Failed(format!("{}: {error}{hint}", path.display()))
    }
}

/// A folder that is removed with everything in it, when done and when failed. What a process that was killed left
/// behind is removed by the next one.
pub(super) struct Private {
    path: PathBuf,
    // Held until the folder is gone.
    _lock: File,
}

impl Private {
    pub(super) fn begin(path: PathBuf) -> Result<Self, StartError> {
        let failed = at(&path);
        create_folder(&path).map_err(&failed)?;
        let lock = create_file(&path.join("lock"), true).map_err(&failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let path = path.display();
                return Err(StartError::Failed(format!("another backup or restore is at work in {path}")));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        for entry in fs::read_dir(&path).map_err(&failed)? {
            let entry = entry.map_err(&failed)?;
            let is_folder = entry.file_type().map_err(&failed)?.is_dir();
            if is_folder {
                fs::remove_dir_all(entry.path()).map_err(&failed)?;
            } else if entry.file_name() != "lock" {
                fs::remove_file(entry.path()).map_err(&failed)?;
            }
        }
        Ok(Self { path, _lock: lock })
    }

    /// A new one in a folder that others may write to, such as the system's own for this: under a name that nobody can
    /// have taken before.
    pub(super) fn fresh(parent: &Path) -> Result<Self, StartError> {
        let path = parent.join(format!("farlight-{}", hex(&random_bytes::<16>()?)));
        private_folders(false).create(&path).map_err(at(&path))?;
        Self::begin(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        // What is left is as sealed as the database, and the next one clears it away.
        drop(fs::remove_dir_all(&self.path));
    }
}

/// For the user alone, whatever the umask says; it is no error when it is there.
pub(super) fn create_folder(path: &Path) -> io::Result<()> {
    private_folders(true).create(path)
}

fn private_folders(recursive: bool) -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(recursive);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// As [`create_folder()`].
pub(super) fn create_file(path: &Path, may_exist: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(may_exist).create_new(!may_exist);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes names durable, where the system knows of that.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(if path.as_os_str().is_empty() { Path::new(".") } else { path })?.sync_all()?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// `PATH.word`, beside it.
pub(super) fn beside(path: &Path, word: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(word);
    PathBuf::from(name)
}
