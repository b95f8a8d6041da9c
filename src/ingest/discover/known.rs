//! What is known of files from earlier looks. A database is opened for a look at its first bytes once at most: closing a
//! handle on a file drops every POSIX lock this process holds on it, those of `SQLite` included.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::super::file::{FileId, Stat, open, read_at, words};
use super::super::tail::refusal::SQLITE;

/// To be kept as long as the program runs, and handed in at every look.
#[derive(Debug, Default)]
pub struct Known {
    databases: HashSet<FileId>,
    /// Files that were none when they looked like this.
    others: HashMap<FileId, Stat>,
    /// Which of its names a file was last listed under.
    pub(super) listed: HashMap<FileId, PathBuf>,
}

/// Whether a file is a `SQLite` database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sniff {
    Database,
    /// Shorter than the header of a database. It may become one.
    Short,
    Other,
    Barred(String),
}

const HEADER: u64 = 100;

impl Known {
    pub(super) fn sniff(&mut self, path: &Path, stat: Stat) -> Sniff {
        if self.databases.contains(&stat.id) {
            return Sniff::Database;
        }
        if stat.len < HEADER {
            return Sniff::Short;
        }
        if self.others.get(&stat.id) == Some(&stat) {
            return Sniff::Other;
        }
        let mut magic = [0; SQLITE.len()];
        match open(path).and_then(|file| read_at(&file, &mut magic, 0)) {
            Ok(_) if magic == SQLITE => {
                self.databases.insert(stat.id);
                Sniff::Database
            }
            Ok(_) => {
                self.others.insert(stat.id, stat);
                Sniff::Other
            }
            Err(error) => Sniff::Barred(words(&error)),
        }
    }
}
