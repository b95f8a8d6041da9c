//! Why a log claims another amount than ours: the usual mistakes, and the prices of other models. Named is what gives the
//! claimed amount to the log's own precision; a cause that is only near would be named for any amount.

use genai_prices::ModelInfo;

use super::bill::{self, amount, requests, searches};
use super::catalog::{Asked, Entry, PROBE, Rates, calculator, probe_rates};
use super::find::OWN;
use super::parts::Parts;
use crate::model::bill::differs;
use crate::model::{Media, Tier, Usage, Usd};

/// A cause, and the amount that it gives.
#[derive(Debug)]
pub(super) struct Suspect {
    amount: Usd,
    cause: String,
    /// Rounding explains up to one part in so many: there are few mistakes, and many prices.
    parts: i64,
}

impl Suspect {
    fn mistake(amount: Usd, cause: impl Into<String>) -> Self {
        Self { amount, cause: cause.into(), parts: 100 }
    }

    fn price(amount: Usd, cause: impl Into<String>) -> Self {
        Self { amount, cause: cause.into(), parts: 1_000 }
    }

    /// How far it is from the claim, where rounding can explain that.
    fn gap(&self, logged: Usd) -> Option<i64> {
        let size = logged.0.abs();
        let rounding = Some(logged.rounding().0).filter(|half| half * self.parts <= size).unwrap_or(0);
        // Each line of a bill is rounded, and floats leave a rest.
        let most = rounding.max(2).max((size / 2_000).min(1_000));
        let gap = self.amount.0.abs_diff(logged.0);
        i64::try_from(gap).ok().filter(|gap| *gap <= most)
    }
}

/// The cause that fits best, if one does. Other prices are only asked for where they are needed.
pub(super) fn likely(
    logged: Usd,
    ours: Usd,
    usage: &Usage,
    rates: &Rates,
    prices: impl FnOnce() -> Vec<Suspect>,
) -> Option<String> {
    if logged.is_zero() && ours > Usd::ZERO {
        return Some("the log states $0 for a call with tokens".to_owned());
    }
    if !usage.has_parts() || !differs(logged, ours) {
        return None;
    }
    let suspects = mistakes(ours, usage, rates).into_iter().chain(prices());
    let fitting = suspects.filter_map(|suspect| Some((suspect.gap(logged)?, suspect.cause)));
    fitting.min_by_key(|(gap, _)| *gap).map(|(_, cause)| cause)
}

/// What Perplexity charges for a request whose search context is small or middling; the catalogue lists the large. From
/// its list of prices, July 2025.
const SMALLER_FEES: [Usd; 4] = [Usd(5_000_000), Usd(6_000_000), Usd(8_000_000), Usd(10_000_000)];

/// Dollars a million tokens that homemade logs bill every model at.
const FLAT: [&str; 8] = ["0.50", "1", "2", "5", "10", "15", "20", "30"];

/// Mistakes that need no other price.
fn mistakes(ours: Usd, usage: &Usage, rates: &Rates) -> Vec<Suspect> {
    let part = |part: Option<u32>| u64::from(part.unwrap_or(0));
    let (fresh, read, output) = (part(usage.input), part(usage.cache_read), part(usage.output));
    let (short, long) = (part(usage.cache_write_5m), part(usage.cache_write_1h));
    let written = short + long;
    let without_writes = ours - amount(short, rates.cache_write_5m) - amount(long, rates.cache_write_1h);
    let prompt = fresh + read + written;
    let fee = amount(requests(usage), rates.request);
    let searches = searches(usage, rates);
    let full_price = ours - amount(read, rates.cache_read) + amount(read, rates.input);
    let has_media = !usage.media.is_none();
    let as_text = bill::total(&Usage { media: Media::NONE, ..*usage }, rates);
    let suspects = [
        (has_media, as_text, "audio and images at the text rate"),
        (has_media, bill::total(&usage.text(), rates), "audio and images left out"),
        (!searches.is_zero(), ours - searches, "web searches left out"),
        (!fee.is_zero(), ours - fee, "the fee per request left out"),
        (!fee.is_zero() && !searches.is_zero(), ours - fee - searches, "the fee per request and web searches left out"),
        (read > 0, full_price, "cached tokens billed at the full input rate"),
        (read > 0, ours + amount(read, rates.input), "cached tokens counted twice"),
        (
            read > 0 && written > 0,
            amount(prompt, rates.input) + amount(output, rates.output),
            "the whole prompt billed at the full input rate",
        ),
        (written > 0, without_writes, "cache writes left out"),
        (
            long > 0,
            without_writes + amount(written, rates.cache_write_5m),
            "hour-long cache writes at the five-minute rate",
        ),
        (
            short > 0,
            without_writes + amount(written, rates.cache_write_1h),
            "five-minute cache writes at the hour's rate",
        ),
        (written > 0, without_writes + amount(written, rates.input), "cache writes at the input rate"),
        (true, amount(fresh, rates.input) + amount(output, rates.output), "cached tokens left out"),
        (
            usage.reasoning > Some(0),
            ours + amount(part(usage.reasoning), rates.output),
            "reasoning counted twice: it is within the output",
        ),
        (true, ours + ours, "counted twice"),
        (true, Usd(ours.0 / 2), "half the price, as for a batch"),
        (output > 0, ours - amount(output, rates.output), "output left out"),
        (true, amount(prompt, 1_000_000) + amount(output, 2_000_000), "a flat $1 and $2 a million, whatever the model"),
    ];
    let suspects = suspects.into_iter().filter(|(applies, ..)| *applies);
    let smaller = SMALLER_FEES.into_iter().filter(|smaller| fee > *smaller);
    let flat = FLAT.into_iter().filter_map(|dollars| {
        let sum = amount(prompt + output, Usd::parse(dollars)?.0 / 1_000);
        Some(Suspect::mistake(sum, format!("a flat ${dollars} a million, whatever the model")))
    });
    suspects
        .map(|(_, amount, cause)| Suspect::mistake(amount, cause))
        .chain(smaller.map(|smaller| Suspect::mistake(ours - fee + smaller, "the fee of a smaller search context")))
        .chain(flat)
        .collect()
}

/// What a call comes to at other prices of its maker, those of the nearest names first.
///
/// `entry` is the standard price of the call's model.
pub(super) fn other_prices(entry: &Entry, usage: &Usage, tier: Tier) -> Vec<Suspect> {
    let own = &entry.note.model;
    let maker = entry.note.provider.as_deref();
    let Some(provider) = calculator().providers().find(|provider| Some(provider.id()) == maker) else {
        return Vec::new();
    };
    let at = |model: &str, tier: Tier, prompt: u64| {
        let asked = Asked { model, provider: maker, slot: entry.slot, tier };
        probe_rates(&asked, prompt).map(|rates| bill::total(usage, &rates.suiting(usage, &asked, prompt)))
    };
    let prompt = usage.prompt().max(PROBE);
    let mut suspects = Vec::new();
    if entry.note.source == OWN {
        let sum = at(own, Tier::Standard, prompt);
        suspects.extend(sum.map(|sum| Suspect::price(sum, format!("the catalogue's price of {own}"))));
    } else {
        let small = at(own, Tier::Standard, PROBE);
        suspects.extend(small.map(|sum| Suspect::mistake(sum, "the dearer rates of a large prompt left out")));
        let batch = Some(Tier::Batch).filter(|_| tier == Tier::Standard).and_then(|batch| at(own, batch, prompt));
        suspects.extend(batch.map(|sum| Suspect::mistake(sum, "the batch rate")));
    }
    let mut others: Vec<&str> = provider.models().map(ModelInfo::id).filter(|id| *id != own.as_str()).collect();
    let parts = Parts::of(own);
    others.sort_by_cached_key(|id| parts.distance(id));
    let prices = others.into_iter().filter_map(|id| {
        let sum = at(id, Tier::Standard, prompt)?;
        Some(Suspect::price(sum, format!("the price of {id}")))
    });
    suspects.extend(prices);
    suspects
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Stamp;
    use crate::price::OwnPrices;
    use crate::price::bill::tests::{SONNET, call};
    use crate::price::catalog::slot_of;
    use crate::price::find::find;

    fn cause(logged: Usd, usage: &Usage, rates: &Rates) -> Option<String> {
        likely(logged, bill::total(usage, rates), usage, rates, Vec::new)
    }

    #[test]
    fn what_is_no_token_is_what_logs_leave_out() {
        let usage = Usage { web_searches: 3, ..call() };
        let rates = Rates { request: 12_000_000_000, ..SONNET };
        let ours = bill::total(&usage, &rates);
        for (missing, named) in [
            (30_000_000, "web searches left out"),
            (12_000_000, "the fee per request left out"),
            (42_000_000, "the fee per request and web searches left out"),
            (4_000_000, "the fee of a smaller search context"),
        ] {
            assert_eq!(cause(ours - Usd(missing), &usage, &rates).as_deref(), Some(named));
        }
    }

    #[test]
    fn known_mistakes_are_named() {
        let ours = bill::total(&call(), &SONNET);
        let all = 1_204 + 18_432 + 911;
        for (logged, named) in [
            (ours, None),
            (Usd::ZERO, Some("the log states $0 for a call with tokens")),
            (ours + amount(18_432, SONNET.input), Some("cached tokens counted twice")),
            (Usd(1), None),
            (Usd((19_636 + 2 * 911) * 1_000), Some("a flat $1 and $2 a million, whatever the model")),
            (Usd(all * 500), Some("a flat $0.50 a million, whatever the model")),
            (Usd(all * 5_000), Some("a flat $5 a million, whatever the model")),
            (Usd(ours.0 / 2), Some("half the price, as for a batch")),
        ] {
            assert_eq!(cause(logged, &call(), &SONNET).as_deref(), named, "{logged}");
        }
        let written = Usage { cache_write_1h: Some(10_000), ..call() };
        let short = bill::total(&written, &SONNET) - amount(10_000, 2_250_000);
        let named = "hour-long cache writes at the five-minute rate";
        assert_eq!(cause(short, &written, &SONNET).as_deref(), Some(named));
    }

    #[test]
    fn the_nearest_amount_is_the_cause_and_the_logs_own_rounding_is_none() {
        let ours = bill::total(&call(), &SONNET);
        let twice = ours + ours;
        let beside = || vec![Suspect::price(twice + Usd(900), "the price of another")];
        let named = |logged: Usd| likely(logged, ours, &call(), &SONNET, beside);
        assert_eq!(named(twice).as_deref(), Some("counted twice"));
        assert_eq!(named(twice + Usd(899)).as_deref(), Some("the price of another"));
        // $0.0456132 in four places, and in two.
        assert_eq!(named(Usd(45_600_000)).as_deref(), Some("counted twice"));
        assert_eq!(named(Usd(50_000_000)), None, "a tenth is no rounding of it");
        assert_eq!(named(Usd(20_000_000)), None, "ours in cents");
    }

    /// What is named for a claim, with the catalogue's other prices; and what the call costs.
    fn of_catalogue(model: &str, usage: &Usage, claim: impl Fn(Usd) -> Usd) -> Option<String> {
        let provider = Some(if model.starts_with("gpt") { "openai" } else { "anthropic" });
        // 2026-01-05.
        let slot = slot_of(Stamp(1_767_607_200_000));
        let asked = Asked { model, provider, slot, tier: Tier::Standard };
        let entry = find(&OwnPrices::default(), &asked).unwrap();
        let rates = entry.rates_at(usage.prompt());
        let ours = bill::total(usage, &rates);
        likely(claim(ours), ours, usage, &rates, || other_prices(&entry, usage, Tier::Standard))
    }

    #[test]
    fn another_models_price_is_named_by_its_nearest_name() {
        let usage = Usage { input: Some(14_211), cache_read: Some(3_877), output: Some(1_093), ..Usage::default() };
        // Pico-dollars for fresh input, cache reads and output.
        let at = |fresh: i64, read: i64, out: i64| amount(14_211, fresh) + amount(3_877, read) + amount(1_093, out);
        let gpt_5 = at(1_250_000, 125_000, 10_000_000);
        for (model, logged, named) in [
            ("gpt-4o-mini", gpt_5, "the price of gpt-5"),
            ("claude-opus-4-5", at(3_000_000, 300_000, 15_000_000), "the price of claude-sonnet-4-5"),
            ("claude-sonnet-4-5", at(1_000_000, 100_000, 5_000_000), "the price of claude-haiku-4-5"),
        ] {
            assert_eq!(of_catalogue(model, &usage, |_| logged).as_deref(), Some(named));
        }
        assert_eq!(
            of_catalogue("gpt-4o", &usage, |ours| Usd(ours.0 / 2)).as_deref(),
            Some("half the price, as for a batch")
        );
    }

    #[test]
    fn an_amount_out_of_the_blue_has_no_cause() {
        let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
        let mut below = |most: u64| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed % most
        };
        let mut named = Vec::new();
        for nth in 0..300 {
            let model = ["gpt-5", "gpt-4o-mini", "gpt-4.1", "claude-sonnet-4-5"][nth % 4];
            let mut tokens = |most: u64| Some(200 + below(most) as u32);
            let usage =
                Usage { input: tokens(9_000), cache_read: tokens(9_000), output: tokens(2_000), ..Usage::default() };
            let per_mille = 200 + below(6_000) as i64;
            // Some to the nano-dollar, some to four places.
            let place = if nth % 3 == 0 { 100_000 } else { 1 };
            named.extend(of_catalogue(model, &usage, |ours| Usd(ours.0 * per_mille / 1_000 / place * place)));
        }
        assert!(named.len() <= 2, "{} of 300: {named:?}", named.len());
    }
}
