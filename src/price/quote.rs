//! A price by itself: what a model costs on a day, and what calls would have cost at another model's price.

use super::bill;
use super::catalog::{Asked, Entry, Rates, calculator, slot_of};
use super::find::find;
use super::own::OwnPrices;
use crate::model::quick::QuickMap;
use crate::model::{Media, Medium, PriceNote, Stamp, Tier, Usage, Usd};

/// The rates of a model on a day.
#[derive(Debug, Clone)]
pub struct Quote {
    pub note: PriceNote,
    /// Part and dollars per million tokens.
    pub lines: Vec<(&'static str, f64)>,
    /// What is no token, and dollars per thousand of it.
    pub fees: Vec<(&'static str, f64)>,
    /// Prompts of more tokens than this are priced whole at other rates.
    pub above: Option<(u64, Vec<(&'static str, f64)>)>,
}

impl Quote {
    /// `None` where no price is known.
    pub fn of(own: &OwnPrices, model: &str, provider: Option<&str>, at: Stamp, tier: Tier) -> Option<Self> {
        let entry = find(own, &Asked { model, provider, slot: slot_of(at), tier })?;
        // Of every kind there is.
        let any = Usage { media: Media([1; Medium::COUNT]), ..Usage::default() };
        let above = entry.flat_up_to.map(|limit| (limit, lines(&entry.rates_for(&any, limit + 1))));
        Some(Self { lines: lines(&entry.rates_for(&any, 0)), fees: fees(&entry.rates), above, note: entry.dated() })
    }
}

fn lines(rates: &Rates) -> Vec<(&'static str, f64)> {
    let lines = [
        ("input", rates.input),
        ("cache read", rates.cache_read),
        ("cache write", rates.cache_write_5m),
        ("cache write 1h", rates.cache_write_1h),
        ("output", rates.output),
    ];
    let known = lines.into_iter().filter(|(part, _)| *part != "output" || !rates.input_only);
    let media = Medium::ALL.into_iter().filter_map(|medium| Some((medium.word(), rates.media[medium as usize]?)));
    let media = media.filter(|_| *rates != Rates::FREE);
    known.chain(media).map(|(part, rate)| (part, rate as f64 / 1e6)).collect()
}

fn fees(rates: &Rates) -> Vec<(&'static str, f64)> {
    let request = Some(rates.request).filter(|fee| *fee > 0);
    [("request", request), ("web search", rates.web_search)]
        .into_iter()
        .filter_map(|(part, rate)| Some((part, rate? as f64 / 1e9)))
        .collect()
}

/// Whose price of a model stands for it, where several sell it.
const MAKERS: [&str; 6] = ["anthropic", "openai", "google", "mistral", "deepseek", "x-ai"];

pub(super) fn rank(provider: &str) -> usize {
    MAKERS.iter().position(|maker| *maker == provider).unwrap_or(MAKERS.len())
}

/// Names of the catalogue with these letters in them, those that begin with them first, each model once.
pub(super) fn with_letters(part: &str, most: usize) -> Vec<String> {
    let part = part.to_ascii_lowercase();
    let mut known: Vec<(bool, usize, usize, &str, &str)> = calculator()
        .providers()
        .flat_map(|provider| provider.models().map(move |model| (provider.id(), model.id())))
        .filter(|(_, id)| id.contains(&part))
        .map(|(provider, id)| (!id.starts_with(&part), rank(provider), id.len(), id, provider))
        .collect();
    known.sort_unstable();
    let mut seen = std::collections::HashSet::new();
    let once = known.into_iter().filter(|(.., id, _)| seen.insert(*id));
    once.take(most).map(|(.., id, provider)| format!("{provider}/{id}")).collect()
}

/// Another model's price at each call's own date. It says nothing of quality.
#[derive(Debug)]
pub(super) struct WhatIf {
    own: OwnPrices,
    model: String,
    entries: QuickMap<(i64, u8), Option<Box<Entry>>>,
}

impl WhatIf {
    pub fn new(own: &OwnPrices, model: &str) -> Self {
        Self { own: own.clone(), model: model.to_owned(), entries: QuickMap::default() }
    }

    pub fn model(&self) -> &str {
        &self.model
    }

    /// `None` where the model had no known price at that time.
    pub fn rates(&mut self, usage: &Usage, prompt: u64, at: Stamp, tier: Tier) -> Option<Rates> {
        let slot = slot_of(at);
        let (own, model) = (&self.own, &self.model);
        let entry = self
            .entries
            .entry((slot, tier as u8))
            .or_insert_with(|| find(own, &Asked { model, provider: None, slot, tier }).map(Box::new));
        Some(entry.as_deref()?.rates_for(usage, prompt))
    }
}

/// What a call costs at two prices. Its searches count where both know what one costs: a difference of unlike sums says
/// nothing.
pub(super) fn compared(mut usage: Usage, ours: &Rates, theirs: &Rates) -> (Usd, Usd) {
    if ours.web_search.is_none() || theirs.web_search.is_none() {
        usage.web_searches = 0;
    }
    (bill::total(&usage, ours), bill::total(&usage, theirs))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-05.
    const DAY: Stamp = Stamp(1_767_607_200_000);

    #[test]
    fn a_quote_says_why_and_where_the_rates_change() {
        let own = OwnPrices::default();
        let quote = Quote::of(&own, "claude-sonnet-4-5", Some("anthropic"), DAY, Tier::Standard).unwrap();
        assert_eq!(quote.lines[..2], [("input", 3.0), ("cache read", 0.3)]);
        assert_eq!(quote.above.map(|(limit, lines)| (limit, lines[0])), Some((200_000, ("input", 6.0))));
        assert_eq!((quote.note.source.as_str(), quote.note.because.as_str()), ("genai-prices", "the very name"));
        assert!(Quote::of(&own, "claude-zeta-9", None, DAY, Tier::Standard).is_none());
    }

    #[test]
    fn a_batch_is_half_the_price() {
        let own = OwnPrices::default();
        let input = |tier| Quote::of(&own, "gpt-5", Some("openai"), DAY, tier).unwrap().lines[0].1;
        assert_eq!((input(Tier::Standard), input(Tier::Batch), input(Tier::Flex)), (1.25, 0.625, 0.625));
    }

    #[test]
    fn the_same_tokens_at_another_price() {
        let usage = Usage { input: Some(1_000_000), output: Some(0), web_searches: 2, ..Usage::default() };
        let rates = |model: &str| WhatIf::new(&OwnPrices::default(), model).rates(&usage, 0, DAY, Tier::Standard);
        let (gpt, claude) = (rates("gpt-5").unwrap(), rates("claude-haiku-4-5").unwrap());
        assert_eq!(compared(usage, &gpt, &claude), (Usd(1_270_000_000), Usd(1_020_000_000)));
        let unknown = Rates { web_search: None, ..claude };
        assert_eq!(compared(usage, &gpt, &unknown), (Usd(1_250_000_000), Usd(1_000_000_000)));
        assert!(rates("nobody").is_none());
    }
}
