//! What the readers hand over to whoever keeps the store.

use std::path::PathBuf;
use std::sync::Arc;

use super::format::{Format, Mapping};
use crate::model::numbers::grouped;
use crate::model::{Batch, SourceId};

/// A source that is being read, and how it was understood.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SourceInfo {
    pub id: SourceId,
    /// As the user would write it, relative to the current folder where that is shorter.
    pub path: String,
    pub table: Option<String>,
    /// The format's name, as `--format` takes it.
    pub format: String,
    /// Why that format was chosen, in a sentence.
    pub why: String,
    /// What each field of a call is read from: meaning and column or path. A home has thousands of sources, mostly alike.
    pub fields: Mapping,
    /// Records pair only within a family: the files of one folder, or one database.
    pub family: u64,
    /// Where a record is read again from, on drill-down.
    pub origin: Origin,
}

/// The file behind a source, and how its records are understood.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Origin {
    pub path: PathBuf,
    pub format: Option<Arc<Format>>,
}

impl SourceInfo {
    /// Whose confidence it tells: logs of one format mean the same by the same field, wherever they lie.
    pub fn scale(&self) -> String {
        let field = self.fields.iter().find(|(role, _)| role == "confidence").map(|(_, path)| path.as_str());
        field.map_or_else(|| self.format.clone(), |field| format!("{} {field}", self.format))
    }

    /// `app.db:llm_usage_logs`, or the path alone.
    pub fn label(&self) -> String {
        match &self.table {
            Some(table) => format!("{}:{table}", self.path),
            None => self.path.clone(),
        }
    }

    /// Where a record of it stands, in words: `app.db:calls, row 7`, `proxy.jsonl, byte 4,812`.
    pub fn place(&self, at: u64) -> String {
        let label = self.label();
        if self.table.is_some() {
            format!("{label}, row {}", at as i64)
        } else {
            format!("{label}, byte {}", grouped(at))
        }
    }

    /// Whether it is a session of an agent, which ends, and no log that goes on.
    pub fn ends(&self) -> bool {
        self.origin.format.as_ref().is_some_and(|format| format.is_transcript())
    }
}

/// How a source is doing.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Health {
    /// History is being read: bytes (or rows) done, and of how many.
    Reading { done: u64, of: u64 },
    #[default]
    Following,
    /// Followed by looking again and again; why.
    Polling(String),
    /// It is not there yet.
    Waiting,
    /// It was there.
    Gone(String),
    /// Why it cannot be read, and what to do.
    Unreadable(String),
}

impl Health {
    /// The word of `sources --json`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Reading { .. } => "reading",
            Self::Following => "following",
            Self::Polling(_) => "polling",
            Self::Waiting => "waiting",
            Self::Gone(_) => "gone",
            Self::Unreadable(_) => "unreadable",
        }
    }

    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Polling(why) | Self::Gone(why) | Self::Unreadable(why) => Some(why),
            _ => None,
        }
    }
}

/// Something that was looked at and is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    pub path: String,
    pub why: String,
    /// It was named, or is a log that cannot be read now: every total lacks it, and that must be said.
    pub missed: bool,
}

/// What a reader has to say.
#[derive(Debug)]
pub enum Event {
    Found(SourceInfo),
    Batch(Batch),
    Health(SourceId, Health),
    LeftOut(LeftOut),
    /// Every source that was found at the start has been read once.
    CaughtUp,
}

/// A call's request and response as they are logged, and the record they stand in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Transcript {
    pub request: Option<serde_json::Value>,
    pub response: Option<serde_json::Value>,
    /// The record itself; for a call told by two lines both, in order.
    pub raw: Vec<serde_json::Value>,
    /// What is known of the log's own mistakes about such a call.
    pub caution: Option<&'static str>,
    /// What other records tell of the call.
    pub others: Vec<Other>,
}

/// Another record of a call, or of one that may be the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Other {
    /// Where it stands, in words.
    pub place: String,
    /// The record, or why it cannot be read.
    pub record: Result<serde_json::Value, String>,
}
