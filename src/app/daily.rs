//! What today and the days before it have cost, whatever the window and the filter say.

use crate::figures::board::DaySum;
use crate::figures::stats::Sign;
use crate::model::Stamp;
use crate::model::time::{day_number, day_of_number, start_of_day};
use crate::store::{Observer, Row, Store};

/// How many days are kept, today the last of them.
pub const DAYS: usize = 30;

/// Calls and cost by local day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Daily {
    /// The number of the first day (see [`day_number`]).
    first: i32,
    /// Where each day begins, and where the last one ends.
    starts: [Stamp; DAYS + 1],
    sums: [DaySum; DAYS],
}

impl Daily {
    pub fn fold(store: &Store, now: Stamp) -> Self {
        let first = day_number(now.day()) + 1 - DAYS as i32;
        let starts = std::array::from_fn(|day| start_of_day(day_of_number(first + day as i32)));
        let mut daily = Self { first, starts, sums: [DaySum::default(); DAYS] };
        for (at, segment) in store.segments().iter().enumerate() {
            if segment.latest >= starts[0] {
                store.rows_of(at).filter(|row| row.counts()).for_each(|row| daily.entering(row));
            }
        }
        daily
    }

    pub fn today(&self) -> DaySum {
        self.sums[DAYS - 1]
    }

    /// The day numbers and sums from the first day with calls to today, days without calls among them.
    pub fn days(&self) -> impl DoubleEndedIterator<Item = (i32, DaySum)> {
        let known = self.sums.iter().position(|sum| sum.calls > 0).unwrap_or(DAYS);
        (known..DAYS).map(|day| (self.first + day as i32, self.sums[day]))
    }

    /// Whether it is still that day.
    pub fn holds(&self, at: Stamp) -> bool {
        self.starts[DAYS - 1] <= at && at < self.starts[DAYS]
    }

    fn sum_of(&mut self, at: Stamp) -> Option<&mut DaySum> {
        // Most calls are of today.
        let day = if self.holds(at) { DAYS } else { self.starts.partition_point(|start| *start <= at) };
        self.sums.get_mut(day.checked_sub(1)?)
    }
}

impl Observer for Daily {
    fn leaving(&mut self, row: Row<'_>) {
        if let Some(sum) = self.sum_of(row.at()) {
            sum.count(row.cost(), row.cost_source(), Sign::Minus);
        }
    }

    fn entering(&mut self, row: Row<'_>) {
        if let Some(sum) = self.sum_of(row.at()) {
            sum.count(row.cost(), row.cost_source(), Sign::Plus);
        }
    }
}
