//! `callscope report`: the figures of the screens.

use std::io::Write;
use std::process::ExitCode;

use serde_json::{Value as Json, json};

use super::Failure;
use super::books::Books;
use super::look::resolve;
use crate::cli::ReportArgs;
use crate::figures::Scope;
use crate::model::{Stamp, Usd, Window, clean};
use crate::price::nearest;
use crate::report::{Out, alerts, analytics, escape, text, trust};
use crate::rules::{Folded, Rules};
use crate::store::Pricer;
use crate::ui::numbers;

pub fn run(args: &ReportArgs) -> Result<ExitCode, Failure> {
    let resolved = resolve(&args.look, false, Window::All)?;
    let mut scope = resolved.scope;
    let (mut books, _) = Books::open(resolved.ingest, &resolved.config.prices);
    books.expect_sources()?;
    books.find_bodies(&mut scope);
    let what_if = args.what_if.as_deref().map(|model| compare(&mut books, &scope, model));
    if let Some(compared) = what_if.as_ref().filter(|compared| compared.calls == 0 && compared.left_out > 0) {
        let near = nearest(&resolved.config.prices, &compared.model, 3).join(", ");
        let near = if near.is_empty() { String::new() } else { format!("; there are {near}") };
        return Err(Failure::Could(format!("no price is known for {}, or no call has tokens{near}", compared.model)));
    }
    let now = scope.until.map_or_else(Stamp::now, |until| until.min(Stamp::now()));
    let rules = Rules::new(resolved.config.rules.clone()).map_err(|mistake| Failure::Could(mistake.why))?;
    let folded = Folded::for_advice(&books.store, scope);
    let advice = rules.advice(&folded.facts(&books.store, &[], now), &mut books.catalog);
    let board = folded.board;
    let mut out = Out::new();
    if args.json {
        let mut answer = analytics::report(&books.store, &board, &books.infos(), &resolved.config.prices);
        answer["recommendations"] = advice.iter().map(alerts::recommendation).collect();
        if let Some(currency) = &resolved.currency {
            answer["cost"]["currency"] = analytics::currency(currency, board.total.cost);
        }
        if let Some(compared) = &what_if {
            answer["whatIf"] = compared.json();
        }
        escape::pretty(&mut out, &answer)?;
    } else {
        text::report(&mut out, &books.store, &board, &books.infos(), &resolved.config.prices)?;
        trust::text(&mut out, &books.store, &board.scope)?;
        for (nth, finding) in advice.iter().enumerate() {
            let title = if nth == 0 { "\nrecommendations\n" } else { "" };
            writeln!(out, "{title}  {}  {}", alerts::badge(finding.severity), clean::field(&finding.message))?;
        }
        if let Some(currency) = &resolved.currency {
            let total = currency.of(board.total.cost);
            writeln!(out, "\n{} {total:.2} at {}", currency.code, currency.origin())?;
        }
        if let Some(compared) = &what_if {
            writeln!(out, "\n{}", compared.sentence())?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// What calls cost, and what they would have at another model's price.
struct Compared {
    model: String,
    calls: u64,
    cost: Usd,
    then: Usd,
    /// Calls that have no cost, or no tokens to price.
    left_out: u64,
}

/// Of each call either both amounts count or none: a difference of unlike sums says nothing.
fn compare(books: &mut Books, scope: &Scope, model: &str) -> Compared {
    let mut sum = Compared { model: model.to_owned(), calls: 0, cost: Usd::ZERO, then: Usd::ZERO, left_out: 0 };
    for row in books.store.rows().filter(|row| scope.keeps(*row)) {
        // Price against price: what a log claims may be no price at all.
        match books.catalog.what_if(row, model) {
            Some((cost, then)) => {
                sum.calls += 1;
                sum.cost += cost;
                sum.then += then;
            }
            None => sum.left_out += 1,
        }
    }
    sum
}

/// What such a comparison leaves out.
const OF_PRICES: &str = "this compares prices, not quality";

impl Compared {
    fn json(&self) -> Json {
        json!({
            "model": self.model,
            "calls": self.calls,
            "costUsd": self.cost,
            "thenUsd": self.then,
            "savingUsd": self.cost - self.then,
            "leftOut": self.left_out,
            "note": OF_PRICES,
        })
    }

    fn sentence(&self) -> String {
        let (calls, model) = (numbers::grouped(self.calls), &self.model);
        if self.calls == 0 {
            return format!("what if {model}: no price is known for it, or no call has tokens");
        }
        let saving = self.cost - self.then;
        let word = if saving < Usd::ZERO { "more" } else { "less" };
        let amount = numbers::money(Usd(saving.0.abs()));
        let left = match self.left_out {
            0 => String::new(),
            left => format!("; {} calls are left out", numbers::grouped(left)),
        };
        format!(
            "what if {model}: {calls} calls at {} instead of {}, {amount} {word}{left} ({OF_PRICES})",
            numbers::money(self.then),
            numbers::money(self.cost),
        )
    }
}
