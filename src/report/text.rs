//! `report --text`: the figures of the screens, readable as they are.

use std::cmp::Reverse;
use std::io::{self, Write};

use crate::figures::histogram::COARSE;
use crate::figures::stats::Routing;
use crate::figures::{Board, GroupBy};
use crate::ingest::event::SourceInfo;
use crate::model::time::day_of_number;
use crate::model::{Stamp, Status, Usd, clean};
use crate::price::{OwnPrices, nearest};
use crate::store::Store;
use crate::ui::numbers;

/// The whole report.
pub fn report(
    mut out: impl Write,
    store: &Store,
    board: &Board,
    sources: &[SourceInfo],
    own: &OwnPrices,
) -> io::Result<()> {
    let total = &board.total;
    let when = |at: Option<Stamp>| at.map_or_else(|| "–".to_owned(), Stamp::iso);
    let word = if total.calls == 1 { "call" } else { "calls" };
    writeln!(out, "{} {word}, {} to {}", numbers::grouped(total.calls), when(board.first), when(board.last))?;
    writeln!(
        out,
        "cost {}: logged {}, computed {}, estimated {}; {} unpriced",
        numbers::money_full(total.known_cost()),
        numbers::money_full(total.logged),
        numbers::money_full(total.computed),
        numbers::money_full(total.estimated),
        numbers::grouped(total.unpriced),
    )?;
    if total.api_equivalent > Usd::ZERO {
        let part = if total.api_equivalent == total.cost { "all of it" } else { "of it" };
        let amount = numbers::money_full(total.api_equivalent);
        writeln!(out, "{part} {amount} API-equivalent: what the API charges; a subscription may have paid")?;
    }
    if total.routing.calls > 0 {
        writeln!(out, "{}", routing(total.routing))?;
    }
    // Where only totals are logged the parts are not 0, but unknown.
    let part = |tokens: u64| numbers::tokens((total.tokens.parted > 0).then_some(tokens));
    writeln!(
        out,
        "tokens {}: fresh input {}, cache read {}, cache write {}, out {}",
        numbers::tokens((total.tokens.calls > 0).then_some(total.tokens.total)),
        part(total.tokens.input),
        part(total.tokens.cache_read),
        part(total.tokens.cache_write),
        part(total.tokens.output),
    )?;
    let statuses: Vec<String> = Status::ALL
        .iter()
        .map(|status| format!("{} {}", numbers::grouped(total.with(*status)), status.word()))
        .collect();
    writeln!(out, "status {}", statuses.join(", "))?;
    let quantile = |q: f64| numbers::duration(board.took.at(q));
    writeln!(out, "latency p50 {}, p95 {}, p99 {}", quantile(0.5), quantile(0.95), quantile(0.99))?;
    match total.override_rate() {
        Some(rate) => writeln!(
            out,
            "overridden {} ({} of {})",
            numbers::percent(rate),
            numbers::grouped(total.overrides),
            numbers::grouped(total.override_known)
        )?,
        None if total.calls == 0 => writeln!(out, "overridden –")?,
        None => writeln!(out, "overridden – (no source logs overrides)")?,
    }
    for by in [
        GroupBy::Model,
        GroupBy::Route,
        GroupBy::Provider,
        GroupBy::Agent,
        GroupBy::UseCase,
        GroupBy::Project,
        GroupBy::User,
    ] {
        groups(&mut out, store, board, by)?;
    }
    days(&mut out, board)?;
    confidence(&mut out, board)?;
    unpriced(&mut out, store, board, own)?;
    self::sources(&mut out, store, sources)
}

/// A home has thousands of files: those that need a look come first, then those with the most calls.
fn sources(out: &mut impl Write, store: &Store, sources: &[SourceInfo]) -> io::Result<()> {
    let mut list: Vec<_> = sources.iter().map(|source| (source, store.counts_of(source.id))).collect();
    if list.len() > LISTED {
        list.sort_by_key(|(_, counts)| Reverse((counts.malformed, counts.calls)));
    }
    writeln!(out, "\nSOURCES")?;
    for (source, counts) in list.iter().take(LISTED) {
        writeln!(
            out,
            "  {}  {}  {} calls, {} updates, {} duplicates, {} malformed, {} skipped",
            clean::field(&source.label()),
            source.format,
            numbers::grouped(counts.calls),
            numbers::grouped(counts.updates),
            numbers::grouped(counts.duplicates),
            numbers::grouped(counts.malformed),
            numbers::grouped(counts.skipped),
        )?;
    }
    let rest = list.get(LISTED..).unwrap_or_default();
    if rest.is_empty() {
        return Ok(());
    }
    let calls = rest.iter().map(|(_, counts)| counts.calls).sum::<u64>();
    let (more, calls) = (numbers::grouped(rest.len() as u64), numbers::grouped(calls));
    writeln!(out, "  and {more} more with {calls} calls: `callscope sources` lists them all")
}

/// The last days that have calls, each a local day.
fn days(out: &mut impl Write, board: &Board) -> io::Result<()> {
    let mut last: Vec<_> = board.days().rev().take(LISTED).collect();
    if last.len() < 2 {
        return Ok(());
    }
    last.reverse();
    let most = last.iter().map(|(_, sum)| sum.cost.dollars()).fold(0.0, f64::max);
    writeln!(out, "\n{:<28} {:>8} {:>12}", "DAY", "CALLS", "COST")?;
    for (number, sum) in &last {
        let day = day_of_number(*number).format("%a %Y-%m-%d").to_string();
        let share = if most > 0.0 { sum.cost.dollars() / most } else { 0.0 };
        let bar = "█".repeat((share * 30.0) as usize);
        writeln!(
            out,
            "{day:<28} {:>8} {:>12}  {bar}",
            numbers::grouped(sum.calls),
            sum.cost_text(numbers::money_full)
        )?;
    }
    match board.days().count().saturating_sub(LISTED) {
        0 => Ok(()),
        more => writeln!(out, "… and {} days before", numbers::grouped(more as u64)),
    }
}

/// What the logs claim that routing saved, in a sentence.
pub(super) fn routing(sum: Routing) -> String {
    let saved = sum.saved();
    let amount = numbers::money_full(Usd(saved.0.abs()));
    format!(
        "routing {}: {} calls at {} instead of {} with the baseline of their logs (this compares prices, not quality)",
        if saved < Usd::ZERO { format!("cost {amount} more") } else { format!("saved {amount}") },
        numbers::grouped(sum.calls),
        numbers::money_full(sum.cost),
        numbers::money_full(sum.baseline),
    )
}

/// How many groups of a dimension are listed.
const LISTED: usize = 12;

fn groups(out: &mut impl Write, store: &Store, board: &Board, by: GroupBy) -> io::Result<()> {
    let groups = board.by(by);
    if !groups.is_named() {
        return Ok(());
    }
    let list = super::analytics::by_cost(store, board, by);
    let names = list.iter().take(LISTED).map(|group| clean::field(store.label(group.name)).chars().count());
    let width = names.max().unwrap_or(0).clamp(28, 48);
    writeln!(
        out,
        "\n{:<width$} {:>8} {:>12} {:>8} {:>8} {:>8} {:>7} {:>7}",
        by.word().to_uppercase(),
        "CALLS",
        "COST",
        "TOKENS",
        "P50",
        "P95",
        "OK",
        "OVER"
    )?;
    for group in list.iter().take(LISTED) {
        let stats = &group.stats;
        let cost = match (stats.priced, stats.unpriced) {
            (0, 1..) => "?".to_owned(),
            (0, 0) => "–".to_owned(),
            (_, 0) => numbers::money_full(stats.cost),
            _ => format!("{}+?", numbers::money_full(stats.cost)),
        };
        let name = clean::field(store.label(group.name)).into_owned();
        writeln!(
            out,
            "{name:<width$} {:>8} {cost:>12} {:>8} {:>8} {:>8} {:>7} {:>7}",
            numbers::grouped(stats.calls),
            numbers::tokens((stats.tokens.calls > 0).then_some(stats.tokens.total)),
            numbers::duration(group.took.at(0.5)),
            numbers::duration(group.took.at(0.95)),
            numbers::percent(stats.success_rate()),
            numbers::percent(stats.override_rate()),
        )?;
    }
    match list.len().saturating_sub(LISTED) {
        0 => Ok(()),
        more => writeln!(out, "… and {} more", numbers::grouped(more as u64)),
    }
}

fn confidence(out: &mut impl Write, board: &Board) -> io::Result<()> {
    let most = board.confidence.coarse.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return Ok(());
    }
    writeln!(out, "\nCONFIDENCE")?;
    let all = board.confidence.calls();
    for ((name, _), calls) in COARSE.iter().zip(board.confidence.coarse) {
        let bar = "█".repeat((calls * 40 / most) as usize);
        let share = numbers::percent(crate::figures::stats::ratio(calls, all));
        writeln!(out, "  {name}  {:>9} {share:>7}  {bar}", numbers::grouped(calls))?;
    }
    Ok(())
}

/// Models that no price is known for, and what would settle it.
fn unpriced(out: &mut impl Write, store: &Store, board: &Board, own: &OwnPrices) -> io::Result<()> {
    let groups = super::analytics::unpriced(store, board);
    if groups.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nUNPRICED: what settles it, under [prices] in callscope.toml")?;
    for group in groups.iter().take(LISTED) {
        let name = store.label(group.name);
        let calls = numbers::grouped(group.stats.unpriced);
        let like = nearest(own, name, 1).pop();
        let like = like.map(|like| format!("{{ like = \"{like}\" }}, or ")).unwrap_or_default();
        let name = super::escape::toml(name);
        writeln!(out, "  {calls:>9} calls  {name} = {like}\"free\", or {{ input = …, output = … }}")?;
    }
    match groups.len().saturating_sub(LISTED) {
        0 => Ok(()),
        more => writeln!(out, "… and {} more: `callscope report --json` lists them all", numbers::grouped(more as u64)),
    }
}
