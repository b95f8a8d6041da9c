//! Figures over a store that are folded a segment at a time, so that nobody waits for them, and are kept right meanwhile:
//! what changes in a segment that has been folded is counted at once, what changes in another is met there later.

use crate::store::{Observer, Row, SEGMENT, Segment, Store};

/// Figures that can be folded segment by segment.
pub trait BySegment: Observer {
    /// Whether a segment can hold a row that counts here.
    fn touches(&self, segment: &Segment) -> bool;
    /// Counts the rows of a segment.
    fn add(&mut self, store: &Store, segment: usize);
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Growing<T> {
    it: T,
    /// Segments before this one are folded.
    next: usize,
    /// All are, and what comes is counted.
    whole: bool,
}

impl<T: BySegment> Growing<T> {
    pub fn new(it: T) -> Self {
        Self { it, next: 0, whole: false }
    }

    /// Folded at once.
    pub fn whole(it: T, store: &Store) -> Self {
        let mut growing = Self::new(it);
        while growing.step(store) > 0 {}
        growing
    }

    /// Folds the next segment that can hold a row that counts; the rows that were looked at, 0 once everything is folded.
    pub fn step(&mut self, store: &Store) -> usize {
        while let Some(segment) = store.segments().get(self.next).filter(|_| !self.whole) {
            self.next += 1;
            if self.it.touches(segment) {
                self.it.add(store, self.next - 1);
                return segment.len();
            }
        }
        self.whole = true;
        0
    }

    /// The figures, once they are whole.
    pub fn get(&self) -> Option<&T> {
        self.whole.then_some(&self.it)
    }

    /// The figures as far as they are.
    pub fn part(&self) -> &T {
        &self.it
    }

    fn holds(&self, row: Row<'_>) -> bool {
        self.whole || (row.index as usize) < self.next * SEGMENT
    }
}

impl<T: BySegment> Observer for Growing<T> {
    fn leaving(&mut self, row: Row<'_>) {
        if self.holds(row) {
            self.it.leaving(row);
        }
    }

    fn entering(&mut self, row: Row<'_>) {
        if self.holds(row) {
            self.it.entering(row);
        }
    }
}
