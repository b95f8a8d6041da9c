//! The other files of a log that was cut or rotated: what their lines say, the rest of it leans on.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::super::file::folder_of;

/// All log files that are read, in the order of their names: days in order.
#[derive(Debug, Clone, Default)]
pub struct Roster(Arc<Mutex<Vec<PathBuf>>>);

impl Roster {
    pub fn add(&self, path: PathBuf) {
        let mut all = self.lock();
        let at = all.partition_point(|known| *known < path);
        all.insert(at, path);
    }

    pub fn all(&self) -> Vec<PathBuf> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<PathBuf>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Files in other folders that hold parts of the same log, by the names for which this is true.
    pub(super) fn elsewhere(&self, path: &Path, is_part: impl Fn(&str) -> bool) -> Vec<PathBuf> {
        let mut all = self.all();
        all.retain(|other| other.parent() != path.parent() && name(other).is_some_and(&is_part));
        all
    }
}

/// A file's name, if it is text.
pub(super) fn name(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()
}

/// A file's name without what says which part of the log it is: `events.0.jsonl`, `events.jsonl.1`.
pub(super) fn log_in(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// The files of the same folder that hold parts of the same log, by the names for which this is true, and come before
/// this one: `….0.jsonl` before `….1.jsonl`, and what was rotated away, `….jsonl.1`, before `….jsonl`.
pub(super) fn before(path: &Path, is_part: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let Some(own) = name(path) else { return Vec::new() };
    let is_rotated = |name: &str, from: &str| name.strip_prefix(from).is_some_and(|rest| rest.starts_with('.'));
    let is_before = |name: &str| is_rotated(name, own) || (name < own && !is_rotated(own, name));
    let Ok(folder) = std::fs::read_dir(folder_of(path)) else { return Vec::new() };
    let parts = folder.flatten().map(|entry| entry.path());
    let mut before: Vec<PathBuf> =
        parts.filter(|part| name(part).is_some_and(|name| is_part(name) && is_before(name))).collect();
    before.sort();
    let (mut rotated, rest): (Vec<_>, Vec<_>) =
        before.into_iter().partition(|part| name(part).is_some_and(|name| is_rotated(name, own)));
    // The highest number was rotated first.
    rotated.reverse();
    rotated.into_iter().chain(rest).collect()
}
