//! What the application asks of the world; the loop does it and answers with the result.

use std::sync::Arc;

use super::text::SECTIONS;
use super::{Fix, Manner, PairOf, Sections, Written};
use crate::ingest::event::{SourceInfo, Transcript};
use crate::model::{Mark, Span};
use crate::rules::Finding;
use crate::rules::verdict::Verdict;

/// See the module.
#[derive(Debug, Clone)]
pub enum Effect {
    Quit,
    /// Read a call's record; the answer goes to [`App::arrived`](super::App::arrived).
    Read(Address),
    /// Put a text on the clipboard.
    Copy(String),
    /// Show a text in `$EDITOR`, as a file that is gone afterwards.
    Editor {
        text: String,
    },
    /// Show a text in `$PAGER`.
    Pager {
        title: String,
        text: String,
    },
    /// Look for a text, in lower case, in the requests and responses of calls; the answer goes to
    /// [`App::found_bodies`](super::App::found_bodies). Only the last one asked for is still wanted.
    FindBodies {
        needle: String,
        among: Vec<Address>,
    },
    /// Read the prompts of calls and learn templates from them, beside those read before unless it is to begin `afresh`;
    /// the answers go to [`App::learnt`](super::App::learnt). Only the last one asked for is still wanted; of none, none is.
    Learn {
        among: Vec<Address>,
        afresh: bool,
    },
    /// Write calls to a new file in the current folder. The name is without its ending.
    Export {
        name: String,
        form: Written,
        /// Rows of the store, in the order they are written.
        rows: Vec<u32>,
    },
    /// Cut a long record into lines with [`CallText::lay`](super::CallText::lay); the answer goes to [`App::laid`](super::App::laid). Only the
    /// last one asked for is still wanted.
    Lay {
        row: u32,
        transcript: Arc<Transcript>,
        widths: [usize; SECTIONS],
        manner: Manner,
    },
    /// Lay two calls side by side with [`PairText::lay`](super::PairText::lay); the answer goes to
    /// [`App::paired`](super::App::paired). Only the last ones asked for are still wanted.
    Pair {
        of: PairOf,
        calls: [Arc<Transcript>; 2],
    },
    /// Look for a text in a long record with [`Search::look`](super::Search::look); the answer goes to
    /// [`App::found_text`](super::App::found_text). Only the last one asked for is still wanted.
    Look {
        needle: String,
        sections: Sections,
    },
    /// Add a line to the configuration, and go on with what it says; the answer goes to
    /// [`App::priced_by`](super::App::priced_by).
    Amend(Fix),
    /// Tell those who want to be told that a rule has found something: once, until it is gone.
    Tell {
        finding: Box<Finding>,
        /// That show it.
        calls: u64,
    },
    /// Keep what was said of a finding.
    Remember {
        key: String,
        verdict: Verdict,
    },
    /// Keep a filter under a name, or no longer.
    KeepFilter {
        name: String,
        text: Option<String>,
    },
    /// Keep which columns were chosen for the calls' table, by their words; none: nobody has chosen any.
    RememberColumns(Vec<String>),
    /// Read the logs of the known tools that keep some in the user's home.
    ReadTools,
    /// Stop the program as `^Z` does.
    Suspend,
    /// Paint every cell anew.
    Redraw,
}

/// Where a call's record lies: enough for a reader to find it.
#[derive(Debug, Clone)]
pub struct Address {
    /// The row in the store, to find the way back.
    pub row: u32,
    pub source: Arc<SourceInfo>,
    pub span: Span,
    pub mark: Mark,
    /// The record that opened the call, if another completed it: perhaps in yesterday's file.
    pub opened: Option<(Arc<SourceInfo>, Mark)>,
    /// Other records of it, each with where it stands in words.
    pub others: Vec<(String, Arc<SourceInfo>, Mark)>,
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.row == other.row
            && self.source.id == other.source.id
            && self.span == other.span
            && self.mark == other.mark
            && self.opened.as_ref().map(|(source, mark)| (source.id, mark))
                == other.opened.as_ref().map(|(source, mark)| (source.id, mark))
            && self.others.iter().map(|(words, ..)| words).eq(other.others.iter().map(|(words, ..)| words))
    }
}
