//! The calls that show a finding: how many, what they cost, when they were, and the newest of them.

use super::growing::BySegment;
use super::series::Series;
use super::stats::Sign;
use super::{Board, Scope};
use crate::model::time::MINUTE;
use crate::model::{Stamp, Usd};
use crate::store::{Observer, Row, Segment, Store};

/// Calls that are listed: a screen or two. All of them are a filter away.
pub const LISTED: usize = 256;

/// The calls of one step of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moment {
    pub calls: u64,
    pub cost: Usd,
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// The calls that are asked about, and of these the ones that show it.
    scope: Scope,
    pub calls: u64,
    /// The sum of the costs that are known.
    pub cost: Usd,
    /// Calls whose cost is known.
    pub priced: u64,
    /// Where the steps of time begin, and how wide they are, in milliseconds.
    pub start: Stamp,
    pub step: i64,
    pub moments: Vec<Moment>,
    /// The newest, by time, oldest first; up to twice as many as are listed.
    newest: Vec<(i64, u32)>,
}

impl Evidence {
    /// Nothing yet of the calls that `scope` keeps. The steps of time are those of the board it is shown beside.
    pub fn new(scope: Scope, board: &Board, now: Stamp) -> Self {
        let first = scope.since.or(board.first).unwrap_or(now);
        let last = scope.until.unwrap_or(now).min(now).max(first);
        let Series { start, step, buckets } = Series::covering(first, last, MINUTE);
        Self { scope, start, step, moments: vec![Moment::default(); buckets.len()], ..Self::default() }
    }

    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The newest rows, newest first.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator {
        self.newest.iter().rev().take(LISTED).map(|(_, row)| *row)
    }

    /// Where the steps of time end.
    pub fn end(&self) -> Stamp {
        self.start.plus(self.step * self.moments.len() as i64)
    }

    fn count(&mut self, row: Row<'_>, sign: Sign) {
        sign.apply(&mut self.calls, 1);
        let cost = row.cost();
        if let Some(cost) = cost {
            sign.apply(&mut self.priced, 1);
            sign.apply_usd(&mut self.cost, cost);
        }
        let step = usize::try_from((row.at().0 - self.start.0).div_euclid(self.step.max(1))).ok();
        // What comes after the last step belongs to it: it is made anew with the window.
        let step = step.map(|step| step.min(self.moments.len().saturating_sub(1)));
        if let Some(moment) = step.and_then(|step| self.moments.get_mut(step)) {
            sign.apply(&mut moment.calls, 1);
            sign.apply_usd(&mut moment.cost, cost.unwrap_or_default());
        }
        let entry = (row.at().0, row.index);
        match (self.newest.binary_search(&entry), sign) {
            (Ok(at), Sign::Minus) => {
                self.newest.remove(at);
            }
            (Err(0), Sign::Plus) if self.newest.len() >= LISTED => {}
            (Err(at), Sign::Plus) => self.newest.insert(at, entry),
            _ => {}
        }
        if self.newest.len() >= 2 * LISTED {
            self.newest.drain(..LISTED);
        }
    }
}

impl BySegment for Evidence {
    fn touches(&self, segment: &Segment) -> bool {
        self.scope.touches(segment.earliest, segment.latest)
    }

    fn add(&mut self, store: &Store, segment: usize) {
        store.rows_of(segment).for_each(|row| self.entering(row));
    }
}

impl Observer for Evidence {
    fn leaving(&mut self, row: Row<'_>) {
        if self.scope.keeps(row) {
            self.count(row, Sign::Minus);
        }
    }

    fn entering(&mut self, row: Row<'_>) {
        if self.scope.keeps(row) {
            self.count(row, Sign::Plus);
        }
    }
}
