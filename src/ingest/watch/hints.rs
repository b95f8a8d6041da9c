//! Where events are collected until the reader comes for them. It holds at most each path once, however many events
//! there are.

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use notify::EventKind;
use notify::event::ModifyKind;

use super::super::file::child;
use super::folders::Folders;

#[derive(Debug, Default)]
pub struct Hints {
    inner: Mutex<Inner>,
    bell: Condvar,
}

#[derive(Debug, Default)]
pub(super) struct Inner {
    heard: Heard,
    /// Existing folders and how they are spelled.
    spellings: HashMap<PathBuf, Vec<PathBuf>>,
    missing: Vec<PathBuf>,
}

/// What was heard since the last time.
#[derive(Debug, Default)]
pub struct Heard {
    pub paths: BTreeSet<PathBuf>,
    /// Events were lost.
    pub rescan: bool,
    /// A watched folder, or one that is waited for, came or went.
    pub folders: bool,
}

impl Heard {
    fn is_empty(&self) -> bool {
        self.paths.is_empty() && !self.rescan && !self.folders
    }
}

impl Hints {
    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an event, on the thread that has it from the kernel.
    pub fn take(&self, event: notify::Result<notify::Event>) {
        let mut inner = self.lock();
        match event {
            // An overflow has no paths.
            Ok(event) if event.need_rescan() => inner.heard.rescan = true,
            Ok(event) if !tells(event.kind) => return,
            Ok(event) => event.paths.iter().for_each(|path| inner.note(path)),
            Err(_) => inner.heard.rescan = true,
        }
        if !inner.heard.is_empty() {
            self.bell.notify_one();
        }
    }

    pub fn rescan(&self) {
        self.lock().heard.rescan = true;
    }

    pub fn listen_for(&self, folders: &Folders) {
        let mut inner = self.lock();
        (inner.spellings, inner.missing) = (folders.spellings(), folders.missing());
    }

    /// Waits until something was heard; false if the time came first.
    pub fn wait_until(&self, deadline: Instant) -> bool {
        let patience = deadline.saturating_duration_since(Instant::now());
        let waited = self.bell.wait_timeout_while(self.lock(), patience, |inner| inner.heard.is_empty());
        !waited.unwrap_or_else(PoisonError::into_inner).0.heard.is_empty()
    }

    pub fn collect(&self) -> Heard {
        std::mem::take(&mut self.lock().heard)
    }
}

impl Inner {
    fn note(&mut self, path: &Path) {
        if self.spellings.contains_key(path) || self.missing.iter().any(|missing| missing.starts_with(path)) {
            self.heard.folders = true;
        }
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return };
        if is_noise(name) {
            return;
        }
        for given in self.spellings.get(folder).into_iter().flatten() {
            self.heard.paths.insert(child(given, name));
        }
    }
}

/// Opening and closing are our own doing as often as not, and change nothing; so do permissions and times.
fn tells(kind: EventKind) -> bool {
    !matches!(kind, EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_)))
}

/// The shared memory of a database is written by its readers too: it would wake us for our own reads.
fn is_noise(name: &OsStr) -> bool {
    name.as_bytes().ends_with(b"-shm")
}
