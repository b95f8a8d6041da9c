//! Rates by model, provider and moment, over the catalogue of the `genai-prices` crate. What it does not know stays
//! unknown.
//!
//! The catalogue answers requests, not rates, at about 3 µs each; so the rates of a model are probed once for each half
//! hour that has calls (some providers price by the time of day) and kept as integers: pico-dollars a piece.

use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, SystemTime};

use genai_prices::{Calculator, PriceCalculation, PriceRequest, Usage as Amounts, UsageKey};

use super::find::{OWN, find};
use super::media;
use super::own::OwnPrices;
use super::quote::{self, WhatIf};
pub(super) use super::rates::Rates;
use super::{advice, bill, cause};
use crate::model::bill::differs;
use crate::model::quick::QuickMap;
use crate::model::time::MINUTE;
use crate::model::{Bill, BillLine, CostSource, Dim, Flags, PriceNote, Stamp, Status, Sym, Tier, Usage, Usd};
use crate::store::{Priced, Pricer, Row};

/// The rates of a model in one half hour.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub rates: Rates,
    /// For prompts up to the size where they change.
    pub media: media::Kept,
    /// Prompts larger than this are priced by their size; `None` where size does not matter.
    pub flat_up_to: Option<u64>,
    pub note: PriceNote,
    /// What the catalogue was asked for.
    pub model: String,
    pub provider: Option<String>,
    pub slot: i64,
    pub tier: Tier,
}

/// A model as a log names it, when, and how it was billed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub model: &'a str,
    pub provider: Option<&'a str>,
    /// Half hours since 1970: see [`slot_of`].
    pub slot: i64,
    pub tier: Tier,
}

/// The half hour of a moment: some providers price by the time of day.
pub(super) fn slot_of(at: Stamp) -> i64 {
    at.0.div_euclid(30 * MINUTE)
}

/// Where the rates come from, for bills.
pub(super) const SOURCE: &str = "genai-prices";

static CALCULATOR: OnceLock<&'static Calculator> = OnceLock::new();

type Key = (Sym, Sym, i64, Tier);

/// The rates of a provider's model in one half hour, for prompts up to a size.
#[derive(Debug, Clone, Copy)]
struct Last {
    provider: Sym,
    slot: i64,
    tier: Tier,
    rates: Option<Rates>,
    up_to: u64,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Catalog {
    entries: QuickMap<Key, Option<Box<Entry>>>,
    /// The last answer for each model, by its symbol.
    last: Vec<Option<Last>>,
    own: OwnPrices,
    /// The model last compared with.
    other: Option<WhatIf>,
}

impl Catalog {
    /// With prices of the user's own, which outrank the catalogue's.
    pub fn with(own: OwnPrices) -> Self {
        Self { own, ..Self::default() }
    }

    /// What is wrong with the user's own prices, a sentence each.
    pub fn complaints(&self) -> Vec<String> {
        advice::complaints(&self.own)
    }

    /// Begins to load the catalogue on a thread of its own: it takes some 50 ms, which nobody should wait for.
    pub fn preload() -> thread::JoinHandle<()> {
        thread::spawn(Self::load)
    }

    /// Loads the catalogue, if it is not loaded yet.
    pub fn load() {
        let _ = calculator();
    }

    /// The rates for a row; `None` where no price is known.
    fn entry(&mut self, row: Row<'_>) -> Option<&Entry> {
        let slot = slot_of(row.at());
        let tier = row.flags().tier();
        let key = (row.sym(Dim::Model), row.sym(Dim::Provider), slot, tier);
        let own = &self.own;
        let found = self.entries.entry(key).or_insert_with(|| {
            let model = row.name(Dim::Model)?;
            find(own, &Asked { model, provider: row.name(Dim::Provider), slot, tier }).map(Box::new)
        });
        found.as_deref()
    }

    /// Why the log may claim what it does.
    fn cause(&self, row: Row<'_>, logged: Usd, ours: Usd, rates: &Rates) -> Option<String> {
        let (usage, tier) = (row.usage(), row.flags().tier());
        if row.flags().has(Flags::FEE) && differs(logged, ours) {
            return Some("the router's fee alone: the tokens were paid with a key of your own (BYOK)".to_owned());
        }
        let prices = || {
            let model = row.name(Dim::Model).unwrap_or_default();
            let provider = row.name(Dim::Provider);
            let asked = Asked { model, provider, slot: slot_of(row.at()), tier: Tier::Standard };
            find(&self.own, &asked).map(|entry| cause::other_prices(&entry, &usage, tier)).unwrap_or_default()
        };
        cause::likely(logged, ours, &usage, rates, prices)
    }

    /// The rates for a row's prompt size.
    fn rates(&mut self, row: Row<'_>, prompt: u64) -> Option<Rates> {
        let (model, provider, slot) = (row.sym(Dim::Model), row.sym(Dim::Provider), slot_of(row.at()));
        let tier = row.flags().tier();
        let usage = row.usage();
        if !usage.media.is_none() {
            return self.entry(row).map(|entry| entry.rates_for(&usage, prompt));
        }
        if let Some(Some(last)) = self.last.get(model.0 as usize)
            && (last.provider, last.slot, last.tier) == (provider, slot, tier)
            && prompt <= last.up_to
        {
            return last.rates;
        }
        let entry = self.entry(row);
        let up_to = entry.and_then(|entry| entry.flat_up_to).unwrap_or(u64::MAX);
        let rates = entry.map(|entry| entry.rates_at(prompt));
        if prompt <= up_to {
            if self.last.len() <= model.0 as usize {
                self.last.resize(model.0 as usize + 1, None);
            }
            self.last[model.0 as usize] = Some(Last { provider, slot, tier, rates, up_to });
        }
        rates
    }
}

impl Entry {
    /// The note with the day from which on these rates hold. Not for every call: it asks for many days.
    pub fn dated(&self) -> PriceNote {
        let since = if self.note.source == OWN { None } else { self.since() };
        PriceNote { since, ..self.note.clone() }
    }

    fn since(&self) -> Option<String> {
        const DAY: i64 = 48;
        let rates = |slot: i64| {
            probe_rates(
                &Asked { model: &self.model, provider: self.provider.as_deref(), slot, tier: Tier::Standard },
                PROBE,
            )
        };
        // By the same time of day: some prices change with it.
        let here = rates(self.slot);
        let differs = |days: i64| rates(self.slot - days * DAY) != here;
        let mut other = (1..=MONTHS).map(|month| month * 30).find(|days| differs(*days))?;
        let mut same = other - 30;
        while other - same > 1 {
            let middle = i64::midpoint(same, other);
            if differs(middle) { other = middle } else { same = middle }
        }
        Some(day_of(self.slot - same * DAY))
    }

    pub fn rates_at(&self, prompt: u64) -> Rates {
        if self.is_large(prompt) { probe_rates(&self.asked(), prompt).unwrap_or(self.rates) } else { self.rates }
    }

    /// With those for the sound and pictures of a call.
    pub fn rates_for(&self, usage: &Usage, prompt: u64) -> Rates {
        let rates = self.rates_at(prompt);
        if usage.media.is_none() || self.note.source == OWN {
            return rates;
        }
        if self.is_large(prompt) {
            return rates.suiting(usage, &self.asked(), prompt);
        }
        let media = *self.media.get_or_init(|| media::probe(&self.asked(), PROBE, &rates));
        Rates { media, ..rates }
    }

    fn is_large(&self, prompt: u64) -> bool {
        self.flat_up_to.is_some_and(|limit| prompt > limit)
    }

    fn asked(&self) -> Asked<'_> {
        Asked { model: &self.model, provider: self.provider.as_deref(), slot: self.slot, tier: self.tier }
    }
}

pub(super) fn calculator() -> &'static Calculator {
    CALCULATOR.get_or_init(Calculator::bundled)
}

pub(super) fn day_of(slot: i64) -> String {
    Stamp(slot * 30 * MINUTE).utc().format("%Y-%m-%d").to_string()
}

/// How many months back a price is looked for.
const MONTHS: i64 = 60;

/// Tokens of a probe: small enough for the lowest tier, large enough for exact rates.
pub(super) const PROBE: u64 = 1_000;
/// The largest prompt whose tier is looked for.
const LARGEST: u64 = 4_000_000;

/// Where most catalogues have their step: tried before it is searched for, as every half hour with calls asks anew.
const USUAL: [u64; 3] = [200_000, 272_000, 128_000];

/// What the catalogue asks for these amounts.
pub(super) fn ask(asked: &Asked<'_>, amounts: &[(UsageKey, u64)]) -> Option<PriceCalculation> {
    let usage = amounts.iter().map(|(key, count)| (key.clone(), *count as f64)).collect::<Amounts>();
    let request = request(asked, &usage);
    calculator().calculate(&request).ok()
}

/// Pico-dollars a piece.
pub(super) fn rate(dollars: f64, count: u64) -> i64 {
    (dollars * 1e12 / count as f64).round() as i64
}

fn request<'a>(asked: &Asked<'a>, usage: &'a Amounts) -> PriceRequest<'a> {
    let seconds = u64::try_from(asked.slot * 30 * 60).unwrap_or(0);
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    let request = PriceRequest::new(asked.model, usage).with_timestamp(at);
    let request = match asked.tier {
        Tier::Standard => request,
        Tier::Batch => request.with_price_context("processing", "batch"),
        tier => request.with_price_context("service_tier", tier.word()),
    };
    match asked.provider {
        Some(provider) => request.with_provider_id(provider),
        None => request,
    }
}

pub(super) fn note(asked: &Asked<'_>) -> Option<PriceNote> {
    let usage = Amounts::from_iter([(UsageKey::INPUT_TOKENS, PROBE as f64)]);
    let answer = calculator().calculate(&request(asked, &usage)).ok()?;
    let source = match asked.tier {
        Tier::Standard => SOURCE.to_owned(),
        tier => format!("{SOURCE}, {} tier", tier.word()),
    };
    let (model, provider) = (answer.model_id, Some(answer.provider_id));
    Some(PriceNote { model, provider, source, date: Some(day_of(asked.slot)), since: None, because: String::new() })
}

/// The rates of a prompt of this many tokens, from as few questions as will tell them apart. The catalogue's input holds
/// what was read from or written to a cache; what it asks beyond input and output is for searches, and for the request.
pub(super) fn probe_rates(asked: &Asked<'_>, prompt: u64) -> Option<Rates> {
    let input = (UsageKey::INPUT_TOKENS, prompt);
    let with = |more: &[(UsageKey, u64)]| {
        let amounts: Vec<_> = std::iter::once(input.clone()).chain(more.iter().cloned()).collect();
        ask(asked, &amounts)
    };
    let beyond = |answer: &PriceCalculation| answer.total_price - answer.input_price - answer.output_price;
    let fresh = with(&[(UsageKey::OUTPUT_TOKENS, PROBE), (UsageKey::WEB_SEARCHES, PROBE)])?;
    let read = with(&[(UsageKey::CACHE_READ_TOKENS, prompt)]);
    let write = (UsageKey::CACHE_WRITE_TOKENS, prompt);
    let write_5m = with(std::slice::from_ref(&write));
    let write_1h = with(&[write, (UsageKey::CACHE_WRITE_1H_TOKENS, prompt)]);
    // A provider without a price for a cache charges its tokens as fresh ones.
    let of_prompt = |answer: Option<&PriceCalculation>| rate(answer.unwrap_or(&fresh).input_price, prompt);
    // In whole nano-dollars: floats of a large prompt leave a rest.
    let fee = read.as_ref().map(beyond).and_then(Usd::from_dollars).unwrap_or_default();
    let (request, web_search) = (fee.0 * 1_000, rate(beyond(&fresh) - fee.dollars(), PROBE));
    Some(Rates {
        input: rate(fresh.input_price, prompt),
        cache_read: of_prompt(read.as_ref()),
        cache_write_5m: of_prompt(write_5m.as_ref()),
        cache_write_1h: of_prompt(write_1h.as_ref().or(write_5m.as_ref())),
        output: rate(fresh.output_price, PROBE),
        input_only: false,
        request,
        // What has no price is asked nothing for. Where every request has a fee, that is what its search costs.
        web_search: Some(web_search).filter(|rate| *rate > 0 || request > 0),
        media: media::MediaRates::default(),
    })
}

/// The largest prompt that still has the lowest rate; `None` where all sizes do.
pub(super) fn flat_up_to(asked: &Asked<'_>) -> Option<u64> {
    let rate = |prompt: u64| Some(rate(ask(asked, &[(UsageKey::INPUT_TOKENS, prompt)])?.input_price, prompt));
    let low = rate(PROBE)?;
    if rate(LARGEST)? == low {
        return None;
    }
    for usual in USUAL {
        if rate(usual)? == low && rate(usual + 1)? != low {
            return Some(usual);
        }
    }
    let (mut flat, mut dear) = (PROBE, LARGEST);
    while dear - flat > 1 {
        let middle = u64::midpoint(flat, dear);
        if rate(middle)? == low { flat = middle } else { dear = middle }
    }
    Some(flat)
}

/// The prompt that decides the tier of sizes.
fn prompt_of(row: Row<'_>) -> u64 {
    if row.flags().has(Flags::SUM) { 0 } else { row.usage().prompt() }
}

impl Pricer for Catalog {
    fn price(&mut self, row: Row<'_>) -> Priced {
        let usage = row.usage();
        let logged = row.logged_cost();
        let billable = usage.is_billable();
        let cached = row.status() == Status::Cached;
        if cached && logged.is_none() {
            return Priced { ours: Some(Usd::ZERO), source: CostSource::Computed, mismatch: false };
        }
        let rates = if billable { self.rates(row, prompt_of(row)) } else { None }.filter(|rates| rates.cover(&usage));
        let ours = rates.map(|rates| bill::total(&usage, &rates));
        match logged {
            Some(logged) => {
                let free = logged.is_zero() && billable && !cached;
                let differs = !cached && usage.has_parts() && ours.is_some_and(|ours| differs(logged, ours));
                Priced { ours, source: CostSource::Logged, mismatch: free || differs }
            }
            None => {
                let source = match (billable, ours) {
                    (false, _) if usage.has_parts() => CostSource::Computed,
                    (false, _) => CostSource::None,
                    (true, None) => CostSource::Unpriced,
                    (true, Some(_)) if usage.is_total_alone() => CostSource::Estimated,
                    (true, Some(_)) => CostSource::Computed,
                };
                let nothing = source == CostSource::Computed && ours.is_none();
                Priced { ours: if nothing { Some(Usd::ZERO) } else { ours }, source, mismatch: false }
            }
        }
    }

    fn what_if(&mut self, row: Row<'_>, model: &str) -> Option<(Usd, Usd)> {
        let usage = row.usage();
        row.priced_cost().filter(|_| usage.is_billable())?;
        let prompt = prompt_of(row);
        if self.other.as_ref().is_none_or(|other| other.model() != model) {
            self.other = Some(WhatIf::new(&self.own, model));
        }
        let theirs = self.other.as_mut()?.rates(&usage, prompt, row.at(), row.flags().tier());
        let theirs = theirs.filter(|rates| rates.cover(&usage))?;
        Some(quote::compared(usage, &self.rates(row, prompt)?, &theirs))
    }

    fn likely_cause(&mut self, row: Row<'_>) -> Option<String> {
        let (logged, usage) = (row.logged_cost()?, row.usage());
        let rates = self.rates(row, prompt_of(row)).filter(|rates| rates.cover(&usage))?;
        self.cause(row, logged, bill::total(&usage, &rates), &rates)
    }

    fn nearest(&self, model: &str) -> Option<String> {
        advice::nearest(&self.own, model, 1).pop()
    }

    fn models(&self, part: &str) -> Vec<String> {
        quote::with_letters(part, 12)
    }

    fn bill(&mut self, row: Row<'_>) -> Option<Bill> {
        let usage = row.usage();
        let logged = row.logged_cost();
        if usage.total().is_none() && usage.web_searches == 0 && logged.is_none() {
            return None;
        }
        let prompt = prompt_of(row);
        let priced = self.entry(row).map(|entry| (entry.rates_for(&usage, prompt), entry.dated()));
        let Some((rates, note)) = priced.filter(|(rates, _)| rates.cover(&usage)) else {
            let own = &self.own;
            let why = row.name(Dim::Model).and_then(|model| {
                let why = advice::why(own, model, row.name(Dim::Provider));
                why.or_else(|| advice::in_other_capitals(own, model))
            });
            return Some(Bill { logged, unpriced: why, ..Bill::default() });
        };
        let lines = bill::lines(&usage, &rates);
        let total = lines.iter().map(BillLine::usd).sum();
        let free_hit = row.status() == Status::Cached;
        let claimed = logged.filter(|_| !free_hit);
        let likely_cause = claimed.and_then(|logged| self.cause(row, logged, total, &rates));
        Some(Bill {
            lines,
            total,
            price: Some(note),
            logged,
            estimated: usage.is_total_alone(),
            cached: free_hit,
            unpriced: None,
            likely_cause,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Call, Scribe, SourceId, Span};
    use crate::store::{Store, Unobserved};

    /// The middle of 2026-01-05: prices are those of the call's day.
    const DAY: Stamp = Stamp(1_767_607_200_000);

    /// What a call costs: our amount, where it comes from, and whether the log disagrees.
    fn price(call: Call<'_>) -> (Option<Usd>, CostSource, bool) {
        let mut scribe = Scribe::new(SourceId(0));
        let mut store = Store::default();
        scribe.write(&Call { at: DAY, ..call }, 1, Span::default());
        store.absorb(scribe.take(), &mut Catalog::default(), &mut Unobserved);
        let priced = Catalog::default().price(store.row(0));
        (priced.ours, priced.source, priced.mismatch)
    }

    fn call(provider: &'static str, model: &'static str, input: u32, output: u32) -> Call<'static> {
        Call {
            provider: Some(provider.into()),
            model: Some(model.into()),
            usage: Usage { input: Some(input), output: Some(output), ..Usage::default() },
            ..Call::default()
        }
    }

    #[test]
    fn list_prices_in_whole_nano_dollars() {
        // $1.25 and $10 a million tokens.
        assert_eq!(price(call("openai", "gpt-5", 1_000_000, 0)).0, Some(Usd(1_250_000_000)));
        assert_eq!(price(call("openai", "gpt-5", 3, 7)).0, Some(Usd(3 * 1_250 + 7 * 10_000)));
        // A router's spelling, and no provider at all.
        assert_eq!(price(call("my-proxy", "openai/gpt-5", 1_000_000, 0)).0, Some(Usd(1_250_000_000)));
        let nameless = Call { provider: None, ..call("", "gpt-5", 1_000_000, 0) };
        assert_eq!(price(nameless).0, Some(Usd(1_250_000_000)));
    }

    #[test]
    fn every_part_of_a_prompt_has_its_own_rate() {
        let usage = Usage {
            input: Some(3),
            cache_read: Some(2_000),
            cache_write_5m: Some(400),
            cache_write_1h: Some(600),
            output: Some(0),
            ..Usage::default()
        };
        let (ours, ..) = price(Call { usage, ..call("anthropic", "claude-sonnet-4-5", 0, 0) });
        // $3 fresh, $0.30 read, $3.75 and $6 written, a million tokens each.
        assert_eq!(ours, Some(Usd(3 * 3_000 + 2_000 * 300 + 400 * 3_750 + 600 * 6_000)));
    }

    #[test]
    fn a_prompt_over_the_tier_is_priced_whole_at_the_dearer_rate() {
        assert_eq!(price(call("anthropic", "claude-sonnet-4-5", 200_000, 0)).0, Some(Usd(600_000_000)));
        assert_eq!(price(call("anthropic", "claude-sonnet-4-5", 250_000, 0)).0, Some(Usd(1_500_000_000)));
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        for (provider, model) in
            [("openai", "claude-zeta-9"), ("ollama", "llama3.2:latest"), ("ollama", "gpt-5"), ("x", "y")]
        {
            assert_eq!(price(call(provider, model, 10, 10)), (None, CostSource::Unpriced, false), "{model}");
        }
        let nothing = Call { usage: Usage::default(), ..call("openai", "gpt-5", 0, 0) };
        assert_eq!(price(nothing), (None, CostSource::None, false), "no tokens: neither priced nor unpriced");
    }

    #[test]
    fn a_logged_cost_stands_and_is_doubted_where_it_must_be() {
        let logged = |usd| Call { logged_cost: Some(Usd(usd)), ..call("openai", "gpt-5", 1_000_000, 0) };
        assert_eq!(price(logged(1_250_000_000)).1, CostSource::Logged);
        assert!(!price(logged(1_250_001_000)).2, "rounding");
        assert!(price(logged(2_500_000_000)).2, "twice as much");
        assert!(price(logged(0)).2, "a logged nothing beside tokens");
        let hit = Call { status: Status::Cached, ..logged(0) };
        assert_eq!((price(hit.clone()).1, price(hit).2), (CostSource::Logged, false));
        let free = Call { logged_cost: None, status: Status::Cached, ..logged(0) };
        assert_eq!(price(free).0, Some(Usd::ZERO), "a hit costs nothing");
    }

    /// What the catalogue itself makes of a usage, in dollars. Its input holds what was read from or written to a cache.
    fn theirs(provider: &str, model: &str, usage: &Usage) -> f64 {
        let part = |part: Option<u32>| f64::from(part.unwrap_or(0));
        let amounts = Amounts::from_iter([
            (UsageKey::INPUT_TOKENS, usage.prompt() as f64),
            (UsageKey::CACHE_READ_TOKENS, part(usage.cache_read)),
            (UsageKey::CACHE_WRITE_TOKENS, part(usage.cache_write_5m) + part(usage.cache_write_1h)),
            (UsageKey::CACHE_WRITE_1H_TOKENS, part(usage.cache_write_1h)),
            (UsageKey::OUTPUT_TOKENS, part(usage.output)),
            (UsageKey::WEB_SEARCHES, f64::from(usage.web_searches)),
        ]);
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(DAY.0 as u64);
        let request = PriceRequest::new(model, &amounts).with_provider_id(provider).with_timestamp(at);
        calculator().calculate(&request).unwrap().total_price
    }

    #[test]
    fn our_sum_is_the_catalogues_own() {
        let bare = Usage { input: Some(100), output: Some(662), ..Usage::default() };
        let cached = Usage {
            cache_read: Some(18_432),
            cache_write_5m: Some(1_111),
            cache_write_1h: Some(777),
            web_searches: 3,
            ..bare
        };
        let large = Usage { input: Some(300_001), ..cached };
        for (provider, model, usages) in [
            ("perplexity", "sonar", [bare, Usage { web_searches: 1, ..bare }]),
            ("perplexity", "sonar-pro", [bare, Usage { web_searches: 1, ..bare }]),
            ("perplexity", "sonar-reasoning", [bare, Usage { input: Some(90_000), ..bare }]),
            ("perplexity", "sonar-reasoning-pro", [bare, Usage { input: Some(90_000), ..bare }]),
            ("perplexity", "sonar-deep-research", [bare, Usage { web_searches: 18, ..bare }]),
            ("anthropic", "claude-sonnet-4-5", [cached, large]),
            ("anthropic", "claude-opus-4-1", [cached, large]),
            ("anthropic", "claude-haiku-4-5", [cached, large]),
            ("openai", "gpt-5", [Usage { web_searches: 2, ..bare }, large]),
            ("openai", "gpt-5-mini", [bare, cached]),
            ("google", "gemini-2.5-pro", [Usage { web_searches: 1, ..bare }, large]),
            ("google", "gemini-2.5-flash", [bare, cached]),
            ("mistral", "mistral-large-latest", [bare, Usage { web_searches: 1, ..bare }]),
        ] {
            for usage in usages {
                let (ours, ..) = price(Call { usage, ..call(provider, model, 0, 0) });
                let (ours, theirs) = (ours.unwrap().0 as f64, theirs(provider, model, &usage) * 1e9);
                // Seven lines, each rounded.
                assert!((ours - theirs).abs() <= 3.5, "{model} {usage:?}: {ours} is not {theirs}");
            }
        }
        assert_eq!(price(call("perplexity", "sonar", 100, 662)).0, Some(Usd(12_762_000)), "with its fee");
    }

    #[test]
    fn a_search_without_a_price_is_said_and_not_free() {
        let usage = |provider, model| {
            let asked = Asked { model, provider: Some(provider), slot: slot_of(DAY), tier: Tier::Standard };
            let rates = find(&OwnPrices::default(), &asked).unwrap().rates;
            (rates.request, rates.web_search)
        };
        assert_eq!(usage("anthropic", "claude-sonnet-4-5"), (0, Some(10_000_000_000)));
        assert_eq!(usage("perplexity", "sonar"), (12_000_000_000, Some(0)), "its fee is for the search");
        assert_eq!(usage("mistral", "mistral-large-latest"), (0, None));
        let searched = Usage { web_searches: 2, ..Usage::default() };
        let priced = price(Call { usage: searched, ..call("openai", "gpt-5", 0, 0) });
        assert_eq!(priced, (Some(Usd(20_000_000)), CostSource::Computed, false));
    }

    #[test]
    fn a_total_alone_is_estimated() {
        let usage = Usage { total_logged: Some(321), ..Usage::default() };
        let (ours, source, _) = price(Call { usage, ..call("openai", "gpt-5", 0, 0) });
        assert_eq!((ours, source), (Some(Usd(1_103_438)), CostSource::Estimated));
    }

    #[test]
    fn output_that_has_no_rate_is_not_free() {
        let read = |text: &str| toml::from_str::<std::collections::BTreeMap<String, toml::Value>>(text).unwrap();
        let own = || OwnPrices::try_from(read("acme = { input = 2 }")).unwrap();
        let cost = |usage: Usage| {
            let mut scribe = Scribe::new(SourceId(0));
            let mut store = Store::default();
            scribe.write(&Call { at: DAY, usage, ..call("x", "acme", 0, 0) }, 1, Span::default());
            store.absorb(scribe.take(), &mut Catalog::with(own()), &mut Unobserved);
            let bill = Catalog::with(own()).bill(store.row(0)).unwrap();
            (store.row(0).cost(), store.row(0).cost_source(), bill.unpriced.is_some())
        };
        let embedding = Usage { input: Some(1_000), ..Usage::default() };
        assert_eq!(cost(embedding), (Some(Usd(2_000_000)), CostSource::Computed, false));
        let answered = Usage { output: Some(0), ..embedding };
        assert_eq!(cost(answered), (Some(Usd(2_000_000)), CostSource::Computed, false));
        assert_eq!(cost(Usage { output: Some(1), ..embedding }), (None, CostSource::Unpriced, true));
        let total = Usage { total_logged: Some(1_000), ..Usage::default() };
        assert_eq!(cost(total), (Some(Usd(2_000_000)), CostSource::Estimated, false), "all of it is input");
    }
}
