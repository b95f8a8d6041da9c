//! Quantiles that can be added to and taken from: exact for a few values, within 0.4 % for many.

/// Up to this many values are kept as they are.
const EXACT: usize = 512;
/// Sub-buckets an octave beyond that: each is 1/128 wide, and its middle is answered.
const SUB_BITS: u32 = 7;

/// Durations in nanoseconds, or any other positive amount.
#[derive(Debug, Clone, Default)]
pub struct Quantiles {
    sum: u128,
    count: u64,
    values: Vec<u64>,
    /// Counts by log-linear bucket, once there are too many values to keep.
    buckets: Vec<u32>,
}

impl Quantiles {
    pub fn add(&mut self, value: u64) {
        self.sum += u128::from(value);
        self.count += 1;
        if self.buckets.is_empty() {
            self.values.push(value);
            if self.values.len() > EXACT {
                for value in std::mem::take(&mut self.values) {
                    self.bump(value);
                }
            }
        } else {
            self.bump(value);
        }
    }

    /// Takes back a value that was added.
    pub fn remove(&mut self, value: u64) {
        self.sum = self.sum.saturating_sub(u128::from(value));
        self.count = self.count.saturating_sub(1);
        if self.buckets.is_empty() {
            if let Some(at) = self.values.iter().position(|kept| *kept == value) {
                self.values.swap_remove(at);
            }
        } else if let Some(count) = self.buckets.get_mut(bucket(value)) {
            *count = count.saturating_sub(1);
        }
    }

    pub fn merge(&mut self, other: &Self) {
        if other.buckets.is_empty() {
            for value in &other.values {
                self.add(*value);
            }
            return;
        }
        for value in std::mem::take(&mut self.values) {
            self.bump(value);
        }
        if self.buckets.len() < other.buckets.len() {
            self.buckets.resize(other.buckets.len(), 0);
        }
        for (mine, theirs) in self.buckets.iter_mut().zip(&other.buckets) {
            *mine += theirs;
        }
        self.sum += other.sum;
        self.count += other.count;
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    pub fn sum(&self) -> u128 {
        self.sum
    }

    /// `None` without values.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / self.count as f64)
    }

    /// The smallest value that at least the share `q` (0 to 1) of all values does not exceed (nearest rank).
    pub fn at(&self, q: f64) -> Option<u64> {
        if self.count == 0 {
            return None;
        }
        let rank = ((q * self.count as f64).ceil() as u64).clamp(1, self.count);
        if self.buckets.is_empty() {
            let mut values = self.values.clone();
            let (_, value, _) = values.select_nth_unstable(rank as usize - 1);
            return Some(*value);
        }
        let mut seen = 0;
        self.buckets.iter().enumerate().find_map(|(index, count)| {
            seen += u64::from(*count);
            (seen >= rank).then(|| middle(index))
        })
    }

    /// How many values are not above `limit`. Of many values those within 0.4 % of it may stand on either side.
    pub fn at_most(&self, limit: u64) -> u64 {
        if self.buckets.is_empty() {
            return self.values.iter().filter(|value| **value <= limit).count() as u64;
        }
        let below = (0..self.buckets.len()).take_while(|index| middle(*index) <= limit);
        below.map(|index| u64::from(self.buckets[index])).sum()
    }

    fn bump(&mut self, value: u64) {
        let index = bucket(value);
        if self.buckets.len() <= index {
            self.buckets.resize(index + 1, 0);
        }
        self.buckets[index] += 1;
    }
}

/// Values below 2⁸ have a bucket each; above, 128 buckets an octave.
fn bucket(value: u64) -> usize {
    // Microseconds are fine enough for a call, and keep the table short.
    let value = value / 1_000;
    if value < 1 << (SUB_BITS + 1) {
        return value as usize;
    }
    let octave = value.ilog2();
    let shift = octave - SUB_BITS;
    ((shift as usize) << SUB_BITS) + (value >> shift) as usize
}

fn middle(index: usize) -> u64 {
    if index < 1 << (SUB_BITS + 1) {
        return index as u64 * 1_000;
    }
    let shift = (index >> SUB_BITS) - 1;
    let low = ((index as u64 & ((1 << SUB_BITS) - 1)) + (1 << SUB_BITS)) << shift;
    (low + (1 << shift) / 2) * 1_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_are_exact_by_nearest_rank() {
        let mut times = Quantiles::default();
        for value in [40, 10, 30, 20] {
            times.add(value);
        }
        assert_eq!(
            [times.at(0.5), times.at(0.75), times.at(0.95), times.at(0.0)],
            [Some(20), Some(30), Some(40), Some(10)]
        );
        times.remove(10);
        assert_eq!(times.at(0.5), Some(30));
        assert_eq!(Quantiles::default().at(0.5), None);
    }

    #[test]
    fn values_up_to_a_limit_are_counted_the_limit_included() {
        let mut times = Quantiles::default();
        for value in 1..=400_u64 {
            times.add(value * 1_000_000);
        }
        assert_eq!([0, 10_000_000, 10_999_999, u64::MAX].map(|limit| times.at_most(limit)), [0, 10, 10, 400]);
        for value in 401..=4_000_u64 {
            times.add(value * 1_000_000);
        }
        let told = times.at_most(2_000_000_000);
        assert!(told.abs_diff(2_000) <= 8, "{told}: 0.4 % of 2,000");
        assert_eq!(times.at_most(u64::MAX), times.count());
    }

    #[test]
    fn many_values_are_within_half_a_percent() {
        let mut times = Quantiles::default();
        let mut exact: Vec<u64> = (0..50_000_u64).map(|n| 300_000_000 + (n * n * 7_919) % 40_000_000_000).collect();
        for value in &exact {
            times.add(*value);
        }
        exact.sort_unstable();
        for q in [0.01, 0.5, 0.95, 0.99] {
            let truth = exact[(q * exact.len() as f64).ceil() as usize - 1] as f64;
            let told = times.at(q).unwrap() as f64;
            assert!((told - truth).abs() / truth < 0.005, "{q}: {told} against {truth}");
        }
    }

    #[test]
    fn a_merge_is_the_same_as_adding_all() {
        let (mut a, mut b, mut all) = (Quantiles::default(), Quantiles::default(), Quantiles::default());
        for n in 0..2_000_u64 {
            let value = n * 1_234_567;
            if n % 3 == 0 {
                a.add(value);
            } else {
                b.add(value);
            }
            all.add(value);
        }
        a.merge(&b);
        assert_eq!([a.at(0.5), a.at(0.99)], [all.at(0.5), all.at(0.99)]);
        assert_eq!((a.sum(), a.count()), (all.sum(), all.count()));
    }

    #[test]
    fn every_bucket_holds_its_own_middle() {
        for value in [0, 1_000, 255_000, 256_000, 1_000_000, 356_000_000, 3_600_000_000_000] {
            let index = bucket(value);
            assert_eq!(bucket(middle(index)), index, "{value}");
        }
    }
}
