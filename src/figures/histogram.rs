//! How sure the router was, and what came of it.

use super::calibration::Score;
use super::interval::{Rate, told};
use super::stats::{Facts, Sign};
use crate::model::Status;

/// One bin of confidence by what came of its calls. The three do not overlap: an override outranks a failure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bin {
    pub kept: u64,
    pub overridden: u64,
    pub failed: u64,
    /// Of the kept ones, those whose outcome is not known.
    pub open: u64,
    /// The sum of what was said of the others, in billionths.
    pub said: u64,
}

impl Bin {
    pub fn calls(&self) -> u64 {
        self.kept + self.overridden + self.failed
    }

    /// Calls that came out right: neither failed nor overridden, and their outcome is known.
    pub fn right(&self) -> u64 {
        self.kept.saturating_sub(self.open)
    }

    /// Calls whose outcome is known.
    pub fn judged(&self) -> u64 {
        self.right() + self.overridden + self.failed
    }

    /// The share of the judged calls that failed or were overridden; `None` where they are too few.
    pub fn wrong(&self) -> Option<Rate> {
        told(self.overridden + self.failed, self.judged())
    }

    /// What was said of the judged calls on average, 0 to 1.
    pub fn mean_said(&self) -> Option<f64> {
        (self.judged() > 0).then(|| self.said as f64 / (self.judged() as f64 * 1e9))
    }

    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            kept: self.kept + other.kept,
            overridden: self.overridden + other.overridden,
            failed: self.failed + other.failed,
            open: self.open + other.open,
            said: self.said + other.said,
        }
    }
}

/// Bins of width 0.05.
pub const FINE: usize = 20;
/// The seed's four buckets, `[0, 0.5) [0.5, 0.7) [0.7, 0.9) [0.9, 1]`, by name and upper edge in billionths.
pub const COARSE: [(&str, u32); 4] =
    [("0.0-0.5", 500_000_000), ("0.5-0.7", 700_000_000), ("0.7-0.9", 900_000_000), ("0.9-1.0", u32::MAX)];

/// How wide bins are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Bins {
    /// The seed's four buckets.
    Four,
    #[default]
    Ten,
    Twenty,
}

impl Bins {
    /// From the widest to the finest.
    pub const ALL: [Self; 3] = [Self::Four, Self::Ten, Self::Twenty];

    /// Where each begins, in twentieths, and where the last one ends.
    fn edges(self) -> &'static [usize] {
        const TWENTIETHS: [usize; FINE + 1] =
            [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, FINE];
        match self {
            Self::Four => &[0, 10, 14, 18, FINE],
            Self::Ten => &[0, 2, 4, 6, 8, 10, 12, 14, 16, 18, FINE],
            Self::Twenty => &TWENTIETHS,
        }
    }

    pub fn count(self) -> usize {
        self.edges().len() - 1
    }

    /// From and to, in hundredths; the last one holds its end as well.
    pub fn range(self, nth: usize) -> (u32, u32) {
        let edges = self.edges();
        let edge = |at: usize| edges[at.min(edges.len() - 1)] as u32 * 5;
        (edge(nth.min(edges.len() - 2)), edge(nth + 1))
    }

    /// The bin that holds so many hundredths.
    pub fn holding(self, hundredths: u32) -> usize {
        (1..self.count()).take_while(|nth| self.range(*nth).0 <= hundredths).last().unwrap_or(0)
    }

    /// The bins of a distribution, the least sure first.
    pub fn of(self, confidence: &Confidence) -> Vec<Bin> {
        let sum =
            |ends: &[usize]| confidence.fine[ends[0]..ends[1]].iter().fold(Bin::default(), |all, bin| all.plus(*bin));
        self.edges().windows(2).map(sum).collect()
    }
}

/// The distribution of said confidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Confidence {
    pub coarse: [u64; 4],
    pub fine: [Bin; FINE],
}

impl Confidence {
    pub fn count(&mut self, call: &Facts, sign: Sign) {
        let Some(said) = call.confidence else { return };
        sign.apply(&mut self.coarse[coarse_bin(said)], 1);
        let bin = &mut self.fine[fine_bin(said)];
        let part = if call.overridden == Some(true) {
            &mut bin.overridden
        } else if call.status == Status::Error {
            &mut bin.failed
        } else {
            &mut bin.kept
        };
        sign.apply(part, 1);
        if call.is_judged() {
            sign.apply(&mut bin.said, u64::from(said));
        } else {
            sign.apply(&mut bin.open, 1);
        }
    }

    /// The distribution of scores: the same as if each of their calls had been counted.
    pub fn of(scores: &[Score]) -> Self {
        let mut all = Self::default();
        for score in scores {
            all.coarse[coarse_bin(score.said)] += score.calls();
            let bin = &mut all.fine[fine_bin(score.said)];
            *bin = bin.plus(Bin {
                kept: score.right + score.open,
                overridden: score.overridden,
                failed: score.wrong - score.overridden,
                open: score.open,
                said: u64::from(score.said) * score.judged(),
            });
        }
        all
    }

    pub fn calls(&self) -> u64 {
        self.coarse.iter().sum()
    }

    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.coarse.iter_mut().zip(other.coarse) {
            *mine += theirs;
        }
        for (mine, theirs) in self.fine.iter_mut().zip(other.fine) {
            *mine = mine.plus(theirs);
        }
    }

    /// Ten bins of width 0.1, for screens with less room.
    pub fn tenths(&self) -> [Bin; 10] {
        std::array::from_fn(|tenth| self.fine[tenth * 2].plus(self.fine[tenth * 2 + 1]))
    }
}

fn coarse_bin(billionths: u32) -> usize {
    COARSE.iter().position(|(_, edge)| billionths < *edge).unwrap_or(COARSE.len() - 1)
}

/// 1.0 belongs to the last bin.
fn fine_bin(billionths: u32) -> usize {
    ((billionths / 50_000_000) as usize).min(FINE - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_belong_to_the_bin_above() {
        for (billionths, bin) in [(0, 0), (49_999_999, 0), (50_000_000, 1), (900_000_000, 18), (1_000_000_000, 19)] {
            assert_eq!(fine_bin(billionths), bin);
        }
    }
    #[test]
    fn bins_of_any_width_cover_all_there_is_once() {
        for bins in Bins::ALL {
            assert_eq!((bins.range(0).0, bins.range(bins.count() - 1).1), (0, 100));
            for nth in 1..bins.count() {
                assert_eq!(bins.range(nth).0, bins.range(nth - 1).1);
                assert_eq!(bins.holding(bins.range(nth).0), nth);
                assert_eq!(bins.holding(bins.range(nth).0 - 1), nth - 1);
            }
            assert_eq!(bins.holding(100), bins.count() - 1);
        }
        let said = [0, 499_999_999, 500_000_000, 899_999_999, 900_000_000, 1_000_000_000];
        let scores: Vec<Score> = said.map(|said| Score { said, right: 1, ..Score::default() }).into();
        let all = Confidence::of(&scores);
        let calls = |bins: Bins| bins.of(&all).iter().map(Bin::calls).collect::<Vec<_>>();
        assert_eq!(calls(Bins::Four), all.coarse, "the seed's buckets are bins");
        assert_eq!(calls(Bins::Ten).iter().sum::<u64>(), 6);
    }

    #[test]
    fn a_rate_of_too_few_calls_is_not_told() {
        let bin = |kept, open| Bin { kept, open, failed: 1, ..Bin::default() };
        assert_eq!(bin(8, 0).wrong(), None);
        assert_eq!(bin(9, 0).wrong().map(|rate| rate.rate), Some(0.1));
        assert_eq!(bin(20, 15).wrong(), None, "what is open is not right");
    }
}
