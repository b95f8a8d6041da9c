//! A box on the heat strip, a range of a graph's steps or of the listed calls: it reaches from where `v` was pressed, or
//! the mouse, to the cursor. How many calls it holds and what they cost is told while it is drawn; then it can be opened,
//! compared, written, copied as a filter, or dropped.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use super::compare::{Made, Selection, is_due};
use super::{App, Clock, Pane, PaneKind, chips};
use crate::figures::heat::{Sum, part_at};
use crate::figures::stats::Sign;
use crate::model::Stamp;
use crate::query::{parse, write};

/// Calls that a filter may name one by one: more make a text that nobody can read, and that takes long to look through.
const NAMED: usize = 256;

/// Where a box or a range began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brush {
    pane: Pane,
    /// The line or the step, as a cursor's id.
    id: u32,
    /// On the strip, the bin.
    bin: usize,
}

/// What was added up last: of which lines of a pane and which group's.
pub(super) type Brushed = Option<Made<(Pane, u32, u32, Option<String>), Sum>>;

impl App {
    /// Whether a box or a range is being drawn on a pane.
    pub fn brushes(&self, pane: Pane) -> bool {
        self.focus() == pane && self.place().brush.is_some_and(|brush| brush.pane == pane)
    }

    /// Whether one can be drawn there.
    pub fn can_brush(&self, pane: Pane) -> bool {
        pane == Pane::Calls || matches!(pane.kind(), PaneKind::Graph | PaneKind::Strip)
    }

    /// Where it began: the line or the step that is there now, and the bin.
    pub(super) fn brush_corner(&self, pane: Pane) -> Option<(usize, usize)> {
        let brush = self.place().brush.filter(|_| self.brushes(pane))?;
        // A step that time has left behind has become the first.
        let nth = self.position(pane, brush.id).or((pane != Pane::Calls).then_some(0))?;
        Some((nth.min(self.len(pane).saturating_sub(1)), brush.bin))
    }

    /// The lines or steps it holds; without one, that of the cursor.
    pub fn brush_range(&self, pane: Pane) -> Range<usize> {
        let nth = self.place().cursor(pane).nth;
        let other = self.brush_corner(pane).map_or(nth, |(nth, _)| nth);
        nth.min(other)..nth.max(other) + 1
    }

    /// Begins one at the cursor, or drops it.
    pub(super) fn brush(&mut self) {
        if !self.drop_brush() {
            self.begin_brush();
        }
    }

    fn begin_brush(&mut self) {
        let (pane, nth) = (self.focus(), self.place().cursor(self.focus()).nth);
        if let Some(id) = self.id_at(pane, nth) {
            let bin = self.heat_bin();
            self.place_mut().brush = Some(Brush { pane, id, bin });
            // What is being drawn does not follow the newest.
            self.put_cursor(pane, nth);
        }
    }

    /// Drops it, and says whether there was one.
    pub(super) fn drop_brush(&mut self) -> bool {
        let there = self.brushes(self.focus());
        self.place_mut().brush = None;
        there
    }

    /// Puts a pane's cursor on a line or a step, to stay there.
    pub(super) fn put_cursor(&mut self, pane: Pane, nth: usize) {
        let at_end = pane.kind() != PaneKind::Table && nth + 1 >= self.len(pane) && !self.brushes(pane);
        let id = self.id_at(pane, nth).filter(|_| !at_end);
        let cursor = self.place_mut().cursor_mut(pane);
        (cursor.id, cursor.nth) = (id, nth);
        if pane == Pane::Calls {
            self.keep_mark();
        }
    }

    /// Puts the cursor where the mouse is; what lies beside the pane is its edge.
    pub(super) fn point_at(&mut self, pane: Pane, x: u16, y: u16) {
        let Some(shown) = self.shown.pane(pane) else { return };
        let (lines, top) = (shown.lines, shown.top);
        let x = x.clamp(lines.x, (lines.x + lines.width).saturating_sub(1).max(lines.x));
        let y = y.clamp(lines.y, (lines.y + lines.height).saturating_sub(1).max(lines.y));
        match pane.kind() {
            PaneKind::Strip => self.point_at_heat(x, y),
            PaneKind::Graph => {
                self.put_cursor(pane, part_at(usize::from(x - lines.x), usize::from(lines.width), self.len(pane)));
            }
            _ => self.put_cursor(pane, (top + usize::from(y - lines.y)).min(self.len(pane).saturating_sub(1))),
        }
    }

    /// The mouse has moved while its button is held: from where it was pressed, a box.
    pub fn drag(&mut self, x: u16, y: u16, now: Stamp) {
        self.now = self.now.max(now);
        let pane = self.focus();
        let free = self.prompt.is_none() && self.help.is_none() && self.drawer.is_none();
        if free && self.pressed == Some(pane) && self.can_brush(pane) && self.len(pane) > 0 {
            if !self.brushes(pane) {
                self.begin_brush();
            }
            self.point_at(pane, x, y);
        }
    }

    /// The calls that it holds, newest first or as they are listed; `None` while nothing is being drawn.
    pub(super) fn brushed_rows(&self) -> Option<Vec<u32>> {
        let pane = self.focus();
        if !self.brushes(pane) {
            return None;
        }
        let range = self.brush_range(pane);
        if pane == Pane::Calls {
            return Some(range.filter_map(|nth| self.call_at(nth)).collect());
        }
        // What was made of the screen can be read; were it not, nothing is kept rather than everything.
        let kept = parse(&chips::join(&self.selected_terms()?), self.moment()).ok()?;
        let steps = if pane == Pane::Heat { self.heat_area()?.steps } else { range };
        let (from, to) = (self.board.series.time(steps.start), self.board.series.time(steps.end));
        let rows = self.kept.listing.between(from, to);
        Some(rows.filter(|row| kept.keeps(self.store.row(*row))).collect())
    }

    /// What the calls of the box come to, and of the cell under the strip's cursor; `None` elsewhere.
    pub fn brushed(&self, pane: Pane) -> Option<Sum> {
        if pane == Pane::Heat {
            return Some(self.heat()?.sum(&self.heat_area()?));
        }
        self.brushed.as_ref().filter(|made| made.of.0 == pane && self.brushes(pane)).map(|made| made.it)
    }

    /// The calls of a range of the list, as what is compared.
    pub(super) fn brushed_selection(&self) -> Option<Selection> {
        let rows = self.brushed_rows().filter(|_| self.focus() == Pane::Calls)?;
        let ids: Vec<String> = rows.iter().map(|row| self.store.row(*row).id()).collect();
        Some(Selection::Rows { rows: Arc::new(HashSet::from_iter(rows)), term: write::term("id", &ids) })
    }

    /// Opens the calls of a range of the list.
    pub(super) fn open_range(&mut self) {
        match self.brushed_selection() {
            Some(Selection::Rows { rows, .. }) if rows.len() > NAMED => {
                self.refuse_keyed(&format!(
                    "more than {NAMED} calls cannot be named: {{differ}} compares them, {{export}} writes them"
                ));
            }
            Some(Selection::Rows { term, .. }) => self.open_calls(std::iter::once(term)),
            _ => self.refuse("there is no call here"),
        }
    }

    /// Adds up what is being drawn, unless it is the strip's, which has its sums.
    pub(super) fn refresh_brush(&mut self) {
        let pane = self.focus();
        // A call where a range began may be listed no longer.
        if self.brushes(pane) && self.brush_corner(pane).is_none() {
            self.drop_brush();
        }
        if !self.brushes(pane) || pane == Pane::Heat {
            self.brushed = None;
            return;
        }
        let range = self.brush_range(pane);
        let id = |nth| self.id_at(pane, nth).unwrap_or_default();
        let terms = self.selected_terms().map(|terms| chips::join(&terms));
        let of = (pane, id(range.start), id(range.end - 1), terms);
        let revision = self.store.revision();
        if is_due(self.brushed.as_ref(), &of, revision, self) {
            let mut it = Sum::default();
            let rows = self.brushed_rows().unwrap_or_default();
            for row in rows {
                it.count(self.store.row(row), Sign::Plus);
            }
            self.brushed = Some(Made { of, revision, again: self.now.plus(self.rest()), it });
        }
    }

    /// When sums that are behind may be made again.
    pub(super) fn brush_due(&self) -> Option<Stamp> {
        let made = self.brushed.as_ref()?;
        (made.revision != self.store.revision() && self.clock == Clock::Live).then_some(made.again)
    }
}
