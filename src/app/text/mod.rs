//! A call's request, response and record as lines of text, cut to the width they are shown in.
//!
//! What is said reads as a conversation ([`page`]), answers that were logged as they streamed are put together first
//! ([`stream`]), Markdown is rendered ([`markdown`]), and what is long can be folded ([`fold`]).

mod beginning;
mod find;
mod fold;
mod markdown;
mod media;
mod page;
mod path;
mod shape;
mod stream;

use std::sync::Arc;

use serde_json::Value;

use self::beginning::beginning;
use self::page::{others, records};
use super::Pane;
use crate::ingest::event::Transcript;

pub use fold::Folds;
pub use page::{Notes, lines, section_lines};
pub use path::path as path_of;
pub use stream::assembled;

/// What a line is, for its colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TextKind {
    /// Who speaks: `system`, `user`, `assistant`, `tool_use lookup_order`.
    Heading,
    /// A heading inside of what is said.
    Title,
    /// Words of a prompt or an answer.
    #[default]
    Words,
    /// Code inside of what is said.
    Code,
    /// JSON.
    Data,
    /// Ours: nothing logged, reading, why it failed.
    Note,
}

/// What a stretch of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Strong,
    Emphasis,
    Code,
    Link,
}

/// A stretch of a line, as bytes of it.
pub type Marked = (std::ops::Range<usize>, Mark);

/// A line of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextLine<'t> {
    pub kind: TextKind,
    /// Control characters are spelled out; no wider than the pane.
    pub text: &'t str,
}

/// What is made of a text before it is cut into lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Manner {
    /// Markdown is rendered.
    pub rendered: bool,
    /// Keys and passwords are shown.
    pub secrets: bool,
}

/// Lines of text in one piece: an answer of 20 MB has half a million of them, and as many strings would be slow to
/// drop.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines {
    text: String,
    ends: Vec<End>,
    /// Stretches of the text that are more than words, by where they begin.
    marks: Vec<Marked>,
}

/// Where a line ends, and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct End {
    at: usize,
    kind: TextKind,
    /// It goes on with the line above, which was cut to the pane, after so many blanks of its own.
    margin: Option<u16>,
}

/// What panes have that are no text.
static NONE: Lines = Lines { text: String::new(), ends: Vec::new(), marks: Vec::new() };

impl Lines {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn get(&self, nth: usize) -> Option<TextLine<'_>> {
        let End { at, kind, .. } = *self.ends.get(nth)?;
        Some(TextLine { kind, text: &self.text[self.start(nth)..at] })
    }

    fn start(&self, nth: usize) -> usize {
        nth.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| end.at)
    }

    /// What in a line is more than words.
    pub fn marks(&self, nth: usize) -> impl Iterator<Item = Marked> + '_ {
        let (start, end) = (self.start(nth), self.ends.get(nth).map_or(0, |end| end.at));
        let first = self.marks.partition_point(|(range, _)| range.end <= start);
        let here = self.marks[first..].iter().take_while(move |(range, _)| range.start < end);
        here.map(move |(range, mark)| (range.start.max(start) - start..range.end.min(end) - start, *mark))
    }

    pub fn iter(&self) -> impl Iterator<Item = TextLine<'_>> {
        (0..self.len()).filter_map(|nth| self.get(nth))
    }

    fn push(&mut self, kind: TextKind, indent: usize, text: &str) {
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.text.push_str(text);
        self.ends.push(End { at: self.text.len(), kind, margin: None });
    }

    /// A line that goes on with the one pushed last.
    fn carry(&mut self, kind: TextKind, indent: usize, text: &str) {
        self.push(kind, indent, text);
        if let Some(end) = self.ends.last_mut() {
            end.margin = Some(indent as u16);
        }
    }

    /// Marks a stretch of the line pushed last, as bytes of its last `text` ones.
    fn mark(&mut self, text: usize, range: std::ops::Range<usize>, mark: Mark) {
        let start = self.text.len() - text;
        self.marks.push((start + range.start..start + range.end, mark));
    }

    fn last(&self) -> Option<TextLine<'_>> {
        self.get(self.len().checked_sub(1)?)
    }
}

/// How many sections of text a call has.
pub const SECTIONS: usize = 4;

/// Request, response, record and what other records tell, in this order.
pub type Sections = Arc<[Lines; SECTIONS]>;

/// The text of the call that is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallText {
    pub row: u32,
    pub(super) made: bool,
    /// Cells that lines were cut to, by section.
    pub(super) widths: [usize; SECTIONS],
    pub(super) manner: Manner,
    pub sections: Sections,
    /// What of each is folded away.
    pub folds: [Folds; SECTIONS],
}

impl CallText {
    /// Cuts a record into lines. Takes about a second for 20 MB: see [`is_long`].
    pub fn lay(row: u32, transcript: &Transcript, widths: [usize; SECTIONS], manner: Manner) -> Self {
        let note = |absent| Notes { instead: None, absent };
        let response = transcript.response.as_ref().and_then(assembled);
        let response = response.as_ref().or(transcript.response.as_ref());
        let sections = [
            lines(transcript.request.iter(), note("this log keeps no request"), widths[0], manner),
            lines(response, note("this log keeps no response"), widths[1], manner),
            records(&transcript.raw, note("nothing was read"), widths[2], manner),
            others(&transcript.others, widths[3], manner),
        ];
        let [request, response, _, _] = &sections;
        let folds = [Folds::at_first(request), Folds::at_first(response), Folds::default(), Folds::default()];
        Self { row, made: true, widths, manner, sections: Arc::new(sections), folds }
    }

    /// Cuts the beginning of a record into lines, for as long as the whole is laid out elsewhere.
    pub(super) fn begin(row: u32, transcript: &Transcript, widths: [usize; SECTIONS], manner: Manner) -> Self {
        let mut text = Self::lay(row, &beginning(transcript), widths, manner);
        if let Some(sections) = Arc::get_mut(&mut text.sections) {
            for lines in sections {
                lines.push(TextKind::Note, 0, "laying out the rest …");
            }
        }
        Self { made: false, ..text }
    }

    /// The same words in every section: why there is nothing else.
    pub(super) fn note(row: u32, words: &str, widths: [usize; SECTIONS], made: bool) -> Self {
        let notes = Notes { instead: Some(words), absent: "" };
        let manner = Manner::default();
        let sections = Arc::new(widths.map(|width| lines(None, notes, width, manner)));
        Self { row, made, widths, manner, sections, folds: <[Folds; SECTIONS]>::default() }
    }

    /// Puts something in place of the response.
    pub(super) fn answer(&mut self, instead: &Value) {
        let notes = Notes { instead: instead.as_str(), absent: "" };
        Arc::make_mut(&mut self.sections)[1] = lines([instead], notes, self.widths[1], self.manner);
        self.folds[1] = Folds::default();
    }

    /// Which section a pane shows.
    pub fn section(pane: Pane) -> Option<usize> {
        match pane {
            Pane::Request => Some(0),
            Pane::Response => Some(1),
            Pane::Raw => Some(2),
            Pane::Twins => Some(3),
            _ => None,
        }
    }

    /// Nothing for panes that are no text of the call.
    pub fn folds(&self, pane: Pane) -> Option<&Folds> {
        Some(&self.folds[Self::section(pane)?])
    }

    /// How many lines of a pane are shown.
    pub fn shown(&self, pane: Pane) -> usize {
        self.folds(pane).map_or(0, |folds| folds.shown(self.lines(pane).len()))
    }

    /// Empty for panes that are no text of the call.
    pub fn lines(&self, pane: Pane) -> &Lines {
        Self::section(pane).map_or(&NONE, |nth| &self.sections[nth])
    }
}

/// Whether some values have more text than can be looked through between two frames. Looks no further than that.
pub fn is_long(values: &[Value], most: usize) -> bool {
    fn spend(value: &Value, left: &mut usize) -> bool {
        let size = match value {
            Value::String(text) => text.len(),
            _ => 4,
        };
        let Some(rest) = left.checked_sub(size) else { return true };
        *left = rest;
        match value {
            Value::Array(items) => items.iter().any(|item| spend(item, left)),
            Value::Object(map) => map.iter().any(|(key, value)| {
                *left = left.saturating_sub(key.len());
                spend(value, left)
            }),
            _ => false,
        }
    }
    let mut left = most;
    values.iter().any(|value| spend(value, &mut left))
}
