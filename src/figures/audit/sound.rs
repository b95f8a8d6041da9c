//! Values that no call can have.

use crate::model::{Odd, Usage};
use crate::store::Row;

/// What is wrong with a record, taken by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unsound {
    Backwards,
    OverCached,
    Negative,
    /// The logged total is no sum of the parts.
    Total,
    /// More tokens were thought than were answered, thoughts included.
    Reasoning,
    /// The first token came after the last.
    FirstToken,
}

impl Unsound {
    /// What such a call does: `ends before it starts`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Backwards => "ends before it starts",
            Self::OverCached => "read more from the cache than its prompt holds",
            Self::Negative => "has a negative number of tokens",
            Self::Total => "has a total that is not the sum of its parts",
            Self::Reasoning => "has more reasoning tokens than output",
            Self::FirstToken => "has its first token after its end",
        }
    }
}

/// The first thing that is wrong with a row.
pub(super) fn unsound(row: Row<'_>) -> Option<Unsound> {
    let usage = row.usage();
    match row.flags().odd() {
        Odd::Backwards => return Some(Unsound::Backwards),
        Odd::OverCached => return Some(Unsound::OverCached),
        Odd::Negative => return Some(Unsound::Negative),
        Odd::None => {}
    }
    // A millisecond is rounding.
    let late = |(first, took): (u64, u64)| first > took + 1_000_000;
    if row.about().is_empty() && row.first_token().zip(row.took()).is_some_and(late) {
        return Some(Unsound::FirstToken);
    }
    if is_wrong_total(&usage) {
        return Some(Unsound::Total);
    }
    // Where reasoning is beside the output it may well be the larger part; within it never.
    let whole = usage.total_logged.is_some_and(|total| u64::from(total) == parts(&usage));
    (whole && usage.output.is_some() && usage.reasoning > usage.output).then_some(Unsound::Reasoning)
}

fn parts(usage: &Usage) -> u64 {
    usage.prompt() + u64::from(usage.output.unwrap_or(0))
}

/// Whether a total is no sum of the parts in any of the ways that logs add up: with or without what was read from or
/// written to a cache, with reasoning inside the output or beside it.
fn is_wrong_total(usage: &Usage) -> bool {
    let (Some(total), true) = (usage.total_logged, usage.input.is_some() && usage.output.is_some()) else {
        return false;
    };
    let (read, written) = (u64::from(usage.cache_read.unwrap_or(0)), usage.cache_write().unwrap_or(0));
    let reasoning = u64::from(usage.reasoning.unwrap_or(0));
    let all = parts(usage);
    let without = [all, all - read, all - written, all - read - written];
    !without.into_iter().any(|sum| [sum, sum + reasoning, sum.saturating_sub(reasoning)].contains(&u64::from(total)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_may_be_added_up_in_more_ways_than_one() {
        let usage = Usage {
            input: Some(100),
            cache_read: Some(80),
            cache_write_5m: Some(7),
            output: Some(20),
            reasoning: Some(5),
            ..Usage::default()
        };
        for (total, wrong) in
            [(207, false), (127, false), (120, false), (212, false), (202, false), (206, true), (0, true)]
        {
            assert_eq!(is_wrong_total(&Usage { total_logged: Some(total), ..usage }), wrong, "{total}");
        }
        let alone = Usage { total_logged: Some(9), ..Usage::default() };
        assert!(!is_wrong_total(&alone), "a total alone is the sum of unknown parts");
    }
}
