//! `callscope report`: the figures of the screens.

use std::io::Write;
use std::process::ExitCode;

use serde_json::{Value as Json, json};

use super::Failure;
use super::books::Books;
use super::look::resolve;
use crate::cli::ReportArgs;
use crate::config::Config;
use crate::figures::templates::Templates;
use crate::figures::waterfall::{self, Against, Period};
use crate::figures::{Differ, Scope, Stakes, Waterfall};
use crate::model::{Currency, Stamp, Usd, Window, clean};
use crate::price::{OwnPrices, nearest};
use crate::query::Filter;
use crate::report::compare::Comparison;
use crate::report::line::Line;
use crate::report::templates::Found;
use crate::report::{Out, alerts, analytics, csv, escape, goals, markdown, text, trust};
use crate::rules::{Finding, Folded, Rules};
use crate::store::Pricer;
use crate::ui::numbers;

pub fn run(args: &ReportArgs) -> Result<ExitCode, Failure> {
    let resolved = resolve(&args.look, false, Window::All)?;
    let mut scope = resolved.scope;
    scope.sessions = args.csv.is_some();
    // What cannot be compared is said before hours of logs are read.
    let periods = args.compare.map(|against| periods(&scope, against)).transpose()?;
    let stray = args.look.sources.iter().find(|source| args.line.is_some() && source.to_string_lossy().contains('{'));
    if let Some(format) = stray {
        let format = format.to_string_lossy();
        return Err(Failure::Usage(format!("the format goes after =, as in --line=\"{format}\"")));
    }
    let line = args.line.as_deref().map(Line::parse).transpose().map_err(Failure::Usage)?;
    let (mut books, _) = Books::open(resolved.ingest, &resolved.config.prices);
    books.expect_sources()?;
    find_bodies(&books, &mut scope, periods);
    let what_if = args.what_if.as_deref().map(|model| compare(&mut books, &scope, model));
    if let Some(compared) = what_if.as_ref().filter(|compared| compared.calls == 0 && compared.left_out > 0) {
        let near = nearest(&resolved.config.prices, &compared.model, 3).join(", ");
        let near = if near.is_empty() { String::new() } else { format!("; there are {near}") };
        return Err(Failure::Could(format!("no price is known for {}, or no call has tokens{near}", compared.model)));
    }
    let compared_with = args.compare.zip(periods);
    let comparison = compared_with.map(|(against, periods)| comparison(&mut books, args, &scope, against, periods));
    let now = scope.until.map_or_else(Stamp::now, |until| until.min(Stamp::now()));
    let rules = Rules::new(resolved.config.rules.clone()).map_err(|mistake| Failure::Could(mistake.why))?;
    let standing = goals::standing(resolved.config.goals(now), &books.store, &scope, now);
    let folded = Folded { standing, ..Folded::for_advice(&books.store, scope) };
    let advice = rules.advice(&folded.facts(&books.store, &[], now), &mut books.catalog);
    let Folded { board, standing, .. } = &folded;
    let templates = args.templates.then(|| {
        let learnt = books.learn(&board.scope);
        Found { sums: Templates::fold(&books.store, &board.scope, &learnt), learnt }
    });
    let mut out = Out::new();
    if let Some(line) = &line {
        let Config { prices, trust, .. } = &resolved.config;
        let whole = || answer(&books, &folded, &advice, prices, trust, resolved.currency.as_ref());
        writeln!(out, "{}", line.write(&books.store, board, whole).map_err(Failure::Usage)?)?;
    } else if args.json {
        let Config { prices, trust, .. } = &resolved.config;
        let mut answer = answer(&books, &folded, &advice, prices, trust, resolved.currency.as_ref());
        if let Some(compared) = &what_if {
            answer["whatIf"] = compared.json();
        }
        if let Some(found) = &templates {
            answer["templates"] = found.json(&books.store);
        }
        if let Some(comparison) = &comparison {
            let (comparison, different) = comparison.json(&books.store);
            answer["comparison"] = comparison;
            answer["different"] = different.unwrap_or_default();
        }
        escape::pretty(&mut out, &answer)?;
    } else if let Some(section) = &args.csv {
        let only = Some(section.as_str()).filter(|section| !section.is_empty());
        csv::report(&mut out, &books.store, board, &books.infos(), resolved.currency.as_ref(), only)?;
    } else if args.markdown {
        let (own, currency) = (&resolved.config.prices, resolved.currency.as_ref());
        markdown::report(&mut out, &books.store, board, &books.infos(), own, currency, &advice)?;
        if !standing.is_empty() {
            let mut text = Vec::new();
            goals::text(&mut text, standing, currency)?;
            writeln!(out, "\n```")?;
            out.write_all(text.trim_ascii_start())?;
            writeln!(out, "```")?;
        }
        if let Some(compared) = &what_if {
            writeln!(out, "\n{}", escape::markdown(&compared.sentence()))?;
        }
        if let Some(comparison) = &comparison {
            let mut text = Vec::new();
            comparison.text(&mut text, &books.store)?;
            writeln!(out, "\n```")?;
            out.write_all(text.trim_ascii_start())?;
            writeln!(out, "```")?;
        }
    } else {
        text::report(&mut out, &books.store, board, &books.infos(), &resolved.config.prices)?;
        trust::text(&mut out, &books.store, board, &resolved.config.trust)?;
        goals::text(&mut out, standing, resolved.currency.as_ref())?;
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
        if let Some(found) = &templates {
            found.text(&mut out, &books.store)?;
        }
        if let Some(comparison) = &comparison {
            comparison.text(&mut out, &books.store)?;
        }
    }
    out.flush()?;
    if standing.has_spent() && args.csv.is_some() {
        // The table has no place for it, and its reader an exit code to explain.
        writeln!(std::io::stderr(), "callscope: a budget is spent: `report` without --csv says which")?;
    }
    // A prompt shows nothing of a command that did not end with 0.
    Ok(if standing.has_spent() && line.is_none() { ExitCode::from(3) } else { ExitCode::SUCCESS })
}

/// The spans that `--compare` compares.
fn periods(scope: &Scope, against: Against) -> Result<[Period; 2], Failure> {
    let refused = |why: &str| Failure::Usage(format!("--compare {}: {why}", against.word()));
    waterfall::periods(scope, against, Stamp::now()).map_err(refused)
}

/// What `body:` terms keep, in both spans if there are two.
fn find_bodies(books: &Books, scope: &mut Scope, periods: Option<[Period; 2]>) {
    let Some([before, this]) = periods else { return books.find_bodies(scope) };
    let mut both = Scope { since: Some(before.since.min(this.since)), ..scope.clone() };
    books.find_bodies(&mut both);
    scope.filter = both.filter;
}

fn comparison(
    books: &mut Books,
    args: &ReportArgs,
    scope: &Scope,
    against: Against,
    periods: [Period; 2],
) -> Comparison {
    let waterfall = Waterfall::fold(&books.store, &mut books.catalog, &scope.filter, periods);
    let everything = Scope { filter: Filter::All, ..scope.clone() };
    let is_filtered = scope.filter != Filter::All;
    let differ = is_filtered.then(|| Differ::fold(&books.store, &everything, &scope.filter));
    let filter = args.look.filter.clone().unwrap_or_default().trim().to_owned();
    Comparison { against, filter, waterfall, differ }
}

/// The object of `report --json`, which `serve` answers with too.
pub fn answer(
    books: &Books,
    folded: &Folded,
    advice: &[Finding],
    own: &OwnPrices,
    stakes: &Stakes,
    currency: Option<&Currency>,
) -> Json {
    let mut answer = analytics::report(&books.store, &folded.board, &books.infos(), own, stakes);
    answer["recommendations"] = advice.iter().map(alerts::recommendation).collect();
    if let Some(currency) = currency {
        answer["cost"]["currency"] = analytics::currency(currency, folded.board.total.cost);
    }
    goals::add_json(&mut answer, &folded.standing, currency);
    answer
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
