//! A bill: how a call's tokens and the rates of its day make its cost, line by line.

use super::Usd;

/// One line: tokens × rate = amount.
#[derive(Debug, Clone, PartialEq)]
pub struct BillLine {
    /// `input`, `cache read`, `cache write`, `cache write 1h`, `output`, `total (estimated)`.
    pub part: &'static str,
    pub tokens: u64,
    /// Dollars per million tokens.
    pub usd_per_million: f64,
    pub usd: Usd,
}

/// Which price was used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriceNote {
    /// The catalogue's name of the model.
    pub model: String,
    pub provider: String,
    /// The catalogue, or the user's own file.
    pub source: String,
    /// The date whose rates were used, `YYYY-MM-DD`.
    pub date: String,
    /// The day from which on these rates hold, where the catalogue knows others before.
    pub since: Option<String>,
    /// Why this price is the model's, in a few words.
    pub because: String,
}

/// What a call should have cost, beside what its log claims.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bill {
    pub lines: Vec<BillLine>,
    pub total: Usd,
    /// `None` where no price is known: then there are no lines.
    pub price: Option<PriceNote>,
    pub logged: Option<Usd>,
    /// From a total of tokens alone.
    pub estimated: bool,
    /// It was answered from a cache: the total is what that has saved.
    pub cached: bool,
    /// Why the log may disagree, in a few words.
    pub likely_cause: Option<String>,
}
