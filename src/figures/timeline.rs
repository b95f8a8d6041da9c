//! Sums by minute and by hour, of which any span is put together in a step an hour. Budgets and objectives are kept in
//! these: a call costs one entry, and time that moves on only drops the hours that nobody asks about any more.

use std::collections::BTreeMap;

use super::ledger::{Hour, hour_of};
use crate::model::Stamp;
use crate::model::time::{HOUR, MINUTE};

/// What is summed.
pub trait Sum: Default {
    fn merge(&mut self, other: &Self);
    /// Whether no call is in it.
    fn is_empty(&self) -> bool;
}

/// An hour, and its minutes that have calls.
#[derive(Debug, Clone, Default, PartialEq)]
struct Step<T> {
    sum: T,
    minutes: Vec<(u8, T)>,
}

/// See the module.
#[derive(Debug, Clone, PartialEq)]
pub struct Timeline<T> {
    /// Milliseconds that are kept before now.
    kept: i64,
    /// The first hour that is kept.
    first: Hour,
    hours: BTreeMap<Hour, Step<T>>,
}

impl<T: Sum> Timeline<T> {
    pub fn new(kept: i64, now: Stamp) -> Self {
        Self { kept, first: hour_of(now.minus(kept)), hours: BTreeMap::new() }
    }

    /// The first moment that is kept.
    pub fn start(&self) -> Stamp {
        Stamp(self.first * HOUR)
    }

    /// Adds a call of that moment to the sums, or takes it back.
    pub fn change(&mut self, at: Stamp, by: impl Fn(&mut T)) {
        let hour = hour_of(at);
        if hour < self.first {
            return;
        }
        let step = self.hours.entry(hour).or_default();
        by(&mut step.sum);
        let minute = (at.0.rem_euclid(HOUR) / MINUTE) as u8;
        // Most calls are of the last minute there is.
        let place = step.minutes.iter().rposition(|(known, _)| *known == minute).unwrap_or_else(|| {
            step.minutes.push((minute, T::default()));
            step.minutes.len() - 1
        });
        by(&mut step.minutes[place].1);
    }

    /// Drops what is too old by then. A clock that goes back brings nothing back.
    pub fn advance(&mut self, now: Stamp) {
        let first = hour_of(now.minus(self.kept));
        if first > self.first {
            self.first = first;
            self.hours = self.hours.split_off(&first);
        }
    }

    /// The sum of the minutes that begin in a span, its end exclusive.
    pub fn sum(&self, from: Stamp, to: Stamp) -> T {
        let (from, to) = (from.floor(MINUTE), to);
        let mut sum = T::default();
        if from >= to {
            return sum;
        }
        for (hour, step) in self.hours.range(hour_of(from)..=hour_of(to.minus(1))) {
            let start = Stamp(hour * HOUR);
            if from <= start && start.plus(HOUR) <= to {
                sum.merge(&step.sum);
                continue;
            }
            for (minute, part) in &step.minutes {
                let at = start.plus(i64::from(*minute) * MINUTE);
                if from <= at && at < to {
                    sum.merge(part);
                }
            }
        }
        sum
    }

    /// Hours that have calls, oldest first.
    pub fn hours(&self) -> impl Iterator<Item = (Hour, &T)> {
        self.hours.iter().filter(|(_, step)| !step.sum.is_empty()).map(|(hour, step)| (*hour, &step.sum))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone, Copy, Default, PartialEq)]
    struct Count(i64);

    impl Sum for Count {
        fn merge(&mut self, other: &Self) {
            self.0 += other.0;
        }

        fn is_empty(&self) -> bool {
            self.0 == 0
        }
    }

    proptest! {
        #[test]
        fn a_span_is_the_sum_of_its_minutes(
            at in prop::collection::vec(0i64..20_000, 0..80),
            from in 0i64..20_000,
            length in 0i64..20_000,
        ) {
            let mut timeline = Timeline::new(40 * 24 * HOUR, Stamp(0));
            // Seconds of a few hours: 20,000 are five and a half.
            for second in &at {
                timeline.change(Stamp(second * 1_000), |sum: &mut Count| sum.0 += 1);
            }
            let (from, to) = (Stamp(from * 1_000).floor(MINUTE), Stamp((from + length) * 1_000).floor(MINUTE));
            let inside = |second: &&i64| from.0 <= **second * 1_000 && **second * 1_000 < to.0;
            prop_assert_eq!(timeline.sum(from, to).0, at.iter().filter(inside).count() as i64);
        }
    }

    #[test]
    fn what_is_too_old_is_dropped_and_does_not_come_back() {
        let now = Stamp(1_000 * HOUR);
        let mut timeline = Timeline::new(10 * HOUR, now);
        let add = |timeline: &mut Timeline<Count>, ago: i64| timeline.change(now.minus(ago), |sum| sum.0 += 1);
        add(&mut timeline, 11 * HOUR);
        add(&mut timeline, 9 * HOUR);
        add(&mut timeline, 0);
        assert_eq!(timeline.hours().count(), 2);
        timeline.advance(now.plus(5 * HOUR));
        add(&mut timeline, 9 * HOUR);
        assert_eq!(timeline.hours().map(|(hour, _)| hour).collect::<Vec<_>>(), [1_000]);
        timeline.change(now, |sum| sum.0 -= 1);
        assert_eq!(timeline.hours().count(), 0, "a call that was taken back is in no hour");
    }
}
