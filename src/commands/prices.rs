//! `callscope prices`: the rates of a model, where they come from, and why they are that model's.

use std::io::Write;
use std::process::ExitCode;

use serde_json::{Value as Json, json};

use super::{Failure, look};
use crate::cli::PricesArgs;
use crate::config::Config;
use crate::model::{Currency, Stamp, Tier, Usd, clean};
use crate::price::{Catalog, Quote, nearest, why};
use crate::report::{Out, escape};
use crate::ui::numbers;

const MILLION: &str = "usdPerMillion";

pub fn run(args: &PricesArgs) -> Result<ExitCode, Failure> {
    let config = Config::load(args.config.as_deref())?;
    let currency = look::currency(args.currency.as_deref(), &config)?;
    let now = Stamp::now();
    let at = args.at.as_deref().map_or(Ok(now), |text| super::moment("at", text, crate::query::parse_since, now))?;
    let tier = match &args.tier {
        Some(word) => Tier::parse(word).ok_or_else(|| {
            let known = Tier::ALL.map(Tier::word).join(", ");
            Failure::Usage(format!("no tier is named {word}: there are {known}"))
        })?,
        None => Tier::Standard,
    };
    let mut out = Out::new();
    let Some(model) = &args.model else {
        let own: Vec<&str> = config.prices.names().collect();
        writeln!(out, "The catalogue is genai-prices; `callscope prices MODEL` shows a model's rates.")?;
        writeln!(
            out,
            "Your own prices in callscope.toml: {}",
            if own.is_empty() { "none".to_owned() } else { own.join(", ") }
        )?;
        out.flush()?;
        complain(&config);
        return Ok(ExitCode::SUCCESS);
    };
    let Some(quote) = Quote::of(&config.prices, model, args.provider.as_deref(), at, tier) else {
        if let Some(why) = why(&config.prices, model, args.provider.as_deref()) {
            return Err(Failure::Could(format!("{}: name a model of the catalogue, or its rates", clean::field(&why))));
        }
        let (near, name) = (nearest(&config.prices, model, 3), escape::toml(model));
        let hint = match near.first() {
            Some(first) => format!("is it {}? Then {name} = {{ like = \"{first}\" }}", near.join(", or ")),
            None => format!("{name} = {{ input = …, output = … }} in dollars per million tokens, or \"free\""),
        };
        return Err(Failure::Could(format!(
            "no price is known for {}: its calls are unpriced. Under [prices] in callscope.toml: {hint}",
            clean::field(model)
        )));
    };
    let note = &quote.note;
    if args.json {
        let rates = |lines: &[(&'static str, f64)], per: &str| -> Json {
            let line = |(part, rate): &(&'static str, f64)| {
                let mut line = json!({"part": part, per: rate});
                if let Some(currency) = &currency {
                    line["inCurrency"] = json!(currency.of(Usd::from_dollars(*rate).unwrap_or_default()));
                }
                line
            };
            lines.iter().map(line).collect()
        };
        escape::pretty(
            &mut out,
            &json!({
                "model": note.model,
                "provider": note.provider,
                "source": note.source,
                "date": note.date,
                "since": note.since,
                "because": note.because,
                "rates": rates(&quote.lines, MILLION),
                "fees": rates(&quote.fees, "usdPerThousand"),
                "above": quote.above.as_ref().map(|(limit, lines)| json!({"promptTokens": limit, "rates": rates(lines, MILLION)})),
                "currency": currency.as_ref().map(|known| json!({"code": known.code, "rate": known.rate, "date": known.date})),
            }),
        )?;
    } else {
        writeln!(out, "{}  {}", clean::field(&note.name()), note.origin())?;
        writeln!(out, "  {}", note.because)?;
        let also = |rate: f64| {
            let also = currency.as_ref().zip(Usd::from_dollars(rate));
            also.map(|(currency, rate)| format!(" {}", exactly(currency, rate))).unwrap_or_default()
        };
        for (part, rate) in &quote.lines {
            writeln!(out, "  {part:<16}${rate}{} per million tokens", also(*rate))?;
        }
        for (part, rate) in &quote.fees {
            writeln!(out, "  {part:<16}${rate}{} per thousand", also(*rate))?;
        }
        if let Some((limit, lines)) = &quote.above {
            writeln!(out, "for the whole call, when its prompt has more than {limit} tokens:")?;
            for (part, rate) in lines {
                writeln!(out, "  {part:<16}${rate}{}", also(*rate))?;
            }
        }
        if let Some(currency) = &currency {
            writeln!(out, "{} at {}", currency.code, currency.origin())?;
        }
    }
    out.flush()?;
    complain(&config);
    Ok(ExitCode::SUCCESS)
}

/// A rate is for reckoning with: to the millionth, without zeros that say nothing.
fn exactly(currency: &Currency, rate: Usd) -> String {
    numbers::foreign_exact(currency, rate).trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[expect(clippy::print_stderr, reason = "nothing but data goes to standard output")]
fn complain(config: &Config) {
    for complaint in Catalog::with(config.prices.clone()).complaints() {
        eprintln!("callscope: {}", clean::line(&complaint));
    }
}
