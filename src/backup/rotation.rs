//! A folder of backups, of which the old ones end: a backup remembers what the installation has forgotten.

use std::fs;
use std::path::{Path, PathBuf};

use super::private::at;
use crate::db::types::Time;
use crate::start::StartError;

const BEGIN: &str = "farlight-";
const END: &str = ".age";
/// Of the same length always, so that names sort as times do.
const FORM: &str = "%Y-%m-%dT%H-%M-%SZ";

/// The name of a backup that begins now: no colon in it, which some systems cannot have in a name.
pub(super) fn name(now: Time) -> String {
    format!("{BEGIN}{}{END}", now.timestamp().strftime(FORM))
}

fn is_ours(name: &str) -> bool {
    let time = name.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END));
    time.is_some_and(|time| jiff::civil::DateTime::strptime(FORM, time).is_ok())
}

/// Removes all but the newest `keep` of those that were named by [`name`], and nothing else; gives what was removed.
pub(super) fn prune(folder: &Path, keep: usize) -> Result<Vec<PathBuf>, StartError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let entry = entry.map_err(at(folder))?;
        let is_file = entry.file_type().map_err(at(folder))?.is_file();
        if is_file && entry.file_name().to_str().is_some_and(is_ours) {
            found.push(entry.path());
        }
    }
    found.sort();
    let removed: Vec<_> = found.drain(..found.len().saturating_sub(keep)).collect();
    for path in &removed {
        fs::remove_file(path).map_err(at(path))?;
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_as_times_do_and_only_they_are_ours() {
        let (first, second) = (Time::constant(1_764_000_000), Time::constant(1_764_000_001));
        assert_eq!(name(first), "farlight-2025-11-24T16-00-00Z.age");
        assert!(name(first) < name(second) && is_ours(&name(first)));
        for other in
            ["farlight-2025-11-24.age", "farlight-2025-11-24T16-00-00Z.age.partial", "keys", "farlight-.age"]
        {
            assert!(!is_ours(other), "{other}");
        }
    }
}
