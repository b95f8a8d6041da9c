//! `report --markdown`: the figures as tables that read well as they are and better on a page: for a pull request, an
//! issue or a mail.

use std::io::{self, Write};

use super::analytics::{by_cost, unpriced};
use super::{alerts, escape, text, trust};
use crate::figures::histogram::COARSE;
use crate::figures::interval::wilson;
use crate::figures::stats::{Stats, ratio};
use crate::figures::{Board, GroupBy};
use crate::ingest::event::SourceInfo;
use crate::model::time::day_of_number;
use crate::model::{Currency, Stamp, Status, clean, numbers};
use crate::price::{OwnPrices, nearest};
use crate::rules::Finding;
use crate::store::Store;

/// How many lines a table has; the rest is counted.
const LISTED: usize = 20;

/// The whole report.
pub fn report(
    mut out: impl Write,
    store: &Store,
    board: &Board,
    sources: &[SourceInfo],
    own: &OwnPrices,
    currency: Option<&Currency>,
    advice: &[Finding],
) -> io::Result<()> {
    let total = &board.total;
    let when = |at: Stamp| at.local().format("%Y-%m-%d %H:%M").to_string();
    let word = if total.calls == 1 { "call" } else { "calls" };
    let calls = numbers::grouped(total.calls);
    match board.first.zip(board.last) {
        Some((first, last)) => writeln!(out, "# {calls} AI {word}, {} to {}\n", when(first), when(last))?,
        None => writeln!(out, "# No AI calls\n")?,
    }
    table(&mut out, &["figure", "value"], &facts(board, currency))?;
    for by in GroupBy::ALL.into_iter().filter(|by| *by != GroupBy::Session) {
        groups(&mut out, store, board, by)?;
    }
    days(&mut out, board)?;
    confidence(&mut out, board)?;
    for sentence in trust::sentences(store, board) {
        writeln!(out, "\n{}", escape::markdown(&sentence))?;
    }
    if !advice.is_empty() {
        writeln!(out, "\n## Recommendations\n")?;
    }
    for finding in advice {
        let (badge, message) = (alerts::badge(finding.severity).trim_end(), escape::markdown(&finding.message));
        writeln!(out, "- {badge}: {message} {}", code(&finding.evidence))?;
    }
    let without = unpriced(store, board);
    if !without.is_empty() {
        writeln!(out, "\n## Models without a price\n")?;
        let rows: Vec<Vec<String>> = without
            .iter()
            .map(|group| {
                let name = store.label(group.name);
                let like = nearest(own, name, 1).pop().map(|like| code(&like)).unwrap_or_default();
                vec![name_cell(name), numbers::grouped(group.stats.unpriced), like]
            })
            .collect();
        table(&mut out, &["model", "calls #", "priced like"], &rows)?;
    }
    writeln!(out, "\n## Sources\n")?;
    let mut list: Vec<_> = sources.iter().map(|source| (source, store.counts_of(source.id))).collect();
    list.sort_by_key(|(_, counts)| std::cmp::Reverse((counts.malformed, counts.calls)));
    let count = |count: u64| numbers::grouped(count);
    let rows: Vec<Vec<String>> = list
        .into_iter()
        .map(|(source, counts)| {
            let numbers = [counts.calls, counts.updates, counts.duplicates, counts.malformed, counts.skipped];
            let names = [name_cell(&source.label()), source.format.clone()];
            names.into_iter().chain(numbers.map(count)).collect()
        })
        .collect();
    table(&mut out, &["source", "format", "calls #", "updates #", "duplicates #", "malformed #", "skipped #"], &rows)
}

/// What is true of all calls, a line each.
fn facts(board: &Board, currency: Option<&Currency>) -> Vec<Vec<String>> {
    let total = &board.total;
    let parts = [("logged", total.logged), ("computed", total.computed), ("estimated", total.estimated)];
    let parts = parts.map(|(name, sum)| format!("{name} {}", numbers::money_full(sum))).join(", ");
    let also = currency.map(|currency| format!(", {}", numbers::foreign(currency, total.cost))).unwrap_or_default();
    let status =
        Status::ALL.map(|status| format!("{} {}", numbers::grouped(total.with(status)), status.word())).join(", ");
    let quantile = |q: f64| numbers::duration(board.took.at(q));
    let tokens = &total.tokens;
    let part = |sum: u64| numbers::tokens((tokens.parted > 0).then_some(sum));
    let overridden = match wilson(total.overrides, total.override_known) {
        Some(rate) => format!(
            "{} ({} of {}; {} to {} with 95 % confidence)",
            numbers::percent(rate.rate),
            numbers::grouped(total.overrides),
            numbers::grouped(total.override_known),
            numbers::percent(rate.low),
            numbers::percent(rate.high),
        ),
        None => "not logged".to_owned(),
    };
    let mut facts = vec![
        ("cost", format!("{}{also} ({parts})", cost(total))),
        (
            "tokens",
            format!(
                "{}: fresh input {}, cache read {}, cache write {}, output {}",
                numbers::tokens((tokens.calls > 0).then_some(tokens.total)),
                part(tokens.input),
                part(tokens.cache_read),
                part(tokens.cache_write),
                part(tokens.output)
            ),
        ),
        ("status", status),
        ("latency", format!("p50 {}, p95 {}, p99 {}", quantile(0.5), quantile(0.95), quantile(0.99))),
        ("overridden", overridden),
    ];
    if total.unpriced > 0 {
        facts.insert(1, ("unpriced", format!("{} calls", numbers::grouped(total.unpriced))));
    }
    if total.routing.calls > 0 {
        facts.push(("routing", text::routing(total.routing)));
    }
    facts.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect()
}

fn groups(out: &mut impl Write, store: &Store, board: &Board, by: GroupBy) -> io::Result<()> {
    if !board.by(by).is_named() {
        return Ok(());
    }
    let word = by.word().replace('_', " ");
    writeln!(out, "\n## By {word}\n")?;
    let list = by_cost(store, board, by);
    let rows: Vec<Vec<String>> = list
        .into_iter()
        .map(|group| {
            let stats = &group.stats;
            vec![
                name_cell(store.label(group.name)),
                numbers::grouped(stats.calls),
                cost(stats),
                numbers::percent(ratio(stats.calls, board.total.calls)),
                numbers::tokens((stats.tokens.calls > 0).then_some(stats.tokens.total)),
                numbers::duration(group.took.at(0.5)),
                numbers::duration(group.took.at(0.95)),
                numbers::percent(stats.success_rate()),
                numbers::percent(stats.override_rate()),
                numbers::confidence(stats.avg_confidence()),
            ]
        })
        .collect();
    let head = [
        word.as_str(),
        "calls #",
        "cost #",
        "share #",
        "tokens #",
        "p50 #",
        "p95 #",
        "success #",
        "overridden #",
        "confidence #",
    ];
    table(out, &head, &rows)
}

/// The last days that have calls.
fn days(out: &mut impl Write, board: &Board) -> io::Result<()> {
    if board.days().count() < 2 {
        return Ok(());
    }
    writeln!(out, "\n## By day\n")?;
    let rows: Vec<Vec<String>> = board
        .days()
        .rev()
        .map(|(day, sum)| {
            let name = day_of_number(day).format("%a %Y-%m-%d").to_string();
            vec![name, numbers::grouped(sum.calls), sum.cost_text(numbers::money_full)]
        })
        .collect();
    table(out, &["day", "calls #", "cost #"], &rows)
}

fn confidence(out: &mut impl Write, board: &Board) -> io::Result<()> {
    let all = board.confidence.calls();
    if all == 0 {
        return Ok(());
    }
    writeln!(out, "\n## Confidence\n")?;
    let rows: Vec<Vec<String>> = COARSE
        .iter()
        .zip(board.confidence.coarse)
        .map(|((name, _), calls)| {
            vec![(*name).to_owned(), numbers::grouped(calls), numbers::percent(ratio(calls, all))]
        })
        .collect();
    table(out, &["confidence", "calls #", "share #"], &rows)
}

/// A table; heads that end in ` #` are of numbers, which stand right.
fn table(out: &mut impl Write, heads: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    let name = |head: &&str| head.trim_end_matches(" #").to_owned();
    writeln!(out, "| {} |", heads.iter().map(name).collect::<Vec<_>>().join(" | "))?;
    let rule = |head: &&str| if head.ends_with(" #") { "---:" } else { "---" };
    writeln!(out, "|{}|", heads.iter().map(rule).collect::<Vec<_>>().join("|"))?;
    for row in rows.iter().take(LISTED) {
        writeln!(out, "| {} |", row.join(" | "))?;
    }
    match rows.len().saturating_sub(LISTED) {
        0 => Ok(()),
        more => writeln!(out, "\n… and {} more", numbers::grouped(more as u64)),
    }
}

/// A cost, with `?` where no price is known of some of it.
fn cost(stats: &Stats) -> String {
    match (stats.priced, stats.unpriced) {
        (0, 1..) => numbers::UNPRICED.to_owned(),
        (0, 0) => numbers::UNKNOWN.to_owned(),
        (_, 0) => numbers::money_full(stats.cost),
        _ => format!("{}+?", numbers::money_full(stats.cost)),
    }
}

/// A name of a log, which must not become a heading, a link or another cell.
fn name_cell(name: &str) -> String {
    escape::markdown(name)
}

/// Text to be copied, as code; nothing where there is none.
fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    // A bar would end the cell, even in code.
    let text = clean::field(text).replace('|', "\\|");
    let longest = text.split(|char| char != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}
