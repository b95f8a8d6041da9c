//! What happened when: the calls of a window in buckets of equal width.

use super::Quantiles;
use super::stats::{Facts, Sign};
use crate::model::time::{DAY, HOUR, MINUTE, SECOND};
use crate::model::{CostSource, Stamp, Status, Usd};

/// One step of time.
#[derive(Debug, Clone, Default)]
pub struct Bucket {
    pub calls: u64,
    pub cost: Usd,
    /// Calls whose cost is known, and calls with tokens and no known price.
    pub priced: u64,
    pub unpriced: u64,
    /// Fresh, cache read and cache write.
    pub prompt_tokens: u64,
    pub output_tokens: u64,
    pub total_tokens: u64,
    pub errors: u64,
    pub override_known: u64,
    pub overrides: u64,
    pub took: Quantiles,
}

impl Bucket {
    /// `None` where there are calls, and the cost of none is known.
    pub fn known_cost(&self) -> Option<Usd> {
        (self.priced > 0 || self.calls == 0).then_some(self.cost)
    }

    pub(super) fn count(&mut self, call: &Facts, sign: Sign) {
        sign.apply(&mut self.calls, 1);
        sign.apply_usd(&mut self.cost, call.cost.unwrap_or_default());
        sign.apply(&mut self.priced, u64::from(call.cost.is_some()));
        sign.apply(&mut self.unpriced, u64::from(call.cost_source == CostSource::Unpriced));
        sign.apply(&mut self.prompt_tokens, call.usage.prompt());
        sign.apply(&mut self.output_tokens, u64::from(call.usage.output.unwrap_or(0)));
        sign.apply(&mut self.total_tokens, call.total_tokens.unwrap_or(0));
        sign.apply(&mut self.errors, u64::from(call.status == Status::Error));
        if let Some(overridden) = call.overridden {
            sign.apply(&mut self.override_known, 1);
            sign.apply(&mut self.overrides, u64::from(overridden));
        }
        if let Some(took) = call.took {
            match sign {
                Sign::Plus => self.took.add(took),
                Sign::Minus => self.took.remove(took),
            }
        }
    }

    fn merge(&mut self, other: &Self) {
        self.calls += other.calls;
        self.cost += other.cost;
        self.priced += other.priced;
        self.unpriced += other.unpriced;
        self.prompt_tokens += other.prompt_tokens;
        self.output_tokens += other.output_tokens;
        self.total_tokens += other.total_tokens;
        self.errors += other.errors;
        self.override_known += other.override_known;
        self.overrides += other.overrides;
        self.took.merge(&other.took);
    }
}

/// Buckets from `start` on, `step` milliseconds each. Empty while there are no calls.
#[derive(Debug, Clone, Default)]
pub struct Series {
    pub start: Stamp,
    pub step: i64,
    pub buckets: Vec<Bucket>,
}

/// Widths that people read easily.
const STEPS: [i64; 16] = [
    SECOND,
    5 * SECOND,
    10 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    7 * DAY,
];

/// More buckets than this and the step must grow.
pub const MOST: usize = 180;

impl Series {
    /// Buckets that cover `start..=end`, at most [`MOST`] of them and none narrower than `least`.
    pub fn covering(start: Stamp, end: Stamp, least: i64) -> Self {
        let step = Self::step_for(end.0 - start.0, least);
        let start = start.floor(step);
        let count = ((end.0 - start.0).div_euclid(step) + 1).max(1) as usize;
        Self { start, step, buckets: vec![Bucket::default(); count] }
    }

    /// The width of the buckets of so many milliseconds.
    pub fn step_for(span: i64, least: i64) -> i64 {
        let span = span.max(1);
        let fits = |step: &&i64| **step >= least && (span / **step) < MOST as i64 - 1;
        let widest = || 7 * DAY * (span / (7 * DAY * (MOST as i64 - 2)) + 1);
        STEPS.iter().find(fits).copied().unwrap_or_else(widest)
    }

    pub fn end(&self) -> Stamp {
        self.start.plus(self.step * self.buckets.len() as i64)
    }

    /// The bucket of a moment; `None` before the first.
    pub fn index(&self, at: Stamp) -> Option<usize> {
        (self.step > 0 && at >= self.start).then(|| ((at.0 - self.start.0) / self.step) as usize)
    }

    /// The moment a bucket begins.
    pub fn time(&self, index: usize) -> Stamp {
        self.start.plus(self.step * index as i64)
    }

    /// The bucket the call was counted in; `None` where it found none. Calls beyond the end grow the series by up to
    /// [`MOST`] buckets.
    pub fn count(&mut self, call: &Facts, sign: Sign) -> Option<usize> {
        let index = self.index(call.at)?;
        if index >= self.buckets.len() {
            if index >= self.buckets.len() + MOST || index >= 2 * MOST {
                return None;
            }
            self.buckets.resize_with(index + 1, Bucket::default);
        }
        self.buckets[index].count(call, sign);
        Some(index)
    }

    /// Adds a series of the same geometry.
    pub fn merge(&mut self, other: &Self) {
        if self.buckets.len() < other.buckets.len() {
            self.buckets.resize_with(other.buckets.len(), Bucket::default);
        }
        for (mine, theirs) in self.buckets.iter_mut().zip(&other.buckets) {
            mine.merge(theirs);
        }
    }

    pub fn peak_cost(&self) -> Usd {
        self.buckets.iter().map(|bucket| bucket.cost).max().unwrap_or_default()
    }

    /// How the width reads: `minute`, `5 min`, `hour`, `day`.
    pub fn step_words(&self) -> String {
        let step = self.step;
        let unit = |unit: i64, one: &str, many: &str| {
            let count = step / unit;
            if count == 1 { one.to_owned() } else { format!("{count} {many}") }
        };
        if step >= DAY {
            unit(DAY, "day", "days")
        } else if step >= HOUR {
            unit(HOUR, "hour", "h")
        } else if step >= MINUTE {
            unit(MINUTE, "minute", "min")
        } else {
            unit(SECOND, "second", "s")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_covers_its_span_with_a_width_people_read() {
        let now = Stamp(1_763_900_000_000);
        for (span, step) in
            [(HOUR, MINUTE), (DAY, 10 * MINUTE), (7 * DAY, HOUR), (30 * DAY, 6 * HOUR), (400 * DAY, 7 * DAY)]
        {
            let series = Series::covering(now.minus(span), now, MINUTE);
            assert_eq!(series.step, step, "{span}");
            assert!(series.buckets.len() <= MOST && series.start <= now.minus(span) && series.end() > now);
        }
    }

    #[test]
    fn a_very_long_history_still_fits() {
        let series = Series::covering(Stamp(0), Stamp(200 * 365 * DAY), MINUTE);
        assert!(series.buckets.len() <= MOST, "{}", series.buckets.len());
    }
}
