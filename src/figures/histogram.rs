//! How sure the router was, and what came of it.

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

/// The distribution of said confidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Confidence {
    pub coarse: [u64; 4],
    pub fine: [Bin; FINE],
}

impl Confidence {
    pub fn count(&mut self, call: &Facts, sign: Sign) {
        let Some(said) = call.confidence else { return };
        let coarse = COARSE.iter().position(|(_, edge)| said < *edge).unwrap_or(COARSE.len() - 1);
        sign.apply(&mut self.coarse[coarse], 1);
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
}
