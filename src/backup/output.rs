//! Where a backup is written.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::private::{at, beside, create_file, sync_folder};
use crate::start::StartError;

/// A file that has its name only when it is whole and durable, or standard output.
pub(super) struct Output {
    target: PathBuf,
    /// With the name it has until then.
    file: Option<(File, PathBuf)>,
    is_kept: bool,
}

impl Output {
    pub(super) fn create(target: &Path) -> Result<Self, StartError> {
        if target.as_os_str() == "-" {
            return Ok(Self { target: target.to_owned(), file: None, is_kept: true });
        }
        if target.exists() {
            let target = target.display();
            return Err(StartError::Failed(format!(
                "{target} is there already: a backup is never overwritten"
            )));
        }
        let partial = beside(target, "partial");
        let file = create_file(&partial, true).map_err(at(&partial))?;
        if file.try_lock().is_err() {
            let partial = partial.display();
            return Err(StartError::Failed(format!("another backup is being written to {partial}")));
        }
        // Of one that was killed.
        file.set_len(0).map_err(at(&partial))?;
        Ok(Self { target: target.to_owned(), file: Some((file, partial)), is_kept: false })
    }

    /// Makes it durable and gives it its name.
    pub(super) fn keep(mut self) -> Result<(), StartError> {
        match &self.file {
            None => io::stdout().flush().map_err(at(&self.target)),
            Some((file, partial)) => {
                file.sync_all().map_err(at(partial))?;
                if self.target.exists() {
                    let target = self.target.display();
                    return Err(StartError::Failed(format!(
                        "{target} came meanwhile, and is not overwritten"
                    )));
                }
                fs::rename(partial, &self.target).map_err(at(&self.target))?;
                self.is_kept = true;
                let folder = self.target.parent().unwrap_or_else(|| Path::new("."));
                sync_folder(folder).map_err(at(folder))
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.file {
            None => io::stdout().write(bytes),
            Some((file, _)) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.file {
            None => io::stdout().flush(),
            Some((file, _)) => file.flush(),
        }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let (false, Some((_, partial))) = (self.is_kept, &self.file) {
            drop(fs::remove_file(partial));
        }
    }
}
