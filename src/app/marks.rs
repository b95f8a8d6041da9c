//! Calls that a person has marked: what `d` compares and `e` writes instead of the whole list.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use super::compare::Selection;
use super::{App, Pane, Step};
use crate::query::write;

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    rows: BTreeSet<u32>,
    /// The one that was marked last: where a range begins.
    last: Option<u32>,
}

impl App {
    pub fn is_marked(&self, row: u32) -> bool {
        self.marks.rows.contains(&row)
    }

    /// How many calls are marked: those that are none any more do not count.
    pub fn marked(&self) -> usize {
        self.marked_rows().count()
    }

    pub(super) fn marked_rows(&self) -> impl Iterator<Item = u32> {
        self.marks.rows.iter().copied().filter(|row| self.store.get(*row).is_some_and(crate::store::Row::counts))
    }

    /// Marks the range that is being drawn; else marks the call under the cursor, or takes the mark back, and goes on to the next.
    pub(super) fn mark(&mut self) {
        if let Some(rows) = self.brushed_rows() {
            self.marks.rows.extend(rows);
            self.drop_brush();
            return;
        }
        let Some(row) = self.call_at(self.place().cursor(Pane::Calls).nth) else { return };
        if self.marks.rows.remove(&row) {
            self.marks.last = None;
        } else {
            self.marks.rows.insert(row);
            self.marks.last = Some(row);
        }
        self.step_in(Pane::Calls, Step::Down);
    }

    /// Marks everything from the last mark to the cursor.
    pub(super) fn mark_range(&mut self) {
        let here = self.place().cursor(Pane::Calls).nth;
        let Some(from) = self.marks.last.and_then(|row| self.call_position(row)) else {
            return self.refuse("m marks where the range begins");
        };
        let (first, last) = (from.min(here), from.max(here));
        let rows: Vec<u32> = (first..=last).filter_map(|nth| self.call_at(nth)).collect();
        self.marks.rows.extend(rows);
    }

    /// Takes all marks back, and says whether there were any.
    pub(super) fn unmark(&mut self) -> bool {
        !std::mem::take(&mut self.marks).rows.is_empty()
    }

    /// The marked calls as what is compared.
    pub(super) fn marked_selection(&self) -> Option<Selection> {
        let rows: HashSet<u32> = self.marked_rows().collect();
        let ids: Vec<String> = self.marked_rows().map(|row| self.store.row(row).id()).collect();
        (!rows.is_empty()).then(|| Selection::Rows { rows: Arc::new(rows), term: write::term("id", &ids) })
    }

    /// The calls of the box or range that is being drawn; else of the listed ones the marked ones, in their order; all of
    /// them where none is marked.
    pub(super) fn chosen(&self) -> Vec<u32> {
        if let Some(rows) = self.brushed_rows() {
            return rows;
        }
        let listed = (0..self.calls_len()).filter_map(|nth| self.call_at(nth));
        let marked: Vec<u32> = listed.clone().filter(|row| self.is_marked(*row)).collect();
        if marked.is_empty() { listed.collect() } else { marked }
    }
}
