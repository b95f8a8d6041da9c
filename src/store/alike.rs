//! Calls that may be one: told by different sources at about the same time, of the same model, with the same tokens. That
//! is too little to count them once, and enough to be shown.

use super::{Row, Store};
use crate::model::Stamp;

/// How far apart the two moments may be, in milliseconds, beside the time that the call took: one log notes when it
/// began, another when it ended.
const APART: i64 = 5_000;

/// More than this says that the log repeats itself, and not which call is meant.
const MOST: usize = 4;

impl Store {
    /// Rows of other sources that may tell this call again, the nearest in time first.
    pub fn alike(&self, row: u32) -> Vec<u32> {
        let Some(call) = self.get(row).filter(|call| call.usage().total().is_some_and(|total| total > 0)) else {
            return Vec::new();
        };
        let reach = |row: Row<'_>| APART + row.took().map_or(0, |nanos| (nanos / 1_000_000) as i64);
        let apart = |row: Row<'_>| (row.at().0 - call.at().0).abs();
        // What took longer began earlier: the other call's own time is looked at below.
        let (since, until) = (Stamp(call.at().0 - reach(call) - HOUR), Stamp(call.at().0 + reach(call) + HOUR));
        let mut found: Vec<Row<'_>> = self
            .segments()
            .iter()
            .enumerate()
            .filter(|(_, segment)| segment.earliest <= until && segment.latest >= since)
            .flat_map(|(at, _)| self.rows_of(at))
            .filter(|other| apart(*other) <= reach(call).max(reach(*other)) && looks_like(call, *other))
            .collect();
        found.sort_by_key(|other| (apart(*other), other.id()));
        found.iter().take(MOST).map(|other| other.index).collect()
    }
}

/// Whether two rows of different sources may be one call.
pub fn is_alike(one: Row<'_>, other: Row<'_>) -> bool {
    is_beside(one, other) && looks_like(one, other)
}

/// Whether two rows of different sources may be one call of which they name different models.
pub fn is_alike_but_for_model(one: Row<'_>, other: Row<'_>) -> bool {
    is_beside(one, other) && counts_like(one, other)
}

fn is_beside(one: Row<'_>, other: Row<'_>) -> bool {
    let reach = |row: Row<'_>| APART + row.took().map_or(0, |nanos| (nanos / 1_000_000) as i64);
    (one.at().0 - other.at().0).abs() <= reach(one).max(reach(other))
}

/// No call takes longer.
const HOUR: i64 = 3_600_000;

fn looks_like(call: Row<'_>, other: Row<'_>) -> bool {
    counts_like(call, other) && call.model().zip(other.model()).is_some_and(|(one, two)| is_same_model(one, two))
}

fn counts_like(call: Row<'_>, other: Row<'_>) -> bool {
    let (one, two) = (call.usage(), other.usage());
    let outputs_agree = one.output.is_none() || two.output.is_none() || one.output == two.output;
    other.source() != call.source() && other.counts() && one.total() == two.total() && outputs_agree
}

/// One may carry its provider, or its date: `openai/gpt-4o` and `gpt-4o-2024-08-06`.
pub fn is_same_model(one: &str, two: &str) -> bool {
    let bare = |name: &str| name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    let (one, two) = (bare(one), bare(two));
    let (short, long) = if one.len() <= two.len() { (&one, &two) } else { (&two, &one) };
    long.strip_prefix(short.as_str()).is_some_and(|rest| {
        rest.is_empty() || rest.starts_with('-') && rest.chars().all(|char| char.is_ascii_digit() || char == '-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_may_carry_its_provider_or_its_date() {
        assert!(is_same_model("openai/gpt-4o", "gpt-4o-2024-08-06"));
        assert!(is_same_model("claude-sonnet-4-5-20250929", "anthropic/claude-sonnet-4-5"));
        assert!(!is_same_model("gpt-4o", "gpt-4o-mini"));
        assert!(!is_same_model("gpt-4", "gpt-4o"));
    }
}
