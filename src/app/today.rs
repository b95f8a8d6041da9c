//! What today has cost so far, whatever the window and the filter say.

use crate::model::time::start_of_day;
use crate::model::{Stamp, Usd};
use crate::store::{Observer, Row, Store};

/// Calls and cost since local midnight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Today {
    start: Stamp,
    end: Stamp,
    pub calls: u64,
    pub cost: Usd,
}

impl Today {
    pub fn fold(store: &Store, now: Stamp) -> Self {
        let day = now.day();
        let start = start_of_day(day);
        let mut today = Self { start, end: day.succ_opt().map_or(start, start_of_day), ..Self::default() };
        for (at, segment) in store.segments().iter().enumerate() {
            if segment.latest >= today.start {
                store.rows_of(at).filter(|row| row.counts()).for_each(|row| today.entering(row));
            }
        }
        today
    }

    /// Whether it is still that day.
    pub fn holds(&self, at: Stamp) -> bool {
        self.start <= at && at < self.end
    }
}

impl Observer for Today {
    fn leaving(&mut self, row: Row<'_>) {
        if self.holds(row.at()) {
            self.calls = self.calls.saturating_sub(1);
            self.cost -= row.cost().unwrap_or_default();
        }
    }

    fn entering(&mut self, row: Row<'_>) {
        if self.holds(row.at()) {
            self.calls += 1;
            self.cost += row.cost().unwrap_or_default();
        }
    }
}
