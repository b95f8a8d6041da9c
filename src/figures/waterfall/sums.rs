//! What is summed of the calls of a model in one span.

use crate::model::{Stamp, Status, Usage, Usd};
use crate::store::Row;

/// Kinds of tokens that have rates of their own, as bills name them: what was shown comes first.
pub const KINDS: [&str; 5] = ["input", "cache read", "cache write", "cache write 1h", "output"];
/// How many of them were shown to the model.
pub const SHOWN: usize = 4;

pub fn by_kind(usage: &Usage) -> [u64; KINDS.len()] {
    [usage.input, usage.cache_read, usage.cache_write_5m, usage.cache_write_1h, usage.output]
        .map(|tokens| u64::from(tokens.unwrap_or(0)))
}

/// How a call's tokens are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    ByKind,
    /// Only their sum.
    Sum,
    Nothing,
}

impl Told {
    pub fn of(usage: &Usage) -> Self {
        match usage.total() {
            Some(_) if usage.has_parts() => Self::ByKind,
            Some(_) => Self::Sum,
            None => Self::Nothing,
        }
    }
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Sums {
    pub calls: u64,
    pub unpriced: u64,
    /// Calls whose cost is known; what follows is of them.
    pub priced: u64,
    pub cost: Usd,
    /// Those that a model had to answer; what follows is of them.
    pub served: u64,
    /// Those whose tokens are known by kind, and those of which at least the sum is.
    pub parted: u64,
    pub counted: u64,
    pub tokens: [u64; KINDS.len()],
    pub total: u64,
    /// The last call that has tokens of a kind: its moment, what tells it from others of the moment, and its row.
    pub last: [Option<(Stamp, u64, u32)>; KINDS.len()],
}

impl Sums {
    pub fn count(&mut self, row: Row<'_>) {
        self.calls += 1;
        let Some(cost) = row.cost() else {
            self.unpriced += u64::from(row.cost_source() == crate::model::CostSource::Unpriced);
            return;
        };
        self.priced += 1;
        self.cost += cost;
        if row.status() == Status::Cached {
            return;
        }
        self.served += 1;
        let usage = row.usage();
        if let Some(total) = usage.total() {
            self.counted += 1;
            self.total += total;
        }
        if !usage.has_parts() {
            return;
        }
        self.parted += 1;
        // Not by the row's number: that depends on which file was read first.
        let here = Some((row.at(), row.fingerprint(), row.index));
        for ((sum, last), tokens) in self.tokens.iter_mut().zip(&mut self.last).zip(by_kind(&usage)) {
            *sum += tokens;
            if tokens > 0 {
                *last = here.max(*last);
            }
        }
    }

    pub fn merge(&mut self, other: &Self) {
        self.calls += other.calls;
        self.unpriced += other.unpriced;
        self.priced += other.priced;
        self.cost += other.cost;
        self.served += other.served;
        self.parted += other.parted;
        self.counted += other.counted;
        self.total += other.total;
        for ((sum, last), (tokens, other)) in
            self.tokens.iter_mut().zip(&mut self.last).zip(other.tokens.iter().zip(&other.last))
        {
            *sum += tokens;
            *last = (*last).max(*other);
        }
    }
}
