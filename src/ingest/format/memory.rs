//! What the earlier lines of a file said, for formats whose later lines lean on it: a coding agent names the model or
//! the folder once, and counts from there on.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::Roster;
use crate::model::{Stamp, Text, Usage};

/// Running totals of tokens by kind, in an order of the format's own.
pub type Totals = [u64; 5];

/// Answers that may stand before their counts.
const PATIENCE: u32 = 5;

/// One for each pass over a file, whose lines are then read in their order.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// The file itself: its name may hold what its lines leave out.
    pub path: PathBuf,
    /// The files that are read beside it.
    pub roster: Roster,
    /// When it was last written to.
    pub modified: Option<Stamp>,
    pub model: Option<Text<'static>>,
    pub provider: Option<Text<'static>>,
    pub session: Option<Text<'static>>,
    pub project: Option<Text<'static>>,
    pub agent: Option<Text<'static>>,
    pub turn: Option<Text<'static>>,
    /// Whether a record was read.
    pub begun: bool,
    /// When the session began.
    pub began: Option<Stamp>,
    /// When what the next call answers was said.
    pub asked: Option<Stamp>,
    /// Tokens of the call that is being told.
    pub usage: Usage,
    /// Tokens of the session so far: the most that was seen.
    pub totals: Option<Totals>,
    /// All running totals that were seen.
    pub seen: HashSet<Totals>,
    /// Models by when they were chosen, with their providers.
    pub models: Vec<(Stamp, Text<'static>, Option<Text<'static>>)>,
    /// Its calls are told one by one by better records.
    pub outdone: bool,
    /// Why the record at hand is malformed, though its format was recognised.
    pub complaint: Option<&'static str>,
    /// It is an answer, and tells nothing of what it used.
    pub is_bare: bool,
    /// An answer has come, and its counts have not.
    pub answered: bool,
    /// Answers in a row that do not yet say what they used.
    pub uncounted: u32,
}

impl Memory {
    pub fn of(path: &Path) -> Self {
        let modified = std::fs::metadata(path).and_then(|meta| meta.modified()).ok();
        let since = modified.and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
        let modified = since.map_or_else(Stamp::now, |since| Stamp(since.as_millis() as i64));
        Self { path: path.to_owned(), modified: Some(modified), ..Self::default() }
    }

    /// For another pass over the file.
    #[must_use]
    pub fn afresh(&self) -> Self {
        Self { roster: self.roster.clone(), ..Self::of(&self.path) }
    }

    /// The record at hand is an answer without its counts, where there should be some.
    pub fn miss_counts(&mut self) -> bool {
        (self.complaint, self.is_bare) = (Some("an answer without its token counts"), true);
        false
    }

    /// As [`miss_counts`](Self::miss_counts), where they may still come with a later record: not for one, but for many.
    pub fn await_counts(&mut self) -> bool {
        self.uncounted += 1;
        if self.uncounted > PATIENCE { self.miss_counts() } else { false }
    }

    /// The file's name without its extension.
    pub fn stem(&self) -> &str {
        self.path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("")
    }
}

/// Keeps a text beyond its record.
pub fn kept(text: Option<Text<'_>>) -> Option<Text<'static>> {
    text.map(|text| Text::from(text.to_str().into_owned()))
}
