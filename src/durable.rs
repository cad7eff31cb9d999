//! What makes a new file outlive a power cut beside its own `sync_all`: its entry in its folder.

use std::io;
use std::path::Path;

/// Makes durable which entries a folder has. Elsewhere than on Unix a folder cannot be synced, and need not be.
///
/// # Errors
/// Of the system.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Makes durable that a file or folder is where it is: its entry, and those of the folders above it, up to and including
/// the entries of `root`.
///
/// # Errors
/// Of the system.
pub fn sync_way(root: &Path, path: &Path) -> io::Result<()> {
    for folder in path.ancestors().skip(1) {
        sync_folder(folder)?;
        if folder == root || folder.as_os_str().is_empty() {
            break;
        }
    }
    Ok(())
}
