//! Prices of the user's own, from the configuration: rates of a contract, models that cost nothing, names that stand for
//! others. Names are compared whole, never in part: a price that is guessed is a wrong one.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::catalog::Rates;

/// `[prices]`: a model's name, or `provider/model`, and what is known of it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct OwnPrices(BTreeMap<String, OwnPrice>);

/// ```toml
/// "qwen3-coder" = "free"
/// "gpt-prod" = { like = "openai/gpt-5" }
/// "acme-large" = { input = 2.0, output = 8.0, cache_read = 0.2 }
/// ```
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum OwnPrice {
    /// The word `free`.
    Word(Word),
    /// Another name of a model that the catalogue knows.
    Like(Like),
    Rates(OwnRates),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Word {
    Free,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Like {
    like: String,
}

/// Dollars per million tokens. A cache that has no rate costs what fresh input costs.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnRates {
    input: f64,
    output: f64,
    cache_read: Option<f64>,
    cache_write: Option<f64>,
    cache_write_1h: Option<f64>,
}

/// What the user says of a model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Said<'a> {
    Rates(Rates),
    Like(&'a str),
}

impl OwnPrices {
    pub(super) fn of(&self, model: &str, provider: Option<&str>) -> Option<Said<'_>> {
        let full = provider.map(|provider| format!("{provider}/{model}"));
        let found = full.and_then(|full| self.0.get(&full)).or_else(|| self.0.get(model))?;
        Some(match found {
            OwnPrice::Word(Word::Free) => Said::Rates(Rates::default()),
            OwnPrice::Like(Like { like }) => Said::Like(like),
            OwnPrice::Rates(rates) => Said::Rates(rates.exact()),
        })
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The first thing that makes no sense, in words.
    pub fn mistake(&self) -> Option<String> {
        self.0.iter().find_map(|(name, price)| match price {
            OwnPrice::Rates(rates) => {
                let all =
                    [Some(rates.input), Some(rates.output), rates.cache_read, rates.cache_write, rates.cache_write_1h];
                let wrong = all.into_iter().flatten().find(|rate| !(0.0..=1e6).contains(rate))?;
                Some(format!("[prices] \"{name}\": {wrong} is no price in dollars per million tokens"))
            }
            _ => None,
        })
    }

    /// These, and below them others.
    #[must_use]
    pub fn over(mut self, below: Self) -> Self {
        for (name, price) in below.0 {
            self.0.entry(name).or_insert(price);
        }
        self
    }
}

impl OwnRates {
    /// Pico-dollars a token.
    fn exact(&self) -> Rates {
        let pico = |dollars: f64| (dollars * 1e6).round() as i64;
        let or_input = |rate: Option<f64>| pico(rate.unwrap_or(self.input));
        Rates {
            input: pico(self.input),
            output: pico(self.output),
            cache_read: or_input(self.cache_read),
            cache_write_5m: or_input(self.cache_write),
            cache_write_1h: or_input(self.cache_write_1h.or(self.cache_write)),
        }
    }
}
