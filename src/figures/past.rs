//! What was before a scope: the spans of the same length that end where it begins, to say how much a figure has changed
//! and how much it usually does, and the same hours of last week, to be seen behind its graphs.

use super::series::Bucket;
use super::stats::{Facts, Sign};
use super::{BySegment, GroupBy, Quantiles, Scope, Series, Stats};
use crate::model::quick::QuickMap;
use crate::model::time::{DAY, days_before};
use crate::model::{Stamp, Sym, Usd};
use crate::store::{Observer, Row, Segment, Store};

/// How many spans before are looked at.
pub const SPANS: usize = 8;

/// With fewer of them that hold calls, nothing is usual.
const LEAST: usize = 4;

/// A figure of the headline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    Cost,
    Calls,
    Tokens,
    Errors,
    P95,
    Overrides,
    P50,
    CacheHit,
}

impl Measure {
    /// In the order of the headline.
    pub const ALL: [Self; 8] =
        [Self::Cost, Self::Calls, Self::Tokens, Self::Errors, Self::P95, Self::Overrides, Self::P50, Self::CacheHit];

    /// Its value over a set of calls: nano-dollars, a count, a share from 0 to 1, or nanoseconds.
    pub fn of(self, stats: &Stats, took: &Quantiles) -> Option<f64> {
        match self {
            Self::Cost => stats.known_cost().map(|cost| cost.0 as f64),
            Self::Calls => Some(stats.calls as f64),
            Self::Tokens => (stats.tokens.calls > 0 || stats.calls == 0).then_some(stats.tokens.total as f64),
            Self::Errors => stats.error_rate(),
            Self::P95 => took.at(0.95).map(|nanos| nanos as f64),
            Self::Overrides => stats.override_rate(),
            Self::P50 => took.at(0.5).map(|nanos| nanos as f64),
            Self::CacheHit => stats.cache_share(),
        }
    }

    /// Whether it is a share already, whose changes are told in points.
    pub fn is_share(self) -> bool {
        matches!(self, Self::Errors | Self::Overrides | Self::CacheHit)
    }

    /// Whether more of it is good; `None`: neither good nor bad.
    pub fn is_good(self) -> Option<bool> {
        match self {
            Self::Calls | Self::Tokens => None,
            Self::CacheHit => Some(true),
            _ => Some(false),
        }
    }
}

/// How a figure has changed against the span before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Of what it was, 0.18 for 18 % more; of a share, the difference.
    pub by: f64,
    /// By how much it usually changes, in the same unit, not negative; `None` where too few spans hold calls. See
    /// [`band`].
    pub usual: Option<f64>,
    /// Some cost of either span is not known.
    pub is_partial: bool,
}

impl Change {
    /// Whether it is as usual; `None` where nobody knows what is.
    pub fn is_usual(&self) -> Option<bool> {
        self.usual.map(|usual| self.by.abs() <= usual)
    }
}

/// What a change between two spans stays within nineteen times in twenty, if all spans are as those before were.
///
/// `1.96 √2 σ`, the repeatability limit of ISO 5725-6 (1994), 4.1: the difference of two values that each spread by `σ`
/// spreads by `√2 σ`. One odd span must not widen it: `σ` is 1.4826 times the median absolute deviation from the median
/// (Hampel, The Influence Curve and its Role in Robust Estimation, 1974), which is the same for a normal spread.
fn band(values: &[f64]) -> Option<f64> {
    if values.len() < LEAST {
        return None;
    }
    let middle = median(values.to_vec());
    let spread = median(values.iter().map(|value| (value - middle).abs()).collect());
    Some(1.96 * std::f64::consts::SQRT_2 * 1.4826 * spread)
}

/// Of values of which there is at least one.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len() % 2 == 1 { values[half] } else { f64::midpoint(values[half - 1], values[half]) }
}

/// Which hours a ghost is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// The same hours a week before, by the local clock.
    LastWeek,
    /// The same hours a day before.
    Yesterday,
    /// The span that ends where the scope begins.
    Span,
}

impl Before {
    pub fn words(self) -> &'static str {
        match self {
            Self::LastWeek => "last week",
            Self::Yesterday => "yesterday",
            Self::Span => "span before",
        }
    }

    /// How many milliseconds before the scope's own its hours are; `None` where they would be hours of the scope itself.
    fn shift(self, since: Stamp, length: i64) -> Option<i64> {
        match self {
            Self::LastWeek if length <= 7 * DAY => Some(since.0 - days_before(since, 7).0),
            Self::Yesterday if length <= DAY => Some(since.0 - days_before(since, 1).0),
            Self::Span => Some(length),
            _ => None,
        }
    }
}

/// Other hours, bucket by bucket of the series they lie behind.
#[derive(Debug, Clone)]
pub struct Ghost {
    pub before: Before,
    shift: i64,
    start: Stamp,
    step: i64,
    pub calls: u64,
    pub buckets: Vec<Bucket>,
    /// Cost by bucket of each model, provider and route.
    trends: [QuickMap<u32, Vec<Usd>>; 3],
}

/// Dimensions whose groups have a graph.
const RICH: [GroupBy; 3] = [GroupBy::Model, GroupBy::Provider, GroupBy::Route];

impl Ghost {
    fn count(&mut self, row: Row<'_>, call: &Facts, sign: Sign) {
        let after = call.at.0 + self.shift - self.start.0;
        let index = after.div_euclid(self.step);
        let Some(bucket) = usize::try_from(index).ok().and_then(|index| self.buckets.get_mut(index)) else { return };
        bucket.count(call, sign);
        sign.apply(&mut self.calls, 1);
        let Some(cost) = call.cost else { return };
        for (by, trends) in RICH.into_iter().zip(&mut self.trends) {
            let len = self.buckets.len();
            let trend = trends.entry(row.sym(by.dim()).0).or_insert_with(|| vec![Usd::ZERO; len]);
            sign.apply_usd(&mut trend[index as usize], cost);
        }
    }

    /// What a group cost then, bucket by bucket; `None` where it had no calls of known cost.
    pub fn trend(&self, by: GroupBy, name: Sym) -> Option<&[Usd]> {
        let at = RICH.iter().position(|rich| *rich == by)?;
        self.trends[at].get(&name.0).map(Vec::as_slice)
    }
}

/// Of what a past is made.
#[derive(Debug, Clone, PartialEq)]
pub struct Of {
    /// Its filter and its first moment count.
    pub scope: Scope,
    /// Milliseconds of each span before.
    pub length: i64,
    /// Start, step and number of the buckets that ghosts lie behind; `None` where none is wanted.
    pub series: Option<(Stamp, i64, usize)>,
}

impl Of {
    /// The past of a scope that ends at `until`; `None` where nothing is before it.
    pub fn before(scope: &Scope, until: Stamp, series: Option<&Series>) -> Option<Self> {
        let length = until.0 - scope.since?.0;
        let series = series.filter(|series| series.step > 0);
        let series = series.map(|series| (series.start, series.step, series.buckets.len()));
        (length > 0).then(|| Self { scope: scope.clone(), length, series })
    }

    /// Whether the two are as good as one, while the second is made: a minute has passed, no more.
    pub fn is_near(&self, other: &Self, millis: i64) -> bool {
        let near = |a: Stamp, b: Stamp| (a.0 - b.0).abs() <= millis;
        let (a, b) = (self.scope.since.unwrap_or_default(), other.scope.since.unwrap_or_default());
        self.scope.filter == other.scope.filter
            && near(a, b)
            && (self.length - other.length).abs() <= millis
            && self.series.is_some() == other.series.is_some()
    }
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Past {
    scope: Scope,
    since: Stamp,
    length: i64,
    /// The one directly before comes first.
    spans: Vec<(Stats, Quantiles)>,
    ghosts: Vec<Ghost>,
}

impl Past {
    /// Nothing counted yet.
    pub fn begin(of: &Of) -> Self {
        let since = of.scope.since.unwrap_or_default();
        let ghosts = of.series.map_or_else(Vec::new, |(start, step, len)| {
            let ghost = |before: Before| {
                let (shift, trends) = (before.shift(since, of.length)?, Default::default());
                Some(Ghost { before, shift, start, step, calls: 0, buckets: vec![Bucket::default(); len], trends })
            };
            [Before::LastWeek, Before::Yesterday, Before::Span].into_iter().filter_map(ghost).collect()
        });
        let furthest = ghosts.iter().map(|ghost: &Ghost| ghost.shift).fold(SPANS as i64 * of.length, i64::max);
        let scope = Scope { since: Some(since.minus(furthest)), until: Some(since.minus(1)), ..of.scope.clone() };
        Self { scope, since, length: of.length, spans: vec![Default::default(); SPANS], ghosts }
    }

    fn count(&mut self, row: Row<'_>, sign: Sign) {
        if !self.scope.keeps(row) {
            return;
        }
        let call = Facts::of(row);
        let before = (self.since.0 - 1 - call.at.0) / self.length;
        if let Some((stats, took)) = self.spans.get_mut(before as usize) {
            stats.count(&call, sign);
            if let Some(nanos) = call.took {
                match sign {
                    Sign::Plus => took.add(nanos),
                    Sign::Minus => took.remove(nanos),
                }
            }
        }
        for ghost in &mut self.ghosts {
            ghost.count(row, &call, sign);
        }
    }

    /// How a figure has changed against the span before; `None` where that cannot be told.
    pub fn change(&self, measure: Measure, stats: &Stats, took: &Quantiles) -> Option<Change> {
        let (before, before_took) = self.spans.first().filter(|(stats, _)| stats.calls > 0)?;
        let (now, then) = (measure.of(stats, took)?, measure.of(before, before_took)?);
        let earlier = self.spans.iter().filter(|(stats, _)| stats.calls > 0);
        let values: Vec<f64> = earlier.filter_map(|(stats, took)| measure.of(stats, took)).collect();
        let usual = band(&values);
        let is_partial = measure == Measure::Cost && (stats.unpriced > 0 || before.unpriced > 0);
        if measure.is_share() {
            return Some(Change { by: now - then, usual, is_partial });
        }
        let usual = usual.zip(Some(median(values)).filter(|level| *level > 0.0)).map(|(band, level)| band / level);
        (then > 0.0).then(|| Change { by: now / then - 1.0, usual, is_partial })
    }

    /// The calls and the known cost of the span directly before.
    pub fn before(&self) -> Option<&Stats> {
        self.spans.first().map(|(stats, _)| stats)
    }

    /// Last week's hours; where those have no calls, yesterday's, else those of the span before.
    pub fn ghost(&self) -> Option<&Ghost> {
        self.ghosts.iter().find(|ghost| ghost.calls > 0)
    }
}

impl BySegment for Past {
    fn touches(&self, segment: &Segment) -> bool {
        self.scope.touches(segment.earliest, segment.latest)
    }

    fn add(&mut self, store: &Store, segment: usize) {
        for row in store.rows_of(segment) {
            self.count(row, Sign::Plus);
        }
    }
}

impl Observer for Past {
    fn leaving(&mut self, row: Row<'_>) {
        self.count(row, Sign::Minus);
    }

    fn entering(&mut self, row: Row<'_>) {
        self.count(row, Sign::Plus);
    }
}

#[cfg(test)]
mod tests;
