//! What is usual: the calls of the last days by hour, model and route. Rules compare the last hour with it.
//!
//! A cell is a few hundred bytes, and there is one for each model and route that was called in an hour; a month of a busy
//! router has some ten thousand of them. It is kept as calls come, change and go.

use std::collections::BTreeMap;
use std::ops::Range;

use super::BySegment;
use super::stats::{Facts, Sign, ratio};
use crate::model::time::{DAY, HOUR};
use crate::model::{Dim, Stamp, Status, Sym, Usd};
use crate::query::Filter;
use crate::store::{Observer, Row, Segment, Store};

/// Calls older than this, counted from the newest, are not kept.
const KEPT: i64 = 35 * DAY;

/// Cells of one hour. Where every call has a route of its own there is nothing usual about any of them: the others stand
/// under no route.
const MOST: usize = 256;

/// Which numbers occurred how often, few of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts(Vec<(u8, u32)>);

impl Counts {
    fn count(&mut self, value: u8, sign: Sign) {
        let at = self.0.iter().position(|(known, _)| *known == value).unwrap_or_else(|| {
            self.0.push((value, 0));
            self.0.len() - 1
        });
        match sign {
            Sign::Plus => self.0[at].1 += 1,
            Sign::Minus => self.0[at].1 = self.0[at].1.saturating_sub(1),
        }
    }

    fn merge(&mut self, other: &Self) {
        for (value, count) in &other.0 {
            match self.0.iter_mut().find(|(known, _)| known == value) {
                Some((_, mine)) => *mine += count,
                None => self.0.push((*value, *count)),
            }
        }
    }

    pub fn total(&self) -> u64 {
        self.0.iter().map(|(_, count)| u64::from(*count)).sum()
    }

    pub fn of(&self, value: u8) -> u64 {
        self.0.iter().find(|(known, _)| *known == value).map_or(0, |(_, count)| u64::from(*count))
    }

    /// The smallest value that at least the share `q` does not exceed.
    fn at(&self, q: f64) -> Option<u8> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (q * self.total() as f64).ceil().max(1.0) as u64;
        let mut seen = 0;
        sorted.into_iter().find_map(|(value, count)| {
            seen += u64::from(count);
            (count > 0 && seen >= rank).then_some(value)
        })
    }
}

/// An eighth of an octave from a millisecond on: within 5 %.
fn octave_of(nanos: u64) -> u8 {
    ((nanos as f64 / 1e6).max(1.0).log2() * 8.0).round().min(254.0) as u8
}

/// A twentieth of the scale.
pub const SURE: u8 = 20;

fn sure_of(billionths: u32) -> u8 {
    (billionths / 50_000_000).min(u32::from(SURE) - 1) as u8
}

/// The calls of one model on one route in one hour, or the sum of several such.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    pub calls: u64,
    /// Calls whose outcome is known.
    pub settled: u64,
    pub errors: u64,
    pub override_known: u64,
    pub overrides: u64,
    pub cost: Usd,
    /// Calls whose cost is known.
    pub priced: u64,
    /// Tokens that the models were shown in calls whose logs tell of a cache, and of these what was read from it.
    pub prompt: u64,
    pub cache_read: u64,
    /// How long calls took, in eighths of an octave of milliseconds.
    took: Counts,
    /// How sure the router was, in twentieths.
    pub sure: Counts,
}

impl Cell {
    fn count(&mut self, call: &Facts, sign: Sign) {
        sign.apply(&mut self.calls, 1);
        sign.apply(&mut self.settled, u64::from(call.status.is_settled()));
        sign.apply(&mut self.errors, u64::from(call.status == Status::Error));
        sign.apply(&mut self.override_known, u64::from(call.overridden.is_some()));
        sign.apply(&mut self.overrides, u64::from(call.overridden == Some(true)));
        if let Some(cost) = call.cost {
            sign.apply_usd(&mut self.cost, cost);
            sign.apply(&mut self.priced, 1);
        }
        sign.apply(&mut self.prompt, call.usage.cache_read.map_or(0, |_| call.usage.prompt()));
        sign.apply(&mut self.cache_read, u64::from(call.usage.cache_read.unwrap_or(0)));
        if let Some(took) = call.took {
            self.took.count(octave_of(took), sign);
        }
        if let Some(said) = call.confidence {
            self.sure.count(sure_of(said), sign);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.calls += other.calls;
        self.settled += other.settled;
        self.errors += other.errors;
        self.override_known += other.override_known;
        self.overrides += other.overrides;
        self.cost += other.cost;
        self.priced += other.priced;
        self.prompt += other.prompt;
        self.cache_read += other.cache_read;
        self.took.merge(&other.took);
        self.sure.merge(&other.sure);
    }

    /// 0 to 1.
    pub fn error_rate(&self) -> Option<f64> {
        ratio(self.errors, self.settled)
    }

    /// 0 to 1.
    pub fn override_rate(&self) -> Option<f64> {
        ratio(self.overrides, self.override_known)
    }

    /// 0 to 1.
    pub fn cache_share(&self) -> Option<f64> {
        ratio(self.cache_read, self.prompt)
    }

    /// Calls whose duration is known.
    pub fn timed(&self) -> u64 {
        self.took.total()
    }

    /// Milliseconds, within 5 %; `q` is 0 to 1.
    pub fn took(&self, q: f64) -> Option<f64> {
        self.took.at(q).map(|octave| (f64::from(octave) / 8.0).exp2())
    }
}

/// Hours since 1970.
pub type Hour = i64;

pub fn hour_of(at: Stamp) -> Hour {
    at.0.div_euclid(HOUR)
}

#[derive(Debug, Clone, Default)]
struct Step {
    cells: Vec<((Sym, Sym), Cell)>,
    /// Error types of failed calls, and how many of each.
    errors: Vec<(Sym, u64)>,
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    filter: Filter,
    /// Calls before this are not kept.
    since: Stamp,
    hours: BTreeMap<Hour, Step>,
}

impl Ledger {
    pub fn fold(store: &Store, filter: Filter) -> Self {
        let mut ledger = Self::begin(store, filter);
        for (at, segment) in store.segments().iter().enumerate() {
            if ledger.touches(segment) {
                ledger.add(store, at);
            }
        }
        ledger
    }

    /// Nothing counted yet: to be folded by segment.
    pub fn begin(store: &Store, filter: Filter) -> Self {
        let newest = store.segments().iter().map(|segment| segment.latest).max().unwrap_or_default();
        Self { filter, since: newest.minus(KEPT), hours: BTreeMap::new() }
    }

    fn keeps(&self, row: Row<'_>) -> bool {
        row.at() >= self.since && row.counts() && self.filter.keeps(row)
    }

    fn count(&mut self, row: Row<'_>, sign: Sign) {
        let call = Facts::of(row);
        let hour = hour_of(call.at);
        let kept = KEPT / HOUR;
        if let Some((newest, _)) = self.hours.last_key_value() {
            if hour < newest - kept {
                return;
            }
            while self.hours.first_key_value().is_some_and(|(oldest, _)| *oldest < hour - kept) {
                self.hours.pop_first();
            }
        }
        let step = self.hours.entry(hour).or_default();
        let name = (row.sym(Dim::Model), row.sym(Dim::Route));
        let find = |cells: &[((Sym, Sym), Cell)], name| cells.iter().position(|(known, _)| *known == name);
        let at = find(&step.cells, name).unwrap_or_else(|| {
            let name = if step.cells.len() < MOST { name } else { (name.0, Sym::NONE) };
            find(&step.cells, name).unwrap_or_else(|| {
                step.cells.push((name, Cell::default()));
                step.cells.len() - 1
            })
        });
        step.cells[at].1.count(&call, sign);
        if call.status == Status::Error {
            let kind = row.sym(Dim::ErrorType);
            let at = step.errors.iter().position(|(known, _)| *known == kind).unwrap_or_else(|| {
                step.errors.push((kind, 0));
                step.errors.len() - 1
            });
            sign.apply(&mut step.errors[at].1, 1);
        }
    }

    /// The sum over some hours of the cells whose model and route are asked for.
    pub fn sum(&self, hours: Range<Hour>, keeps: impl Fn(Sym, Sym) -> bool) -> Cell {
        let mut sum = Cell::default();
        for (_, step) in self.hours.range(hours) {
            for ((model, route), cell) in &step.cells {
                if keeps(*model, *route) {
                    sum.merge(cell);
                }
            }
        }
        sum
    }

    /// As [`sum`](Self::sum), hour by hour; hours without calls are left out.
    pub fn each(&self, hours: Range<Hour>, keeps: impl Fn(Sym, Sym) -> bool) -> Vec<(Hour, Cell)> {
        let within = self.hours.range(hours).map(|(hour, _)| *hour);
        within.map(|hour| (hour, self.sum(hour..hour + 1, &keeps))).filter(|(_, cell)| cell.calls > 0).collect()
    }

    /// Models and routes that were called in some hours.
    pub fn pairs(&self, hours: Range<Hour>) -> BTreeMap<(Sym, Sym), Cell> {
        let mut pairs: BTreeMap<(Sym, Sym), Cell> = BTreeMap::new();
        for (_, step) in self.hours.range(hours) {
            for (name, cell) in step.cells.iter().filter(|(_, cell)| cell.calls > 0) {
                pairs.entry(*name).or_default().merge(cell);
            }
        }
        pairs
    }

    /// Calls that failed with an error type in some hours.
    pub fn errors(&self, hours: Range<Hour>, kind: Sym) -> u64 {
        let of = |step: &Step| step.errors.iter().find(|(known, _)| *known == kind).map_or(0, |(_, count)| *count);
        self.hours.range(hours).map(|(_, step)| of(step)).sum()
    }

    /// The first hour that is kept.
    pub fn first(&self) -> Option<Hour> {
        self.hours.first_key_value().map(|(hour, _)| *hour)
    }
}

impl BySegment for Ledger {
    fn touches(&self, segment: &Segment) -> bool {
        segment.latest >= self.since
    }

    fn add(&mut self, store: &Store, segment: usize) {
        store.rows_of(segment).for_each(|row| self.entering(row));
    }
}

impl Observer for Ledger {
    fn leaving(&mut self, row: Row<'_>) {
        if self.keeps(row) {
            self.count(row, Sign::Minus);
        }
    }

    fn entering(&mut self, row: Row<'_>) {
        if self.keeps(row) {
            self.count(row, Sign::Plus);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_comes_back_within_five_per_cent() {
        for millis in [1.0, 3.0, 250.0, 1_900.0, 61_000.0, 3.6e6] {
            let mut cell = Cell::default();
            cell.took.count(octave_of((millis * 1e6) as u64), Sign::Plus);
            let back = cell.took(0.95).unwrap();
            assert!((back / millis - 1.0).abs() < 0.05, "{millis} ms came back as {back}");
        }
    }

    #[test]
    fn the_share_that_a_value_is_not_exceeded_by_is_by_nearest_rank() {
        let mut counts = Counts::default();
        for value in [9, 1, 5, 5, 200] {
            counts.count(value, Sign::Plus);
        }
        counts.count(200, Sign::Minus);
        assert_eq!((counts.at(0.0), counts.at(0.5), counts.at(0.95), counts.total()), (Some(1), Some(5), Some(9), 4));
        assert_eq!(Counts::default().at(0.5), None);
    }
}
