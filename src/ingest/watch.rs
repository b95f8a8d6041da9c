//! Wakes the readers when something may have happened. File-system events are hints for speed, never the truth: they
//! overflow, and network file systems do not send them. So every known file is looked at on a floor tick as well, and
//! nothing that depends on an event to be noticed is ever missed, only late.
//!
//! Folders are watched, not files (a file that is put in place of another takes no watch with it), each by itself.

mod folders;
mod hints;
mod remote;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use notify::{ErrorKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::file::FileId;
use folders::Folders;
use hints::Hints;

/// Between two wakes for events. The first event after a pause wakes at once; a debouncer that waits for silence instead
/// delivered nothing at all as long as a writer kept writing.
const GAP: Duration = Duration::from_millis(10);

/// The floor where there are no events to be had.
const POLL: Duration = Duration::from_millis(250);

#[derive(Debug, Clone, Copy)]
pub struct WatchOptions {
    /// No events; look every 250 ms.
    pub poll: bool,
    /// How often every known file is looked at, whatever the events say.
    pub floor: Duration,
}

impl Default for WatchOptions {
    fn default() -> Self {
        Self { poll: false, floor: Duration::from_secs(1) }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wake {
    /// These were written, made, renamed or removed, or maybe not: files and folders, spelled as the folders they lie in
    /// were given. One that is not known is worth a look for new sources.
    Paths(Vec<PathBuf>),
    /// Anything may have happened: look at everything, and for what is new.
    Rescan,
    /// Look at the files that are known.
    Floor,
    /// The time the caller gave is over.
    Elapsed,
}

/// Belongs to the one thread that reads.
pub struct Watcher {
    options: WatchOptions,
    hints: Arc<Hints>,
    notify: Option<RecommendedWatcher>,
    folders: Folders,
    /// What is watched at the moment, and which folder it was.
    watched: BTreeMap<PathBuf, FileId>,
    /// Why there are no events from these folders; the empty path stands for all.
    silent: BTreeMap<PathBuf, String>,
    floor_due: Instant,
    last_wake: Option<Instant>,
}

impl std::fmt::Debug for Watcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watcher").field("watched", &self.watched).field("silent", &self.silent).finish_non_exhaustive()
    }
}

impl Watcher {
    /// Never fails: without events it polls, see [`Self::polling_because`].
    pub fn new(options: WatchOptions) -> Self {
        let hints = Arc::new(Hints::default());
        let mut silent = BTreeMap::new();
        let notify = if options.poll {
            silent.insert(PathBuf::new(), "--poll was given".to_owned());
            None
        } else {
            let sink = Arc::clone(&hints);
            notify::recommended_watcher(move |event| sink.take(event))
                .inspect_err(|error| drop(silent.insert(PathBuf::new(), reason(error))))
                .ok()
        };
        let mut watcher = Self {
            options,
            hints,
            notify,
            folders: Folders::default(),
            watched: BTreeMap::new(),
            silent,
            floor_due: Instant::now(),
            last_wake: None,
        };
        watcher.floor_due += watcher.floor();
        watcher
    }

    /// Watches these folders and no others, each without what lies deeper. One that does not exist is waited for. If they
    /// are not the same as before a [`Wake::Rescan`] follows, since files may have been made before the watch began.
    pub fn watch(&mut self, folders: &[PathBuf]) {
        if self.folders.set(folders) {
            self.settle();
            self.hints.rescan();
        }
    }

    /// Why (some) files are looked for instead of announced; `None` if events come from everywhere.
    pub fn polling_because(&self) -> Option<&str> {
        self.silent.values().next().map(String::as_str)
    }

    /// Waits for something to happen, for the floor tick, or for `at_most`.
    pub fn next(&mut self, at_most: Duration) -> Wake {
        let asked = Instant::now().checked_add(at_most);
        loop {
            if Instant::now() >= self.floor_due {
                return self.tick();
            }
            if !self.hints.wait_until(asked.map_or(self.floor_due, |asked| asked.min(self.floor_due))) {
                if asked.is_some_and(|asked| Instant::now() >= asked) {
                    return Wake::Elapsed;
                }
                continue;
            }
            if let Some(early) = self.last_wake.and_then(|last| GAP.checked_sub(last.elapsed())) {
                std::thread::sleep(early);
            }
            let heard = self.hints.collect();
            self.last_wake = Some(Instant::now());
            let is_moved = heard.folders && self.settle();
            if is_moved || heard.rescan {
                return Wake::Rescan;
            }
            if !heard.paths.is_empty() {
                return Wake::Paths(heard.paths.into_iter().collect());
            }
        }
    }

    fn floor(&self) -> Duration {
        if self.silent.is_empty() { self.options.floor } else { self.options.floor.min(POLL) }
    }

    fn tick(&mut self) -> Wake {
        let is_moved = self.settle();
        self.floor_due = Instant::now() + self.floor();
        if is_moved { Wake::Rescan } else { Wake::Floor }
    }

    /// Watches what should be watched by now: a folder, or, as long as it does not exist, the nearest one above it.
    /// Whether anything new is watched.
    fn settle(&mut self) -> bool {
        let mut is_new = false;
        // Again after each change: what was made in between sent no event.
        for _ in 0..8 {
            self.folders.look();
            self.hints.listen_for(&self.folders);
            if !self.adjust() {
                break;
            }
            is_new = true;
        }
        is_new
    }

    /// One round of [`Self::settle`].
    fn adjust(&mut self) -> bool {
        let wanted = self.folders.wanted();
        let stale: Vec<PathBuf> = self
            .watched
            .iter()
            .filter(|(path, id)| wanted.get(*path) != Some(id))
            .map(|(path, _)| path.clone())
            .collect();
        for path in stale {
            self.watched.remove(&path);
            if let Some(notify) = &mut self.notify {
                // It is gone already if the folder is.
                let _ = notify.unwatch(&path);
            }
        }
        self.silent.retain(|path, _| path.as_os_str().is_empty() || wanted.contains_key(path));
        let mut is_new = false;
        for (path, id) in wanted {
            if !self.watched.contains_key(&path) {
                is_new |= self.begin(path, id);
            }
        }
        is_new
    }

    /// Begins to watch a folder; whether there is anything new to it.
    fn begin(&mut self, path: PathBuf, id: FileId) -> bool {
        let watching = self.notify.as_mut().map_or(Ok(()), |notify| notify.watch(&path, RecursiveMode::NonRecursive));
        let kind = self.notify.is_some().then(|| remote::kind(&path)).flatten();
        let silence = match (&watching, kind) {
            // There is nothing to be read in it either.
            (Err(error), _) if is_forbidden(error) => return false,
            (Err(error), _) => Some(reason(error)),
            (Ok(()), Some(kind)) => Some(format!("a file system of kind {kind} announces nothing")),
            (Ok(()), None) => None,
        };
        // One that cannot be watched is tried again at each tick, and told of once.
        let is_known = match silence {
            Some(why) => self.silent.insert(path.clone(), why).is_some(),
            None => self.silent.remove(&path).is_some(),
        };
        if watching.is_ok() {
            self.watched.insert(path, id);
        }
        watching.is_ok() || !is_known
    }
}

fn is_forbidden(error: &notify::Error) -> bool {
    matches!(&error.kind, ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::PermissionDenied)
}

/// Why a folder cannot be watched.
fn reason(error: &notify::Error) -> String {
    let errno = match &error.kind {
        ErrorKind::Io(error) => error.raw_os_error().map(rustix::io::Errno::from_raw_os_error),
        _ => None,
    };
    match (&error.kind, errno) {
        (ErrorKind::MaxFilesWatch, _) => {
            "no watches are left: raise fs.inotify.max_user_watches for events without delay".to_owned()
        }
        (_, Some(rustix::io::Errno::MFILE)) => {
            "no watchers are left: raise fs.inotify.max_user_instances for events without delay".to_owned()
        }
        (ErrorKind::Io(error), _) => super::file::words(error),
        (ErrorKind::PathNotFound, _) => "no such folder".to_owned(),
        (ErrorKind::Generic(why), _) => why.clone(),
        (ErrorKind::WatchNotFound | ErrorKind::InvalidConfig(_), _) => error.to_string(),
    }
}
