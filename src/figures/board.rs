//! Every figure of the screens and of the report, folded from the rows that a scope keeps. There is one of these for
//! each scope, and no figure comes from anywhere else: that is why the surfaces agree.

use std::collections::BTreeMap;
use std::ops::{BitOr, Range};

use super::stats::{Facts, Sign};
use super::{BySegment, Confidence, GroupBy, Groups, Listing, Quantiles, Series, Stats, lanes};
use crate::model::time::{self, MINUTE, SECOND};
use crate::model::{CostSource, Stamp, Usd, numbers};
use crate::query::Filter;
use crate::store::{Observer, Row, SEGMENT, Segment, Store};

/// Which calls are counted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scope {
    pub filter: Filter,
    /// The first moment counted.
    pub since: Option<Stamp>,
    /// The last moment counted.
    pub until: Option<Stamp>,
    /// Whether sums by session are wanted: there may be as many as calls, and only a screen asks for them.
    pub sessions: bool,
    /// Whether steps of time shorter than a minute are wanted: only who looks closely asks.
    pub fine: bool,
}

impl Scope {
    pub fn holds(&self, at: Stamp) -> bool {
        self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at <= until)
    }

    pub fn keeps(&self, row: Row<'_>) -> bool {
        self.holds(row.at()) && row.counts() && self.filter.keeps(row)
    }

    /// Whether a segment can hold a row of the scope.
    pub fn touches(&self, earliest: Stamp, latest: Stamp) -> bool {
        self.since.is_none_or(|since| latest >= since) && self.until.is_none_or(|until| earliest <= until)
    }
}

/// The calls and the cost of a local day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DaySum {
    pub calls: u64,
    pub cost: Usd,
    /// Calls whose cost is known, and those of them whose cost is an estimate.
    pub priced: u64,
    pub estimated: u64,
    /// Calls that cost something nobody knows.
    pub unpriced: u64,
}

impl DaySum {
    pub fn count(&mut self, cost: Option<Usd>, source: CostSource, sign: Sign) {
        sign.apply(&mut self.calls, 1);
        sign.apply(&mut self.estimated, u64::from(source == CostSource::Estimated));
        sign.apply(&mut self.unpriced, u64::from(source == CostSource::Unpriced));
        if let Some(cost) = cost {
            sign.apply(&mut self.priced, 1);
            sign.apply_usd(&mut self.cost, cost);
        }
    }

    /// `None` where there are calls, and the cost of none is known.
    pub fn known_cost(&self) -> Option<Usd> {
        (self.priced > 0 || self.calls == 0).then_some(self.cost)
    }

    /// The cost in words with its doubts: `~` where part of it is an estimate, `?` where it is not all of it.
    pub fn cost_text(&self, write: impl Fn(Option<Usd>) -> String) -> String {
        if self.priced == 0 && self.unpriced > 0 {
            return numbers::UNPRICED.to_owned();
        }
        let about = if self.estimated > 0 { "~" } else { "" };
        let more = if self.unpriced > 0 { numbers::UNPRICED } else { "" };
        format!("{about}{}{more}", write(self.known_cost()))
    }
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Board {
    pub scope: Scope,
    pub total: Stats,
    /// Nanoseconds.
    pub took: Quantiles,
    pub confidence: Confidence,
    pub series: Series,
    /// One table of groups a dimension, in the order of [`GroupBy::ALL`].
    groups: Vec<Groups>,
    /// By local day number (see [`time::day_number`]).
    pub by_day: BTreeMap<i32, DaySum>,
    pub first: Option<Stamp>,
    pub last: Option<Stamp>,
    /// A call left that the figures cannot be rid of by subtraction, or came where the series has no bucket: time to
    /// fold anew.
    pub stale: bool,
    day: DayCache,
}

/// The local day of the last call asked for: neighbours in a log share it.
#[derive(Debug, Clone, Copy, Default)]
struct DayCache {
    start: Stamp,
    end: Stamp,
    number: i32,
}

impl DayCache {
    fn number(&mut self, at: Stamp) -> i32 {
        if !(self.start <= at && at < self.end) {
            let day = at.day();
            self.start = time::start_of_day(day);
            self.end = day.succ_opt().map_or(self.start, time::start_of_day);
            self.number = time::day_number(day);
        }
        self.number
    }
}

impl Board {
    fn empty(scope: Scope, series: Series) -> Self {
        Self {
            scope,
            total: Stats::default(),
            took: Quantiles::default(),
            confidence: Confidence::default(),
            series,
            groups: GroupBy::ALL.map(Groups::new).into(),
            by_day: BTreeMap::new(),
            first: None,
            last: None,
            stale: false,
            day: DayCache::default(),
        }
    }

    /// Counts every row of the store that the scope keeps. `now` is where a live series ends; without it the series
    /// ends with the last call.
    pub fn fold(store: &Store, scope: Scope, now: Option<Stamp>) -> Self {
        let segments = lanes::segments(store, &scope);
        let series = Self::series(store, &segments, &scope, now);
        let empty = Self::empty(scope, series);
        let parts = lanes::over(store, &segments, |run| {
            let mut board = empty.clone();
            board.add_segments(store, run);
            board
        });
        let mut parts = parts.into_iter();
        let mut board = parts.next().unwrap_or(empty);
        for part in parts {
            board.merge(&part);
        }
        board
    }

    /// Nothing counted yet, with the steps of time of everything that the scope keeps: to be folded by segment.
    pub fn begin(store: &Store, scope: Scope, now: Option<Stamp>) -> Self {
        let series = Self::series(store, &lanes::segments(store, &scope), &scope, now);
        Self::empty(scope, series)
    }

    /// Nothing counted yet, with the steps of time of the calls of a list.
    pub(super) fn over(store: &Store, listing: &Listing, now: Option<Stamp>) -> Self {
        let scope = &listing.scope;
        // Without a filter the segments say it, hidden rows and all, as for a fold at once.
        let bounds =
            if scope.filter == Filter::All { span(store, &lanes::segments(store, scope)) } else { listing.bounds() };
        Self::empty(scope.clone(), Self::steps(bounds, scope, now))
    }

    fn series(store: &Store, segments: &[usize], scope: &Scope, now: Option<Stamp>) -> Series {
        let kept = |at: &usize| store.rows_of(*at).filter(|row| scope.keeps(*row)).map(Row::at);
        let bounds = if scope.filter == Filter::All {
            span(store, segments)
        } else {
            segments.iter().flat_map(kept).fold(None, |bounds: Option<(Stamp, Stamp)>, at| {
                Some(bounds.map_or((at, at), |(first, last)| (first.min(at), last.max(at))))
            })
        };
        Self::steps(bounds, scope, now)
    }

    /// The steps of time from the first call to the last.
    fn steps(bounds: Option<(Stamp, Stamp)>, scope: &Scope, now: Option<Stamp>) -> Series {
        let least = if scope.fine { SECOND } else { MINUTE };
        let Some((first, last)) = bounds else {
            return match (scope.since, now) {
                (Some(since), Some(now)) => Series::covering(since, now, least),
                _ => Series::default(),
            };
        };
        let start = scope.since.unwrap_or(first);
        let end = now.unwrap_or(last).max(last.min(start.plus(i64::MAX / 4)));
        let end = scope.until.map_or(end, |until| until.min(end));
        Series::covering(start, end.max(start), least)
    }

    fn add_segments(&mut self, store: &Store, segments: &[usize]) {
        for at in segments {
            let begin = (at * SEGMENT) as u32;
            let rows = begin..begin + store.segments()[*at].len() as u32;
            self.add_part(store, rows, Scope::keeps);
        }
    }

    /// Counts those of some rows of one segment that are kept.
    pub(super) fn add_part(&mut self, store: &Store, rows: Range<u32>, keeps: impl Fn(&Scope, Row<'_>) -> bool) {
        if let Some(segment) = store.segments().get(rows.start as usize / SEGMENT).filter(|_| !rows.is_empty()) {
            // Where no row of a segment has a name, all of them together are the nameless group.
            let blank = GroupBy::ALL.into_iter().filter(|by| by.is_plain() && !segment.has(by.dim()));
            let blank = blank.map(GroupBy::bit).fold(0, BitOr::bitor);
            let before = (std::mem::take(&mut self.total), std::mem::take(&mut self.took));
            for row in rows.map(|index| store.row(index)) {
                if keeps(&self.scope, row) {
                    self.count(row, Sign::Plus, blank);
                }
            }
            for groups in self.groups.iter_mut().filter(|groups| groups.by.bit() & blank != 0) {
                groups.merge_nameless(&self.total, &self.took);
            }
            let (total, took) = before;
            self.total.merge(&total);
            self.took.merge(&took);
        }
    }

    /// Adds a call, or takes it back, but not to the groups whose bits are set.
    fn count(&mut self, row: Row<'_>, sign: Sign, blank: u16) {
        let call = Facts::of(row);
        self.total.count(&call, sign);
        if let Some(took) = call.took {
            match sign {
                Sign::Plus => self.took.add(took),
                Sign::Minus => self.took.remove(took),
            }
        }
        self.confidence.count(&call, sign);
        let bucket = self.series.count(&call, sign);
        self.stale |= bucket.is_none();
        let left_out = if self.scope.sessions { blank } else { blank | GroupBy::Session.bit() };
        for groups in self.groups.iter_mut().filter(|groups| groups.by.bit() & left_out == 0) {
            groups.count(row, &call, bucket, sign);
        }
        self.by_day.entry(self.day.number(call.at)).or_default().count(call.cost, call.cost_source, sign);
        match sign {
            Sign::Plus => {
                self.first = Some(self.first.map_or(call.at, |first| first.min(call.at)));
                self.last = Some(self.last.map_or(call.at, |last| last.max(call.at)));
            }
            // Whether another call shares the extreme is not known; a row that only changes comes straight back.
            Sign::Minus => {}
        }
    }

    fn merge(&mut self, other: &Self) {
        self.total.merge(&other.total);
        self.took.merge(&other.took);
        self.confidence.merge(&other.confidence);
        self.series.merge(&other.series);
        for (mine, theirs) in self.groups.iter_mut().zip(&other.groups) {
            mine.merge(theirs);
        }
        for (day, sum) in &other.by_day {
            let mine = self.by_day.entry(*day).or_default();
            mine.calls += sum.calls;
            mine.cost += sum.cost;
            mine.priced += sum.priced;
            mine.estimated += sum.estimated;
            mine.unpriced += sum.unpriced;
        }
        self.first = self.first.into_iter().chain(other.first).min();
        self.last = self.last.into_iter().chain(other.last).max();
        self.stale |= other.stale;
    }

    pub fn by(&self, by: GroupBy) -> &Groups {
        &self.groups[by as usize]
    }

    pub fn models(&self) -> &Groups {
        self.by(GroupBy::Model)
    }

    pub fn routes(&self) -> &Groups {
        self.by(GroupBy::Route)
    }

    /// Days that have calls, oldest first.
    pub fn days(&self) -> impl DoubleEndedIterator<Item = (i32, DaySum)> {
        self.by_day.iter().filter(|(_, sum)| sum.calls > 0).map(|(day, sum)| (*day, *sum))
    }
}

/// From the first moment of some segments to the last.
fn span(store: &Store, segments: &[usize]) -> Option<(Stamp, Stamp)> {
    let parts = segments.iter().map(|at| &store.segments()[*at]);
    parts.clone().map(|part| part.earliest).min().zip(parts.map(|part| part.latest).max())
}

impl Default for Board {
    fn default() -> Self {
        Self::empty(Scope::default(), Series::default())
    }
}

impl BySegment for Board {
    fn touches(&self, segment: &Segment) -> bool {
        self.scope.touches(segment.earliest, segment.latest)
    }

    fn add(&mut self, store: &Store, segment: usize) {
        self.add_segments(store, &[segment]);
    }
}

impl Observer for Board {
    fn leaving(&mut self, row: Row<'_>) {
        if self.scope.keeps(row) {
            self.count(row, Sign::Minus, 0);
        }
    }

    fn entering(&mut self, row: Row<'_>) {
        if self.scope.keeps(row) {
            self.count(row, Sign::Plus, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_says_what_its_cost_leaves_out() {
        let told = |calls: &[(Option<i64>, CostSource)]| {
            let mut day = DaySum::default();
            for (dollars, source) in calls {
                day.count(dollars.map(|dollars: i64| Usd(dollars * 1_000_000_000)), *source, Sign::Plus);
            }
            day.cost_text(numbers::money)
        };
        assert_eq!(told(&[]), "$0");
        assert_eq!(told(&[(None, CostSource::None)]), "–");
        assert_eq!(told(&[(None, CostSource::Unpriced)]), "?");
        assert_eq!(told(&[(Some(2), CostSource::Logged), (None, CostSource::None)]), "$2");
        assert_eq!(told(&[(Some(2), CostSource::Logged), (None, CostSource::Unpriced)]), "$2?");
        assert_eq!(told(&[(Some(2), CostSource::Logged), (Some(1), CostSource::Estimated)]), "~$3");
    }
}
