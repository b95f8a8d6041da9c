//! `report --csv`: one table with a line a group, whose first column names the section: all calls, each model, provider,
//! route …, each day, each bin of confidence, each source. Amounts are exact, and what is not known is empty.

use std::io::{self, Write};

use super::analytics::by_cost;
use super::calls::guarded;
use crate::figures::stats::Stats;
use crate::figures::{Board, GroupBy, Quantiles};
use crate::ingest::event::SourceInfo;
use crate::model::time::day_of_number;
use crate::model::{Currency, Status, Usd};
use crate::store::Store;

/// Every section, as `--csv=` names it.
pub const SECTIONS: [&str; 14] = [
    "all",
    "model",
    "provider",
    "route",
    "user",
    "session",
    "project",
    "agent",
    "use_case",
    "endpoint",
    "error",
    "day",
    "confidence",
    "source",
];

const COLUMNS: [&str; 27] = [
    "section",
    "name",
    "calls",
    "success",
    "error",
    "cached",
    "pending",
    "successRate",
    "overrideKnown",
    "overrides",
    "overrideRate",
    "avgConfidence",
    "inputTokens",
    "cacheReadTokens",
    "cacheWriteTokens",
    "outputTokens",
    "reasoningTokens",
    "totalTokens",
    "costUsd",
    "loggedUsd",
    "computedUsd",
    "estimatedUsd",
    "unpricedCalls",
    "avgLatencyMs",
    "p50LatencyMs",
    "p95LatencyMs",
    "p99LatencyMs",
];

/// The sections of a report, or one of them.
pub fn report(
    out: impl Write,
    store: &Store,
    board: &Board,
    sources: &[SourceInfo],
    currency: Option<&Currency>,
    only: Option<&str>,
) -> io::Result<()> {
    let also = currency.map(|currency| format!("cost{}", currency.code));
    let mut table = Table { writer: csv::Writer::from_writer(out), currency };
    table.writer.write_record(COLUMNS.into_iter().chain(also.as_deref()))?;
    let wanted = |section: &str| only.is_none_or(|only| only == section);
    if wanted("all") {
        table.stats("all", "", &board.total, &board.took)?;
    }
    for by in GroupBy::ALL.into_iter().filter(|by| wanted(by.word())) {
        for group in by_cost(store, board, by) {
            table.stats(by.word(), store.label(group.name), &group.stats, &group.took)?;
        }
    }
    for (day, sum) in board.days().filter(|_| wanted("day")) {
        let name = day_of_number(day).format("%Y-%m-%d").to_string();
        table.line("day", &name, sum.calls, &[("costUsd", usd(sum.known_cost()))], sum.known_cost())?;
    }
    for (nth, bin) in board.confidence.fine.iter().enumerate().filter(|_| wanted("confidence")) {
        let (from, to) = (nth * 5, nth * 5 + 5);
        let name = format!("0.{from:02}-{}.{:02}", to / 100, to % 100);
        let cells = [("overrides", bin.overridden.to_string()), ("error", bin.failed.to_string())];
        table.line("confidence", &name, bin.calls(), &cells, None)?;
    }
    for source in sources.iter().filter(|_| wanted("source")) {
        table.line("source", &source.label(), store.counts_of(source.id).calls, &[], None)?;
    }
    table.writer.flush()
}

struct Table<'c, W: Write> {
    writer: csv::Writer<W>,
    currency: Option<&'c Currency>,
}

impl<W: Write> Table<'_, W> {
    fn stats(&mut self, section: &str, name: &str, stats: &Stats, took: &Quantiles) -> io::Result<()> {
        let Stats { tokens, .. } = stats;
        let counted = |known: u64, sum: u64| if known > 0 { sum.to_string() } else { String::new() };
        let status = Status::ALL.map(|status| (status.word(), stats.with(status).to_string()));
        let millis = |q: f64| took.at(q).map(|nanos| nanos as f64 / 1e6);
        let cost = stats.known_cost();
        let own = |part: Usd| usd(cost.map(|_| part));
        let cells = [
            ("successRate", number(stats.success_rate())),
            ("overrideKnown", stats.override_known.to_string()),
            ("overrides", counted(stats.override_known, stats.overrides)),
            ("overrideRate", number(stats.override_rate())),
            ("avgConfidence", number(stats.avg_confidence())),
            ("inputTokens", counted(tokens.parted, tokens.input)),
            ("cacheReadTokens", counted(tokens.parted, tokens.cache_read)),
            ("cacheWriteTokens", counted(tokens.parted, tokens.cache_write)),
            ("outputTokens", counted(tokens.parted, tokens.output)),
            ("reasoningTokens", counted(tokens.parted, tokens.reasoning)),
            ("totalTokens", counted(tokens.calls, tokens.total)),
            ("costUsd", usd(cost)),
            ("loggedUsd", own(stats.logged)),
            ("computedUsd", own(stats.computed)),
            ("estimatedUsd", own(stats.estimated)),
            ("unpricedCalls", stats.unpriced.to_string()),
            ("avgLatencyMs", number(stats.took.mean().map(|nanos| nanos / 1e6))),
            ("p50LatencyMs", number(millis(0.50))),
            ("p95LatencyMs", number(millis(0.95))),
            ("p99LatencyMs", number(millis(0.99))),
        ];
        let cells: Vec<(&str, String)> = status.into_iter().chain(cells).collect();
        self.line(section, name, stats.calls, &cells, cost)
    }

    /// One line; the columns that are not named stay empty.
    fn line(
        &mut self,
        section: &str,
        name: &str,
        calls: u64,
        cells: &[(&str, String)],
        cost: Option<Usd>,
    ) -> io::Result<()> {
        let known = |column: &str| match column {
            "section" => section.to_owned(),
            "name" => guarded(name),
            "calls" => calls.to_string(),
            _ => cells.iter().find(|(name, _)| *name == column).map(|(_, cell)| cell.clone()).unwrap_or_default(),
        };
        let also = self.currency.map(|currency| number(cost.map(|cost| currency.of(cost))));
        Ok(self.writer.write_record(COLUMNS.into_iter().map(known).chain(also))?)
    }
}

fn number(value: Option<f64>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn usd(amount: Option<Usd>) -> String {
    amount.map(|amount| amount.to_string()).unwrap_or_default()
}
