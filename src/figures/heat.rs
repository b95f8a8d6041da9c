//! When, and how much: calls by a step of time and a bin of their latency, cost, tokens or confidence. Two modes, or a
//! tail that creeps up, show here and hide behind a p95 line.
//!
//! Folded for a screen that shows it, along the steps of the board's series, and then kept as calls come. Each cell
//! holds a count and a sum of nano-dollars, so that a box over cells is added up exactly.

mod quantity;

use std::ops::{AddAssign, Range};

pub use quantity::Quantity;

use super::stats::Sign;
use super::{Scope, Series, lanes};
use crate::model::{Stamp, Status, Usd};
use crate::store::{Observer, Row, Store};

/// Rows that even few calls are spread over.
const LEAST_ROWS: usize = 8;

/// The calls of one cell, or of many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    pub calls: u64,
    pub failed: u64,
    /// Calls whose cost is known, and what they cost.
    pub priced: u64,
    pub cost: Usd,
}

impl Sum {
    pub fn count(&mut self, row: Row<'_>, sign: Sign) {
        sign.apply(&mut self.calls, 1);
        sign.apply(&mut self.failed, u64::from(row.status() == Status::Error));
        if let Some(cost) = row.cost() {
            sign.apply(&mut self.priced, 1);
            sign.apply_usd(&mut self.cost, cost);
        }
    }

    /// `None` where there are calls, and the cost of none is known.
    pub fn known_cost(&self) -> Option<Usd> {
        (self.priced > 0 || self.calls == 0).then_some(self.cost)
    }

    /// Whether half of them or more failed.
    pub fn is_failing(&self) -> bool {
        self.failed > 0 && 2 * self.failed >= self.calls
    }
}

impl AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        self.calls += other.calls;
        self.failed += other.failed;
        self.priced += other.priced;
        self.cost += other.cost;
    }
}

/// Cells: steps of time by bins of the quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    pub steps: Range<usize>,
    pub bins: Range<usize>,
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Heat {
    scope: Scope,
    pub of: Quantity,
    /// Where the steps begin, and how wide they are, in milliseconds.
    pub start: Stamp,
    pub step: i64,
    /// Step by step, the bins of one after the other.
    cells: Vec<Sum>,
    /// The bins over all steps.
    bins: Vec<Sum>,
    /// Calls of the scope that do not have the quantity.
    pub without: u64,
}

/// Which of so many parts lies at a place, when they share the room as evenly as cells allow.
pub fn part_at(place: usize, room: usize, parts: usize) -> usize {
    (place * parts / room.max(1)).min(parts.saturating_sub(1))
}

/// The places of one of the parts: the inverse of [`part_at`].
pub fn places_of(part: usize, room: usize, parts: usize) -> Range<usize> {
    let parts = parts.max(1);
    (part * room).div_ceil(parts)..((part + 1) * room).div_ceil(parts)
}

impl Heat {
    /// Counts every row of the store that the scope keeps, along the steps of `axis`.
    pub fn fold(store: &Store, scope: Scope, of: Quantity, axis: &Series) -> Self {
        let segments = lanes::segments(store, &scope);
        let (cells, bins) = (vec![Sum::default(); axis.buckets.len() * of.bins()], vec![Sum::default(); of.bins()]);
        let empty = Self { scope, of, start: axis.start, step: axis.step.max(1), cells, bins, ..Self::default() };
        let parts = lanes::over(store, &segments, |run| {
            let mut heat = empty.clone();
            for row in run.iter().flat_map(|at| store.rows_of(*at)) {
                // The bins are added up from the cells afterwards.
                if heat.scope.keeps(row) {
                    heat.lay(row, Sign::Plus);
                }
            }
            heat
        });
        let mut parts = parts.into_iter();
        let mut heat = parts.next().unwrap_or(empty);
        parts.for_each(|part| heat.merge(&part));
        for (at, cell) in heat.cells.iter().enumerate() {
            heat.bins[at % of.bins()] += *cell;
        }
        heat
    }

    fn merge(&mut self, other: &Self) {
        if self.cells.len() < other.cells.len() {
            self.cells.resize(other.cells.len(), Sum::default());
        }
        for (mine, theirs) in self.cells.iter_mut().zip(&other.cells) {
            *mine += *theirs;
        }
        self.without += other.without;
    }

    fn count(&mut self, row: Row<'_>, sign: Sign) {
        if let Some(bin) = self.lay(row, sign) {
            self.bins[bin].count(row, sign);
        }
    }

    /// Counts a call in its cell, and says in which bin that lies.
    fn lay(&mut self, row: Row<'_>, sign: Sign) -> Option<usize> {
        let step = usize::try_from((row.at().0 - self.start.0).div_euclid(self.step)).ok();
        // Where the board has no step for a call it is folded anew, and this with it.
        let step = step.filter(|step| *step < self.steps() + super::series::MOST)?;
        if step >= self.steps() {
            self.cells.resize((step + 1) * self.bins.len(), Sum::default());
        }
        let Some(value) = self.of.of(row) else {
            sign.apply(&mut self.without, 1);
            return None;
        };
        let bin = self.of.bin(value);
        let at = step * self.bins.len() + bin;
        self.cells[at].count(row, sign);
        Some(bin)
    }

    /// How many steps of time there are.
    pub fn steps(&self) -> usize {
        self.cells.len() / self.bins.len().max(1)
    }

    /// The moment a step begins.
    pub fn time(&self, step: usize) -> Stamp {
        self.start.plus(self.step * step as i64)
    }

    /// Calls that have the quantity.
    pub fn calls(&self) -> u64 {
        self.bins.iter().map(|bin| bin.calls).sum()
    }

    /// What the calls of an area come to.
    pub fn sum(&self, area: &Area) -> Sum {
        let mut sum = Sum::default();
        for step in area.steps.start..area.steps.end.min(self.steps()) {
            self.cells_of(step)[area.bins.clone()].iter().for_each(|cell| sum += *cell);
        }
        sum
    }

    /// The bins of one step.
    fn cells_of(&self, step: usize) -> &[Sum] {
        &self.cells[step * self.bins.len()..][..self.bins.len()]
    }

    /// The same over all steps.
    pub fn sum_of_bins(&self, bins: Range<usize>) -> Sum {
        let mut sum = Sum::default();
        self.bins[bins].iter().for_each(|bin| sum += *bin);
        sum
    }

    /// Bins joined to so many rows at most, the lowest first; see [`Quantity::rows`] for how. Few calls in many rows are
    /// dust in which no shape is seen: there are four rows to a call of a step, and eight at least.
    pub fn rows(&self, most: usize) -> Vec<Range<usize>> {
        let used = |bin: &Sum| bin.calls > 0;
        let first = self.bins.iter().position(used).unwrap_or(0);
        let last = self.bins.iter().rposition(used).map_or(first, |last| last + 1);
        // Two and a half in a hundred lie below it.
        let rare = self.quantile_of_all(0.025).unwrap_or(0);
        let dense = (self.calls() / self.steps().max(1) as u64).next_power_of_two() as usize;
        self.of.rows(first..last, rare, most.min(dense.saturating_mul(4).max(LEAST_ROWS)))
    }

    /// Steps joined to so many columns at most, the earliest first; all of a width, but for one more or less.
    pub fn columns(&self, most: usize) -> Vec<Range<usize>> {
        let (steps, columns) = (self.steps(), self.steps().min(most.max(1)));
        (0..columns).map(|column| column * steps / columns..(column + 1) * steps / columns).collect()
    }

    /// The same of all calls.
    pub fn quantile_of_all(&self, q: f64) -> Option<usize> {
        ranked(self.bins.iter().map(|bin| bin.calls), q)
    }

    /// The bin that the share `q` of the calls of some steps does not exceed (nearest rank); `None` of no calls.
    pub fn quantile(&self, steps: Range<usize>, q: f64) -> Option<usize> {
        let all = 0..self.bins.len();
        ranked(all.map(|bin| steps.clone().map(|step| self.cells_of(step)[bin].calls).sum()), q)
    }
}

/// The first of some counts up to which the share `q` of them all is reached.
fn ranked(counts: impl Iterator<Item = u64>, q: f64) -> Option<usize> {
    let counts: Vec<u64> = counts.collect();
    let all: u64 = counts.iter().sum();
    if all == 0 {
        return None;
    }
    let rank = ((q * all as f64).ceil() as u64).clamp(1, all);
    let mut below = 0;
    counts.iter().position(|calls| {
        below += calls;
        below >= rank
    })
}

impl Observer for Heat {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::Board;
    use crate::model::time::MINUTE;
    use crate::model::{Call, Scribe, SourceId, Span};
    use crate::price::Catalog;
    use crate::store::{SourceCard, Unobserved};
    use proptest::prelude::*;

    const START: Stamp = Stamp(1_763_900_040_000);

    /// Calls of `(milliseconds after the start, milliseconds taken, failed)`.
    fn store(calls: &[(i64, Option<u64>, bool)]) -> Store {
        let mut store = Store::default();
        store.add_source(SourceId(0), SourceCard::default());
        let mut scribe = Scribe::new(SourceId(0));
        for (nth, (after, took, failed)) in (1..).zip(calls) {
            let call = Call {
                model: Some("m".into()),
                at: START.plus(*after),
                took: took.map(|millis| millis * 1_000_000),
                logged_cost: Some(Usd(nth as i64)),
                status: if *failed { Status::Error } else { Status::Success },
                ..Call::default()
            };
            scribe.write(&call, nth, Span { at: nth, len: 1 });
        }
        store.absorb(scribe.take(), &mut Catalog::default(), &mut Unobserved);
        store
    }

    fn heat(store: &Store) -> Heat {
        let board = Board::fold(store, Scope::default(), Some(START.plus(10 * MINUTE)));
        Heat::fold(store, Scope::default(), Quantity::Latency, &board.series)
    }

    #[test]
    fn a_call_lies_in_its_minute_and_its_bin() {
        let store = store(&[
            (0, Some(1_000), false),
            (MINUTE, Some(1_000), true),
            (MINUTE + 1, Some(999), false),
            (0, None, false),
        ]);
        let heat = heat(&store);
        let bins = |from: u64, to: u64| Quantity::Latency.bin(from * 1_000_000)..Quantity::Latency.bin(to * 1_000_000);
        let calls = |steps, bins| heat.sum(&Area { steps, bins }).calls;
        assert_eq!(calls(0..1, bins(1_000, 2_000)), 1);
        assert_eq!(calls(1..2, bins(1_000, 2_000)), 1);
        assert_eq!(calls(1..2, bins(500, 1_000)), 1);
        let failed = heat.sum(&Area { steps: 1..2, bins: bins(1_000, 2_000) });
        assert_eq!((failed.failed, failed.is_failing(), failed.cost), (1, true, Usd(2)));
        assert_eq!((heat.calls(), heat.without), (3, 1), "what is not known is counted and lies nowhere");
        assert_eq!(heat.quantile(0..11, 0.5), Some(Quantity::Latency.bin(1_000_000_000)));
        assert_eq!(heat.quantile(5..6, 0.5), None);
    }

    #[test]
    fn parts_share_the_room_without_gaps() {
        for (room, parts) in [(1, 1), (10, 3), (137, 60), (60, 60), (7, 1)] {
            let mut next = 0;
            for part in 0..parts {
                let places = places_of(part, room, parts);
                assert_eq!(places.start, next);
                assert!(places.clone().all(|place| part_at(place, room, parts) == part), "{room} {parts} {part}");
                next = places.end;
            }
            assert_eq!(next, room);
        }
    }

    proptest! {
        #[test]
        fn kept_as_calls_go_it_is_what_a_fold_makes(
            calls in prop::collection::vec((0..12 * MINUTE, prop::option::of(0u64..200_000), any::<bool>()), 0..60),
            gone in 0usize..60,
        ) {
            let gone = gone.min(calls.len());
            let (all, rest) = (store(&calls), store(&calls[..calls.len() - gone]));
            let axis = Board::fold(&all, Scope::default(), Some(START.plus(12 * MINUTE))).series;
            let fold = |store: &Store| Heat::fold(store, Scope::default(), Quantity::Latency, &axis);
            let (mut kept, fresh) = (fold(&all), fold(&rest));
            for nth in calls.len() - gone..calls.len() {
                kept.leaving(all.row(nth as u32));
            }
            prop_assert_eq!(&kept.cells, &fresh.cells);
            prop_assert_eq!(&kept.bins, &fresh.bins);
            prop_assert_eq!((kept.without, kept.calls()), (fresh.without, fresh.calls()));
            for nth in calls.len() - gone..calls.len() {
                kept.entering(all.row(nth as u32));
            }
            prop_assert_eq!(&kept.cells, &fold(&all).cells);
        }

        #[test]
        fn rows_and_columns_lose_no_call(
            calls in prop::collection::vec((0..12 * MINUTE, prop::option::of(0u64..200_000), any::<bool>()), 1..60),
            rows in 1usize..60,
            columns in 1usize..60,
        ) {
            let store = store(&calls);
            let heat = heat(&store);
            let (rows, columns) = (heat.rows(rows), heat.columns(columns));
            let mut calls = 0;
            for steps in &columns {
                for bins in &rows {
                    calls += heat.sum(&Area { steps: steps.clone(), bins: bins.clone() }).calls;
                }
            }
            prop_assert_eq!(calls, heat.calls());
        }
    }
}
