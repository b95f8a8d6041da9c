//! Prices of the user's own, from the configuration: rates of a contract, models that cost nothing, names that stand for
//! others. Names are compared whole, never in part: a price that is guessed is a wrong one.

use std::collections::BTreeMap;
use std::fmt;

use super::catalog::Rates;
use crate::model::Medium;
use crate::model::text::quoted;

/// `[prices]`: a model's name, or `provider/model`, and what is known of it.
///
/// ```toml
/// "qwen3-coder" = "free"
/// "gpt-prod" = { like = "openai/gpt-5" }
/// "acme-large" = { input = 2.0, output = 8.0, cache_read = 0.2, web_search = 10.0 }
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnPrices(BTreeMap<String, OwnPrice>);

#[derive(Debug, Clone, PartialEq)]
enum OwnPrice {
    Free,
    /// Another name of a model that has a price here or in the catalogue.
    Like(String),
    Rates(OwnRates),
}

/// Dollars per million tokens, and per thousand searches or requests. A cache that has no rate costs what fresh input
/// costs, and sound and pictures what text costs; what has no output, like an embedding, needs no rate for it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct OwnRates {
    input: f64,
    output: Option<f64>,
    cache_read: Option<f64>,
    cache_write: Option<f64>,
    cache_write_1h: Option<f64>,
    web_search: Option<f64>,
    request: f64,
    media: [Option<f64>; Medium::COUNT],
}

/// What a price may look like, for whoever got it wrong.
const SHAPES: &str = "expected \"free\", { like = \"provider/model\" }, or { input = 2.0, output = 8.0 } in dollars per \
                      million tokens, also cache_read, cache_write, cache_write_1h, audio_input, image_input, \
                      cached_audio, cached_image, audio_output, image_output; in dollars per thousand: \
                      web_search, request";

/// Why prices cannot be used, and the keys that lead to what is wrong.
#[derive(Debug)]
pub struct Mistake {
    pub path: Vec<String>,
    pub why: String,
}

impl TryFrom<BTreeMap<String, toml::Value>> for OwnPrices {
    type Error = Mistake;

    fn try_from(table: BTreeMap<String, toml::Value>) -> Result<Self, Mistake> {
        let priced = table.into_iter().map(|(name, value)| match price(&value) {
            Ok(price) => Ok((name, price)),
            Err((key, why)) => {
                let why = format!("[prices] \"{name}\": {why}: {SHAPES}");
                Err(Mistake { path: std::iter::once(name).chain(key).collect(), why })
            }
        });
        let prices = Self(priced.collect::<Result<_, _>>()?);
        prices.expect_ends()?;
        Ok(prices)
    }
}

/// What is wrong, under the key that is to blame.
type Wrong = (Option<String>, String);

fn price(value: &toml::Value) -> Result<OwnPrice, Wrong> {
    match value {
        toml::Value::String(word) if word == "free" => Ok(OwnPrice::Free),
        toml::Value::Table(table) => match table.get("like") {
            Some(toml::Value::String(like)) if table.len() == 1 => Ok(OwnPrice::Like(like.clone())),
            Some(_) => Err((Some("like".to_owned()), "`like` stands alone, with a name".to_owned())),
            None => rates(table),
        },
        other => Err((None, format!("{other} is no price"))),
    }
}

fn rates(table: &toml::Table) -> Result<OwnPrice, Wrong> {
    let mut rates = OwnRates::default();
    for (key, value) in table {
        let wrong = |why: String| (Some(key.clone()), why);
        let number = value.as_float().or_else(|| value.as_integer().map(|number| number as f64));
        let rate = number.filter(|rate| (0.0..=1e6).contains(rate));
        let rate = rate.ok_or_else(|| wrong(format!("`{key}` = {value} is no price in dollars")))?;
        match key.as_str() {
            "input" => rates.input = rate,
            "output" => rates.output = Some(rate),
            "cache_read" => rates.cache_read = Some(rate),
            "cache_write" => rates.cache_write = Some(rate),
            "cache_write_1h" => rates.cache_write_1h = Some(rate),
            "web_search" => rates.web_search = Some(rate),
            "request" => rates.request = rate,
            other => match Medium::ALL.into_iter().find(|medium| medium.word().replace(' ', "_") == other) {
                Some(medium) => rates.media[medium as usize] = Some(rate),
                None => return Err(wrong(format!("there is no `{other}`"))),
            },
        }
    }
    if !table.contains_key("input") {
        return Err((None, "`input` is missing".to_owned()));
    }
    Ok(OwnPrice::Rates(rates))
}

/// What the user says of a model, in the end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Said<'a> {
    pub price: Price<'a>,
    /// The name that it is said to be like.
    pub like: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Price<'a> {
    Rates(Rates),
    /// That of this name in the catalogue.
    Of(&'a str),
}

impl OwnPrices {
    pub(super) fn of(&self, model: &str, provider: Option<&str>) -> Option<Said<'_>> {
        let full = provider.map(|provider| format!("{provider}/{model}"));
        let mut found = full.and_then(|full| self.0.get(&full)).or_else(|| self.0.get(model))?;
        let like = found.like();
        // Names that lead to names lead to an end: see `expect_ends`.
        let price = loop {
            match found {
                OwnPrice::Free => break Price::Rates(Rates::FREE),
                OwnPrice::Rates(rates) => break Price::Rates(rates.exact()),
                OwnPrice::Like(like) => match self.0.get(like) {
                    Some(next) => found = next,
                    None => break Price::Of(like),
                },
            }
        };
        Some(Said { price, like })
    }

    /// A name here that differs from this one in nothing but capitals.
    pub(super) fn in_other_capitals(&self, model: &str) -> Option<&str> {
        self.names().find(|name| *name != model && name.eq_ignore_ascii_case(model))
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Each name, and its price as `[prices]` says it.
    pub fn lines(&self) -> impl Iterator<Item = (&str, String)> {
        self.0.iter().map(|(name, price)| (name.as_str(), price.to_string()))
    }

    /// These, and below them others.
    pub fn over(mut self, below: Self) -> Result<Self, Mistake> {
        for (name, price) in below.0 {
            self.0.entry(name).or_insert(price);
        }
        self.expect_ends()?;
        Ok(self)
    }

    /// An error where names stand for each other in a circle.
    fn expect_ends(&self) -> Result<(), Mistake> {
        for name in self.0.keys() {
            let mut way = vec![name.as_str()];
            while let Some(next) = way.last().and_then(|last| self.0.get(*last)?.like()) {
                if next == name {
                    let way = way.join("\" is like \"");
                    let why = format!("[prices] \"{way}\" is like \"{next}\": names in a circle have no price");
                    return Err(Mistake { path: vec![name.clone()], why });
                }
                if way.contains(&next) {
                    break;
                }
                way.push(next);
            }
        }
        Ok(())
    }
}

impl OwnPrice {
    fn like(&self) -> Option<&str> {
        match self {
            Self::Like(like) => Some(like),
            _ => None,
        }
    }
}

/// As `[prices]` says it.
impl fmt::Display for OwnPrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Free => f.write_str("\"free\""),
            Self::Like(like) => write!(f, "{{ like = {} }}", quoted(like)),
            Self::Rates(rates) => {
                let media = Medium::ALL.map(|medium| (medium.word().replace(' ', "_"), rates.media[medium as usize]));
                let named = [
                    ("input", Some(rates.input)),
                    ("output", rates.output),
                    ("cache_read", rates.cache_read),
                    ("cache_write", rates.cache_write),
                    ("cache_write_1h", rates.cache_write_1h),
                    ("web_search", rates.web_search),
                    ("request", Some(rates.request).filter(|rate| *rate > 0.0)),
                ];
                let all = named.into_iter().map(|(key, rate)| (key.to_owned(), rate)).chain(media);
                let all = all.filter_map(|(key, rate)| Some(format!("{key} = {}", toml::Value::from(rate?))));
                write!(f, "{{ {} }}", all.collect::<Vec<_>>().join(", "))
            }
        }
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
            // What is told by its total alone is all input then.
            output: or_input(self.output),
            input_only: self.output.is_none(),
            cache_read: or_input(self.cache_read),
            cache_write_5m: or_input(self.cache_write),
            cache_write_1h: or_input(self.cache_write_1h.or(self.cache_write)),
            request: per_thousand(self.request),
            web_search: self.web_search.map(per_thousand),
            media: self.media.map(|rate| rate.map(pico)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<OwnPrices, Mistake> {
        toml::from_str::<BTreeMap<String, toml::Value>>(text).unwrap().try_into()
    }

    #[test]
    fn a_piece_has_a_price_where_the_user_says_one() {
        let text = "a = { input = 2, output = 8 }\nb = { input = 2, web_search = 7.5, request = 3 }\nc = \"free\"";
        let own = read(text).unwrap();
        let of = |model: &str| match own.of(model, None) {
            Some(Said { price: Price::Rates(rates), .. }) => (rates.request, rates.web_search, rates.input_only),
            said => panic!("{said:?}"),
        };
        assert_eq!(of("a"), (0, None, false), "not known, and not free");
        assert_eq!(of("b"), (3_000_000_000, Some(7_500_000_000), true));
        assert_eq!(of("c"), (0, Some(0), false));
    }

    #[test]
    fn a_name_may_stand_for_one_that_has_a_price_here() {
        let text =
            "a = { like = \"b\" }\nb = { like = \"c\" }\nc = { input = 2, output = 8 }\nd = { like = \"gpt-5\" }";
        let own = read(text).unwrap();
        assert_eq!(own.of("a", Some("x")), Some(Said { like: Some("b"), ..own.of("c", None).unwrap() }));
        assert_eq!(own.of("d", None), Some(Said { price: Price::Of("gpt-5"), like: Some("gpt-5") }));
    }

    #[test]
    fn names_in_a_circle_are_refused() {
        let mistake = read("x = { like = \"a\" }\na = { like = \"b\" }\nb = { like = \"a\" }").unwrap_err();
        assert_eq!(mistake.why, "[prices] \"a\" is like \"b\" is like \"a\": names in a circle have no price");
        assert!(read("a = { like = \"a\" }").is_err());
        let (one, other) = (read("a = { like = \"b\" }").unwrap(), read("b = { like = \"a\" }").unwrap());
        assert!(one.over(other).is_err(), "of two files");
    }
}
