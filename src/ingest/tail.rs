//! Follows one path, whatever is done to the file there: appended in pieces, cut, rewritten, rotated away, deleted and
//! made again. It hands over bytes, whole lines at a time; it never blocks, never maps a file and never locks one.
//!
//! Whatever happens, no line of one pass comes twice and none comes torn. Where the file begins anew, so does the pass,
//! and records may come again: their fingerprints tell. Lines that were destroyed before anybody could read them are
//! not seen; [`Tail::possible_loss`] counts the times when that may have happened.

mod handle;
mod linger;
mod marker;
pub(super) mod missed;
mod pipe;
pub(super) mod refusal;
mod span;
mod step;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

pub(super) use super::file::open;
use super::file::{FileId, Place, Stat, TICK, look, words};
use handle::{Got, Handle};
use linger::Lingering;
use missed::Birth;
pub use pipe::Pipe;
pub use span::{line_number, read_span};
pub use step::{Limits, Step, Why};

/// Files that are remembered after they were rotated away.
const REMEMBERED: usize = 32;

#[derive(Debug)]
pub struct Tail {
    path: PathBuf,
    limits: Limits,
    current: Option<Handle>,
    /// Files that were rotated away and may still be written to.
    lingering: Lingering,
    /// How the path looked when all of its file had been read; as long as it looks so, there is nothing to do.
    seen: Option<Stat>,
    /// Why the file, as it was seen, is not read.
    refused: Option<String>,
    /// When the current file last stood at the path: rotated files born later were missed.
    looked: Option<Birth>,
    /// The files that were read to their end lately, so that none is taken for a missed one.
    had: Vec<FileId>,
    gone: Option<Instant>,
    size: u64,
    lost: u64,
}

impl Tail {
    pub fn new(path: PathBuf, limits: Limits) -> Self {
        Self {
            path,
            limits,
            current: None,
            lingering: Lingering::default(),
            seen: None,
            refused: None,
            looked: None,
            had: Vec::new(),
            gone: None,
            size: 0,
            lost: 0,
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Begins anew at the first byte of the file that is read.
    pub fn rewind(&mut self) {
        if let Some(handle) = &mut self.current {
            handle.rewind();
        }
        self.seen = None;
    }

    /// Bytes of the file when it was last looked at.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Bytes handed over in this pass.
    pub fn offset(&self) -> u64 {
        self.current.as_ref().map_or(0, |handle| handle.offset)
    }

    /// How many times lines may have been destroyed before they were read.
    pub fn possible_loss(&self) -> u64 {
        self.lost
    }

    /// Whether it is this file that is read at the moment.
    pub fn is_at(&self, id: FileId) -> bool {
        self.current.as_ref().is_some_and(|handle| handle.id == id)
    }

    /// Whether this file is read, or was lately.
    pub fn has_read(&self, id: FileId) -> bool {
        self.is_at(id) || self.had.contains(&id)
    }

    /// Holds the file no longer, until the next step.
    pub fn release(&mut self) {
        if let Some(handle) = &mut self.current {
            handle.let_go();
        }
    }

    /// The next step. To be called again until it is [`Step::Idle`], `Waiting`, `Gone` or `Unreadable`; then after the
    /// next wake. If nothing has changed it costs one `stat`.
    pub fn next(&mut self, buf: &mut Vec<u8>) -> Step {
        self.step(self.limits.settle, buf)
    }

    /// As [`Self::next`], for a run that ends here: a last line without newline is not waited for if it ends like a
    /// record.
    pub fn finish(&mut self, buf: &mut Vec<u8>) -> Step {
        self.step(Duration::ZERO, buf)
    }

    fn step(&mut self, settle: Duration, buf: &mut Vec<u8>) -> Step {
        if let Some(step) = self.lingering.next(&self.limits, settle, &mut self.lost, buf) {
            return step;
        }
        let step = match look(&self.path) {
            Place::File(stat) => self.at_path(stat, settle, buf),
            Place::Nothing if self.current.is_none() => Step::Waiting,
            Place::Nothing => self.without_path(Step::Gone, settle, buf),
            Place::Barred(why) => self.without_path(Step::Unreadable(why), settle, buf),
        };
        if !matches!(step, Step::Lines { .. }) {
            buf.clear();
        }
        step
    }

    /// A file stands at the path.
    fn at_path(&mut self, stat: Stat, settle: Duration, buf: &mut Vec<u8>) -> Step {
        self.size = stat.len;
        if self.current.is_none() {
            match open(&self.path).and_then(Handle::new) {
                Ok(handle) => self.current = Some(handle),
                Err(error) => return Step::Unreadable(words(&error)),
            }
        }
        let is_resting = match &self.current {
            Some(handle) if !handle.id.is_same_inode(stat.id) => return self.elsewhere(stat, settle, buf),
            Some(handle) if self.seen == Some(stat) && !handle.is_rest_due(settle) => return self.quiet(stat),
            Some(handle) => !handle.is_open(),
            None => false,
        };
        if is_resting {
            match self.resume() {
                Ok(true) => {}
                Ok(false) => return self.elsewhere(stat, settle, buf),
                Err(error) => return Step::Unreadable(words(&error)),
            }
        }
        let now = self.saw_in_place();
        // What was touched within a tick of the clock may be touched again and look the same.
        let settled = stat.is_older_than(TICK, now).then_some(stat);
        match self.read(settle, buf) {
            Some(Step::Fresh(why)) => {
                let was_gone = self.gone.take().is_some();
                self.lost += u64::from(!was_gone);
                self.seen = None;
                Step::Fresh(if was_gone { Why::Recreated } else { why })
            }
            Some(step) => {
                if self.refused.is_some() {
                    self.seen = settled;
                }
                step
            }
            None => {
                (self.seen, self.gone) = (settled, None);
                self.let_go_if_quiet(stat, now);
                Step::Idle
            }
        }
    }

    /// Nothing has changed.
    fn quiet(&mut self, stat: Stat) -> Step {
        let now = self.saw_in_place();
        self.let_go_if_quiet(stat, now);
        match &self.refused {
            Some(why) => Step::Unreadable(why.clone()),
            None => Step::Idle,
        }
    }

    /// Closes a file that was read to its end and has been quiet for a while.
    fn let_go_if_quiet(&mut self, stat: Stat, now: SystemTime) {
        if let Some(handle) = &mut self.current
            && self.seen == Some(stat)
            && !handle.is_undecided()
            && stat.is_older_than(self.limits.rest, now)
        {
            handle.let_go();
        }
    }

    /// Notes that the current file stands at the path now.
    fn saw_in_place(&mut self) -> SystemTime {
        let now = SystemTime::now();
        self.looked = Some((now.checked_sub(TICK).unwrap_or(now), OsString::new()));
        now
    }

    /// Opens the current file again; false if it is another one that stands at the path.
    fn resume(&mut self) -> io::Result<bool> {
        let file = open(&self.path)?;
        self.current.as_mut().map_or(Ok(false), |handle| handle.resume(file))
    }

    /// Reads on in the current file, wherever it stands. `None`: there is nothing more.
    fn read(&mut self, settle: Duration, buf: &mut Vec<u8>) -> Option<Step> {
        self.refused = None;
        let handle = self.current.as_mut()?;
        Some(match handle.read(&self.limits, settle, buf) {
            Ok(Got::Nothing) => return None,
            Ok(Got::Lines { at }) => Step::Lines { at, provisional: false },
            Ok(Got::Rest { at }) => Step::Lines { at, provisional: true },
            Ok(Got::TooLong { at, len }) => Step::TooLong { at, len },
            Ok(Got::Anew(why)) => {
                handle.rewind();
                Step::Fresh(why)
            }
            Ok(Got::Unfit(why)) => {
                self.refused = Some(why.clone());
                Step::Unreadable(why)
            }
            Err(error) => {
                // A handle may have gone stale on a network file system; a new one goes on at the same place.
                handle.let_go();
                Step::Unreadable(words(&error))
            }
        })
    }

    /// Nothing readable stands at the path: what is left in the file we hold comes first.
    fn without_path(&mut self, step: Step, settle: Duration, buf: &mut Vec<u8>) -> Step {
        self.seen = None;
        // Asked once only: it costs a look at the whole folder.
        let is_first = self.gone.is_none();
        if is_first {
            self.find_again();
        }
        if let Some(left) = self.read_left(settle, buf) {
            return left;
        }
        if is_first && let Some(next) = self.missed(None) {
            return Step::Fresh(self.change_over(next));
        }
        let Some(handle) = &mut self.current else { return step };
        let gone = *self.gone.get_or_insert_with(Instant::now);
        // A deleted file keeps its place on the disk as long as somebody holds it.
        if gone.elapsed() > linger::TIME && !handle.is_linked() {
            handle.let_go();
        }
        step
    }

    /// Another file stands at the path than the one we read: we read ours to its end, then change over.
    fn elsewhere(&mut self, stat: Stat, settle: Duration, buf: &mut Vec<u8>) -> Step {
        self.find_again();
        if let Some(left) = self.read_left(settle, buf) {
            return left;
        }
        match self.successor(stat) {
            Ok(next) => Step::Fresh(self.change_over(next)),
            Err(error) => Step::Unreadable(words(&error)),
        }
    }

    /// Opens the current file again if it was closed: it may have been renamed with more in it than was read.
    fn find_again(&mut self) {
        if let Some(handle) = self.current.as_mut().filter(|handle| !handle.is_open())
            && let Some(file) = missed::renamed(&self.path, handle.id)
        {
            // That it is the one was asked already.
            let _ = handle.resume(file);
        }
    }

    /// What is left in a file that does not stand at the path.
    fn read_left(&mut self, settle: Duration, buf: &mut Vec<u8>) -> Option<Step> {
        match self.read(settle, buf) {
            Some(Step::Unreadable(_)) => None,
            Some(Step::Fresh(why)) => {
                self.lost += 1;
                Some(Step::Fresh(why))
            }
            step => step,
        }
    }

    /// The file that came after the one we read.
    fn successor(&mut self, stat: Stat) -> io::Result<Handle> {
        match self.missed(Some(stat.id)) {
            Some(next) => Ok(next),
            None => open(&self.path).and_then(Handle::new),
        }
    }

    /// The next file that stood at the path after the one we read, and was rotated away before it was looked at.
    fn missed(&mut self, at_path: Option<FileId>) -> Option<Handle> {
        let own = self.current.as_ref().map(|handle| handle.id);
        let known: Vec<FileId> = self.had.iter().copied().chain(own).chain(at_path).collect();
        let looked = self.looked.as_ref()?;
        let own = own.and_then(|id| id.born).map(|born| (born, OsString::new()));
        let after = own.as_ref().map_or(looked, |own| own.max(looked));
        let (birth, file) = missed::oldest(&self.path, after, at_path.and_then(|id| id.born), &known)?;
        self.looked = Some(birth);
        Handle::new(file).ok()
    }

    fn change_over(&mut self, next: Handle) -> Why {
        self.had.extend(self.current.as_ref().map(|handle| handle.id));
        self.had.drain(..self.had.len().saturating_sub(REMEMBERED));
        let old = self.current.replace(next);
        let is_linked = old.as_ref().is_some_and(Handle::is_linked);
        // One that was closed, renamed out of sight or deleted may have been appended to before.
        let was_closed = old.as_ref().is_some_and(|handle| !handle.is_open());
        self.lost += u64::from(was_closed && self.gone.is_none());
        self.lingering.add(old);
        (self.seen, self.refused) = (None, None);
        match self.gone.take() {
            Some(_) => Why::Recreated,
            None if is_linked => Why::Rotated,
            None => Why::Replaced,
        }
    }
}
