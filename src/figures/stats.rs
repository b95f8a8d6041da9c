//! Sums over a set of calls, kept so that a call can be added and taken back.

use crate::model::{CostSource, Stamp, Status, Usage, Usd};
use crate::store::Row;

/// Sums of tokens by kind. `total` also holds logged totals whose parts are unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tokens {
    pub input: u64,
    pub cache_read: u64,
    /// What the models were shown in calls whose logs tell how much of it came from a cache: the base of its share.
    pub cache_base: u64,
    pub cache_write: u64,
    pub output: u64,
    /// Within `output`.
    pub reasoning: u64,
    pub total: u64,
    /// Calls that have a total: the base of an average.
    pub calls: u64,
    /// Of these, the ones whose input or output is known too.
    pub parted: u64,
}

impl Tokens {
    fn count(&mut self, usage: &Usage, total: u64, sign: Sign) {
        let part = |part: Option<u32>| u64::from(part.unwrap_or(0));
        sign.apply(&mut self.input, part(usage.input));
        sign.apply(&mut self.cache_read, part(usage.cache_read));
        sign.apply(&mut self.cache_base, usage.cache_read.map_or(0, |_| usage.prompt()));
        sign.apply(&mut self.cache_write, usage.cache_write().unwrap_or(0));
        sign.apply(&mut self.output, part(usage.output));
        sign.apply(&mut self.reasoning, part(usage.reasoning));
        sign.apply(&mut self.total, total);
        sign.apply(&mut self.calls, 1);
        sign.apply(&mut self.parted, u64::from(usage.has_parts()));
    }

    fn merge(&mut self, other: &Self) {
        self.input += other.input;
        self.cache_read += other.cache_read;
        self.cache_base += other.cache_base;
        self.cache_write += other.cache_write;
        self.output += other.output;
        self.reasoning += other.reasoning;
        self.total += other.total;
        self.parted += other.parted;
        self.calls += other.calls;
    }
}

/// A sum of nanoseconds and how many calls it is over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mean {
    pub sum: u128,
    pub calls: u64,
}

impl Mean {
    fn add(&mut self, value: Option<u64>, sign: Sign) {
        if let Some(value) = value {
            match sign {
                Sign::Plus => {
                    self.sum += u128::from(value);
                    self.calls += 1;
                }
                Sign::Minus => {
                    self.sum = self.sum.saturating_sub(u128::from(value));
                    self.calls = self.calls.saturating_sub(1);
                }
            }
        }
    }

    fn merge(&mut self, other: Self) {
        self.sum += other.sum;
        self.calls += other.calls;
    }

    /// `None` where no call has the value.
    pub fn mean(&self) -> Option<f64> {
        (self.calls > 0).then(|| self.sum as f64 / self.calls as f64)
    }
}

/// Whether a call is added or taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Plus,
    Minus,
}

impl Sign {
    #[inline]
    pub fn apply(self, sum: &mut u64, by: u64) {
        match self {
            Self::Plus => *sum += by,
            Self::Minus => *sum = sum.saturating_sub(by),
        }
    }

    #[inline]
    pub fn apply_usd(self, sum: &mut Usd, by: Usd) {
        match self {
            Self::Plus => *sum += by,
            Self::Minus => *sum -= by,
        }
    }
}

/// Calls whose log says what they would have cost with another model, and what both come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Routing {
    pub calls: u64,
    pub cost: Usd,
    pub baseline: Usd,
}

impl Routing {
    /// Negative where the choices have cost more.
    pub fn saved(&self) -> Usd {
        self.baseline - self.cost
    }
}

/// Everything that is summed for a group of calls, or for all of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stats {
    pub calls: u64,
    /// `logged + computed + estimated`.
    pub cost: Usd,
    pub logged: Usd,
    pub computed: Usd,
    pub estimated: Usd,
    /// What the API would have charged where a subscription may have paid: within `computed` and `estimated`.
    pub api_equivalent: Usd,
    /// What routers say that their choices saved.
    pub routing: Routing,
    /// Calls with tokens and no known price.
    pub unpriced: u64,
    /// Calls whose cost is known.
    pub priced: u64,
    pub tokens: Tokens,
    /// Calls by [`Status`], in the order of [`Status::ALL`].
    pub status: [u64; 4],
    /// Calls whose source says whether they were overridden.
    pub override_known: u64,
    pub overrides: u64,
    /// Billionths, over `confident` calls.
    pub confidence_sum: u64,
    pub confident: u64,
    /// Whose confidence it is.
    scale: Scale,
    pub took: Mean,
    pub processing: Mean,
}

/// Whose confidence was summed. It forgets none whose calls are taken back: until it is folded anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Scale {
    #[default]
    None,
    One(u16),
    Several,
}

impl Scale {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, scale) | (scale, Self::None) => scale,
            (one, other) if one == other => one,
            _ => Self::Several,
        }
    }
}

/// What is summed of one call, read from its row once and added to every group it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    pub at: Stamp,
    pub cost: Option<Usd>,
    pub cost_source: CostSource,
    pub saved: Option<Usd>,
    pub api_equivalent: bool,
    pub usage: Usage,
    pub total_tokens: Option<u64>,
    pub status: Status,
    pub overridden: Option<bool>,
    /// Billionths.
    pub confidence: Option<u32>,
    /// Whose confidence it is.
    pub scale: u16,
    /// Nanoseconds.
    pub took: Option<u64>,
    pub processing: Option<u64>,
}

impl Facts {
    pub fn of(row: Row<'_>) -> Self {
        let usage = row.usage();
        Self {
            at: row.at(),
            cost: row.cost(),
            cost_source: row.cost_source(),
            saved: row.saved(),
            api_equivalent: row.is_api_equivalent(),
            usage,
            total_tokens: usage.total(),
            status: row.status(),
            overridden: row.overridden(),
            confidence: row.confidence_billionths(),
            scale: row.scale(),
            took: row.took(),
            processing: row.processing(),
        }
    }

    /// Whether it is known how it came out. A person who chose another model has judged, whatever became of it; an answer
    /// from a cache says nothing of the router's choice.
    pub fn is_judged(&self) -> bool {
        self.overridden == Some(true) || matches!(self.status, Status::Success | Status::Error)
    }

    /// It succeeded and was not overridden.
    pub fn is_right(&self) -> bool {
        self.status == Status::Success && self.overridden != Some(true)
    }
}

impl Stats {
    pub fn count(&mut self, call: &Facts, sign: Sign) {
        sign.apply(&mut self.calls, 1);
        let cost = call.cost.unwrap_or_default();
        match call.cost_source {
            CostSource::Logged => sign.apply_usd(&mut self.logged, cost),
            CostSource::Computed => sign.apply_usd(&mut self.computed, cost),
            CostSource::Estimated => sign.apply_usd(&mut self.estimated, cost),
            CostSource::Unpriced => sign.apply(&mut self.unpriced, 1),
            CostSource::None => {}
        }
        if let Some(saved) = call.saved {
            sign.apply(&mut self.routing.calls, 1);
            sign.apply_usd(&mut self.routing.cost, cost);
            sign.apply_usd(&mut self.routing.baseline, cost + saved);
        }
        if call.api_equivalent {
            sign.apply_usd(&mut self.api_equivalent, cost);
        }
        if call.cost.is_some() {
            sign.apply_usd(&mut self.cost, cost);
            sign.apply(&mut self.priced, 1);
        }
        if let Some(total) = call.total_tokens {
            self.tokens.count(&call.usage, total, sign);
        }
        sign.apply(&mut self.status[call.status as usize], 1);
        if let Some(overridden) = call.overridden {
            sign.apply(&mut self.override_known, 1);
            sign.apply(&mut self.overrides, u64::from(overridden));
        }
        if let Some(said) = call.confidence {
            sign.apply(&mut self.confidence_sum, u64::from(said));
            sign.apply(&mut self.confident, 1);
            self.scale = self.scale.and(Scale::One(call.scale));
        }
        self.took.add(call.took, sign);
        self.processing.add(call.processing, sign);
    }

    pub fn merge(&mut self, other: &Self) {
        self.calls += other.calls;
        self.cost += other.cost;
        self.logged += other.logged;
        self.computed += other.computed;
        self.estimated += other.estimated;
        self.api_equivalent += other.api_equivalent;
        self.routing.calls += other.routing.calls;
        self.routing.cost += other.routing.cost;
        self.routing.baseline += other.routing.baseline;
        self.unpriced += other.unpriced;
        self.priced += other.priced;
        self.tokens.merge(&other.tokens);
        for (mine, theirs) in self.status.iter_mut().zip(other.status) {
            *mine += theirs;
        }
        self.override_known += other.override_known;
        self.overrides += other.overrides;
        self.confidence_sum += other.confidence_sum;
        self.confident += other.confident;
        self.scale = self.scale.and(other.scale);
        self.took.merge(other.took);
        self.processing.merge(other.processing);
    }

    pub fn with(&self, status: Status) -> u64 {
        self.status[status as usize]
    }

    pub fn errors(&self) -> u64 {
        self.with(Status::Error)
    }

    /// Calls whose outcome is known.
    pub fn settled(&self) -> u64 {
        self.calls - self.with(Status::Pending).min(self.calls)
    }

    /// Of the calls whose outcome is known, 0 to 1.
    pub fn success_rate(&self) -> Option<f64> {
        let settled = self.settled();
        ratio(settled.saturating_sub(self.errors()), settled)
    }

    /// Of the calls whose outcome is known, 0 to 1.
    pub fn error_rate(&self) -> Option<f64> {
        ratio(self.errors(), self.settled())
    }

    /// Of the calls whose source says whether they were overridden, 0 to 1.
    pub fn override_rate(&self) -> Option<f64> {
        ratio(self.overrides, self.override_known)
    }

    /// Whether several routers say how sure they were, each in its own way.
    pub fn mixes_scales(&self) -> bool {
        self.scale == Scale::Several && self.confident > 0
    }

    /// 0 to 1; `None` where several routers say it: the mean of unlike things is nothing.
    pub fn avg_confidence(&self) -> Option<f64> {
        (self.confident > 0 && !self.mixes_scales()).then(|| self.confidence_sum as f64 / (self.confident as f64 * 1e9))
    }

    pub fn avg_tokens(&self) -> Option<f64> {
        (self.tokens.calls > 0).then(|| self.tokens.total as f64 / self.tokens.calls as f64)
    }

    /// The known cost over the calls that have one.
    /// What the calls cost, as far as it is known; `None` where it is known of none of them.
    pub fn known_cost(&self) -> Option<Usd> {
        (self.priced > 0 || self.calls == 0).then_some(self.cost)
    }

    pub fn cost_per_call(&self) -> Option<Usd> {
        (self.priced > 0).then(|| Usd(self.cost.0 / self.priced as i64))
    }

    /// What was read from a prompt cache, of what the models were shown, 0 to 1: of the calls whose logs tell it.
    pub fn cache_share(&self) -> Option<f64> {
        ratio(self.tokens.cache_read, self.tokens.cache_base)
    }
}

/// `part / whole`, or `None` over nothing.
pub fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
