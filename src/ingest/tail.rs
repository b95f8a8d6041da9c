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

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::file::{FileId, Place, Stat, TICK, look, open, words};
use handle::{Got, Handle};
use linger::Lingering;
pub use pipe::Pipe;
pub use span::{line_number, read_span};

/// How much is read at a time, and for how long things are waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a block.
    pub chunk: usize,
    /// Bytes of a line; longer ones are passed over.
    pub line: usize,
    /// A last line without its newline is handed over when it has not grown for so long.
    pub settle: Duration,
    /// A file that was not touched for so long is closed until it is: a home may hold more logs than a process may hold
    /// files open.
    pub rest: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { chunk: 1 << 20, line: 64 << 20, settle: Duration::from_secs(1), rest: Duration::from_secs(60) }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The buffer holds whole lines from byte `at` on, each with its newline. `provisional`: it holds one line that has
    /// no newline yet, ends like a record and has not grown for a while. When it is completed it comes again, at the
    /// same `at`.
    Lines { at: u64, provisional: bool },
    /// As [`Step::Lines`], of a file that no longer stands at the path: its writer went on after it was rotated away.
    /// `at` counts in that file.
    Late { at: u64, provisional: bool },
    /// A line longer than the limit was passed over.
    TooLong { at: u64, len: u64 },
    /// What comes from here on belongs to a new pass: offsets begin at 0, and records may come again.
    Fresh(Why),
    /// Nothing new.
    Idle,
    /// There is no such file yet.
    Waiting,
    /// There was one. It will be picked up when it comes back.
    Gone,
    /// Why it cannot be read, and what to do. It is tried again at every look.
    Unreadable(String),
}

/// Why a new pass begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The file was cut.
    Truncated,
    /// It was renamed, and another one came in its place.
    Rotated,
    /// Another one was put in its place, and it is no more.
    Replaced,
    /// It was gone for a while.
    Recreated,
    /// What was read from it is no longer in it.
    Rewritten,
}

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
    /// When the current file last stood at the path. What was born later beside it was missed.
    looked: (SystemTime, OsString),
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
            looked: (SystemTime::UNIX_EPOCH, OsString::new()),
            gone: None,
            size: 0,
            lost: 0,
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
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
            Some(handle) if handle.id != stat.id => return self.elsewhere(stat, settle, buf),
            Some(handle) if self.seen == Some(stat) && !handle.is_rest_due(settle) => return self.quiet(stat),
            Some(handle) => !handle.is_open(),
            None => false,
        };
        let now = SystemTime::now();
        self.looked = (now.checked_sub(TICK).unwrap_or(now), OsString::new());
        if is_resting && let Err(error) = self.resume() {
            return Step::Unreadable(words(&error));
        }
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
                Step::Idle
            }
        }
    }

    /// Nothing has changed.
    fn quiet(&mut self, stat: Stat) -> Step {
        let now = SystemTime::now();
        self.looked = (now.checked_sub(TICK).unwrap_or(now), OsString::new());
        if let Some(handle) = &mut self.current
            && handle.is_open()
            && !handle.has_rest()
            && stat.is_older_than(self.limits.rest, now)
        {
            handle.let_go();
        }
        match &self.refused {
            Some(why) => Step::Unreadable(why.clone()),
            None => Step::Idle,
        }
    }

    /// Opens the current file again, which stands at the path.
    fn resume(&mut self) -> io::Result<()> {
        let file = open(&self.path)?;
        if let Some(handle) = &mut self.current {
            // If the path has just changed hands, the next look will see it.
            handle.resume(file)?;
        }
        Ok(())
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
        if let Some(left) = self.read_left(settle, buf) {
            return left;
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
        if let Some(handle) = &mut self.current
            && !handle.is_open()
        {
            let found = missed::renamed(&self.path, handle.id);
            let is_back = found.is_some_and(|file| handle.resume(file).unwrap_or(false));
            self.lost += u64::from(!is_back && self.gone.is_none());
        }
        if let Some(left) = self.read_left(settle, buf) {
            return left;
        }
        match self.successor(stat) {
            Ok(next) => Step::Fresh(self.change_over(next)),
            Err(error) => Step::Unreadable(words(&error)),
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

    /// The file that came after the one we read: one that was rotated away itself in the meantime, or the one at the
    /// path.
    fn successor(&mut self, stat: Stat) -> io::Result<Handle> {
        let mut known = self.lingering.ids();
        known.extend(self.current.as_ref().map(|handle| handle.id));
        known.push(stat.id);
        let until = std::fs::metadata(&self.path).and_then(|meta| meta.created()).ok();
        if let Some((birth, file)) = missed::oldest(&self.path, &self.looked, until, &known) {
            self.looked = birth;
            return Handle::new(file);
        }
        open(&self.path).and_then(Handle::new)
    }

    fn change_over(&mut self, next: Handle) -> Why {
        let old = self.current.replace(next);
        let is_linked = old.as_ref().is_none_or(Handle::is_linked);
        self.lingering.add(old);
        (self.seen, self.refused) = (None, None);
        match self.gone.take() {
            Some(_) => Why::Recreated,
            None if is_linked => Why::Rotated,
            None => Why::Replaced,
        }
    }
}
