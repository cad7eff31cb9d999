//! Drives `disk.c`: a disk that forgets, fills up and breaks.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::report::Dice;
use crate::server::Place;

// The words of the control file, as disk.c numbers them.
const ERROR_KIND: u64 = 0;
const ERROR_CLASSES: u64 = 1;
const CUT_AFTER: u64 = 2;
const IGNORE_SYNC_OF: u64 = 3;
const ERRORS_MADE: u64 = 4;
const CLOCK_AHEAD: u64 = 5;
const COUNTERS: u64 = 8;
const WORDS: u64 = 64;

/// What a disk reads and writes at a time, and what tears within it.
const PAGE: usize = 4096;
const SECTOR: usize = 512;

#[derive(Clone, Copy)]
pub enum Class {
    Database = 0,
    Wal = 1,
    Files = 2,
    Folder = 3,
}

pub const EVERYTHING: &[Class] = &[Class::Database, Class::Wal, Class::Files, Class::Folder];

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    None = 0,
    /// ENOSPC.
    Full = 1,
    /// EIO for each write.
    Write = 2,
    /// EIO for each sync, after which what it was to write is lost.
    Sync = 3,
}

/// What is left of what was not synced.
#[derive(Clone, Copy, Debug)]
pub enum Survives {
    Nothing,
    /// Any of it, page by page and torn, and any of the entries of folders.
    Some,
}

pub struct Disk {
    data: PathBuf,
    shadow: PathBuf,
    control: PathBuf,
}

impl Disk {
    /// Puts the disk under the place's data; servers started from now on write through it. None where there is no C
    /// compiler or no way to preload.
    pub fn under(place: &mut Place) -> Option<Self> {
        if !cfg!(target_os = "linux") {
            println!("skipped: the disk is made by LD_PRELOAD, for Linux");
            return None;
        }
        let library = place.folder().join("disk.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/disk.c");
        let built = Command::new("cc")
            .args(["-O2", "-shared", "-fPIC", "-o"])
            .args([&library, &source])
            .args(["-ldl", "-lpthread"])
            .output();
        let Ok(built) = built else {
            println!("skipped: the disk needs a C compiler, cc");
            return None;
        };
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        // As /proc tells it of an open file.
        let data = fs::canonicalize(&place.data).unwrap();
        let disk =
            Self { shadow: place.folder().join("shadow"), control: place.folder().join("control"), data };
        fs::write(&disk.control, vec![0; 8 * usize::try_from(WORDS).unwrap()]).unwrap();
        disk.settle();
        place.data.clone_from(&disk.data);
        for (name, value) in [
            ("LD_PRELOAD", &library),
            ("FAULT_DISK", &disk.data),
            ("FAULT_SHADOW", &disk.shadow),
            ("FAULT_CONTROL", &disk.control),
        ] {
            place.environment.push((name.to_owned(), value.display().to_string()));
        }
        Some(disk)
    }

    fn set(&self, word: u64, value: u64) {
        let file = File::options().write(true).open(&self.control).unwrap();
        file.write_all_at(&value.to_ne_bytes(), word * 8).unwrap();
    }

    fn word(&self, word: u64) -> u64 {
        let mut value = [0; 8];
        File::open(&self.control).unwrap().read_exact_at(&mut value, word * 8).unwrap();
        u64::from_ne_bytes(value)
    }

    pub fn fail(&self, failure: Failure, classes: &[Class]) {
        self.set(ERROR_CLASSES, mask(classes));
        self.set(ERROR_KIND, failure as u64);
    }

    pub fn errors_made(&self) -> u64 {
        self.word(ERRORS_MADE)
    }

    /// The process dies before its operation of this number, counted from now.
    pub fn cut_after(&self, operations: u64) {
        self.set(CUT_AFTER, operations);
    }

    pub fn ignore_syncs_of(&self, classes: &[Class]) {
        self.set(IGNORE_SYNC_OF, mask(classes));
    }

    /// Sets the wall clock of the process ahead, or back.
    pub fn clock_ahead(&self, seconds: i64) {
        self.set(CLOCK_AHEAD, seconds.cast_unsigned());
    }

    /// Writes and syncs of a class so far.
    pub fn counts(&self, class: Class) -> (u64, u64) {
        let first = COUNTERS + class as u64 * 4;
        (self.word(first), self.word(first + 1))
    }

    /// Everything that is there now is durable.
    fn settle(&self) {
        let _ = fs::remove_dir_all(&self.shadow);
        for folder in ["inodes", "folders", "grave"] {
            fs::create_dir_all(self.shadow.join(folder)).unwrap();
        }
        let mut folders = vec![self.data.clone()];
        while let Some(folder) = folders.pop() {
            let mut entries = String::new();
            for (name, path) in entries_of(&folder) {
                let inode = fs::symlink_metadata(&path).unwrap().ino();
                entries.push_str(&format!("{inode} {name}\n"));
                if path.is_dir() {
                    folders.push(path);
                } else {
                    fs::copy(&path, self.shadow.join(format!("inodes/{inode}"))).unwrap();
                }
            }
            let inode = fs::metadata(&folder).unwrap().ino();
            fs::write(self.shadow.join(format!("folders/{inode}")), entries).unwrap();
        }
        self.set(CUT_AFTER, 0);
    }

    /// The power goes, after the process did: the data becomes what a disk may hold then.
    pub fn power_cut(&self, survives: Survives, dice: &mut Dice) {
        let made = self.data.with_extension("new");
        let mut inodes = BTreeMap::new();
        let mut folders = vec![self.data.clone(), self.shadow.join("grave")];
        while let Some(folder) = folders.pop() {
            for (_, path) in entries_of(&folder) {
                let inode = fs::symlink_metadata(&path).unwrap().ino();
                if path.is_dir() {
                    folders.push(path.clone());
                }
                inodes.insert(inode, path);
            }
        }
        let root = fs::metadata(&self.data).unwrap().ino();
        inodes.insert(root, self.data.clone());
        self.rebuild(root, &made, &inodes, survives, dice);
        fs::remove_dir_all(&self.data).unwrap();
        fs::rename(&made, &self.data).unwrap();
        self.settle();
    }

    fn rebuild(
        &self,
        folder: u64,
        made: &Path,
        inodes: &BTreeMap<u64, PathBuf>,
        survives: Survives,
        dice: &mut Dice,
    ) {
        fs::create_dir(made).unwrap();
        let durable = fs::read_to_string(self.shadow.join(format!("folders/{folder}"))).unwrap_or_default();
        let durable: BTreeMap<String, u64> = durable
            .lines()
            .map(|line| line.split_once(' ').unwrap())
            .map(|(inode, name)| (name.to_owned(), inode.parse().unwrap()))
            .collect();
        let current: BTreeMap<String, u64> = inodes
            .get(&folder)
            .map(|path| entries_of(path))
            .unwrap_or_default()
            .into_iter()
            .map(|(name, path)| (name, fs::symlink_metadata(path).unwrap().ino()))
            .collect();
        let names: BTreeSet<&String> = durable.keys().chain(current.keys()).collect();
        for name in names {
            let (kept, now) = (durable.get(name), current.get(name));
            let takes_now = kept == now || matches!(survives, Survives::Some) && dice.once_in(2);
            let Some(&inode) = (if takes_now { now } else { kept }) else { continue };
            let target = made.join(name);
            let path = inodes.get(&inode);
            if path.is_some_and(|path| path.is_dir()) {
                self.rebuild(inode, &target, inodes, survives, dice);
            } else {
                let read = |path: &Path| fs::read(path).unwrap_or_default();
                let kept = read(&self.shadow.join(format!("inodes/{inode}")));
                let now = path.map(|path| read(path)).unwrap_or_default();
                fs::write(target, mixed(kept, &now, survives, dice)).unwrap();
            }
        }
    }
}

fn mask(classes: &[Class]) -> u64 {
    classes.iter().map(|class| 1 << *class as u64).sum()
}

/// What a folder holds, but for the index of a WAL, which is made anew.
fn entries_of(folder: &Path) -> Vec<(String, PathBuf)> {
    fs::read_dir(folder)
        .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
        .unwrap_or_else(|_| Vec::<PathBuf>::new())
        .into_iter()
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), path))
        .filter(|(name, _)| !name.ends_with("-shm"))
        .collect()
}

/// A file of which some unsynced pages arrived, and of some of those only a few sectors.
fn mixed(mut kept: Vec<u8>, now: &[u8], survives: Survives, dice: &mut Dice) -> Vec<u8> {
    if matches!(survives, Survives::Nothing) || kept == now {
        return kept;
    }
    if !dice.once_in(3) {
        kept.resize(now.len(), 0);
    }
    // Between hardly any and nearly all of them.
    let one_in = dice.within(1..6);
    let mut at = 0;
    while at < kept.len().min(now.len()) {
        let end = (at + PAGE).min(kept.len()).min(now.len());
        if kept[at..end] != now[at..end] && dice.once_in(one_in) {
            let is_torn = dice.once_in(4);
            let mut sector = at;
            while sector < end {
                let next = (sector + SECTOR).min(end);
                if !is_torn || dice.once_in(2) {
                    kept[sector..next].copy_from_slice(&now[sector..next]);
                }
                sector = next;
            }
        }
        at = end;
    }
    kept
}
