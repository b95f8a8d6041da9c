//! Usage × rates = bill, in integers. Each line is rounded to the nano-dollar, and the total is the sum of the lines, so
//! that a bill adds up as it is written.

use super::catalog::Rates;
use crate::model::{BillLine, Medium, Per, Usage, Usd};

/// So many at a rate in pico-dollars, rounded half up to a nano-dollar.
pub(super) fn amount(count: u64, rate: i64) -> Usd {
    // Nearly every product is a word, and a word is divided in a fraction of the time.
    let word = i64::try_from(count).ok().and_then(|count| count.checked_mul(rate)?.checked_add(500));
    word.map_or_else(|| wide(count, rate), |pico| Usd(pico.div_euclid(1_000)))
}

#[cold]
fn wide(count: u64, rate: i64) -> Usd {
    let pico = i128::from(count) * i128::from(rate);
    Usd(i64::try_from((pico + 500).div_euclid(1_000)).unwrap_or(i64::MAX))
}

/// The lines of a bill. A total alone is estimated as three quarters input and one quarter output.
pub(super) fn lines(usage: &Usage, rates: &Rates) -> Vec<BillLine> {
    let line = |part: &'static str, tokens: Option<u32>, rate: i64| {
        tokens.map(u64::from).map(|tokens| BillLine {
            part,
            count: tokens,
            per: Per::MillionTokens,
            price: Some((rate as f64 / 1e6, amount(tokens, rate))),
        })
    };
    let text = usage.text();
    let medium = |medium: Medium| {
        let (rate, is_its_own) = rates.of(medium);
        let tokens = Some(usage.medium(medium)).filter(|tokens| *tokens > 0);
        line(if is_its_own { medium.word() } else { medium.as_text() }, tokens, rate)
    };
    let whole = usage.total_logged.filter(|_| !usage.has_parts()).map(|tokens| BillLine {
        part: "total (estimated)",
        count: u64::from(tokens),
        per: Per::MillionTokens,
        price: Some((blend(rates) as f64 / 4e6, estimate(usage, rates))),
    });
    let by_piece = |part: &'static str, count: u64, rate: Option<i64>| {
        let price = rate.map(|rate| (rate as f64 / 1e9, amount(count, rate)));
        (count > 0).then_some(BillLine { part, count, per: Per::Thousand, price })
    };
    [
        whole,
        line("input", text.input, rates.input),
        medium(Medium::AudioInput),
        medium(Medium::ImageInput),
        line("cache read", text.cache_read, rates.cache_read),
        medium(Medium::CachedAudio),
        medium(Medium::CachedImage),
        line("cache write", usage.cache_write_5m, rates.cache_write_5m),
        line("cache write 1h", usage.cache_write_1h, rates.cache_write_1h),
        line("output", text.output, rates.output),
        medium(Medium::AudioOutput),
        medium(Medium::ImageOutput),
        by_piece("request", requests(usage), Some(rates.request)).filter(|_| rates.request > 0),
        by_piece("web search", u64::from(usage.web_searches), rates.web_search),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Requests that a fee is charged for: one that used nothing has failed.
pub(super) fn requests(usage: &Usage) -> u64 {
    u64::from(usage.is_billable())
}

/// What is no token: the fee of the request, and the searches whose price is known.
fn by_piece(usage: &Usage, rates: &Rates) -> Usd {
    amount(requests(usage), rates.request) + searches(usage, rates)
}

pub(super) fn searches(usage: &Usage, rates: &Rates) -> Usd {
    amount(u64::from(usage.web_searches), rates.web_search.unwrap_or(0))
}

/// Four times the rate of a token of which only the total is known: three quarters input and one quarter output.
fn blend(rates: &Rates) -> i64 {
    3 * rates.input + rates.output
}

fn estimate(usage: &Usage, rates: &Rates) -> Usd {
    let pico = i128::from(usage.total_logged.unwrap_or(0)) * i128::from(blend(rates));
    Usd(i64::try_from((pico + 2_000).div_euclid(4_000)).unwrap_or(i64::MAX))
}

/// As the sum of [`lines`], without making them.
pub(super) fn total(usage: &Usage, rates: &Rates) -> Usd {
    if !usage.has_parts() {
        return estimate(usage, rates) + by_piece(usage, rates);
    }
    let text = usage.text();
    let tokens: Usd = [
        (text.input, rates.input),
        (text.cache_read, rates.cache_read),
        (text.cache_write_5m, rates.cache_write_5m),
        (text.cache_write_1h, rates.cache_write_1h),
        (text.output, rates.output),
    ]
    .into_iter()
    .filter_map(|(tokens, rate)| tokens.map(|tokens| amount(u64::from(tokens), rate)))
    .sum();
    tokens + media(usage, rates) + by_piece(usage, rates)
}

/// What its sound and pictures cost.
fn media(usage: &Usage, rates: &Rates) -> Usd {
    if usage.media.is_none() {
        return Usd::ZERO;
    }
    Medium::ALL.into_iter().map(|medium| amount(u64::from(usage.medium(medium)), rates.of(medium).0)).sum()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::Media;

    pub(in super::super) const SONNET: Rates = Rates {
        input: 3_000_000,
        cache_read: 300_000,
        cache_write_5m: 3_750_000,
        cache_write_1h: 6_000_000,
        output: 15_000_000,
        input_only: false,
        request: 0,
        web_search: Some(10_000_000_000),
        media: [None; Medium::COUNT],
    };

    pub(in super::super) fn call() -> Usage {
        Usage { input: Some(1_204), cache_read: Some(18_432), output: Some(911), ..Usage::default() }
    }

    #[test]
    fn amounts_of_any_size_are_rounded_alike() {
        for (count, rate) in
            [(0, 5), (1, 499), (1, 500), (3, 333), (911, 15_000_000), (u64::from(u32::MAX), 75_000_000)]
        {
            assert_eq!(amount(count, rate), wide(count, rate), "{count} × {rate}");
        }
        assert_eq!(amount(1_000_000_000, 1_000_000_000_000), Usd(1_000_000_000_000_000_000), "beyond a word");
        assert_eq!(amount(u64::MAX, i64::MAX), Usd(i64::MAX), "beyond any bill");
    }

    #[test]
    fn a_bill_adds_up_line_by_line() {
        let lines = lines(&call(), &SONNET);
        let told: Vec<_> = lines.iter().map(|line| (line.part, line.usd().to_string())).collect();
        assert_eq!(
            told,
            [
                ("input", "0.003612000".to_owned()),
                ("cache read", "0.005529600".to_owned()),
                ("output", "0.013665000".to_owned()),
            ]
        );
        assert_eq!(total(&call(), &SONNET), lines.iter().map(BillLine::usd).sum());
    }

    #[test]
    fn sound_and_pictures_have_lines_of_their_own_within_what_they_are_part_of() {
        let usage = Usage { media: Media([1_000, 0, 0, 0, 0, 2_000]), ..call() };
        let rates = Rates { media: [Some(32_000_000), None, None, None, None, None], ..SONNET };
        let lines = lines(&usage, &rates);
        let told: Vec<_> = lines.iter().map(|line| (line.part, line.count, line.usd().0)).collect();
        assert_eq!(
            told,
            [
                ("input", 204, 612_000),
                ("audio input", 1_000, 32_000_000),
                ("cache read", 18_432, 5_529_600),
                ("output", 0, 0),
                ("image output (at the text rate)", 911, 13_665_000),
            ]
        );
        assert_eq!(total(&usage, &rates), lines.iter().map(BillLine::usd).sum());
    }

    #[test]
    fn what_is_no_token_has_lines_of_its_own() {
        let usage = Usage { web_searches: 3, ..call() };
        let rates = Rates { request: 12_000_000_000, ..SONNET };
        let told = |rates: &Rates| -> Vec<_> {
            lines(&usage, rates).into_iter().skip(3).map(|line| (line.part, line.count, line.price)).collect()
        };
        let (request, search) = (("request", 1, Some((12.0, Usd(12_000_000)))), Some((10.0, Usd(30_000_000))));
        assert_eq!(told(&rates), [request, ("web search", 3, search)]);
        assert_eq!(total(&usage, &rates), total(&call(), &SONNET) + Usd(42_000_000));
        let unknown = Rates { web_search: None, ..SONNET };
        assert_eq!(told(&unknown), [("web search", 3, None)], "said, and not in the total");
        assert_eq!(total(&usage, &unknown), total(&call(), &SONNET));
        assert_eq!(total(&Usage::default(), &rates), Usd::ZERO, "what used nothing is no request to pay for");
        let alone = Usage { total_logged: Some(100), ..Usage::default() };
        assert_eq!(total(&alone, &rates), lines(&alone, &rates).iter().map(BillLine::usd).sum());
    }

    #[test]
    fn a_total_alone_is_three_quarters_input() {
        let usage = Usage { total_logged: Some(321), ..Usage::default() };
        let gpt5 = Rates { input: 1_250_000, output: 10_000_000, ..Rates::default() };
        assert_eq!(total(&usage, &gpt5), Usd(1_103_438));
    }
}
