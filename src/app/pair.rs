//! Two calls, one beside the other: what they say of themselves, what they cost, and what was asked and answered, with
//! what differs between them. The texts are laid out elsewhere, as they may be long.

mod align;
mod facts;

use std::sync::Arc;
use std::time::Instant;

pub use self::align::{Layout, Stretch};
use super::keys::When;
use super::text::{Manner, TextKind, assembled};
use super::{App, Effect, Pane, Payload, Place, Screen, Turn};
use crate::ingest::event::Transcript;
use crate::model::Stamp;

/// Cells from which on two texts stand side by side: half a pane holds a line of code then.
const SIDE_BY_SIDE: usize = 110;
/// Cells beside the text of a side: its sign and a blank; between two sides a line.
const SIGN: usize = 2;

/// A line of the comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PairLine {
    Heading(&'static str),
    /// A field, what the two calls say, and how it differs; nothing where it does not.
    Fact {
        name: &'static str,
        sides: [String; 2],
        mark: String,
    },
    /// The fields in which both are the same.
    Same(String),
    /// A line of a text as each side has it. One that was not changed stands on both.
    Text {
        kind: TextKind,
        sides: [Option<Vec<Stretch>>; 2],
        changed: bool,
    },
    /// So many lines that are the same.
    Folded(usize),
    /// Ours: nothing is logged, why it cannot be read.
    Note(String),
}

/// Which texts are laid side by side, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairOf {
    pub rows: [u32; 2],
    pub layout: Layout,
    pub manner: Manner,
}

/// Request and response of two calls, aligned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairText {
    pub of: PairOf,
    lines: Vec<PairLine>,
}

impl PairText {
    /// Aligns them; may take a second for megabytes, and tells differences more coarsely after the deadline.
    pub fn lay(of: PairOf, calls: &[Arc<Transcript>; 2], deadline: Option<Instant>) -> Self {
        let mut lines = Vec::new();
        let [one, other] = calls;
        let requests = [one.request.as_ref(), other.request.as_ref()];
        let whole = [one, other].map(|call| call.response.as_ref().and_then(assembled));
        let responses = [0, 1].map(|at| whole[at].as_ref().or(calls[at].response.as_ref()));
        for (title, sides) in [("request", requests), ("response", responses)] {
            lines.push(PairLine::Heading(title));
            if sides.iter().flatten().next().is_none() {
                lines.push(PairLine::Note(format!("neither log keeps the {title}")));
            } else if sides[0] == sides[1] {
                lines.push(PairLine::Note(format!("the {title} is the same")));
            } else {
                lines.extend(align::align(sides, of.layout, of.manner, deadline));
            }
        }
        Self { of, lines }
    }
}

/// What is known of the comparison that is shown.
#[derive(Debug, Default)]
pub struct Paired {
    text: Option<PairText>,
    asked: Option<PairOf>,
    /// What the page was made of: the calls, the state of the store, whether it is masked, how far the texts are.
    made: Option<([u32; 2], u64, bool, u8)>,
    lines: Vec<PairLine>,
    /// The first line of each change.
    changes: Vec<usize>,
    /// Nothing is folded.
    whole: bool,
}

impl App {
    /// The calls that are compared, the earlier one first.
    pub fn pair(&self) -> Option<[u32; 2]> {
        self.place().pair.filter(|_| self.screen() == Screen::Pair)
    }

    /// The comparison, line by line.
    pub fn pair_lines(&self) -> &[PairLine] {
        if self.pair().is_some() { &self.paired.lines } else { &[] }
    }

    /// Whether the texts stand side by side, as they were laid out.
    pub fn pair_is_split(&self) -> bool {
        self.paired.text.as_ref().is_some_and(|text| text.of.layout.split)
    }

    /// How many of the changes begin above the line that is seen first, on it, or at the end of the page on the screen;
    /// and how many there are.
    pub fn pair_changes(&self) -> (usize, usize) {
        let (top, all) = (self.place().cursor(Pane::Pair).nth, self.paired.changes.len());
        if top >= self.pair_end() {
            return (all, all);
        }
        (self.paired.changes.iter().filter(|line| **line <= top).count(), all)
    }

    /// The two calls that `d` compares one to one: two that are marked, or the one that is and that under the cursor.
    pub fn two_calls(&self) -> Option<[u32; 2]> {
        if !matches!(self.screen(), Screen::Calls | Screen::Overview) || self.focus() != Pane::Calls {
            return None;
        }
        let mut marked = self.marked_rows().take(3).collect::<Vec<_>>();
        if let [one] = marked[..] {
            marked.extend(self.current_call().filter(|row| *row != one));
        }
        let [one, other] = marked[..] else { return None };
        let at = |row: u32| (self.store.row(row).at(), row);
        Some(if at(one) <= at(other) { [one, other] } else { [other, one] })
    }

    pub(super) fn compare_two(&mut self, rows: [u32; 2]) {
        let mut place = Place::new(Screen::Pair);
        place.pair = Some(rows);
        self.paired = Paired::default();
        self.push(place);
    }

    /// Shows what is folded, or folds it again.
    pub(super) fn unfold(&mut self) {
        self.paired.whole = !self.paired.whole;
    }

    /// Goes to the next or previous change.
    pub(super) fn turn_change(&mut self, turn: Turn) {
        let (here, end) = (self.place().cursor(Pane::Pair).nth, self.pair_end());
        let mut changes = self.paired.changes.iter().copied();
        let to = match turn {
            Turn::Next => changes.find(|line| *line > here).filter(|_| here < end),
            Turn::Previous => changes.rev().find(|line| *line < here),
        };
        let why = match (to, turn) {
            (Some(line), _) => {
                self.place_mut().cursor_mut(Pane::Pair).nth = line.min(end);
                return;
            }
            _ if self.paired.changes.is_empty() => "request and response do not differ, or are not read yet",
            _ if end == 0 => "every change is on the screen",
            (None, Turn::Next) => "this is the last change",
            (None, Turn::Previous) => "this is the first change",
        };
        self.refuse(why);
    }

    /// The first line that is seen at the end of the page.
    fn pair_end(&self) -> usize {
        self.paired.lines.len().saturating_sub(self.shown.height(Pane::Pair))
    }

    /// Takes the texts that [`Effect::Pair`] asked for.
    pub fn paired(&mut self, text: PairText, now: Stamp) {
        self.now = self.now.max(now);
        if self.paired.asked.take_if(|asked| *asked == text.of).is_some() {
            self.paired.text = Some(text);
            self.paired.made = None;
        }
    }

    /// Brings the comparison up to date: records are asked for, texts laid out, lines made.
    pub(super) fn refresh_pair(&mut self) {
        let Some(rows) = self.pair().filter(|rows| rows.iter().all(|row| *row < self.store.len())) else { return };
        for row in rows {
            self.ask(row);
        }
        let width = self.shown.width(Pane::Pair);
        let split = width >= SIDE_BY_SIDE;
        let side = if split { (width - 1) / 2 } else { width };
        let layout = Layout { width: side.saturating_sub(SIGN + 1), split, whole: self.paired.whole };
        // As it was written: a change of the marks is a change.
        let of = PairOf { rows, layout, manner: Manner { rendered: false, ..self.manner } };
        let read = rows.map(|row| match self.transcripts.get(row) {
            Some(Payload::Ready(transcript)) => Some(Arc::clone(transcript)),
            _ => None,
        });
        let stands = self.paired.text.as_ref().is_some_and(|text| text.of == of);
        if let [Some(one), Some(other)] = read
            && !stands
            && self.paired.asked != Some(of)
        {
            self.paired.asked = Some(of);
            self.outbox.push(Effect::Pair { of, calls: [one, other] });
        }
        let told = rows.map(|row| match self.transcripts.get(row) {
            Some(Payload::Failed(_)) => 2_u8,
            Some(Payload::Ready(_)) => 1,
            _ => 0,
        });
        let made = (rows, self.store.revision(), self.masked, told[0] * 3 + told[1]);
        if self.paired.made != Some(made) {
            self.paired.made = Some(made);
            self.make_pair(rows);
        }
    }

    fn make_pair(&mut self, rows: [u32; 2]) {
        let bills = rows.map(|row| self.pricer.bill(self.store.row(row)));
        let calls = rows.map(|row| self.store.row(row));
        let mut lines = facts::facts(calls, [bills[0].as_ref(), bills[1].as_ref()], self.masked);
        let failed = rows.into_iter().find_map(|row| match self.transcripts.get(row) {
            Some(Payload::Failed(why)) => Some(why.clone()),
            _ => None,
        });
        match &self.paired.text {
            _ if self.masked => {
                let words = self.keymap.fill("what was asked and answered is masked: {mask} shows it", When::PAIR);
                lines.push(PairLine::Note(words.into_owned()));
            }
            Some(text) if text.of.rows == rows => lines.extend(text.lines.iter().cloned()),
            _ => lines.push(PairLine::Note(failed.unwrap_or_else(|| "reading …".to_owned()))),
        }
        let is_change = |line: &PairLine| matches!(line, PairLine::Text { changed: true, .. });
        let begins = |nth: &usize| is_change(&lines[*nth]) && (*nth == 0 || !is_change(&lines[*nth - 1]));
        self.paired.changes = (0..lines.len()).filter(begins).collect();
        self.paired.lines = lines;
    }
}
