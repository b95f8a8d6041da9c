//! The other files of a log that was cut or rotated: what their lines say, the rest of it leans on.

use std::cmp::Reverse;
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

/// The files of the same folder that hold parts of the same log, by the names for which this is true, in the order of
/// their names: `….0.jsonl` before `….1.jsonl`, and what was rotated away, `….jsonl.1`, before `….jsonl`. How many of them
/// come before this one.
pub(super) fn beside(path: &Path, is_part: impl Fn(&str) -> bool) -> (Vec<PathBuf>, usize) {
    let Some(own) = name(path) else { return (Vec::new(), 0) };
    let is_rotated = |name: &str, from: &str| name.strip_prefix(from).is_some_and(|rest| rest.starts_with('.'));
    let order = |part: &PathBuf| {
        let name = name(part).unwrap_or_default();
        // Of what was rotated away the highest number comes first.
        match (is_rotated(name, own), is_rotated(own, name) || name > own) {
            (true, _) => (0, Err(Reverse(part.clone()))),
            (false, after) => (1 + u8::from(after), Ok(part.clone())),
        }
    };
    let Ok(folder) = std::fs::read_dir(folder_of(path)) else { return (Vec::new(), 0) };
    let parts = folder.flatten().map(|entry| entry.path());
    let mut parts: Vec<PathBuf> =
        parts.filter(|part| name(part).is_some_and(|name| name != own && is_part(name))).collect();
    parts.sort_by_cached_key(order);
    let before = parts.iter().filter(|part| order(part).0 < 2).count();
    (parts, before)
}

/// The parts that come before a file: by when they begin, and where they begin alike by their names. Of those in other
/// folders the names say nothing.
pub(super) fn before<K: Ord>(
    path: &Path,
    is_part: impl Fn(&str) -> bool,
    elsewhere: Vec<PathBuf>,
    own: &K,
    begins: impl Fn(&Path) -> K,
) -> Vec<PathBuf> {
    let (beside, by_name) = beside(path, is_part);
    let by_name = beside.into_iter().enumerate().map(|(nth, part)| (nth < by_name, part));
    let all = elsewhere.into_iter().map(|part| (false, part)).chain(by_name);
    let mut before: Vec<(K, PathBuf)> = all
        .map(|(by_name, part)| (begins(&part), by_name, part))
        .filter(|(begins, by_name, _)| begins < own || begins == own && *by_name)
        .map(|(begins, _, part)| (begins, part))
        .collect();
    // Those that begin alike keep the order of their names.
    before.sort_by(|(one, _), (other, _)| one.cmp(other));
    before.into_iter().map(|(_, part)| part).collect()
}
