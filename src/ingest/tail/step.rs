//! What following a file brings, one step at a time.

use std::time::Duration;

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
        Self { chunk: 1 << 19, line: 64 << 20, settle: Duration::from_secs(1), rest: Duration::from_mins(1) }
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
