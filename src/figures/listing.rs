//! The rows of a scope in time order, kept as calls come, change and go.

use crate::model::Stamp;
use crate::store::{Observer, Row, Store};

use super::Scope;

/// Row numbers, oldest first; calls of one moment in the order they came.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    pub scope: Scope,
    rows: Vec<(i64, u32)>,
}

impl Listing {
    pub fn fold(store: &Store, scope: Scope) -> Self {
        let mut rows = Vec::new();
        for (at, segment) in store.segments().iter().enumerate() {
            if scope.touches(segment.earliest, segment.latest) {
                rows.extend(store.rows_of(at).filter(|row| scope.keeps(*row)).map(|row| (row.at().0, row.index)));
            }
        }
        rows.sort_unstable();
        Self { scope, rows }
    }

    /// Nothing listed yet.
    pub(super) fn of(scope: Scope) -> Self {
        Self { scope, rows: Vec::new() }
    }

    /// Adds rows that it does not have.
    pub(super) fn extend<'s>(&mut self, rows: impl Iterator<Item = Row<'s>>) {
        let from = self.rows.len();
        self.rows.extend(rows.map(|row| (row.at().0, row.index)));
        self.rows[from..].sort_unstable();
        // Logs are read in the order of time, mostly: two runs that overlap are merged.
        if from > 0 && self.rows.get(from).is_some_and(|first| *first < self.rows[from - 1]) {
            // By merging runs, unlike the unstable sort: nearly nothing is out of order.
            #[allow(clippy::stable_sort_primitive, reason = "runs are merged")]
            self.rows.sort();
        }
    }

    /// The moments of the oldest and of the newest call.
    pub fn bounds(&self) -> Option<(Stamp, Stamp)> {
        Some((Stamp(self.rows.first()?.0), Stamp(self.rows.last()?.0)))
    }

    /// The row nearest a moment; of two as near the later.
    pub fn nearest(&self, at: Stamp) -> Option<u32> {
        let after = self.rows.partition_point(|(other, _)| *other < at.0);
        let near = [after.checked_sub(1), Some(after)].into_iter().flatten().filter_map(|nth| self.rows.get(nth));
        near.rev().min_by_key(|(other, _)| other.abs_diff(at.0)).map(|(_, row)| *row)
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The `nth` row, counted from the newest.
    pub fn newest(&self, nth: usize) -> Option<u32> {
        self.rows.len().checked_sub(nth + 1).map(|at| self.rows[at].1)
    }

    /// All rows, newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = u32> {
        self.rows.iter().rev().map(|(_, index)| *index)
    }

    /// The rows from a moment on and before another, newest first.
    pub fn between(&self, from: Stamp, to: Stamp) -> impl Iterator<Item = u32> {
        let before = |moment: Stamp| self.rows.partition_point(|(at, _)| *at < moment.0);
        let (first, last) = (before(from), before(to));
        self.rows[first..last.max(first)].iter().rev().map(|(_, index)| *index)
    }

    /// How many rows are newer than this one; `None` if it is not listed.
    pub fn position(&self, row: Row<'_>) -> Option<usize> {
        let at = self.rows.binary_search(&(row.at().0, row.index)).ok()?;
        Some(self.rows.len() - 1 - at)
    }
}

impl Observer for Listing {
    fn leaving(&mut self, row: Row<'_>) {
        if let Ok(at) = self.rows.binary_search(&(row.at().0, row.index)) {
            self.rows.remove(at);
        }
    }

    fn entering(&mut self, row: Row<'_>) {
        if self.scope.keeps(row)
            && let Err(at) = self.rows.binary_search(&(row.at().0, row.index))
        {
            self.rows.insert(at, (row.at().0, row.index));
        }
    }
}
