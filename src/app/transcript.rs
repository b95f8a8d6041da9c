//! The records of the calls last looked at: their text is not in the store and is read again on demand.

use std::sync::Arc;

use crate::ingest::event::Transcript;
use crate::model::Span;

/// Calls whose record is kept: enough to walk back and forth among neighbours.
const KEPT: usize = 16;

#[derive(Debug, Clone, PartialEq)]
pub enum Payload {
    Loading,
    Ready(Arc<Transcript>),
    /// Why it cannot be read.
    Failed(String),
}

/// The least recently used goes first.
#[derive(Debug, Default)]
pub struct Transcripts {
    list: Vec<(u32, Span, Payload)>,
}

impl Transcripts {
    pub fn get(&self, row: u32) -> Option<&Payload> {
        self.list.iter().find(|(known, ..)| *known == row).map(|(.., payload)| payload)
    }

    /// Whether the record must be read: it never was, or the row now stands elsewhere. If so it counts as asked for.
    pub fn ask(&mut self, row: u32, span: Span) -> bool {
        if let Some(at) = self.list.iter().position(|(known, at, _)| *known == row && *at == span) {
            let entry = self.list.remove(at);
            self.list.push(entry);
            return false;
        }
        self.list.retain(|(known, ..)| *known != row);
        if self.list.len() >= KEPT {
            self.list.remove(0);
        }
        self.list.push((row, span, Payload::Loading));
        true
    }

    /// What was read; nothing happens if nobody asked any more.
    pub fn put(&mut self, row: u32, span: Span, payload: Payload) {
        if let Some(entry) = self.list.iter_mut().find(|(known, at, _)| *known == row && *at == span) {
            entry.2 = payload;
        }
    }

    /// Lets a failed one be asked for again.
    pub fn forget_failure(&mut self, row: u32) {
        self.list.retain(|(known, _, payload)| *known != row || !matches!(payload, Payload::Failed(_)));
    }
}
