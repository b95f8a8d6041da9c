//! What the store knows of a source, and what the source has brought.

use crate::model::{Malformed, Runs, Stamp};

/// What the store must know of a source to name and to pair its records.
#[derive(Debug, Clone, Default)]
pub struct SourceCard {
    /// The path, and the table after a colon: what `source:` looks in.
    pub label: String,
    /// The table's name, for ids of rows that have no id of their own.
    pub table: Option<String>,
    /// Records pair only within a family: the files of one folder, or one database.
    pub family: u64,
    /// Whose confidence it tells, for people: it means the same within one of these.
    pub scale: String,
    /// Which format it is in: records of one format and family are parts of one log.
    pub format: String,
}

/// What a source has brought so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceCounts {
    /// Calls that count and that this source tells best.
    pub calls: u64,
    /// Records that completed or changed a call of this source.
    pub updates: u64,
    /// Records that told a call again that is counted already.
    pub duplicates: u64,
    pub malformed: u64,
    pub skipped: u64,
    /// What the order of its records says of its format.
    pub runs: Runs,
    /// The first malformed records, with their places.
    pub first: Vec<Malformed>,
    pub oldest: Option<Stamp>,
    pub newest: Option<Stamp>,
}
