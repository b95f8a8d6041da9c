//! How often each value occurs among the selected calls and among the rest, in bounded memory whatever a field holds.

use crate::model::quick::QuickMap;

/// Values of a field that are followed on each side. What holds more than a thousandth of a side is among them.
const FOLLOWED: usize = 1_000;

/// The most frequent of any number of values: counts that are too small by at most a thousandth of all, and exact where
/// no more than [`FOLLOWED`] values came. Source: J. Misra and D. Gries, Finding repeated elements (1982).
#[derive(Debug, Clone, Default)]
pub struct Frequent {
    counts: QuickMap<u32, u64>,
    /// The value that came last and how often in a row, not counted yet: neighbours in a log are alike.
    run: (u32, u64),
    /// Whether there were too many values to follow.
    pub lossy: bool,
}

impl Frequent {
    #[inline]
    pub fn count(&mut self, value: u32, times: u64) {
        if self.run.0 == value {
            self.run.1 += times;
            return;
        }
        let (last, run) = std::mem::replace(&mut self.run, (value, times));
        self.add(last, run);
    }

    fn add(&mut self, value: u32, mut times: u64) {
        while times > 0 {
            if let Some(count) = self.counts.get_mut(&value) {
                *count += times;
                return;
            }
            if self.counts.len() < FOLLOWED {
                self.counts.insert(value, times);
                return;
            }
            // Everyone pays until one who cannot leaves: who is frequent outlives that.
            self.lossy = true;
            let paid = self.counts.values().copied().min().unwrap_or(0).min(times);
            times -= paid;
            self.counts.retain(|_, count| {
                *count -= paid;
                *count > 0
            });
        }
    }

    pub fn merge(&mut self, other: &Self) {
        for (value, count) in other.counts.iter().map(|(value, count)| (*value, *count)).chain([other.run]) {
            self.add(value, count);
        }
        self.lossy |= other.lossy;
    }

    /// The values and how often they came, in no order.
    pub fn counted(mut self) -> QuickMap<u32, u64> {
        let (last, run) = std::mem::take(&mut self.run);
        self.add(last, run);
        self.counts
    }
}

/// Steps an octave: each is 1/1024 wide, so that a distance of distributions moves by no more than what lies in one.
const SUB_BITS: u32 = 10;

/// Numbers of either side by the steps of one scale: below 2048 each number has its own.
#[derive(Debug, Clone, Default)]
pub struct Spread {
    steps: Vec<[u32; 2]>,
    pub known: [u64; 2],
}

impl Spread {
    #[inline]
    pub fn count(&mut self, value: u64, side: usize) {
        let step = step_of(value);
        if self.steps.len() <= step {
            self.steps.resize(step + 1, [0; 2]);
        }
        self.steps[step][side] += 1;
        self.known[side] += 1;
    }

    pub fn merge(&mut self, other: &Self) {
        if self.steps.len() < other.steps.len() {
            self.steps.resize(other.steps.len(), [0; 2]);
        }
        for (mine, theirs) in self.steps.iter_mut().zip(&other.steps) {
            *mine = [mine[0] + theirs[0], mine[1] + theirs[1]];
        }
        self.known = [self.known[0] + other.known[0], self.known[1] + other.known[1]];
    }

    /// The counts of both sides by step, the least first.
    pub fn steps(&self) -> impl Iterator<Item = [u64; 2]> + Clone + '_ {
        self.steps.iter().map(|step| step.map(u64::from))
    }

    /// The middle value of a side: the smallest that half of its values do not exceed.
    pub fn median(&self, side: usize) -> Option<u64> {
        self.at(0.5, |step| u64::from(step[side]), self.known[side])
    }

    fn at(&self, share: f64, count: impl Fn(&[u32; 2]) -> u64, all: u64) -> Option<u64> {
        let rank = ((share * all as f64).ceil() as u64).clamp(1, all.max(1));
        let mut seen = 0;
        let step = self.steps.iter().position(|step| {
            seen += count(step);
            seen >= rank
        })?;
        Some(middle(step))
    }

    /// Both sides in so many bins of equal width between the first and the last hundredth of all, and the ends; what
    /// lies beyond is in the outer bins. The scale is logarithmic where the ends are far apart.
    pub fn bins(&self, many: usize) -> Option<(Vec<[u64; 2]>, [u64; 2])> {
        let all = self.known[0] + self.known[1];
        let both = |step: &[u32; 2]| u64::from(step[0]) + u64::from(step[1]);
        let ends = [self.at(0.01, both, all)?, self.at(0.99, both, all)?];
        let is_wide = ends[1] / 10 >= ends[0].max(1);
        let scale = |value: u64| if is_wide { (value.max(1) as f64).ln() } else { value as f64 };
        let (from, to) = (scale(ends[0]), scale(ends[1]));
        let mut bins = vec![[0; 2]; many];
        for (step, counts) in self.steps().enumerate().filter(|(_, counts)| *counts != [0, 0]) {
            let share = if to > from { (scale(middle(step)) - from) / (to - from) } else { 0.5 };
            let bin = &mut bins[((share * many as f64).max(0.0) as usize).min(many - 1)];
            *bin = [bin[0] + counts[0], bin[1] + counts[1]];
        }
        Some((bins, ends))
    }
}

fn step_of(value: u64) -> usize {
    if value < 2 << SUB_BITS {
        return value as usize;
    }
    let shift = value.ilog2() - SUB_BITS;
    ((shift as usize) << SUB_BITS) + (value >> shift) as usize
}

/// The first value of a step.
pub fn floor_of(step: usize) -> u64 {
    let shift = (step >> SUB_BITS).saturating_sub(1) as u32;
    let shift = shift.min(u64::BITS - SUB_BITS - 1);
    ((step - ((shift as usize) << SUB_BITS)) as u64) << shift
}

fn middle(step: usize) -> u64 {
    let floor = floor_of(step);
    floor + (floor_of(step + 1).saturating_sub(floor).saturating_sub(1)) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_frequent_is_found_among_any_number_of_values() {
        let mut sides = [Frequent::default(), Frequent::default()];
        for nth in 0..200_000_u32 {
            sides[(nth % 2) as usize].count(if nth % 50 < 2 { 7 } else { 1_000 + nth }, 1);
        }
        let [mut all, other] = sides;
        all.merge(&other);
        assert!(all.lossy && all.counts.len() <= FOLLOWED);
        let seven = all.counted()[&7];
        assert!((8_000 - 2 * 200..=8_000).contains(&seven), "{seven}");
    }

    #[test]
    fn few_values_are_counted_exactly() {
        let mut some = Frequent::default();
        for (value, times) in [(3, 1), (3, 2), (0, 4), (3, 1)] {
            some.count(value, times);
        }
        let lossy = some.lossy;
        let mut counts: Vec<_> = some.counted().into_iter().collect();
        counts.sort_unstable();
        assert_eq!((counts, lossy), (vec![(0, 4), (3, 4)], false));
    }

    #[test]
    fn steps_join_without_gap() {
        for value in (0..5_000).chain([1 << 20, (1 << 40) + 12_345, u64::MAX >> 1, u64::MAX]) {
            let step = step_of(value);
            let floor = floor_of(step);
            assert!(floor <= value && value - floor <= value >> SUB_BITS, "{value} in {floor}");
            assert_eq!(step_of(floor), step);
            assert!(step == 0 || step_of(floor - 1) == step - 1, "{value}");
        }
    }
}
