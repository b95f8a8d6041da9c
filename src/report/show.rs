//! `show ID`: one call in full: summary, bill line by line, request, response, raw record.

use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::calls::{call, place};
use crate::app::{Manner, section_lines};
use crate::ingest::event::{SourceInfo, Transcript};
use crate::model::{Bill, BillLine, Currency, Dim, Per, SourceId, Usd, clean, secret};
use crate::store::Row;
use crate::ui::numbers;

/// The interface's object.
pub fn json(
    row: Row<'_>,
    sources: &[SourceInfo],
    bill: Option<&Bill>,
    transcript: &Transcript,
    alike: &[Row<'_>],
    currency: Option<&Currency>,
) -> Json {
    let raw = match transcript.raw.as_slice() {
        [] => Json::Null,
        [one] => one.clone(),
        all => json!(all),
    };
    json!({
        "call": call(row, sources),
        "bill": bill.map(|bill| bill_json(row, bill, currency)),
        "caution": transcript.caution,
        "request": transcript.request,
        "response": transcript.response,
        "raw": raw,
        "possibleTwins": alike.iter().map(|other| json!({
            "id": other.id(),
            "source": place(sources, other.source(), other.span().at),
        })).collect::<Vec<_>>(),
        "twins": row.twins().iter().zip(&transcript.others).map(|(twin, other)| {
            let mut told = place(sources, twin.source, twin.span.at);
            told["record"] = json!(other.record.as_ref().ok());
            told
        }).collect::<Vec<_>>(),
    })
}

fn bill_json(row: Row<'_>, bill: &Bill, currency: Option<&Currency>) -> Json {
    let total = bill.price.as_ref().map(|_| bill.total);
    let mut answer = json!({
        "lines": bill.lines.iter().map(line_json).collect::<Vec<_>>(),
        "totalUsd": total,
        "estimated": bill.estimated,
        "apiEquivalent": row.is_api_equivalent(),
        "savedUsd": bill.cached.then_some(bill.total),
        "price": bill.price.as_ref().map(|price| json!({
            "model": price.model,
            "provider": price.provider,
            "source": price.source,
            "date": price.date,
            "since": price.since,
            "because": price.because,
        })),
        "unpricedBecause": bill.unpriced,
        "loggedUsd": bill.logged,
        "likelyCause": bill.likely_cause,
    });
    if let Some((currency, sum)) = currency.zip(total.or(bill.logged)) {
        answer["currency"] = super::analytics::currency(currency, sum);
    }
    answer
}

/// What is no token has a count in place of tokens, and no rate where no price is known.
fn line_json(line: &BillLine) -> Json {
    let (rate, usd) = line.price.unzip();
    match line.per {
        Per::MillionTokens => json!({"part": line.part, "tokens": line.count, "usdPerMillion": rate, "usd": usd}),
        Per::Thousand => json!({
            "part": line.part,
            "tokens": null,
            "usdPerMillion": null,
            "count": line.count,
            "usdPerThousand": rate,
            "usd": usd,
        }),
    }
}

/// For people: keys and passwords are hidden, unless they are asked for. The bill comes with its second currency.
pub fn text(
    mut out: impl Write,
    row: Row<'_>,
    sources: &[SourceInfo],
    (bill, currency): (Option<&Bill>, Option<&Currency>),
    transcript: &Transcript,
    alike: &[Row<'_>],
    secrets: bool,
) -> io::Result<()> {
    let open = |value: &Json| if secrets { value.clone() } else { secret::hide_in(value.clone()) };
    let mut line = |name: &str, value: Option<String>| match value {
        Some(value) if secrets => writeln!(out, "{name:<11}{}", clean::field(&value)),
        Some(value) => writeln!(out, "{name:<11}{}", clean::field(&secret::hide(&value))),
        None => Ok(()),
    };
    let name = |dim: Dim| row.name(dim).map(str::to_owned);
    line("id", Some(row.id()))?;
    let whose = if row.is_undated() { " (its file's: the record has no time)" } else { "" };
    line("when", Some(format!("{}{whose}", row.at().iso())))?;
    line("model", name(Dim::Model))?;
    line("asked for", name(Dim::Requested))?;
    line("provider", name(Dim::Provider))?;
    line("route", name(Dim::Route))?;
    line("status", Some(row.status().word().to_owned()))?;
    line("error", name(Dim::ErrorType))?;
    line("message", name(Dim::ErrorMessage))?;
    line("confidence", row.confidence().map(|said| said.to_string()))?;
    line("override", row.overridden().map(|over| if over { "yes" } else { "no" }.to_owned()))?;
    line("took", row.took().map(|nanos| format!("{}{}", row.about(), numbers::duration(Some(nanos)))))?;
    line("caution", transcript.caution.map(str::to_owned))?;
    let searches = row.usage().web_searches;
    line("searches", (searches > 0).then(|| format!("{searches} of the web")))?;
    line(
        "baseline",
        row.baseline().map(|baseline| match row.saved() {
            Some(saved) if saved < Usd::ZERO => {
                format!("${baseline} by the log: {} more", numbers::money(Usd(-saved.0)))
            }
            Some(saved) => format!("${baseline} by the log: {} saved", numbers::money(saved)),
            None => format!("${baseline} by the log"),
        }),
    )?;
    line("user", name(Dim::User))?;
    line("session", name(Dim::Session))?;
    line("project", name(Dim::Project))?;
    line("agent", name(Dim::Agent))?;
    line("use case", name(Dim::UseCase))?;
    let place = |id: SourceId, at: u64| sources.iter().find(|source| source.id == id).map(|source| source.place(at));
    line("source", place(row.source(), row.span().at))?;
    for twin in row.twins() {
        line("also at", place(twin.source, twin.span.at))?;
    }
    for other in alike {
        let there = place(other.source(), other.span().at).unwrap_or_default();
        line("maybe also", Some(format!("{}, {there}", other.id())))?;
    }
    writeln!(out)?;
    bill_text(&mut out, row, bill, currency)?;
    for (title, body) in [("request", &transcript.request), ("response", &transcript.response)] {
        if let Some(body) = body {
            writeln!(out, "\n── {title}")?;
            section_lines([body], Manner { rendered: false, secrets })
                .iter()
                .try_for_each(|line| writeln!(out, "{}", line.text))?;
        }
    }
    writeln!(out, "\n── raw")?;
    for record in &transcript.raw {
        super::escape::pretty(&mut out, &open(record))?;
    }
    for other in &transcript.others {
        writeln!(out, "\n── also told: {}", clean::field(&other.place))?;
        match &other.record {
            Ok(record) => super::escape::pretty(&mut out, &open(record))?,
            Err(why) => writeln!(out, "{}", clean::field(why))?,
        }
    }
    Ok(())
}

fn bill_text(out: &mut impl Write, row: Row<'_>, bill: Option<&Bill>, currency: Option<&Currency>) -> io::Result<()> {
    let Some(bill) = bill else { return writeln!(out, "no cost: neither tokens nor an amount are logged") };
    match &bill.price {
        Some(price) => {
            writeln!(out, "price       {}, {}", clean::field(&price.name()), clean::field(&price.origin()))?;
            if !price.because.is_empty() {
                writeln!(out, "            {}", clean::field(&price.because))?;
            }
        }
        None => {
            let model = clean::field(row.name(Dim::Model).unwrap_or("–")).into_owned();
            writeln!(out, "price       none known for {model}: its cost is left out, not guessed")?;
            if let Some(why) = &bill.unpriced {
                writeln!(out, "            {}", clean::field(why))?;
            }
        }
    }
    for line in &bill.lines {
        let count = numbers::grouped(line.count);
        let per = if line.per == Per::Thousand { "/1000" } else { "" };
        match line.price {
            Some((rate, usd)) => {
                let rate = format!("{rate}{per}");
                writeln!(out, "{:<22}{count:>12} × ${rate:<9} = ${usd}", line.part)?;
            }
            None => writeln!(out, "{:<22}{count:>12} × ?  no price is known: not in the sum", line.part)?,
        }
    }
    if bill.price.is_some() {
        let mark = if bill.estimated { " (estimated from a total of tokens)" } else { "" };
        let sum = if bill.cached { "saved by the cache" } else { "our sum" };
        writeln!(out, "{sum:<22}{:>27} ${}{mark}", "", bill.total)?;
        if let Some(currency) = currency {
            let (amount, origin) = (numbers::foreign_exact(currency, bill.total), currency.origin());
            writeln!(out, "{:<22}{:>27} {amount} at {origin}", "", "")?;
        }
        if row.is_api_equivalent() && !bill.cached {
            writeln!(out, "            API-equivalent: what the API charges; a subscription may have paid")?;
        }
    }
    if let Some(logged) = bill.logged {
        let times = if !bill.cached && bill.total > Usd::ZERO && logged != bill.total {
            format!("  ({:.2} × ours)", logged.dollars() / bill.total.dollars())
        } else {
            String::new()
        };
        writeln!(out, "{:<22}{:>27} ${logged}{times}", "the log says", "")?;
        if let Some(currency) = currency {
            writeln!(out, "{:<22}{:>27} {}", "", "", numbers::foreign_exact(currency, logged))?;
        }
    }
    match &bill.likely_cause {
        Some(cause) => writeln!(out, "likely cause: {cause}"),
        None => Ok(()),
    }
}
