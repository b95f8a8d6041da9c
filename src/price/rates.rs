//! What a piece of each kind costs.

use super::media::MediaRates;
use crate::model::{Medium, Usage};

/// Pico-dollars (10⁻¹² USD) a token, a request, a search. Dollars per million tokens × 10⁶.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Rates {
    pub input: i64,
    pub cache_read: i64,
    pub cache_write_5m: i64,
    pub cache_write_1h: i64,
    pub output: i64,
    /// No rate is known for output: a call that has some has no price.
    pub input_only: bool,
    /// The fee for every request, whatever its size.
    pub request: i64,
    /// `None` where no price is known: who searches, and for how much, is not the model's business alone.
    pub web_search: Option<i64>,
    /// Not asked for unless a call has some.
    pub media: MediaRates,
}

impl Rates {
    pub const FREE: Self = Self {
        input: 0,
        cache_read: 0,
        cache_write_5m: 0,
        cache_write_1h: 0,
        output: 0,
        input_only: false,
        request: 0,
        web_search: Some(0),
        media: [Some(0); Medium::COUNT],
    };

    /// Whether a call of these tokens has a price at these rates.
    pub fn cover(&self, usage: &Usage) -> bool {
        !self.input_only || usage.output.unwrap_or(0) == 0
    }
}
