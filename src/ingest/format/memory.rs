//! What the earlier lines of a file said, for formats whose later lines lean on it: a coding agent names the model or
//! the folder once, and counts from there on.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::model::{Stamp, Text, Usage};

/// One for each pass over a file, whose lines are then read in their order.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// The file itself: its name may hold what its lines leave out.
    pub path: PathBuf,
    /// When it was last written to.
    pub modified: Option<Stamp>,
    pub model: Option<Text<'static>>,
    pub provider: Option<Text<'static>>,
    pub session: Option<Text<'static>>,
    pub project: Option<Text<'static>>,
    pub agent: Option<Text<'static>>,
    pub turn: Option<Text<'static>>,
    /// When what the next call answers was said.
    pub asked: Option<Stamp>,
    /// The moments of records by their ids, for the few that are answered later.
    pub said: HashMap<u64, Stamp>,
    /// Hash of the running counts last seen.
    pub running: Option<u64>,
    /// Tokens of the session so far, as last seen.
    pub so_far: Usage,
    /// A session forked from another tells that one's calls first: they are passed over until this is false.
    pub replaying: bool,
    /// Its calls are told one by one by better records.
    pub outdone: bool,
}

impl Memory {
    pub fn of(path: &Path) -> Self {
        let modified = std::fs::metadata(path).and_then(|meta| meta.modified()).ok();
        let since = modified.and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
        let modified = since.map_or_else(Stamp::now, |since| Stamp(since.as_millis() as i64));
        Self { path: path.to_owned(), modified: Some(modified), ..Self::default() }
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
