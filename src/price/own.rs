//! Prices of the user's own, from the configuration: rates of a contract, models that cost nothing, names that stand for
//! others. Names are compared whole, never in part: a price that is guessed is a wrong one.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::catalog::Rates;

/// `[prices]`: a model's name, or `provider/model`, and what is known of it.
///
/// ```toml
/// "qwen3-coder" = "free"
/// "gpt-prod" = { like = "openai/gpt-5" }
/// "acme-large" = { input = 2.0, output = 8.0, cache_read = 0.2, web_search = 10.0 }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(try_from = "BTreeMap<String, toml::Value>")]
pub struct OwnPrices(BTreeMap<String, OwnPrice>);

#[derive(Debug, Clone, PartialEq)]
enum OwnPrice {
    Free,
    /// Another name of a model that the catalogue knows.
    Like(String),
    Rates(OwnRates),
}

/// Dollars per million tokens, and per thousand searches or requests. A cache that has no rate costs what fresh input
/// costs; what has no output, like an embedding, needs no rate for it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct OwnRates {
    input: f64,
    output: f64,
    cache_read: Option<f64>,
    cache_write: Option<f64>,
    cache_write_1h: Option<f64>,
    web_search: Option<f64>,
    request: f64,
}

/// What a price may look like, for whoever got it wrong.
const SHAPES: &str = "expected \"free\", { like = \"provider/model\" }, or { input = 2.0, output = 8.0 } in dollars per \
                      million tokens, also cache_read, cache_write, cache_write_1h; in dollars per thousand: \
                      web_search, request";

impl TryFrom<BTreeMap<String, toml::Value>> for OwnPrices {
    type Error = String;

    fn try_from(table: BTreeMap<String, toml::Value>) -> Result<Self, String> {
        let priced = table.into_iter().map(|(name, value)| {
            let price = price(&value).map_err(|why| format!("[prices] \"{name}\": {why}: {SHAPES}"))?;
            Ok((name, price))
        });
        priced.collect::<Result<_, String>>().map(Self)
    }
}

fn price(value: &toml::Value) -> Result<OwnPrice, String> {
    match value {
        toml::Value::String(word) if word == "free" => Ok(OwnPrice::Free),
        toml::Value::Table(table) => match table.get("like") {
            Some(toml::Value::String(like)) if table.len() == 1 => Ok(OwnPrice::Like(like.clone())),
            Some(_) => Err("`like` stands alone, with a name".to_owned()),
            None => rates(table),
        },
        other => Err(format!("{other} is no price")),
    }
}

fn rates(table: &toml::Table) -> Result<OwnPrice, String> {
    let mut rates = OwnRates::default();
    for (key, value) in table {
        let number = value.as_float().or_else(|| value.as_integer().map(|number| number as f64));
        let rate = number.filter(|rate| (0.0..=1e6).contains(rate));
        let rate = rate.ok_or_else(|| format!("`{key}` = {value} is no price in dollars"))?;
        match key.as_str() {
            "input" => rates.input = rate,
            "output" => rates.output = rate,
            "cache_read" => rates.cache_read = Some(rate),
            "cache_write" => rates.cache_write = Some(rate),
            "cache_write_1h" => rates.cache_write_1h = Some(rate),
            "web_search" => rates.web_search = Some(rate),
            "request" => rates.request = rate,
            other => return Err(format!("there is no `{other}`")),
        }
    }
    if !table.contains_key("input") {
        return Err("`input` is missing".to_owned());
    }
    Ok(OwnPrice::Rates(rates))
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
            OwnPrice::Free => Said::Rates(Rates::FREE),
            OwnPrice::Like(like) => Said::Like(like),
            OwnPrice::Rates(rates) => Said::Rates(rates.exact()),
        })
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// What a name is said to be like.
    pub fn like(&self, model: &str) -> Option<&str> {
        match self.0.get(model)? {
            OwnPrice::Like(like) => Some(like),
            _ => None,
        }
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
    /// Pico-dollars a piece.
    fn exact(&self) -> Rates {
        let pico = |dollars: f64| (dollars * 1e6).round() as i64;
        let per_thousand = |dollars: f64| (dollars * 1e9).round() as i64;
        let or_input = |rate: Option<f64>| pico(rate.unwrap_or(self.input));
        Rates {
            input: pico(self.input),
            output: pico(self.output),
            cache_read: or_input(self.cache_read),
            cache_write_5m: or_input(self.cache_write),
            cache_write_1h: or_input(self.cache_write_1h.or(self.cache_write)),
            request: per_thousand(self.request),
            web_search: self.web_search.map(per_thousand),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_has_a_price_where_the_user_says_one() {
        let text = "a = { input = 2, output = 8 }\nb = { input = 2, web_search = 7.5, request = 3 }\nc = \"free\"";
        let own: OwnPrices = toml::from_str(text).unwrap();
        let of = |model: &str| match own.of(model, None) {
            Some(Said::Rates(rates)) => (rates.request, rates.web_search),
            said => panic!("{said:?}"),
        };
        assert_eq!(of("a"), (0, None), "not known, and not free");
        assert_eq!(of("b"), (3_000_000_000, Some(7_500_000_000)));
        assert_eq!(of("c"), (0, Some(0)));
    }
}
