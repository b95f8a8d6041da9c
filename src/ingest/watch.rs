//! File-system events, as hints: who is woken looks for himself.
//!
//! The first event is handed on at once, those that follow within a few milliseconds together. A floor wakes everyone
//! now and then, for file systems that send no events.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{EventKind, ModifyKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

/// How often to wake.
#[derive(Debug, Clone, Copy)]
pub struct WatchOptions {
    /// No events at all: only the floor, four times a second.
    pub poll: bool,
    /// At least this often.
    pub floor: Duration,
    /// Events that come within this time of the last wake are handed on together.
    pub gather: Duration,
}

impl Default for WatchOptions {
    fn default() -> Self {
        Self { poll: false, floor: Duration::from_secs(1), gather: Duration::from_millis(10) }
    }
}

/// Why somebody is woken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wake {
    /// Something happened at these paths.
    Paths(Vec<PathBuf>),
    /// Events were lost: look everywhere.
    Rescan,
    /// Nothing was heard for a while.
    Floor,
}

/// Watches folders.
#[derive(Debug)]
pub struct Watcher {
    inner: Option<RecommendedWatcher>,
    watched: BTreeSet<PathBuf>,
    polling_because: Option<String>,
}

/// The other end: waits for events.
#[derive(Debug)]
pub struct Waker {
    events: Receiver<Wake>,
    options: WatchOptions,
    last: Option<Instant>,
    // Without a watcher there must still be somebody to wait for.
    _alive: Sender<Wake>,
}

impl Watcher {
    pub fn new(options: WatchOptions) -> (Self, Waker) {
        let (sender, events) = channel();
        let waker = Waker { events, options, last: None, _alive: sender.clone() };
        if options.poll {
            return (
                Self { inner: None, watched: BTreeSet::new(), polling_because: Some("asked to by --poll".to_owned()) },
                waker,
            );
        }
        let hand_on = move |event: notify::Result<notify::Event>| {
            let wake = match event {
                Ok(event) if event.need_rescan() => Wake::Rescan,
                Ok(event) if is_news(&event.kind) => {
                    let paths: Vec<PathBuf> = event.paths.into_iter().filter(|path| !is_shared_memory(path)).collect();
                    if paths.is_empty() {
                        return;
                    }
                    Wake::Paths(paths)
                }
                Ok(_) => return,
                Err(_) => Wake::Rescan,
            };
            // Nobody there to be woken: the program ends.
            let _ = sender.send(wake);
        };
        let (inner, why) = match notify::recommended_watcher(hand_on) {
            Ok(inner) => (Some(inner), None),
            Err(error) => (None, Some(plain(&error))),
        };
        (Self { inner, watched: BTreeSet::new(), polling_because: why }, waker)
    }

    /// Watches a folder, or what there is of the way to it. What lay there before has to be looked for.
    pub fn watch(&mut self, folder: &Path) -> Result<(), String> {
        let Some(there) = folder.ancestors().find(|folder| folder.is_dir()) else {
            return Err(format!("{}: no such folder", folder.display()));
        };
        let Some(inner) = &mut self.inner else { return Ok(()) };
        if !self.watched.insert(there.to_owned()) {
            return Ok(());
        }
        inner.watch(there, RecursiveMode::NonRecursive).map_err(|error| {
            self.watched.remove(there);
            let why = plain(&error);
            self.polling_because = Some(why.clone());
            why
        })
    }

    /// Why events cannot be relied on; then only the floor wakes.
    pub fn polling_because(&self) -> Option<&str> {
        self.polling_because.as_deref()
    }
}

impl Waker {
    /// Waits for the next wake, at most as long as the floor.
    pub fn next(&mut self) -> Wake {
        let floor =
            if self.options.poll { self.options.floor.min(Duration::from_millis(250)) } else { self.options.floor };
        self.next_within(floor)
    }

    /// Waits for the next wake, at most so long.
    pub fn next_within(&mut self, wait: Duration) -> Wake {
        let first = match self.events.recv_timeout(wait) {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => return Wake::Floor,
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(wait);
                return Wake::Floor;
            }
        };
        if let Some(rest) = self.last.and_then(|last| self.options.gather.checked_sub(last.elapsed())) {
            std::thread::sleep(rest);
        }
        let mut paths = BTreeSet::new();
        let mut rescan = false;
        for wake in std::iter::once(first).chain(self.events.try_iter()) {
            match wake {
                Wake::Paths(more) => paths.extend(more),
                Wake::Rescan | Wake::Floor => rescan = true,
            }
        }
        self.last = Some(Instant::now());
        if rescan { Wake::Rescan } else { Wake::Paths(paths.into_iter().collect()) }
    }
}

/// Our own reading raises events of access, and opening a database those of metadata: they are no news.
fn is_news(kind: &EventKind) -> bool {
    !matches!(kind, EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_)))
}

/// Changed by every reader of a database, and never by a commit in a way that could be seen.
fn is_shared_memory(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().ends_with(b"-shm")
}

fn plain(error: &notify::Error) -> String {
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            "the system's limit of watched folders is reached (fs.inotify.max_user_watches)".to_owned()
        }
        notify::ErrorKind::Io(io) => format!("no file-system events: {io}"),
        kind => format!("no file-system events: {kind:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn until(waker: &mut Waker, hit: impl Fn(&Wake) -> bool) -> bool {
        let deadline = Instant::now() + Duration::from_secs(5);
        while Instant::now() < deadline {
            if hit(&waker.next_within(Duration::from_millis(50))) {
                return true;
            }
        }
        false
    }

    #[test]
    fn a_file_that_appears_and_grows_wakes_and_one_that_is_read_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let (mut watcher, mut waker) = Watcher::new(WatchOptions::default());
        watcher.watch(folder.path()).unwrap();
        let file = folder.path().join("a.jsonl");
        fs::write(&file, "x\n").unwrap();
        assert!(until(&mut waker, |wake| matches!(wake, Wake::Paths(paths) if paths.contains(&file))));
        while waker.next_within(Duration::from_millis(100)) != Wake::Floor {}
        fs::read(&file).unwrap();
        assert_eq!(waker.next_within(Duration::from_millis(200)), Wake::Floor);
    }

    #[test]
    fn a_folder_that_is_not_there_yet_is_waited_for_above() {
        let folder = tempfile::tempdir().unwrap();
        let (mut watcher, mut waker) = Watcher::new(WatchOptions::default());
        watcher.watch(&folder.path().join("later/logs")).unwrap();
        fs::create_dir(folder.path().join("later")).unwrap();
        assert!(until(&mut waker, |wake| matches!(wake, Wake::Paths(_))));
    }

    #[test]
    fn polling_wakes_without_any_event() {
        let (watcher, mut waker) = Watcher::new(WatchOptions { poll: true, ..WatchOptions::default() });
        assert_eq!(watcher.polling_because(), Some("asked to by --poll"));
        assert_eq!(waker.next_within(Duration::from_millis(10)), Wake::Floor);
    }
}
